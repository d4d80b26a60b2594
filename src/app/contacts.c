#include "contacts.h"

#include <stdio.h>
#include <string.h>

#include "addresses.h"
#include "base/file.h"
#include "carriers.h"
#include "groups.h"
#include "rosters.h"

static const char *const LANGUAGES[] = { "vi", "en", NULL };
static const char *const WEIGHTS[] = { "all", "legal", "grave", "duty", NULL };

/* ---- the tables ---- */

struct notify_row {
    char link[SENDER_LINK_MAX];
    int64_t again_ms, again_most_ms, give_up_ms, flood, flood_ms, flood_wait_ms, link_ms;
    int64_t next_ms, next_tries;
    const struct conf_node *mail, *sms, *webhook, *contacts;
    struct duty_rows duty;
};

static const struct conf_setting NOTIFY[] = {
    { CONF_TEXT("link", struct notify_row, link),
      .help = "address of the page as people reach it, https://...; messages end with it; none: without" },
    { CONF_DURATION("link_valid", struct notify_row, link_ms), .fallback = "12h", .low = CLOCK_SECOND_MS,
      .high = 7.0 * CLOCK_DAY_MS, .help = "links that act can be used so long after the message was made" },
    { CONF_DURATION("again_after", struct notify_row, again_ms), .fallback = "30s", .low = 100,
      .high = CLOCK_HOUR_MS, .help = "wait after the first failure; doubled with each that follows" },
    { CONF_DURATION("again_most", struct notify_row, again_most_ms), .fallback = "15min", .low = 100,
      .high = CLOCK_DAY_MS, .help = "longest wait between two tries" },
    { CONF_DURATION("give_up_after", struct notify_row, give_up_ms), .fallback = "1d", .low = CLOCK_MINUTE_MS,
      .high = 7.0 * CLOCK_DAY_MS,
      .help = "a message that nobody took for so long expires, and that is recorded" },
    { CONF_DURATION("next_channel_after", struct notify_row, next_ms), .fallback = "5min", .low = 0,
      .high = CLOCK_DAY_MS,
      .help = "a message that its channel did not take for so long goes by the contact's next channel; 0: "
              "never" },
    { CONF_COUNT("next_channel_tries", struct notify_row, next_tries), .fallback = "3", .low = 0, .high = 100,
      .help = "likewise one that was put off so often; 0: however often" },
    { CONF_COUNT("flood", struct notify_row, flood), .fallback = "10", .low = 0, .high = 1000,
      .help =
          "messages to one contact within flood_within; what is beyond comes summed in one; 0: any number" },
    { CONF_DURATION("flood_within", struct notify_row, flood_ms), .fallback = "10min", .low = 1000,
      .high = CLOCK_DAY_MS, .help = "also the least time from one sum to the next" },
    { CONF_DURATION("flood_wait", struct notify_row, flood_wait_ms), .fallback = "30s", .low = 0,
      .high = CLOCK_HOUR_MS, .help = "the first sum comes so long after the message that was too many" },
    { CONF_SECTION("mail", struct notify_row, mail), .help = "e-mail" },
    { CONF_SECTION("sms", struct notify_row, sms), .help = "SMS" },
    { CONF_SECTION("webhook", struct notify_row, webhook), .help = "messages over HTTPS, such as to Zalo" },
    { CONF_LIST("contacts", struct notify_row, contacts), .help = "who is told of incidents" },
    DUTY_ROWS(struct notify_row),
};

struct mail_row {
    char server[MAIL_TEXT_MAX], user[MAIL_TEXT_MAX], from[MAIL_TEXT_MAX], folder[MAIL_PATH_MAX];
    char password_file[MAIL_PATH_MAX], authorities[MAIL_PATH_MAX];
    int64_t answer_ms;
};

static const struct conf_setting MAIL[] = {
    { CONF_TEXT("server", struct mail_row, server),
      .help = "smtps://host:465, TLS from the start, or smtp://host:587, where STARTTLS must follow: nothing "
              "is sent in plain text" },
    { CONF_PATH("folder", struct mail_row, folder),
      .help =
          "instead of a server: each message is put there as a file (.eml), for trials or for a program that "
          "takes them on; the newest 1000 stay" },
    { CONF_TEXT("from", struct mail_row, from), .required = true, .help = "address that messages come from" },
    { CONF_TEXT("user", struct mail_row, user), .help = "name at the server; none: without" },
    { CONF_PATH("password_file", struct mail_row, password_file), .help = "file of mode 0600 with one line" },
    { CONF_PATH("authorities", struct mail_row, authorities),
      .help = "PEM file of the authorities that may vouch for the server; none: those of the system" },
    { CONF_DURATION("answer_within", struct mail_row, answer_ms), .fallback = "30s", .low = 1000,
      .high = 5.0 * CLOCK_MINUTE_MS, .help = "a server that has not taken a message by then is left" },
};

