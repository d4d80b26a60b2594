/* Alarms and people's steps become incidents through the pipeline and its journal: what there is after a kill
 * is what there was before it. */
#include "model/lane.h"
#include "pipeline.h"
#include "seal/seal.h"
#include "slice.h"
#include "unit.h"
#include <math.h>

enum { PRESSURE, PUMP, MAINS, FAR, NEAR, OUTFLOW, POINTS };
enum { RULES = 8 };

static const int64_t T0 = 1795604400000;

struct scene {
    struct ground ground;
    struct slice slice;
    struct reading last[POINTS];
    unsigned answers;
    enum err code;
    enum refusal refusal;
    bool known;
    uint64_t incident;
    char why[200];
};

static const struct point POINT[POINTS] = {
    [PRESSURE] = { .id = "net.pressure", .unit = "bar", .site = 1, .wire = "w" },
    [PUMP] = { .id = "pump.frequency", .parameter = "frequency", .wire = "w" },
    [MAINS] = { .id = "mains", .parameter = "voltage", .wire = "w" },
    [FAR] = { .id = "far.level", .parameter = "level", .site = 1, .wire = "radio" },
    [NEAR] = { .id = "near.flow", .parameter = "flow", .site = 1, .wire = "radio" },
    [OUTFLOW] = { .id = "out.flow", .parameter = "flow", .wire = "w" },
};

static const struct {
    const char *id;
    uint32_t point;
    enum rule_kind kind;
    enum severity severity;
    double limit;
    int64_t within_ms;
    double step;
    enum stake stake;
} RULE[RULES] = {
    { "low", PRESSURE, RULE_LOW, SEVERITY_MEDIUM, 2, 0, 0.6, STAKE_OPERATION },
    { "low-low", PRESSURE, RULE_LOW_LOW, SEVERITY_HIGH, 1, 0, 0, STAKE_OPERATION },
    { "stopped", PUMP, RULE_LOW, SEVERITY_HIGH, 10, 0, 0, STAKE_OPERATION },
    { "mains", MAINS, RULE_MAINS, SEVERITY_HIGH, 100, 0, 0, STAKE_OPERATION },
    { "stale", FAR, RULE_STALE, SEVERITY_MEDIUM, NAN, 10000, 0, STAKE_OPERATION },
    { "stale", NEAR, RULE_STALE, SEVERITY_MEDIUM, NAN, 10000, 0, STAKE_OPERATION },
    { "low", OUTFLOW, RULE_LOW, SEVERITY_MEDIUM, 20, 0, 0, STAKE_HEALTH },
    { "high", OUTFLOW, RULE_HIGH, SEVERITY_MEDIUM, 200, 0, 0, STAKE_OPERATION },
};

static int add_rule(struct catalogue *c, size_t i)
{
    const struct rule r = { .key = seal_key63(RULE[i].id),
                            .point = RULE[i].point,
                            .other = NO_INDEX,
                            .cause = NO_INDEX,
                            .kind = (uint8_t)RULE[i].kind,
                            .severity = (uint8_t)RULE[i].severity,
                            .stake = (uint8_t)RULE[i].stake,
                            .n = 1,
                            .limit = RULE[i].limit,
                            .low = NAN,
                            .step = RULE[i].step,
                            .within_ms = RULE[i].within_ms };
    struct rule named = r;

    (void)snprintf(named.id, sizeof named.id, "%s", RULE[i].id);
    return catalogue_add_rule(c, &named, NULL) == ERR_NONE ? 0 : -1;
}

static int fill(struct catalogue *c)
{
    const struct system town = { .id = "town" }, village = { .id = "village", .kind = 1 /* rural */ };
    const struct site works = {
        .id = "works", .kind = "treatment_plant", .area = NO_INDEX, .residence_ms = 9000000
    };
    const struct site net = { .id = "net", .kind = "dma", .area = NO_INDEX, .system = 1 };

    catalogue_init(c);
    if (catalogue_add_system(c, &town, NULL) != ERR_NONE ||
        catalogue_add_system(c, &village, NULL) != ERR_NONE)
        return -1;
    if (catalogue_add_site(c, &works, NULL) != ERR_NONE || catalogue_add_site(c, &net, NULL) != ERR_NONE)
        return -1;
    for (size_t i = 0; i < POINTS; i++) {
        struct point p = POINT[i];
        p.revision = i + 1;
        p.every_ms = 1000;
        p.heartbeat_ms = 300000;
        if (catalogue_add_point(c, &p, NULL) != ERR_NONE)
            return -1;
    }
    for (size_t i = 0; i < RULES; i++)
        if (add_rule(c, i) != 0)
            return -1;
    return catalogue_seal(c, NULL) == ERR_NONE ? 0 : -1;
}

static void start(struct scene *s)
{
    s->slice = slice_on(&s->ground);
}

static int make_world(void **state)
{
    static const double FINE[POINTS] = { 3, 50, 230, 1, 1, 80 };
    struct scene *s = calloc(1, sizeof *s);

    *state = s;
    if (s == NULL || !ground_make(&s->ground))
        return -1;
    for (uint32_t i = 0; i < POINTS; i++)
        s->last[i] = (struct reading){ i, QUALITY_GOOD, REASON_NONE, { 0 }, FINE[i] };
    if (fill(&s->ground.catalogue) != 0)
        return -1;
    start(s);
    return 0;
}

static int end_world(void **state)
{
    struct scene *s = *state;
    int rc;

    slice_end(s->slice, true);
    rc = ground_clear(&s->ground);
    free(s);
    return rc;
}

/* Everything is read once a second. */
static void pass(struct scene *s, int seconds)
{
    for (int i = 0; i < seconds; i++) {
        struct message m = { .kind = MESSAGE_READINGS, .count = POINTS };
        fake_clock_advance(&s->ground.clock, 1000);
        for (size_t k = 0; k < POINTS; k++) {
            m.readings[k] = s->last[k];
            m.readings[k].at = s->ground.clock.now.wall;
            m.revisions[k] = k + 1;
        }
        pipeline_put(s->slice.pipeline, &m);
        (void)pipeline_step(s->slice.pipeline, 0);
    }
}

static void shows(struct scene *s, uint32_t point, double value)
{
    s->last[point] = (struct reading){ point, QUALITY_GOOD, REASON_NONE, { 0 }, value };
    pass(s, 2);
}

