#include "scenario_line.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "devices.h"

enum { WORDS_MAX = 24, FILE_MAX_BYTES = 1 << 20, DAY_S = 86400, LASTS_MAX_S = 60 * DAY_S };
enum { DEMAND_MOST_PERCENT = 300 };
enum { LATE_LEAST_MS = 100, LATE_MS = 2500, LATE_MOST_MS = 60000, UP_S = 60, DOWN_S = 20 };
#define NTU_MOST      4000.0
#define BENT_MOST     1.0e6 /* in any sensor's unit */
#define TOTAL_MOST_M3 1.0e8
#define M3H_IN_LPS    (1.0 / 3.6)

struct words {
    char copy[SCENARIO_LINE_MAX];
    char *word[WORDS_MAX + 1]; /* NULL behind the last */
    size_t count, at;
};

static void split(struct words *w, const char *line)
{
    char *rest = NULL;

    *w = (struct words){ 0 };
    (void)snprintf(w->copy, sizeof w->copy, "%s", line);
    for (char *x = strtok_r(w->copy, " \t\r\n", &rest); x != NULL && w->count < WORDS_MAX;
         x = strtok_r(NULL, " \t\r\n", &rest))
        w->word[w->count++] = x;
}

/* The next word, or NULL. */
static const char *next(struct words *w)
{
    return w->at < w->count ? w->word[w->at++] : NULL;
}

/* ---- numbers ---- */

/* A number at the beginning of `text`; *rest is behind it. */
static bool number_at(const char *text, double *out, const char **rest)
{
    char *end;

    if (text == NULL || strchr("+-.0123456789", *text) == NULL || strchr(text, 'x') != NULL)
        return false;
    *out = strtod(text, &end);
    *rest = end;
    return end != text && isfinite(*out);
}

/* The whole word is a number, with one of two units behind it or without. */
static bool number(const char *text, const char *unit, const char *other, double *out)
{
    const char *rest;

    return number_at(text, out, &rest) &&
           (*rest == '\0' || strcmp(rest, unit) == 0 || strcmp(rest, other) == 0);
}

/* Seconds of one part of a time, "3h"; *rest is behind it.  0: none. */
static double part_s(const char *text, const char **rest)
{
    static const struct {
        const char *unit;
        double seconds;
    } UNITS[] = { { "min", 60 }, { "d", DAY_S }, { "h", 3600 }, { "m", 60 }, { "s", 1 } };
    double n;

    if (!number_at(text, &n, rest) || n < 0)
        return 0;
    for (size_t i = 0; i < COUNT_OF(UNITS); i++) {
        size_t len = strlen(UNITS[i].unit);
        if (strncmp(*rest, UNITS[i].unit, len) == 0) {
            *rest += len;
            return n * UNITS[i].seconds;
        }
    }
    return 0;
}

/* "1h30m" in seconds; 0: it is no time. */
static int64_t time_s(const char *text)
{
    double sum = 0.0;

    while (text != NULL && *text != '\0') {
        double part = part_s(text, &text);
        if (part <= 0)
            return 0;
        sum += part;
    }
    return sum >= 1.0 && sum <= LASTS_MAX_S ? (int64_t)sum : 0;
}

/* Two digits below `limit`, or -1. */
static int two_digits(const char *text, int limit)
{
    int n;

    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return -1;
    n = (text[0] - '0') * 10 + text[1] - '0';
    return n < limit ? n : -1;
}

int64_t scenario_clock_s(const char *text)
{
    static const int LIMITS[] = { 24, 60, 60 };
    size_t len = text == NULL ? 0 : strlen(text);
    int64_t sum = 0;

    if (len != strlen("HH:MM") && len != strlen("HH:MM:SS"))
        return -1;
    for (size_t i = 0; i < 3; i++) {
        int n = 3 * i < len ? two_digits(text + 3 * i, LIMITS[i]) : 0;
        if (n < 0 || (3 * i + 2 < len && text[3 * i + 2] != ':'))
            return -1;
        sum = sum * 60 + n;
    }
    return sum;
}

/* ---- what a line can be about ---- */

