/* Real records replayed through judge, rules and alarms on a virtual clock; an operator acknowledges what
 * rings with the next row.  Prints how many alarms a day that made, by rule, and what they add up to.  Fails
 * when a stretch of dead chlorine is not one alarm, open throughout.
 *
 *     alarm_replay canary|batadal FILE.csv       "-": standard input
 *
 * Limits are those of QCVN 01-1:2018/BYT where there are some (free chlorine 0.2 mg/L, turbidity 2 NTU, pH 6
 * to 8.5), else what the works are built for (a tank's height), or a round number that a pump or a pressure
 * has when it stands.  None was chosen by what the records contain. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "judge/alarms.h"
#include "judge/judge.h"
#include "judge/rules.h"
#include "model/alarm_past.h"
#include "seal/seal.h"

enum { COLUMNS_MAX = 64, LINE_MAX_BYTES = 4096, TICK_MS = CLOCK_MINUTE_MS, DAYS_MAX = 400 };

struct watched {
    const char *column;
    enum rule_kind kind;
    const char *other; /* column of the second point; NULL: none */
    double low, limit, deadband;
    int64_t frozen_ms;
};

/* ---- EPA's CANARY, station B: distribution and plant, every 20 minutes, 2006 ---- */
static const struct watched CANARY[] = {
    { "B_CL2_VAL", RULE_LOW, NULL, NAN, 0.2, 0.05, 6LL * CLOCK_HOUR_MS },
    { "B_CL2_VAL", RULE_FROZEN, NULL, NAN, NAN, 0, 6LL * CLOCK_HOUR_MS },
    { "B_CL2_VAL", RULE_STALE, NULL, NAN, NAN, 0, 0 },
    { "B_TURB_VAL", RULE_HIGH, NULL, NAN, 2, 0.2, 0 },
    { "B_PH_VAL", RULE_LEVEL, NULL, 6, 8.5, 0.1, 0 },
    { "B_PRES_OP", RULE_LOW, NULL, NAN, 20, 2, 0 },
    { "B_PLNT_CL2_VAL", RULE_LOW, NULL, NAN, 0.2, 0.05, 0 },
    { "B_PLNT_TURB_VAL", RULE_HIGH, NULL, NAN, 2, 0.2, 0 },
    { "B_PLNT_PH_VAL", RULE_LEVEL, NULL, 6, 8.5, 0.1, 0 },
    { "B_PLNT_FLOW_OP", RULE_LOW, NULL, NAN, 0.1, 0.1, 0 },
};

/* ---- BATADAL, C-Town: hourly; tanks to a tenth of their height and to its end ---- */
#define TANK(c, height)                                                                                      \
    {                                                                                                        \
        c, RULE_LEVEL, NULL, 0.1 * (height), (height), 0.05 * (height), 0                                    \
    }
#define PUMP(f, s)                                                                                           \
    { f, RULE_PUMP_WITHOUT_FLOW, s, NAN, 1, 0, 0 },                                                          \
    {                                                                                                        \
        f, RULE_FLOW_WITHOUT_PUMP, s, NAN, 1, 0, 0                                                           \
    }
#define PRESSURE(c)                                                                                          \
    {                                                                                                        \
        c, RULE_LOW, NULL, NAN, 5, 1, 0                                                                      \
    }
static const struct watched BATADAL[] = {
    TANK("L_T1", 6.5),        TANK("L_T2", 5.9),        TANK("L_T3", 6.75),     TANK("L_T4", 4.7),
    TANK("L_T5", 4.5),        TANK("L_T6", 5.5),        TANK("L_T7", 5.0),      PUMP("F_PU1", "S_PU1"),
    PUMP("F_PU2", "S_PU2"),   PUMP("F_PU3", "S_PU3"),   PUMP("F_PU4", "S_PU4"), PUMP("F_PU5", "S_PU5"),
    PUMP("F_PU6", "S_PU6"),   PUMP("F_PU7", "S_PU7"),   PUMP("F_PU8", "S_PU8"), PUMP("F_PU9", "S_PU9"),
    PUMP("F_PU10", "S_PU10"), PUMP("F_PU11", "S_PU11"), PRESSURE("P_J280"),     PRESSURE("P_J269"),
    PRESSURE("P_J300"),       PRESSURE("P_J256"),       PRESSURE("P_J289"),     PRESSURE("P_J415"),
    PRESSURE("P_J302"),       PRESSURE("P_J306"),       PRESSURE("P_J307"),     PRESSURE("P_J317"),
    PRESSURE("P_J14"),        PRESSURE("P_J422"),
};