static void is_silent(struct scene *s, uint32_t point)
{
    s->last[point] = (struct reading){ point, QUALITY_BAD, REASON_NO_ANSWER, { 0 }, NAN };
}

/* As it is durable. */
static struct incident_list *look(struct scene *s)
{
    const struct journal_state nothing = { seal_key63("a test's own"), NULL, 0 };
    struct incident_list *l;
    uint64_t seq;

    (void)pipeline_step(s->slice.pipeline, 0);
    assert_int_equal(journal_append(s->slice.journal, NULL, 0, &nothing, 1, true, &seq, NULL), ERR_NONE);
    assert_int_equal(journal_wait(s->slice.journal, seq, 20000), ERR_NONE);
    for (int i = 0; i < 3; i++) /* what waited is shown, what came meanwhile is frozen and shown */
        (void)pipeline_step(s->slice.pipeline, 0);
    l = pipeline_incidents(s->slice.pipeline);
    assert_non_null(l);
    return l;
}

static size_t living(const struct incident_list *l)
{
    size_t n = 0;

    for (size_t i = 0; i < l->count; i++)
        n += !l->items[i]->is.closed && l->items[i]->is.merged_into == 0;
    return n;
}

/* The only one that is neither closed nor merged. */
static struct incident only(struct scene *s)
{
    struct incident_list *l = look(s);
    struct incident out = { 0 };

    assert_int_equal(living(l), 1);
    for (size_t i = 0; i < l->count; i++)
        if (!l->items[i]->is.closed && l->items[i]->is.merged_into == 0)
            out = l->items[i]->is;
    incident_list_drop(l);
    return out;
}

static uint64_t incident_member_at(struct scene *s, uint64_t incident, size_t n)
{
    struct incident_list *l = look(s);
    const struct incident_copy *c = incident_list_find(l, incident);
    uint64_t id;

    assert_non_null(c);
    assert_true(n < c->is.member_count);
    id = c->is.members[n].id;
    incident_list_drop(l);
    return id;
}

static uint64_t incident_of_the_rest(struct scene *s, uint64_t id)
{
    struct incident_list *l = look(s);
    uint64_t other = 0;

    for (size_t i = 0; i < l->count; i++)
        if (l->items[i]->is.id != id)
            other = l->items[i]->is.id;
    incident_list_drop(l);
    return other;
}

static void write_all(struct scene *s, struct strbuf *to)
{
    struct incident_list *l = look(s);

    strbuf_init(to, 16 << 20);
    for (size_t i = 0; i < l->count; i++)
        incident_write(to, &l->items[i]->is);
    assert_false(to->failed);
    incident_list_drop(l);
}

/* A kill, a start: byte for byte the same. */
static void is_killed(struct scene *s)
{
    struct strbuf before, after;

    write_all(s, &before);
    slice_end(s->slice, false);
    start(s);
    write_all(s, &after);
    assert_int_equal(before.len, after.len);
    if (before.len > 0)
        assert_memory_equal(before.text, after.text, before.len);
    strbuf_clear(&before);
    strbuf_clear(&after);
}

/* ---- what people do ---- */

static void answered(void *self, enum err code, enum refusal refusal, bool known, struct incident_copy *is,
                     const struct fault *why)
{
    struct scene *s = self;

    s->answers++;
    s->code = code;
    s->refusal = refusal;
    s->known = known;
    s->incident = is == NULL ? 0 : is->is.id;
    (void)snprintf(s->why, sizeof s->why, "%s", why == NULL ? "" : why->text);
}

static enum err take(struct scene *s, struct incident_act act)
{
    struct message_incident m = {
        .act = act, .by = { .kind = ACTOR_ACCOUNT, .name = "lan" }, .answer = answered, .self = s
    };
    unsigned before = s->answers;

    if (m.act.who[0] == '\0')
        (void)snprintf(m.act.who, sizeof m.act.who, "lan");
    assert_int_equal(pipeline_incident(s->slice.pipeline, &m, NULL), ERR_NONE);
    for (int i = 0; i < 5000 && s->answers == before; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
    assert_int_equal(s->answers, before + 1);
    return s->code;
}

static enum err step(struct scene *s, uint64_t incident, enum step_kind kind, const char *key)
{
    struct incident_act a = { .kind = (uint8_t)kind,
                              .incident = incident,
                              .note = "vì vậy",
                              .controllability = CONTROLLABLE,
                              .class = CLASS_DISTRIBUTION_MAIN,
                              .code = CAUSE_BURST };

    (void)snprintf(a.key, sizeof a.key, "%s", key);
    return take(s, a);
}

/* ---- the tests ---- */

static void an_alarm_opens_an_incident_that_outlives_a_kill(void **state)
{
    struct scene *s = *state;
    struct incident i;

    pass(s, 3);
    {
        struct incident_list *l = look(s);
        assert_int_equal(l->count, 0);
        incident_list_drop(l);
    }
    shows(s, PRESSURE, 1.5);
    i = only(s);
    assert_int_equal(i.member_count, 1);
    assert_int_equal(i.members[0].evidence, EVIDENCE_PRESSURE);
    assert_int_equal(i.members[0].class, CLASS_SERVICE_NETWORK);
    assert_false(i.members[0].confirmed);
    assert_string_equal(i.members[0].site, "net");
    assert_true(i.members[0].point == s->ground.catalogue.points[PRESSURE].key);
    assert_int_equal(i.facts[0].kind, FACT_DETECTED);
    is_killed(s);
    pass(s, 40);
    is_killed(s); /* it was told meanwhile */
    shows(s, PRESSURE, 3);
    i = only(s);
    assert_true(i.members[0].restored.ms > i.members[0].start.ms);
    assert_int_equal(incident_state(&i, s->ground.clock.now.wall), INCIDENT_RESTORED);
    is_killed(s);
}

/* ---- the alarms of an incident ---- */

static enum alarm_state state_of(struct scene *s, uint32_t point, const char *rule)
{
    struct alarm_list *l;
    enum alarm_state is = ALARM_NORMAL;

