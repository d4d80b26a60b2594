#include "incident/roster.h"

#include <string.h>

enum { DAY_MIN = 24 * 60, WEEK_DAYS = 7 };

/* ---- days ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    return a - floor_div(a, b) * b;
}

static int64_t local_minute(struct wall at)
{
    return floor_div(at.ms + CLOCK_LOCAL_OFFSET_MS, CLOCK_MINUTE_MS);
}

/* Monday is 0; 1970-01-01 was a Thursday. */
static unsigned week_day(int64_t day)
{
    return (unsigned)floor_mod(day + 3, WEEK_DAYS);
}

static int64_t week_of(int64_t day)
{
    return floor_div(day + 3, WEEK_DAYS);
}

static bool is_holiday(const struct rosters *all, int64_t day)
{
    for (size_t i = 0; i < all->holiday_count; i++)
        if (day >= all->holidays[i].from_day && day <= all->holidays[i].to_day)
            return true;
    return false;
}

static bool has_holiday_shifts(const struct roster *r)
{
    for (size_t i = 0; i < r->shift_count; i++)
        if ((r->shifts[i].days >> SHIFT_HOLIDAY & 1) != 0)
            return true;
    return false;
}

/* ---- a shift ---- */

/* On holidays a roster that has shifts for them has no others. */
static bool begins_on(const struct roster *r, const struct rosters *all, const struct roster_shift *s,
                      int64_t day)
{
    unsigned kind = week_day(day);

    if (is_holiday(all, day) && has_holiday_shifts(r))
        kind = SHIFT_HOLIDAY;
    if ((s->days >> kind & 1) == 0)
        return false;
    if (s->week == 0 || r->weeks <= 1)
        return true;
    return floor_mod(week_of(day) - week_of(r->since_day), r->weeks) == s->week - 1;
}

static bool covers(const struct roster_shift *s, int64_t day, int64_t minute)
{
    int64_t from = day * DAY_MIN + s->from_min;
    int64_t to = day * DAY_MIN + s->to_min + (s->to_min <= s->from_min ? DAY_MIN : 0);

    return minute >= from && minute < to;
}

/* ---- people ---- */

static const struct stand_in *away(const struct roster *r, uint8_t who, int64_t day)
{
    for (size_t i = 0; i < r->stand_in_count; i++)
        if (r->stand_ins[i].who == who && day >= r->stand_ins[i].from_day && day <= r->stand_ins[i].to_day)
            return &r->stand_ins[i];
    return NULL;
}

/* Who stands in may be away as well; who stands in for each other leaves nobody. */
static uint8_t present(const struct roster *r, uint8_t who, int64_t day)
{
    for (size_t n = 0; n <= r->stand_in_count; n++) {
        const struct stand_in *s = who == NO_CONTACT ? NULL : away(r, who, day);
        if (s == NULL)
            return who;
        who = s->by;
    }
    return NO_CONTACT;
}

static void add(struct on_duty *d, uint8_t who, uint8_t planned)
{
    if (who == NO_CONTACT || d->count == ON_DUTY_MAX || memchr(d->people, who, d->count) != NULL)
        return;
    d->planned[d->count] = planned;
    d->people[d->count++] = who;
}

static void add_shift(struct on_duty *d, const struct roster *r, const struct roster_shift *s, int64_t day)
{
    for (size_t k = 0; k < s->count; k++)
        add(d, present(r, s->people[k], day), s->people[k]);
    if (d->leader == NO_CONTACT && s->leader != NO_CONTACT)
        d->leader = present(r, s->leader, day);
}

struct on_duty roster_on_duty(const struct roster *r, const struct rosters *all, struct wall at)
{
    int64_t minute = local_minute(at), today = floor_div(minute, DAY_MIN);
    struct on_duty d = { .leader = NO_CONTACT };

    for (int64_t day = today - 1; day <= today; day++)
        for (size_t i = 0; i < r->shift_count; i++)
            if (begins_on(r, all, &r->shifts[i], day) && covers(&r->shifts[i], day, minute))
                add_shift(&d, r, &r->shifts[i], day);
    if (d.leader == NO_CONTACT)
        d.leader = present(r, r->leader, today);
    if (d.leader == NO_CONTACT)
        d.leader = r->leader; /* away, but there is nobody else */
    d.gap = d.count == 0;
    if (d.gap)
        add(&d, d.leader, d.leader);
    return d;
}

/* ---- gaps ---- */

/* Minutes of a day at which anything may change. */
static void mark_changes(const struct roster *r, bool changes[DAY_MIN])
{
    memset(changes, 0, DAY_MIN * sizeof *changes);
    changes[0] = true;
    for (size_t i = 0; i < r->shift_count; i++) {
        changes[r->shifts[i].from_min % DAY_MIN] = true;
        changes[r->shifts[i].to_min % DAY_MIN] = true;
    }
}

static struct wall at_minute(int64_t minute)
{
    return (struct wall){ minute * CLOCK_MINUTE_MS - CLOCK_LOCAL_OFFSET_MS };
}

static bool same_people(const struct on_duty *a, const struct on_duty *b)
{
    return a->count == b->count && a->leader == b->leader && a->gap == b->gap &&
           memcmp(a->people, b->people, a->count) == 0;
}

struct wall roster_changes(const struct roster *r, const struct rosters *all, struct wall at,
                           struct wall until)
{
    const struct on_duty now = roster_on_duty(r, all, at);
    int64_t end = local_minute(until);
    bool changes[DAY_MIN];

    mark_changes(r, changes);
    for (int64_t m = local_minute(at) + 1; m < end; m++) {
        struct on_duty then;
        if (!changes[floor_mod(m, DAY_MIN)])
            continue;
        then = roster_on_duty(r, all, at_minute(m));
        if (!same_people(&now, &then))
            return at_minute(m);
    }
    return (struct wall){ 0 };
}

bool roster_gap(const struct roster *r, const struct rosters *all, struct wall from, struct wall until,
                struct roster_gap *out)
{
    int64_t first = local_minute(from), end = local_minute(until);
    bool changes[DAY_MIN], found = false;

    mark_changes(r, changes);
    for (int64_t m = first; m < end; m++) {
        bool gap;
        if (m != first && !changes[floor_mod(m, DAY_MIN)])
            continue;
        gap = roster_on_duty(r, all, at_minute(m)).gap;
        if (gap && !found)
            out->from = at_minute(m);
        if (!gap && found) {
            out->to = at_minute(m);
            return true;
        }
        found = found || gap;
    }
    out->to = at_minute(end);
    return found;
}
