#include "limits.h"

static void write_row(struct json_out *j, const struct limit *l)
{
    json_open_object(j);
    json_member_words(j, "row", l->row);
    json_member_words(j, "parameter", l->parameter);
    json_member_words(j, "instead", l->instead);
    json_member_words(j, "name", l->name);
    json_member_words(j, "name_en", l->name_en);
    json_member_words(j, "cas", l->cas);
    json_member_words(j, "group", LIMIT_GROUPS[l->group]);
    json_member_words(j, "subgroup", l->subgroup);
    json_member_words(j, "unit", l->unit);
    json_member_number(j, "low", l->low);
    json_member_number(j, "high", l->high);
    json_member_bool(j, "strict", l->strict);
    json_member_words(j, "pass", l->pass);
    json_member_words(j, "basis", l->basis);
    json_member_words(j, "only_if", LIMIT_CONDITIONS[l->only_if]);
    json_key(j, "seen_in");
    json_int(j, l->seen_in);
    json_member_bool(j, "verified", l->unverified[0] == '\0' && l->seen_in > 0);
    json_member_words(j, "unverified", l->unverified);
    json_close_object(j);
}

static void write_sum(struct json_out *j, const struct limit_sum *s)
{
    json_open_object(j);
    json_member_words(j, "row", s->row);
    json_key(j, "terms");
    json_open_array(j);
    for (size_t i = 0; i < s->term_count; i++) {
        json_open_object(j);
        json_member_words(j, "parameter", s->parameter[i]);
        json_member_number(j, "limit", s->limit[i]);
        json_close_object(j);
    }
    json_close_array(j);
    json_member_bool(j, "verified", s->unverified[0] == '\0');
    json_member_words(j, "unverified", s->unverified);
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

    json_member_words(j, "id", s->id);
    json_member_words(j, "name", s->name);
    json_member_words(j, "name_en", s->name_en);
    json_member_words(j, "series", s->series);
    json_member_words(j, "issued_by", s->issued_by);
    json_member_words(j, "layer", STANDARD_LAYERS[s->layer]);
    json_member_bool(j, "advisory", s->advisory);
    json_member_bool(j, "partial", s->partial);
    json_member_words(j, "in_force_from", day_iso(s->from, day));
    json_member_words(j, "in_force_until", day_iso(s->until, day));
    json_member_bool(j, "in_force", standard_in_force(s, today));
    json_key(j, "rows");
    json_int(j, (int64_t)s->limit_count);
    if (whole)
        write_rows(j, s);
}
