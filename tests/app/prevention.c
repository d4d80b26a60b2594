/* The register of measures and black spots goes through the pipeline and its journal: answered when it is
 * durable, known again after a restart and after a kill. */
#include "model/lane.h"
#include "pipeline.h"
#include "slice.h"
#include "unit.h"

struct scene {
    struct ground ground;
    struct slice slice;
    unsigned answers;
    enum err code;
    bool known;
    struct prevention is;
    struct fault why;
};

static int make_world(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    struct site site = { .id = "plant" };
    struct point p = { .id = "p", .revision = 1, .every_ms = 1000, .heartbeat_ms = 300000 };

    *state = s;
    if (s == NULL || !ground_make(&s->ground))
        return -1;
    if (catalogue_add_site(&s->ground.catalogue, &site, NULL) != ERR_NONE ||
        catalogue_add_point(&s->ground.catalogue, &p, NULL) != ERR_NONE)
        return -1;
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

static void answer(void *self, enum err code, bool known, const struct prevention *is,
                   const struct fault *why)
{
    struct scene *s = self;

    s->answers++;
    s->code = code;
    s->known = known;
    if (is != NULL)
        s->is = *is;
    if (why != NULL)
        s->why = *why;
}

static struct prevention tell(struct scene *s, const struct prevention_act *act)
{
    const struct message_prevention m = { .act = *act, .answer = answer, .self = s };
    struct fault why;
    unsigned before = s->answers;

    assert_int_equal(pipeline_prevention(s->slice.pipeline, &m, &why), ERR_NONE);
    for (int i = 0; i < 10000 && s->answers == before; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
    assert_int_equal(s->answers, before + 1);
    return s->is;
}

static struct prevention_act measure(const char *key)
{
    struct prevention_act a = { .after = DAY_NONE,
                                .is = { .kind = PREVENTION_MEASURE,
                                        .on = DAY_NONE,
                                        .due = DAY_NONE,
                                        .ended_on = DAY_NONE,
                                        .site = "plant",
                                        .who = "lan",
                                        .responsible = "Hùng",
                                        .what = "thay bơm" } };

    (void)snprintf(a.is.key, sizeof a.is.key, "%s", key);
    return a;
}

static size_t shown(struct scene *s, struct prevention *out)
{
    for (int i = 0; i < 50; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
    return pipeline_preventions(s->slice.pipeline, out, PREVENTION_MAX);
}

static void it_is_known_again_after_a_stop_and_a_kill(void **state)
{
    struct scene *s = *state;
    struct prevention_act a = measure("measure-1"), done;
    struct prevention *list = calloc(PREVENTION_MAX, sizeof *list), m;

    for (int cleanly = 0; cleanly < 2; cleanly++) {
        start(s);
        /* there before the first step, and as soon as who wrote it is answered */
        assert_int_equal(pipeline_preventions(s->slice.pipeline, list, PREVENTION_MAX), cleanly);
        m = tell(s, &a);
        assert_int_equal(s->code, ERR_NONE);
        assert_int_equal(s->known, cleanly == 1);
        assert_int_equal(pipeline_preventions(s->slice.pipeline, list, PREVENTION_MAX), 1);
        assert_memory_equal(&list[0], &m, sizeof m);
        slice_end(s->slice, cleanly == 1);
    }
    start(s);
    done = (struct prevention_act){ .ends = true,
                                    .is = { .id = m.id,
                                            .kind = PREVENTION_MEASURE,
                                            .state = PREVENTION_DONE,
                                            .ended_on = DAY_NONE,
                                            .end_key = "done-0001",
                                            .ended_by = "lan" } };
    m = tell(s, &done);
    assert_int_equal(s->code, ERR_NONE);
    slice_end(s->slice, false);
    start(s);
    assert_int_equal(shown(s, list), 1);
    assert_memory_equal(&list[0], &m, sizeof m);
    assert_int_equal(list[0].state, PREVENTION_DONE);
    (void)tell(s, &done);
    assert_true(s->known);
    slice_end(s->slice, true);
    free(list);
}

struct found {
    size_t preventions, acts;
    char action[AUDIT_ACTION_MAX], subject[AUDIT_SUBJECT_MAX];
};

static enum err look(void *ctx, const struct lane_entry *e)
{
    struct found *f = ctx;
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;

    body_read(&r, e->body, e->len);
    while (body_next(&r, &item, &reading, &event) == ERR_NONE && item != BODY_END) {
        f->preventions += item == BODY_PREVENTION;
        if (item != BODY_AUDIT)
            continue;
        f->acts++;
        memcpy(f->action, r.audit.entry.action, sizeof f->action);
        memcpy(f->subject, r.audit.entry.subject, sizeof f->subject);
    }
    return ERR_NONE;
}

static void it_is_delivered_with_its_act_once(void **state)
{
    struct scene *s = *state;
    struct prevention_act a = measure("measure-1");
    struct found f = { 0 };
    struct lanes_port lanes;
    struct fault why;
    char subject[40];

    start(s);
    a = measure("measure-1");
    (void)tell(s, &a);
    (void)tell(s, &a);
    a.is.site[0] = '\0';
    (void)snprintf(a.is.key, sizeof a.is.key, "measure-2");
    (void)tell(s, &a);
    assert_int_equal(s->code, ERR_RANGE);
    lanes = journal_lanes(s->slice.journal);
    assert_int_equal(lanes.read(lanes.self, LANE_EVENTS, 0, 1 << 20, look, &f, &why), ERR_NONE);
    assert_int_equal(f.preventions, 1);
    assert_int_equal(f.acts, 1);
    assert_string_equal(f.action, "measure.add");
    (void)snprintf(subject, sizeof subject, "measure:%016llx",
                   (unsigned long long)prevention_id("measure-1"));
    assert_string_equal(f.subject, subject);
    slice_end(s->slice, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_known_again_after_a_stop_and_a_kill, make_world, end_world),
        cmocka_unit_test_setup_teardown(it_is_delivered_with_its_act_once, make_world, end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
