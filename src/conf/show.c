#include "show.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "chars.h"
#include "value.h"

const char *show_amount(enum conf_type type, double amount, char out[SHOW_MAX])
{
    const struct value_unit *units = type == CONF_TYPE_DURATION ? VALUE_TIMES : VALUE_SIZES;
    const struct value_unit *best = units;
    char number[JSON_NUMBER_MAX];

    for (const struct value_unit *u = units; amount >= 1 && u->name != NULL; u++)
        if (fmod(amount, (double)u->factor) == 0)
            best = u;
    if (type == CONF_TYPE_DURATION && amount == 0)
        best = units + 1; /* 0s reads better than 0ms */
    (void)snprintf(number, sizeof number, "%.0f", amount / (double)best->factor);
    (void)snprintf(out, SHOW_MAX, "%s%s", number, best->name);
    return out;
}

static const char *show_bound(const struct conf_setting *row, double bound, char out[SHOW_MAX])
{
    char number[JSON_NUMBER_MAX];

    if (row->type == CONF_TYPE_DURATION || row->type == CONF_TYPE_SIZE)
        return show_amount(row->type, bound, out);
    (void)json_number_text(bound, number);
    (void)snprintf(out, SHOW_MAX, "%s", number);
    return out;
}

const char *show_bounds(const struct conf_setting *row, char out[SHOW_BOUNDS_MAX])
{
    char low[SHOW_MAX], high[SHOW_MAX];

    (void)show_bound(row, row->low, low);
    (void)show_bound(row, row->high, high);
    if (isinf(row->high))
        (void)snprintf(out, SHOW_BOUNDS_MAX, "at least %s", low);
    else if (isinf(row->low))
        (void)snprintf(out, SHOW_BOUNDS_MAX, "at most %s", high);
    else
        (void)snprintf(out, SHOW_BOUNDS_MAX, "%s to %s", low, high);
    return out;
}

/* ---------------------------------------------------------------- values */

/* Words that other YAML readers take for something else than text. */
static bool loaded_word(const char *text)
{
    static const char *const WORDS[] = { "null", "true", "false", "yes", "no", "on", "off", "y", "n" };

    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (strcasecmp(text, WORDS[i]) == 0)
            return true;
    return false;
}

static bool plain_char(unsigned char c)
{
    return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_-./ ", c) != NULL);
}

/* True when the text means itself without quotes, to any reader of YAML. */
static bool is_plain(const char *text)
{
    size_t len = strlen(text);
    unsigned char first = (unsigned char)text[0];

    if (len == 0 || text[len - 1] == ' ' || strstr(text, "  ") != NULL || loaded_word(text))
        return false;
    if (!plain_char(first) || (first < 'A' && first != '/'))
        return false;
    for (size_t i = 1; i < len; i++)
        if (!plain_char((unsigned char)text[i]))
            return false;
    return true;
}

static bool show_text(const char *text, struct strbuf *to)
{
    if (is_plain(text)) {
        strbuf_puts(to, text);
        return true;
    }
    strbuf_putc(to, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            strbuf_putc(to, '\\');
        strbuf_putc(to, *text);
    }
    strbuf_putc(to, '"');
    return true;
}

static bool show_int64(const struct conf_setting *row, const void *member, struct strbuf *to)
{
    int64_t value;
    char text[SHOW_MAX];

    memcpy(&value, member, sizeof value);
    if (value == CONF_NONE)
        return false;
    if (row->type == CONF_TYPE_COUNT)
        strbuf_printf(to, "%lld", (long long)value);
    else
        strbuf_puts(to, show_amount(row->type, (double)value, text));
    return true;
}

static bool show_number(const void *member, struct strbuf *to)
{
    double value;
    char number[JSON_NUMBER_MAX];

    memcpy(&value, member, sizeof value);
    if (isnan(value))
        return false;
    (void)json_number_text(value, number);
    strbuf_puts(to, number);
    return true;
}

static bool show_range(const void *member, struct strbuf *to)
{
    struct conf_range range;
    char low[JSON_NUMBER_MAX], high[JSON_NUMBER_MAX];

    memcpy(&range, member, sizeof range);
    if (isnan(range.low))
        return false;
    (void)json_number_text(range.low, low);
    (void)json_number_text(range.high, high);
    strbuf_printf(to, "[%s, %s]", low, high);
    return true;
}

static bool show_words(const void *member, struct strbuf *to)
{
    struct conf_words words;

    memcpy(&words, member, sizeof words);
    if (words.count == 0)
        return false;
    for (unsigned i = 0; i < words.count; i++)
        strbuf_printf(to, "%s0x%04" PRIX64, i == 0 ? "[" : ", ", words.word[i]);
    strbuf_putc(to, ']');
    return true;
}

static bool show_choice(const struct conf_setting *row, const void *member, struct strbuf *to)
{
    int choice;

    memcpy(&choice, member, sizeof choice);
    return choice >= 0 && show_text(row->choices[choice], to);
}

bool show_value(const struct conf_setting *row, const void *member, struct strbuf *to)
{
    switch (row->type) {
    case CONF_TYPE_TEXT:
    case CONF_TYPE_ID:
    case CONF_TYPE_PATH: return *(const char *)member != '\0' && show_text(member, to);
    case CONF_TYPE_BOOL: strbuf_puts(to, *(const bool *)member ? "true" : "false"); return true;
    case CONF_TYPE_COUNT:
    case CONF_TYPE_DURATION:
    case CONF_TYPE_SIZE: return show_int64(row, member, to);
    case CONF_TYPE_NUMBER: return show_number(member, to);
    case CONF_TYPE_CHOICE: return show_choice(row, member, to);
    case CONF_TYPE_RANGE: return show_range(member, to);
    case CONF_TYPE_WORDS: return show_words(member, to);
    default: return false;
    }
}
