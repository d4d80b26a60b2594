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

/* who NO_CONTACT: of whoever is on duty. */
static const struct cover *covered(const struct roster *r, uint8_t who, struct wall at)
{
    for (size_t i = r->cover_count; i-- > 0;)
        if (r->covers[i].who == who && at.ms >= r->covers[i].from.ms && at.ms < r->covers[i].until.ms)
            return &r->covers[i];
    return NULL;
}

struct comes {
    uint8_t who;
    uint64_t cover; /* 0: by none */
};

/* Who stands in may be away as well; who stands in for each other leaves nobody. */
static struct comes present(const struct roster *r, uint8_t who, int64_t day, struct wall at)
{
    struct comes c = { who, 0 };

    for (size_t n = 0; n <= r->stand_in_count + r->cover_count; n++) {
        const struct cover *cover = c.who == NO_CONTACT ? NULL : covered(r, c.who, at);
        const struct stand_in *s = c.who == NO_CONTACT ? NULL : away(r, c.who, day);
        if (cover != NULL)
            c = (struct comes){ cover->by, cover->stopgap };
        else if (s != NULL)
            c.who = s->by;
        else
            return c;
    }
    return (struct comes){ NO_CONTACT, c.cover };
}

static void add(struct on_duty *d, struct comes c, uint8_t planned)
{
    if (c.who == NO_CONTACT || d->count == ON_DUTY_MAX || memchr(d->people, c.who, d->count) != NULL)
        return;
    d->planned[d->count] = planned;
    d->covers[d->count] = c.cover;
    d->people[d->count++] = c.who;
}

static void lead(struct on_duty *d, struct comes c)
{
    d->leader = c.who;
    d->leader_cover = c.who == NO_CONTACT ? 0 : c.cover;
}

/* Away, but there is nobody else: itself. */
static void stand_behind(struct on_duty *d, const struct roster *r, int64_t today, struct wall at)
{
    const struct comes c = present(r, r->authority, today, at);

    d->authority = c.who == NO_CONTACT ? r->authority : c.who;
    d->authority_cover = c.who == NO_CONTACT ? 0 : c.cover;
}

static void add_shift(struct on_duty *d, const struct roster *r, const struct roster_shift *s, int64_t day,
                      struct wall at)
{
    for (size_t k = 0; k < s->count; k++)
        add(d, present(r, s->people[k], day, at), s->people[k]);
    if (d->leader == NO_CONTACT && s->leader != NO_CONTACT)
        lead(d, present(r, s->leader, day, at));
}

/* Somebody comes instead of whoever is on duty, also where nobody is. */
static void take_over(struct on_duty *d, const struct roster *r, const struct cover *whole, int64_t today,
                      struct wall at)
{
    struct comes c = present(r, whole->by, today, at);
    uint8_t planned = d->count == 0 ? NO_CONTACT : d->planned[0];

    d->count = 0;
    if (c.cover == 0)
        c.cover = whole->stopgap;
    add(d, c, planned);
}

struct on_duty roster_on_duty(const struct roster *r, const struct rosters *all, struct wall at)
{
    int64_t minute = local_minute(at), today = floor_div(minute, DAY_MIN);
    const struct cover *whole = covered(r, NO_CONTACT, at);
    struct on_duty d = { .leader = NO_CONTACT };

    for (int64_t day = today - 1; day <= today; day++)
        for (size_t i = 0; i < r->shift_count; i++)
            if (begins_on(r, all, &r->shifts[i], day) && covers(&r->shifts[i], day, minute))
                add_shift(&d, r, &r->shifts[i], day, at);
    if (whole != NULL)
        take_over(&d, r, whole, today, at);
    if (d.leader == NO_CONTACT)
        lead(&d, present(r, r->leader, today, at));
    if (d.leader == NO_CONTACT)
        d.leader = r->leader; /* away, but there is nobody else */
    stand_behind(&d, r, today, at);
    d.gap = d.count == 0;
    if (d.gap)
        add(&d, (struct comes){ d.leader, d.leader_cover }, d.leader);
    return d;
}

bool roster_has(const struct roster *r, uint8_t who)
{
    if (r->leader == who || r->authority == who)
        return true;
    for (size_t k = 0; k < r->shift_count; k++)
        if (r->shifts[k].leader == who || memchr(r->shifts[k].people, who, r->shifts[k].count) != NULL)
            return true;
    for (size_t k = 0; k < r->stand_in_count; k++)
        if (r->stand_ins[k].by == who)
            return true;
    return false;
}

bool roster_may_have(const struct roster *r, uint8_t who, struct wall from, struct wall until)
{
    bool may = roster_has(r, who);

    for (size_t k = 0; k < r->cover_count && !may; k++)
        may = r->covers[k].by == who && !r->covers[k].over && r->covers[k].from.ms < until.ms &&
              r->covers[k].until.ms > from.ms;
    return may;
}

/* ---- gaps ---- */

static unsigned minute_of_day(struct wall at)
{
    return (unsigned)floor_mod(local_minute(at), DAY_MIN);
}

/* Minutes of a day at which anything may change. */
static void mark_changes(const struct roster *r, bool changes[DAY_MIN])
{
    memset(changes, 0, DAY_MIN * sizeof *changes);
    changes[0] = true;
    for (size_t i = 0; i < r->shift_count; i++) {
        changes[r->shifts[i].from_min % DAY_MIN] = true;
        changes[r->shifts[i].to_min % DAY_MIN] = true;
    }
    for (size_t i = 0; i < r->cover_count; i++) {
        changes[minute_of_day(r->covers[i].from)] = true;
        changes[minute_of_day(r->covers[i].until)] = true;
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

/* And by the same right. */
static bool same_places(const struct on_duty *a, const struct on_duty *b)
{
    return same_people(a, b) && a->leader_cover == b->leader_cover &&
           memcmp(a->planned, b->planned, a->count) == 0 &&
           memcmp(a->covers, b->covers, a->count * sizeof *a->covers) == 0;
}

/* .ms 0: it stays the same until then. */
static struct wall next_change(const struct roster *r, const struct rosters *all, const struct on_duty *now,
                               struct wall at, struct wall until,
                               bool (*same)(const struct on_duty *a, const struct on_duty *b))
{
    int64_t end = local_minute(until);
    bool changes[DAY_MIN];

    mark_changes(r, changes);
    for (int64_t m = local_minute(at) + 1; m < end; m++) {
        struct on_duty then;
        if (!changes[floor_mod(m, DAY_MIN)])
            continue;
        then = roster_on_duty(r, all, at_minute(m));
        if (!same(now, &then))
            return at_minute(m);
    }
    return (struct wall){ 0 };
}

struct wall roster_changes(const struct roster *r, const struct rosters *all, struct wall at,
                           struct wall until)
{
    const struct on_duty now = roster_on_duty(r, all, at);

    return next_change(r, all, &now, at, until, same_people);
}

struct roster_turn roster_turn(const struct roster *r, const struct rosters *all, struct wall from,
                               struct wall until)
{
    struct roster_turn t = { from, until, roster_on_duty(r, all, from) };
    struct wall next = next_change(r, all, &t.on, from, until, same_places);

    if (next.ms != 0)
        t.to = next;
    return t;
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