static const struct recipe {
    const char *name;
    const struct watched *rules;
    size_t count;
    int64_t every_ms, on_delay_ms;
    const char *dead; /* of that column and its low rule: one alarm a stretch; NULL: none */
} RECIPES[] = { { "canary", CANARY, COUNT_OF(CANARY), 20LL * CLOCK_MINUTE_MS, 0, "B_CL2_VAL" },
                { "batadal", BATADAL, COUNT_OF(BATADAL), CLOCK_HOUR_MS, 10LL * CLOCK_MINUTE_MS, NULL } };

struct replay {
    const struct recipe *recipe;
    struct catalogue c;
    struct judge *judge;
    struct judged judged;
    struct rules *rules;
    struct alarms *alarms;
    uint32_t points[COLUMNS_MAX]; /* of a column; NO_INDEX: not watched */
    size_t columns;
    struct now now;
    struct wall first;
    size_t rows, missing;
    struct alarm_ring *rings;
    size_t ring_count;
    /* dead chlorine */
    uint32_t dead;
    bool is_dead;
    uint64_t dead_alarm;
    size_t stretches, longest, length, broken;
};

static _Noreturn void die(const char *what)
{
    (void)fprintf(stderr, "alarm_replay: %s\n", what);
    exit(1);
}

static void must(enum err rc)
{
    if (rc != ERR_NONE)
        die("no memory");
}

/* ---- the works ---- */

static const struct watched *watched_of(const struct recipe *r, const char *column)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->rules[i].column, column) == 0 ||
            (r->rules[i].other != NULL && strcmp(r->rules[i].other, column) == 0))
            return &r->rules[i];
    return NULL;
}

static void add_column(struct replay *p, const char *name)
{
    const struct watched *w = watched_of(p->recipe, name);
    struct point point = { .every_ms = p->recipe->every_ms, .low = NAN, .high = NAN, .accepted = DAY_NONE };

    p->points[p->columns] = NO_INDEX;
    if (w != NULL) {
        (void)snprintf(point.id, sizeof point.id, "%s", name);
        if (strcmp(w->column, name) == 0)
            point.frozen_after_ms = w->frozen_ms;
        must(catalogue_add_point(&p->c, &point, &p->points[p->columns]));
    }
    p->columns++;
}

static uint32_t point_of(const struct replay *p, const char *column)
{
    const struct point *found = column == NULL ? NULL : catalogue_point(&p->c, column);

    return found == NULL ? NO_INDEX : (uint32_t)(found - p->c.points);
}

static void add_rules(struct replay *p)
{
    for (size_t i = 0; i < p->recipe->count; i++) {
        const struct watched *w = &p->recipe->rules[i];
        struct rule r = { .point = point_of(p, w->column),
                          .other = point_of(p, w->other),
                          .cause = NO_INDEX,
                          .kind = (uint8_t)w->kind,
                          .severity = SEVERITY_HIGH,
                          .stake = STAKE_SUPPLY,
                          .n = 1,
                          .limit = w->limit,
                          .low = w->low,
                          .deadband = w->deadband,
                          .on_delay_ms = p->recipe->on_delay_ms,
                          .other_is = w->kind == RULE_PUMP_WITHOUT_FLOW };
        if (r.point == NO_INDEX || (w->other != NULL && r.other == NO_INDEX))
            die("a column is missing");
        (void)snprintf(r.id, sizeof r.id, "%s", RULE_KINDS[w->kind]);
        r.key = seal_key63(r.id);
        must(catalogue_add_rule(&p->c, &r, NULL));
    }
}

/* ---- time ---- */

static void acknowledge(struct replay *p)
{
    struct alarm_step step;
    struct fault why;
    size_t n = alarms_count(p->alarms);

    for (size_t i = n; i-- > 0;) {
        struct alarm_act act = { .event = ALARM_ACKNOWLEDGE,
                                 .alarm = alarms_at(p->alarms, i)->id,
                                 .who = "o" };
        uint8_t core = alarms_at(p->alarms, i)->core;
        if (core == ALARM_UNACKNOWLEDGED || core == ALARM_RETURNED)
            must(alarms_act(p->alarms, &act, p->now.wall, &step, &why));
    }
}

