#include "model/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const REPORT_KINDS[] = { "incidents", "water-quality", NULL };
const char *const REPORT_FORMATS[] = { "json", "csv", "html", NULL };

static bool find(const char *const *words, const char *word, unsigned *out)
{
    for (*out = 0; words[*out] != NULL; (*out)++)
        if (strcmp(words[*out], word) == 0)
            return true;
    return false;
}

bool report_kind_parse(const char *word, enum report_kind *out)
{
    unsigned n;

    if (word == NULL || !find(REPORT_KINDS, word, &n))
        return false;
    *out = (enum report_kind)n;
    return true;
}

bool report_format_parse(const char *word, enum report_format *out)
{
    unsigned n;

    if (word == NULL || !find(REPORT_FORMATS, word, &n))
        return false;
    *out = (enum report_format)n;
    return true;
}

/* "20260701" */
static void day_digits(int32_t day, char out[DAY_ISO_MAX])
{
    char iso[DAY_ISO_MAX];

    (void)day_iso(day, iso);
    (void)snprintf(out, DAY_ISO_MAX, "%.4s%.2s%.2s", iso, iso + 5, iso + 8);
}

void report_id(struct report_item *i)
{
    char from[DAY_ISO_MAX], to[DAY_ISO_MAX];

    day_digits(i->from, from);
    day_digits(i->to, to);
    (void)snprintf(i->id, sizeof i->id, "%s-%s-%s%s%s-v%u", REPORT_KINDS[i->kind], from, to,
                   i->supplier[0] == '\0' ? "" : "-", i->supplier, i->version);
}

void report_rows_clear(struct report_rows *r)
{
    free(r->incidents);
    free(r->members);
    for (size_t i = 0; i < r->fact_count; i++)
        free(r->facts[i].note);
    free(r->facts);
    free(r->duties);
    free(r->places);
    free(r->water);
    free(r->others);
    *r = (struct report_rows){ .incidents = NULL };
}