    incident_list_drop(look(s));
    l = pipeline_alarms(s->slice.pipeline);
    assert_non_null(l);
    for (size_t i = 0; i < l->count; i++)
        if (l->items[i].point == s->ground.catalogue.points[point].key && strcmp(l->items[i].name, rule) == 0)
            is = alarm_state(&l->items[i]);
    alarm_list_drop(l);
    return is;
}

static void who_works_on_an_incident_has_seen_its_alarms(void **state)
{
    struct scene *s = *state;
    uint64_t burst, level;

    shows(s, PRESSURE, 1.5);
    shows(s, PRESSURE, 0.95);
    burst = only(s).id;
    shows(s, OUTFLOW, 5); /* of the works: another incident */
    assert_int_equal(step(s, burst, STEP_KNOWN, "key-0001"), ERR_NONE);
    assert_int_equal(step(s, burst, STEP_PROGRESS, "key-0002"), ERR_NONE);
    assert_int_equal(state_of(s, PRESSURE, "low"), ALARM_UNACKNOWLEDGED);
    assert_int_equal(step(s, burst, STEP_ON_SITE, "key-0003"), ERR_NONE);
    assert_int_equal(state_of(s, PRESSURE, "low"), ALARM_ACKNOWLEDGED);
    assert_int_equal(state_of(s, PRESSURE, "low-low"), ALARM_ACKNOWLEDGED);
    assert_int_equal(state_of(s, OUTFLOW, "low"), ALARM_UNACKNOWLEDGED);
    is_killed(s);
    assert_int_equal(state_of(s, PRESSURE, "low-low"), ALARM_ACKNOWLEDGED);
    level = burst;
    assert_int_equal(step(s, level, STEP_ON_SITE, "key-0003"), ERR_NONE); /* told again: nothing more */
    assert_true(s->known);
}

static void an_alarm_that_is_over_and_was_not_seen_ends_with_the_work(void **state)
{
    struct scene *s = *state;
    uint64_t id;

    shows(s, PRESSURE, 1.5);
    id = only(s).id;
    shows(s, PRESSURE, 3);
    assert_int_equal(state_of(s, PRESSURE, "low"), ALARM_RETURNED);
    assert_true(only(s).unacknowledged);
    assert_int_equal(step(s, id, STEP_BEGIN_REPAIR, "key-0001"), ERR_NONE);
    assert_int_equal(state_of(s, PRESSURE, "low"), ALARM_NORMAL);
    assert_false(only(s).unacknowledged);
}

static void health_waits_for_its_own_word_unless_it_is_alone(void **state)
{
    struct scene *s = *state;
    uint64_t id;

    shows(s, PUMP, 0);
    shows(s, OUTFLOW, 5);
    id = only(s).id;
    assert_int_equal(step(s, id, STEP_ON_SITE, "key-0001"), ERR_NONE);
    assert_int_equal(state_of(s, PUMP, "stopped"), ALARM_ACKNOWLEDGED);
    assert_int_equal(state_of(s, OUTFLOW, "low"), ALARM_UNACKNOWLEDGED);
    assert_int_equal(step(s, id, STEP_BEGIN_REPAIR, "key-0002"), ERR_NONE); /* it alone is left */
    assert_int_equal(state_of(s, OUTFLOW, "low"), ALARM_ACKNOWLEDGED);
}

static void two_rules_of_one_point_are_one_member(void **state)
{
    struct scene *s = *state;
    struct incident i;

    shows(s, PRESSURE, 1.5);
    shows(s, PRESSURE, 0.95);
    i = only(s);
    assert_int_equal(i.member_count, 1);
    shows(s, PRESSURE, 1.5); /* one of the two is over */
    i = only(s);
    assert_int_equal(i.members[0].cleared.ms, 0);
    shows(s, PRESSURE, 3);
    i = only(s);
    assert_true(i.members[0].cleared.ms > 0);
}

static void what_follows_from_the_mains_is_one_incident(void **state)
{
    struct scene *s = *state;
    struct incident i;

    shows(s, PUMP, 0);
    shows(s, MAINS, 0);
    i = only(s);
    assert_int_equal(i.member_count, 2);
    assert_int_equal(incident_clock(&i, NULL).class, CLASS_PLANT_EQUIPMENT); /* the law before a target */
    is_killed(s);
    shows(s, MAINS, 230);
    pass(s, 11 * 60); /* the pump stays dead */
    {
        struct incident_list *l = look(s);
        assert_int_equal(living(l), 2);
        incident_list_drop(l);
    }
    is_killed(s);
}

/* Less flows without the mains, never more: two incidents, which a kill does not mix up. */
static void a_burst_while_the_mains_are_away_is_its_own(void **state)
{
    struct scene *s = *state;
    struct incident_list *l;
    struct incident mains;

    shows(s, MAINS, 0);
    shows(s, OUTFLOW, 5);
    mains = only(s);
    assert_int_equal(mains.member_count, 2);
    shows(s, OUTFLOW, 250);
    is_killed(s);
    l = look(s);
    assert_int_equal(living(l), 2);
    assert_int_equal(l->items[1]->is.member_count, 1);
    assert_int_equal(l->items[1]->is.members[0].side, SIDE_ABOVE);
    assert_int_equal(l->items[1]->is.members[0].cause, 0);
    incident_list_drop(l);
    shows(s, OUTFLOW, 80);
    l = look(s);
    assert_true(l->items[1]->is.members[0].cleared.ms > 0);
    incident_list_drop(l);
}

static void silence_is_explained_by_the_link_until_it_is_heard(void **state)
{
    struct scene *s = *state;
    struct incident i;
    size_t links = 0;

    pass(s, 2);
    is_silent(s, FAR);
    is_silent(s, NEAR);
    pass(s, 15);
    i = only(s);
    for (size_t k = 0; k < i.member_count; k++)
        links += i.members[k].evidence == EVIDENCE_LINK;
    assert_int_equal(i.member_count, 3);
    assert_int_equal(links, 1);
    shows(s, FAR, 1);
    i = only(s);
    assert_false(incident_all_restored(&i));
    shows(s, NEAR, 1);
    i = only(s);
    assert_true(incident_all_restored(&i));
}

static void a_step_is_done_once_or_refused_with_its_name(void **state)
{
    struct scene *s = *state;
    uint64_t id;
    struct incident i;

    shows(s, PRESSURE, 1.5);
    id = only(s).id;
    assert_int_equal(step(s, id, STEP_ASSIGN, "assign-1"), ERR_NONE);
    assert_int_equal(step(s, id, STEP_ASSIGN, "assign-1"), ERR_NONE);
    assert_true(s->known);
    assert_int_equal(step(s, id, STEP_VERIFY, "assign-1"), ERR_STATE);
    assert_int_equal(s->refusal, REFUSED_NOTHING);
    assert_int_equal(step(s, id, STEP_CLOSE, "close-1"), ERR_STATE);
    assert_string_equal(refusal_name(s->refusal), "member_not_restored");
    assert_int_equal(step(s, id + 1000000, STEP_CLOSE, "close-2"), ERR_MISSING);
    is_killed(s);
    assert_int_equal(step(s, id, STEP_ASSIGN, "assign-1"), ERR_NONE);
    assert_true(s->known);
    shows(s, PRESSURE, 3);
    assert_int_equal(step(s, id, STEP_CAUSE, "cause-01"), ERR_NONE);
    assert_int_equal(step(s, id, STEP_CONFIRM_CLASS, "class-01"), ERR_NONE);
    i = only(s);
    assert_int_equal(i.members[0].class, CLASS_DISTRIBUTION_MAIN);
    assert_int_equal(step(s, id, STEP_CLOSE, "close-3"), ERR_NONE);
    is_killed(s);
    shows(s, PRESSURE, 1.5);
    i = only(s);
    assert_true(i.id != id);
    assert_int_equal(i.ties[0].kind, TIE_FOLLOWS);
    is_killed(s);
}

static struct incident_act act_of(uint64_t incident, enum step_kind kind, const char *key)
{
    struct incident_act a = { .kind = (uint8_t)kind, .incident = incident, .note = "vì vậy" };