static enum err usage(const struct scenario *s, struct fault *why)
{
    return fault_set(why, ERR_RANGE, "%s takes: %s", scenario_name(s->kind), scenario_usage(s->kind));
}

static enum err take_zone(struct words *w, struct scenario *s, struct fault *why)
{
    const char *name = next(w);
    char all[PLACES_LIST_MAX];
    int zone;

    if (name == NULL)
        return usage(s, why);
    zone = places_zone_named(name);
    places_list_zones(all);
    if (zone < 0)
        return fault_set(why, ERR_MISSING, "no zone '%s'; zone-1 to zone-%d are: %s", name, PLACES_ZONES,
                         all);
    s->zone = (unsigned)zone;
    return ERR_NONE;
}

static enum err take_site(struct words *w, struct scenario *s, struct fault *why)
{
    const char *name = next(w);
    char all[PLACES_LIST_MAX];

    if (name == NULL)
        return usage(s, why);
    s->site = places_site_named(name);
    places_list_sites(all);
    return s->site != NULL ? ERR_NONE : fault_set(why, ERR_MISSING, "no site '%s'; there are: %s", name, all);
}

static enum err take_device(struct words *w, struct scenario *s, unsigned *device, struct fault *why)
{
    const char *name = next(w);
    int found;

    if (name == NULL)
        return usage(s, why);
    found = field_named(name);
    if (found < 0)
        return fault_set(why, ERR_MISSING, "no device '%s'; 'devices' lists them", name);
    *device = (unsigned)found;
    s->devices = UINT64_C(1) << *device;
    return ERR_NONE;
}

static enum err take_wire(struct words *w, struct scenario *s, struct fault *why)
{
    const char *name = next(w);

    if (name == NULL)
        return usage(s, why);
    for (unsigned i = 0; i < FIELD_WIRES; i++)
        if (strcmp(field_wire(i)->name, name) == 0) {
            s->wire = i;
            return ERR_NONE;
        }
    return fault_set(
        why, ERR_MISSING,
        "no wire '%s'; there are: plant, booster, dma, areas, binh-lu, nam-nhun, tan-uyen, villages", name);
}

static enum err take_sensor(struct words *w, struct scenario *s, struct fault *why)
{
    char all[DEVICES_LIST_MAX];
    unsigned device = 0;
    const char *name;
    int signal;
    enum err rc = take_device(w, s, &device, why);

    if (rc != ERR_NONE)
        return rc;
    name = next(w);
    if (name == NULL)
        return usage(s, why);
    signal = devices_sensor(field_device(device), name);
    devices_list_sensors(field_device(device), all);
    if (signal < 0)
        return fault_set(why, ERR_MISSING, "%s measures no '%s'; it measures: %s", field_device(device)->name,
                         name, all);
    s->signals[0] = (unsigned)signal;
    s->signal_count = 1;
    return ERR_NONE;
}

/* ---- each kind's arguments ---- */

/* "12 L/s", "12L/s", "43.2 m3/h": in L/s. */
static bool rate(struct words *w, double *lps)
{
    const char *unit;

    if (!number_at(next(w), lps, &unit))
        return false;
    if (*unit == '\0')
        unit = next(w);
    if (unit == NULL)
        return false;
    if (strcmp(unit, "m3/h") == 0 || strcmp(unit, "m³/h") == 0)
        *lps *= M3H_IN_LPS;
    else if (strcmp(unit, "L/s") != 0 && strcmp(unit, "l/s") != 0)
        return false;
    return true;
}

static enum err burst(struct words *w, struct scenario *s, struct fault *why)
{
    const struct place_zone *zone;
    double percent;
    enum err rc = take_zone(w, s, why);

    if (rc != ERR_NONE)
        return rc;
    zone = places_zone(s->zone);
    if (!rate(w, &s->amount))
        return fault_set(why, ERR_RANGE, "a burst has a rate, in L/s or m3/h: %s", scenario_usage(s->kind));
    if (!(s->amount > 0))
        return fault_set(why, ERR_RANGE, "a burst of %g L/s is none", s->amount);
    if (s->amount > zone->most_lps)
        return fault_set(why, ERR_RANGE, "the pipe of %s loses at most %g L/s, not %g", zone->name,
                         zone->most_lps, s->amount);
    s->place = -1;
    if (w->at == w->count)
        return ERR_NONE;
    if (strcmp(next(w), "place") != 0)
        return usage(s, why);
    if (!number(next(w), "%", "%", &percent) || percent < 0 || percent > 100)
        return fault_set(why, ERR_RANGE, "a place is from 0 %% (the inlet) to 100 %% (the critical point)");
    s->place = percent / 100.0;
    return ERR_NONE;
}

