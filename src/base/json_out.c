#include "base/json.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

void json_out_init(struct json_out *j, struct strbuf *to)
{
    *j = (struct json_out){ .to = to };
}

static void before_value(struct json_out *j)
{
    if (j->after_key)
        j->after_key = false;
    else if (j->comma[j->depth])
        strbuf_putc(j->to, ',');
    j->comma[j->depth] = true;
}

static void open(struct json_out *j, char c)
{
    before_value(j);
    if (j->depth == JSON_DEPTH_MAX) { /* our own mistake; the document is given up rather than broken */
        j->to->failed = true;
        return;
    }
    strbuf_putc(j->to, c);
    j->comma[++j->depth] = false;
}

static void close(struct json_out *j, char c)
{
    if (j->depth > 0)
        j->depth--;
    strbuf_putc(j->to, c);
}

void json_open_object(struct json_out *j)
{
    open(j, '{');
}

void json_close_object(struct json_out *j)
{
    close(j, '}');
}

void json_open_array(struct json_out *j)
{
    open(j, '[');
}

void json_close_array(struct json_out *j)
{
    close(j, ']');
}

static void escape(struct strbuf *to, unsigned char c)
{
    static const char SHORT[] = "\bb\tt\nn\ff\rr\"\"\\\\";

    for (const char *s = SHORT; *s != '\0'; s += 2)
        if ((unsigned char)s[0] == c) {
            char two[2] = { '\\', s[1] };
            strbuf_add(to, two, 2);
            return;
        }
    strbuf_printf(to, "\\u%04x", c);
}

static void quoted(struct strbuf *to, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    const unsigned char *run = s;

    strbuf_putc(to, '"');
    while (*s != '\0') {
        size_t n = utf8_length(s, SIZE_MAX); /* the NUL ends a half */
        if (n > 1 || (n == 1 && *s >= 0x20 && *s != '"' && *s != '\\' && *s != 0x7F)) {
            s += n;
            continue;
        }
        strbuf_add(to, run, (size_t)(s - run));
        if (n == 0)
            strbuf_puts(to, "\xEF\xBF\xBD");
        else
            escape(to, *s);
        run = ++s;
    }
    strbuf_add(to, run, (size_t)(s - run));
    strbuf_putc(to, '"');
}

void json_key(struct json_out *j, const char *key)
{
    if (j->comma[j->depth])
        strbuf_putc(j->to, ',');
    j->comma[j->depth] = true;
    quoted(j->to, key);
    strbuf_putc(j->to, ':');
    j->after_key = true;
}

void json_string(struct json_out *j, const char *text)
{
    before_value(j);
    if (text == NULL)
        strbuf_puts(j->to, "null");
    else
        quoted(j->to, text);
}

/* Most readings are decimals of few digits: found exactly by one multiplication, far cheaper than the
 * search over %.*g below. */
static size_t short_decimal(double value, char out[JSON_NUMBER_MAX])
{
    static const double TEN[] = { 1, 10, 100, 1000, 10000 };

    for (int places = 0; places < 5; places++) {
        double scaled = rint(value * TEN[places]);
        if (fabs(scaled) < 1e15 && scaled / TEN[places] == value) /* a division rounds as reading does */
            return (size_t)snprintf(out, JSON_NUMBER_MAX, "%.*f", places, value);
    }
    return 0;
}

size_t json_number_text(double value, char out[JSON_NUMBER_MAX])
{
    size_t n;

    if (!isfinite(value))
        return (size_t)snprintf(out, JSON_NUMBER_MAX, "null");
    if (value == 0.0)
        return (size_t)snprintf(out, JSON_NUMBER_MAX, "0");
    n = short_decimal(value, out);
    /* a normal double of fewer digits loses nothing at 6: %g drops the zeros */
    for (int digits = fabs(value) < DBL_MIN ? 1 : 6; n == 0; digits++) {
        int len = snprintf(out, JSON_NUMBER_MAX, "%.*g", digits, value);
        if (digits == 17 || strtod(out, NULL) == value)
            n = (size_t)len;
    }
    return n;
}

void json_number(struct json_out *j, double value)
{
    char text[JSON_NUMBER_MAX];
    size_t n = json_number_text(value, text);

    before_value(j);
    strbuf_add(j->to, text, n);
}

void json_int(struct json_out *j, int64_t value)
{
    before_value(j);
    strbuf_printf(j->to, "%lld", (long long)value);
}

void json_bool(struct json_out *j, bool value)
{
    before_value(j);
    strbuf_puts(j->to, value ? "true" : "false");
}

void json_null(struct json_out *j)
{
    before_value(j);
    strbuf_puts(j->to, "null");
}

void json_time(struct json_out *j, struct wall at)
{
    char text[CLOCK_TEXT_MAX];

    if (at.ms == 0) {
        json_null(j);
        return;
    }
    wall_text(at, text);
    json_string(j, text);
}

void json_member_text(struct json_out *j, const char *key, const char *text)
{
    json_key(j, key);
    json_string(j, text);
}

void json_member_words(struct json_out *j, const char *key, const char *text)
{
    json_member_text(j, key, *text == '\0' ? NULL : text);
}

void json_member_number(struct json_out *j, const char *key, double value)
{
    json_key(j, key);
    json_number(j, value);
}

void json_member_int(struct json_out *j, const char *key, int64_t value)
{
    json_key(j, key);
    json_int(j, value);
}

void json_member_count(struct json_out *j, const char *key, uint64_t n)
{
    json_member_int(j, key, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

void json_member_bool(struct json_out *j, const char *key, bool value)
{
    json_key(j, key);
    json_bool(j, value);
}

void json_member_time(struct json_out *j, const char *key, struct wall at)
{
    json_key(j, key);
    json_time(j, at);
}
