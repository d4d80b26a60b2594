#include "model/standard_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/seen.h"
#include "model/known.h"
#include "model/parameter.h"
#include "standard_rows.h"

enum { SETS_MAX = 100, ROWS_MAX = 1000, KEY_MAX = 2 * ID_MAX };

/* Where a set stands that has been read. */
struct told {
    struct conf_mark id, from;
};

struct standards_reader {
    struct catalogue *c;
    struct conf_seen ids;
    struct told told[SETS_MAX]; /* by index in the catalogue */
};

/* One set being read. */
struct draft {
    struct standard *s;
    struct conf_mistakes *m;
    struct conf_seen seen; /* names of its rows, which live in `keys` */
    char (*keys)[KEY_MAX]; /* two per row: the parameter and its condition, the row and its condition */
};

enum err standards_reader_new(struct standards_reader **out, struct catalogue *c)
{
    struct standards_reader *r = calloc(1, sizeof *r);

    if (r == NULL)
        return ERR_MEMORY;
    r->c = c;
    conf_seen_init(&r->ids);
    *out = r;
    return ERR_NONE;
}

void standards_reader_free(struct standards_reader *r)
{
    if (r == NULL)
        return;
    conf_seen_clear(&r->ids);
    free(r);
}

/* ---- one row ---- */

static void check_unit(const struct conf_node *n, struct limit_row *row, struct conf_mistakes *m)
{
    const struct parameter_kind *p = parameter_find(row->parameter);
    const struct unit *unit, *own = p == NULL ? NULL : unit_find(p->unit);

    if (row->unit[0] == '\0') {
        if (p != NULL)
            (void)snprintf(row->unit, sizeof row->unit, "%s", p->unit);
        else if (parameter_own(row->parameter) && row->pass[0] == '\0')
            conf_mistake(m, conf_mark_at(n, "parameter"),
                         "\"%s\" is a parameter of your own: say the unit of its limit", row->parameter);
        return;
    }
    unit = known_unit(n, "unit", row->unit, m);
    if (unit == NULL)
        return;
    if (own != NULL && !unit_converts(unit, own)) {
        conf_mistake(m, conf_mark_at(n, "unit"), "%s is counted in %s, and %s does not convert to that",
                     p->id, own->symbol, unit->symbol);
    } else {
        (void)snprintf(row->unit, sizeof row->unit, "%s", unit->symbol);
    }
}

static void check_bounds(const struct conf_node *n, const struct limit_row *row, struct conf_mistakes *m)
{
    bool numbers = !isnan(row->low) || !isnan(row->high);

    if (numbers == (row->pass[0] != '\0'))
        conf_mistake(m, conf_mark(n), "a limit has either bounds, \"low\", \"high\" or both, or \"pass\"");
    else if (row->low > row->high)
        conf_mistake(m, conf_mark_at(n, "low"), "low %g is above high %g: nothing would be within", row->low,
                     row->high);
    else if (row->strict && row->low == row->high)
        conf_mistake(m, conf_mark_at(n, "strict"), "strictly between %g and %g there is nothing", row->low,
                     row->high);
    if (row->strict && !numbers)
        conf_mistake(m, conf_mark_at(n, "strict"), "without bounds there is nothing to be strict about");
}

/* A parameter has one row for each kind of water; "always" is every kind. */
static void check_once(struct draft *r, const struct conf_node *n, const struct limit_row *row, size_t i)
{
    char *parameter = r->keys[2 * i], *number = r->keys[2 * i + 1];

    (void)snprintf(parameter, KEY_MAX, "%s, %s", row->parameter, LIMIT_CONDITIONS[row->only_if]);
    (void)snprintf(number, KEY_MAX, "%s. %s", row->row, LIMIT_CONDITIONS[row->only_if]);
    if (row->parameter[0] != '\0')
        (void)conf_seen_once(&r->seen, "limit on", parameter, conf_mark_at(n, "parameter"), r->m);
    if (row->row[0] != '\0')
        (void)conf_seen_once(&r->seen, "row", number, conf_mark_at(n, "row"), r->m);
}

#define COPY(to, from) memcpy((to), (from), sizeof(from))

static void take_limit(struct limit *to, const struct limit_row *row)
{
    COPY(to->row, row->row);
    COPY(to->parameter, row->parameter);
    COPY(to->instead, row->instead);
    COPY(to->name, row->name);
    COPY(to->name_en, row->name_en);
    COPY(to->cas, row->cas);
    COPY(to->subgroup, row->subgroup);
    COPY(to->unit, row->unit);
    COPY(to->pass, row->pass);
    COPY(to->basis, row->basis);
    COPY(to->unverified, row->unverified);
    to->low = row->low;
    to->high = row->high;
    to->strict = row->strict;
    to->group = row->group;
    to->only_if = row->only_if;
    to->seen_in = row->seen_in;
}

