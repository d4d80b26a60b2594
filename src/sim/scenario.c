#include "scenario.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/strbuf.h"

#define LEAST_BAR     0.3 /* below, a burst has no rate to be told by */
#define STAGNANT_S    900.0
#define CHLORINE_SEEN 0.01
#define LPS_IN_M3H    3.6

enum { TRUTH_LINE_MAX = 1024 };

/* ---- where the hands go ---- */

static struct zone *zone_of(const struct scenario_world *w, unsigned zone)
{
    return zone < ZONE_COUNT ? &w->water->zones[zone] : &w->works[zone - ZONE_COUNT].zone;
}

/* What flowed out of this hole in the second that has passed. */
static double lost_m3(const struct scenario_world *w, const struct scenario *s)
{
    const struct zone *z = zone_of(w, s->zone);
    double holes_m3h = 0.0;

    for (size_t i = 0; i < ZONE_BURSTS; i++)
        holes_m3h += z->bursts[i].m3h;
    return holes_m3h > 0 ? z->burst_m3h * s->hole_m3h / holes_m3h / 3600.0 : 0.0;
}

static double washing_left_s(const struct scenario_world *w, const struct scenario *s)
{
    if (s->site->works != PLACES_TOWN)
        return w->works[s->site->works].washing_left_s[s->filter];
    return s->filter == 0 ? w->water->washing_left_s : w->city->filters[s->filter].washing_left_s;
}

/* ---- beginning: what can be refused, and what is fixed then ---- */

static enum err begin_burst(struct scenarios *all, const struct scenario_world *w, struct scenario *s,
                            struct fault *why)
{
    const char *name = places_zone(s->zone)->name;
    unsigned others = 0;

    for (size_t i = 0; i < all->count; i++)
        others += all->list[i].runs && all->list[i].kind == SCENARIO_BURST && all->list[i].zone == s->zone;
    if (others >= ZONE_BURSTS)
        return fault_set(why, ERR_FULL, "%s has %d bursts already", name, ZONE_BURSTS);
    s->bar = zone_of(w, s->zone)->in_bar;
    if (s->bar < LEAST_BAR)
        return fault_set(why, ERR_STATE, "%s has no pressure now (%.2f bar): nothing would flow", name,
                         s->bar);
    s->hole_m3h = s->amount * LPS_IN_M3H / sqrt(s->bar);
    if (s->place < 0)
        s->place = 0.05 + 0.9 * noise_unit(&all->chance);
    return ERR_NONE;
}

static enum err begin_backwash(struct scenarios *all, const struct scenario_world *w, struct scenario *s,
                               struct fault *why)
{
    bool begun;

    (void)all;
    if (s->site->works != PLACES_TOWN)
        begun = works_wash(&w->works[s->site->works], s->filter);
    else if (s->filter == 0)
        begun = physics_wash(w->water);
    else
        begun = city_wash(w->city, s->filter);
    if (begun)
        return ERR_NONE;
    return fault_set(why, ERR_STATE,
                     "filter %u of %s cannot be washed now: one is being washed, or the wash water is short",
                     s->filter + 1, s->site->name);
}

static enum err begin_exchange(struct scenarios *all, const struct scenario_world *w, struct scenario *s,
                               struct fault *why)
{
    (void)all;
    (void)why;
    s->held[0] = w->meters_m3[s->meter];
    w->meters_m3[s->meter] = s->amount;
    return ERR_NONE;
}

/* ---- what follows, every second ---- */

static void act_burst(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    struct zone *z = zone_of(w, s->zone);
    size_t i = 0;

    (void)all;
    while (i + 1 < ZONE_BURSTS && z->bursts[i].m3h > 0)
        i++;
    z->bursts[i] = (struct burst){ s->hole_m3h, s->place };
}

/* Two of them add up. */
static void act_demand(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    (void)all;
    for (unsigned zone = 0; zone < PLACES_ZONES; zone++)
        if (zone == s->zone || s->zone == PLACES_ZONES)
            zone_of(w, zone)->more += s->amount - 1.0;
}

static void act_shut(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    (void)all;
    zone_of(w, s->zone)->shut = true;
}

