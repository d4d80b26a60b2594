#include "conf/table.h"

#include <stdio.h>
#include <string.h>

#include "chars.h"
#include "show.h"
#include "value.h"

enum { ROWS_MAX = 128 };

/* A row's member in the caller's struct. */
static void *member_of(const struct conf_setting *row, void *target)
{
    return (char *)target + row->offset;
}

/* ---------------------------------------------------------------- apply */

/* Files mostly keep the order of the table, so the search begins after the last hit. */
static size_t find_row(const struct conf_setting *table, size_t rows, const char *key, size_t start)
{
    for (size_t i = 0; i < rows; i++) {
        size_t at = start + i < rows ? start + i : start + i - rows;
        if (strcmp(table[at].key, key) == 0)
            return at;
    }
    return rows;
}

static void report_unknown(const struct conf_setting *table, size_t rows, const struct conf_node *mapping,
                           const struct conf_entry *e, struct conf_mistakes *m)
{
    const char *known[ROWS_MAX];
    const char *near = NULL;
    char clip[CHARS_CLIP_MAX];

    for (size_t i = 0; i < rows; i++)
        known[i] = table[i].key;
    if (conf_mistakes_room(m))
        near = conf_nearest(e->key, known, rows);
    (void)chars_clip(e->key, clip);
    if (near == NULL)
        conf_mistake(m, conf_key_mark(mapping, e), "unknown key \"%s\"", clip);
    else
        conf_mistake(m, conf_key_mark(mapping, e), "unknown key \"%s\"; did you mean \"%s\"?", clip, near);
}

/* What a key that was not given leaves behind. */
static bool leave_out(const struct conf_setting *row, const struct conf_node *mapping, void *target,
                      struct conf_mistakes *m)
{
    bool right = value_default(row, mapping, member_of(row, target), m);

    if (mapping == NULL || !row->required)
        return right;
    conf_mistake(m, conf_mark(mapping), "\"%s\" is missing here", row->key);
    return false;
}

static bool apply_entries(const struct conf_setting *table, size_t rows, const struct conf_node *mapping,
                          void *target, bool *given, struct conf_mistakes *m)
{
    bool right = true;
    size_t next = 0;

    for (size_t i = 0; i < conf_count(mapping); i++) {
        const struct conf_entry *e = conf_entry(mapping, i);
        size_t at = find_row(table, rows, e->key, next);
        if (at == rows) {
            report_unknown(table, rows, mapping, e, m);
            right = false;
            continue;
        }
        next = at + 1 < rows ? at + 1 : 0;
        given[at] = true;
        value_none(&table[at], member_of(&table[at], target));
        if (!value_read(&table[at], &e->value, member_of(&table[at], target), m)) {
            (void)value_default(&table[at], mapping, member_of(&table[at], target), m);
            right = false;
        }
    }
    return right;
}

static bool is_section(const struct conf_node *mapping, struct conf_mistakes *m)
{
    if (conf_kind(mapping) != CONF_MAPPING && conf_kind(mapping) != CONF_BROKEN)
        conf_mistake(m, conf_mark(mapping), "must be a section of \"key: value\" lines");
    return conf_kind(mapping) == CONF_MAPPING;
}

bool conf_apply_over(const struct conf_setting *table, size_t rows, const struct conf_node *mapping,
                     void *target, struct conf_mistakes *m)
{
    bool given[ROWS_MAX] = { false };

    return is_section(mapping, m) && apply_entries(table, rows, mapping, target, given, m);
}

bool conf_require(const struct conf_node *mapping, const char *key, struct conf_mistakes *m)
{
    if (conf_kind(mapping) != CONF_MAPPING || conf_get(mapping, key) != NULL)
        return true;
    conf_mistake(m, conf_mark(mapping), "\"%s\" is missing here", key);
    return false;
}

bool conf_apply(const struct conf_setting *table, size_t rows, const struct conf_node *mapping, void *target,
                struct conf_mistakes *m)
{
    bool given[ROWS_MAX] = { false };
    bool right = true;

    if (mapping != NULL && is_section(mapping, m)) {
        right = apply_entries(table, rows, mapping, target, given, m);
    } else if (mapping != NULL) {
        right = false;
        mapping = NULL; /* one complaint is enough: nothing is missing in what is not there */
    }
    for (size_t i = 0; i < rows; i++)
        if (!given[i])
            right = leave_out(&table[i], mapping, target, m) && right;
    return right;
}

/* ---------------------------------------------------------------- print */

void conf_print(const struct conf_setting *table, size_t rows, const void *target, unsigned indent,
                struct strbuf *to)
{
    for (size_t i = 0; i < rows; i++) {
        const struct conf_setting *row = &table[i];
        struct strbuf value;
        strbuf_init(&value, 1 << 20);
        if (show_value(row, (const char *)target + row->offset, &value))
            strbuf_printf(to, "%*s%s: %s\n", (int)indent, "", row->key,
                          row->secret ? "\"********\"" : (value.failed ? "?" : value.text));
        strbuf_clear(&value);
    }
}

/* ---------------------------------------------------------------- document */

