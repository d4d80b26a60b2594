#include "incident/outbox.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "incident/incidents.h"

struct item {
    struct letter l;
    bool changed;      /* since it was recorded */
    bool fresh;        /* no record holds it */
    bool chosen;       /* for the record that is being made */
    struct wall since; /* its age counts from here: it was made, or was held and is no more */
};

struct gone {
    struct letter l;
    bool news; /* no record has what became of it */
};

struct outbox {
    struct outbox_rules rules;
    size_t count, gone_count;
    uint64_t lost, generation;
    struct item items[OUTBOX_PLACES]; /* in the order they were made */
    struct gone gone[OUTBOX_GONE_MAX];
};

struct outbox_rules outbox_rules_default(void)
{
    return (struct outbox_rules){ .again_ms = 30 * (int64_t)CLOCK_SECOND_MS,
                                  .again_most_ms = 15 * (int64_t)CLOCK_MINUTE_MS,
                                  .give_up_ms = CLOCK_DAY_MS,
                                  .keep_ms = 7 * (int64_t)CLOCK_DAY_MS,
                                  .next_after_ms = 5 * (int64_t)CLOCK_MINUTE_MS,
                                  .next_tries = 3,
                                  .flood = 10,
                                  .flood_ms = 10 * (int64_t)CLOCK_MINUTE_MS,
                                  .flood_wait_ms = 30 * (int64_t)CLOCK_SECOND_MS };
}

enum err outbox_new(struct outbox **out, const struct outbox_rules *rules)
{
    struct outbox *b = calloc(1, sizeof *b);

    if (b == NULL)
        return ERR_MEMORY;
    b->rules = *rules;
    *out = b;
    return ERR_NONE;
}

void outbox_free(struct outbox *b)
{
    free(b);
}

/* ---- places ---- */

static struct item *find(struct outbox *b, const struct letter *like)
{
    for (size_t i = 0; i < b->count; i++)
        if (letter_is(&b->items[i].l, like))
            return &b->items[i];
    return NULL;
}

static bool is_settled(const struct letter *l)
{
    return l->settled.ms != 0;
}

static void changed(struct outbox *b, struct item *i)
{
    i->changed = true;
    b->generation++;
}

static void drop(struct outbox *b, size_t n)
{
    b->count--;
    memmove(&b->items[n], &b->items[n + 1], (b->count - n) * sizeof *b->items);
    b->generation++;
}

/* The journal is told to forget it. */
static bool let_go(struct outbox *b, size_t n)
{
    if (b->gone_count == OUTBOX_GONE_MAX)
        return false;
    b->gone[b->gone_count++] = (struct gone){ b->items[n].l, b->items[n].changed };
    drop(b, n);
    return true;
}

static bool may_go(const struct item *i, bool with_news)
{
    return is_settled(&i->l) && (with_news || !i->changed);
}

/* One that is settled makes room for one that is not, the oldest first; what the journal knows of goes before
 * what it does not. */
static bool has_room(struct outbox *b)
{
    if (b->count < OUTBOX_LETTERS_MAX)
        return true;
    for (int with_news = 0; with_news < 2; with_news++)
        for (size_t n = 0; n < b->count; n++)
            if (may_go(&b->items[n], with_news))
                return let_go(b, n);
    return false;
}

static bool finds_room(struct outbox *b, const struct letter *l)
{
    return has_room(b) || (outgoing_is_danger(&l->about) && b->count < OUTBOX_PLACES);
}

/* ---- what happens ---- */

static enum err put(struct outbox *b, const struct letter *l)
{
    struct item *i;

    if (find(b, l) != NULL)
        return ERR_STATE;
    if (!finds_room(b, l)) {
        b->lost++;
        return ERR_FULL;
    }
    i = &b->items[b->count++];
    *i = (struct item){ .l = *l, .fresh = true, .since = l->about.at };
    changed(b, i);
    return ERR_NONE;
}

static struct letter new_letter(const struct outgoing *o, const char *to, enum channel c, struct wall next)
{
    struct letter l = { .about = *o, .channel = (uint8_t)c, .state = LETTER_WAITS, .next = next };

    (void)snprintf(l.to, sizeof l.to, "%s", to);
    return l;
}

enum err outbox_put(struct outbox *b, const struct outgoing *o, const char *to, enum channel c,
                    struct wall now)
{
    const struct letter l = new_letter(o, to, c, now);

