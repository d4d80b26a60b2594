/* The section `notify` of the daemon file: who is told of incidents, and through what. */
#ifndef APP_CONTACTS_H
#define APP_CONTACTS_H

#include "carriers.h"
#include "conf/table.h"
#include "incident/escalation.h"
#include "model/roster.h"
#include "notify/mail.h"
#include "notify/sender.h"

struct notify_settings {
    struct contacts contacts;
    struct rosters rosters;
    struct escalation_rules escalation; /* after_ms 0: there is no roster */
    int64_t end_wait_ms;
    struct outbox_rules letters;
    struct mail_settings mail; /* server "": none */
    char mail_password_file[MAIL_PATH_MAX];
    struct carriers_settings carriers;
    char link[SENDER_LINK_MAX];
    int64_t link_valid_ms;
};

/* n: NULL where there is no such section.  Places are looked up in the catalogue. */
void contacts_load(const struct conf_node *n, const struct catalogue *c, struct notify_settings *s,
                   struct conf_mistakes *m);
/* The secret, when there was no mistake. */
MUST_USE enum err contacts_read_password(struct notify_settings *s, struct fault *why);
/* people: with contacts, rosters, holidays and escalation, which a reload can change. */
void contacts_print(const struct notify_settings *s, bool people, struct strbuf *to);
void contacts_document(struct strbuf *to);

#endif
