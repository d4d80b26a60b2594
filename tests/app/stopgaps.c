/* Who is on duty and how contacts are reached, changed for a while: through the pipeline and its journal,
 * without any database. */
#include "incident/roster.h"
#include "model/lane.h"
#include "pipeline.h"
#include "slice.h"
#include "unit.h"

enum { CHIEF, LAN, MINH, CONTACTS };

struct scene {
    struct ground ground;
    struct slice slice;
    struct contacts people, fewer;
    struct rosters rosters, none;
    unsigned answers;
    enum err code;
    char field[32];
    bool known;
    struct stopgap_shown is;
    uint64_t incident;
    size_t acts, numbers; /* in the record of acts */
    size_t told;          /* letters seen when they changed */
    bool late;            /* one was to be sent before others saw to where */
};

/* Lan is on day and night, the chief leads. */
static void configure(struct scene *s)
{
    static const char *const IDS[CONTACTS] = { "chief", "lan", "minh" };

    s->people.count = CONTACTS;
    for (size_t i = 0; i < CONTACTS; i++) {
        struct contact *c = &s->people.list[i];
        *c = (struct contact){ .channel_count = 1,
                               .channels = { CHANNEL_EMAIL },
                               .of = { .weight = WEIGHT_DUTY } };
        (void)snprintf(c->id, sizeof c->id, "%s", IDS[i]);
        (void)snprintf(c->name, sizeof c->name, "%s", IDS[i]);
        (void)snprintf(c->email, sizeof c->email, "%s@example.vn", IDS[i]);
    }
    s->fewer = s->people;
    s->fewer.count = MINH;
    s->rosters.count = 1;
    s->rosters.list[0] = (struct roster){
        .id = "net",
        .leader = CHIEF,
        .authority = NO_CONTACT,
        .weeks = 1,
        .shift_count = 1,
        .shifts = { { .days = 0x7F, .to_min = 24 * 60, .people = { LAN }, .count = 1, .leader = NO_CONTACT } }
    };
    s->none.count = 0;
}

static int make_world(void **state)
{
    static const struct supplier SUPPLIER = { .id = "s" };
    static const struct system SYSTEM = { .id = "y" };
    struct site site = { .id = "net" };
    struct scene *s = calloc(1, sizeof *s);

    *state = s;
    if (s == NULL || !ground_make(&s->ground))
        return -1;
    if (catalogue_add_supplier(&s->ground.catalogue, &SUPPLIER, NULL) != ERR_NONE ||
        catalogue_add_system(&s->ground.catalogue, &SYSTEM, NULL) != ERR_NONE ||
        catalogue_add_site(&s->ground.catalogue, &site, NULL) != ERR_NONE)
        return -1;
    configure(s);
    slice_contacts = &s->people;
    slice_rosters = &s->rosters;
    return catalogue_seal(&s->ground.catalogue, NULL) == ERR_NONE ? 0 : -1;
}

static int end_world(void **state)
{
    struct scene *s = *state;
    int rc = ground_clear(&s->ground);

    free(s);
    return rc;
}

static void start(struct scene *s)
{
    s->slice = slice_on(&s->ground);
}

static void is_killed(struct scene *s)
{
    slice_end(s->slice, false);
    start(s);
}

static void answered(void *self, enum err code, const char *field, bool known, const struct stopgap_shown *is,
                     const struct fault *why)
{
    struct scene *s = self;

    (void)why;
    s->answers++;
    s->code = code;
    s->known = known;
    (void)snprintf(s->field, sizeof s->field, "%s", field == NULL ? "" : field);
    if (code == ERR_NONE)
        s->is = *is;
}

