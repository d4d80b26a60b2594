#include "judge/alarms.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ISA-18.2 asks for a limit of shelving time; eight hours are a shift. */
static const int64_t SHELF_MOST_MS = INT64_C(8) * 3600 * 1000;
static const int64_t SHELF_GRAVE_MS = INT64_C(3600) * 1000;

enum { LATELY = 256 };

/* When an alarm of a rule began, that the next may not begin at the same time: their ids would be the same.
 */
struct began {
    uint64_t point, rule;
    struct wall at;
};

struct alarms {
    size_t count;
    uint64_t missed;
    struct began lately[LATELY]; /* a ring */
    size_t lately_next;
    struct alarm list[ALARMS_MAX];
};

struct alarms *alarms_new(void)
{
    return calloc(1, sizeof(struct alarms));
}

void alarms_free(struct alarms *s)
{
    free(s);
}

size_t alarms_count(const struct alarms *s)
{
    return s->count;
}

const struct alarm *alarms_at(const struct alarms *s, size_t i)
{
    return &s->list[i];
}

uint64_t alarms_missed(const struct alarms *s)
{
    return s->missed;
}

static struct alarm *find(const struct alarms *s, uint64_t id)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].id == id)
            return (struct alarm *)&s->list[i];
    return NULL;
}

static struct alarm *find_rule(const struct alarms *s, uint64_t point, uint64_t rule)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].rule == rule && s->list[i].point == point)
            return (struct alarm *)&s->list[i];
    return NULL;
}

const struct alarm *alarms_find(const struct alarms *s, uint64_t id)
{
    return find(s, id);
}

const struct alarm *alarms_of_rule(const struct alarms *s, uint64_t point, uint64_t rule)
{
    return find_rule(s, point, rule);
}

/* Leaves the list when it is over. */
static void settle(struct alarms *s, struct alarm *a)
{
    if (a->end != ALARM_OPEN)
        *a = s->list[--s->count];
}

/* ---- what rules say ---- */

static struct wall begins_at(const struct alarms *s, const struct alarm *a, struct wall at)
{
    for (size_t i = 0; i < LATELY; i++) {
        const struct began *b = &s->lately[i];
        if (b->rule == a->rule && b->point == a->point && b->at.ms >= at.ms)
            at.ms = b->at.ms + 1;
    }
    return at;
}

static void note_begin(struct alarms *s, const struct alarm *a)
{
    s->lately[s->lately_next] = (struct began){ a->point, a->rule, a->opened };
    s->lately_next = (s->lately_next + 1) % LATELY;
}

/* One that has not begun; NULL: no room. */
static struct alarm *make(struct alarms *s, const struct catalogue *c, const struct rule *rule,
                          const struct rule_turn *t)
{
    struct alarm *a = &s->list[s->count];

    if (s->count == ALARMS_MAX) {
        s->missed++;
        return NULL;
    }
    s->count++;
    *a = (struct alarm){ .point = c->points[t->point].key,
                         .rule = rule->key,
                         .revision = alarm_rule_revision(c, rule),
                         .severity = t->severity,
                         .stake = t->stake,
                         .latched = rule->latched,
                         .value = NAN,
                         .limit = NAN,
                         .seen = NAN };
    (void)snprintf(a->name, sizeof a->name, "%s", rule->id);
    a->opened = a->changed = begins_at(s, a, t->at);
    a->id = alarm_id(a->point, a->rule, a->opened);
    note_begin(s, a);
    return a;
}

static void fill(struct alarm_step *out, const struct alarm *a, enum alarm_event e, const char *who,
                 const char *why)
{
    memset(out, 0, sizeof *out);
    out->alarm = *a;
    out->at = a->changed;
    out->event = (uint8_t)e;
    (void)snprintf(out->who, sizeof out->who, "%s", who);
    (void)snprintf(out->why, sizeof out->why, "%s", why);
}

bool alarms_turn(struct alarms *s, const struct catalogue *c, const struct rule_turn *t, bool out_of_service,
                 struct alarm_step *out)
{
    const struct rule *rule = t->point < c->point_count ? catalogue_rule(c, t->point, t->rule) : NULL;
    struct alarm_happens h = { .at = t->at, .value = t->value, .limit = t->limit, .severity = t->severity };
    struct alarm *a;

    if (rule == NULL)
        return false;
    a = find_rule(s, c->points[t->point].key, t->rule);
    if (a == NULL && t->word != RULE_HOLDS)
        return false;
    if (a == NULL)
        a = make(s, c, rule, t);
    if (a == NULL)
        return false;
    h.event = alarm_event_of(a, t, out_of_service);
    if (alarm_next(a, &h) != ALARM_STEPS)
        return false;
    fill(out, a, h.event, "", "");
    settle(s, a);
    return true;
}

/* ---- what people do ---- */

static enum err check_shelf(const struct alarm *a, const struct alarm_act *act, struct wall now,
                            struct fault *why)
{
    bool grave = a->stake == STAKE_HEALTH || a->stake == STAKE_SAFETY;

