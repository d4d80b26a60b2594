/* The event stream over real sockets. */
#include "serve/check.h"

#include <math.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "alarm_frame.h"
#include "incident_frame.h"
#include "shifts.h"
#include "world.h"

static struct world W;

static int set_up(void **state)
{
    (void)state;
    world_init(&W, 300);
    world_start(&W);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static struct http open_stream(const char *query, const char *fields)
{
    int status = 0;
    struct http h = http_stream(W.port, query, fields, &status);

    assert_int_equal(status, 200);
    return h;
}

static struct event_seen next(struct http *h)
{
    struct event_seen e;

    assert_true(http_event(h, &e));
    assert_false(e.ended);
    return e;
}

static size_t points_in(const struct event_seen *e)
{
    size_t n = 0;

    for (const char *s = e->data; (s = strstr(s, "\"id\":")) != NULL; s++)
        n++;
    return n;
}

static void change(uint32_t point, double value)
{
    world_set(&W, point, value);
    world_publish(&W);
}

static void the_full_picture_comes_first_then_only_what_changed(void **state)
{
    struct http h = open_stream("?topics=points", BEARER);
    struct event_seen e = next(&h);

    (void)state;
    assert_string_equal(e.kind, "full");
    assert_int_equal(points_in(&e), 300);
    event_clear(&e);
    change(3, 7.5);
    e = next(&h);
    assert_string_equal(e.kind, "change");
    assert_int_equal(points_in(&e), 1);
    assert_has(e.data, "\"id\":\"lc.dma.p0003\",\"value\":7.5,\"quality\":\"good\"");
    event_clear(&e);
    http_close(&h);
}

/* One list of alarms of the first points, each in its state; `steps` of them so far. */
static void publish_alarms(uint64_t generation, size_t n, const uint32_t *steps)
{
    struct alarm_list *l = alarm_list_new(n, &W.catalogue);

    l->generation = generation;
    l->at.ms = 1795435838123 + (int64_t)generation;
    for (size_t i = 0; i < n; i++)
        l->items[i] = (struct alarm){ .id = 0xa0 + i,
                                      .point = W.catalogue.points[i].key,
                                      .core = ALARM_UNACKNOWLEDGED,
                                      .steps = steps[i],
                                      .times = 1,
                                      .opened = { 1795435838123 },
                                      .changed = { 1795435838123 },
                                      .value = 1,
                                      .limit = NAN,
                                      .seen = NAN };
    serve_publish_alarms(W.serve, l);
    alarm_list_drop(l);
}

static void alarms_come_whole_then_what_changed_and_what_ended(void **state)
{
    struct http h;
    struct event_seen e;

    (void)state;
    publish_alarms(1, 2, (const uint32_t[]){ 1, 1 });
    h = open_stream("?topics=alarms", BEARER);
    e = next(&h);
    assert_string_equal(e.kind, "alarms");
    assert_has(e.data, "\"id\":\"00000000000000a0\"");
    assert_has(e.data, "\"id\":\"00000000000000a1\"");
    event_clear(&e);
    change(3, 7.5); /* is not of this topic */
    publish_alarms(2, 3, (const uint32_t[]){ 1, 2, 1 });
    e = next(&h);
    assert_string_equal(e.kind, "alarms-change");
    assert_null(strstr(e.data, "\"id\":\"00000000000000a0\""));
    assert_has(e.data, "\"id\":\"00000000000000a1\"");
    assert_has(e.data, "\"id\":\"00000000000000a2\"");
    assert_has(e.data, "\"ended\":[]");
    event_clear(&e);
    publish_alarms(1, 0, NULL); /* an older list that came late */
    publish_alarms(3, 1, (const uint32_t[]){ 1 });
    e = next(&h);
    assert_has(e.data, "\"items\":[],\"ended\":[\"00000000000000a1\",\"00000000000000a2\"]");
    event_clear(&e);
    http_close(&h);
}

static struct alarm_list *list_of(uint64_t generation, size_t n)
{
    struct alarm_list *l = alarm_list_new(n, &W.catalogue);

    l->generation = generation;
    for (size_t i = 0; i < n; i++)
        l->items[i] = (struct alarm){ .id = 0xb0 + i, .point = W.catalogue.points[0].key, .steps = 1 };
    return l;
}

static size_t speaks_of(const struct alarm_frame *f, const struct visitor *v, const char *site, uint64_t from)
{
    const struct alarm_of of = { v, site, from };
    struct strbuf b;
    size_t n;

    strbuf_init(&b, 1 << 20);
    n = alarm_frame_event(&b, f, &of);
    strbuf_clear(&b);
    return n;
}

/* Neither of those that are open nor of those that ended.  Who missed more than is known gets all anew. */
static void alarms_of_another_supplier_are_not_heard_of(void **state)
{
    const char *site = W.catalogue.sites[W.catalogue.points[0].site].id;
    const struct visitor other = { .supplier = "somebody-else" };
    struct http h = open_stream("?topics=points,alarms", "Authorization: Bearer " RURAL_TOKEN "\r\n");
    struct event_seen e = next(&h);
    struct alarm_frame *f = alarm_frame_new();
    struct alarm_list *two = list_of(1, 2), *none = list_of(2, 0), *many = list_of(3, ALARM_GONE_MAX);

    (void)state;
    assert_string_equal(e.kind, "full");
    event_clear(&e);
    e = next(&h); /* what the test before has left */
    assert_string_equal(e.kind, "alarms");
    assert_has(e.data, "\"items\":[]");
    event_clear(&e);
    http_close(&h);
    assert_int_equal(alarm_frame_adopt(f, two), ERR_NONE);
    assert_int_equal(speaks_of(f, &other, "", 0), 0);
    assert_int_equal(speaks_of(f, NULL, site, 0), 2);
    assert_int_equal(speaks_of(f, NULL, "nowhere", 0), 0);
    assert_int_equal(alarm_frame_adopt(f, none), ERR_NONE);
    assert_int_equal(speaks_of(f, &other, "", 1), 0);
    assert_int_equal(speaks_of(f, NULL, "", 1), 2);
    assert_int_equal(alarm_frame_adopt(f, many), ERR_NONE);
    assert_int_equal(alarm_frame_adopt(f, none), ERR_NONE);
    assert_int_equal(speaks_of(f, NULL, "", 3), ALARM_GONE_MAX);
    assert_int_equal(speaks_of(f, NULL, "", 1), 0); /* all anew, and that is nothing */
    assert_int_equal(alarm_frame_start(f, 3), 3);
    assert_int_equal(alarm_frame_start(f, 1), 0); /* and told all the same */
    alarm_list_drop(two);
    alarm_list_drop(none);
    alarm_list_drop(many);
    alarm_frame_free(f);
}

/* With another configuration a point may be gone or be another supplier's: what left a reader's sight has not
 * ended, so that all is told anew, also when it is nothing. */
static void alarms_are_told_anew_with_another_configuration(void **state)
{
    struct alarm_list *one = list_of(1, 1), *same = list_of(2, 1), *none;
    struct alarm_frame *f = alarm_frame_new();
    struct catalogue bare = { 0 };

    (void)state;
    atomic_init(&bare.holders, 1);
    none = alarm_list_new(0, &bare);
    assert_int_equal(alarm_frame_adopt(f, one), ERR_NONE);
    assert_int_equal(alarm_frame_adopt(f, same), ERR_NONE);
    assert_int_equal(alarm_frame_start(f, 1), 1);
    assert_int_equal(alarm_frame_adopt(f, none), ERR_NONE);
    assert_int_equal(alarm_frame_start(f, 2), 0);
    assert_int_equal(alarm_frame_start(f, 3), 3);
    alarm_list_drop(one);
    alarm_list_drop(same);
    alarm_frame_free(f);
    alarm_list_drop(none);
}

/* So many incidents at the first point's site; those that did not change are the copies of `before`. */
static struct incident_list *incidents_of(uint64_t generation, size_t n, const struct incident_list *before)
{
    struct incident_list *l = incident_list_new(n, &W.catalogue);

    l->generation = generation;
    l->at.ms = 1795435838123;
    for (size_t i = 0; i < n; i++) {
        struct incident is = { .id = 100 + i, .opened = { 1795435838123 }, .member_count = 1 };
        is.members[0] = (struct member){ .id = 200 + i,
                                         .class = CLASS_PLANT_EQUIPMENT,
                                         .start = { 1795435838123 },
                                         .evident = { 1795435838123 },
                                         .size = NAN };
        memcpy(is.members[0].site, W.catalogue.sites[W.catalogue.points[0].site].id, ID_MAX);
        l->items[i] = before != NULL && i < before->count ? incident_copy_hold(before->items[i])
                                                          : incident_copy_new(&is, generation);
    }
    return l;
}

static void incidents_come_whole_then_what_changed(void **state)
{
    struct incident_list *one = incidents_of(1, 1, NULL), *two = incidents_of(2, 2, one), *late;
    struct http h;
    struct event_seen e;

    (void)state;
    serve_publish_incidents(W.serve, one);
    h = open_stream("?topics=incidents", BEARER);
    e = next(&h);
    assert_string_equal(e.kind, "incidents");
    assert_has(e.data, "\"id\":\"100\",\"node\":null,\"state\":\"detected\"");
    event_clear(&e);
    serve_publish_incidents(W.serve, two);
    e = next(&h);
    assert_string_equal(e.kind, "incidents-change");
    assert_null(strstr(e.data, "\"id\":\"100\""));
    assert_has(e.data, "\"id\":\"101\"");
    event_clear(&e);
    late = incidents_of(3, 2, two);
    incident_copy_drop(late->items[0]);
    late->items[0] = incident_copy_new(&two->items[0]->is, 3);
    late->items[0]->is.closed = true;
    serve_publish_incidents(W.serve, one); /* an older list that came late */
    serve_publish_incidents(W.serve, late);
    e = next(&h);
    assert_has(e.data, "\"id\":\"100\",\"node\":null,\"state\":\"closed\"");
    assert_null(strstr(e.data, "\"id\":\"101\""));
    event_clear(&e);
    http_close(&h);
    incident_list_drop(one);
    incident_list_drop(two);
    incident_list_drop(late);
}

static void incidents_of_another_supplier_are_not_heard_of(void **state)
{
    const struct visitor other = { .supplier = "somebody-else" }, all = { .supplier = "" };
    const char *site = W.catalogue.sites[W.catalogue.points[0].site].id;
    struct incident_frame *f = incident_frame_new();
    struct incident_list *two = incidents_of(1, 2, NULL);
    const struct {
        struct incident_of of;
        size_t speaks_of;
    } CASES[] = { { { &other, "", 0, { 1795435838123 } }, 0 },
                  { { &all, "", 0, { 1795435838123 } }, 2 },
                  { { &all, site, 0, { 1795435838123 } }, 2 },
                  { { &all, "nowhere", 0, { 1795435838123 } }, 0 },
                  { { &all, "", 1, { 1795435838123 } }, 0 } };

    (void)state;
    assert_int_equal(incident_frame_adopt(f, two), ERR_NONE);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct strbuf b;
        strbuf_init(&b, 1 << 20);
        assert_int_equal(incident_frame_event(&b, f, &CASES[i].of), CASES[i].speaks_of);
        strbuf_clear(&b);
    }
    incident_list_drop(two);
    incident_frame_free(f);
}

