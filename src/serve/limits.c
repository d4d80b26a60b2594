#include "limits.h"

static void text(struct json_out *j, const char *key, const char *value)
{
    json_key(j, key);
    json_string(j, *value == '\0' ? NULL : value);
}

static void number(struct json_out *j, const char *key, double value)
{
    json_key(j, key);
    json_number(j, value);
}

static void flag(struct json_out *j, const char *key, bool value)
{
    json_key(j, key);
    json_bool(j, value);
}

static void write_row(struct json_out *j, const struct limit *l)
{
    json_open_object(j);
    text(j, "row", l->row);
    text(j, "parameter", l->parameter);
    text(j, "instead", l->instead);
    text(j, "name", l->name);
    text(j, "name_en", l->name_en);
    text(j, "cas", l->cas);
    text(j, "group", LIMIT_GROUPS[l->group]);
    text(j, "subgroup", l->subgroup);
    text(j, "unit", l->unit);
    number(j, "low", l->low);
    number(j, "high", l->high);
    flag(j, "strict", l->strict);
    text(j, "pass", l->pass);
    text(j, "basis", l->basis);
    text(j, "only_if", LIMIT_CONDITIONS[l->only_if]);
    json_key(j, "seen_in");
    json_int(j, l->seen_in);
    flag(j, "verified", l->unverified[0] == '\0' && l->seen_in > 0);
    text(j, "unverified", l->unverified);
    json_close_object(j);
}

static void write_sum(struct json_out *j, const struct limit_sum *s)
{
    json_open_object(j);
    text(j, "row", s->row);
    json_key(j, "terms");
    json_open_array(j);
    for (size_t i = 0; i < s->term_count; i++) {
        json_open_object(j);
        text(j, "parameter", s->parameter[i]);
        number(j, "limit", s->limit[i]);
        json_close_object(j);
    }
    json_close_array(j);
    flag(j, "verified", s->unverified[0] == '\0');
    text(j, "unverified", s->unverified);
    json_close_object(j);
}

static void write_rows(struct json_out *j, const struct standard *s)
{
    json_key(j, "limits");
    json_open_array(j);
    for (size_t i = 0; i < s->limit_count; i++)
        write_row(j, &s->limits[i]);
    json_close_array(j);
    json_key(j, "sums");
    json_open_array(j);
    for (size_t i = 0; i < s->sum_count; i++)
        write_sum(j, &s->sums[i]);
    json_close_array(j);
}

void limits_write(struct json_out *j, const struct standard *s, int32_t today, bool whole)
{
    char day[DAY_ISO_MAX];

    text(j, "id", s->id);
    text(j, "name", s->name);
    text(j, "name_en", s->name_en);
    text(j, "series", s->series);
    text(j, "issued_by", s->issued_by);
    text(j, "layer", STANDARD_LAYERS[s->layer]);
    flag(j, "advisory", s->advisory);
    flag(j, "partial", s->partial);
    text(j, "in_force_from", day_iso(s->from, day));
    text(j, "in_force_until", day_iso(s->until, day));
    flag(j, "in_force", standard_in_force(s, today));
    json_key(j, "rows");
    json_int(j, (int64_t)s->limit_count);
    if (whole)
        write_rows(j, s);
}