    (void)snprintf(a.key, sizeof a.key, "%s", key);
    return a;
}

static void is_known(struct scene *s, struct incident_act a)
{
    assert_int_equal(take(s, a), ERR_NONE);
    assert_true(s->known);
}

static void is_another(struct scene *s, struct incident_act a)
{
    assert_int_equal(take(s, a), ERR_STATE);
    assert_int_equal(s->refusal, REFUSED_NOTHING);
}

/* What was not done is never answered as done. */
static void a_key_told_with_something_else_is_refused(void **state)
{
    struct scene *s = *state;
    struct incident_act a, call;
    uint64_t burst, other;

    shows(s, PRESSURE, 1.5);
    burst = only(s).id;
    a = act_of(burst, STEP_IMPACT, "impact-1");
    a.impact.people = 40;
    a.impact.health_hazard = true;
    assert_int_equal(take(s, a), ERR_NONE);
    a = act_of(burst, STEP_DUTY_DONE, "duty-001");
    a.duty = DUTY_PEOPLE;
    a.claimed.ms = s->ground.clock.now.wall.ms - 1000;
    assert_int_equal(take(s, a), ERR_NONE);
    is_known(s, a);
    a.duty = DUTY_CDC;
    is_another(s, a);
    assert_int_equal(only(s).duties[DUTY_CDC].done.ms, 0);
    a.duty = DUTY_PEOPLE;
    a.claimed.ms -= 1000;
    is_another(s, a);
    a.claimed.ms = 0; /* says nothing else */
    is_known(s, a);
    assert_int_equal(step(s, burst, STEP_CAUSE, "cause-01"), ERR_NONE);
    a = act_of(burst, STEP_CAUSE, "cause-01");
    a.controllability = CONTROLLABLE;
    a.code = CAUSE_VALVE;
    is_another(s, a);
    a.code = CAUSE_BURST;
    is_known(s, a);
    a.controllability = BEYOND_CONTROL;
    is_another(s, a);

    call = act_of(0, STEP_CALL, "call-001");
    (void)snprintf(call.zone, sizeof call.zone, "z1");
    assert_int_equal(take(s, call), ERR_NONE);
    other = s->incident;
    is_known(s, call);
    call.zone[1] = '2';
    is_another(s, call);
    call.zone[1] = '1';
    call.class = CLASS_WATER_QUALITY;
    is_another(s, call);
    call.class = CLASS_SERVICE_NETWORK;
    call.incident = burst;
    is_another(s, call);
    call.incident = 0;
    call.drill = true;
    is_another(s, call);
    call.drill = false;

    assert_int_equal(step(s, burst, STEP_ASSIGN, "assign-1"), ERR_NONE);
    assert_int_equal(step(s, other, STEP_ASSIGN, "assign-1"), ERR_STATE);
    a = act_of(burst, STEP_MERGE, "merge-01");
    a.other = other;
    assert_int_equal(take(s, a), ERR_NONE);
    is_killed(s);
    is_known(s, a);
    is_known(s, call); /* it is a part now */
    call.incident = other;
    is_known(s, call);
    a.other = other + 1000;
    is_another(s, a);
    a = act_of(burst, STEP_UNLINK, "unlink-1");
    a.member = only(s).members[1].id;
    assert_int_equal(take(s, a), ERR_NONE);
    is_known(s, a);
    a.member = incident_member_at(s, burst, 0);
    is_another(s, a);
}

static void figures(struct incident_impact *p, unsigned which, uint16_t n)
{
    bool *const flags[] = { &p->health_hazard, &p->wide,  &p->source_threatened,
                            &p->road_opened,   &p->rural, &p->partner };

    switch (which) {
    case 0: p->people = n; break;
    case 1: p->connections = n; break;
    case 2: p->hospitals = n; break;
    case 3: p->schools = n; break;
    case 4: p->high_rises = n; break;
    case 5: p->expected_min = n; break;
    default: *flags[which - 6] = n != 0; break;
    }
}

/* No fact has them, and the incident only the last that were told: a hash of each is kept with its key. */
static void figures_told_again_are_the_same_figures(void **state)
{
    struct scene *s = *state;
    struct incident_act a, other;
    uint64_t id;

    shows(s, PRESSURE, 1.5);
    id = only(s).id;
    a = act_of(id, STEP_IMPACT, "impact-1");
    for (unsigned k = 0; k < 6; k++)
        figures(&a.impact, k, (uint16_t)(11 + k));
    assert_int_equal(take(s, a), ERR_NONE);
    for (unsigned k = 0; k < 12; k++) {
        other = a;
        figures(&other.impact, k, 7);
        is_another(s, other);
    }
    other = act_of(id, STEP_IMPACT, "impact-2");
    assert_int_equal(take(s, other), ERR_NONE);
    is_known(s, a); /* others were told since */
    is_killed(s);
    is_known(s, a);
    a.impact.people++;
    is_another(s, a);
    a.impact.people--;
    is_known(s, a);
    assert_int_equal(only(s).impact.people, 0); /* the last that was told holds */
}

/* Nobody counted: what the zones say then may be something else when it is told again. */
static void figures_of_the_zones_are_not_what_was_told(void **state)
{
    struct scene *s = *state;
    struct incident_act a;

    shows(s, PRESSURE, 1.5);
    a = act_of(only(s).id, STEP_IMPACT, "impact-1");
    a.counted = true;
    a.impact.people = 4800;
    assert_int_equal(take(s, a), ERR_NONE);
    a.impact.people = 4900;
    a.impact.rural = true;
    is_known(s, a);
    a.impact.wide = true;
    is_another(s, a);
    a.impact.wide = false;
    a.counted = false;
    is_another(s, a); /* now somebody said it */
}

/* Of the plant whose tank is known, and of the village where none is. */
static void bad_water_is_isolated_before_the_tank_of_its_place_is_empty(void **state)
{
    struct scene *s = *state;
    struct incident_act a = act_of(0, STEP_OPEN, "open-001");
    struct incident_list *l;

    a.class = CLASS_WATER_QUALITY;
    (void)snprintf(a.site, sizeof a.site, "works");
    assert_int_equal(take(s, a), ERR_NONE);
    a = act_of(0, STEP_CALL, "call-001");
    a.class = CLASS_WATER_QUALITY;
    (void)snprintf(a.site, sizeof a.site, "net");
    assert_int_equal(take(s, a), ERR_NONE);
    is_killed(s);
    l = look(s);
    assert_int_equal(l->count, 2);
    for (size_t k = 0; k < 2; k++) {
        const struct incident *i = &l->items[k]->is;
        assert_int_equal(i->duties[DUTY_ISOLATE].due.ms - i->members[0].evident.ms,
                         k == 0 ? 9000000 : 3600000);
        assert_int_equal(i->duties[DUTY_ASSESS].due.ms - i->duties[DUTY_ASSESS].since.ms, 600000);
    }
    incident_list_drop(l);
}

/* Told again, it is the one that went beside. */
static void a_call_that_went_beside_is_known_by_its_key(void **state)
{
    struct scene *s = *state;
    struct incident_act call;
    uint64_t id;
    char key[16];

    shows(s, PRESSURE, 1.5);
    id = only(s).id;
    for (unsigned n = 0; n <= 40; n++) {
        (void)snprintf(key, sizeof key, "call-%03u", n);
        call = act_of(id, STEP_CALL, key);
        (void)snprintf(call.site, sizeof call.site, "net");
        assert_int_equal(take(s, call), ERR_NONE);
    }
    assert_int_not_equal(s->incident, id);
    is_killed(s);
    is_known(s, call);
    assert_int_not_equal(s->incident, id);
    call.incident = s->incident + 1000;
    is_another(s, call);
}

/* The incident grows with each step, until the journal takes no record so large. */
static void a_step_that_the_journal_does_not_take_was_not_done(void **state)
{
    struct scene *s = *state;
    unsigned taken = 0;
    uint64_t id;
    char key[16];

    shows(s, PRESSURE, 1.5);
    id = only(s).id;
    fake_clock_advance(&s->ground.clock, 25 * CLOCK_HOUR_MS); /* its readings are kept whole no more */
    pass(s, 40);
    slice_end(s->slice, true);
    s->slice = slice_start_within(s->ground.folder, &s->ground.catalogue, &s->ground.clock, 6000);
    pass(s, 10);
    do
        (void)snprintf(key, sizeof key, "step-%03u", ++taken);
    while (taken < 60 && step(s, id, STEP_PROGRESS, key) == ERR_NONE);
    assert_in_range(taken, 2, 59);
    assert_int_not_equal(s->code, ERR_STATE);
    pass(s, 10);
    assert_int_equal(only(s).fact_count, taken); /* one of them is the detection */
    slice_end(s->slice, false);
    start(s);
    assert_int_equal(only(s).fact_count, taken);
    assert_int_equal(step(s, id, STEP_PROGRESS, key), ERR_NONE);
    assert_false(s->known);
    is_killed(s);
}

static void an_alarm_that_people_closed_against_opens_no_second_one(void **state)
{
    struct scene *s = *state;
    struct incident_list *l;
    uint64_t id;

    shows(s, PRESSURE, 1.5);
    id = only(s).id;
    assert_int_equal(step(s, id, STEP_RESTORED, "rest-001"), ERR_NONE);
    assert_int_equal(step(s, id, STEP_CAUSE, "cause-01"), ERR_NONE);
    assert_int_equal(step(s, id, STEP_CONFIRM_CLASS, "class-01"), ERR_NONE);
    assert_int_equal(step(s, id, STEP_CLOSE, "close-01"), ERR_NONE);
    is_killed(s);
    pass(s, 30);
    l = look(s);
    assert_int_equal(living(l), 0);
    assert_int_equal(l->count, 1);
    incident_list_drop(l);
}

/* ---- drills ---- */

static void mode_answered(void *self, enum err code, bool known, const struct mode *is,
                          const struct fault *why)
{
    struct scene *s = self;

    (void)known;
    (void)why;
    s->answers++;
    s->code = code;
    s->incident = is == NULL ? 0 : is->id;
}

static uint64_t wants(struct scene *s, struct mode_act act)
{
    const struct message_mode m = {
        .act = act, .by = { .kind = ACTOR_ACCOUNT, .name = "lan" }, .answer = mode_answered, .self = s
    };
    unsigned before = s->answers;

    assert_int_equal(pipeline_mode(s->slice.pipeline, &m, NULL), ERR_NONE);
    for (int i = 0; i < 5000 && s->answers == before; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
    assert_int_equal(s->code, ERR_NONE);
    return s->incident;
}

static void a_drill_is_marked_and_hides_nothing_that_lasts_beyond_it(void **state)
{
    struct scene *s = *state;
    struct mode_act begin = { .mode = { .kind = MODE_DRILL,
                                        .place = MODE_AT_SITE,
                                        .subject = "net",
                                        .until = { T0 + CLOCK_HOUR_MS },
                                        .key = "drill-01",
                                        .who = "lan",
                                        .why = "diễn tập" } };
    struct mode_act end = { .ends = true, .mode = { .ended_by = "lan", .end_key = "drill-02" } };
    struct incident_list *l;
    struct wall ended;

    end.mode.id = wants(s, begin);
    shows(s, PRESSURE, 1.5);
    assert_true(only(s).drill);
    pass(s, 10);
    assert_true(only(s).drill);
    is_killed(s);
    (void)wants(s, end);
    ended = s->ground.clock.now.wall;
    pass(s, 10);
    l = look(s);
    assert_int_equal(living(l), 2);
    assert_true(l->items[0]->is.drill);
    assert_false(l->items[1]->is.drill);
    assert_true(l->items[0]->is.members[0].start.ms < ended.ms - 9000);
    assert_int_equal(l->items[1]->is.members[0].start.ms, ended.ms); /* true from then on */
    incident_list_drop(l);
    shows(s, PRESSURE, 3);
    l = look(s);
    assert_true(incident_all_restored(&l->items[0]->is) && incident_all_restored(&l->items[1]->is));
    incident_list_drop(l);
    is_killed(s);
}

static void a_true_burst_that_grows_during_a_drill_is_no_exercise(void **state)
{
    struct scene *s = *state;
    struct mode_act begin = { .mode = { .kind = MODE_DRILL,
                                        .place = MODE_AT_SITE,
                                        .subject = "net",
                                        .until = { T0 + CLOCK_HOUR_MS },
                                        .key = "drill-01",
                                        .who = "lan",
                                        .why = "diễn tập" } };
    struct incident i;

    shows(s, PRESSURE, 1.9);
    assert_int_equal(only(s).member_count, 1);
    (void)wants(s, begin);
    shows(s, PRESSURE, 1.1);
    i = only(s);
    assert_false(i.drill);
    assert_int_equal(i.member_count, 2);
    assert_int_equal(i.members[1].step, 1);
    is_killed(s);
}

static void what_began_before_the_clock_was_true_moves_with_it(void **state)
{
    struct scene *s = *state;
    struct message stepped = { .kind = MESSAGE_EVENT };
    struct incident i;

    slice_end(s->slice, true);
    slice_clock_unsure = true;
    start(s);
    slice_clock_unsure = false;
    shows(s, PRESSURE, 1.5);
    i = only(s);
    assert_true(i.members[0].unsure);
    s->ground.clock.now.wall.ms += CLOCK_HOUR_MS;
    stepped.event =
        event_make(EVENT_CLOCK_STEP, s->ground.clock.now.wall, "n", (double)CLOCK_HOUR_MS, "clock stepped");
    pipeline_put(s->slice.pipeline, &stepped);
    pass(s, 2);
    assert_int_equal(only(s).members[0].start.ms, i.members[0].start.ms + CLOCK_HOUR_MS);
    assert_false(only(s).members[0].unsure);
    is_killed(s);
}

/* The wall's hands move, the time that has passed does not. */
static void is_stepped(struct scene *s, int64_t ms)
{
    struct message stepped = { .kind = MESSAGE_EVENT };

    s->ground.clock.now.wall.ms += ms;
    stepped.event = event_make(EVENT_CLOCK_STEP, s->ground.clock.now.wall, "n", (double)ms, "clock stepped");
    pipeline_put(s->slice.pipeline, &stepped);
    pass(s, 30);
}

static void later(struct scene *s, int64_t ms)
{
    fake_clock_advance(&s->ground.clock, ms);
    pass(s, 30);
}

/* An hour ahead and back, between and across the marks of a 12 h limit, with a kill in the wrong hour. */
static void a_clock_that_is_stepped_and_put_right_changes_no_limit(void **state)
{
    struct scene *s = *state;
    struct incident at_first, i;

    shows(s, PRESSURE, 1.5);
    at_first = only(s);
    later(s, 5 * CLOCK_HOUR_MS + 30 * CLOCK_MINUTE_MS);
    assert_int_equal(only(s).warned, 0);
    is_stepped(s, CLOCK_HOUR_MS); /* by that clock half the limit is over */
    i = only(s);
    assert_int_equal(i.warned | i.passed, WARN_50); /* long ago by that clock: told in the sum */
    is_killed(s);
    is_stepped(s, -CLOCK_HOUR_MS);
    is_killed(s);
    later(s, CLOCK_HOUR_MS); /* now it is: told once is told */
    i = only(s);
    assert_int_equal(i.warned | i.passed, WARN_50);
    is_stepped(s, -CLOCK_HOUR_MS);
    is_stepped(s, CLOCK_HOUR_MS);
    later(s, 3 * CLOCK_HOUR_MS);
    i = only(s);
    assert_int_equal(i.warned | i.passed, WARN_50 | WARN_75);
    assert_int_equal(i.warned & i.passed, 0); /* each once */
    assert_int_equal(i.member_count, 1);
    assert_int_equal(i.members[0].start.ms, at_first.members[0].start.ms);
    assert_int_equal(incident_clock(&i, &(struct incident_targets){ { 0 } }).due.ms,
                     at_first.members[0].start.ms + 12 * CLOCK_HOUR_MS);
    assert_int_not_equal(incident_on_time(&i, s->ground.clock.now.wall), ON_TIME_NO);
    shows(s, PRESSURE, 3);
    pass(s, 60);
    i = only(s);
    assert_true(i.members[0].restored.ms > at_first.members[0].start.ms + 9 * CLOCK_HOUR_MS);
    assert_int_equal(incident_on_time(&i, s->ground.clock.now.wall), ON_TIME_YES);
}

/* ---- calls ---- */

struct found {
    unsigned callers, acts;
    bool leaked;
};

/* Until nothing more is there. */
static enum err find(void *ctx, const struct lane_entry *e)
{
    struct found *f = ctx;
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;

    body_read(&r, e->body, e->len);
    for (;;) {
        assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
        if (item == BODY_END)
            return ERR_NONE;
        f->callers += item == BODY_CALLER && strcmp(r.caller.phone, "0912 345 678") == 0;
        if (item != BODY_AUDIT)
            continue;
        f->acts += strcmp(r.audit.entry.action, "incident.call") == 0;
        f->leaked = f->leaked || strstr(r.audit.entry.after, "0912") != NULL ||
                    strstr(r.audit.entry.person, "0912") != NULL ||
                    strstr(r.audit.entry.person, "Sùng") != NULL;
    }
}

static void an_earlier_call_moves_the_start_and_names_nobody(void **state)
{
    struct scene *s = *state;
    struct incident_act call = { .kind = STEP_CALL,
                                 .source = CLOCK_PHONE,
                                 .class = CLASS_SERVICE_NETWORK,
                                 .note = "mất nước từ sáng",
                                 .key = "call-0001",
                                 .site = "net",
                                 .caller = "Sùng A Chu",
                                 .phone = "0912 345 678" };
    struct lanes_port lanes;
    struct found f = { 0 };
    struct fault why;
    struct incident i;

    shows(s, PRESSURE, 1.5);
    i = only(s);
    call.incident = i.id;
    call.claimed.ms = T0 - 2 * CLOCK_HOUR_MS;
    assert_int_equal(take(s, call), ERR_NONE);
    i = only(s);
    assert_int_equal(incident_clock(&i, NULL).start.ms, T0 - 2 * CLOCK_HOUR_MS);
    assert_int_equal(take(s, call), ERR_NONE);
    assert_true(s->known);
    is_killed(s);
    lanes = journal_lanes(s->slice.journal);
    assert_int_equal(lanes.read(lanes.self, LANE_EVENTS, 0, SIZE_MAX / 2, find, &f, &why), ERR_NONE);
    assert_int_equal(f.callers, 1);
    assert_int_equal(f.acts, 1);
    assert_false(f.leaked);
}

static void what_passed_while_it_was_down_is_told_once(void **state)
{
    struct scene *s = *state;
    struct incident i;

    shows(s, PRESSURE, 1.5);
    pass(s, 60);
    is_killed(s);
    slice_end(s->slice, false);
    fake_clock_advance(&s->ground.clock, 13 * CLOCK_HOUR_MS);
    start(s);
    i = only(s);
    assert_int_equal(i.passed | i.warned, WARN_ALL);
    assert_int_equal(incident_on_time(&i, s->ground.clock.now.wall), ON_TIME_NO);
    is_killed(s);
}

static uint64_t kept_in(struct scene *s, int seconds)
{
    struct pipeline_stats before, after;

    pipeline_stats(s->slice.pipeline, &before);
    pass(s, seconds);
    pipeline_stats(s->slice.pipeline, &after);
    return after.kept - before.kept;
}

/* TT 23/2022/TT-BNNPTNT holds where the system is rural, not where somebody thinks of saying so. */
static void rural_works_owe_what_they_owe_whoever_counts_the_people(void **state)
{
    struct scene *s = *state;
    struct incident_act a = { .kind = STEP_IMPACT, .impact = { .people = 40, .expected_min = 49 * 60 } };
    struct incident i;

    shows(s, PRESSURE, 1.5); /* of the village */
    a.incident = only(s).id;
    (void)snprintf(a.key, sizeof a.key, "impact-1");
    assert_int_equal(take(s, a), ERR_NONE);
    assert_int_equal(take(s, a), ERR_NONE); /* the same, told again */
    assert_true(s->known);
    i = only(s);
    assert_true(i.impact.rural && i.impact.people == 40);
    assert_true(i.duties[DUTY_OTHER_SUPPLY].since.ms != 0 && i.duties[DUTY_WRITTEN_RECORD].since.ms != 0);
    is_killed(s);
}

static void a_village_without_water_is_owed_a_record_and_another_supply_unasked(void **state)
{
    struct scene *s = *state;
    struct incident_act call = act_of(0, STEP_CALL, "call-001");
    struct incident i;
    uint64_t id;

    shows(s, PRESSURE, 1.5);
    i = only(s);
    id = i.id;
    assert_true(i.impact.rural && i.duties[DUTY_WRITTEN_RECORD].since.ms != 0);
    assert_true(i.duties[DUTY_OTHER_SUPPLY].since.ms == 0);
    is_killed(s);
    (void)snprintf(call.site, sizeof call.site, "net");
    call.incident = id;
    call.class = CLASS_SERVICE_NETWORK;
    assert_int_equal(take(s, call), ERR_NONE);
    call = act_of(id, STEP_UNLINK, "unlink-1");
    call.member = incident_member_at(s, id, 1);
    assert_int_equal(take(s, call), ERR_NONE);
    {
        struct incident_list *l = look(s);
        assert_int_equal(living(l), 2);
        for (size_t k = 0; k < l->count; k++)
            assert_true(l->items[k]->is.impact.rural &&
                        l->items[k]->is.duties[DUTY_WRITTEN_RECORD].since.ms != 0);
        incident_list_drop(l);
    }
    call = act_of(id, STEP_MERGE, "merge-01");
    call.other = incident_of_the_rest(s, id);
    assert_int_equal(take(s, call), ERR_NONE);
    assert_int_equal(step(s, id, STEP_IMPACT, "impact-1"), ERR_NONE); /* says nothing of it */
    assert_true(only(s).impact.rural);
    fake_clock_advance(&s->ground.clock, 48 * CLOCK_HOUR_MS);
    pass(s, 10);
    assert_true(only(s).duties[DUTY_OTHER_SUPPLY].since.ms != 0);
    is_killed(s);
}

/* Nothing is wrong with the works. */
static void a_village_that_is_not_heard_owes_no_record(void **state)
{
    struct scene *s = *state;
    struct incident i;

    pass(s, 2);
    is_silent(s, FAR);
    pass(s, 15);
    i = only(s);
    assert_true(i.impact.rural && i.duties[DUTY_WRITTEN_RECORD].since.ms == 0);
}

static void works_of_the_town_owe_nothing_of_rural_ones(void **state)
{
    struct scene *s = *state;
    struct incident_act a = { .kind = STEP_IMPACT, .impact = { .people = 40, .expected_min = 49 * 60 } };
    struct incident i;

    shows(s, PUMP, 0);
    a.incident = only(s).id;
    (void)snprintf(a.key, sizeof a.key, "impact-2");
    assert_int_equal(take(s, a), ERR_NONE);
    i = only(s);
    assert_false(i.impact.rural);
    assert_true(i.duties[DUTY_OTHER_SUPPLY].since.ms == 0 && i.duties[DUTY_PEOPLE].since.ms != 0);
}

static size_t measures(struct scene *s, struct prevention out[8])
{
    (void)only(s);
    return pipeline_preventions(s->slice.pipeline, out, 8);
}

/* An evaluation and what it plans are one record: there is never the one without the other. */
static void an_evaluation_plans_its_measures_or_is_not_made(void **state)
{
    struct scene *s = *state;
    struct incident_act a = { .kind = STEP_EVALUATE,
                              .key = "evaluate-1",
                              .note = "ống gang cũ",
                              .planned_count = 2,
                              .planned = { { "thay ống", "Đội mạng lưới", DAY_NONE },
                                           { "lắp van xả", "Tổ 3", INT32_MAX } } };
    struct prevention is[8];
    struct incident i;
    size_t facts;

    shows(s, PRESSURE, 1.5);
    shows(s, PRESSURE, 3);
    i = only(s);
    a.incident = i.id;
    assert_int_equal(step(s, i.id, STEP_CAUSE, "cause-01"), ERR_NONE);
    assert_int_equal(step(s, i.id, STEP_CONFIRM_CLASS, "class-01"), ERR_NONE);
    facts = only(s).fact_count;
    assert_int_not_equal(take(s, a), ERR_NONE); /* the second is due in no year that people plan for */
    assert_int_equal(only(s).fact_count, facts);
    assert_int_equal(measures(s, is), 0);

    a.planned[1].due = DAY_NONE;
    assert_int_equal(take(s, a), ERR_NONE);
    i = only(s);
    assert_int_equal(i.facts[i.fact_count - 1].kind, FACT_EVALUATED);
    assert_int_equal(measures(s, is), 2);
    for (size_t k = 0; k < 2; k++) {
        int32_t april;
        assert_true(is[k].incident == i.id && is[k].state == PREVENTION_OPEN);
        assert_string_equal(is[k].site, "net");
        assert_true(day_parse("2027-04-30", &april));
        assert_int_equal(is[k].due, april);
    }
    assert_int_equal(take(s, a), ERR_NONE);
    assert_true(s->known);
    assert_int_equal(measures(s, is), 2);
    is_killed(s);
    assert_int_equal(measures(s, is), 2);

    assert_int_equal(take(s, a), ERR_NONE);
    a.planned_count = 1;
    assert_int_equal(take(s, a), ERR_STATE); /* the same key, but not the same */
    a.planned_count = 3;
    a.planned[2] = a.planned[1];
    assert_int_equal(take(s, a), ERR_STATE);
    a.planned_count = 2;
    a.planned[1].due = 20600;
    assert_int_equal(take(s, a), ERR_STATE);
    a.planned[1].due = DAY_NONE;
    (void)snprintf(a.planned[1].what, sizeof a.planned[1].what, "thay van");
    assert_int_equal(take(s, a), ERR_STATE);
    assert_int_equal(measures(s, is), 2);
}

/* Three of the five points are of its site; nothing changes while it lasts. */
static void everything_read_around_an_incident_is_kept(void **state)
{
    struct scene *s = *state;
    uint64_t id;

    pass(s, 40);
    assert_int_equal(kept_in(s, 10), 0);
    shows(s, PRESSURE, 1.5);
    id = only(s).id;
    pass(s, 40);
    assert_int_equal(kept_in(s, 10), 30);
    is_killed(s);
    pass(s, 2);
    assert_int_equal(kept_in(s, 10), 30);
    shows(s, PRESSURE, 3);
    assert_int_equal(step(s, id, STEP_CAUSE, "cause-01"), ERR_NONE);
    assert_int_equal(step(s, id, STEP_CONFIRM_CLASS, "class-01"), ERR_NONE);
    assert_int_equal(step(s, id, STEP_CLOSE, "close-01"), ERR_NONE);
    pass(s, 29 * 60);
    assert_int_equal(kept_in(s, 10), 30);
    pass(s, 60);
    assert_int_equal(kept_in(s, 10), 0);
}

static void incident_that_nobody_closes_keeps_a_day(void **state)
{
    struct scene *s = *state;

    shows(s, PRESSURE, 1.5);
    (void)only(s);
    fake_clock_advance(&s->ground.clock, 23 * CLOCK_HOUR_MS + 58 * CLOCK_MINUTE_MS);
    pass(s, 10);
    assert_int_equal(kept_in(s, 10), 30);
    pass(s, 150);
    assert_int_equal(kept_in(s, 10), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_world, end_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_alarm_opens_an_incident_that_outlives_a_kill),
        T(who_works_on_an_incident_has_seen_its_alarms),
        T(an_alarm_that_is_over_and_was_not_seen_ends_with_the_work),
        T(health_waits_for_its_own_word_unless_it_is_alone),
        T(two_rules_of_one_point_are_one_member),
        T(what_follows_from_the_mains_is_one_incident),
        T(a_burst_while_the_mains_are_away_is_its_own),
        T(silence_is_explained_by_the_link_until_it_is_heard),
        T(a_step_is_done_once_or_refused_with_its_name),
        T(a_key_told_with_something_else_is_refused),
        T(figures_told_again_are_the_same_figures),
        T(figures_of_the_zones_are_not_what_was_told),
        T(bad_water_is_isolated_before_the_tank_of_its_place_is_empty),
        T(a_call_that_went_beside_is_known_by_its_key),
        T(a_step_that_the_journal_does_not_take_was_not_done),
        T(an_alarm_that_people_closed_against_opens_no_second_one),
        T(a_drill_is_marked_and_hides_nothing_that_lasts_beyond_it),
        T(a_true_burst_that_grows_during_a_drill_is_no_exercise),
        T(a_clock_that_is_stepped_and_put_right_changes_no_limit),
        T(what_began_before_the_clock_was_true_moves_with_it),
        T(an_earlier_call_moves_the_start_and_names_nobody),
        T(what_passed_while_it_was_down_is_told_once),
        T(rural_works_owe_what_they_owe_whoever_counts_the_people),
        T(a_village_without_water_is_owed_a_record_and_another_supply_unasked),
        T(a_village_that_is_not_heard_owes_no_record),
        T(works_of_the_town_owe_nothing_of_rural_ones),
        T(an_evaluation_plans_its_measures_or_is_not_made),
        T(everything_read_around_an_incident_is_kept),
        T(incident_that_nobody_closes_keeps_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