static uint64_t start_for(const struct incident_frame *f, const struct visitor *v, const char *site,
                          uint64_t from)
{
    const struct incident_of of = { v, site, from, { 1795435838123 } };

    return incident_frame_start(f, &of);
}

/* Of what left their sight no change can be told: who does not see all gets all anew. */
static void incidents_that_leave_a_readers_sight_are_told_to_be_gone(void **state)
{
    const struct visitor narrow = { .supplier = "somebody-else" }, all = { .supplier = "" };
    const char *site = W.catalogue.sites[W.catalogue.points[0].site].id;
    struct incident_list *two = incidents_of(1, 2, NULL), *moved = incidents_of(2, 2, two), *fewer;
    struct incident_frame *f = incident_frame_new();
    struct incident is = two->items[1]->is;

    (void)state;
    assert_int_equal(incident_frame_adopt(f, two), ERR_NONE);
    memcpy(is.members[0].site, "elsewhere", sizeof "elsewhere");
    incident_copy_drop(moved->items[1]);
    moved->items[1] = incident_copy_new(&is, 2);
    assert_int_equal(incident_frame_adopt(f, moved), ERR_NONE);
    assert_int_equal(start_for(f, &all, "", 1), 1);
    assert_int_equal(start_for(f, &all, site, 1), 0);
    assert_int_equal(start_for(f, &narrow, "", 1), 0);
    assert_int_equal(start_for(f, &narrow, "", 2), 2);
    fewer = incidents_of(3, 1, moved); /* one is there no more that was open: everybody */
    assert_int_equal(incident_frame_adopt(f, fewer), ERR_NONE);
    assert_int_equal(start_for(f, &all, "", 2), 0);
    assert_int_equal(start_for(f, &all, "", 3), 3);
    incident_list_drop(two);
    incident_list_drop(moved);
    incident_list_drop(fewer);
    incident_frame_free(f);
}