static enum err demand(struct words *w, struct scenario *s, struct fault *why)
{
    bool everywhere = w->at < w->count && strcmp(w->word[w->at], "all") == 0;
    double percent;
    enum err rc = ERR_NONE;

    if (everywhere) {
        s->zone = PLACES_ZONES;
        w->at++;
    } else {
        rc = take_zone(w, s, why);
    }
    if (rc != ERR_NONE)
        return rc;
    if (!number(next(w), "%", "%", &percent) || percent < 0 || percent > DEMAND_MOST_PERCENT)
        return fault_set(why, ERR_RANGE, "how much of an ordinary day's demand? 0 %% to %d %%",
                         DEMAND_MOST_PERCENT);
    s->amount = percent / 100.0;
    return ERR_NONE;
}

static enum err pump_trip(struct words *w, struct scenario *s, struct fault *why)
{
    const char *name = next(w);
    char all[PLACES_LIST_MAX];

    if (name == NULL)
        return usage(s, why);
    s->pump = places_pump_named(name);
    places_list_pumps(all);
    return s->pump != NULL ? ERR_NONE : fault_set(why, ERR_MISSING, "no pump '%s'; there are: %s", name, all);
}

static enum err mains_failure(struct words *w, struct scenario *s, struct fault *why)
{
    enum err rc = take_site(w, s, why);

    if (rc != ERR_NONE)
        return rc;
    if (!s->site->mains)
        return fault_set(why, ERR_RANGE, "%s runs on sun and battery: it has no mains to fail",
                         s->site->name);
    for (size_t i = 0; i < COUNT_OF(s->site->dark) && s->site->dark[i] != NULL; i++)
        s->devices |= UINT64_C(1) << field_named(s->site->dark[i]);
    return ERR_NONE;
}

static enum err dosing_failure(struct words *w, struct scenario *s, struct fault *why)
{
    enum err rc = take_site(w, s, why);

    if (rc == ERR_NONE && !s->site->doses)
        return fault_set(why, ERR_RANGE, "%s gives no chlorine: it comes with the water", s->site->name);
    return rc;
}

static enum err turbid(struct words *w, struct scenario *s, struct fault *why)
{
    enum err rc = take_site(w, s, why);

    if (rc != ERR_NONE)
        return rc;
    if (!s->site->stream)
        return fault_set(why, ERR_RANGE, "%s takes no raw water", s->site->name);
    if (!number(next(w), "NTU", "ntu", &s->amount) || !(s->amount > 0) || s->amount > NTU_MOST)
        return fault_set(why, ERR_RANGE, "how turbid? more than 0, at most %g NTU", NTU_MOST);
    if (w->at < w->count && (strcmp(w->word[w->at], "NTU") == 0 || strcmp(w->word[w->at], "ntu") == 0))
        w->at++;
    return ERR_NONE;
}

static enum err drift(struct words *w, struct scenario *s, struct fault *why)
{
    enum err rc = take_sensor(w, s, why);

    if (rc != ERR_NONE)
        return rc;
    if (!number(next(w), "/h", "/h", &s->amount) || s->amount == 0 || fabs(s->amount) > BENT_MOST)
        return fault_set(why, ERR_RANGE,
                         "how much an hour? a number other than 0, in the sensor's unit: -0.05/h");
    return ERR_NONE;
}

static enum err clipped(struct words *w, struct scenario *s, struct fault *why)
{
    enum err rc = take_sensor(w, s, why);

    if (rc == ERR_NONE && (!number(next(w), "", "", &s->amount) || fabs(s->amount) > BENT_MOST))
        return fault_set(why, ERR_RANGE, "where is the sensor's end? a number in its unit");
    return rc;
}

