#include "watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "model/lane.h"
#include "seal/seal.h"

/* First bytes of what the journal keeps; no item of a lane begins so. */
enum { TAG_ALARM = 0xA1, TAG_RULE = 0xA2, TAG_ACT = 0xA3 };

struct done {
    struct alarm_act act;
    struct alarm is;
};

struct watch {
    const struct catalogue *catalogue;
    struct rules *rules;
    struct alarms *alarms;
    struct mode_book *modes;
    uint64_t generation;
    uint64_t took_up; /* of alarms_missed: looked for again */
    uint64_t lost;    /* steps that no record had room for; the alarms themselves are kept */

    struct alarm_step steps[WATCH_STEPS_MAX];
    size_t step_count;
    uint32_t touched[WATCH_RULES_MAX]; /* rules whose state the next record holds */
    size_t touched_count;
    bool *midway;             /* by rule: with something under way, as the journal knows it */
    uint32_t remembered;      /* where the round goes on */
    const struct done *fresh; /* likewise; NULL: none */
    bool forgets;             /* likewise: the one it took the place of */
    uint64_t forgotten;
    struct alarm before; /* of the last act */

    struct done acts[WATCH_ACTS_MAX]; /* a ring */
    size_t act_count, act_next;
};

enum err watch_new(struct watch **out, const struct catalogue *c, struct now now, struct fault *why)
{
    struct watch *w = calloc(1, sizeof *w);
    enum err rc;

    if (w == NULL)
        return fault_set(why, ERR_MEMORY, "rules: no memory");
    w->catalogue = c;
    w->alarms = alarms_new();
    w->modes = mode_book_new();
    w->midway = calloc(c->rule_count + 1, sizeof *w->midway);
    if (w->alarms == NULL || w->modes == NULL || w->midway == NULL ||
        mode_book_works_by(w->modes, c) != ERR_NONE)
        rc = fault_set(why, ERR_MEMORY, "alarms: no memory");
    else
        rc = rules_new(&w->rules, c, now, why);
    if (rc != ERR_NONE) {
        watch_free(w);
        return rc;
    }
    *out = w;
    return ERR_NONE;
}

void watch_free(struct watch *w)
{
    if (w == NULL)
        return;
    rules_free(w->rules);
    free(w->midway);
    alarms_free(w->alarms);
    mode_book_free(w->modes);
    free(w);
}

struct mode_book *watch_modes(struct watch *w)
{
    return w->modes;
}

const struct alarms *watch_alarms(const struct watch *w)
{
    return w->alarms;
}

const struct alarm_step *watch_steps(const struct watch *w, size_t *count)
{
    *count = w->step_count;
    return w->steps;
}

uint64_t watch_lost(const struct watch *w)
{
    return w->lost;
}

uint64_t watch_generation(const struct watch *w)
{
    return w->generation;
}

/* ---- what changes ---- */

static struct alarm_step *next_step(struct watch *w)
{
    static struct alarm_step nowhere; /* what does not fit is counted; one thread */

    if (w->step_count == WATCH_STEPS_MAX) {
        w->lost++;
        return &nowhere;
    }
    return &w->steps[w->step_count];
}

static void took_step(struct watch *w)
{
    w->generation++;
    if (w->step_count < WATCH_STEPS_MAX)
        w->step_count++;
}

static void touch(struct watch *w, uint32_t rule)
{
    for (size_t i = 0; i < w->touched_count; i++)
        if (w->touched[i] == rule)
            return;
    if (w->touched_count < WATCH_RULES_MAX)
        w->touched[w->touched_count++] = rule;
}

/* It is not the mode alone that keeps a rule silent: what speaks all the same is not out of service. */
static bool is_out(struct watch *w, uint32_t point, uint8_t stake)
{
    const mode_set out = mode_bit(MODE_OUT_OF_SERVICE);

    return mode_silences(mode_book_sets(w->modes)[point] & out, stake) != MODE_COUNT;
}

static bool take_turn(struct watch *w, const struct rule_turn *t)
{
    const struct rule *rule = catalogue_rule(w->catalogue, t->point, t->rule);

    if (rule == NULL)
        return false;
    touch(w, (uint32_t)(rule - w->catalogue->rules));
    if (!alarms_turn(w->alarms, w->catalogue, t, is_out(w, t->point, t->stake), next_step(w)))
        return false;
    took_step(w);
    return true;
}

static bool take_turns(struct watch *w, const struct rule_turns *turns)
{
    bool changed = false;

    for (size_t i = 0; i < turns->count; i++)
        changed = take_turn(w, &turns->list[i]) || changed;
    return changed;
}