/* All anew may be nothing, and is told all the same. */
static void a_stream_of_one_site_is_told_what_left_it(void **state)
{
    const char *site = W.catalogue.sites[W.catalogue.points[0].site].id;
    struct incident_list *one = incidents_of(11, 1, NULL), *moved = incidents_of(12, 1, NULL);
    char query[80];
    struct http h;
    struct event_seen e;

    (void)state;
    memcpy(moved->items[0]->is.members[0].site, "elsewhere", sizeof "elsewhere");
    serve_publish_incidents(W.serve, one);
    (void)snprintf(query, sizeof query, "?topics=incidents&site=%s", site);
    h = open_stream(query, BEARER);
    e = next(&h);
    while (strstr(e.data, "\"id\":\"100\"") == NULL) { /* what the test before has left */
        event_clear(&e);
        e = next(&h);
    }
    event_clear(&e);
    serve_publish_incidents(W.serve, moved);
    e = next(&h);
    assert_string_equal(e.kind, "incidents");
    assert_has(e.data, "\"items\":[]");
    event_clear(&e);
    http_close(&h);
    incident_list_drop(one);
    incident_list_drop(moved);
}

/* One that is on for each, and one that is over. */
static struct shift_list *shifts_of(uint64_t generation, uint16_t entries)
{
    struct shift_list *l = shift_list_new(3, 0);