    return put(b, &l);
}

/* ---- what is held ---- */

static bool is_to(const struct letter *l, const char *to)
{
    return strcmp(l->to, to) == 0;
}

/* It reached its reader, or may yet.  What was refused or given up has reached nobody; where it went on by
 * another channel, that one counts. */
static bool is_received(const struct letter *l)
{
    return (l->state == LETTER_WAITS || l->state == LETTER_SENT) && l->about.kind != OUT_SUMMARY;
}

/* When the flood that this letter would be part of is told; .ms 0: there is none.  Summaries do not count.  A
 * danger waits flood_wait_ms at most, whatever was summed before. */
static struct wall flood_until(const struct outbox *b, const char *to, bool danger, struct wall now)
{
    int64_t most_ms = danger ? b->rules.flood_wait_ms : b->rules.flood_ms;
    struct wall held = { 0 }, summary = { 0 };
    unsigned recent = 0;

    for (size_t n = 0; n < b->count; n++) {
        const struct letter *l = &b->items[n].l;
        if (!is_to(l, to) || now.ms - l->about.at.ms >= b->rules.flood_ms)
            continue;
        recent += is_received(l);
        if (l->about.kind == OUT_SUMMARY)
            summary = l->about.at;
        if (l->state == LETTER_HELD && l->next.ms <= now.ms + most_ms)
            held = l->next;
    }
    if (b->rules.flood == 0 || recent < b->rules.flood)
        return (struct wall){ 0 };
    if (held.ms != 0)
        return held;
    if (!danger && summary.ms != 0 && summary.ms + b->rules.flood_ms > now.ms + b->rules.flood_wait_ms)
        return (struct wall){ summary.ms + b->rules.flood_ms };
    return (struct wall){ now.ms + b->rules.flood_wait_ms };
}

enum err outbox_post(struct outbox *b, const struct outgoing *o, const char *to, enum channel c,
                     struct posting how, struct wall now)
{
    struct letter l = new_letter(o, to, c, now);

    if (how.quiet_until.ms > now.ms)
        l.next = how.quiet_until;
    else if (!how.always)
        l.next = flood_until(b, to, outgoing_is_danger(o), now);
    if (l.next.ms > now.ms)
        l.state = LETTER_HELD;
    else
        l.next = now;
    return put(b, &l);
}

void outbox_take_back(struct outbox *b, const struct outgoing *o)
{
    for (size_t n = b->count; n > 0; n--) {
        const struct item *i = &b->items[n - 1];
        if (i->fresh && i->l.about.incident == o->incident && i->l.about.kind == o->kind &&
            i->l.about.n == o->n)
            drop(b, n - 1);
    }
}

static void settle(struct outbox *b, struct item *i, enum letter_state state, struct wall now)
{
    i->l.state = (uint8_t)state;
    i->l.settled = now;
    changed(b, i);
}

/* asked: what the channel asks for; not longer than the longest wait. */
static int64_t wait_ms(const struct outbox *b, unsigned tries, int64_t asked_ms)
{
    int64_t ms = b->rules.again_ms;

    for (unsigned k = 1; k < tries && ms < b->rules.again_most_ms; k++)
        ms *= 2;
    if (ms < asked_ms)
        ms = asked_ms;
    return ms < b->rules.again_most_ms ? ms : b->rules.again_most_ms;
}

/* Of those that went on by another channel and were not tried there. */
static void call_back(struct outbox *b, const struct letter *taken, struct wall now)
{
    for (size_t n = 0; n < b->count; n++) {
        struct item *i = &b->items[n];
        struct letter same = i->l;
        same.channel = taken->channel;
        if (i->l.channel == taken->channel || i->l.state != LETTER_WAITS || i->l.tries > 0 ||
            !letter_is(&same, taken))
            continue;
        (void)snprintf(i->l.why, sizeof i->l.why, "%s took it after all",
                       channel_name((enum channel)taken->channel));
        settle(b, i, LETTER_EXPIRED, now);
    }
}

/* Given up, and taken after all: an answer that was under way. */
static bool is_late_yes(const struct letter *l, const struct letter_report *r)
{
    return l->state == LETTER_EXPIRED && r->sending == SENDING_TAKEN && l->tries == r->tries;
}