static void act_pump_trip(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    (void)all;
    switch (s->pump->kind) {
    case PLACE_RAW_PUMP: w->water->trouble.raw_tripped[s->pump->number] = true; return;
    case PLACE_BOOSTER: w->water->trouble.booster_tripped[s->pump->number] = true; return;
    case PLACE_WORKS_PUMP: w->works[s->pump->works].trouble.tripped[s->pump->number] = true; return;
    }
}

static void act_mains_failure(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    if (s->site->works != PLACES_TOWN)
        w->works[s->site->works].trouble.dark = true;
    else if (s->site->station)
        w->water->trouble.booster_dark = true;
    else
        w->water->trouble.plant_dark = true;
    all->effects.dark |= s->devices;
}

static void act_dosing_failure(struct scenarios *all, const struct scenario_world *w,
                               const struct scenario *s)
{
    (void)all;
    if (s->site->works != PLACES_TOWN)
        w->works[s->site->works].trouble.dosing_failed = true;
    else
        w->water->trouble.dosing_failed = true;
}

static void act_turbid(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    double *storm = s->site->works != PLACES_TOWN ? &w->works[s->site->works].trouble.storm_ntu
                                                  : &w->water->trouble.storm_ntu;

    (void)all;
    if (s->amount > *storm)
        *storm = s->amount;
}

static void act_uncertain(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    (void)w;
    all->effects.uncertain |= s->devices;
}

static void act_bad(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    (void)w;
    all->effects.bad |= s->devices;
}

static void act_cached(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    (void)w;
    all->effects.cached_wires |= (uint8_t)(1u << s->wire);
}

static void act_dead_device(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    (void)w;
    all->effects.dead |= s->devices;
}

static void act_dead_gateway(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    (void)w;
    all->effects.silent_wires |= (uint8_t)(1u << s->wire);
}

static void act_slow_modem(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    (void)w;
    if (all->effects.late_ms[s->wire] < (uint32_t)s->amount)
        all->effects.late_ms[s->wire] = (uint32_t)s->amount;
}

/* Up first, then down, and again. */
static void act_flapping(struct scenarios *all, const struct scenario_world *w, const struct scenario *s)
{
    int64_t up_s = (int64_t)s->amount, down_s = (int64_t)s->other;

    if ((all->second - s->begins_s) % (up_s + down_s) >= up_s)
        act_dead_gateway(all, w, s);
}

/* ---- bent instruments ---- */

static void bend_drift(struct scenarios *all, struct scenario *s, double signals[SIGNAL_COUNT])
{
    double *x = &signals[s->signals[0]], was = *x;

    *x += s->amount * (double)(all->second - s->begins_s) / 3600.0;
    if (was >= 0 && *x < 0)
        *x = 0.0;
}

static void bend_frozen(struct scenarios *all, struct scenario *s, double signals[SIGNAL_COUNT])
{
    (void)all;
    for (unsigned i = 0; i < s->signal_count; i++) {
        if (!s->holds)
            s->held[i] = signals[s->signals[i]];
        signals[s->signals[i]] = s->held[i];
    }
    s->holds = true;
}

static void bend_clipped(struct scenarios *all, struct scenario *s, double signals[SIGNAL_COUNT])
{
    double *x = &signals[s->signals[0]];

    (void)all;
    if (*x > s->amount)
        *x = s->amount;
}

/* Water that stands in the flow cell loses its chlorine, the first of the analyser's inputs. */
static void bend_no_sample(struct scenarios *all, struct scenario *s, double signals[SIGNAL_COUNT])
{
    double *chlorine = &signals[s->signals[0]];

    bend_frozen(all, s, signals);
    *chlorine *= exp(-(double)(all->second - s->begins_s) / STAGNANT_S);
    if (*chlorine < CHLORINE_SEEN)
        *chlorine = 0.0;
}

/* ---- the table ---- */

