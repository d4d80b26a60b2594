#include "value.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chars.h"
#include "show.h"

const struct value_unit VALUE_TIMES[] = { { "ms", 1 },      { "s", 1000 },     { "min", 60000 },
                                          { "h", 3600000 }, { "d", 86400000 }, { NULL, 0 } };
const struct value_unit VALUE_SIZES[] = {
    { "B", 1 }, { "KiB", 1 << 10 }, { "MiB", 1 << 20 }, { "GiB", 1 << 30 }, { NULL, 0 }
};

static const char *const KINDS[] = {
    [CONF_SCALAR] = "one value", [CONF_SEQUENCE] = "a list", [CONF_MAPPING] = "a section", [CONF_BROKEN] = "?"
};

/* What is being read, for the sentences. */
struct reading {
    const struct conf_setting *row;
    const struct conf_node *n; /* the value, or one part of it */
    struct conf_mistakes *m;
};

/* "key: must be <wanted>, not "text"", or what kind of node stands there.  Returns false, for the caller to.
 */
static bool refuse(const struct reading *r, const char *wanted)
{
    char clip[CHARS_CLIP_MAX];

    if (conf_kind(r->n) == CONF_SCALAR)
        conf_mistake(r->m, conf_mark(r->n), "%s: must be %s, not \"%s\"", r->row->key, wanted,
                     chars_clip(conf_text(r->n), clip));
    else if (conf_kind(r->n) != CONF_BROKEN)
        conf_mistake(r->m, conf_mark(r->n), "%s: must be %s, not %s", r->row->key, wanted,
                     KINDS[conf_kind(r->n)]);
    return false;
}

bool value_bounded(const struct conf_setting *row)
{
    return row->low < row->high;
}

static bool within(const struct reading *r, double value)
{
    char bounds[SHOW_BOUNDS_MAX], clip[CHARS_CLIP_MAX];

    if (!value_bounded(r->row) || (value >= r->row->low && value <= r->row->high))
        return true;
    conf_mistake(r->m, conf_mark(r->n), "%s: %s is out of bounds, allowed is %s", r->row->key,
                 chars_clip(conf_text(r->n), clip), show_bounds(r->row, bounds));
    return false;
}

/* ---------------------------------------------------------------- texts */

static bool is_nothing(const struct conf_node *n)
{
    const char *t = conf_text(n);

    return conf_kind(n) == CONF_SCALAR && !conf_quoted(n) &&
           (*t == '\0' || strcmp(t, "~") == 0 || strcasecmp(t, "null") == 0);
}

/* The number of characters; false when one of them is no printable one. */
static bool count_chars(const char *text, size_t len, size_t *count)
{
    uint32_t code;

    *count = 0;
    for (size_t i = 0, n; i < len; i += n, (*count)++) {
        n = chars_next(text + i, len - i, &code);
        if (n == 0 || !chars_printable(code))
            return false;
    }
    return true;
}

static bool take_text(const struct reading *r, const char *text, size_t len, char *member)
{
    if (len >= r->row->size) {
        conf_mistake(r->m, conf_mark(r->n), "%s: is %zu bytes long, at most %zu fit", r->row->key, len,
                     r->row->size - 1);
        return false;
    }
    memcpy(member, text, len);
    member[len] = '\0';
    return true;
}

static bool read_text(const struct reading *r, void *member)
{
    const char *text = conf_text(r->n);
    size_t chars, len = r->n->count;
    char bounds[SHOW_BOUNDS_MAX];

    if (conf_kind(r->n) != CONF_SCALAR)
        return refuse(r, "a text");
    if (!count_chars(text, len, &chars)) {
        conf_mistake(r->m, conf_mark(r->n), "%s: holds a line end, tab or other control character",
                     r->row->key);
        return false;
    }
    if (r->row->required && chars == 0) {
        conf_mistake(r->m, conf_mark(r->n), "%s: must not be empty", r->row->key);
        return false;
    }
    if (value_bounded(r->row) && ((double)chars < r->row->low || (double)chars > r->row->high)) {
        conf_mistake(r->m, conf_mark(r->n), "%s: has %zu characters, allowed is %s", r->row->key, chars,
                     show_bounds(r->row, bounds));
        return false;
    }
    return take_text(r, text, len, member);
}

static bool id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool id_right(const char *text, size_t len)
{
    if (len < 1 || len > CONF_ID_MAX || !id_char(text[0]))
        return false;
    for (size_t i = 1; i < len; i++)
        if (!id_char(text[i]) && text[i] != '.' && text[i] != '_' && text[i] != '-')
            return false;
    return true;
}