static enum err analyser(struct words *w, struct scenario *s, struct fault *why)
{
    unsigned device = 0;
    enum err rc = take_device(w, s, &device, why);

    if (rc != ERR_NONE)
        return rc;
    s->signal_count = devices_inputs(field_device(device), s->signals, SCENARIO_SIGNALS);
    if (s->signal_count == 0)
        return fault_set(why, ERR_RANGE, "%s is no analyser: those are pt-nmn, pt-binh-lu, pt-nam-nhun",
                         field_device(device)->name);
    return ERR_NONE;
}

static enum err backwash(struct words *w, struct scenario *s, struct fault *why)
{
    double n = 0;
    enum err rc = take_site(w, s, why);

    if (rc != ERR_NONE)
        return rc;
    if (s->site->filters == 0)
        return fault_set(why, ERR_RANGE, "%s has no filter to wash", s->site->name);
    if (!number(next(w), "", "", &n) || n != floor(n) || n < 1 || n > s->site->filters)
        return fault_set(why, ERR_RANGE, "which filter of %s? 1 to %u", s->site->name, s->site->filters);
    s->filter = (unsigned)n - 1;
    return ERR_NONE;
}

static enum err meter_exchange(struct words *w, struct scenario *s, struct fault *why)
{
    unsigned device = 0;
    int meter;
    enum err rc = take_device(w, s, &device, why);

    if (rc != ERR_NONE)
        return rc;
    meter = devices_meter(field_device(device));
    if (meter < 0)
        return fault_set(why, ERR_RANGE, "%s has no totalizer", field_device(device)->name);
    s->meter = (unsigned)meter;
    if (w->at == w->count)
        return ERR_NONE;
    if (!number(next(w), "m3", "m³", &s->amount) || s->amount < 0 || s->amount > TOTAL_MOST_M3)
        return fault_set(why, ERR_RANGE, "the new meter shows 0 to %.0f m3", TOTAL_MOST_M3);
    return ERR_NONE;
}

static enum err dead_device(struct words *w, struct scenario *s, struct fault *why)
{
    unsigned device = 0;

    return take_device(w, s, &device, why);
}

static enum err slow_modem(struct words *w, struct scenario *s, struct fault *why)
{
    enum err rc = take_wire(w, s, why);

    s->amount = LATE_MS;
    if (rc != ERR_NONE || w->at == w->count)
        return rc;
    if (!number(next(w), "ms", "ms", &s->amount) || s->amount < LATE_LEAST_MS || s->amount > LATE_MOST_MS)
        return fault_set(why, ERR_RANGE, "how late? %d to %d ms", LATE_LEAST_MS, LATE_MOST_MS);
    return ERR_NONE;
}

static enum err flapping(struct words *w, struct scenario *s, struct fault *why)
{
    enum err rc = take_wire(w, s, why);
    int64_t up_s = UP_S, down_s = DOWN_S;

    if (rc == ERR_NONE && w->at < w->count) {
        up_s = time_s(next(w));
        down_s = time_s(next(w));
    }
    if (rc == ERR_NONE && (up_s == 0 || down_s == 0))
        return fault_set(why, ERR_RANGE, "up for how long, down for how long? for example 60s 20s");
    s->amount = (double)up_s;
    s->other = (double)down_s;
    return rc;
}

static enum err (*const ARGUMENTS[SCENARIO_COUNT])(struct words *w, struct scenario *s, struct fault *why) = {
    [SCENARIO_BURST] = burst,
    [SCENARIO_DEMAND] = demand,
    [SCENARIO_SHUT] = take_zone,
    [SCENARIO_PUMP_TRIP] = pump_trip,
    [SCENARIO_MAINS_FAILURE] = mains_failure,
    [SCENARIO_DOSING_FAILURE] = dosing_failure,
    [SCENARIO_TURBID] = turbid,
    [SCENARIO_DRIFT] = drift,
    [SCENARIO_FROZEN] = take_sensor,
    [SCENARIO_CLIPPED] = clipped,
    [SCENARIO_CALIBRATION] = analyser,
    [SCENARIO_NO_SAMPLE] = analyser,
    [SCENARIO_BACKWASH] = backwash,
    [SCENARIO_METER_EXCHANGE] = meter_exchange,
    [SCENARIO_CACHED_GATEWAY] = take_wire,
    [SCENARIO_DEAD_DEVICE] = dead_device,
    [SCENARIO_DEAD_GATEWAY] = take_wire,
    [SCENARIO_SLOW_MODEM] = slow_modem,
    [SCENARIO_FLAPPING] = flapping,
};

