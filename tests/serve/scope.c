/* Whoever belongs to one supplier finds nothing of the other: every route that is read is walked as a user of
 * each, with the ids of both. */
#include "check.h"
#include "world.h"

#include "../../src/serve/routes.h"

static struct world W;

struct side {
    const char *bearer;
    const char *ids[9]; /* of this supplier: things, wires and words that only its rows have */
};

/* The world's city has the first two points, the co-operative all others. */
static const struct side SIDES[2] = {
    { "Authorization: Bearer " CITY_TOKEN "\r\n" ENGLISH,
      { "cn-lai-chau", "tp-lai-chau", "nmn-lai-chau", "vung-1", "lc.nmn.flow_out", "lc.nmn.pressure", "plc-1",
        "ong-1" } },
    { "Authorization: Bearer " RURAL_TOKEN "\r\n" ENGLISH,
      { "htx-sin-ho", "sin-ho", "tram-bom", "vung-2", "lc.tb.chlorine", "lc.dma.p0006", "plc-2", "ong-2" } },
};

static int up(void **state)
{
    (void)state;
    world_init(&W, 8);
    world_start(&W);
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

/* "sin-ho" is in "htx-sin-ho": an id counts where it stands whole. */
static bool names(const char *body, const char *id)
{
    char quoted[80], in_csv[80];

    (void)snprintf(quoted, sizeof quoted, "\"%s\"", id);
    (void)snprintf(in_csv, sizeof in_csv, "%s,", id);
    return body != NULL && (strstr(body, quoted) != NULL || strstr(body, in_csv) != NULL);
}

static void assert_nothing_of(const struct side *other, const char *target, const char *body)
{
    for (size_t i = 0; other->ids[i] != NULL; i++)
        if (names(body, other->ids[i]))
            fail_msg("%s tells of %s: %s", target, other->ids[i], body);
}

/* An answer, and that none of the other's ids are in it unless they were asked for and refused. */
static int walk(const struct side *own, const struct side *other, const char *target)
{
    struct answer a = http_get(W.port, target, own->bearer);
    int status = a.status;

    assert_true(status >= 200 && status < 500);
    if (status == 200)
        assert_nothing_of(other, target, a.body);
    answer_clear(&a);
    return status;
}

static void concrete(const char *pattern, const char *id, char out[200])
{
    const char *open = strchr(pattern, '{'), *close = strchr(pattern, '}');

    (void)snprintf(out, 200, "%.*s%s%s", (int)(open - pattern), pattern, id, close + 1);
}

/* The other's id and one that nobody has are refused alike. */
static void walk_items(const struct route *r, const struct side *own, const struct side *other)
{
    char target[200];
    int unknown;

    concrete(r->pattern, "no-such-thing", target);
    unknown = walk(own, other, target);
    for (size_t i = 0; other->ids[i] != NULL; i++) {
        concrete(r->pattern, other->ids[i], target);
        if (walk(own, other, target) != unknown)
            fail_msg("%s is not answered as what does not exist", target);
        concrete(r->pattern, own->ids[i], target);
        (void)walk(own, other, target);
    }
}

/* Every filter, with every id of the other: as if it did not exist, and nothing of theirs. */
static void walk_filters(const struct route *r, const struct side *own, const struct side *other)
{
    char target[300];

    for (const char *const *p = r->parameters; *p != NULL; p++)
        for (size_t i = 0; other->ids[i] != NULL; i++) {
            (void)snprintf(target, sizeof target, "%s?%s=%s", r->pattern, *p, other->ids[i]);
            (void)walk(own, other, target);
        }
}

static bool is_read(const struct route *r)
{
    return r->method == METHOD_GET && (r->roles & ROLES_OPEN) == 0 && r->answer != answer_stream;
}

static void no_route_tells_of_the_other(void **state)
{
    (void)state;
    W.history_mode = HISTORY_NOW;
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < ROUTE_COUNT; i++) {
            if (!is_read(&ROUTES[i]))
                continue;
            if (strchr(ROUTES[i].pattern, '{') != NULL) {
                walk_items(&ROUTES[i], &SIDES[side], &SIDES[1 - side]);
            } else {
                (void)walk(&SIDES[side], &SIDES[1 - side], ROUTES[i].pattern);
                walk_filters(&ROUTES[i], &SIDES[side], &SIDES[1 - side]);
            }
        }
}

/* A walk that found nothing at all would pass, too. */
static void each_finds_their_own(void **state)
{
    static const struct {
        const char *target;
        size_t id;
    } LISTS[] = { { "/api/v1/suppliers", 0 }, { "/api/v1/systems", 1 }, { "/api/v1/sites", 2 },
                  { "/api/v1/zones", 3 },     { "/api/v1/points", 4 },  { "/api/v1/wires", 6 },
                  { "/api/v1/mains", 7 } };

    (void)state;
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < COUNT_OF(LISTS); i++) {
            struct answer a = http_get(W.port, LISTS[i].target, SIDES[side].bearer);
            assert_int_equal(a.status, 200);
            if (!names(a.body, SIDES[side].ids[LISTS[i].id]))
                fail_msg("%s: no %s", LISTS[i].target, SIDES[side].ids[LISTS[i].id]);
            answer_clear(&a);
        }
}

