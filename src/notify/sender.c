#include "notify/sender.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/wake.h"
#include "notify/letter_text.h"
#include "notify/sms_text.h"

enum {
    LOOK_MS = 1000,
    DUE_MAX = 128, /* more than are held: among the most urgent there is one to send */
    HELD_MAX = 64,
    DOUBTS_MAX = 16,
    PARTS_MAX = 256,
    SUBJECT_MAX = 1024,
    TEXT_MAX = 32 * 1024,
    BRIEF_MAX = 4096
};
enum { SENDER_ID_MAX = LETTER_NAME_MAX + ID_MAX + 1 };

/* An answer of the channel: kept until the outbox shows that it knows it. */
struct held {
    struct letter_report report;
    bool taken; /* by the inbox */
};

/* The channel seemed down at a letter to this reader.  It may be about them alone: that shows when it answers
 * about another's. */
struct doubt {
    struct letter letter;
    char why[LETTER_WHY_MAX];
    bool waited;   /* the channel was left alone since: it may have been down for all */
    bool answered; /* it has answered about another's since, and was not left alone after that */
};

/* How much speaks for taking a letter next. */
enum trust { TRUST_NONE, TRUST_SOME, TRUST_FULL };

struct sender {
    struct sender_settings set;
    struct outbox_port outbox;
    struct wake wake;
    atomic_bool stop;
    struct letter due[DUE_MAX], parts[PARTS_MAX];
    struct held held[HELD_MAX];
    size_t held_count;
    struct doubt doubts[DOUBTS_MAX]; /* one a reader, the oldest first */
    size_t doubt_count;
    bool one_word;        /* it is left alone because of one reader, when nobody else's letter was due */
    unsigned failures;    /* in a row: it was not reached */
    char to_wait[ID_MAX]; /* whose letter was to wait, when the last was; "": it was not */
    struct mono minute;   /* since when letters are counted */
    unsigned in_minute;
    struct damper damper;
    pthread_mutex_t lock; /* guards status */
    struct channel_status status;
    pthread_t thread;
};

/* ---- answers ---- */

static bool is_of(const struct letter_report *r, const struct letter *l)
{
    return r->about.incident == l->about.incident && r->about.kind == l->about.kind &&
           r->about.n == l->about.n && r->tries == l->tries && strcmp(r->to, l->to) == 0;
}

static void offer(struct sender *s)
{
    uint64_t untaken = 0;

    for (size_t i = 0; i < s->held_count; i++) {
        struct held *h = &s->held[i];
        h->taken = h->taken || s->outbox.report(s->outbox.self, &h->report) == ERR_NONE;
        untaken += !h->taken;
    }
    (void)pthread_mutex_lock(&s->lock);
    s->status.unreported = untaken;
    (void)pthread_mutex_unlock(&s->lock);
}

static bool is_held(const struct sender *s, const struct letter *l)
{
    for (size_t i = 0; i < s->held_count; i++)
        if (is_of(&s->held[i].report, l))
            return true;
    return false;
}

/* An answer that the outbox took and whose letter waits no more as it did is known there. */
static void let_go(struct sender *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->held_count; i++)
        if (!s->held[i].taken || s->outbox.waits(s->outbox.self, &s->held[i].report))
            s->held[n++] = s->held[i];
    s->held_count = n;
}

/* ---- one letter ---- */

static bool is_urgent(const struct outgoing *o)
{
    return !o->over && !o->drill && o->kind != OUT_WARNING && o->kind != OUT_DUE_MOVED &&
           o->kind != OUT_ENDED;
}

/* Ids of incidents are the node's own. */
static void full_name(const struct sender *s, const struct letter *l, char out[SENDER_ID_MAX])
{
    char name[LETTER_NAME_MAX];

    letter_name(l, name);
    (void)snprintf(out, SENDER_ID_MAX, "%s/%s", s->set.node, name);
}