bool watch_fold(struct watch *w, const struct reading *r, struct now now)
{
    const struct rules_now when = { now, mode_book_sets(w->modes) };
    struct rule_turns turns;
    uint32_t from = 0;
    bool more, changed = mode_book_is_fresh(w->modes, r->point);

    do {
        more = rules_fold(w->rules, r, when, &from, &turns);
        changed = take_turns(w, &turns) || changed;
    } while (more);
    return changed;
}

static bool has_room(const struct watch *w)
{
    return w->step_count + RULE_TURNS_MAX <= WATCH_STEPS_MAX &&
           w->touched_count + RULE_TURNS_MAX <= WATCH_RULES_MAX;
}

/* What found no room for its alarm is looked for again when there is some. */
static void take_up(struct watch *w, struct now now)
{
    if (alarms_missed(w->alarms) == w->took_up || alarms_count(w->alarms) == ALARMS_MAX)
        return;
    w->took_up = alarms_missed(w->alarms);
    for (uint32_t i = 0; i < w->catalogue->rule_count && has_room(w); i++) {
        const struct rule *rule = &w->catalogue->rules[i];
        struct rule_state s;
        struct rule_turn t;
        rules_state(w->rules, i, &s);
        t = (struct rule_turn){ rule->key,      rule->point, now.wall, s.word,
                                rule->severity, rule->stake, s.told,   rule->limit };
        if (s.word == RULE_HOLDS)
            (void)take_turn(w, &t);
    }
}

/* An alarm whose rule is silent for another reason than before. */
static void call_again(struct watch *w, struct now now)
{
    for (size_t i = 0; i < alarms_count(w->alarms) && has_room(w); i++) {
        const struct alarm *a = alarms_at(w->alarms, i);
        uint32_t point = a->quiet == 0 ? NO_INDEX : catalogue_by_key(w->catalogue, a->point);
        struct rule_turn t = { .rule = a->rule, .at = now.wall, .word = RULE_NOT_JUDGED, .stake = a->stake };
        if (point == NO_INDEX || is_out(w, point, a->stake) == (a->quiet == ALARM_OUT_OF_SERVICE))
            continue;
        t.point = point;
        if (alarms_turn(w->alarms, w->catalogue, &t, is_out(w, point, a->stake), next_step(w)))
            took_step(w);
    }
}

bool watch_tick(struct watch *w, struct now now, uint32_t *from)
{
    struct rules_now when = { .now = now };
    struct rule_turns turns;
    bool more;

    (void)mode_book_tick(w->modes, now.wall);
    when.modes = mode_book_sets(w->modes);
    call_again(w, now);
    while (has_room(w) && alarms_tick(w->alarms, now.wall, next_step(w)))
        took_step(w);
    take_up(w, now);
    if (!has_room(w))
        return true;
    more = rules_tick(w->rules, when, from, &turns);
    (void)take_turns(w, &turns);
    return more;
}

bool watch_has_news(const struct watch *w)
{
    return w->step_count > 0 || w->touched_count > 0 || mode_book_has_news(w->modes);
}

/* ---- what people do ---- */

static const struct done *done_before(const struct watch *w, const char *key)
{
    for (size_t i = 0; i < w->act_count; i++)
        if (strcmp(w->acts[i].act.key, key) == 0)
            return &w->acts[i];
    return NULL;
}

const struct alarm_act *watch_shelf(const struct watch *w, uint64_t alarm)
{
    const struct alarm_act *last = NULL;

    for (size_t i = 0; i < w->act_count; i++) {
        const struct alarm_act *a = &w->acts[i].act;
        if (a->event == ALARM_SHELVE && a->alarm == alarm && a->key[0] != '\0' &&
            (last == NULL || a->at.ms >= last->at.ms))
            last = a;
    }
    return last;
}

static uint64_t act_key(const char *key)
{
    char text[HAND_KEY_MAX + sizeof "alarm act "];

    (void)snprintf(text, sizeof text, "alarm act %s", key);
    return seal_key63(text);
}

static void note_done(struct watch *w, const struct done *d)
{
    struct done *place = &w->acts[w->act_next];

    w->forgets = w->act_count == WATCH_ACTS_MAX;
    if (w->forgets)
        w->forgotten = act_key(place->act.key);
    else
        w->act_count++;
    *place = *d;
    w->act_next = (w->act_next + 1) % WATCH_ACTS_MAX;
}

enum err watch_act(struct watch *w, struct alarm_act *act, struct now now, bool *known, struct alarm *is,
                   struct fault *why)
{
    const struct done *was = done_before(w, act->key);
    const struct alarm *a = alarms_find(w->alarms, act->alarm);
    struct alarm_step *step = next_step(w);
    struct done done;
    enum err rc;

