#include "model/letter.h"

#include <stdio.h>
#include <string.h>

#include "item_bytes.h"
#include "model/incident_item.h"

enum { LETTER_BYTES = 2 * 8 + 2 + 2 };

const char *channel_name(enum channel c)
{
    static const char *const NAMES[CHANNEL_COUNT] = { "email", "sms", "webhook" };

    return c < CHANNEL_COUNT ? NAMES[c] : "unknown";
}

bool channel_parse(const char *name, enum channel *out)
{
    for (unsigned c = 0; c < CHANNEL_COUNT; c++)
        if (strcmp(channel_name((enum channel)c), name) == 0) {
            *out = (enum channel)c;
            return true;
        }
    return false;
}

const char *letter_state_name(enum letter_state s)
{
    static const char *const NAMES[LETTER_STATE_COUNT] = { "waits",   "sent", "refused",
                                                           "expired", "held", "summed" };

    return s < LETTER_STATE_COUNT ? NAMES[s] : "unknown";
}

const char *trial_state_name(enum trial_state s)
{
    static const char *const NAMES[TRIAL_STATE_COUNT] = { "none",  "under_way", "taken",
                                                          "later", "refused",   "down" };

    return s < TRIAL_STATE_COUNT ? NAMES[s] : "unknown";
}

void letter_name(const struct letter *l, char out[LETTER_NAME_MAX])
{
    char key[OUTGOING_KEY_MAX];

    outgoing_key(&l->about, key);
    (void)snprintf(out, LETTER_NAME_MAX, "%s/%s/%s", key, l->to, channel_name((enum channel)l->channel));
}

bool letter_is(const struct letter *a, const struct letter *b)
{
    return a->about.incident == b->about.incident && a->about.kind == b->about.kind &&
           a->about.n == b->about.n && a->channel == b->channel && strcmp(a->to, b->to) == 0;
}

void letter_summary_words(const struct letter *summary, char out[LETTER_WHY_MAX])
{
    char key[OUTGOING_KEY_MAX];

    outgoing_key(&summary->about, key);
    (void)snprintf(out, LETTER_WHY_MAX, "in %s", key);
}

bool letter_in_summary(const struct letter *l, const struct letter *summary)
{
    char words[LETTER_WHY_MAX];

    if (l->state != LETTER_SUMMED || strcmp(l->to, summary->to) != 0)
        return false;
    letter_summary_words(summary, words);
    return strcmp(l->why, words) == 0;
}

/* ---- what comes first ---- */

static unsigned rank(const struct outgoing *o)
{
    static const unsigned char RANKS[OUT_COUNT] = {
        [OUT_LARGE_EFFECT] = 0,  [OUT_OPENED] = 1,  [OUT_STEP] = 1,      [OUT_OVERDUE] = 2,
        [OUT_OVERDUE_AGAIN] = 2, [OUT_PASSED] = 2,  [OUT_DIGEST] = 2,    [OUT_DUTY_LATE] = 3,
        [OUT_UNCONFIRMED] = 3,   [OUT_WARNING] = 4, [OUT_DUE_MOVED] = 5, [OUT_ESCALATED] = 1,
        [OUT_BACK] = 1,          [OUT_ENDED] = 6,   [OUT_SUMMARY] = 1,   [OUT_BEYOND_CONTROL] = 0,
    };

    return (o->over ? 200U : 0U) + (o->drill ? 100U : 0U) + (o->legal ? 0U : 10U) + RANKS[o->kind];
}

static int older_first(const struct letter *a, const struct letter *b)
{
    if (a->about.at.ms != b->about.at.ms)
        return a->about.at.ms < b->about.at.ms ? -1 : 1;
    return strcmp(a->to, b->to);
}

int letter_compare_weight(const struct letter *a, const struct letter *b)
{
    unsigned x = rank(&a->about), y = rank(&b->about);
    bool danger = outgoing_is_danger(&a->about);

    if (danger != outgoing_is_danger(&b->about))
        return danger ? -1 : 1;
    if (x != y)
        return x < y ? -1 : 1;
    if (a->about.due.ms != b->about.due.ms)
        return a->about.due.ms < b->about.due.ms ? -1 : 1;
    return older_first(a, b);
}

int letter_compare(const struct letter *a, const struct letter *b)
{
    if (outgoing_is_danger(&a->about) && outgoing_is_danger(&b->about))
        return older_first(a, b);
    return letter_compare_weight(a, b);
}

/* ---- bytes ---- */

void letter_write(struct strbuf *to, const struct letter *l)
{
    outgoing_item_write(to, &l->about);
    put(to, (uint64_t)l->next.ms, 8);
    put(to, (uint64_t)l->settled.ms, 8);
    put(to, l->tries, 2);
    put(to, l->channel, 1);
    put(to, l->state, 1);
    put_text(to, l->to);
    put_text(to, l->why);
}

static bool is_sound(const struct letter *l)
{
    return l->channel < CHANNEL_COUNT && l->state < LETTER_STATE_COUNT && l->to[0] != '\0' &&
           (l->state == LETTER_WAITS || l->state == LETTER_HELD) == (l->settled.ms == 0);
}

enum err letter_read(const unsigned char **at, const unsigned char *end, struct letter *out)
{
    enum err rc;

    memset(out, 0, sizeof *out);
    rc = outgoing_item_read(at, end, &out->about);
    if (rc == ERR_NONE && end - *at < LETTER_BYTES)
        rc = ERR_SHORT;
    if (rc != ERR_NONE)
        return rc;
    out->next.ms = (int64_t)get(at, 8);
    out->settled.ms = (int64_t)get(at, 8);
    out->tries = (uint16_t)get(at, 2);
    out->channel = (uint8_t)get(at, 1);
    out->state = (uint8_t)get(at, 1);
    rc = get_text(at, end, out->to, sizeof out->to);
    if (rc == ERR_NONE)
        rc = get_text(at, end, out->why, sizeof out->why);
    if (rc != ERR_NONE)
        return rc;
    return is_sound(out) ? ERR_NONE : ERR_RANGE;
}