    l->generation = generation;
    l->shifts[0] = (struct shift){ .id = 0xa1, .state = SHIFT_ON, .who = "lan", .entries = entries };
    l->shifts[1] =
        (struct shift){ .id = 0xa2, .state = SHIFT_OFFERED, .supplier = "nong-thon", .who = "hoa" };
    l->shifts[2] = (struct shift){ .id = 0xa3, .state = SHIFT_HANDED, .who = "mai" };
    return l;
}

static void shifts_come_whole_whenever_somebody_writes(void **state)
{
    struct shift_list *one = shifts_of(1, 1), *two = shifts_of(2, 2);
    struct answer a = http_get(W.port, "/api/v1/stream?topics=shifts", BEARER);
    struct event_seen e;
    struct http h;

    (void)state;
    assert_int_equal(a.status, 403); /* a viewer reads no log */
    answer_clear(&a);
    h = open_stream("?topics=shifts", "Authorization: Bearer " OPERATOR_TOKEN "\r\n");
    serve_publish_shifts(W.serve, one);
    e = next(&h);
    assert_string_equal(e.kind, "shifts");
    assert_has(e.data, "\"id\":\"00000000000000a1\"");
    assert_has(e.data, "\"id\":\"00000000000000a2\"");
    assert_null(strstr(e.data, "00000000000000a3"));
    event_clear(&e);
    serve_publish_shifts(W.serve, two);
    serve_publish_shifts(W.serve, one); /* an older list that came late */
    e = next(&h);
    assert_has(e.data, "\"who\":\"lan\"");
    assert_has(e.data, "\"entries\":2");
    event_clear(&e);
    http_close(&h);
    shift_list_drop(one);
    shift_list_drop(two);
}