static const char *const TYPE_WORDS[CONF_TYPE_COUNT_OF] = {
    [CONF_TYPE_TEXT] = "text",          [CONF_TYPE_ID] = "id",
    [CONF_TYPE_PATH] = "path",          [CONF_TYPE_BOOL] = "true or false",
    [CONF_TYPE_COUNT] = "whole number", [CONF_TYPE_NUMBER] = "number",
    [CONF_TYPE_DURATION] = "duration",  [CONF_TYPE_SIZE] = "size",
    [CONF_TYPE_CHOICE] = "one of",      [CONF_TYPE_RANGE] = "[low, high]",
    [CONF_TYPE_WORDS] = "raw values",   [CONF_TYPE_SECTION] = "section",
    [CONF_TYPE_LIST] = "list",          [CONF_TYPE_NODE] = "value",
};

/* In a Markdown table a bar would end the cell. */
static void put_cell(const char *text, struct strbuf *to)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            strbuf_putc(to, '\\');
        strbuf_putc(to, *text);
    }
}

static void document_kind(const struct conf_setting *row, struct strbuf *to)
{
    char bounds[SHOW_BOUNDS_MAX];

    strbuf_puts(to, TYPE_WORDS[row->type]);
    for (size_t i = 0; row->type == CONF_TYPE_CHOICE && row->choices[i] != NULL; i++)
        strbuf_printf(to, " `%s`", row->choices[i]);
    if (row->unit != NULL)
        strbuf_printf(to, " in %s", row->unit);
    if (value_bounded(row))
        strbuf_printf(to, ", %s%s", show_bounds(row, bounds),
                      row->type == CONF_TYPE_TEXT ? " characters" : "");
}

void conf_document(const struct conf_setting *table, size_t rows, const char *title, struct strbuf *to)
{
    strbuf_printf(to, "## %s\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n", title);
    for (size_t i = 0; i < rows; i++) {
        const struct conf_setting *row = &table[i];
        strbuf_printf(to, "| `%s` | ", row->key);
        document_kind(row, to);
        if (row->fallback != NULL)
            strbuf_printf(to, " | `%s` | ", row->fallback);
        else
            strbuf_puts(to, row->required ? " | required | " : " | | ");
        put_cell(row->help == NULL ? "" : row->help, to);
        strbuf_puts(to, row->secret ? " Secret: printed as `********`. |\n" : " |\n");
    }
    strbuf_putc(to, '\n');
}

/* ---------------------------------------------------------------- our own mistakes */

static size_t least_size(enum conf_type type)
{
    switch (type) {
    case CONF_TYPE_ID: return CONF_ID_MAX + 1;
    case CONF_TYPE_TEXT:
    case CONF_TYPE_PATH: return 2;
    default: return 1; /* the row macros know the rest */
    }
}

static const char *row_wrong(const struct conf_setting *row)
{
    _Alignas(16) char member[8192];
    struct conf_mistakes m;
    bool right;

    if (row->key == NULL || *row->key == '\0')
        return "a row without a key";
    if (row->help == NULL || *row->help == '\0')
        return "no help";
    if (row->size < least_size(row->type) || row->size > sizeof member)
        return "its member is too small or too large";
    if (row->low > row->high)
        return "its bounds are reversed";
    if (row->required && row->fallback != NULL)
        return "required, and yet it has a default";
    if (row->type == CONF_TYPE_CHOICE && (row->choices == NULL || row->choices[0] == NULL))
        return "a choice without choices";
    conf_mistakes_init(&m, 1);
    right = value_default(row, NULL, member, &m);
    conf_mistakes_clear(&m);
    return right ? NULL : "its own rules refuse its default";
}

const char *conf_table_wrong(const struct conf_setting *table, size_t rows)
{
    static char sentence[160];

    if (rows > ROWS_MAX)
        return "too many rows";
    for (size_t i = 0; i < rows; i++) {
        const char *wrong = row_wrong(&table[i]);
        for (size_t j = 0; wrong == NULL && j < i; j++)
            if (strcmp(table[i].key, table[j].key) == 0)
                wrong = "the key stands twice";
        if (wrong != NULL) {
            (void)snprintf(sentence, sizeof sentence, "row %zu (%s): %s", i,
                           table[i].key == NULL ? "?" : table[i].key, wrong);
            return sentence;
        }
    }
    return NULL;
}

/* ---------------------------------------------------------------- single values */

bool conf_read_id(const struct conf_node *n, const char *what, char *out, size_t size,
                  struct conf_mistakes *m)
{
    const struct conf_setting row = { .key = what, .type = CONF_TYPE_ID, .size = size, .required = true };

    out[0] = '\0';
    return value_read(&row, n, out, m);
}

bool conf_read_text(const struct conf_node *n, const char *what, char *out, size_t size,
                    struct conf_mistakes *m)
{
    const struct conf_setting row = { .key = what, .type = CONF_TYPE_TEXT, .size = size, .required = true };

    out[0] = '\0';
    return value_read(&row, n, out, m);
}

bool conf_read_number(const struct conf_node *n, const char *what, double *out, struct conf_mistakes *m)
{
    const struct conf_setting row = { .key = what, .type = CONF_TYPE_NUMBER, .size = sizeof *out };

    value_none(&row, out);
    return value_read(&row, n, out, m);
}
