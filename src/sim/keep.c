#include "keep.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { NAME_MAX_BYTES = 40 };

#define HEAD "capnuoc-sim field 1\n"

/* Every remembered number: where it is and what it may be. */
static const struct row {
    const char *name;
    size_t at;
    double low, high;
} ROWS[] = {
#define ROW(name, member, low, high)                                                                         \
    {                                                                                                        \
        name, offsetof(struct field, water.member), low, high                                                \
    }
    ROW("clear_m3", clear_m3, 0, PHYSICS_CLEAR_AREA_M2 *PHYSICS_CLEAR_TOP_M),
    ROW("tower_m3", tower_m3, 0, PHYSICS_TOWER_AREA_M2 *PHYSICS_TOWER_TOP_M),
    ROW("inverter_hz", inverter_hz, 0, 50),
    ROW("booster1_kwh", boosters[0].energy_kwh, 0, 1e9),
    ROW("booster2_kwh", boosters[1].energy_kwh, 0, 1e9),
    ROW("head_loss_m", head_loss_m, 0, 5),
    ROW("settled_ntu", settled_ntu, 0, 1000),
    ROW("filtered_ntu", filtered_ntu, 0, 1000),
    ROW("treated_cl_mgl", treated_cl_mgl, 0, 10),
    ROW("tower_cl_mgl", tower_cl_mgl, 0, 10),
    ROW("raw_total_m3", raw_total_m3, 0, 1e12),
    ROW("treated_total_m3", treated_total_m3, 0, 1e12),
    ROW("out_total_m3", out_total_m3, 0, 1e12),
    ROW("dma_total_m3", zone_total_m3[ZONE_DOAN_KET], 0, 1e12),
    ROW("area3_total_m3", zone_total_m3[ZONE_CENTRE], 0, 1e12),
    ROW("zone_total_m3", zone_total_m3[ZONE_TAN_PHONG], 0, 1e12),
    /* named before the zones were all of one kind */
    ROW("city.area1_total_m3", zone_total_m3[ZONE_QUYET_THANG], 0, 1e12),
    ROW("city.area2_total_m3", zone_total_m3[ZONE_DONG_PHONG], 0, 1e12),
    ROW("spilled_total_m3", spilled_total_m3, 0, 1e12),
#undef ROW
#define CITY(name, member, high)                                                                             \
    {                                                                                                        \
        "city." name, offsetof(struct field, city.member), 0, high                                           \
    }
    CITY("presettled_ntu", presettled_ntu, 5000),
    CITY("presludge_m", presludge_m, 2),
    CITY("blanket1_m", blanket_m[0], 3),
    CITY("blanket2_m", blanket_m[1], 3),
    CITY("settled1_ntu", settled_ntu[0], 1000),
    CITY("settled2_ntu", settled_ntu[1], 1000),
    CITY("pac_level_m", pac_level_m, 3),
    CITY("soda_level_m", soda_level_m, 3),
    CITY("wash_tank_m", wash_tank_m, 4),
    CITY("cylinder1_kg", cylinder_kg[0], 100),
    CITY("cylinder2_kg", cylinder_kg[1], 100),
    CITY("raw_pump1_kwh", raw_pump_kwh[0], 1e9),
    CITY("raw_pump2_kwh", raw_pump_kwh[1], 1e9),
    CITY("raw_pump3_kwh", raw_pump_kwh[2], 1e9),
    CITY("energy_kwh", energy_kwh, 1e9),
    CITY("sludge_total_m3", sludge_total_m3, 1e9),
#undef CITY
};

/* The same of every filter and of every one of the smaller works: "filter2.run_h", "works3.tank_m3". */
static const struct part_row {
    const char *name;
    size_t at;
    double high;
} FILTER_ROWS[] = {
#define FILTER(member, high)                                                                                 \
    {                                                                                                        \
#member, offsetof(struct city_filter, member), high                                                  \
    }
    FILTER(head_loss_m, 5),
    FILTER(run_h, 1e6),
    FILTER(washes, 1e9),
    FILTER(out_ntu, 1000),
#undef FILTER
}, WORKS_ROWS[] = {
#define WORKS(member, high)                                                                                  \
    {                                                                                                        \
#member, offsetof(struct works, member), high                                                        \
    }
    WORKS(tank_m3, 1e6),
    WORKS(hz, 50),
    WORKS(washes, 1e9),
    WORKS(settled_ntu, 1000),
    WORKS(filtered_ntu, 1000),
    WORKS(chlorine_mgl, 10),
    WORKS(hypochlorite_m, 3),
    WORKS(raw_total_m3, 1e12),
    WORKS(out_total_m3, 1e12),
    WORKS(spilled_total_m3, 1e12),
    WORKS(energy_kwh, 1e9),
    WORKS(head_loss_m[0], 5),
    WORKS(head_loss_m[1], 5),
    WORKS(pumps[0].energy_kwh, 1e9),
    WORKS(pumps[1].energy_kwh, 1e9),
    WORKS(pumps[2].energy_kwh, 1e9),
#undef WORKS
};