static void shifts_of_another_supplier_are_not_heard_of(void **state)
{
    static const struct visitor CASES[] = { { .supplier = "" },
                                            { .supplier = "nong-thon" },
                                            { .supplier = "x" },
                                            { .supplier = "", .sites = "tram-bom" } };
    static const size_t SEEN[] = { 2, 1, 0, 0 };
    struct shift_list *l = shifts_of(1, 1);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct strbuf b;
        strbuf_init(&b, 1 << 20);
        assert_int_equal(shifts_event(&b, l, &CASES[i], (struct wall){ 1795435838123 }), SEEN[i]);
        strbuf_clear(&b);
    }
    shift_list_drop(l);
}

static void topics_are_named_once_each(void **state)
{
    static const char *const WRONG[] = { "incident", "points,points", "", "points,", "alarm" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        char target[80];
        struct answer a;
        (void)snprintf(target, sizeof target, "/api/v1/stream?topics=%s", WRONG[i]);
        a = http_get(W.port, target, BEARER);
        assert_int_equal(a.status, 400);
        assert_has(a.body, "\"field\":\"topics\"");
        answer_clear(&a);
    }
}

static void changes_come_together_and_not_more_often_than_every_250_ms(void **state)
{
    struct http h = open_stream("", BEARER);
    struct event_seen e = next(&h);
    int64_t begun = mono_read().ms;
    size_t seen = 0;
    unsigned events = 0;

    (void)state;
    event_clear(&e);
    for (uint32_t i = 0; i < 50; i++)
        change(10 + i, (double)begun + i);
    for (; seen < 50; events++) {
        e = next(&h);
        seen += points_in(&e);
        event_clear(&e);
    }
    assert_int_equal(seen, 50);
    assert_true(events <= 2 + (mono_read().ms - begun) / 250);
    http_close(&h);
}

static void a_stream_of_one_site_hears_only_of_that_site(void **state)
{
    struct http h = open_stream("?site=nmn-lai-chau", BEARER);
    struct event_seen e = next(&h);

    (void)state;
    assert_int_equal(points_in(&e), 2);
    event_clear(&e);
    change(100, (double)mono_read().ms); /* of the other site: nothing is sent */
    change(0, (double)mono_read().ms);
    e = next(&h);
    assert_int_equal(points_in(&e), 1);
    assert_has(e.data, "lc.nmn.flow_out");
    event_clear(&e);
    http_close(&h);
}

static void a_reader_that_comes_back_gets_what_it_missed(void **state)
{
    struct http h = open_stream("", BEARER);
    struct event_seen e = next(&h);
    char fields[300];

    (void)state;
    http_close(&h);
    (void)snprintf(fields, sizeof fields, BEARER "Last-Event-ID: %s\r\n", e.id);
    event_clear(&e);
    change(20, 1);
    change(21, 2);
    h = open_stream("", fields);
    e = next(&h);
    assert_string_equal(e.kind, "change");
    while (strstr(e.data, "p0021") == NULL) { /* the frame may be one behind */
        event_clear(&e);
        e = next(&h);
    }
    assert_true(points_in(&e) <= 2);
    http_close(&h);
    /* Nothing was missed: still an event, so that the reader knows it is live. */
    (void)snprintf(fields, sizeof fields, BEARER "Last-Event-ID: %s\r\n", e.id);
    event_clear(&e);
    h = open_stream("", fields);
    e = next(&h);
    assert_string_equal(e.kind, "change");
    assert_int_equal(points_in(&e), 0);
    event_clear(&e);
    http_close(&h);
}