static enum carried write_and_send(struct sender *s, const struct letter *l, const struct contact *c,
                                   struct now now, char why[LETTER_WHY_MAX], int64_t *wait_ms)
{
    char pass[LETTER_PASS_MAX] = "";
    struct incident_list *incidents = s->outbox.incidents(s->outbox.self);
    struct alarm_list *alarms = s->outbox.alarms(s->outbox.self);
    struct letter_text t = { .letter = l,
                             .incidents = incidents,
                             .alarms = alarms,
                             .language = c->language,
                             .link = s->set.link,
                             .answers = s->set.answers,
                             .pass = pass,
                             .now = now.wall,
                             .parts = s->parts,
                             .of_all = is_told_of(&c->of, NULL, NULL, &l->about) };
    char id[SENDER_ID_MAX];
    enum carried answer = CARRIED_DOWN;
    struct strbuf subject, text, brief;

    s->outbox.pass(s->outbox.self, l, pass);
    if (l->about.kind == OUT_SUMMARY)
        t.part_count = s->outbox.summed(s->outbox.self, l, s->parts, PARTS_MAX);
    letter_parts_now(s->parts, t.part_count, incidents);
    strbuf_init(&subject, SUBJECT_MAX);
    strbuf_init(&text, TEXT_MAX);
    strbuf_init(&brief, BRIEF_MAX);
    letter_subject(&subject, &t);
    letter_body(&text, &t);
    letter_brief(&brief, &t, &(struct sms_room){ s->set.parts, s->set.marks });
    full_name(s, l, id);
    if (subject.failed || text.failed || brief.failed) {
        (void)snprintf(why, LETTER_WHY_MAX, "no memory for the text");
    } else {
        const struct parcel p = { .to = contact_address(c, s->set.channel),
                                  .to_name = c->name,
                                  .subject = subject.text,
                                  .text = text.text,
                                  .brief = brief.text,
                                  .id = id,
                                  .language = c->language == CONTACT_EN ? "en" : "vi",
                                  .urgent = is_urgent(&l->about),
                                  .at = now.wall };
        answer = s->set.carrier.send(s->set.carrier.self, &p, &s->stop, why, wait_ms);
    }
    strbuf_clear(&subject);
    strbuf_clear(&text);
    strbuf_clear(&brief);
    explicit_bzero(pass, sizeof pass);
    incident_list_drop(incidents);
    alarm_list_drop(alarms);
    return answer;
}

static void hold(struct sender *s, const struct letter *l, enum sending what, const char *why,
                 int64_t wait_ms)
{
    struct held *h = &s->held[s->held_count++];

    *h = (struct held){ .report = { .about = l->about,
                                    .channel = l->channel,
                                    .tries = l->tries,
                                    .sending = (uint8_t)what,
                                    .wait_ms = wait_ms } };
    memcpy(h->report.to, l->to, sizeof h->report.to);
    (void)snprintf(h->report.why, sizeof h->report.why, "%s", why);
}

/* ---- the channel ---- */

/* Doubled with each failure; not shorter than what it asks for, nor longer than the longest. */
static void went_down(struct sender *s, struct now now, const char *why, int64_t asked_ms)
{
    int64_t wait_ms = s->set.again_ms;
    unsigned swallowed;

    for (unsigned k = 0; k < s->failures && wait_ms < s->set.again_most_ms; k++)
        wait_ms *= 2;
    if (wait_ms < asked_ms)
        wait_ms = asked_ms;
    if (wait_ms > s->set.again_most_ms)
        wait_ms = s->set.again_most_ms;
    s->failures++;
    s->one_word = false;
    for (size_t k = 0; k < s->doubt_count; k++) {
        s->doubts[k].waited = true;
        s->doubts[k].answered = false;
    }
    (void)pthread_mutex_lock(&s->lock);
    s->status.up = false;
    s->status.down++;
    s->status.next.ms = now.wall.ms + wait_ms;
    (void)snprintf(s->status.text, sizeof s->status.text, "%s", why);
    (void)pthread_mutex_unlock(&s->lock);
    if (damper_complain(&s->damper, now.mono, &swallowed))
        log_warn("channel=%s down last=\"%s\" unsaid=%u next_try=%llds", channel_name(s->set.channel), why,
                 swallowed, (long long)(wait_ms / CLOCK_SECOND_MS));
}