static const struct kind {
    const char *name, *usage;
    enum err (*begin)(struct scenarios *all, const struct scenario_world *w, struct scenario *s,
                      struct fault *why);
    void (*act)(struct scenarios *all, const struct scenario_world *w, const struct scenario *s);
    void (*bend)(struct scenarios *all, struct scenario *s, double signals[SIGNAL_COUNT]);
} KINDS[SCENARIO_COUNT] = {
    [SCENARIO_BURST] = { "burst", "burst ZONE RATE [place PERCENT]", begin_burst, act_burst, NULL },
    [SCENARIO_DEMAND] = { "demand", "demand ZONE|all PERCENT", NULL, act_demand, NULL },
    [SCENARIO_SHUT] = { "shut", "shut ZONE", NULL, act_shut, NULL },
    [SCENARIO_PUMP_TRIP] = { "pump-trip", "pump-trip PUMP", NULL, act_pump_trip, NULL },
    [SCENARIO_MAINS_FAILURE] = { "mains-failure", "mains-failure SITE", NULL, act_mains_failure, NULL },
    [SCENARIO_DOSING_FAILURE] = { "dosing-failure", "dosing-failure SITE", NULL, act_dosing_failure, NULL },
    [SCENARIO_TURBID] = { "turbid", "turbid SITE NTU", NULL, act_turbid, NULL },
    [SCENARIO_DRIFT] = { "drift", "drift DEVICE SENSOR AMOUNT/h", NULL, NULL, bend_drift },
    [SCENARIO_FROZEN] = { "frozen", "frozen DEVICE SENSOR", NULL, NULL, bend_frozen },
    [SCENARIO_CLIPPED] = { "clipped", "clipped DEVICE SENSOR LIMIT", NULL, NULL, bend_clipped },
    [SCENARIO_CALIBRATION] = { "calibration", "calibration DEVICE", NULL, act_uncertain, bend_frozen },
    [SCENARIO_NO_SAMPLE] = { "no-sample", "no-sample DEVICE", NULL, act_bad, bend_no_sample },
    [SCENARIO_BACKWASH] = { "backwash", "backwash SITE FILTER", begin_backwash, NULL, NULL },
    [SCENARIO_METER_EXCHANGE] = { "meter-exchange", "meter-exchange DEVICE [M3]", begin_exchange, NULL,
                                  NULL },
    [SCENARIO_CACHED_GATEWAY] = { "cached-gateway", "cached-gateway WIRE", NULL, act_cached, NULL },
    [SCENARIO_DEAD_DEVICE] = { "dead-device", "dead-device DEVICE", NULL, act_dead_device, NULL },
    [SCENARIO_DEAD_GATEWAY] = { "dead-gateway", "dead-gateway WIRE", NULL, act_dead_gateway, NULL },
    [SCENARIO_SLOW_MODEM] = { "slow-modem", "slow-modem WIRE [MS]", NULL, act_slow_modem, NULL },
    [SCENARIO_FLAPPING] = { "flapping", "flapping WIRE [UP DOWN]", NULL, act_flapping, NULL },
};

const char *scenario_name(enum scenario_kind kind)
{
    return KINDS[kind].name;
}

const char *scenario_usage(enum scenario_kind kind)
{
    return KINDS[kind].usage;
}

/* ---- the truth ---- */