static void an_id_of_another_life_gives_the_full_picture(void **state)
{
    struct http first = open_stream("", BEARER);
    struct event_seen e = next(&first);
    char ids[6][64];

    (void)state;
    (void)snprintf(ids[0], 64, "%lld-1", atoll(e.id) - 1);
    (void)snprintf(ids[1], 64, "%lld-999999999", atoll(e.id));
    (void)snprintf(ids[2], 64, "%lld-", atoll(e.id));
    (void)snprintf(ids[3], 64, "%lld-1x", atoll(e.id));
    (void)snprintf(ids[4], 64, "7");
    (void)snprintf(ids[5], 64, "%lld--1", atoll(e.id));
    event_clear(&e);
    http_close(&first);
    for (size_t i = 0; i < 6; i++) {
        char fields[300];
        struct http h;
        (void)snprintf(fields, sizeof fields, BEARER "Last-Event-ID: %s\r\n", ids[i]);
        h = open_stream("", fields);
        e = next(&h);
        if (strcmp(e.kind, "full") != 0)
            fail_msg("%s gave %s", ids[i], e.kind);
        event_clear(&e);
        http_close(&h);
    }
}

/* A reader that stops reading and then goes on gets few, merged events: never one for each change. */
static void a_slow_reader_gets_the_newest_and_no_backlog(void **state)
{
    struct http h, fast = open_stream("", BEARER);
    struct event_seen e, f = next(&fast);
    double last = 0;
    unsigned seen = 0;

    (void)state;
    http_narrow(16384);
    h = open_stream("", BEARER);
    http_narrow(0);
    e = next(&h);
    event_clear(&e);
    event_clear(&f);
    for (int turn = 1; turn <= 12; turn++) { /* every point changes; the fast reader paces us */
        last = turn * 1000;
        for (uint32_t i = 0; i < 300; i++)
            world_set(&W, i, last + i);
        world_publish(&W);
        f = next(&fast);
        event_clear(&f);
    }
    for (bool newest = false; !newest; seen++) {
        e = next(&h);
        newest = strstr(e.data, "\"value\":12299,") != NULL;
        event_clear(&e);
    }
    print_message("12 pictures of 30 kB, slow reader saw %u\n", seen);
    assert_true(seen <= 8);
    http_close(&h);
    http_close(&fast);
}

static void a_stream_needs_its_credential_to_the_end(void **state)
{
    int status = 0;
    struct http h = http_stream(W.port, "", NULL, &status);

    (void)state;
    assert_int_equal(status, 401);
    http_close(&h);
}

/* What /metrics says of open streams; -1: no answer. */
static int readers(void)
{
    struct answer a = http_get(W.port, "/metrics", NULL);
    const char *at = a.body == NULL ? NULL : strstr(a.body, "\ncapnuoc_stream_readers ");
    int n = at == NULL ? -1 : atoi(at + strlen("\ncapnuoc_stream_readers "));

    answer_clear(&a);
    return n;
}

static void a_reader_that_left_gives_its_place_back_soon(void **state)
{
    struct http h = open_stream("", BEARER);
    int64_t begun;

    (void)state;
    assert_true(readers() >= 1);
    http_close(&h);
    begun = mono_read().ms;
    while (readers() > 0 && mono_read().ms - begun < 8000)
        (void)poll(NULL, 0, 20);
    assert_int_equal(readers(), 0);
}

static void beyond_their_ceiling_streams_are_refused_and_others_answered(void **state)
{
    static struct http all[180];
    int status = 0;
    struct http extra;
    struct answer a;

    (void)state;
    for (size_t i = 0; i < 180; i++) { /* 200 connections less a tenth */
        all[i] = http_stream(W.port, "", BEARER, &status);
        assert_int_equal(status, 200);
    }
    extra = http_stream(W.port, "", BEARER, &status);
    assert_int_equal(status, 503);
    http_close(&extra);
    a = http_get(W.port, "/api/v1/points", BEARER);
    assert_int_equal(a.status, 200);
    answer_clear(&a);
    for (size_t i = 0; i < 180; i++)
        http_close(&all[i]);
}

