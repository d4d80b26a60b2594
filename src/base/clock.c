#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

struct steady {
    _Atomic int64_t offset_ms; /* wall - monotonic */
    atomic_bool synchronised;
};

static int64_t read_ms(clockid_t id)
{
    struct timespec t;

    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct mono mono_read(void)
{
    return (struct mono){ read_ms(CLOCK_MONOTONIC) };
}

struct wall wall_read(void)
{
    return (struct wall){ read_ms(CLOCK_REALTIME) };
}

static bool kernel_synchronised(void)
{
    struct timex t = { .modes = 0 };

    return adjtimex(&t) != TIME_ERROR && (t.status & STA_UNSYNC) == 0;
}

enum err steady_new(struct steady **out, struct fault *why)
{
    struct steady *s = malloc(sizeof *s);

    if (s == NULL)
        return fault_set(why, ERR_MEMORY, "clock: no memory");
    atomic_init(&s->offset_ms, wall_read().ms - mono_read().ms);
    atomic_init(&s->synchronised, kernel_synchronised());
    *out = s;
    return ERR_NONE;
}

void steady_free(struct steady *s)
{
    free(s);
}

static struct now steady_read(void *self)
{
    struct steady *s = self;
    struct mono mono = mono_read();

    return (struct now){ mono, { mono.ms + atomic_load(&s->offset_ms) } };
}

struct clock steady_clock(struct steady *s)
{
    return (struct clock){ steady_read, s };
}

int64_t steady_step_ms(int64_t offset_ms, struct mono mono, struct wall wall, bool synchronised)
{
    int64_t step = wall.ms - mono.ms - offset_ms;

    if (!synchronised || (step > -CLOCK_SECOND_MS && step < CLOCK_SECOND_MS))
        return 0;
    return step;
}

int64_t steady_adopt(struct steady *s)
{
    bool synchronised = kernel_synchronised();
    int64_t step = steady_step_ms(atomic_load(&s->offset_ms), mono_read(), wall_read(), synchronised);

    atomic_store(&s->synchronised, synchronised);
    if (step != 0)
        atomic_fetch_add(&s->offset_ms, step);
    return step;
}

bool steady_synchronised(const struct steady *s)
{
    return atomic_load(&s->synchronised);
}

/* ---- civil dates, by the day count of the proleptic Gregorian calendar ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t days_of(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void date_of(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

static const int64_t FIRST_MS = -62135596800000; /* 0001-01-01T00:00:00Z */
static const int64_t LAST_MS = 253402300799999;  /* 9999-12-31T23:59:59.999Z */

static void print(int64_t ms, const char *zone, char out[CLOCK_TEXT_MAX])
{
    int year, month, day;

    ms = ms < FIRST_MS ? FIRST_MS : ms > LAST_MS ? LAST_MS : ms;
    int64_t days = floor_div(ms, CLOCK_DAY_MS);
    int rest = (int)(ms - days * CLOCK_DAY_MS);
    date_of(days, &year, &month, &day);
    /* the remainders change nothing; they tell the compiler how wide each field is */
    (void)snprintf(out, CLOCK_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02u.%03u%s", (unsigned)year % 10000u,
                   (unsigned)month % 100u, (unsigned)day % 100u, (unsigned)(rest / CLOCK_HOUR_MS) % 100u,
                   (unsigned)(rest / CLOCK_MINUTE_MS) % 60u, (unsigned)(rest / 1000) % 60u,
                   (unsigned)rest % 1000u, zone);
}

void wall_text(struct wall at, char out[CLOCK_TEXT_MAX])
{
    int64_t ms = at.ms > LAST_MS - CLOCK_LOCAL_OFFSET_MS ? LAST_MS : at.ms + CLOCK_LOCAL_OFFSET_MS;

    print(ms, "+07:00", out);
}

void wall_text_utc(struct wall at, char out[CLOCK_TEXT_MAX])
{
    print(at.ms, "Z", out);
}

static bool digits(const char **p, int n, int *out)
{
    int v = 0;

    for (int i = 0; i < n; i++) {
        char c = (*p)[i];
        if (c < '0' || c > '9')
            return false;
        v = v * 10 + (c - '0');
    }
    *p += n;
    *out = v;
    return true;
}

static bool literal(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

/* Digits after the point, to whole milliseconds; further digits are cut. */
static bool fraction(const char **p, int *ms)
{
    int scale = 100;

    *ms = 0;
    if (**p != '.')
        return true;
    (*p)++;
    if (**p < '0' || **p > '9')
        return false;
    for (; **p >= '0' && **p <= '9'; (*p)++) {
        *ms += (**p - '0') * scale;
        scale /= 10;
    }
    return true;
}

static bool zone(const char **p, int *minutes)
{
    int h, m, sign = **p == '-' ? -1 : 1;

    *minutes = 0;
    if (literal(p, 'Z') || literal(p, 'z'))
        return true;
    if (**p != '+' && **p != '-')
        return false;
    (*p)++;
    if (!digits(p, 2, &h) || !literal(p, ':') || !digits(p, 2, &m) || h > 23 || m > 59)
        return false;
    *minutes = sign * (h * 60 + m);
    return true;
}

static int month_days(int year, int month)
{
    static const int DAYS[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return DAYS[month - 1] + (month == 2 && leap);
}

enum err wall_parse(const char *p, struct wall *out)
{
    int y, mo, d, h, mi, s, ms, off;

    if (!digits(&p, 4, &y) || !literal(&p, '-') || !digits(&p, 2, &mo) || !literal(&p, '-') ||
        !digits(&p, 2, &d))
        return ERR_RANGE;
    if (!literal(&p, 'T') && !literal(&p, 't') && !literal(&p, ' '))
        return ERR_RANGE;
    if (!digits(&p, 2, &h) || !literal(&p, ':') || !digits(&p, 2, &mi) || !literal(&p, ':') ||
        !digits(&p, 2, &s))
        return ERR_RANGE;
    if (!fraction(&p, &ms) || !zone(&p, &off) || *p != '\0')
        return ERR_RANGE;
    if (y < 1 || mo < 1 || mo > 12 || d < 1 || d > month_days(y, mo) || h > 23 || mi > 59 || s > 60)
        return ERR_RANGE;
    out->ms = days_of(y, mo, d) * CLOCK_DAY_MS +
              (((int64_t)h * 60 + mi - off) * 60 + (s == 60 ? 59 : s)) * 1000 + (s == 60 ? 999 : ms);
    return ERR_NONE;
}

static int64_t local_days(struct wall at)
{
    return floor_div(at.ms + CLOCK_LOCAL_OFFSET_MS, CLOCK_DAY_MS);
}

struct wall wall_local_midnight(struct wall at)
{
    return (struct wall){ local_days(at) * CLOCK_DAY_MS - CLOCK_LOCAL_OFFSET_MS };
}

void wall_local_date(struct wall at, int *year, int *month, int *day)
{
    date_of(local_days(at), year, month, day);
}