    if (grave && !act->leads)
        return fault_set(why, ERR_DENIED, "what is of health or safety is shelved by who leads the shift");
    if (act->why[0] == '\0')
        return fault_say(why, ERR_RANGE, "cần ghi lý do", "a reason is needed");
    if (act->until.ms <= now.ms)
        return fault_say(why, ERR_RANGE, "giờ kết thúc đã qua", "its end has passed");
    if (act->until.ms - now.ms > (grave ? SHELF_GRAVE_MS : SHELF_MOST_MS))
        return fault_say(why, ERR_RANGE, grave ? "giờ kết thúc xa hơn 1 giờ" : "giờ kết thúc xa hơn 8 giờ",
                         "its end is more than %s away", grave ? "1 hour" : "8 hours");
    return ERR_NONE;
}

static enum err refuse(const struct alarm *a, const struct alarm_act *act, struct fault *why)
{
    if (act->event == ALARM_ACKNOWLEDGE)
        return fault_say(why, ERR_STATE, "cảnh báo đã được xác nhận", "it is acknowledged already");
    if (act->event == ALARM_UNSHELVE)
        return fault_say(why, ERR_STATE, "cảnh báo không bị tạm ẩn", "it is not shelved");
    return fault_say(why, ERR_STATE, "chỉ đặt lại được cảnh báo chốt đã hết và đã có người xác nhận",
                     "it is %s: only what is over, seen and latched is reset", ALARM_STATES[a->core]);
}

enum err alarms_act(struct alarms *s, struct alarm_act *act, struct wall now, struct alarm_step *out,
                    struct fault *why)
{
    struct alarm *a = find(s, act->alarm);
    const struct alarm_happens h = { .event = (enum alarm_event)act->event, .at = now, .until = act->until };
    enum err rc = ERR_NONE;

    act->at = now;
    if (a == NULL)
        return fault_set(why, ERR_MISSING, "no such alarm is open");
    if (act->event < ALARM_ACKNOWLEDGE || act->event > ALARM_UNSHELVE)
        return fault_say(why, ERR_RANGE, "người dùng không làm được việc này", "people cannot do that");
    if (act->event == ALARM_SHELVE)
        rc = check_shelf(a, act, now, why);
    if (rc != ERR_NONE)
        return rc;
    if (alarm_next(a, &h) == ALARM_REFUSES)
        return refuse(a, act, why);
    fill(out, a, h.event, act->who, act->why);
    settle(s, a);
    return ERR_NONE;
}

void alarms_undo(struct alarms *s, const struct alarm *was)
{
    struct alarm *a = find(s, was->id);

    if (a == NULL)
        a = &s->list[s->count++]; /* it had ended: its room is still free */
    *a = *was;
}

/* ---- what time and configuration do ---- */

static void happen(struct alarms *s, struct alarm *a, enum alarm_event e, struct wall at, const char *why,
                   struct alarm_step *out)
{
    const struct alarm_happens h = { .event = e, .at = at };

    (void)alarm_next(a, &h);
    fill(out, a, e, "", why);
    settle(s, a);
}

bool alarms_tick(struct alarms *s, struct wall now, struct alarm_step *out)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].shelved_until.ms != 0 && s->list[i].shelved_until.ms <= now.ms) {
            happen(s, &s->list[i], ALARM_SHELF_ENDS, now, "its time is over", out);
            return true;
        }
    return false;
}

/* NULL: it goes on. */
static const char *retired(const struct catalogue *c, const struct alarm *a)
{
    uint32_t point = catalogue_by_key(c, a->point);
    const struct rule *rule = point == UINT32_MAX ? NULL : catalogue_rule(c, point, a->rule);

    if (point == UINT32_MAX)
        return "the point is measured no more";
    if (rule == NULL)
        return "the rule is no more";
    return alarm_rule_revision(c, rule) == a->revision ? NULL : "the rule has changed";
}

bool alarms_retire(struct alarms *s, const struct catalogue *c, struct wall now, struct alarm_step *out)
{
    for (size_t i = 0; i < s->count; i++) {
        const char *why = retired(c, &s->list[i]);
        if (why == NULL)
            continue;
        happen(s, &s->list[i], ALARM_RETIRE, now, why, out);
        return true;
    }
    return false;
}

bool alarms_restore(struct alarms *s, const struct alarm *a, struct wall now, struct alarm_step *out)
{
    struct alarm *other = find_rule(s, a->point, a->rule);
    struct alarm older = *a;

    if (a->end != ALARM_OPEN)
        return false;
    if (other == NULL && s->count == ALARMS_MAX) {
        s->missed++;
        return false;
    }
    if (other == NULL) {
        s->list[s->count++] = *a;
        note_begin(s, a);
        return false;
    }
    if (other->opened.ms < a->opened.ms) {
        older = *other;
        *other = *a;
    }
    {
        const struct alarm_happens h = { .event = ALARM_SUPERSEDE, .at = now };
        (void)alarm_next(&older, &h);
    }
    fill(out, &older, ALARM_SUPERSEDE, "", "there is a newer one");
    return true;
}