static void answered(struct sender *s, struct now now, enum carried a)
{
    int64_t lasted_ms;

    s->failures = 0;
    (void)pthread_mutex_lock(&s->lock);
    s->status.up = true;
    s->status.text[0] = '\0';
    s->status.next.ms = 0;
    s->status.taken += a == CARRIED_TAKEN;
    s->status.later += a == CARRIED_LATER || a == CARRIED_WAIT;
    s->status.refused += a == CARRIED_REFUSED;
    if (a == CARRIED_TAKEN)
        s->status.last_taken = now.wall;
    (void)pthread_mutex_unlock(&s->lock);
    if (damper_end(&s->damper, now.mono, &lasted_ms))
        log_info("channel=%s back after=%llds", channel_name(s->set.channel),
                 (long long)(lasted_ms / CLOCK_SECOND_MS));
}

static void settle(struct sender *s, const struct letter *l, enum carried a, const char *why, int64_t wait_ms)
{
    const bool later = a == CARRIED_LATER || a == CARRIED_WAIT;

    if (a != CARRIED_TAKEN)
        log_warn("letter incident=%" PRIu64 " kind=%s to=%s channel=%s %s: %s", l->about.incident,
                 outgoing_kind_name((enum outgoing_kind)l->about.kind), l->to, channel_name(s->set.channel),
                 later ? "not taken" : "refused", why);
    hold(s, l, a == CARRIED_TAKEN ? SENDING_TAKEN : later ? SENDING_LATER : SENDING_REFUSED, why, wait_ms);
}

/* ---- down for all, or at one reader ---- */

static struct doubt *doubt_of(struct sender *s, const char *to)
{
    for (size_t k = 0; k < s->doubt_count; k++)
        if (strcmp(s->doubts[k].letter.to, to) == 0)
            return &s->doubts[k];
    return NULL;
}

static void forget(struct sender *s, struct doubt *d)
{
    s->doubt_count--;
    memmove(d, d + 1, (size_t)(&s->doubts[s->doubt_count] - d) * sizeof *d);
}

static void doubt(struct sender *s, const struct letter *l, const char *why)
{
    struct doubt *d = doubt_of(s, l->to);

    if (d != NULL)
        forget(s, d);
    else if (s->doubt_count == DOUBTS_MAX)
        forget(s, s->doubts);
    d = &s->doubts[s->doubt_count++];
    *d = (struct doubt){ .letter = *l };
    (void)snprintf(d->why, sizeof d->why, "%s", why);
}

/* Readers at whom it was down, and it has not answered about anybody since; fresh: nor was it left alone. */
static size_t in_doubt(const struct sender *s, bool fresh)
{
    size_t n = 0;

    for (size_t k = 0; k < s->doubt_count; k++)
        n += !s->doubts[k].answered && !(fresh && s->doubts[k].waited);
    return n;
}

static enum trust trust_of(struct sender *s, const struct letter *l)
{
    const struct doubt *d = doubt_of(s, l->to);

    if (d == NULL || d->answered)
        return TRUST_FULL;
    return d->waited ? TRUST_SOME : TRUST_NONE;
}

static void put_off(struct sender *s, const struct letter *l, const char *why, int64_t wait_ms)
{
    (void)pthread_mutex_lock(&s->lock);
    s->status.later++;
    (void)pthread_mutex_unlock(&s->lock);
    settle(s, l, CARRIED_LATER, why, wait_ms);
}

/* It answered about this one: where it was down a moment ago it was so at that reader only. */
static void is_reached(struct sender *s, const struct letter *l)
{
    size_t n = 0;

    for (size_t k = 0; k < s->doubt_count; k++) {
        struct doubt *d = &s->doubts[k];
        if (strcmp(d->letter.to, l->to) == 0)
            continue;
        if (!d->waited && !d->answered && s->held_count < HELD_MAX)
            put_off(s, &d->letter, d->why, 0);
        d->answered = true;
        s->doubts[n++] = *d;
    }
    s->doubt_count = n;
}