static double *member(void *of, size_t at)
{
    return (double *)(void *)((char *)of + at);
}

/* Rows of one part, each as "PREFIXnumber.name value". */
static void print_part(struct strbuf *to, const char *prefix, unsigned number, void *part,
                       const struct part_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_printf(to, "%s%u.%s %.17g\n", prefix, number, rows[i].name, *member(part, rows[i].at));
}

static void print_parts(struct field *f, struct strbuf *to)
{
    for (unsigned i = 0; i < CITY_FILTERS; i++)
        print_part(to, "filter", i + 1, &f->city.filters[i], FILTER_ROWS, COUNT_OF(FILTER_ROWS));
    for (unsigned i = 0; i < WORKS_COUNT; i++)
        print_part(to, "works", i + 1, &f->works[i], WORKS_ROWS, COUNT_OF(WORKS_ROWS));
}

/* The number in "PREFIXnumber.name", from 1 to count; 0 when the name is of another kind. */
static unsigned part_number(const char *name, const char *prefix, unsigned count)
{
    size_t len = strlen(prefix);
    unsigned digit = strncmp(name, prefix, len) == 0 ? (unsigned)(unsigned char)name[len] - '0' : 0;

    return digit >= 1 && digit <= count && name[len + 1] == '.' ? digit : 0;
}

static bool take_part(void *part, const struct part_row *rows, size_t count, const char *name, double value)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, rows[i].name) != 0)
            continue;
        *member(part, rows[i].at) = value;
        return value >= 0 && value <= rows[i].high;
    }
    return false;
}

/* A tank holds no more than goes in. */
static bool take_works(struct field *f, unsigned id, const char *name, double value)
{
    const struct works_sizes *s = works_sizes(id);

    return take_part(&f->works[id], WORKS_ROWS, COUNT_OF(WORKS_ROWS), name, value) &&
           f->works[id].tank_m3 <= s->tank_area_m2 * s->tank_top_m;
}

static bool take_parts(struct field *f, const char *name, double value, bool *known)
{
    unsigned filter = part_number(name, "filter", CITY_FILTERS),
             works = part_number(name, "works", WORKS_COUNT);
    const char *rest = strchr(name, '.');

    *known = filter > 0 || works > 0;
    if (filter > 0)
        return take_part(&f->city.filters[filter - 1], FILTER_ROWS, COUNT_OF(FILTER_ROWS), rest + 1, value);
    return works > 0 && take_works(f, works - 1, rest + 1, value);
}

void keep_print(const struct field *f, struct strbuf *to)
{
    struct field copy = *f;
    const struct physics *water = &copy.water;

    strbuf_puts(to, HEAD);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        strbuf_printf(to, "%s %.17g\n", ROWS[i].name, *member(&copy, ROWS[i].at));
    print_parts(&copy, to);
    for (unsigned i = 0; i < METERS_COUNT; i++)
        strbuf_printf(to, "meter.%u %.17g\n", i, copy.meters[i]);
    strbuf_printf(to, "raw_pumps_on %u\n", water->raw_pumps_on);
    strbuf_printf(to, "duty %u\n", water->duty);
    strbuf_printf(to, "cylinder %u\n", copy.city.cylinder);
    for (unsigned i = 0; i < PHYSICS_BOOSTERS; i++)
        strbuf_printf(to, "booster%u_on %d\n", i + 1, water->boosters[i].on);
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        strbuf_printf(to, "alive.%s %llu\n", field_device(i)->name, (unsigned long long)f->alive_s[i]);
    strbuf_puts(to, "end 0\n");
}

/* Whole numbers below `limit` only. */
static bool whole(double value, double limit)
{
    return value >= 0 && value < limit && value == floor(value);
}

static bool take_switch(struct field *f, const char *name, double value)
{
    struct physics *p = &f->water;

    if (strcmp(name, "raw_pumps_on") == 0 && whole(value, PHYSICS_RAW_PUMPS + 1))
        p->raw_pumps_on = (unsigned)value;
    else if (strcmp(name, "duty") == 0 && whole(value, PHYSICS_BOOSTERS))
        p->duty = (unsigned)value;
    else if (strcmp(name, "cylinder") == 0 && whole(value, CITY_CYLINDERS))
        f->city.cylinder = (unsigned)value;
    else if (strcmp(name, "booster1_on") == 0 && whole(value, 2))
        p->boosters[0].on = value > 0;
    else if (strcmp(name, "booster2_on") == 0 && whole(value, 2))
        p->boosters[1].on = value > 0;
    else
        return false;
    return true;
}

