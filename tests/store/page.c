/* A page of the present comes back as it was, and one that is damaged does no harm. */
#include "page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seal/seal.h"

enum { POINTS = 300 };

static const struct wall NOW = { 1795428000000 };

struct got {
    size_t count;
    uint64_t keys[SNAPSHOT_PAGE];
    struct reading readings[SNAPSHOT_PAGE];
};

static void take(void *self, uint64_t key, const struct reading *r)
{
    struct got *g = self;

    assert_true(g->count < SNAPSHOT_PAGE);
    assert_true(reading_is_sound(r));
    g->keys[g->count] = key;
    g->readings[g->count++] = *r;
}

/* All that a reading can be, times far off included. */
static struct reading reading_of(uint32_t i)
{
    const struct wall at = { NOW.ms - (int64_t)i * i * i * 1000 + (i % 3 == 0 ? 3600000 : 0) };

    switch (i % 4) {
    case 0: return reading_good(i, at, -1.0 / (i + 1));
    case 1: return reading_uncertain(i, at, 1e300, REASON_STALE);
    case 2: return reading_bad(i, at, REASON_NO_ANSWER);
    default: return reading_bad(i, (struct wall){ 0 }, REASON_NEVER_READ);
    }
}

static struct snapshot *picture(struct catalogue *c)
{
    struct board *b;
    struct snapshot *s;
    struct fault why;

    assert_int_equal(seal_start(&why), ERR_NONE);
    catalogue_init(c);
    for (int i = 0; i < POINTS; i++) {
        struct point p = { .unit = "bar" };
        (void)snprintf(p.id, sizeof p.id, "p.%d", i);
        assert_int_equal(catalogue_add_point(c, &p, NULL), ERR_NONE);
    }
    assert_int_equal(catalogue_seal(c, &why), ERR_NONE);
    (void)catalogue_hold(c);
    assert_int_equal(board_new(&b, c, &why), ERR_NONE);
    for (uint32_t i = 0; i < POINTS; i++) {
        const struct reading r = reading_of(i);
        assert_int_equal(board_set(b, &r), ERR_NONE);
    }
    s = board_freeze(b, NOW);
    board_free(b);
    return s;
}

static void pages_come_back_as_they_were(void **state)
{
    struct catalogue c;
    struct snapshot *s = picture(&c);
    struct strbuf body;

    (void)state;
    strbuf_init(&body, PAGE_BYTES_MAX);
    for (size_t page = 0; page < 2; page++) {
        struct got g = { .count = 0 };
        strbuf_reset(&body);
        page_write(s, page, &body);
        assert_false(body.failed);
        assert_int_equal(page_read(body.text, body.len, take, &g), ERR_NONE);
        assert_int_equal(g.count, page == 0 ? SNAPSHOT_PAGE : POINTS - SNAPSHOT_PAGE);
        for (size_t i = 0; i < g.count; i++) {
            size_t p = page * SNAPSHOT_PAGE + i;
            const struct reading was = reading_of((uint32_t)p);
            assert_true(g.keys[i] == c.points[p].key);
            assert_true(g.readings[i].at.ms == was.at.ms);
            assert_true(reading_same_value(&g.readings[i], &was));
        }
    }
    strbuf_clear(&body);
    snapshot_drop(s);
    catalogue_clear(&c);
}

static void damage_is_seen_or_harmless(void **state)
{
    struct catalogue c;
    struct snapshot *s = picture(&c);
    struct strbuf body;
    struct got g = { .count = 0 };
    char *copy;

    (void)state;
    strbuf_init(&body, PAGE_BYTES_MAX);
    page_write(s, 0, &body);
    assert_int_equal(page_read("", 0, take, &g), ERR_NONE);
    for (size_t len = 1; len < body.len; len++) { /* on the heap: a read beyond its end is found */
        copy = malloc(len);
        memcpy(copy, body.text, len);
        g.count = 0;
        assert_int_equal(page_read(copy, len, take, &g), ERR_RANGE);
        free(copy);
    }
    for (size_t i = 0; i < body.len * 8; i++) {
        copy = malloc(body.len);
        memcpy(copy, body.text, body.len);
        copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
        g.count = 0;
        if (page_read(copy, body.len, take, &g) == ERR_NONE) /* take() looks: sound readings only */
            assert_true(g.count <= SNAPSHOT_PAGE);
        free(copy);
    }
    body.text[0] = 2;
    g.count = 0;
    assert_int_equal(page_read(body.text, body.len, take, &g), ERR_RANGE);
    assert_int_equal(g.count, 0);
    strbuf_clear(&body);
    snapshot_drop(s);
    catalogue_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_come_back_as_they_were),
        cmocka_unit_test(damage_is_seen_or_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