    *known = was != NULL;
    if (was != NULL) {
        *is = was->is;
        return alarm_act_same(&was->act, act) ? ERR_NONE
                                              : fault_say(why, ERR_STATE, "mã này đã dùng cho việc khác",
                                                          "this key was used before, for something else");
    }
    if (w->step_count == WATCH_STEPS_MAX)
        return fault_set(why, ERR_FULL, "the journal takes nothing");
    if (a != NULL)
        w->before = *a;
    rc = alarms_act(w->alarms, act, now.wall, step, why);
    if (rc != ERR_NONE)
        return rc;
    took_step(w);
    *is = step->alarm;
    done = (struct done){ *act, step->alarm };
    note_done(w, &done);
    w->fresh = &w->acts[(w->act_next + WATCH_ACTS_MAX - 1) % WATCH_ACTS_MAX];
    return ERR_NONE;
}

void watch_undo(struct watch *w)
{
    alarms_undo(w->alarms, &w->before);
    w->step_count -= w->step_count > 0;
    w->act_next = (w->act_next + WATCH_ACTS_MAX - 1) % WATCH_ACTS_MAX;
    w->acts[w->act_next].act.key[0] = '\0';
    w->fresh = NULL;
    w->forgets = false;
}

/* ---- the next record ---- */

void watch_add_entries(const struct watch *w, struct strbuf *events)
{
    for (size_t i = 0; i < w->step_count; i++)
        body_add_alarm(events, &w->steps[i]);
    mode_book_add_entries(w->modes, events);
}

static bool has_later(const struct watch *w, size_t i)
{
    for (size_t k = i + 1; k < w->step_count; k++)
        if (w->steps[k].alarm.id == w->steps[i].alarm.id)
            return true;
    return false;
}

static uint64_t rule_key(const struct watch *w, const struct rule *r)
{
    char text[80];

    (void)snprintf(text, sizeof text, "rule state %" PRIu64 " %" PRIu64, w->catalogue->points[r->point].key,
                   r->key);
    return seal_key63(text);
}

static void add_rule(const struct watch *w, uint32_t index, struct strbuf *to)
{
    const uint64_t revision = alarm_rule_revision(w->catalogue, &w->catalogue->rules[index]);
    unsigned char bytes[RULE_STATE_BYTES];
    struct rule_state s;

    rules_state(w->rules, index, &s);
    strbuf_putc(to, (char)TAG_RULE);
    strbuf_add(to, &revision, sizeof revision); /* a journal stays on its machine */
    strbuf_add(to, rule_state_encode(&s, w->catalogue->points[s.point].key, bytes), sizeof bytes);
}

static void add_act(const struct done *d, struct strbuf *to)
{
    strbuf_putc(to, (char)TAG_ACT);
    alarm_act_write(to, &d->act);
    alarm_write(to, &d->is);
}

void watch_add_states(const struct watch *w, struct strbuf *to, struct journal_state *states, size_t *ends,
                      size_t *n)
{
    for (size_t i = 0; i < w->step_count; i++) {
        const struct alarm *a = &w->steps[i].alarm;
        if (has_later(w, i))
            continue;
        states[*n].key = a->id;
        if (a->end == ALARM_OPEN) {
            strbuf_putc(to, (char)TAG_ALARM);
            alarm_write(to, a);
        }
        ends[(*n)++] = to->len;
    }
    for (size_t i = 0; i < w->touched_count; i++) {
        states[*n].key = rule_key(w, &w->catalogue->rules[w->touched[i]]);
        add_rule(w, w->touched[i], to);
        ends[(*n)++] = to->len;
    }
    if (w->forgets) {
        states[*n].key = w->forgotten;
        ends[(*n)++] = to->len;
    }
    if (w->fresh != NULL) {
        states[*n].key = act_key(w->fresh->act.key);
        add_act(w->fresh, to);
        ends[(*n)++] = to->len;
    }
    mode_book_add_states(w->modes, to, states, ends, n);
}

static bool is_midway(const struct watch *w, uint32_t rule)
{
    struct rule_state s;

    rules_state(w->rules, rule, &s);
    return rules_is_midway(w->rules, rule, &s);
}

static void note_midway(struct watch *w, uint32_t rule)
{
    w->midway[rule] = is_midway(w, rule);
}

void watch_recorded(struct watch *w)
{
    if (w->lost > 0)
        log_error("alarms steps without a record=%" PRIu64, w->lost);
    mode_book_recorded(w->modes);
    for (size_t i = 0; i < w->touched_count; i++)
        note_midway(w, w->touched[i]);
    w->step_count = w->touched_count = 0;
    w->lost = 0;
    w->fresh = NULL;
    w->forgets = false;
}

bool watch_remember(struct watch *w)
{
    for (; w->remembered < w->catalogue->rule_count; w->remembered++) {
        if (!w->midway[w->remembered] && !is_midway(w, w->remembered))
            continue;
        if (w->touched_count == WATCH_RULES_MAX)
            return true;
        touch(w, w->remembered);
    }
    w->remembered = 0;
    return false;
}