static void a_cursor_of_the_other_opens_nothing(void **state)
{
    static const char *const LISTS[] = { "/api/v1/points", "/api/v1/suppliers", "/api/v1/sites" };
    static const size_t AT[] = { 4, 0, 2 };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(LISTS); i++) {
        char target[300], cursor[200] = "";
        const char *id = SIDES[0].ids[AT[i]];
        struct answer a;
        for (size_t k = 0; id[k] != '\0'; k++)
            (void)snprintf(cursor + 2 * k, 3, "%02x", (unsigned char)id[k]);
        (void)snprintf(target, sizeof target, "%s?next=%s", LISTS[i], cursor);
        a = http_get(W.port, target, SIDES[0].bearer);
        assert_int_equal(a.status, 200);
        answer_clear(&a);
        a = http_get(W.port, target, SIDES[1].bearer);
        assert_int_equal(a.status, 400);
        answer_clear(&a);
    }
}

/* The pages that are kept for those who ask the same are kept apart for those who see something else. */
static void the_same_question_has_two_answers(void **state)
{
    (void)state;
    for (int turn = 0; turn < 3; turn++)
        for (size_t side = 0; side < 2; side++)
            assert_int_equal(walk(&SIDES[side], &SIDES[1 - side], "/api/v1/points?limit=100"), 200);
}

static void a_stream_gives_only_what_is_seen(void **state)
{
    struct http h[2];
    int status;

    (void)state;
    for (size_t side = 0; side < 2; side++) {
        h[side] = http_stream(W.port, "", SIDES[side].bearer, &status);
        assert_int_equal(status, 200);
    }
    for (int turn = 0; turn < 2; turn++) {
        for (size_t side = 0; side < 2; side++) {
            struct event_seen e = { .comment = true };
            while (e.comment)
                assert_true(http_event(&h[side], &e));
            assert_true(names(e.data, SIDES[side].ids[4]));
            assert_nothing_of(&SIDES[1 - side], "the stream", e.data);
            event_clear(&e);
        }
        world_set(&W, 0, 10 + turn); /* one of each */
        world_set(&W, 2, 20 + turn);
        world_publish(&W);
    }
    for (size_t side = 0; side < 2; side++)
        http_close(&h[side]);
}

static void what_people_told_is_seen_by_their_own(void **state)
{
    struct answer a;

    (void)state;
    W.has_told = true;
    W.told = (struct hand){ .kind = HAND_READING, .point = W.catalogue.points[0].key, .key = "told-here" };
    a = http_get(W.port, "/api/v1/readings", SIDES[0].bearer);
    assert_has(a.body, "told-here");
    answer_clear(&a);
    a = http_get(W.port, "/api/v1/readings", SIDES[1].bearer);
    assert_int_equal(a.status, 200);
    assert_lacks(a.body, "told-here");
    answer_clear(&a);
    W.told.point = 12345; /* configured no more: whose it was is not known */
    a = http_get(W.port, "/api/v1/readings", SIDES[0].bearer);
    assert_lacks(a.body, "told-here");
    answer_clear(&a);
}

/* An operator of one supplier touches nothing of the other. */
static void nothing_of_the_other_can_be_touched(void **state)
{
    static const char BODY[] =
        "{\"key\":\"reading-0001\",\"point\":\"%s\",\"at\":\"2026-11-25T07:00:00+07:00\","
        "\"value\":1,\"who\":\"x\"}";
    static const char FORCE[] =
        "{\"key\":\"force-0001\",\"value\":1,\"until\":\"2026-11-26T07:00:00+07:00\",\"who\":\"x\"}";
    char body[300], fields[200], target[200];

    (void)state;
    for (size_t side = 0; side < 2; side++)
        for (size_t own = 0; own < 2; own++) {
            const char *point = SIDES[own ? side : 1 - side].ids[4];
            struct answer a;
            (void)snprintf(fields, sizeof fields, "%sContent-Type: application/json\r\n", SIDES[side].bearer);
            (void)snprintf(body, sizeof body, BODY, point);
            W.has_told = false;
            a = http_ask(W.port, "POST", "/api/v1/readings", fields, body);
            assert_int_equal(a.status, own ? 201 : 404);
            answer_clear(&a);
            (void)snprintf(target, sizeof target, "/api/v1/points/%s/force", point);
            W.has_told = false;
            a = http_ask(W.port, "POST", target, fields, FORCE);
            assert_int_equal(a.status, own ? 201 : 404);
            answer_clear(&a);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, up, down)
        WITH_WORLD(no_route_tells_of_the_other),         WITH_WORLD(each_finds_their_own),
        WITH_WORLD(a_cursor_of_the_other_opens_nothing), WITH_WORLD(the_same_question_has_two_answers),
        WITH_WORLD(a_stream_gives_only_what_is_seen),    WITH_WORLD(what_people_told_is_seen_by_their_own),
        WITH_WORLD(nothing_of_the_other_can_be_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
