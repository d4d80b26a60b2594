#include "model/contact.h"

#include <string.h>

#include "model/incident_reach.h"

const struct contact *contact_find(const struct contacts *c, const char *id)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->list[i].id, id) == 0)
            return &c->list[i];
    return NULL;
}

/* ---- addresses ---- */

const char *contact_address(const struct contact *c, enum channel to)
{
    switch (to) {
    case CHANNEL_EMAIL: return c->email;
    case CHANNEL_SMS: return c->sms;
    case CHANNEL_WEBHOOK: return c->webhook;
    default: return "";
    }
}

void contact_usual_order(struct contact *c)
{
    static const enum channel ORDER[CHANNEL_COUNT] = { CHANNEL_SMS, CHANNEL_WEBHOOK, CHANNEL_EMAIL };

    c->channel_count = 0;
    for (size_t i = 0; i < CHANNEL_COUNT; i++)
        if (contact_address(c, ORDER[i])[0] != '\0')
            c->channels[c->channel_count++] = (uint8_t)ORDER[i];
}

enum channel contact_next_channel(const struct contact *c, enum channel refused)
{
    size_t n = 0;

    while (n < c->channel_count && c->channels[n] != refused)
        n++;
    n = n == c->channel_count ? 0 : n + 1;
    return n < c->channel_count ? (enum channel)c->channels[n] : CHANNEL_COUNT;
}

bool contact_email(const char *text)
{
    static const char LOCAL[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-";
    static const char DOMAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    size_t local = strspn(text, LOCAL), domain;

    if (local == 0 || local > 64 || text[local] != '@') /* RFC 5321, 4.5.3.1.1 */
        return false;
    domain = strspn(text + local + 1, DOMAIN);
    return domain > 0 && text[local + 1 + domain] == '\0' && text[local + 1] != '.' && text[local + 1] != '-';
}

/* ITU-T E.164: at most 15 digits with the country's; a national one, with its 0, is of Vietnam. */
bool contact_number(const char *text, char out[CONTACT_NUMBER_MAX])
{
    static const char VIETNAM[] = "84";
    bool international = text[0] == '+';
    size_t n = 0;

    if (!international && text[0] == '0' && text[1] != '0') {
        memcpy(out, VIETNAM, n = strlen(VIETNAM));
        text++;
    }
    for (text += international; *text != '\0'; text++) {
        if (*text == ' ' || *text == '.' || *text == '-')
            continue;
        if (*text < '0' || *text > '9' || n == CONTACT_NUMBER_MAX - 1 || (n == 0 && *text == '0'))
            return false;
        out[n++] = *text;
    }
    out[n] = '\0';
    return n >= 8;
}

const struct contact *contact_of_number(const struct contacts *c, const char *digits, size_t nth)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].sms[0] != '\0' && strcmp(c->list[i].sms, digits) == 0 && nth-- == 0)
            return &c->list[i];
    return NULL;
}

/* ---- places ---- */

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = words; *at != '\0';) {
        size_t len = strcspn(at, " ");
        if (len == n && memcmp(at, word, n) == 0)
            return true;
        at += len;
        at += strspn(at, " ");
    }
    return false;
}

/* What is at no place that is known belongs to no supplier: those who are told of any are told of it. */
static bool is_at(const struct told_of *g, const struct catalogue *c, const struct member *m)
{
    uint32_t system;

    if (g->sites[0] != '\0' && !has_word(g->sites, m->site))
        return false;
    if (g->supplier[0] == '\0')
        return true;
    system = member_system(c, m);
    return system != NO_INDEX && strcmp(c->suppliers[c->systems[system].supplier].id, g->supplier) == 0;
}

/* ---- weight ---- */

static bool is_dangerous(const struct member *m)
{
    return m->class == CLASS_WATER_QUALITY || m->class == CLASS_SAFETY;
}

bool incident_is_grave(const struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (is_dangerous(&i->members[k]))
            return true;
    return i->large_since.ms != 0;
}

/* What nobody of the supplier can end is the authority's, whatever it is. */
static bool is_of_the_authority(const struct outgoing *o)
{
    return o->kind == OUT_BEYOND_CONTROL ||
           (o->kind == OUT_DUTY_LATE && o->count == DUTY_REPORT_BEYOND_CONTROL);
}

static bool weighs(const struct told_of *g, const struct incident *i, const struct member *m,
                   const struct outgoing *o)
{
    bool grave = i->large_since.ms != 0 || is_dangerous(m) || is_of_the_authority(o);

    switch (g->weight) {
    case WEIGHT_ALL: return true;
    case WEIGHT_LEGAL: return grave || o->legal;
    case WEIGHT_GRAVE: return grave;
    default: return false;
    }
}

const char *contact_who(const struct contact *c)
{
    return c->account[0] != '\0' ? c->account : c->id;
}

bool outgoing_is_urgent(const struct outgoing *o, const struct incident *i)
{
    if (o->over || o->kind == OUT_ENDED || o->kind == OUT_DUE_MOVED)
        return false;
    return o->legal || o->kind == OUT_LARGE_EFFECT || o->kind == OUT_BEYOND_CONTROL ||
           o->kind == OUT_DIGEST || (i != NULL && incident_is_grave(i));
}

struct wall contact_quiet_until(const struct contact *c, struct wall at)
{
    struct wall midnight = wall_local_midnight(at);
    int64_t from = c->quiet_from * (int64_t)CLOCK_MINUTE_MS, to = c->quiet_to * (int64_t)CLOCK_MINUTE_MS;
    int64_t of_day = at.ms - midnight.ms;

    if (from < to && of_day >= from && of_day < to)
        return (struct wall){ midnight.ms + to };
    if (from > to && of_day >= from)
        return (struct wall){ midnight.ms + CLOCK_DAY_MS + to };
    if (from > to && of_day < to)
        return (struct wall){ midnight.ms + to };
    return (struct wall){ 0 };
}

bool is_told_of(const struct told_of *g, const struct catalogue *c, const struct incident *i,
                const struct outgoing *o)
{
    if (i == NULL)
        return g->weight == WEIGHT_ALL && g->supplier[0] == '\0' && g->sites[0] == '\0' && g->classes == 0;
    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        if ((g->classes == 0 || (g->classes >> m->class & 1) != 0) && is_at(g, c, m) && weighs(g, i, m, o))
            return true;
    }
    return false;
}