static void take(struct replay *p, const struct rule_turns *turns)
{
    for (size_t i = 0; i < turns->count; i++) {
        struct alarm_step s;
        if (!alarms_turn(p->alarms, &p->c, &turns->list[i], false, &s) || s.event > ALARM_WORSE ||
            alarm_state(&s.alarm) != ALARM_UNACKNOWLEDGED)
            continue;
        if (p->ring_count == ALARM_RINGS_MAX)
            die("too many alarms");
        p->rings[p->ring_count] = (struct alarm_ring){
            .at = p->now.wall, .point = s.alarm.point, .rule = s.alarm.rule, .severity = s.alarm.severity
        };
        memcpy(p->rings[p->ring_count++].name, s.alarm.name, ID_MAX);
    }
}

static void fold_rules(struct replay *p)
{
    const struct rules_now when = { p->now, NULL };
    struct rule_turns turns;

    for (size_t i = 0; i < p->judged.now_count; i++) {
        uint32_t from = 0;
        while (rules_fold(p->rules, &p->judged.now[i], when, &from, &turns))
            take(p, &turns);
        take(p, &turns);
    }
}

static void tick(struct replay *p)
{
    const struct rules_now when = { p->now, NULL };
    struct rule_turns turns;
    uint32_t from = 0;

    while (judge_tick(p->judge, p->now, &from, &p->judged))
        fold_rules(p);
    fold_rules(p);
    from = 0;
    while (rules_tick(p->rules, when, &from, &turns))
        take(p, &turns);
    take(p, &turns);
}

static void begin(struct replay *p, struct wall at)
{
    struct fault why;

    p->now = (struct now){ { 1000000 }, at };
    p->first = at;
    must(judge_new(&p->judge, &p->c, &why));
    must(rules_new(&p->rules, &p->c, p->now, &why));
}

static void pass_until(struct replay *p, struct wall at)
{
    while (p->now.wall.ms < at.ms) {
        p->now.wall.ms += TICK_MS;
        p->now.mono.ms += TICK_MS;
        tick(p);
    }
}

/* ---- rows ---- */

/* From the first number at or below the limit to the first above its deadband; a missing one is neither. */
static void look_at_chlorine(struct replay *p, double value)
{
    const struct alarm *a = alarms_of_rule(p->alarms, p->c.points[p->dead].key, seal_key63("low"));
    bool open = a != NULL && alarm_is_live(a);

    if (!p->is_dead && value <= 0.2) {
        p->is_dead = true;
        p->stretches++;
        p->dead_alarm = open ? a->id : 0;
        p->length = 0;
    } else if (p->is_dead && value >= 0.25) {
        p->is_dead = false;
    }
    if (!p->is_dead)
        return;
    p->length++;
    p->longest = p->length > p->longest ? p->length : p->longest;
    p->broken += !open || a->id != p->dead_alarm || a->times != 1;
}

/* "02/21/2006 00:20:00", month first; "06/01/14 00", month first in the first file, day first in others: the
 * day is what does not matter here. */
static struct wall time_of(const char *cell)
{
    int a, b, year, hour, minute = 0;
    int32_t day;
    char text[16];

    if (sscanf(cell, "%d/%d/%d %d:%d", &a, &b, &year, &hour, &minute) < 4)
        die("a time is none");
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year < 100 ? 2000 + year : year, year < 100 ? b : a,
                   year < 100 ? a : b);
    if (!day_parse(text, &day))
        die("a day is none");
    return (struct wall){ day * (int64_t)CLOCK_DAY_MS - CLOCK_LOCAL_OFFSET_MS +
                          (hour * 60LL + minute) * CLOCK_MINUTE_MS };
}

static double number_of(const char *cell)
{
    char *end;
    double value = strtod(cell, &end);

    return end == cell ? NAN : value;
}