static bool take_meter(struct field *f, const char *number, double value)
{
    char *end;
    unsigned long i = *number >= '0' && *number <= '9' ? strtoul(number, &end, 10) : METERS_COUNT;

    if (i >= METERS_COUNT || *end != '\0')
        return false;
    f->meters[i] = value;
    return value >= 0 && value <= 1e12;
}

static bool take(struct field *f, const char *name, double value)
{
    int device = strncmp(name, "alive.", 6) == 0 ? field_named(name + 6) : -1;
    bool known, taken;

    if (device >= 0) {
        f->alive_s[device] = whole(value, 1e15) ? (uint64_t)value : 0;
        return whole(value, 1e15);
    }
    if (strncmp(name, "meter.", 6) == 0)
        return take_meter(f, name + 6, value);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        if (strcmp(name, ROWS[i].name) != 0)
            continue;
        *member(f, ROWS[i].at) = value;
        return value >= ROWS[i].low && value <= ROWS[i].high;
    }
    taken = take_parts(f, name, value, &known);
    return known ? taken : take_switch(f, name, value);
}

/* The pumps that were running are at speed already.  A state from before the meters counted for themselves
 * says nothing of them: they show what flowed. */
static void settle(struct field *f)
{
    double flowed_m3[METERS_COUNT];

    meters_init(flowed_m3, &f->water, f->works);
    for (unsigned i = 0; i < METERS_COUNT; i++)
        if (isnan(f->meters[i]))
            f->meters[i] = flowed_m3[i];
    for (unsigned i = 0; i < PHYSICS_BOOSTERS; i++)
        f->water.boosters[i].ramp = f->water.boosters[i].on ? 1.0 : 0.0;
}

/* "name value\n"; the rest of the text, or NULL when this is no such line. */
static const char *next_line(const char *text, char name[NAME_MAX_BYTES], double *value)
{
    size_t len = strcspn(text, " \n");
    const char *number = text + len + 1;
    char *end;

    if (len == 0 || len >= NAME_MAX_BYTES || text[len] != ' ')
        return NULL;
    memcpy(name, text, len);
    name[len] = '\0';
    *value = strtod(number, &end);
    return end != number && *end == '\n' ? end + 1 : NULL;
}

enum err keep_scan(struct field *f, const char *text, struct fault *why)
{
    struct field next = *f;
    char name[NAME_MAX_BYTES];
    double value;

    if (strncmp(text, HEAD, strlen(HEAD)) != 0)
        return fault_set(why, ERR_STATE, "not a state of this simulator");
    text += strlen(HEAD);
    for (unsigned i = 0; i < METERS_COUNT; i++)
        next.meters[i] = NAN;
    while ((text = next_line(text, name, &value)) != NULL) {
        if (strcmp(name, "end") == 0) {
            settle(&next);
            *f = next;
            field_render(f);
            return ERR_NONE;
        }
        if (!take(&next, name, value))
            return fault_set(why, ERR_STATE, "'%s' is unknown or its number is out of range", name);
    }
    return fault_set(why, ERR_STATE, "cut short");
}

static enum err path_of(char out[PATH_MAX], const char *folder, struct fault *why)
{
    if (snprintf(out, PATH_MAX, "%s/field.state", folder) >= PATH_MAX)
        return fault_set(why, ERR_RANGE, "%s: the path is too long", folder);
    return ERR_NONE;
}

enum err keep_save(const struct field *f, const char *folder, struct fault *why)
{
    char path[PATH_MAX];
    struct strbuf text;
    enum err rc = path_of(path, folder, why);

    strbuf_init(&text, KEEP_TEXT_MAX);
    keep_print(f, &text);
    if (rc == ERR_NONE && text.failed)
        rc = fault_set(why, ERR_MEMORY, "%s: no memory for the state", path);
    if (rc == ERR_NONE)
        rc = file_make_folder(folder, why);
    if (rc == ERR_NONE)
        rc = file_write(path, text.text, text.len, 0644, why);
    strbuf_clear(&text);
    return rc;
}

enum err keep_load(struct field *f, const char *folder, struct fault *why)
{
    char path[PATH_MAX], *text;
    size_t len;
    struct fault inner = { 0 };
    enum err rc = path_of(path, folder, why);

    if (rc == ERR_NONE)
        rc = file_read(path, KEEP_TEXT_MAX, &text, &len, why);
    if (rc != ERR_NONE)
        return rc;
    if (keep_scan(f, text, &inner) != ERR_NONE)
        rc = fault_set(why, inner.code, "%s: %s", path, inner.text);
    free(text);
    return rc;
}
