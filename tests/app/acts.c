/* Acts through the pipeline: one record each, in one chain over restarts and kills, and its end signed. */
#include <math.h>
#include <sys/stat.h>

#include "heads.h"
#include "slice.h"

struct scene {
    struct ground ground;
    struct slice slice;
    struct audit_head head; /* as heads.c is told */
};

static int make_world(void **state)
{
    static const struct point RULE = { .id = "well", .revision = 1, .manual = true, .low = 0, .high = 10 };
    static struct scene s;

    memset(&s, 0, sizeof s);
    *state = &s;
    if (!ground_make(&s.ground) || catalogue_add_point(&s.ground.catalogue, &RULE, NULL) != ERR_NONE)
        return -1;
    return catalogue_seal(&s.ground.catalogue, NULL) == ERR_NONE ? 0 : -1;
}

static int end_world(void **state)
{
    struct scene *s = *state;

    return ground_clear(&s->ground);
}

static void answered(void *self, enum err code, bool known, const struct hand *is, const struct fault *why)
{
    (void)is;
    (void)why;
    *(int *)self = code == ERR_NONE && !known ? 1 : -1;
}

static void steps(struct scene *s, int n)
{
    for (int i = 0; i < n; i++) {
        fake_clock_advance(&s->ground.clock, 10);
        (void)pipeline_step(s->slice.pipeline, 1);
    }
}

static void tell(struct scene *s, const char *key)
{
    struct message_hand m = { { .kind = HAND_READING,
                                .point = s->ground.catalogue.points[0].key,
                                .at = { s->ground.clock.now.wall.ms - CLOCK_HOUR_MS },
                                .value = 4,
                                .old_end = NAN,
                                .who = "Lò Thị Hoa" },
                              { ACTOR_ACCOUNT, "lan", "10.0.0.9" },
                              answered,
                              NULL };
    int done = 0;

    (void)snprintf(m.hand.key, sizeof m.hand.key, "%s", key);
    m.self = &done;
    assert_int_equal(pipeline_tell(s->slice.pipeline, &m, NULL), ERR_NONE);
    for (int i = 0; i < 2000 && done == 0; i++)
        steps(s, 1);
    assert_int_equal(done, 1);
}

static void note(struct scene *s, const char *action)
{
    struct audit_entry e = { .by = { ACTOR_ACCOUNT, "lan", "10.0.0.9" } };

    (void)snprintf(e.action, sizeof e.action, "%s", action);
    (void)snprintf(e.subject, sizeof e.subject, "account:lan");
    pipeline_note(s->slice.pipeline, &e);
    steps(s, 50);
}

/* ---- what the journal holds ---- */

struct seen {
    struct audit_head at;
    size_t count;
    struct audit_row last;
};

static enum err look(void *ctx, const struct lane_entry *entry)
{
    struct seen *s = ctx;
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;

    body_read(&r, entry->body, entry->len);
    while (body_next(&r, &item, &reading, &event) == ERR_NONE && item != BODY_END)
        if (item == BODY_AUDIT) {
            struct seal_hash is = audit_hash(&s->at.hash, "n", &r.audit);
            assert_int_equal(r.audit.seq, s->at.seq + 1);
            assert_true(seal_hash_equal(&is, &r.audit.hash));
            s->at = (struct audit_head){ r.audit.seq, is };
            s->last = r.audit;
            s->count++;
        }
    return ERR_NONE;
}

static struct seen journalled(struct scene *s)
{
    struct lanes_port lanes = journal_lanes(s->slice.journal);
    struct seen seen = { .count = 0 };
    struct fault why;

    assert_int_equal(lanes.read(lanes.self, LANE_EVENTS, 0, 1 << 20, look, &seen, &why), ERR_NONE);
    return seen;
}

static void acts_make_one_chain_over_stops_and_kills(void **state)
{
    struct scene *s = *state;
    struct seen seen;
    char key[16];

    for (int round = 0; round < 6; round++) {
        s->slice = slice_on(&s->ground);
        (void)snprintf(key, sizeof key, "reading-%d", round);
        tell(s, key);
        note(s, "session.open");
        seen = journalled(s);
        assert_int_equal(seen.count, 2 * (round + 1));
        assert_string_equal(seen.last.entry.action, "session.open");
        assert_int_equal(pipeline_audit_head(s->slice.pipeline).seq, seen.count);
        slice_end(s->slice, round % 2 == 0);
    }
}

static void a_hand_is_recorded_with_who_and_from_where(void **state)
{
    struct scene *s = *state;
    struct seen seen;

    s->slice = slice_on(&s->ground);
    tell(s, "reading-1");
    seen = journalled(s);
    assert_int_equal(seen.count, 1);
    assert_string_equal(seen.last.entry.action, "reading.tell");
    assert_string_equal(seen.last.entry.subject, "point:well");
    assert_string_equal(seen.last.entry.by.name, "lan");
    assert_string_equal(seen.last.entry.by.address, "10.0.0.9");
    assert_non_null(strstr(seen.last.entry.after, "\"value\":4"));
    assert_null(strstr(seen.last.entry.after, "Hoa")); /* a person's name is erasable */
    assert_string_equal(seen.last.entry.person, "Lò Thị Hoa");
    slice_end(s->slice, true);
}

