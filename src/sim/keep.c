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
        name, offsetof(struct physics, member), low, high                                                    \
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
    ROW("dma_total_m3", dma_total_m3, 0, 1e12),
    ROW("zone_total_m3", zone_total_m3, 0, 1e12),
    ROW("spilled_total_m3", spilled_total_m3, 0, 1e12),
#undef ROW
};

static double *member(struct physics *p, const struct row *row)
{
    return (double *)(void *)((char *)p + row->at);
}

void keep_print(const struct field *f, struct strbuf *to)
{
    struct physics water = f->water;

    strbuf_puts(to, HEAD);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        strbuf_printf(to, "%s %.17g\n", ROWS[i].name, *member(&water, &ROWS[i]));
    strbuf_printf(to, "raw_pumps_on %u\n", water.raw_pumps_on);
    strbuf_printf(to, "duty %u\n", water.duty);
    for (unsigned i = 0; i < PHYSICS_BOOSTERS; i++)
        strbuf_printf(to, "booster%u_on %d\n", i + 1, water.boosters[i].on);
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        strbuf_printf(to, "alive.%s %llu\n", field_device(i)->name, (unsigned long long)f->alive_s[i]);
    strbuf_puts(to, "end 0\n");
}

/* Whole numbers below `limit` only. */
static bool whole(double value, double limit)
{
    return value >= 0 && value < limit && value == floor(value);
}

static bool take_switch(struct physics *p, const char *name, double value)
{
    if (strcmp(name, "raw_pumps_on") == 0 && whole(value, PHYSICS_RAW_PUMPS + 1))
        p->raw_pumps_on = (unsigned)value;
    else if (strcmp(name, "duty") == 0 && whole(value, PHYSICS_BOOSTERS))
        p->duty = (unsigned)value;
    else if (strcmp(name, "booster1_on") == 0 && whole(value, 2))
        p->boosters[0].on = value > 0;
    else if (strcmp(name, "booster2_on") == 0 && whole(value, 2))
        p->boosters[1].on = value > 0;
    else
        return false;
    return true;
}

static bool take(struct field *f, const char *name, double value)
{
    int device = strncmp(name, "alive.", 6) == 0 ? field_named(name + 6) : -1;

    if (device >= 0) {
        f->alive_s[device] = whole(value, 1e15) ? (uint64_t)value : 0;
        return whole(value, 1e15);
    }
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        if (strcmp(name, ROWS[i].name) != 0)
            continue;
        *member(&f->water, &ROWS[i]) = value;
        return value >= ROWS[i].low && value <= ROWS[i].high;
    }
    return take_switch(&f->water, name, value);
}

/* The pumps that were running are at speed already. */
static void settle(struct field *f)
{
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