enum err outbox_report(struct outbox *b, const struct letter_report *r, struct wall now)
{
    struct letter like = { .about = r->about, .channel = r->channel };
    struct item *i;

    memcpy(like.to, r->to, sizeof like.to);
    i = find(b, &like);
    if (i == NULL)
        return ERR_MISSING;
    if (!is_late_yes(&i->l, r) && (i->l.state != LETTER_WAITS || i->l.tries != r->tries))
        return ERR_STATE;
    if (i->l.tries < UINT16_MAX)
        i->l.tries++;
    memcpy(i->l.why, r->why, sizeof i->l.why);
    if (r->sending == SENDING_LATER) {
        i->l.next.ms = now.ms + wait_ms(b, i->l.tries, r->wait_ms);
        changed(b, i);
        return ERR_NONE;
    }
    if (r->sending == SENDING_TAKEN && i->l.state == LETTER_EXPIRED)
        call_back(b, &i->l, now);
    settle(b, i, r->sending == SENDING_TAKEN ? LETTER_SENT : LETTER_REFUSED, now);
    return ERR_NONE;
}

bool outbox_is_stuck(const struct outbox *b, const struct letter *l, struct wall now)
{
    const struct outbox_rules *r = &b->rules;

    if (l->state != LETTER_WAITS)
        return l->state == LETTER_REFUSED;
    return (r->next_after_ms > 0 && now.ms - l->next.ms >= r->next_after_ms) ||
           (r->next_tries > 0 && l->tries >= r->next_tries);
}

enum err outbox_pass_on(struct outbox *b, const struct letter *l, enum channel by, struct wall now)
{
    const struct letter was = *l, next = new_letter(&was.about, was.to, by, now); /* places may move */
    enum err rc = put(b, &next);
    struct item *i = find(b, &was);

    b->lost -= rc == ERR_FULL; /* it stays where it is */
    if (rc == ERR_NONE && i != NULL)
        b->items[b->count - 1].since = i->since;
    if (rc != ERR_NONE || i == NULL || i->l.state != LETTER_WAITS)
        return rc;
    if (i->l.why[0] == '\0')
        (void)snprintf(i->l.why, sizeof i->l.why, "not taken in time, it went on by %s", channel_name(by));
    settle(b, i, LETTER_EXPIRED, now);
    return ERR_NONE;
}

static void expire(struct outbox *b, struct item *i, struct wall now)
{
    if (i->l.why[0] == '\0')
        (void)snprintf(i->l.why, sizeof i->l.why, "the channel was not reached in time");
    settle(b, i, LETTER_EXPIRED, now);
}

/* ---- the end of a holding ---- */

static bool goes_with(const struct letter *l, const struct letter *first, struct wall now)
{
    return l->state == LETTER_HELD && l->next.ms <= now.ms && l->channel == first->channel &&
           is_to(l, first->to);
}

/* The most urgent speaks for all: it is over, an exercise, without a law's limit only when all are. */
static struct outgoing sum_up(const struct outbox *b, const struct letter *first, struct wall now)
{
    struct outgoing o = { .kind = OUT_SUMMARY,
                          .n = outgoing_second(now),
                          .at = now,
                          .due = { INT64_MAX },
                          .size = NAN,
                          .drill = true,
                          .over = true };

    for (size_t n = 0; n < b->count; n++) {
        const struct letter *l = &b->items[n].l;
        if (!goes_with(l, first, now))
            continue;
        o.count++;
        o.legal = o.legal || l->about.legal;
        o.grave = o.grave || outgoing_is_danger(&l->about);
        o.drill = o.drill && l->about.drill;
        o.over = o.over && l->about.over;
        if (l->about.due.ms < o.due.ms)
            o.due = l->about.due;
    }
    return o;
}

static void release(struct outbox *b, struct item *i, struct wall now)
{
    i->l.state = LETTER_WAITS;
    i->l.next = now;
    i->since = now;
    changed(b, i);
}

