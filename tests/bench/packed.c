/* What packed days take, in bytes per reading with time, quality, row and index, beside the raw rows of the
 * same readings, and what it costs to pack them and to read an hour of them.
 *
 *   bench_packed [readings]        of each kind, about; needs the fixture `postgres` */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

static struct pgtest T;
static unsigned READINGS = 100000;

/* Every kind has a month of its own.  j: up to 6 ms late, as a poll is. */
static const struct kind {
    const char *what, *values, *from;
    double aim; /* bytes per reading; 0: none */
} KINDS[] = {
    { "steady value, each 5 s", "7.2", "generate_series(0, 17279) AS i", 4 },
    { "flow, one decimal, each 5 s", "round((50 + 10 * sin(i / 500.0) + random())::numeric, 1)::float8",
      "generate_series(0, 17279) AS i", 7 },
    { "counter, each 5 s", "1234567 + i * 3 + floor(random() * 4)", "generate_series(0, 17279) AS i", 7 },
    { "32-bit float, each 5 s", "(50 + 10 * sin(i / 500.0) + random())::float4::float8",
      "generate_series(0, 17279) AS i", 7 },
    { "flow by exception, one poll in five",
      "round((50 + 10 * sin(i / 500.0) + random())::numeric, 1)::float8",
      "generate_series(0, 17279) AS i WHERE random() < 0.2", 7 },
    { "steady value, each 5 min", "4.5", "generate_series(0, 17279, 60) AS i", 4 },
    { "steady value, heartbeat each hour", "4.5", "generate_series(0, 17279, 720) AS i", 0 },
    { "64-bit float without a last digit, each 5 s", "50 + 10 * sin(i / 500.0) + random()",
      "generate_series(0, 17279) AS i", 0 },
};

static const char *owner(const char *format, ...) __attribute__((format(printf, 1, 2)));

static const char *owner(const char *format, ...)
{
    char sql[2048];
    va_list args;
    const char *answer;

    va_start(args, format);
    (void)vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    answer = pgtest_ask(&T, PGTEST_OWNER, sql);
    if (answer[0] == '!')
        fail_msg("%s: %s", sql, answer);
    return answer;
}

static double number(const char *text)
{
    return strtod(text, NULL);
}

static double seconds_since(struct mono began)
{
    return (double)(mono_read().ms - began.ms + 1) / 1000.0;
}

/* So many points that sparse kinds have as many readings. */
static void fill(const struct kind *k, const char *day)
{
    (void)owner("SELECT capnuoc.make_reading_day('%s')", day);
    (void)owner(
        "INSERT INTO capnuoc.reading SELECT point, capnuoc.local_midnight('%s') + (i * 5000 + "
        "(random() * 6)::int) * interval '1 ms', %s, 2, 0 FROM generate_series(1, 1 + %u / (SELECT count(*) "
        "FROM %s)) AS point, %s",
        day, k->values, READINGS, k->from, k->from);
}

/* Best of five: an hour in the middle of the day. */
static double hour_ms(const char *day)
{
    double best = 1e9;

    for (int i = 0; i < 5; i++) {
        double ms =
            number(owner("WITH began AS MATERIALIZED (SELECT clock_timestamp() AS t), n AS MATERIALIZED ("
                         "SELECT count(value) FROM began, capnuoc.reading_all(1, '%s 12:00+07', "
                         "'%s 13:00+07') WHERE began.t IS NOT NULL) SELECT 1000 * extract(epoch FROM "
                         "clock_timestamp() - began.t) FROM began, n",
                         day, day));
        best = ms < best ? ms : best;
    }
    return best;
}

static double pack(const char *day)
{
    struct mono began = mono_read();

    while (owner("SELECT day FROM capnuoc.pack_step(('%s'::date + 1), NULL, NULL, 20000)", day)[0] != '\0')
        ;
    return seconds_since(began);
}

static void packed_days_are_small(void **state)
{
    (void)state;
    (void)printf("| readings | raw | packed | hour raw | hour packed | packed a second |\n");
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        const struct kind *k = &KINDS[i];
        char day[16];
        double n, raw, packed, raw_ms, seconds;

        (void)snprintf(day, sizeof day, "2026-%02zu-10", i + 1);
        fill(k, day);
        n = number(owner("SELECT count(*) FROM capnuoc.reading"));
        raw = number(owner("SELECT pg_total_relation_size('capnuoc.reading_2026%02zu10')", i + 1));
        raw_ms = hour_ms(day);
        seconds = pack(day);
        assert_string_equal(owner("SELECT capnuoc.drop_empty_day('2026-12-31')"), day);
        packed = number(owner("SELECT pg_total_relation_size('capnuoc.packed_2026%02zu')", i + 1));
        (void)printf("| %s | %.1f | %.2f | %.1f ms | %.1f ms | %.0f |\n", k->what, raw / n, packed / n,
                     raw_ms, hour_ms(day), n / seconds);
        if (k->aim > 0)
            assert_true(packed / n <= k->aim);
    }
}

static int up(void **state)
{
    (void)state;
    pgtest_make(&T, true);
    return 0;
}

static int down(void **state)
{
    (void)state;
    pgtest_drop(&T);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(packed_days_are_small) };

    if (argc > 1)
        READINGS = (unsigned)strtoul(argv[1], NULL, 10);
    if (!pgtest_find(&T, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, up, down);
}