bool watch_remember_all(struct watch *w, uint32_t *from)
{
    for (; *from < w->catalogue->rule_count; ++*from) {
        if (w->touched_count == WATCH_RULES_MAX)
            return true;
        touch(w, *from);
    }
    return false;
}

/* ---- life ---- */

static void restore_alarm(struct watch *w, const unsigned char *at, const unsigned char *end, struct now now)
{
    struct alarm a;

    if (alarm_read(&at, end, &a) != ERR_NONE)
        return;
    w->generation++;
    if (alarms_restore(w->alarms, &a, now.wall, next_step(w)))
        took_step(w);
}

static void restore_act(struct watch *w, const unsigned char *at, const unsigned char *end)
{
    struct done d;

    if (alarm_act_read(&at, end, &d.act) == ERR_NONE && alarm_read(&at, end, &d.is) == ERR_NONE)
        note_done(w, &d);
    w->forgets = false;
}

/* A rule that is another since begins anew. */
static void restore_rule(struct watch *w, const unsigned char *at, const unsigned char *end, struct now now)
{
    const struct rule *rule;
    struct rule_state s;
    uint64_t revision;

    if ((size_t)(end - at) <= sizeof revision)
        return;
    memcpy(&revision, at, sizeof revision);
    at += sizeof revision;
    if (!rule_state_decode(at, (size_t)(end - at), w->catalogue, &s))
        return;
    rule = catalogue_rule(w->catalogue, s.point, s.rule);
    if (rule == NULL || alarm_rule_revision(w->catalogue, rule) != revision ||
        !rules_restore(w->rules, &s, now))
        return;
    note_midway(w, (uint32_t)(rule - w->catalogue->rules));
}

bool watch_restore(struct watch *w, const struct journal_state *s, struct now now)
{
    const unsigned char *at = s->body, *end = at + s->len;

    if (s->len < 1)
        return false;
    switch (*at++) {
    case TAG_ALARM: restore_alarm(w, at, end, now); return true;
    case TAG_ACT: restore_act(w, at, end); return true;
    case TAG_RULE: restore_rule(w, at, end, now); return true;
    default: return mode_book_restore(w->modes, s);
    }
}

void watch_know(struct watch *w, const struct reading *shown)
{
    rules_know(w->rules, shown);
}

void watch_recall(struct watch *w, const struct reading *kept)
{
    rules_recall(w->rules, kept);
}

void watch_service(struct watch *w, uint32_t point, double counter)
{
    rules_service(w->rules, point, counter);
}

bool watch_retire(struct watch *w, struct now now)
{
    mode_book_resume(w->modes);
    while (has_room(w)) {
        if (!alarms_retire(w->alarms, w->catalogue, now.wall, next_step(w)))
            return false;
        took_step(w);
    }
    return true;
}

/* Rules that mean the same go on; others begin anew. */
static void inherit(const struct watch *w, struct rules *next, bool *midway, const struct catalogue *c,
                    struct now now)
{
    for (uint32_t i = 0; i < w->catalogue->rule_count; i++) {
        const struct rule *was = &w->catalogue->rules[i];
        uint32_t point = catalogue_by_key(c, w->catalogue->points[was->point].key);
        const struct rule *is = point == NO_INDEX ? NULL : catalogue_rule(c, point, was->key);
        struct rule_state s;
        if (is == NULL || alarm_rule_revision(c, is) != alarm_rule_revision(w->catalogue, was))
            continue;
        rules_state(w->rules, i, &s);
        s.point = point;
        (void)rules_restore(next, &s, now);
        midway[is - c->rules] = w->midway[i]; /* as the journal has it, under the same key */
    }
}

enum err watch_succeed(struct watch *w, const struct catalogue *c, struct now now, struct fault *why)
{
    bool *midway = calloc(c->rule_count + 1, sizeof *midway);
    struct rules *next = NULL;
    enum err rc;

    if (midway == NULL)
        return fault_set(why, ERR_MEMORY, "rules: no memory");
    rc = rules_new(&next, c, now, why);
    if (rc == ERR_NONE && mode_book_works_by(w->modes, c) != ERR_NONE)
        rc = fault_set(why, ERR_MEMORY, "modes: no memory");
    if (rc != ERR_NONE) {
        rules_free(next);
        free(midway);
        return rc;
    }
    inherit(w, next, midway, c, now);
    rules_free(w->rules);
    free(w->midway);
    w->rules = next;
    w->midway = midway;
    w->remembered = 0;
    w->catalogue = c;
    w->touched_count = 0; /* indices of the other */
    w->generation++;
    return ERR_NONE;
}
