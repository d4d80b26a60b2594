#include "answers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "parts.h"
#include "waiting.h"

enum { SENT_PAST_MS = 3 * CLOCK_DAY_MS }; /* a network keeps a message no longer; what says more is wrong */

struct answers {
    struct parts *parts;
    struct spool_ear ear;
};

static const char *say(const struct contact *c, const char *vi, const char *en)
{
    return c->language == CONTACT_EN ? en : vi;
}

/* ---- the step ---- */

static enum err act(struct parts *d, const struct incident_act *a, struct waiting_step *s)
{
    struct message_incident m = {
        .act = *a, .by = { .kind = ACTOR_CONTACT }, .answer = waiting_answer_step, .self = s
    };
    enum err rc;

    (void)snprintf(m.by.name, sizeof m.by.name, "%s", a->who);
    rc = pipeline_incident(d->pipeline, &m, NULL);
    return rc == ERR_NONE ? waiting_wait(&s->waiting, NULL) : rc;
}

/* The sender's time, where it can be true. */
static struct wall claimed(const struct sms_in *in, const struct incident *i, struct wall now)
{
    bool plausible = in->sent.ms != 0 && in->sent.ms <= now.ms + STEP_FUTURE_MS &&
                     in->sent.ms >= now.ms - SENT_PAST_MS &&
                     in->sent.ms >= incident_began(i).ms - STEP_EARLY_MS;

    return plausible && in->sent.ms < now.ms ? in->sent : (struct wall){ 0 };
}

/* Whether it is within control is not said by SMS: as it was said before, else within, which changes no
 * limit.
 */
static uint8_t control_of(const struct incident *i)
{
    return i->controllability == BEYOND_CONTROL ? BEYOND_CONTROL : CONTROLLABLE;
}

static struct incident_act act_of(const struct sms_in *in, const struct sms_answer *a,
                                  const struct contact *by, const struct incident *i, const char *key,
                                  struct wall now)
{
    struct incident_act act = { .kind = (uint8_t)a->kind,
                                .source = CLOCK_PHONE,
                                .controllability = control_of(i),
                                .incident = i->id,
                                .claimed = claimed(in, i, now) };

    (void)snprintf(act.key, sizeof act.key, "%s", key);
    (void)snprintf(act.who, sizeof act.who, "%s", contact_who(by));
    memcpy(act.note, a->note, sizeof act.note);
    return act;
}

/* ---- what is said to it ---- */

static const char *done_words(const struct contact *c, enum step_kind k)
{
    switch (k) {
    case STEP_ACKNOWLEDGE: return say(c, "đã nhận", "acknowledged");
    case STEP_ON_SITE: return say(c, "đã đến hiện trường", "on site");
    case STEP_CAUSE: return say(c, "nguyên nhân", "cause");
    default: return say(c, "đã sửa xong, chờ xác nhận", "repaired, to be confirmed");
    }
}

static void say_done(char said[SPOOL_SAID_MAX], const struct contact *c, const struct incident_act *a,
                     struct wall now)
{
    struct wall at = a->claimed.ms != 0 ? a->claimed : now;
    int minute = (int)((at.ms - wall_local_midnight(at).ms) / CLOCK_MINUTE_MS);

    (void)snprintf(said, SPOOL_SAID_MAX, "%s SC%" PRIu64 ": %s, %02d:%02d.", say(c, "Đã ghi", "Recorded"),
                   a->incident, done_words(c, (enum step_kind)a->kind), minute / 60, minute % 60);
}

static void say_refused(char said[SPOOL_SAID_MAX], const struct contact *c, uint64_t incident,
                        enum refusal refusal)
{
    const char *why = refusal == REFUSED_MISSING
                          ? say(c, "không có sự cố này", "there is no such incident")
                          : say(c, refusal_sentence_vi(refusal), refusal_sentence(refusal));

    (void)snprintf(said, SPOOL_SAID_MAX, "%s SC%" PRIu64 ": %s.", say(c, "Không ghi", "Not recorded"),
                   incident, why);
}

static void say_how(char said[SPOOL_SAID_MAX], const struct contact *c)
{
    (void)snprintf(said, SPOOL_SAID_MAX, "%s NHAN 123, DEN 123, NGUYENNHAN 123 ..., XONG 123.",
                   say(c, "Không hiểu. Trả lời:", "Not understood. Answer:"));
}

/* ---- one message ---- */

static enum heard take(struct answers *s, const struct sms_in *in, const struct sms_answer *a,
                       const struct contact *by, const struct incident *i, const char *key,
                       char said[SPOOL_SAID_MAX])
{
    struct waiting_step step = { .waiting = WAITING_INIT };
    struct wall now = clock_read(&s->parts->clock).wall;
    struct incident_act it = act_of(in, a, by, i, key, now);
    enum err rc = act(s->parts, &it, &step);

    if (rc == ERR_NONE) {
        log_info("sms from=%s incident=%" PRIu64 " step=%s", by->id, i->id, step_name(a->kind));
        say_done(said, by, &it, now);
        return HEARD_DONE;
    }
    if (rc != ERR_STATE && rc != ERR_MISSING && rc != ERR_RANGE)
        return HEARD_LATER; /* the journal is full, or there is no memory: it stays until it can be told */
    if (rc == ERR_STATE && !step.waiting.answered)
        return HEARD_LATER; /* it is stopping */
    log_warn("sms from=%s incident=%" PRIu64 " step=%s refused: %s", by->id, i->id, step_name(a->kind),
             refusal_name(step.refusal));
    say_refused(said, by, i->id, rc == ERR_MISSING ? REFUSED_MISSING : step.refusal);
    return HEARD_ASIDE;
}

