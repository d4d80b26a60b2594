/* The addresses of a contact as they stand in its settings, and in which order they are used. */
#ifndef APP_ADDRESSES_H
#define APP_ADDRESSES_H

#include "conf/table.h"
#include "model/contact.h"

enum { ADDRESS_WORDS_MAX = 64 };

struct address_row {
    char email[CONTACT_ADDRESS_MAX], sms[ADDRESS_WORDS_MAX], webhook[CONTACT_ADDRESS_MAX];
    char channels[ADDRESS_WORDS_MAX];
};

/* NOLINTBEGIN(bugprone-macro-parentheses): a type and its member */
#define ADDRESS_ROWS(s, m)                                                                                   \
    { CONF_TEXT("email", s, m.email), .help = "address; none: not by e-mail" },                              \
        { CONF_TEXT("sms", s, m.sms),                                                                        \
          .help = "number of the telephone, 0912345678 or +84912345678; none: not by SMS" },                 \
        { CONF_TEXT("webhook", s, m.webhook),                                                                \
          .help = "who it is at the webhook, its {to}; none: not through it" },                              \
    {                                                                                                        \
        CONF_TEXT("channels", s, m.channels),                                                                \
            .help =                                                                                          \
                "email, sms, webhook: which, in the order of preference, blanks between: a message goes "    \
                "through the first; none: sms, webhook, email, as far as there is an address"                \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

/* has: whether there is such a channel. */
void addresses_take(const struct conf_node *n, const struct address_row *row, const bool has[CHANNEL_COUNT],
                    struct contact *to, struct conf_mistakes *m);
void addresses_give(const struct contact *c, struct address_row *row);

#endif