static void await(struct scene *s, unsigned before)
{
    for (int i = 0; i < 5000 && s->answers == before; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
    assert_int_equal(s->answers, before + 1);
}

static void put(struct scene *s, const struct stopgap_act *act)
{
    const struct message_stopgap m = {
        .act = *act, .by = { .kind = ACTOR_ACCOUNT, .name = "ca" }, .answer = answered, .self = s
    };

    assert_int_equal(pipeline_stopgap(s->slice.pipeline, &m, NULL), ERR_NONE);
}

static enum err wants(struct scene *s, const struct stopgap_act *act)
{
    unsigned before = s->answers;

    put(s, act);
    await(s, before);
    return s->code;
}

static struct wall in(const struct scene *s, int64_t ms)
{
    return (struct wall){ s->ground.clock.now.wall.ms + ms };
}

static struct stopgap_act substitute(const struct scene *s, const char *key, const char *by, int64_t lasts_ms)
{
    struct stopgap_act a = { .is = { .kind = STOPGAP_SUBSTITUTE,
                                     .roster = "net",
                                     .who = "lan",
                                     .until = in(s, lasts_ms),
                                     .told_by = "ca",
                                     .why = "ốm" } };

    (void)snprintf(a.is.key, sizeof a.is.key, "%s", key);
    (void)snprintf(a.is.by, sizeof a.is.by, "%s", by);
    return a;
}

static enum err stands_in(struct scene *s, const char *key, const char *by, int64_t lasts_ms)
{
    const struct stopgap_act a = substitute(s, key, by, lasts_ms);

    return wants(s, &a);
}

static enum err comes(struct scene *s, const char *key, int64_t lasts_ms)
{
    struct stopgap_act a = { .is = { .kind = STOPGAP_GUEST,
                                     .name = "Khách",
                                     .email = "khach@example.vn",
                                     .until = in(s, lasts_ms),
                                     .told_by = "ca",
                                     .why = "thiếu người" } };

    (void)snprintf(a.is.key, sizeof a.is.key, "%s", key);
    return wants(s, &a);
}

static enum err withdraws(struct scene *s, uint64_t id, const char *key)
{
    struct stopgap_act a = { .ends = true, .is = { .id = id, .ended_by = "ca" } };

    (void)snprintf(a.is.end_key, sizeof a.is.end_key, "%s", key);
    return wants(s, &a);
}

static void pass(struct scene *s, int64_t ms)
{
    fake_clock_advance(&s->ground.clock, ms);
    for (int i = 0; i < 20; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
}

/* As durable, by who looks at people and rosters. */
static void expect_on(struct scene *s, const char *id)
{
    struct contacts *c = malloc(sizeof *c);
    struct rosters *r = malloc(sizeof *r);
    struct on_duty d = { .count = 0 };
    char on[ID_MAX] = "";

    assert_true(c != NULL && r != NULL);
    for (int i = 0; i < 2000 && strcmp(on, id) != 0; i++) {
        pipeline_people(s->slice.pipeline, c, r);
        d = roster_on_duty(&r->list[0], r, s->ground.clock.now.wall);
        (void)snprintf(on, sizeof on, "%s", c->list[d.people[0]].id);
        (void)pipeline_step(s->slice.pipeline, 1);
    }
    free(c);
    free(r);
    assert_string_equal(on, id);
}

/* As who asks for it is told: with what ended, for times when it had not. */
static void expect_shown(struct scene *s, struct wall at, const char *id)
{
    struct contacts *c = malloc(sizeof *c);
    struct rosters *r = malloc(sizeof *r);
    struct on_duty d;

    assert_true(c != NULL && r != NULL);
    pipeline_duty(s->slice.pipeline, c, r);
    d = roster_on_duty(&r->list[0], r, at);
    assert_int_equal(d.count, 1);
    assert_string_equal(c->list[d.people[0]].id, id);
    free(c);
    free(r);
}

static struct stopgap_shown newest(struct scene *s)
{
    struct stopgap_shown is = { .lacks = 0 };

    assert_true(pipeline_stopgaps(s->slice.pipeline, &is, 1) == 1);
    return is;
}

/* ---- a message goes to whoever is on ---- */

static void opened(void *self, enum err code, enum refusal refusal, bool known, struct incident_copy *is,
                   const struct fault *why)
{
    struct scene *s = self;

    (void)refusal;
    (void)known;
    (void)why;
    s->answers++;
    s->code = code;
    s->incident = is == NULL ? 0 : is->is.id;
}

static void open_incident(struct scene *s, const char *key)
{
    struct message_incident m = { .act = { .kind = STEP_OPEN,
                                           .class = CLASS_SERVICE_NETWORK,
                                           .site = "net",
                                           .note = "vỡ ống",
                                           .who = "ca" },
                                  .by = { .kind = ACTOR_ACCOUNT, .name = "ca" },
                                  .answer = opened,
                                  .self = s };

    (void)snprintf(m.act.key, sizeof m.act.key, "%s", key);
    assert_int_equal(pipeline_incident(s->slice.pipeline, &m, NULL), ERR_NONE);
}

static void expect_told(struct scene *s, const char *key, const char *to)
{
    struct letter letters[8];
    unsigned before = s->answers;
    size_t n = 0;

    open_incident(s, key);
    await(s, before);
    assert_int_equal(s->code, ERR_NONE);
    for (int i = 0; i < 3000 && n == 0; i++) {
        fake_clock_advance(&s->ground.clock, 20);
        (void)pipeline_step(s->slice.pipeline, 1);
        n = pipeline_letters_of(s->slice.pipeline, s->incident, letters, COUNT_OF(letters));
    }
    assert_int_equal(n, 1);
    assert_string_equal(letters[0].to, to);
}

/* ---- the tests ---- */

static void a_substitute_is_told_outlives_a_kill_and_goes_at_its_end(void **state)
{
    struct scene *s = *state;
    struct stopgap_act act;
    uint64_t id;

    start(s);
    expect_told(s, "mo-00001", "lan");
    act = substitute(s, "thay-0001", "minh", 8 * (int64_t)CLOCK_HOUR_MS);
    assert_int_equal(wants(s, &act), ERR_NONE);
    assert_false(s->known);
    id = s->is.is.id;
    assert_string_equal(s->is.by_name, "minh");
    expect_on(s, "minh");
    expect_told(s, "mo-00002", "minh");
    is_killed(s);
    expect_on(s, "minh");
    assert_int_equal(newest(s).is.id, id);
    assert_int_equal(wants(s, &act), ERR_NONE);
    assert_true(s->known); /* also over a kill */
    expect_told(s, "mo-00003", "minh");
    pass(s, 8 * (int64_t)CLOCK_HOUR_MS);
    expect_on(s, "lan");
    assert_int_equal(newest(s).is.end, STOPGAP_RAN_OUT);
    is_killed(s);
    assert_int_equal(newest(s).is.end, STOPGAP_RAN_OUT);
    expect_told(s, "mo-00004", "lan");
    slice_end(s->slice, true);
}

static void one_whose_end_the_daemon_slept_through_ended_then(void **state)
{
    struct scene *s = *state;
    struct wall until;

    start(s);
    assert_int_equal(stands_in(s, "thay-0001", "minh", CLOCK_HOUR_MS), ERR_NONE);
    until = s->is.is.until;
    slice_end(s->slice, true);
    fake_clock_advance(&s->ground.clock, 5 * (int64_t)CLOCK_HOUR_MS);
    start(s);
    pass(s, 2000);
    expect_on(s, "lan");
    for (int i = 0; i < 2000 && newest(s).is.end == STOPGAP_OPEN; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
    assert_int_equal(newest(s).is.ended.ms, until.ms);
    slice_end(s->slice, true);
}

static void a_guest_is_on_duty_until_somebody_withdraws_it(void **state)
{
    struct scene *s = *state;
    struct contact c;
    char guest[ID_MAX];
    struct wall begun;
    uint64_t id;

    start(s);
    assert_int_equal(comes(s, "khach-001", 8 * (int64_t)CLOCK_HOUR_MS), ERR_NONE);
    id = s->is.is.id;
    (void)snprintf(guest, sizeof guest, "%s", s->is.is.who);
    assert_int_equal(stands_in(s, "thay-0001", guest, CLOCK_HOUR_MS), ERR_NONE);
    expect_told(s, "mo-00001", guest);
    is_killed(s);
    assert_true(pipeline_contact(s->slice.pipeline, guest, &c));
    assert_string_equal(c.email, "khach@example.vn");
    begun = s->ground.clock.now.wall;
    expect_shown(s, begun, guest);
    pass(s, 10 * (int64_t)CLOCK_MINUTE_MS);
    assert_int_equal(withdraws(s, id, "thoi-0001"), ERR_NONE);
    expect_shown(s, s->ground.clock.now.wall, "lan"); /* as letters go */
    expect_shown(s, begun, guest);
    assert_false(pipeline_contact(s->slice.pipeline, guest, &c));
    assert_int_equal(newest(s).lacks, STOPGAP_LACKS_BY);
    expect_told(s, "mo-00002", "lan");
    assert_int_equal(withdraws(s, id, "thoi-0001"), ERR_NONE);
    assert_true(s->known);
    assert_int_equal(withdraws(s, id, "thoi-0002"), ERR_STATE);
    slice_end(s->slice, true);
}

static struct stopgap_act other_address(const struct scene *s)
{
    return (struct stopgap_act){ .is = { .kind = STOPGAP_ADDRESSES,
                                         .who = "lan",
                                         .email = "moi@example.vn",
                                         .key = "dia-chi-1",
                                         .until = in(s, CLOCK_HOUR_MS),
                                         .told_by = "ca",
                                         .why = "hỏng máy" } };
}

/* As who sends letters looks. */
static void look_where_to(void *self)
{
    struct scene *s = self;
    struct letter letters[8];
    struct contact c;
    const struct wall end = in(s, CLOCK_DAY_MS);
    const size_t n = pipeline_letters_due(s->slice.pipeline, CHANNEL_EMAIL, end, letters, COUNT_OF(letters));

    s->told += n;
    s->late = s->late || (n > 0 && (!pipeline_contact(s->slice.pipeline, "lan", &c) ||
                                    strcmp(c.email, "moi@example.vn") != 0));
}

/* Said in one breath: the letter goes where the change says. */
static void letters_go_out_after_the_change_that_they_go_by(void **state)
{
    struct scene *s = *state;
    const struct stopgap_act a = other_address(s);

    slice_letters_changed = look_where_to;
    slice_self = s;
    start(s);
    slice_letters_changed = NULL;
    open_incident(s, "mo-00001");
    await(s, 0);
    assert_int_equal(s->told, 0);
    put(s, &a);
    fake_clock_advance(&s->ground.clock, CLOCK_MINUTE_MS); /* the letter waited: the same step lets it go */
    for (int i = 0; i < 3000 && s->told == 0; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
    assert_int_equal(s->told, 1);
    assert_false(s->late);
    slice_end(s->slice, true);
}

static void other_addresses_hold_until_their_end(void **state)
{
    struct scene *s = *state;
    const struct stopgap_act a = other_address(s);
    struct contact c;

    start(s);
    assert_int_equal(wants(s, &a), ERR_NONE);
    assert_true(pipeline_contact(s->slice.pipeline, "lan", &c));
    assert_string_equal(c.email, "moi@example.vn");
    is_killed(s);
    assert_true(pipeline_contact(s->slice.pipeline, "lan", &c));
    assert_string_equal(c.email, "moi@example.vn");
    pass(s, CLOCK_HOUR_MS);
    for (int i = 0; i < 2000 && strcmp(c.email, "lan@example.vn") != 0; i++) {
        (void)pipeline_step(s->slice.pipeline, 1);
        assert_true(pipeline_contact(s->slice.pipeline, "lan", &c));
    }
    assert_string_equal(c.email, "lan@example.vn");
    slice_end(s->slice, true);
}

static void reload(struct scene *s, const struct contacts *people, const struct rosters *rosters)
{
    const struct pipeline_people next = { people, rosters, { .after_ms = 0 } };
    const struct event e = event_make(EVENT_CONFIG, s->ground.clock.now.wall, "an", 2, "two");
    struct fault why;

    assert_int_equal(pipeline_start(s->slice.pipeline, &why), ERR_NONE);
    assert_int_equal(pipeline_reload(s->slice.pipeline, &s->ground.catalogue, &next, &e, &why), ERR_NONE);
}

/* Void as long as it is not there, and said; the daemon that starts so says it as well. */
static void what_a_reload_takes_away_makes_it_void(void **state)
{
    struct scene *s = *state;

    start(s);
    assert_int_equal(stands_in(s, "thay-0001", "minh", 8 * (int64_t)CLOCK_HOUR_MS), ERR_NONE);
    reload(s, &s->fewer, &s->rosters);
    assert_int_equal(newest(s).lacks, STOPGAP_LACKS_BY);
    slice_end(s->slice, true);
    slice_contacts = &s->fewer;
    start(s);
    assert_int_equal(newest(s).lacks, STOPGAP_LACKS_BY);
    expect_told(s, "mo-00001", "lan");
    reload(s, &s->people, &s->none);
    assert_int_equal(newest(s).lacks, STOPGAP_LACKS_ROSTER);
    slice_end(s->slice, true);
    slice_contacts = &s->people;
    start(s);
    assert_int_equal(newest(s).lacks, STOPGAP_LACKS_NOTHING);
    assert_int_equal(newest(s).is.end, STOPGAP_OPEN);
    expect_told(s, "mo-00002", "minh");
    slice_end(s->slice, true);
}

enum { LESS_THAN_AN_ACT = 400 };

static void what_the_journal_does_not_take_is_not_done(void **state)
{
    struct scene *s = *state;
    struct stopgap_shown is;

    s->slice = slice_start_within(s->ground.folder, &s->ground.catalogue, &s->ground.clock, LESS_THAN_AN_ACT);
    assert_int_not_equal(stands_in(s, "thay-0001", "minh", CLOCK_HOUR_MS), ERR_NONE);
    assert_int_equal(pipeline_stopgaps(s->slice.pipeline, &is, 1), 0);
    expect_on(s, "lan");
    slice_end(s->slice, false);
    start(s);
    assert_int_equal(pipeline_stopgaps(s->slice.pipeline, &is, 1), 0);
    assert_int_equal(stands_in(s, "thay-0001", "minh", CLOCK_HOUR_MS), ERR_NONE);
    assert_false(s->known);
    slice_end(s->slice, true);
}

static enum err count_entry(void *ctx, const struct lane_entry *entry)
{
    struct scene *s = ctx;
    struct stored_reading reading;
    struct body_reader r;
    struct event event;
    enum body_item item;

    body_read(&r, entry->body, entry->len);
    while (body_next(&r, &item, &reading, &event) == ERR_NONE && item != BODY_END) {
        if (item == BODY_AUDIT)
            s->acts += strncmp(r.audit.entry.action, "duty.", 5) == 0;
        for (size_t i = 0; i + 9 < entry->len; i++)
            s->numbers += memcmp((const char *)entry->body + i, "khach@exa", 9) == 0;
    }
    return ERR_NONE;
}

/* One act, one entry of the record; and what was refused leaves none.  Addresses are not in it. */
static void acts_are_recorded_without_addresses(void **state)
{
    struct scene *s = *state;
    struct lanes_port lanes;
    struct fault why;

    start(s);
    assert_int_equal(comes(s, "khach-001", CLOCK_HOUR_MS), ERR_NONE);
    assert_int_equal(comes(s, "khach-001", CLOCK_HOUR_MS), ERR_NONE); /* the clock stands */
    assert_true(s->known);
    assert_int_equal(stands_in(s, "thay-0001", "nobody", CLOCK_HOUR_MS), ERR_RANGE);
    assert_string_equal(s->field, "by");
    assert_int_equal(stands_in(s, "thay-0001", "minh", CLOCK_HOUR_MS), ERR_NONE);
    assert_int_equal(withdraws(s, s->is.is.id, "thoi-0001"), ERR_NONE);
    pass(s, 2 * (int64_t)CLOCK_HOUR_MS);
    slice_end(s->slice, true);
    start(s);
    lanes = journal_lanes(s->slice.journal);
    for (int l = LANE_EVENTS; l < LANE_END; l++)
        assert_int_equal(lanes.read(lanes.self, (enum lane)l, 0, 64 << 20, count_entry, s, &why), ERR_NONE);
    assert_int_equal(s->acts, 3);
    assert_int_equal(s->numbers, 0);
    slice_end(s->slice, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_substitute_is_told_outlives_a_kill_and_goes_at_its_end, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(one_whose_end_the_daemon_slept_through_ended_then, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(a_guest_is_on_duty_until_somebody_withdraws_it, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(letters_go_out_after_the_change_that_they_go_by, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(other_addresses_hold_until_their_end, make_world, end_world),
        cmocka_unit_test_setup_teardown(what_a_reload_takes_away_makes_it_void, make_world, end_world),
        cmocka_unit_test_setup_teardown(what_the_journal_does_not_take_is_not_done, make_world, end_world),
        cmocka_unit_test_setup_teardown(acts_are_recorded_without_addresses, make_world, end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