static void read_limit(struct draft *r, const struct conf_node *n, size_t i)
{
    struct limit_row row;

    (void)conf_apply(LIMIT, COUNT_OF(LIMIT), n, &row, r->m);
    if (row.group < 0)
        row.group = LIMIT_GROUP_NONE;
    if (row.only_if < 0)
        row.only_if = LIMIT_ALWAYS;
    if (row.parameter[0] != '\0' && known_parameter(n, "parameter", row.parameter, r->m))
        check_unit(n, &row, r->m);
    if (row.instead[0] != '\0')
        (void)known_parameter(n, "instead", row.instead, r->m);
    check_bounds(n, &row, r->m);
    if (row.cas[0] != '\0' && !cas_is_sound(row.cas))
        conf_mistake(r->m, conf_mark_at(n, "cas"), "%s is no CAS number: its check digit is wrong", row.cas);
    check_once(r, n, &row, i);
    take_limit(&r->s->limits[i], &row);
}

static enum err read_limits(struct draft *r, const struct conf_node *list)
{
    size_t count = list == NULL ? 0 : conf_count(list);

    if (list == NULL)
        return ERR_NONE; /* that it is missing has been said */
    if (count == 0 || count > ROWS_MAX) {
        conf_mistake(r->m, conf_mark(list), "a set has 1 to %d limits, here are %zu", ROWS_MAX, count);
        return ERR_NONE;
    }
    r->s->limits = calloc(count, sizeof *r->s->limits);
    r->keys = calloc(2 * count, sizeof *r->keys);
    if (r->s->limits == NULL || r->keys == NULL)
        return ERR_MEMORY;
    r->s->limit_count = count;
    for (size_t i = 0; i < count; i++)
        read_limit(r, conf_item(list, i), i);
    return ERR_NONE;
}

/* ---- sums ---- */

static bool has_row(const struct standard *s, const char *parameter)
{
    for (size_t i = 0; i < s->limit_count; i++)
        if (strcmp(s->limits[i].parameter, parameter) == 0)
            return true;
    return false;
}

static void read_term(struct draft *r, const struct conf_node *n, struct limit_sum *to)
{
    struct term_row row;

    (void)conf_apply(SUM_TERM, COUNT_OF(SUM_TERM), n, &row, r->m);
    if (row.limit <= 0)
        conf_mistake(r->m, conf_mark_at(n, "limit"), "a value cannot be divided by %g", row.limit);
    if (row.parameter[0] != '\0' && !has_row(r->s, row.parameter))
        conf_mistake(r->m, conf_mark_at(n, "parameter"), "\"%s\" has no row in this set", row.parameter);
    COPY(to->parameter[to->term_count], row.parameter);
    to->limit[to->term_count++] = row.limit;
}

static void read_sum(struct draft *r, const struct conf_node *n, struct limit_sum *to)
{
    struct sum_row row;
    size_t count;

    (void)conf_apply(LIMIT_SUM, COUNT_OF(LIMIT_SUM), n, &row, r->m);
    COPY(to->row, row.row);
    COPY(to->unverified, row.unverified);
    count = row.terms == NULL ? 0 : conf_count(row.terms);
    if (row.terms != NULL && (count < 2 || count > SUM_TERMS_MAX))
        conf_mistake(r->m, conf_mark(row.terms), "a sum has 2 to %d terms, here are %zu", SUM_TERMS_MAX,
                     count);
    for (size_t i = 0; i < count && i < SUM_TERMS_MAX; i++)
        read_term(r, conf_item(row.terms, i), to);
}

static enum err read_sums(struct draft *r, const struct conf_node *list)
{
    size_t count = list == NULL ? 0 : conf_count(list);

    if (count > ROWS_MAX)
        conf_mistake(r->m, conf_mark(list), "a set has at most %d sums, here are %zu", ROWS_MAX, count);
    if (count == 0 || count > ROWS_MAX)
        return ERR_NONE;
    r->s->sums = calloc(count, sizeof *r->s->sums);
    if (r->s->sums == NULL)
        return ERR_MEMORY;
    r->s->sum_count = count;
    for (size_t i = 0; i < count; i++)
        read_sum(r, conf_item(list, i), &r->s->sums[i]);
    return ERR_NONE;
}

/* ---- one set ---- */