struct contact_row {
    char id[ID_MAX], name[NAME_MAX_BYTES], supplier[ID_MAX];
    struct address_row at;
    char sites[CONTACT_PLACES_MAX], classes[CONTACT_PLACES_MAX], account[ID_MAX];
    char quiet[QUIET_TEXT_MAX];
    bool acts;
    int language, weight;
};

static const struct conf_setting CONTACT[] = {
    { CONF_ID("id", struct contact_row, id), .required = true, .help = "name of the contact in records" },
    { CONF_TEXT("name", struct contact_row, name), .required = true, .help = "person or post, for people" },
    ADDRESS_ROWS(struct contact_row, at),
    { CONF_CHOICE("language", struct contact_row, language), .fallback = "vi", .choices = LANGUAGES,
      .help = "of the messages" },
    GROUP_ROWS(struct contact_row),
    { CONF_CHOICE("told", struct contact_row, weight), .fallback = "all", .choices = WEIGHTS,
      .help = "all; legal: those whose time the law limits, and all of the next; grave: large effect, beyond "
              "control, water "
              "quality, safety; duty: what a roster gives, and nothing else" },
    { CONF_ID("account", struct contact_row, account),
      .help =
          "account of this person: incidents that are assigned to it, or taken by it, warn this contact" },
    { CONF_BOOL("acts", struct contact_row, acts), .fallback = "false",
      .help = "messages have a link by which its reader acts on that incident, without signing in" },
    { CONF_TEXT("quiet", struct contact_row, quiet),
      .help = "such as 22:00-06:00: what is not urgent waits for the end, and comes in one message; none: "
              "never" },
};

/* ---- loading ---- */

static void load_mail(const struct conf_node *n, struct notify_settings *s, struct conf_mistakes *m)
{
    struct mail_row row;
    struct fault why;

    if (n == NULL)
        return;
    if (!conf_apply(MAIL, COUNT_OF(MAIL), n, &row, m))
        return;
    memcpy(s->mail.server, row.server, sizeof s->mail.server);
    memcpy(s->mail.folder, row.folder, sizeof s->mail.folder);
    memcpy(s->mail.user, row.user, sizeof s->mail.user);
    memcpy(s->mail.from, row.from, sizeof s->mail.from);
    memcpy(s->mail.authorities, row.authorities, sizeof s->mail.authorities);
    memcpy(s->mail_password_file, row.password_file, sizeof s->mail_password_file);
    s->mail.answer_ms = row.answer_ms;
    if (mail_check(&s->mail, &why) != ERR_NONE)
        conf_mistake(m, conf_mark(n), "mail: %s", why.text);
    if ((row.user[0] == '\0') != (row.password_file[0] == '\0'))
        conf_mistake(m, conf_mark(n), "mail: user and password_file go together");
}

static void load_contact(const struct conf_node *n, const struct catalogue *c, struct notify_settings *s,
                         struct conf_mistakes *m)
{
    const struct carriers_settings *by = &s->carriers;
    const bool has[CHANNEL_COUNT] = {
        [CHANNEL_EMAIL] = mail_is_set(&s->mail),
        [CHANNEL_SMS] = by->spool.outgoing[0] != '\0' || by->gateway.url[0] != '\0',
        [CHANNEL_WEBHOOK] = by->webhook.url[0] != '\0',
    };
    struct contact *to = &s->contacts.list[s->contacts.count];
    struct contact_row row;

    if (!conf_apply(CONTACT, COUNT_OF(CONTACT), n, &row, m))
        return;
    if (contact_find(&s->contacts, row.id) != NULL)
        conf_mistake(m, conf_mark_at(n, "id"), "there is another contact \"%s\"", row.id);
    *to = (struct contact){ .language = row.language };
    to->of = group_load(n, row.supplier, row.sites, row.classes, row.weight, c, m);
    if (row.weight == WEIGHT_DUTY &&
        (row.supplier[0] != '\0' || row.sites[0] != '\0' || row.classes[0] != '\0'))
        conf_mistake(m, conf_mark_at(n, "told"), "told: duty has its incidents from the roster");
    memcpy(to->id, row.id, sizeof to->id);
    memcpy(to->name, row.name, sizeof to->name);
    addresses_take(n, &row.at, has, to, m);
    memcpy(to->account, row.account, sizeof to->account);
    quiet_load(n, row.quiet, to, m);
    to->acts = row.acts;
    if (row.acts && s->link[0] == '\0')
        conf_mistake(m, conf_mark_at(n, "acts"), "acts: notify has no link");
    s->contacts.count++;
}

static bool link_is_sound(const char *link)
{
    return link[0] == '\0' ||
           (strncmp(link, "https://", 8) == 0 && link[8] != '\0' && link[strcspn(link, " #?<>\"")] == '\0');
}

void contacts_load(const struct conf_node *n, const struct catalogue *c, struct notify_settings *s,
                   struct conf_mistakes *m)
{
    struct notify_row row;

