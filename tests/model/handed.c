/* A step as it travels to another node: the same bytes back, and nothing else is one. */
#include "model/handed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct handed_step STEP = { .act = { .kind = STEP_SPLIT,
                                                  .source = CLOCK_PAPER,
                                                  .class = CLASS_SAFETY,
                                                  .controllability = BEYOND_CONTROL,
                                                  .large = LARGE_SAID_NO,
                                                  .duty = DUTY_WRITTEN_RECORD,
                                                  .drill = true,
                                                  .code = 513,
                                                  .member_count = 2,
                                                  .incident = 1024,
                                                  .member = INT64_MAX,
                                                  .other = 7,
                                                  .claimed = { 1795000000123 },
                                                  .impact = { .people = UINT32_MAX,
                                                              .connections = 2,
                                                              .hospitals = 3,
                                                              .schools = UINT16_MAX,
                                                              .high_rises = 5,
                                                              .expected_min = 6,
                                                              .wide = true,
                                                              .partner = true },
                                                  .key = "ca-1-0014",
                                                  .who = "lan",
                                                  .note = "đã đóng van",
                                                  .site = "nmn",
                                                  .zone = "tan-phong",
                                                  .members = { 11, 12 } },
                                         .count_reach = true };

static void written(const struct handed_step *h, struct strbuf *b)
{
    strbuf_init(b, HANDED_BYTES_MAX);
    handed_write(b, h);
    assert_false(b->failed);
}

static void a_step_comes_back_as_it_was(void **state)
{
    struct handed_step is = { .node = "" };
    struct strbuf b, again;

    (void)state;
    written(&STEP, &b);
    assert_int_equal(handed_read(b.text, b.len, &is), ERR_NONE);
    written(&is, &again);
    assert_int_equal(again.len, b.len);
    assert_memory_equal(again.text, b.text, b.len);
    assert_int_equal(is.act.impact.people, UINT32_MAX);
    assert_true(is.act.impact.wide && is.act.impact.partner && !is.act.impact.rural && is.act.drill);
    assert_true(is.count_reach);
    assert_string_equal(is.act.note, "đã đóng van");
    assert_true(is.act.members[1] == 12 && is.act.claimed.ms == 1795000000123);
    strbuf_clear(&b);
    strbuf_clear(&again);
}

static void the_fullest_step_has_room(void **state)
{
    struct handed_step full = STEP, is;
    struct strbuf b;

    (void)state;
    memset(full.act.key, 'k', sizeof full.act.key - 1);
    memset(full.act.who, 'w', sizeof full.act.who - 1);
    memset(full.act.note, 'n', sizeof full.act.note - 1);
    memset(full.act.site, 's', sizeof full.act.site - 1);
    memset(full.act.zone, 'z', sizeof full.act.zone - 1);
    full.act.member_count = INCIDENT_MEMBERS_MAX;
    written(&full, &b);
    assert_int_equal(handed_read(b.text, b.len, &is), ERR_NONE);
    strbuf_clear(&b);
}

static void what_is_cut_or_longer_is_none(void **state)
{
    struct handed_step is;
    struct strbuf b;

    (void)state;
    written(&STEP, &b);
    for (size_t n = 0; n < b.len; n++)
        assert_int_not_equal(handed_read(b.text, n, &is), ERR_NONE);
    strbuf_putc(&b, 0);
    assert_int_equal(handed_read(b.text, b.len, &is), ERR_RANGE);
    strbuf_clear(&b);
}

static void a_call_a_later_version_and_what_means_nothing_are_none(void **state)
{
    struct handed_step bad = STEP, is;
    struct strbuf b;

    (void)state;
    bad.act.kind = STEP_CALL;
    written(&bad, &b);
    assert_int_equal(handed_read(b.text, b.len, &is), ERR_RANGE);
    b.text[1] = (char)STEP_COUNT;
    assert_int_equal(handed_read(b.text, b.len, &is), ERR_RANGE);
    b.text[0]++;
    assert_int_equal(handed_read(b.text, b.len, &is), ERR_STATE);
    strbuf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_comes_back_as_it_was),
        cmocka_unit_test(the_fullest_step_has_room),
        cmocka_unit_test(what_is_cut_or_longer_is_none),
        cmocka_unit_test(a_call_a_later_version_and_what_means_nothing_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