struct told {
    const struct incident_list *list;
    uint64_t incident;
    const char *who;
};

static bool tells(void *self, const struct letter *l)
{
    const struct told *t = self;
    const struct incident_copy *c =
        l->about.incident == 0 ? NULL : incident_list_living(t->list, l->about.incident);

    return c != NULL && c->is.id == t->incident && strcmp(l->to, t->who) == 0;
}

/* Who is on duty was told by a letter, of this incident or of one that is part of it now. */
static bool had_a_letter(struct answers *s, const struct incident_list *l, uint64_t incident,
                         const struct contact *by)
{
    struct told t = { l, incident, by->id };
    struct letter found;

    return pipeline_letter_find(s->parts->pipeline, tells, &t, &found);
}

/* Somebody tells of what they are told of, and of nothing else. */
static bool is_theirs(struct answers *s, const struct incident_list *l, const struct incident *i,
                      const struct contact *by)
{
    struct outgoing o = { .kind = OUT_OPENED, .legal = incident_clock(i, &l->targets).legal };

    return is_told_of(&by->of, l->catalogue, i, &o) || had_a_letter(s, l, i->id, by);
}

static bool ends_in(uint64_t id, const struct sms_answer *a)
{
    uint64_t ten = 1;

    for (unsigned k = 0; k < a->digits; k++)
        ten *= 10;
    return a->digits >= SMS_CODE_MIN && id > ten && id % ten == a->incident;
}

/* By its number, or by the end of it where that is of one open incident of theirs only; one that was merged
 * is part of another now. */
static const struct incident *meant(struct answers *s, const struct incident_list *l,
                                    const struct sms_answer *a, const struct contact *by)
{
    const struct incident_copy *c = incident_list_living(l, a->incident);
    const struct incident *found = NULL;

    if (c != NULL)
        return is_theirs(s, l, &c->is, by) ? &c->is : NULL;
    for (size_t k = 0; k < l->count; k++) {
        const struct incident *i = &incident_list_living(l, l->items[k]->is.id)->is;
        if (!ends_in(l->items[k]->is.id, a) || i->closed || !is_theirs(s, l, i, by))
            continue;
        if (found != NULL && found != i)
            return NULL;
        found = i;
    }
    return found;
}

/* A telephone may be several people's: of those who may answer about the incident it is who had a message
 * about it, else the first.  *by: the first of them all, and then who it is. */
static const struct incident *meant_by(struct answers *s, const struct incident_list *l, const char *number,
                                       const struct sms_answer *a, struct contact *by)
{
    const struct incident *found = NULL;
    struct contact c;

    for (size_t n = 0; pipeline_contact_of_number(s->parts->pipeline, number, n, &c); n++) {
        const struct incident *i = meant(s, l, a, &c);
        const bool had = i != NULL && had_a_letter(s, l, i->id, &c);
        if (i == NULL || (found != NULL && !had))
            continue;
        found = i;
        *by = c;
        if (had)
            break;
    }
    return found;
}

static enum heard understand(struct answers *s, const struct sms_in *in, struct contact *by, const char *key,
                             char said[SPOOL_SAID_MAX])
{
    struct incident_list *l;
    const struct incident *i;
    enum heard what = HEARD_ASIDE;
    struct sms_answer a;

    if (!sms_answer_read(in->text, &a)) {
        log_warn("sms from=%s is not understood, put aside", by->id);
        say_how(said, by);
        return HEARD_ASIDE;
    }
    l = pipeline_incidents(s->parts->pipeline);
    if (l == NULL)
        return HEARD_LATER; /* it is only starting */
    i = meant_by(s, l, in->from, &a, by);
    if (i != NULL) {
        what = take(s, in, &a, by, i, key, said);
    } else {
        log_warn("sms from=%s names no incident of theirs: %" PRIu64 ", put aside", by->id, a.incident);
        say_refused(said, by, a.incident, REFUSED_MISSING);
    }
    incident_list_drop(l);
    return what;
}

static enum heard hear(void *self, const struct sms_in *in, const char *key, char said[SPOOL_SAID_MAX])
{
    struct answers *s = self;
    struct contact by;
    bool known = in->from[0] != '\0' && pipeline_contact_of_number(s->parts->pipeline, in->from, 0, &by);
    size_t n = strlen(in->from);

    if (in->report)
        return HEARD_ASIDE;
    if (!known) {
        log_warn("sms from an unknown number ...%s, put aside", n < 3 ? "" : in->from + n - 3);
        return HEARD_ASIDE;
    }
    return understand(s, in, &by, key, said);
}

enum err answers_new(struct answers **out, struct parts *d, struct fault *why)
{
    struct answers *a = calloc(1, sizeof *a);

    if (a == NULL)
        return fault_set(why, ERR_MEMORY, "answers: no memory");
    a->parts = d;
    a->ear = (struct spool_ear){ a, hear };
    *out = a;
    return ERR_NONE;
}

void answers_free(struct answers *a)
{
    free(a);
}

const struct spool_ear *answers_ear(struct answers *a)
{
    return &a->ear;
}
