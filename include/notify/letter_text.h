/* What a letter says, in its reader's language: place, what, value and limit, since, due, link. */
#ifndef NOTIFY_LETTER_TEXT_H
#define NOTIFY_LETTER_TEXT_H

#include "base/strbuf.h"
#include "model/alarm_list.h"
#include "model/contact.h"
#include "model/incident_list.h"

struct letter_text {
    const struct letter *letter;
    const struct incident_list *incidents; /* NULL, or without the letter's: what the letter itself says */
    const struct alarm_list *alarms;       /* NULL: no values */
    int language;                          /* enum contact_language */
    const char *link;                      /* address of the page, without what follows; "": none */
    struct wall now;
};

/* One line without its end. */
void letter_subject(struct strbuf *to, const struct letter_text *t);
void letter_body(struct strbuf *to, const struct letter_text *t);

#endif