/* ---- heads ---- */

static struct audit_head head_now(void *self)
{
    return ((struct scene *)self)->head;
}

static size_t lines(const struct scene *s)
{
    char path[128];
    size_t n = 0;
    int c;
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/heads", s->ground.folder);
    f = fopen(path, "r");
    if (f == NULL)
        return 0;
    while ((c = fgetc(f)) != EOF)
        n += c == '\n';
    (void)fclose(f);
    return n;
}

static void the_end_is_signed_once_a_day_and_only_when_it_moved(void **state)
{
    struct scene *s = *state;
    struct heads_settings set = {
        .clock = fake_clock(&s->ground.clock), .node = "n", .head = head_now, .self = s
    };
    struct seal_hash person, again;
    struct heads *h;
    struct wall now = s->ground.clock.now.wall;
    struct fault why;

    (void)snprintf(set.folder, sizeof set.folder, "%s", s->ground.folder);
    (void)snprintf(set.file, sizeof set.file, "%s/heads", s->ground.folder);
    assert_int_equal(heads_open(&h, &set, &person, &why), ERR_NONE);
    assert_int_equal(heads_turn(h, now, false, &why), ERR_NONE);
    assert_int_equal(lines(s), 0); /* nothing was done */
    s->head.seq = 3;
    assert_int_equal(heads_turn(h, now, false, &why), ERR_NONE);
    assert_int_equal(lines(s), 1);
    s->head.seq = 4;
    assert_int_equal(heads_turn(h, now, false, &why), ERR_NONE);
    assert_int_equal(lines(s), 1); /* the same day */
    now.ms += CLOCK_DAY_MS;
    assert_int_equal(heads_turn(h, now, false, &why), ERR_NONE);
    assert_int_equal(heads_turn(h, now, false, &why), ERR_NONE);
    assert_int_equal(lines(s), 2);
    s->head.seq = 5;
    assert_int_equal(heads_turn(h, now, true, &why), ERR_NONE);
    assert_int_equal(lines(s), 3);
    heads_close(h);
    assert_int_equal(heads_open(&h, &set, &again, &why), ERR_NONE); /* the key stays */
    assert_memory_equal(&person, &again, sizeof again);
    heads_close(h);
    (void)snprintf(set.file, sizeof set.file, "%s/none/heads", s->ground.folder);
    assert_int_equal(heads_open(&h, &set, &again, &why), ERR_NONE);
    assert_int_equal(heads_turn(h, now, true, &why), ERR_IO);
    heads_close(h);
}

static void a_line_behind_a_torn_one_stands_alone(void **state)
{
    struct scene *s = *state;
    struct heads_settings set = {
        .clock = fake_clock(&s->ground.clock), .node = "n", .head = head_now, .self = s
    };
    char text[700] = "";
    struct seal_hash person;
    struct heads *h;
    struct fault why;
    FILE *f;

    (void)snprintf(set.folder, sizeof set.folder, "%s", s->ground.folder);
    (void)snprintf(set.file, sizeof set.file, "%s/heads", s->ground.folder);
    f = fopen(set.file, "w");
    assert_non_null(f);
    (void)fputs("{\"node\":\"n", f);
    (void)fclose(f);
    assert_int_equal(heads_open(&h, &set, &person, &why), ERR_NONE);
    s->head.seq = 1;
    assert_int_equal(heads_turn(h, s->ground.clock.now.wall, true, &why), ERR_NONE);
    s->head.seq = 2;
    assert_int_equal(heads_turn(h, s->ground.clock.now.wall, true, &why), ERR_NONE);
    heads_close(h);
    assert_int_equal(lines(s), 3);
    f = fopen(set.file, "r");
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof text - 1, f) > 0);
    (void)fclose(f);
    assert_non_null(strstr(text, "{\"node\":\"n\n{\"node\":\"n\",\"seq\":1,"));
}

static void a_key_that_is_none_is_refused(void **state)
{
    struct scene *s = *state;
    struct heads_settings set = {
        .clock = fake_clock(&s->ground.clock), .node = "n", .head = head_now, .self = s
    };
    struct seal_hash person;
    struct heads *h;
    struct fault why;
    char path[128];
    FILE *f;

    (void)snprintf(set.folder, sizeof set.folder, "%s", s->ground.folder);
    (void)snprintf(path, sizeof path, "%s/audit.key", s->ground.folder);
    f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs("abc", f);
    (void)fclose(f);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(heads_open(&h, &set, &person, &why), ERR_RANGE);
    assert_non_null(strstr(why.text, "not a key"));
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(acts_make_one_chain_over_stops_and_kills),
        IN_WORLD(a_hand_is_recorded_with_who_and_from_where),
        IN_WORLD(the_end_is_signed_once_a_day_and_only_when_it_moved),
        IN_WORLD(a_line_behind_a_torn_one_stands_alone),
        IN_WORLD(a_key_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