static void read_cell(struct replay *p, uint32_t point, double value)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1 };

    m.readings[0] = isnan(value) ? reading_bad(point, p->now.wall, REASON_NO_ANSWER)
                                 : reading_good(point, p->now.wall, value);
    p->missing += isnan(value);
    judge_fold(p->judge, &m, p->now, &p->judged);
    fold_rules(p);
    if (point == p->dead)
        look_at_chlorine(p, value);
}

static void row(struct replay *p, char *line)
{
    struct wall at;
    char *rest = line, *cell = strsep(&rest, ",");

    at = time_of(cell);
    if (p->rows++ == 0)
        begin(p, at);
    pass_until(p, at);
    acknowledge(p);
    for (size_t i = 1; i < p->columns && (cell = strsep(&rest, ",")) != NULL; i++)
        if (p->points[i] != NO_INDEX)
            read_cell(p, p->points[i], number_of(cell));
}

static void heads(struct replay *p, char *line)
{
    char *rest = line, *cell;
    struct fault why;

    while ((cell = strsep(&rest, ",")) != NULL && p->columns < COLUMNS_MAX)
        add_column(p, cell);
    if (catalogue_seal(&p->c, &why) != ERR_NONE)
        die(why.text);
    add_rules(p);
    p->dead = point_of(p, p->recipe->dead);
}

/* ---- what it came to ---- */

static size_t most_in_a_day(const struct replay *p)
{
    size_t of[DAYS_MAX] = { 0 }, most = 0;

    for (size_t i = 0; i < p->ring_count; i++) {
        size_t day = (size_t)((p->rings[i].at.ms - p->first.ms) / CLOCK_DAY_MS);
        if (day < DAYS_MAX && ++of[day] > most)
            most = of[day];
    }
    return most;
}

static int print(const struct replay *p)
{
    const struct alarm_past past = { .rings = p->rings, .ring_count = p->ring_count };
    double days = (double)(p->now.wall.ms - p->first.ms) / CLOCK_DAY_MS;
    struct alarm_figures f;

    must(alarm_figures(&f, &past, p->first, p->now.wall, 1));
    (void)printf("%s: %zu rows, %.1f days, %zu rules, %zu missing cells\n", p->recipe->name, p->rows, days,
                 p->c.rule_count, p->missing);
    (void)printf(
        "alarms %zu, a day %.2f, most in a day %zu, floods %zu, chattering %zu, open at the end %zu\n",
        f.rings, (double)f.rings / days, most_in_a_day(p), f.floods, f.chattering, alarms_count(p->alarms));
    for (size_t i = 0; i < f.worst_count; i++)
        (void)printf("  %-16s %-18s %zu\n", p->c.points[catalogue_by_key(&p->c, f.worst[i].point)].id,
                     f.worst[i].name, f.worst[i].count);
    if (p->recipe->dead == NULL)
        return 0;
    (void)printf("dead chlorine: %zu stretches, the longest of %zu rows; rows without their one alarm: %zu\n",
                 p->stretches, p->longest, p->broken);
    return p->broken > 0 || p->stretches == 0;
}

int main(int argc, char **argv)
{
    static char line[LINE_MAX_BYTES];
    struct replay *p = calloc(1, sizeof *p);
    FILE *in = argc != 3 ? NULL : strcmp(argv[2], "-") == 0 ? stdin : fopen(argv[2], "r");
    int code;

    for (size_t i = 0; p != NULL && argc == 3 && i < COUNT_OF(RECIPES); i++)
        if (strcmp(argv[1], RECIPES[i].name) == 0)
            p->recipe = &RECIPES[i];
    if (p == NULL || p->recipe == NULL || in == NULL)
        die("alarm_replay canary|batadal FILE.csv");
    catalogue_init(&p->c);
    p->alarms = alarms_new();
    p->rings = calloc(ALARM_RINGS_MAX, sizeof *p->rings);
    if (p->alarms == NULL || p->rings == NULL || fgets(line, sizeof line, in) == NULL)
        die("no memory, or no rows");
    line[strcspn(line, "\r\n")] = '\0';
    heads(p, line);
    while (fgets(line, sizeof line, in) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] != '\0')
            row(p, line);
    }
    code = print(p);
    (void)fclose(in);
    judge_free(p->judge);
    rules_free(p->rules);
    alarms_free(p->alarms);
    catalogue_clear(&p->c);
    free(p->rings);
    free(p);
    return code;
}