static int kind_named(const char *name)
{
    for (unsigned i = 0; i < SCENARIO_COUNT; i++)
        if (strcmp(scenario_name(i), name) == 0)
            return (int)i;
    return -1;
}

/* ---- when, and for how long ---- */

/* "at 02:00" and "in 90s", before anything else. */
static enum err take_begin(const struct field *f, struct words *w, struct scenario *s, struct fault *why)
{
    const char *word = w->count > 0 ? w->word[0] : "";
    int64_t at;

    s->begins_s = f->scenarios.second;
    if (strcmp(word, "at") == 0) {
        w->at = 1;
        at = scenario_clock_s(next(w));
        if (at < 0)
            return fault_set(why, ERR_RANGE, "at what time of the day? HH:MM or HH:MM:SS");
        s->begins_s += (at - (int64_t)f->water.local_s + DAY_S) % DAY_S;
    } else if (strcmp(word, "in") == 0) {
        w->at = 1;
        at = time_s(next(w));
        if (at == 0)
            return fault_set(why, ERR_RANGE, "in what time? for example 90s, 15min, 3h, at most 60d");
        s->begins_s += at;
    }
    return ERR_NONE;
}

/* "for 3h", behind everything else. */
static enum err take_end(struct words *w, struct scenario *s, struct fault *why)
{
    if (w->count < 2 || strcmp(w->word[w->count - 2], "for") != 0)
        return ERR_NONE;
    s->lasts_s = time_s(w->word[w->count - 1]);
    if (s->lasts_s == 0)
        return fault_set(why, ERR_RANGE, "for how long? for example 90s, 15min, 3h, 1h30m, at most 60d");
    if (s->kind == SCENARIO_METER_EXCHANGE || s->kind == SCENARIO_BACKWASH)
        return fault_set(why, ERR_RANGE, "%s takes the time it takes: leave 'for' out",
                         scenario_name(s->kind));
    w->count -= 2;
    return ERR_NONE;
}

static enum err read_scenario(const struct field *f, struct words *w, struct scenario *s, struct fault *why)
{
    const char *name;
    int kind;
    enum err rc = take_begin(f, w, s, why);

    if (rc != ERR_NONE)
        return rc;
    name = next(w);
    kind = name == NULL ? -1 : kind_named(name);
    if (kind < 0)
        return fault_set(why, ERR_MISSING, "no scenario '%s'; 'scenarios' lists them",
                         name == NULL ? "" : name);
    s->kind = (enum scenario_kind)kind;
    rc = take_end(w, s, why);
    if (rc == ERR_NONE)
        rc = ARGUMENTS[kind](w, s, why);
    if (rc == ERR_NONE && w->at < w->count)
        return fault_set(why, ERR_RANGE, "'%s' is too much: %s", w->word[w->at], scenario_usage(s->kind));
    return rc;
}

/* As it was told, in letters that any log can take. */
static void keep_text(struct scenario *s, const char *line)
{
    (void)snprintf(s->text, sizeof s->text, "%.*s", (int)strcspn(line, "\r\n"), line);
    for (char *c = s->text; *c != '\0'; c++)
        if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
            *c = '?';
}

static enum err tell(struct field *f, const char *line, char name[SCENARIO_NAME_MAX], struct fault *why)
{
    struct scenario_world world = field_world(f);
    struct scenario s = { 0 };
    struct words w;
    enum err rc;

    split(&w, line);
    if (strlen(line) >= SCENARIO_LINE_MAX || w.count == WORDS_MAX)
        return fault_set(why, ERR_RANGE, "the line is too long");
    rc = read_scenario(f, &w, &s, why);
    if (rc != ERR_NONE)
        return rc;
    keep_text(&s, line);
    return scenarios_add(&f->scenarios, &world, s, name, why);
}