static bool read_id(const struct reading *r, void *member)
{
    if (conf_kind(r->n) != CONF_SCALAR || !id_right(conf_text(r->n), r->n->count))
        return refuse(r, "1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit");
    return take_text(r, conf_text(r->n), r->n->count, member);
}

/* The bytes of `file` up to and with its last '/'. */
static size_t folder_length(const char *file)
{
    const char *slash = file == NULL ? NULL : strrchr(file, '/');

    return slash == NULL ? 0 : (size_t)(slash - file) + 1;
}

static bool read_path(const struct reading *r, void *member)
{
    const char *text = conf_text(r->n);
    size_t chars, len = r->n->count;
    size_t folder = *text == '/' ? 0 : folder_length(r->n->file);

    if (conf_kind(r->n) != CONF_SCALAR || len == 0 || !count_chars(text, len, &chars))
        return refuse(r, "the path of a file or folder");
    if (folder + len >= r->row->size) {
        conf_mistake(r->m, conf_mark(r->n), "%s: the path is %zu bytes long, at most %zu fit", r->row->key,
                     folder + len, r->row->size - 1);
        return false;
    }
    memcpy(member, r->n->file, folder);
    memcpy((char *)member + folder, text, len + 1);
    return true;
}

/* ---------------------------------------------------------------- numbers */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

struct decimal {
    uint64_t digits; /* all of them as one whole number, exact while count <= 15 */
    unsigned count, after_point;
    bool negative, exponent;
};

/* [+-] digits [. digits] [e [+-] digits], nothing else. */
static bool scan_decimal(const char *t, struct decimal *d)
{
    *d = (struct decimal){ .negative = *t == '-' };
    if (*t == '-' || *t == '+')
        t++;
    if (!digit(*t))
        return false;
    for (; digit(*t); t++, d->count++)
        d->digits = d->digits * 10 + (unsigned)(*t - '0');
    if (*t == '.') {
        if (!digit(*++t))
            return false;
        for (; digit(*t); t++, d->count++, d->after_point++)
            d->digits = d->digits * 10 + (unsigned)(*t - '0');
    }
    if (*t == 'e' || *t == 'E') {
        d->exponent = true;
        t += t[1] == '-' || t[1] == '+' ? 2 : 1;
        if (!digit(*t))
            return false;
        while (digit(*t))
            t++;
    }
    return *t == '\0';
}

/* Up to 15 digits and a power of ten up to 1e15 are exact, so one division rounds once: the same as strtod,
 * at a fraction of its time; files hold a million of these. */
static bool parse_number(const char *text, double *out)
{
    static const double TENS[] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    struct decimal d;

    if (!scan_decimal(text, &d))
        return false;
    if (d.count <= 15 && !d.exponent) {
        *out = (double)d.digits / TENS[d.after_point];
        *out = d.negative ? -*out : *out;
        return true;
    }
    *out = strtod(text, NULL);
    return isfinite(*out);
}

static bool plain_scalar(const struct reading *r)
{
    return conf_kind(r->n) == CONF_SCALAR && !conf_quoted(r->n);
}

static bool parse_part(const struct reading *r, double *out)
{
    const char *text = conf_text(r->n);

    if (plain_scalar(r) && parse_number(text, out))
        return true;
    if (plain_scalar(r) && strchr(text, ',') != NULL)
        return refuse(r, "a number with a point, without separators");
    if (conf_kind(r->n) == CONF_SCALAR && conf_quoted(r->n))
        return refuse(r, "a number without quotes");
    return refuse(r, "a finite number");
}

static bool read_number(const struct reading *r, void *member)
{
    double value = 0;

    if (!parse_part(r, &value) || !within(r, value))
        return false;
    memcpy(member, &value, sizeof value);
    return true;
}

/* Decimal without leading zeros: YAML readers disagree about 010. */
static bool parse_whole(const char *text, int64_t *out)
{
    const char *t = text + (*text == '-' || *text == '+' ? 1 : 0);
    char *end;

    if (!digit(*t) || (t[0] == '0' && t[1] != '\0'))
        return false;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' && *out != CONF_NONE;
}

static bool read_count(const struct reading *r, void *member)
{
    int64_t value;

    if (!plain_scalar(r) || !parse_whole(conf_text(r->n), &value))
        return refuse(r, "a whole number");
    if (!within(r, (double)value))
        return false;
    memcpy(member, &value, sizeof value);
    return true;
}

static const struct value_unit *find_unit(const struct value_unit *units, const char *name)
{
    for (; units->name != NULL; units++)
        if (strcmp(units->name, name) == 0)
            return units;
    return NULL;
}