static double cpu_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void idle_streams_cost_nothing(void **state)
{
    enum { STREAMS = 100, WINDOW_MS = 1500 };
    static struct http all[STREAMS];
    struct world w;
    int status = 0;
    double before;

    (void)state;
    world_init(&w, 10);
    world_start(&w);
    for (size_t i = 0; i < STREAMS; i++) {
        struct event_seen e;
        all[i] = http_stream(w.port, "", BEARER, &status);
        assert_true(http_event(&all[i], &e));
        event_clear(&e);
    }
    before = cpu_s();
    (void)poll(NULL, 0, WINDOW_MS); /* the window that is measured */
    print_message("%d idle streams: %.2f %% of a core\n", STREAMS, (cpu_s() - before) * 1e5 / WINDOW_MS);
    assert_true(cpu_s() - before < 0.10 * WINDOW_MS / 1000);
    for (size_t i = 0; i < STREAMS; i++)
        http_close(&all[i]);
    world_clear(&w);
}

static void stopping_ends_fifty_streams_cleanly(void **state)
{
    static struct http all[50];
    struct world w;
    int status = 0;
    int64_t begun;

    (void)state;
    world_init(&w, 10);
    world_start(&w);
    for (size_t i = 0; i < 50; i++) {
        struct event_seen e;
        all[i] = http_stream(w.port, "", BEARER, &status);
        assert_true(http_event(&all[i], &e));
        event_clear(&e);
    }
    begun = mono_read().ms;
    world_stop(&w);
    print_message("stopped with 50 streams in %lld ms\n", (long long)(mono_read().ms - begun));
    assert_true(mono_read().ms - begun < 3000);
    for (size_t i = 0; i < 50; i++) {
        struct event_seen e;
        assert_true(http_event(&all[i], &e));
        assert_true(e.ended);
        assert_true(all[i].last_chunk); /* not cut: ended */
        http_close(&all[i]);
    }
    world_clear(&w);
}

static void streams_may_come_and_go_while_pictures_are_published(void **state)
{
    (void)state;
    for (int turn = 0; turn < 60; turn++) {
        struct http h = open_stream(turn % 2 == 0 ? "" : "?site=tram-bom", BEARER);
        change((uint32_t)turn, turn);
        if (turn % 3 == 0) {
            struct event_seen e = next(&h);
            event_clear(&e);
        }
        http_close(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_full_picture_comes_first_then_only_what_changed),
        cmocka_unit_test(alarms_come_whole_then_what_changed_and_what_ended),
        cmocka_unit_test(alarms_of_another_supplier_are_not_heard_of),
        cmocka_unit_test(alarms_are_told_anew_with_another_configuration),
        cmocka_unit_test(incidents_come_whole_then_what_changed),
        cmocka_unit_test(incidents_of_another_supplier_are_not_heard_of),
        cmocka_unit_test(incidents_that_leave_a_readers_sight_are_told_to_be_gone),
        cmocka_unit_test(a_stream_of_one_site_is_told_what_left_it),
        cmocka_unit_test(shifts_come_whole_whenever_somebody_writes),
        cmocka_unit_test(shifts_of_another_supplier_are_not_heard_of),
        cmocka_unit_test(topics_are_named_once_each),
        cmocka_unit_test(changes_come_together_and_not_more_often_than_every_250_ms),
        cmocka_unit_test(a_stream_of_one_site_hears_only_of_that_site),
        cmocka_unit_test(a_reader_that_comes_back_gets_what_it_missed),
        cmocka_unit_test(an_id_of_another_life_gives_the_full_picture),
        cmocka_unit_test(a_slow_reader_gets_the_newest_and_no_backlog),
        cmocka_unit_test(a_stream_needs_its_credential_to_the_end),
        cmocka_unit_test(streams_may_come_and_go_while_pictures_are_published),
        cmocka_unit_test(a_reader_that_left_gives_its_place_back_soon),
        cmocka_unit_test(beyond_their_ceiling_streams_are_refused_and_others_answered),
        cmocka_unit_test(idle_streams_cost_nothing),
        cmocka_unit_test(stopping_ends_fifty_streams_cleanly),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