static enum err end(struct field *f, struct words *w, struct fault *why)
{
    struct scenario_world world = field_world(f);

    if (w->count != 2)
        return fault_set(why, ERR_RANGE, "end NAME, end KIND or end all");
    return scenarios_end(&f->scenarios, &world, w->word[1], why);
}

/* ---- the list ---- */

struct page {
    char *text;
    size_t size, len;
};

static void write_time(struct page *p, const char *before, int64_t seconds)
{
    if (p->len < p->size)
        p->len += (size_t)snprintf(p->text + p->len, p->size - p->len, "%s%lld:%02lld:%02lld", before,
                                   (long long)seconds / 3600, (long long)seconds / 60 % 60,
                                   (long long)seconds % 60);
}

static void write_text(struct page *p, const char *before, const char *text)
{
    if (p->len < p->size)
        p->len += (size_t)snprintf(p->text + p->len, p->size - p->len, "%s%s", before, text);
}

static void write_one(struct page *p, const struct scenarios *all, const struct scenario *s)
{
    write_text(p, "", s->name);
    if (s->runs)
        write_time(p, " runs since ", all->second - s->begins_s);
    else
        write_time(p, " begins in ", s->begins_s - all->second);
    if (s->runs && s->lasts_s > 0)
        write_time(p, " still ", s->begins_s + s->lasts_s - all->second);
    write_text(p, ": ", s->text);
    write_text(p, "", "\n");
}

static size_t list(const struct field *f, char *answer, size_t size)
{
    struct page p = { answer, size, 0 };

    answer[0] = '\0';
    for (size_t i = 0; i < f->scenarios.count; i++)
        write_one(&p, &f->scenarios, &f->scenarios.list[i]);
    write_text(&p, "", "[at HH:MM[:SS] | in TIME] one of these [for TIME]:\n");
    for (unsigned i = 0; i < SCENARIO_COUNT; i++) {
        write_text(&p, "  ", scenario_usage(i));
        write_text(&p, "", "\n");
    }
    return p.len < size ? p.len : size - 1;
}

/* ---- lines ---- */

bool scenario_line_is(const char *line)
{
    static const char *const WORDS[] = { "scenarios", "end", "at", "in" };
    struct words w;

    split(&w, line);
    if (w.count == 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (strcmp(w.word[0], WORDS[i]) == 0)
            return true;
    return kind_named(w.word[0]) >= 0;
}

size_t scenario_line(struct field *f, const char *line, char *answer, size_t size)
{
    char name[SCENARIO_NAME_MAX] = "";
    struct fault why = { 0 };
    struct words w;
    enum err rc;

    split(&w, line);
    if (w.count == 1 && strcmp(w.word[0], "scenarios") == 0)
        return list(f, answer, size);
    rc = w.count > 0 && strcmp(w.word[0], "end") == 0 ? end(f, &w, &why) : tell(f, line, name, &why);
    if (rc != ERR_NONE)
        return (size_t)snprintf(answer, size, "error: %s\n", why.text);
    return (size_t)snprintf(answer, size, "ok%s%s\n", name[0] != '\0' ? " " : "", name);
}

/* One line of a file, its comment cut off. */
static enum err file_line(struct field *f, char *line, struct fault *why)
{
    char name[SCENARIO_NAME_MAX];
    struct words w;

    line[strcspn(line, "#")] = '\0';
    split(&w, line);
    return w.count == 0 ? ERR_NONE : tell(f, line, name, why);
}

enum err scenario_file(struct field *f, const char *path, struct fault *why)
{
    struct fault inner;
    unsigned number = 0;
    size_t len;
    char *text, *line;
    enum err rc = file_read(path, FILE_MAX_BYTES, &text, &len, why);

    if (rc != ERR_NONE)
        return rc;
    for (line = text; rc == ERR_NONE && line != NULL;) {
        char *behind = strchr(line, '\n');

        number++;
        if (behind != NULL)
            *behind++ = '\0';
        if (file_line(f, line, &inner) != ERR_NONE)
            rc = fault_set(why, inner.code, "%s, line %u: %s", path, number, inner.text);
        line = behind;
    }
    free(text);
    return rc;
}