static void read_head(struct draft *r, const struct conf_node *n)
{
    struct standard_row row;
    struct standard *s = r->s;

    (void)conf_apply(STANDARD, COUNT_OF(STANDARD), n, &row, r->m);
    COPY(s->id, row.id);
    COPY(s->name, row.name);
    COPY(s->name_en, row.name_en);
    memcpy(s->series, row.series[0] == '\0' ? row.id : row.series, sizeof s->series);
    COPY(s->issued_by, row.issued_by);
    s->layer = row.layer < 0 ? 0 : row.layer;
    s->advisory = row.advisory;
    s->partial = row.partial;
    s->from = s->until = DAY_NONE;
    if (n == NULL)
        return; /* that it is missing has been said */
    s->from = known_day(n, "in_force_from", row.from, r->m);
    s->until = known_day(n, "in_force_until", row.until, r->m);
    if (s->until != DAY_NONE && s->from != DAY_NONE && s->until < s->from)
        conf_mistake(r->m, conf_mark_at(n, "in_force_until"), "the set would end before it begins");
}

/* Takes the set, or leaves it to its maker. */
static enum err keep(struct standards_reader *w, struct draft *r, const struct conf_node *head, bool *kept)
{
    struct conf_mark at;
    uint32_t index;
    enum err rc;

    *kept = false;
    if (r->s->id[0] == '\0')
        return ERR_NONE;
    at = conf_mark_at(head, "id");
    if (!conf_seen_once(&w->ids, "limit set", conf_text(conf_get(head, "id")), at, r->m))
        return ERR_NONE;
    if (w->c->standard_count == SETS_MAX) {
        conf_mistake(r->m, at, "more than %d limit sets", SETS_MAX);
        return ERR_NONE;
    }
    rc = catalogue_add_standard(w->c, r->s, &index);
    if (rc != ERR_NONE)
        return rc;
    *kept = true;
    w->told[index] = (struct told){ at, conf_mark_at(head, "in_force_from") };
    return ERR_NONE;
}

enum err standards_read(struct standards_reader *w, const struct conf_node *root, struct conf_mistakes *m)
{
    struct standard s = { 0 };
    struct draft r = { .s = &s, .m = m };
    struct standard_file_row file;
    bool kept = false;
    enum err rc;

    conf_seen_init(&r.seen);
    (void)conf_apply(STANDARD_FILE, COUNT_OF(STANDARD_FILE), root, &file, m);
    read_head(&r, file.standard);
    rc = read_limits(&r, file.limits);
    if (rc == ERR_NONE)
        rc = read_sums(&r, file.sums);
    if (rc == ERR_NONE)
        rc = keep(w, &r, file.standard, &kept);
    if (!kept)
        standard_clear(&s);
    conf_seen_clear(&r.seen);
    free(r.keys);
    return rc;
}

/* ---- sets after each other ---- */

/* The set of the same series that begins last before this one, or with it; NO_INDEX: there is none. */
static uint32_t before(const struct catalogue *c, uint32_t index)
{
    const struct standard *s = &c->standards[index];
    uint32_t found = NO_INDEX;

    for (uint32_t i = 0; i < c->standard_count; i++) {
        const struct standard *o = &c->standards[i];
        if (i == index || strcmp(o->series, s->series) != 0 || o->from == DAY_NONE || o->from > s->from ||
            (o->from == s->from && i > index))
            continue;
        if (found == NO_INDEX || c->standards[found].from < o->from)
            found = i;
    }
    return found;
}

static void check_follows(const struct standards_reader *w, uint32_t index, struct conf_mistakes *m)
{
    const struct standard *s = &w->c->standards[index], *o;
    uint32_t previous = s->from == DAY_NONE ? NO_INDEX : before(w->c, index);
    char place[CONF_PLACE_MAX], day[DAY_ISO_MAX];

    if (previous == NO_INDEX)
        return;
    o = &w->c->standards[previous];
    (void)conf_place(w->told[previous].id, place);
    if (o->from == s->from || (o->until != DAY_NONE && o->until >= s->from))
        conf_mistake(m, w->told[index].from,
                     "series \"%s\": on this day set \"%s\" is still in force, see %s", s->series, o->id,
                     place);
    else if (o->until != DAY_NONE && o->until + 1 < s->from)
        conf_mistake(m, w->told[index].from,
                     "series \"%s\": set \"%s\" ends on %s, see %s; between the two no set is in force",
                     s->series, o->id, day_iso(o->until, day), place);
}

void standards_finish(struct standards_reader *w, struct conf_mistakes *m)
{
    for (uint32_t i = 0; i < w->c->standard_count; i++)
        check_follows(w, i, m);
}
