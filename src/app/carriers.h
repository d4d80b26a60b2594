/* The settings of the channels beside e-mail. */
#ifndef APP_CARRIERS_H
#define APP_CARRIERS_H

#include "conf/table.h"
#include "notify/post.h"
#include "notify/sms_spool.h"
#include "notify/sms_text.h"

struct carriers_settings {
    struct spool_settings spool;  /* outgoing "": none */
    struct post_settings gateway; /* of SMS; url "": none; there are not both */
    struct post_settings webhook; /* url "": none */
    char gateway_secret_file[POST_PATH_MAX], webhook_secret_file[POST_PATH_MAX];
    char gateway_template[POST_PATH_MAX], webhook_template[POST_PATH_MAX];
    unsigned parts; /* of an SMS */
    bool marks;     /* an SMS keeps its diacritics */
    unsigned a_minute[CHANNEL_COUNT];
};

/* n: NULL where there is no such section. */
void carriers_load_sms(const struct conf_node *n, struct carriers_settings *s, struct conf_mistakes *m);
void carriers_load_webhook(const struct conf_node *n, struct carriers_settings *s, struct conf_mistakes *m);
/* The secrets, when there was no mistake; whether one that is used is there. */
MUST_USE enum err carriers_read_secrets(struct carriers_settings *s, struct fault *why);
void carriers_print(const struct carriers_settings *s, struct strbuf *to);
void carriers_document(struct strbuf *to);

#endif