/* One reader's word is not enough: the next that is tried is another's, where one is due.  False: nothing
 * more now. */
static bool seems_down(struct sender *s, const struct letter *l, struct now now, const char *why,
                       int64_t wait_ms)
{
    const struct doubt *d = doubt_of(s, l->to);

    if (d != NULL && d->answered) {
        put_off(s, l, why, wait_ms);
        return true;
    }
    doubt(s, l, why);
    if (wait_ms == 0 && in_doubt(s, true) == 1)
        return true;
    went_down(s, now, why, wait_ms);
    return false;
}

/* There is no other. */
static void nobody_else(struct sender *s, const struct letter *l, struct now now)
{
    const bool one = in_doubt(s, false) == 1;

    went_down(s, now, doubt_of(s, l->to)->why, 0);
    s->one_word = one;
}

/* It may be that too many go to one reader; when another's is to wait as well, too many go at all.  Either
 * letter is put off and counts a try.  False: nothing more now. */
static bool is_to_wait(struct sender *s, const struct letter *l, struct now now, const char *why,
                       int64_t wait_ms)
{
    const bool all = s->to_wait[0] != '\0' && strcmp(s->to_wait, l->to) != 0;

    memcpy(s->to_wait, l->to, sizeof s->to_wait);
    if (all)
        went_down(s, now, why, wait_ms);
    else
        answered(s, now, CARRIED_WAIT);
    settle(s, l, CARRIED_WAIT, why, wait_ms);
    return !all;
}

/* False: nothing more now. */
static bool send_one(struct sender *s, const struct letter *l)
{
    struct contact c;
    struct now now = clock_read(&s->set.clock);
    char why[LETTER_WHY_MAX] = "";
    int64_t wait_ms = 0;
    enum carried a;

    if (!s->outbox.contact(s->outbox.self, l->to, &c) || contact_address(&c, s->set.channel)[0] == '\0') {
        hold(s, l, SENDING_REFUSED, "the configuration has no address of this contact any more", 0);
        return true;
    }
    a = write_and_send(s, l, &c, now, why, &wait_ms);
    now = clock_read(&s->set.clock);
    if (atomic_load(&s->stop) && a != CARRIED_TAKEN)
        return false;
    if (a == CARRIED_DOWN)
        return seems_down(s, l, now, why, wait_ms);
    s->in_minute++;
    if (a != CARRIED_WAIT)
        s->to_wait[0] = '\0';
    if (a == CARRIED_WAIT && !is_to_wait(s, l, now, why, wait_ms))
        return false;
    if (a != CARRIED_WAIT && a != CARRIED_LIES) {
        answered(s, now, a);
        settle(s, l, a, why, 0);
    }
    is_reached(s, l);
    return true;
}

static bool may_try(struct sender *s, struct wall now)
{
    bool may;

    (void)pthread_mutex_lock(&s->lock);
    may = s->status.up || now.ms >= s->status.next.ms;
    (void)pthread_mutex_unlock(&s->lock);
    return may;
}

/* Left alone because of one reader, it is tried for another when there is one. */
static bool may_send(struct sender *s, const struct letter *l, struct now now)
{
    if (now.mono.ms - s->minute.ms >= CLOCK_MINUTE_MS) {
        s->minute = now.mono;
        s->in_minute = 0;
    }
    return (may_try(s, now.wall) || (s->one_word && trust_of(s, l) == TRUST_FULL)) &&
           (s->set.a_minute == 0 || s->in_minute < s->set.a_minute);
}

/* What became of those that lie there.  Gives the first that does not, of a reader at whom the channel was
 * not down where there is one; NULL: there is none, or those that lie there get no further. */
