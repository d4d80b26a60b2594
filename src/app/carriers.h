/* The settings of the channels beside e-mail. */
#ifndef APP_CARRIERS_H
#define APP_CARRIERS_H

#include "conf/table.h"
#include "notify/sms_spool.h"
#include "notify/sms_text.h"

struct carriers_settings {
    struct spool_settings spool; /* outgoing "": none */
    unsigned parts;              /* of an SMS */
    unsigned a_minute[CHANNEL_COUNT];
};

/* n: NULL where there is no such section. */
void carriers_load_sms(const struct conf_node *n, struct carriers_settings *s, struct conf_mistakes *m);
void carriers_print(const struct carriers_settings *s, struct strbuf *to);
void carriers_document(struct strbuf *to);

#endif