static void say_where(const struct scenario *s, struct strbuf *to)
{
    if (s->kind == SCENARIO_BURST)
        strbuf_printf(to,
                      ",\"zone\":\"%s\",\"rate_lps\":%.9g,\"pressure_bar\":%.9g,\"hole_m3h_at_1_bar\":%.9g,"
                      "\"place\":%.9g",
                      places_zone(s->zone)->name, s->amount, s->bar, s->hole_m3h, s->place);
    if (s->kind == SCENARIO_DEMAND || s->kind == SCENARIO_SHUT)
        strbuf_printf(to, ",\"zone\":\"%s\"", s->zone == PLACES_ZONES ? "all" : places_zone(s->zone)->name);
    if (s->kind == SCENARIO_DEMAND)
        strbuf_printf(to, ",\"percent\":%.9g", s->amount * 100.0);
    if (s->pump != NULL)
        strbuf_printf(to, ",\"pump\":\"%s\"", s->pump->name);
    if (s->site != NULL)
        strbuf_printf(to, ",\"site\":\"%s\"", s->site->name);
    if (s->kind == SCENARIO_BACKWASH)
        strbuf_printf(to, ",\"filter\":%u", s->filter + 1);
    if (s->kind == SCENARIO_TURBID)
        strbuf_printf(to, ",\"ntu_more\":%.9g", s->amount);
    if (s->kind == SCENARIO_DRIFT)
        strbuf_printf(to, ",\"per_hour\":%.9g", s->amount);
    if (s->kind == SCENARIO_CLIPPED)
        strbuf_printf(to, ",\"limit\":%.9g", s->amount);
    if (s->kind == SCENARIO_METER_EXCHANGE)
        strbuf_printf(to, ",\"old_m3\":%.9g,\"new_m3\":%.9g", s->held[0], s->amount);
    if (s->kind == SCENARIO_SLOW_MODEM)
        strbuf_printf(to, ",\"late_ms\":%.9g", s->amount);
    if (s->kind == SCENARIO_FLAPPING)
        strbuf_printf(to, ",\"up_s\":%.9g,\"down_s\":%.9g", s->amount, s->other);
}

/* `rest` is more JSON of this event, beginning with a comma. */
static void say(struct scenarios *all, const struct scenario_world *w, const struct scenario *s,
                const char *event, const char *rest)
{
    unsigned local_s = (unsigned)w->water->local_s;
    struct strbuf line;

    if (all->truth.say == NULL)
        return;
    strbuf_init(&line, TRUTH_LINE_MAX);
    strbuf_printf(&line, "{\"event\":\"%s\",\"second\":%lld,\"local\":\"%02u:%02u:%02u\"", event,
                  (long long)all->second, local_s / 3600, local_s / 60 % 60, local_s % 60);
    strbuf_printf(&line, ",\"name\":\"%s\",\"kind\":\"%s\",\"told\":\"%s\"", s->name, KINDS[s->kind].name,
                  s->text);
    if (s->lasts_s > 0)
        strbuf_printf(&line, ",\"lasts_s\":%lld", (long long)s->lasts_s);
    say_where(s, &line);
    strbuf_printf(&line, "%s}", rest);
    if (!line.failed)
        all->truth.say(all->truth.self, line.text);
    strbuf_clear(&line);
}

/* ---- one after the other ---- */

static enum err begin(struct scenarios *all, const struct scenario_world *w, struct scenario *s,
                      struct fault *why)
{
    enum err rc = KINDS[s->kind].begin != NULL ? KINDS[s->kind].begin(all, w, s, why) : ERR_NONE;

    if (rc != ERR_NONE)
        return rc;
    s->begins_s = all->second;
    s->runs = true;
    say(all, w, s, "start", "");
    return ERR_NONE;
}

static void finish(struct scenarios *all, const struct scenario_world *w, struct scenario *s, const char *why)
{
    char rest[128];
    size_t len = (size_t)snprintf(rest, sizeof rest, ",\"because\":\"%s\",\"lasted_s\":%lld", why,
                                  s->runs ? (long long)(all->second - s->begins_s) : 0);

    if (s->kind == SCENARIO_BURST)
        (void)snprintf(rest + len, sizeof rest - len, ",\"lost_m3\":%.9g", s->lost_m3);
    say(all, w, s, s->runs ? "end" : "cancel", rest);
    s->runs = false;
    s->over = true;
}

static void forget_over(struct scenarios *all)
{
    size_t kept = 0;

    for (size_t i = 0; i < all->count; i++)
        if (!all->list[i].over)
            all->list[kept++] = all->list[i];
    all->count = kept;
}

void scenarios_init(struct scenarios *all, uint64_t seed)
{
    *all = (struct scenarios){ .chance = noise_seeded(seed ^ 0x5CE4A210u) };
}