    memset(s, 0, sizeof *s);
    (void)conf_apply(NOTIFY, COUNT_OF(NOTIFY), n, &row, m);
    s->letters = outbox_rules_default();
    s->letters.again_ms = row.again_ms;
    s->letters.again_most_ms = row.again_most_ms;
    s->letters.give_up_ms = row.give_up_ms;
    s->letters.next_after_ms = row.next_ms;
    s->letters.next_tries = (unsigned)row.next_tries;
    s->letters.flood = (unsigned)row.flood;
    s->letters.flood_ms = row.flood_ms;
    s->letters.flood_wait_ms = row.flood_wait_ms;
    memcpy(s->link, row.link, sizeof s->link);
    s->link_valid_ms = row.link_ms;
    if (!link_is_sound(s->link))
        conf_mistake(m, conf_mark_at(n, "link"), "link is https://..., without blanks, ? and #");
    load_mail(row.mail, s, m);
    carriers_load_sms(row.sms, &s->carriers, m);
    carriers_load_webhook(row.webhook, &s->carriers, m);
    s->carriers.spool.give_up_ms = row.give_up_ms;
    for (size_t i = 0; row.contacts != NULL && i < conf_count(row.contacts); i++) {
        if (s->contacts.count == CONTACTS_MAX) {
            conf_mistake(m, conf_mark(conf_item(row.contacts, i)), "at most %d contacts", CONTACTS_MAX);
            break;
        }
        load_contact(conf_item(row.contacts, i), c, s, m);
    }
    rosters_load(&row.duty, c, s, m);
}

enum err contacts_read_password(struct notify_settings *s, struct fault *why)
{
    enum err rc = carriers_read_secrets(&s->carriers, why);

    if (rc != ERR_NONE || s->mail_password_file[0] == '\0')
        return rc;
    return file_read_secret(s->mail_password_file, s->mail.password, sizeof s->mail.password, why);
}

/* ---- printing ---- */

static void print_contact(const struct contact *c, struct strbuf *to)
{
    struct contact_row row = { .language = c->language, .weight = c->of.weight };

    memcpy(row.id, c->id, sizeof row.id);
    memcpy(row.name, c->name, sizeof row.name);
    addresses_give(c, &row.at);
    memcpy(row.account, c->account, sizeof row.account);
    quiet_print(c, row.quiet);
    row.acts = c->acts;
    memcpy(row.supplier, c->of.supplier, sizeof row.supplier);
    memcpy(row.sites, c->of.sites, sizeof row.sites);
    group_print_classes(row.classes, sizeof row.classes, c->of.classes);
    strbuf_puts(to, "    -\n");
    conf_print(CONTACT, COUNT_OF(CONTACT), &row, 6, to);
}

static void print_mail(const struct notify_settings *s, struct strbuf *to)
{
    struct mail_row row = { .answer_ms = s->mail.answer_ms };

    memcpy(row.server, s->mail.server, sizeof row.server);
    memcpy(row.folder, s->mail.folder, sizeof row.folder);
    memcpy(row.user, s->mail.user, sizeof row.user);
    memcpy(row.from, s->mail.from, sizeof row.from);
    memcpy(row.password_file, s->mail_password_file, sizeof row.password_file);
    memcpy(row.authorities, s->mail.authorities, sizeof row.authorities);
    strbuf_puts(to, "  mail:\n");
    conf_print(MAIL, COUNT_OF(MAIL), &row, 4, to);
}

void contacts_print(const struct notify_settings *s, bool people, struct strbuf *to)
{
    struct notify_row row = { .duty = rosters_row(s),
                              .again_ms = s->letters.again_ms,
                              .again_most_ms = s->letters.again_most_ms,
                              .give_up_ms = s->letters.give_up_ms,
                              .next_ms = s->letters.next_after_ms,
                              .next_tries = s->letters.next_tries,
                              .flood = s->letters.flood,
                              .flood_ms = s->letters.flood_ms,
                              .flood_wait_ms = s->letters.flood_wait_ms,
                              .link_ms = s->link_valid_ms };

    memcpy(row.link, s->link, sizeof row.link);
    strbuf_puts(to, "notify:\n");
    conf_print(NOTIFY, COUNT_OF(NOTIFY), &row, 2, to);
    if (mail_is_set(&s->mail))
        print_mail(s, to);
    carriers_print(&s->carriers, to);
    if (!people)
        return;
    if (s->contacts.count > 0)
        strbuf_puts(to, "  contacts:\n");
    for (size_t i = 0; i < s->contacts.count; i++)
        print_contact(&s->contacts.list[i], to);
    rosters_print(s, to);
}

void contacts_document(struct strbuf *to)
{
    conf_document(NOTIFY, COUNT_OF(NOTIFY), "notify", to);
    conf_document(MAIL, COUNT_OF(MAIL), "notify: mail", to);
    carriers_document(to);
    conf_document(CONTACT, COUNT_OF(CONTACT), "notify: a contact", to);
    rosters_document(to);
}