/* "500ms" or "500 ms". */
static bool parse_amount(const char *text, const struct value_unit *units, int64_t *out)
{
    const struct value_unit *unit;
    char *end;

    if (!digit(*text))
        return false;
    errno = 0;
    *out = strtoll(text, &end, 10);
    while (*end == ' ')
        end++;
    unit = find_unit(units, end);
    return errno == 0 && unit != NULL && !__builtin_mul_overflow(*out, unit->factor, out);
}

static bool read_amount(const struct reading *r, void *member)
{
    bool time = r->row->type == CONF_TYPE_DURATION;
    int64_t value;

    if (conf_kind(r->n) != CONF_SCALAR ||
        !parse_amount(conf_text(r->n), time ? VALUE_TIMES : VALUE_SIZES, &value))
        return refuse(r, time ? "a whole number with its unit (ms s min h d), as 500ms or 5min"
                              : "a whole number with its unit (B KiB MiB GiB), as 256MiB");
    if (!within(r, (double)value))
        return false;
    memcpy(member, &value, sizeof value);
    return true;
}

/* ---------------------------------------------------------------- choices */

static bool read_bool(const struct reading *r, void *member)
{
    bool yes = strcmp(conf_text(r->n), "true") == 0;

    if (!plain_scalar(r) || (!yes && strcmp(conf_text(r->n), "false") != 0))
        return refuse(r, "true or false");
    memcpy(member, &yes, sizeof yes);
    return true;
}

static bool refuse_choice(const struct reading *r)
{
    const char *const *choices = r->row->choices;
    char wanted[256] = "one of ";
    const char *near;
    size_t n = 0, used = strlen(wanted);
    char clip[CHARS_CLIP_MAX];

    for (; choices[n] != NULL; n++)
        if (used < sizeof wanted)
            used +=
                (size_t)snprintf(wanted + used, sizeof wanted - used, "%s%s", n == 0 ? "" : " ", choices[n]);
    near = conf_kind(r->n) == CONF_SCALAR ? conf_nearest(conf_text(r->n), choices, n) : NULL;
    if (near == NULL)
        return refuse(r, wanted);
    conf_mistake(r->m, conf_mark(r->n), "%s: must be %s, not \"%s\"; did you mean \"%s\"?", r->row->key,
                 wanted, chars_clip(conf_text(r->n), clip), near);
    return false;
}

static bool read_choice(const struct reading *r, void *member)
{
    for (int i = 0; conf_kind(r->n) == CONF_SCALAR && r->row->choices[i] != NULL; i++)
        if (strcmp(r->row->choices[i], conf_text(r->n)) == 0) {
            memcpy(member, &i, sizeof i);
            return true;
        }
    return refuse_choice(r);
}

/* ---------------------------------------------------------------- lists of numbers */

static bool read_range(const struct reading *r, void *member)
{
    struct conf_range range = { NAN, NAN };
    struct reading low = *r, high = *r;
    bool right;

    if (conf_kind(r->n) != CONF_SEQUENCE || conf_count(r->n) != 2)
        return refuse(r, "two numbers, [low, high]");
    low.n = conf_item(r->n, 0);
    high.n = conf_item(r->n, 1);
    right = parse_part(&low, &range.low) && within(&low, range.low);
    if (!parse_part(&high, &range.high) || !within(&high, range.high) || !right)
        return false;
    if (range.low >= range.high) {
        conf_mistake(r->m, conf_mark(r->n), "%s: the low end must be less than the high end", r->row->key);
        return false;
    }
    memcpy(member, &range, sizeof range);
    return true;
}

/* 64 bits: decimal, or hexadecimal after 0x. */
static bool parse_word(const char *text, uint64_t *out)
{
    bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hexadecimal ? text + 2 : text;
    size_t len = strspn(digits, hexadecimal ? "0123456789abcdefABCDEF" : "0123456789");

    if (len == 0 || digits[len] != '\0' || (!hexadecimal && len > 1 && digits[0] == '0'))
        return false;
    errno = 0;
    *out = strtoull(digits, NULL, hexadecimal ? 16 : 10);
    return errno == 0;
}

static bool add_word(const struct reading *r, struct conf_words *words)
{
    uint64_t value;

    if (!plain_scalar(r) || !parse_word(conf_text(r->n), &value))
        return refuse(r, "raw register values, 0 to 0xFFFFFFFFFFFFFFFF");
    if (!within(r, (double)value))
        return false;
    words->word[words->count++] = value;
    return true;
}

static bool read_words(const struct reading *r, void *member)
{
    struct conf_words words = { .count = 0 };
    struct reading part = *r;
    bool right = true;

    if (conf_kind(r->n) == CONF_SEQUENCE && conf_count(r->n) > CONF_WORDS_MAX) {
        conf_mistake(r->m, conf_mark(r->n), "%s: at most %d values", r->row->key, CONF_WORDS_MAX);
        return false;
    }
    if (conf_kind(r->n) == CONF_SEQUENCE)
        for (size_t i = 0; i < conf_count(r->n); i++) {
            part.n = conf_item(r->n, i);
            right = add_word(&part, &words) && right;
        }
    else
        right = add_word(r, &words);
    if (right)
        memcpy(member, &words, sizeof words);
    return right;
}

