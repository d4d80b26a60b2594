#include "notify/trial.h"

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
    LOOK_FOR_MS = 10 * 60000,
    IDLE_MS = 3600000,
    TEXT_MAX = 4096,
    TRIAL_ID_MAX = 2 * ID_MAX + 48
};

/* One that was asked for and is not answered. */
struct asked {
    struct channel_trial is;
    struct contact to;
    trial_answer *answer; /* NULL: there is none */
    void *ticket;
};

struct channel_book {
    struct channel_trial last;
    struct mono times[TRIALS_IN_A_WHILE]; /* of the last ones, in a ring */
    unsigned next, count;
};

struct trials {
    struct trial_settings set;
    struct wake wake;
    atomic_bool stop;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    struct asked asked;
    struct channel_book books[CHANNEL_COUNT];
};

/* ---- sending ---- */

static enum trial_state state_of(enum carried c)
{
    switch (c) {
    case CARRIED_TAKEN: return TRIAL_TAKEN;
    case CARRIED_LATER:
    case CARRIED_WAIT: return TRIAL_LATER;
    case CARRIED_REFUSED: return TRIAL_REFUSED;
    case CARRIED_LIES: return TRIAL_UNDER_WAY;
    case CARRIED_DOWN:
    case CARRIED_UNKNOWN: break;
    }
    return TRIAL_DOWN;
}

static void id_of(const struct trials *t, const struct channel_trial *is, char out[TRIAL_ID_MAX])
{
    (void)snprintf(out, TRIAL_ID_MAX, "%s/test/%lld/%s/%s", t->set.node, (long long)is->at.ms, is->to,
                   channel_name((enum channel)is->channel));
}

static enum carried write_and_send(struct trials *t, const struct asked *a, char why[LETTER_WHY_MAX])
{
    const struct trial_way *way = &t->set.ways[a->is.channel];
    const struct letter_test words = { a->to.language, (enum channel)a->is.channel, a->is.by, t->set.node,
                                       a->is.at };
    enum carried answer = CARRIED_DOWN;
    int64_t wait_ms = 0; /* it is not tried again by itself */
    struct strbuf subject, text, brief;
    char id[TRIAL_ID_MAX];

    strbuf_init(&subject, TEXT_MAX);
    strbuf_init(&text, TEXT_MAX);
    strbuf_init(&brief, TEXT_MAX);
    letter_test_subject(&subject, &words);
    letter_test_body(&text, &words);
    letter_test_brief(&brief, &words, &(struct sms_room){ way->parts, way->marks });
    id_of(t, &a->is, id);
    if (subject.failed || text.failed || brief.failed) {
        (void)snprintf(why, LETTER_WHY_MAX, "no memory for the text");
    } else {
        const struct parcel p = { .to = contact_address(&a->to, (enum channel)a->is.channel),
                                  .to_name = a->to.name,
                                  .subject = subject.text,
                                  .text = text.text,
                                  .brief = brief.text,
                                  .id = id,
                                  .language = a->to.language == CONTACT_EN ? "en" : "vi",
                                  .at = a->is.at };
        answer = way->carrier.send(way->carrier.self, &p, &t->stop, why, &wait_ms);
    }
    strbuf_clear(&subject);
    strbuf_clear(&text);
    strbuf_clear(&brief);
    return answer;
}

static void settle(struct trials *t, struct channel_trial *is, enum carried c, const char *why)
{
    struct channel_trial *last = &t->books[is->channel].last;

    is->state = (uint8_t)state_of(c);
    (void)snprintf(is->said, sizeof is->said, "%s", why);
    if (is->state != TRIAL_UNDER_WAY)
        is->answered = clock_read(&t->set.clock).wall;
    (void)pthread_mutex_lock(&t->lock);
    if (last->at.ms == is->at.ms)
        *last = *is;
    (void)pthread_mutex_unlock(&t->lock);
    if (is->state != TRIAL_UNDER_WAY)
        log_info("channel=%s tried by hand to=%s: %s %s", channel_name((enum channel)is->channel), is->to,
                 trial_state_name((enum trial_state)is->state), is->said);
    if (is->state == TRIAL_TAKEN && t->set.reached != NULL)
        t->set.reached(t->set.self, (enum channel)is->channel);
}

/* ---- the thread ---- */

static struct asked take(struct trials *t)
{
    struct asked a;

    (void)pthread_mutex_lock(&t->lock);
    a = t->asked;
    (void)pthread_mutex_unlock(&t->lock);
    return a;
}

static void answer(struct trials *t, const struct asked *a, enum err code)
{
    (void)pthread_mutex_lock(&t->lock);
    t->asked.answer = NULL;
    (void)pthread_mutex_unlock(&t->lock);
    a->answer(a->ticket, code, &a->is);
}

static void send_asked(struct trials *t)
{
    struct asked a = take(t);
    char why[LETTER_WHY_MAX] = "";

    if (a.answer == NULL)
        return;
    settle(t, &a.is, write_and_send(t, &a, why), why);
    answer(t, &a, ERR_NONE);
}