/* One goes on alone; several make one, or, where that finds no room, each goes on alone. */
static void let_on(struct outbox *b, const struct letter *which, struct wall now)
{
    const struct letter first = *which; /* places may move */
    const struct outgoing o = sum_up(b, &first, now);
    const struct letter summary = new_letter(&o, first.to, (enum channel)first.channel, now);
    char words[LETTER_WHY_MAX];
    enum err rc = o.count > 1 ? put(b, &summary) : ERR_MISSING;

    b->lost -= rc == ERR_FULL; /* each of them goes on */
    if (rc == ERR_STATE)
        return; /* another was made in this very second: with the next tick */
    letter_summary_words(&summary, words);
    for (size_t n = 0; n < b->count; n++) {
        struct item *i = &b->items[n];
        if (!goes_with(&i->l, &first, now))
            continue;
        if (rc != ERR_NONE) {
            release(b, i, now);
            continue;
        }
        memcpy(i->l.why, words, sizeof i->l.why);
        settle(b, i, LETTER_SUMMED, now);
    }
}

static void let_on_what_was_held(struct outbox *b, struct wall now)
{
    for (size_t n = 0; n < b->count; n++)
        if (b->items[n].l.state == LETTER_HELD && b->items[n].l.next.ms <= now.ms)
            let_on(b, &b->items[n].l, now);
}

static bool is_open(const struct incidents *open, uint64_t incident)
{
    const struct incident *i = open == NULL || incident == 0 ? NULL : incidents_living(open, incident);

    return i != NULL && !i->closed && i->merged_into == 0;
}

static bool was_shown(const struct outbox *b, const struct item *i, struct wall now)
{
    return is_settled(&i->l) && !i->changed && now.ms - i->l.settled.ms >= b->rules.keep_ms;
}

void outbox_tick(struct outbox *b, const struct incidents *open, struct wall now)
{
    let_on_what_was_held(b, now);
    for (size_t n = b->count; n > 0; n--) {
        struct item *i = &b->items[n - 1];
        if (i->l.state == LETTER_WAITS && now.ms - i->since.ms >= b->rules.give_up_ms)
            expire(b, i, now);
        else if (was_shown(b, i, now) && !is_open(open, i->l.about.incident))
            (void)let_go(b, n - 1); /* when not now, with the next tick */
    }
}

/* ---- looking ---- */

size_t outbox_count(const struct outbox *b)
{
    return b->count;
}

const struct letter *outbox_at(const struct outbox *b, size_t n)
{
    return &b->items[n].l;
}

uint64_t outbox_lost(const struct outbox *b)
{
    return b->lost;
}

uint64_t outbox_generation(const struct outbox *b)
{
    return b->generation;
}

/* ---- the next record ---- */

bool outbox_has_news(const struct outbox *b)
{
    if (b->gone_count > 0)
        return true;
    for (size_t n = 0; n < b->count; n++)
        if (b->items[n].changed)
            return true;
    return false;
}

void outbox_begin(struct outbox *b)
{
    for (size_t n = 0; n < b->count; n++)
        b->items[n].chosen = b->items[n].changed;
}

const struct letter *outbox_chosen(const struct outbox *b, size_t *at)
{
    while (*at < b->count) {
        const struct item *i = &b->items[(*at)++];
        if (i->chosen)
            return &i->l;
    }
    return NULL;
}

const struct letter *outbox_gone(const struct outbox *b, size_t n)
{
    return n < b->gone_count ? &b->gone[n].l : NULL;
}

bool outbox_gone_is_news(const struct outbox *b, size_t n)
{
    return n < b->gone_count && b->gone[n].news;
}

void outbox_recorded(struct outbox *b)
{
    for (size_t n = 0; n < b->count; n++)
        if (b->items[n].chosen)
            b->items[n].changed = b->items[n].fresh = b->items[n].chosen = false;
    b->gone_count = 0;
}

/* When it was let on is not kept: it may have been tried first then. */
static struct wall age_of(const struct letter *l)
{
    return l->tries == 0 && l->next.ms > l->about.at.ms ? l->next : l->about.at;
}

enum err outbox_restore(struct outbox *b, const struct letter *l)
{
    size_t n;

    if (!has_room(b) && b->count == OUTBOX_PLACES) { /* dangers may have stood in the places of others */
        b->lost += !is_settled(l);
        return ERR_FULL;
    }
    n = b->count;
    while (n > 0 && b->items[n - 1].l.about.at.ms > l->about.at.ms)
        n--;
    memmove(&b->items[n + 1], &b->items[n], (b->count - n) * sizeof *b->items);
    b->items[n] = (struct item){ .l = *l, .since = age_of(l) };
    b->count++;
    b->generation++;
    return ERR_NONE;
}