static const struct letter *look(struct sender *s, size_t due, struct now now)
{
    const struct letter *first = NULL;
    enum trust best = TRUST_NONE;
    char id[SENDER_ID_MAX], why[LETTER_WHY_MAX], stuck[LETTER_WHY_MAX] = "";

    for (size_t i = 0; i < due && s->held_count < HELD_MAX; i++) {
        const struct letter *l = &s->due[i];
        enum carried a = CARRIED_UNKNOWN;
        if (is_held(s, l))
            continue;
        full_name(s, l, id);
        if (s->set.carrier.look != NULL)
            a = s->set.carrier.look(s->set.carrier.self, id, now.wall, why);
        if (a == CARRIED_UNKNOWN) {
            enum trust t = trust_of(s, l);
            first = first == NULL || t > best ? l : first;
            best = t > best ? t : best;
        } else if (a == CARRIED_DOWN) {
            memcpy(stuck, why, sizeof stuck);
        } else if (a != CARRIED_LIES) {
            answered(s, now, a);
            settle(s, l, a, why, 0);
        }
        if (best == TRUST_FULL && s->set.carrier.look == NULL)
            break;
    }
    if (stuck[0] == '\0')
        return first;
    if (may_try(s, now.wall))
        went_down(s, now, stuck, 0);
    return NULL;
}

/* One letter a turn; after each the outbox is asked again, so that one more urgent does not wait behind many.
 */
static bool turn(struct sender *s)
{
    struct now now = clock_read(&s->set.clock);
    const struct letter *next;
    size_t due;

    offer(s);
    if (s->set.carrier.idle != NULL)
        s->set.carrier.idle(s->set.carrier.self, now, &s->stop);
    let_go(s);
    due = s->outbox.due(s->outbox.self, s->set.channel, now.wall, s->due, DUE_MAX);
    next = look(s, due, now);
    if (next == NULL || s->held_count == HELD_MAX || !may_send(s, next, now))
        return false;
    if (trust_of(s, next) == TRUST_NONE) {
        nobody_else(s, next, now);
        return false;
    }
    return send_one(s, next);
}

static void *run(void *self)
{
    struct sender *s = self;

    while (!atomic_load(&s->stop)) {
        struct mono until;
        if (turn(s))
            continue;
        until.ms = mono_read().ms + LOOK_MS;
        (void)wake_wait_until(&s->wake, until);
    }
    offer(s);
    return NULL;
}

/* ---- life ---- */

enum err sender_start(struct sender **out, const struct sender_settings *set,
                      const struct outbox_port *outbox, struct fault *why)
{
    struct sender *s = calloc(1, sizeof *s);
    int problem;

    if (s == NULL)
        return fault_set(why, ERR_MEMORY, "sender: no memory");
    s->set = *set;
    s->outbox = *outbox;
    s->status = (struct channel_status){ .channel = (uint8_t)set->channel, .up = true };
    wake_init(&s->wake);
    (void)pthread_mutex_init(&s->lock, NULL);
    problem = pthread_create(&s->thread, NULL, run, s);
    if (problem != 0) {
        sender_free(s);
        return fault_set(why, ERR_FULL, "sender: thread: %s", strerror(problem));
    }
    *out = s;
    return ERR_NONE;
}

void sender_poke(struct sender *s)
{
    wake_poke(&s->wake);
}

void sender_retry(struct sender *s)
{
    (void)pthread_mutex_lock(&s->lock);
    s->status.next.ms = 0;
    (void)pthread_mutex_unlock(&s->lock);
    wake_poke(&s->wake);
}

void sender_stop(struct sender *s)
{
    if (s == NULL)
        return;
    atomic_store(&s->stop, true);
    wake_stop(&s->wake);
    (void)pthread_join(s->thread, NULL);
}

void sender_free(struct sender *s)
{
    if (s == NULL)
        return;
    wake_clear(&s->wake);
    (void)pthread_mutex_destroy(&s->lock);
    explicit_bzero(s, sizeof *s);
    free(s);
}

void sender_status(struct sender *s, struct channel_status *out)
{
    (void)pthread_mutex_lock(&s->lock);
    *out = s->status;
    (void)pthread_mutex_unlock(&s->lock);
}