/* What lies somewhere is looked for, until it is known what became of it.  True: there is such a one. */
static bool look(struct trials *t, enum channel c)
{
    const struct carrier *by = &t->set.ways[c].carrier;
    const struct wall now = clock_read(&t->set.clock).wall;
    char id[TRIAL_ID_MAX], why[LETTER_WHY_MAX] = "";
    struct channel_trial is;
    enum carried what;

    trials_last(t, c, &is);
    if (is.state != TRIAL_UNDER_WAY || by->look == NULL)
        return false;
    id_of(t, &is, id);
    what = by->look(by->self, id, now, why);
    if (what == CARRIED_UNKNOWN && now.ms - is.at.ms >= LOOK_FOR_MS) {
        (void)snprintf(why, sizeof why, "it is nowhere in the spool any more");
        what = CARRIED_DOWN;
    }
    if (what == CARRIED_LIES || what == CARRIED_UNKNOWN)
        return true;
    settle(t, &is, what, why);
    return false;
}

static void *run(void *self)
{
    struct trials *t = self;
    struct mono until = mono_read();

    while (!wake_wait_until(&t->wake, until)) {
        bool lies = false;
        send_asked(t);
        for (unsigned c = 0; c < CHANNEL_COUNT; c++)
            lies = look(t, (enum channel)c) || lies;
        until.ms = mono_read().ms + (lies ? LOOK_MS : IDLE_MS);
    }
    return NULL;
}

/* ---- asking ---- */

static bool too_many(const struct channel_book *b, struct mono now)
{
    return b->count == TRIALS_IN_A_WHILE && now.ms - b->times[b->next].ms < TRIAL_WHILE_MS;
}

static enum err enter(struct trials *t, const struct asked *a, struct mono now)
{
    struct channel_book *b = &t->books[a->is.channel];

    if (atomic_load(&t->stop))
        return ERR_STATE;
    if (t->asked.answer != NULL || too_many(b, now))
        return ERR_FULL;
    b->times[b->next] = now;
    b->next = (b->next + 1) % TRIALS_IN_A_WHILE;
    b->count += b->count < TRIALS_IN_A_WHILE;
    b->last = a->is;
    t->asked = *a;
    return ERR_NONE;
}

/* What became of it, when it was asked for before. */
static bool is_known(struct trials *t, const struct trial_ask *ask, struct channel_trial *out)
{
    trials_last(t, ask->channel, out);
    return ask->key[0] != '\0' && strcmp(out->key, ask->key) == 0 && strcmp(out->to, ask->to) == 0;
}

enum err trials_ask(struct trials *t, const struct trial_ask *ask, const struct contact *to, const char *by,
                    trial_answer *answer_to, void *ticket, bool *known)
{
    const struct now now = clock_read(&t->set.clock);
    struct channel_trial last;
    struct asked a = { .is = { .channel = (uint8_t)ask->channel, .state = TRIAL_UNDER_WAY, .at = now.wall },
                       .to = *to,
                       .answer = answer_to,
                       .ticket = ticket };
    enum err rc;

    *known = false;
    if (ask->channel >= CHANNEL_COUNT || t->set.ways[ask->channel].carrier.send == NULL ||
        contact_address(to, ask->channel)[0] == '\0')
        return ERR_MISSING;
    *known = is_known(t, ask, &last);
    if (*known) {
        answer_to(ticket, ERR_NONE, &last);
        return ERR_NONE;
    }
    memcpy(a.is.to, to->id, sizeof a.is.to);
    memcpy(a.is.key, ask->key, sizeof a.is.key);
    (void)snprintf(a.is.by, sizeof a.is.by, "%s", by);
    (void)pthread_mutex_lock(&t->lock);
    rc = enter(t, &a, now.mono);
    (void)pthread_mutex_unlock(&t->lock);
    if (rc == ERR_NONE)
        wake_poke(&t->wake);
    return rc;
}

void trials_last(struct trials *t, enum channel channel, struct channel_trial *out)
{
    (void)pthread_mutex_lock(&t->lock);
    *out = t->books[channel].last;
    (void)pthread_mutex_unlock(&t->lock);
}

/* ---- life ---- */

enum err trials_start(struct trials **out, const struct trial_settings *set, struct fault *why)
{
    struct trials *t = calloc(1, sizeof *t);
    int problem;

    if (t == NULL)
        return fault_set(why, ERR_MEMORY, "trials: no memory");
    t->set = *set;
    wake_init(&t->wake);
    (void)pthread_mutex_init(&t->lock, NULL);
    problem = pthread_create(&t->thread, NULL, run, t);
    if (problem != 0) {
        trials_free(t);
        return fault_set(why, ERR_FULL, "trials: thread: %s", strerror(problem));
    }
    *out = t;
    return ERR_NONE;
}

void trials_stop(struct trials *t)
{
    struct asked left;

    if (t == NULL)
        return;
    (void)pthread_mutex_lock(&t->lock);
    atomic_store(&t->stop, true); /* none is entered after this */
    (void)pthread_mutex_unlock(&t->lock);
    wake_stop(&t->wake);
    (void)pthread_join(t->thread, NULL);
    left = take(t);
    if (left.answer != NULL)
        answer(t, &left, ERR_STATE);
}

void trials_free(struct trials *t)
{
    if (t == NULL)
        return;
    wake_clear(&t->wake);
    (void)pthread_mutex_destroy(&t->lock);
    explicit_bzero(t, sizeof *t);
    free(t);
}
