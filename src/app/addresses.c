#include "addresses.h"

#include <stdio.h>
#include <string.h>

static bool is_used(const struct contact *c, enum channel by)
{
    for (size_t i = 0; i < c->channel_count; i++)
        if (c->channels[i] == by)
            return true;
    return false;
}

static void use(struct contact *c, enum channel by)
{
    c->channels[c->channel_count++] = (uint8_t)by;
}

static void use_named(const struct conf_node *n, const char *word, struct contact *to,
                      struct conf_mistakes *m)
{
    enum channel by;

    if (!channel_parse(word, &by))
        conf_mistake(m, conf_mark_at(n, "channels"), "there is no channel \"%s\"; email, sms, webhook", word);
    else if (contact_address(to, by)[0] == '\0')
        conf_mistake(m, conf_mark_at(n, "channels"), "this contact has no %s", word);
    else if (is_used(to, by))
        conf_mistake(m, conf_mark_at(n, "channels"), "%s stands there twice", word);
    else
        use(to, by);
}

static void named_order(const struct conf_node *n, const char *words, struct contact *to,
                        struct conf_mistakes *m)
{
    char word[ADDRESS_WORDS_MAX];

    for (const char *at = words + strspn(words, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        (void)snprintf(word, sizeof word, "%.*s", (int)len, at);
        use_named(n, word, to, m);
        at += len;
    }
}

static void look_up_channels(const struct conf_node *n, const bool has[CHANNEL_COUNT],
                             const struct contact *c, struct conf_mistakes *m)
{
    for (unsigned by = 0; by < CHANNEL_COUNT; by++)
        if (contact_address(c, (enum channel)by)[0] != '\0' && !has[by])
            conf_mistake(m, conf_mark_at(n, channel_name((enum channel)by)),
                         "the contact has %s, and notify has none", channel_name((enum channel)by));
}

void addresses_take(const struct conf_node *n, const struct address_row *row, const bool has[CHANNEL_COUNT],
                    struct contact *to, struct conf_mistakes *m)
{
    memcpy(to->email, row->email, sizeof to->email);
    memcpy(to->webhook, row->webhook, sizeof to->webhook);
    if (row->email[0] != '\0' && !contact_email(row->email))
        conf_mistake(m, conf_mark_at(n, "email"), "\"%s\" is not an e-mail address", row->email);
    if (row->sms[0] != '\0' && !contact_number(row->sms, to->sms))
        conf_mistake(m, conf_mark_at(n, "sms"), "\"%s\" is not the number of a telephone", row->sms);
    if (row->email[0] == '\0' && row->sms[0] == '\0' && row->webhook[0] == '\0')
        conf_mistake(m, conf_mark(n), "a contact has an email, an sms or a webhook");
    look_up_channels(n, has, to, m);
    if (row->channels[0] == '\0')
        contact_usual_order(to);
    else
        named_order(n, row->channels, to, m);
}

void addresses_give(const struct contact *c, struct address_row *row)
{
    size_t used = 0;

    memset(row, 0, sizeof *row);
    memcpy(row->email, c->email, sizeof row->email);
    memcpy(row->webhook, c->webhook, sizeof row->webhook);
    if (c->sms[0] != '\0')
        (void)snprintf(row->sms, sizeof row->sms, "+%s", c->sms);
    for (size_t i = 0; i < c->channel_count; i++)
        used += (size_t)snprintf(row->channels + used, sizeof row->channels - used, "%s%s", i == 0 ? "" : " ",
                                 channel_name((enum channel)c->channels[i]));
}
