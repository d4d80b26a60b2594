#include "series_text.h"

#include "base/csv.h"
#include "base/json.h"
#include "model/quality.h"

/* What is said of one point, inside its object. */
static void about_json(struct json_out *j, const struct series_about *about)
{
    json_key(j, "id");
    json_string(j, about->id);
    json_key(j, "unit");
    json_string(j, about->unit);
}

static void span_json(struct json_out *j, const struct series_ask *ask)
{
    json_key(j, "from");
    json_time(j, ask->from);
    json_key(j, "to");
    json_time(j, ask->to);
}

static void kind_json(struct json_out *j, const struct series *s)
{
    json_key(j, "kind");
    json_string(j, s->raw ? "raw" : "buckets");
    json_key(j, "resolution");
    json_string(j, series_resolution_name(s->resolution));
}

static void samples_json(struct json_out *j, const struct series *s)
{
    json_key(j, "samples");
    json_open_array(j);
    for (size_t i = 0; i < s->count; i++) {
        const struct series_sample *x = &s->samples[i];
        json_open_object(j);
        json_key(j, "at");
        json_time(j, x->at);
        json_key(j, "value");
        json_number(j, x->value);
        json_key(j, "quality");
        json_string(j, quality_name((enum quality)x->quality));
        json_key(j, "reason");
        json_string(j, reason_name((enum reason)x->reason));
        json_close_object(j);
    }
    json_close_array(j);
}

static void buckets_json(struct json_out *j, const struct series *s)
{
    json_key(j, "width_ms");
    json_int(j, s->width_ms);
    json_key(j, "buckets");
    json_open_array(j);
    for (size_t i = 0; i < s->count; i++) {
        const struct series_bucket *x = &s->buckets[i];
        json_open_object(j);
        json_key(j, "at");
        json_time(j, x->at);
        json_member_number(j, "min", x->min);
        json_member_number(j, "max", x->max);
        json_member_number(j, "mean", x->mean);
        json_member_number(j, "good_share", x->good_share);
        json_key(j, "n");
        json_int(j, x->rows);
        json_close_object(j);
    }
    json_close_array(j);
}

void series_text_page(struct strbuf *b, const char *unit, const struct series *s, bool first)
{
    if (first)
        strbuf_puts(b, "at,value,unit,quality,reason\r\n");
    for (size_t i = 0; i < s->count; i++) {
        const struct series_sample *x = &s->samples[i];
        csv_time(b, x->at);
        strbuf_putc(b, ',');
        csv_number(b, x->value);
        strbuf_putc(b, ',');
        csv_text(b, unit);
        strbuf_printf(b, ",%s,%s\r\n", quality_name((enum quality)x->quality),
                      reason_name((enum reason)x->reason));
    }
}

static void buckets_csv(struct strbuf *b, const char *unit, const struct series *s)
{
    strbuf_puts(b, "at,min,max,mean,unit,good_share,n\r\n");
    for (size_t i = 0; i < s->count; i++) {
        const struct series_bucket *x = &s->buckets[i];
        csv_time(b, x->at);
        strbuf_putc(b, ',');
        csv_number(b, x->min);
        strbuf_putc(b, ',');
        csv_number(b, x->max);
        strbuf_putc(b, ',');
        csv_number(b, x->mean);
        strbuf_putc(b, ',');
        csv_text(b, unit);
        strbuf_putc(b, ',');
        csv_number(b, x->good_share);
        strbuf_printf(b, ",%u\r\n", (unsigned)x->rows);
    }
}

void series_text(struct strbuf *b, const struct series_about *about, const struct series_ask *ask,
                 const struct series *s, bool csv)
{
    struct json_out j;

    if (csv) {
        if (s->raw)
            series_text_page(b, about->unit, s, true);
        else
            buckets_csv(b, about->unit, s);
        return;
    }
    json_out_init(&j, b);
    json_open_object(&j);
    about_json(&j, about);
    span_json(&j, ask);
    kind_json(&j, s);
    (s->raw ? samples_json : buckets_json)(&j, s);
    json_close_object(&j);
}

/* ---- many points ---- */

void series_text_begin(struct strbuf *b, const struct series_ask *ask, bool csv)
{
    char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];

    if (csv) {
        strbuf_puts(b, "id,unit,resolution,at,value,quality,reason,min,max,mean,good_share,n\r\n");
        return;
    }
    wall_text(ask->from, from);
    wall_text(ask->to, to);
    strbuf_printf(b, "{\"from\":\"%s\",\"to\":\"%s\",\"series\":[", from, to);
}

static void row_begins(struct strbuf *b, const struct series_about *about, const struct series *s,
                       struct wall at)
{
    csv_text(b, about->id);
    strbuf_putc(b, ',');
    csv_text(b, about->unit);
    strbuf_printf(b, ",%s,", series_resolution_name(s->resolution));
    csv_time(b, at);
    strbuf_putc(b, ',');
}

static void several_samples_csv(struct strbuf *b, const struct series_about *about, const struct series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct series_sample *x = &s->samples[i];
        row_begins(b, about, s, x->at);
        csv_number(b, x->value);
        strbuf_printf(b, ",%s,%s,,,,,\r\n", quality_name((enum quality)x->quality),
                      reason_name((enum reason)x->reason));
    }
}

static void several_buckets_csv(struct strbuf *b, const struct series_about *about, const struct series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct series_bucket *x = &s->buckets[i];
        row_begins(b, about, s, x->at);
        strbuf_puts(b, ",,,");
        csv_number(b, x->min);
        strbuf_putc(b, ',');
        csv_number(b, x->max);
        strbuf_putc(b, ',');
        csv_number(b, x->mean);
        strbuf_putc(b, ',');
        csv_number(b, x->good_share);
        strbuf_printf(b, ",%u\r\n", (unsigned)x->rows);
    }
}

void series_text_several(struct strbuf *b, const struct series_about *about, const struct series *s,
                         bool first, bool csv)
{
    struct json_out j;

    if (csv) {
        (s->raw ? several_samples_csv : several_buckets_csv)(b, about, s);
        return;
    }
    if (!first)
        strbuf_putc(b, ',');
    json_out_init(&j, b);
    json_open_object(&j);
    about_json(&j, about);
    kind_json(&j, s);
    (s->raw ? samples_json : buckets_json)(&j, s);
    json_close_object(&j);
}

void series_text_end(struct strbuf *b, bool csv)
{
    if (!csv)
        strbuf_puts(b, "]}");
}