/* ---------------------------------------------------------------- nodes */

static bool read_node(const struct reading *r, void *member)
{
    if (r->row->type == CONF_TYPE_SECTION && conf_kind(r->n) != CONF_MAPPING)
        return refuse(r, "a section");
    if (r->row->type == CONF_TYPE_LIST && conf_kind(r->n) != CONF_SEQUENCE)
        return refuse(r, "a list");
    *(const struct conf_node **)member = r->n;
    return true;
}

/* ---------------------------------------------------------------- by type */

static bool (*const READ[CONF_TYPE_COUNT_OF])(const struct reading *, void *) = {
    [CONF_TYPE_TEXT] = read_text,       [CONF_TYPE_ID] = read_id,       [CONF_TYPE_PATH] = read_path,
    [CONF_TYPE_BOOL] = read_bool,       [CONF_TYPE_COUNT] = read_count, [CONF_TYPE_NUMBER] = read_number,
    [CONF_TYPE_DURATION] = read_amount, [CONF_TYPE_SIZE] = read_amount, [CONF_TYPE_CHOICE] = read_choice,
    [CONF_TYPE_RANGE] = read_range,     [CONF_TYPE_WORDS] = read_words, [CONF_TYPE_SECTION] = read_node,
    [CONF_TYPE_LIST] = read_node,       [CONF_TYPE_NODE] = read_node,
};

bool value_read(const struct conf_setting *row, const struct conf_node *n, void *member,
                struct conf_mistakes *m)
{
    struct reading r = { row, n, m };

    if (conf_kind(n) == CONF_BROKEN)
        return false; /* reported when the file was read */
    if (is_nothing(n) && row->type != CONF_TYPE_NODE) {
        conf_mistake(m, conf_mark(n), "%s: has no value; leave the key out, or put quotes around a text",
                     row->key);
        return false;
    }
    return READ[row->type](&r, member);
}

void value_none(const struct conf_setting *row, void *member)
{
    static const int64_t none = CONF_NONE;
    static const double nan_value = NAN;
    static const struct conf_range open = { NAN, NAN };
    static const int no_choice = -1;

    memset(member, 0, row->size);
    switch (row->type) {
    case CONF_TYPE_COUNT:
    case CONF_TYPE_DURATION:
    case CONF_TYPE_SIZE: memcpy(member, &none, sizeof none); break;
    case CONF_TYPE_NUMBER: memcpy(member, &nan_value, sizeof nan_value); break;
    case CONF_TYPE_RANGE: memcpy(member, &open, sizeof open); break;
    case CONF_TYPE_CHOICE: memcpy(member, &no_choice, sizeof no_choice); break;
    default: break;
    }
}

/* ---------------------------------------------------------------- defaults */

enum { DEFAULT_TEXT_MAX = 256 };

/* "[0, 100]" as nodes: defaults are ours, so nothing finer is needed than commas between brackets. */
static size_t split_list(char *text, const struct conf_node *like, struct conf_node *parts, size_t max)
{
    size_t n = 0;
    char *rest = NULL;

    for (char *p = strtok_r(text, "[, ]", &rest); p != NULL && n < max; p = strtok_r(NULL, "[, ]", &rest)) {
        parts[n] = *like;
        parts[n].text = p;
        parts[n++].count = (uint32_t)strlen(p);
    }
    return n;
}

bool value_default(const struct conf_setting *row, const struct conf_node *near, void *member,
                   struct conf_mistakes *m)
{
    struct conf_node n = { .kind = CONF_SCALAR }, parts[CONF_WORDS_MAX + 1];
    char text[DEFAULT_TEXT_MAX];

    value_none(row, member);
    if (row->fallback == NULL)
        return true;
    if (near != NULL)
        n = (struct conf_node){
            .kind = CONF_SCALAR, .line = near->line, .column = near->column, .file = near->file
        };
    n.text = row->fallback;
    n.count = (uint32_t)strlen(row->fallback);
    n.quoted = row->type == CONF_TYPE_TEXT;
    if (row->fallback[0] == '[' && (row->type == CONF_TYPE_RANGE || row->type == CONF_TYPE_WORDS)) {
        (void)snprintf(text, sizeof text, "%s", row->fallback);
        n.count = (uint32_t)split_list(text, &n, parts, COUNT_OF(parts));
        n.kind = CONF_SEQUENCE;
        n.items = parts;
    }
    return value_read(row, &n, member, m);
}