enum err scenarios_add(struct scenarios *all, const struct scenario_world *w, struct scenario told,
                       char name[SCENARIO_NAME_MAX], struct fault *why)
{
    struct scenario *s = &all->list[all->count];
    enum err rc = ERR_NONE;

    if (all->count == SCENARIOS_MAX)
        return fault_set(why, ERR_FULL, "%d scenarios run or wait already: end one first", SCENARIOS_MAX);
    *s = told;
    (void)snprintf(s->name, sizeof s->name, "%s-%u", KINDS[s->kind].name, all->told[s->kind] + 1);
    if (s->begins_s <= all->second)
        rc = begin(all, w, s, why);
    if (rc != ERR_NONE)
        return rc;
    all->told[s->kind]++;
    all->count++;
    (void)snprintf(name, SCENARIO_NAME_MAX, "%s", s->name);
    return ERR_NONE;
}

/* Which of the list `name` means: an index, `count` for none, or above it for more than one. */
static size_t meant(const struct scenarios *all, const char *name)
{
    size_t found = all->count;

    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].name, name) == 0)
            return i;
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(KINDS[all->list[i].kind].name, name) == 0)
            found = found == all->count ? i : all->count + 1;
    return found;
}

static void finish_all(struct scenarios *all, const struct scenario_world *w, const char *why)
{
    for (size_t i = 0; i < all->count; i++)
        finish(all, w, &all->list[i], why);
    forget_over(all);
}

void scenarios_stop(struct scenarios *all, const struct scenario_world *w)
{
    finish_all(all, w, "stop");
}

enum err scenarios_end(struct scenarios *all, const struct scenario_world *w, const char *name,
                       struct fault *why)
{
    size_t i = meant(all, name);

    if (strcmp(name, "all") == 0) {
        finish_all(all, w, "command");
        return ERR_NONE;
    }
    if (i == all->count)
        return fault_set(why, ERR_MISSING, "no scenario '%s' runs or waits", name);
    if (i > all->count)
        return fault_set(why, ERR_RANGE, "more than one %s runs or waits: name it as 'scenarios' lists it",
                         name);
    finish(all, w, &all->list[i], "command");
    forget_over(all);
    return ERR_NONE;
}

static bool is_done(const struct scenario_world *w, const struct scenario *s, int64_t second)
{
    if (s->kind == SCENARIO_BACKWASH)
        return washing_left_s(w, s) <= 0;
    if (s->kind == SCENARIO_METER_EXCHANGE)
        return true;
    return s->lasts_s > 0 && second >= s->begins_s + s->lasts_s;
}

static void go_on(struct scenarios *all, const struct scenario_world *w, struct scenario *s)
{
    struct fault why;
    char rest[sizeof why.text + 16];

    if (s->runs && s->kind == SCENARIO_BURST && all->second > s->begins_s)
        s->lost_m3 += lost_m3(w, s);
    if (!s->runs && s->begins_s <= all->second && begin(all, w, s, &why) != ERR_NONE) {
        (void)snprintf(rest, sizeof rest, ",\"because\":\"%s\"", why.text);
        say(all, w, s, "refused", rest);
        s->over = true;
    }
    if (s->runs && is_done(w, s, all->second))
        finish(all, w, s, "time");
}

static void calm(struct scenarios *all, const struct scenario_world *w)
{
    w->water->trouble = (struct physics_trouble){ 0 };
    for (unsigned i = 0; i < WORKS_COUNT; i++)
        w->works[i].trouble = (struct works_trouble){ 0 };
    for (unsigned i = 0; i < PLACES_ZONES; i++) {
        struct zone *z = zone_of(w, i);
        memset(z->bursts, 0, sizeof z->bursts);
        z->more = 0.0;
        z->shut = false;
    }
    all->effects = (struct scenario_effects){ 0 };
}

void scenarios_second(struct scenarios *all, const struct scenario_world *w)
{
    for (size_t i = 0; i < all->count; i++)
        go_on(all, w, &all->list[i]);
    forget_over(all);
    calm(all, w);
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].runs && KINDS[all->list[i].kind].act != NULL)
            KINDS[all->list[i].kind].act(all, w, &all->list[i]);
    all->second++;
}

void scenarios_bend(struct scenarios *all, double signals[SIGNAL_COUNT])
{
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].runs && KINDS[all->list[i].kind].bend != NULL)
            KINDS[all->list[i].kind].bend(all, &all->list[i], signals);
}
