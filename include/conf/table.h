/* Settings are a table: one row parses, bounds, defaults, prints and documents one key of a mapping.
 *
 *     static const struct conf_setting DEVICE[] = {
 *         { CONF_ID("id", struct device, id), .required = true, .help = "name of the device" },
 *         { CONF_COUNT("unit", struct device, unit), .fallback = "1", .low = 0, .high = 255, .help = "..." },
 *         { CONF_LIST("points", struct device, points), .required = true, .help = "what it measures" },
 *     };
 *     bool right = conf_apply(DEVICE, COUNT_OF(DEVICE), node, &device, mistakes);
 *
 * The macros check the member's type at compile time. */
#ifndef CONF_TABLE_H
#define CONF_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "conf/mistakes.h"
#include "conf/tree.h"

enum { CONF_ID_MAX = 63, CONF_WORDS_MAX = 8 };

/* "Not given and no default" for counts, durations and sizes.  Elsewhere: NaN, NaN..NaN, "", choice -1,
 * false, no words, node NULL. */
#define CONF_NONE INT64_MIN

enum conf_type {
    CONF_TYPE_TEXT,     /* char[]: UTF-8 without control characters; low..high bound its characters */
    CONF_TYPE_ID,       /* char[]: 1..63 of a-z 0-9 . _ - , begins with a letter or digit */
    CONF_TYPE_PATH,     /* char[]: a relative one is taken from the folder of the file it stands in */
    CONF_TYPE_BOOL,     /* bool: true false */
    CONF_TYPE_COUNT,    /* int64_t: whole number */
    CONF_TYPE_NUMBER,   /* double: finite */
    CONF_TYPE_DURATION, /* int64_t milliseconds: 500ms 2s 5min 1h 1d */
    CONF_TYPE_SIZE,     /* int64_t bytes: 512B 64KiB 256MiB 1GiB */
    CONF_TYPE_CHOICE,   /* int: index in choices */
    CONF_TYPE_RANGE,    /* struct conf_range: [low, high], low < high */
    CONF_TYPE_WORDS, /* struct conf_words: raw register values, decimal or 0x; one alone needs no brackets */
    CONF_TYPE_SECTION, /* const struct conf_node *: a mapping, read by the caller with another table */
    CONF_TYPE_LIST,    /* const struct conf_node *: a list, read by the caller */
    CONF_TYPE_NODE,    /* const struct conf_node *: anything, read by the caller */
    CONF_TYPE_COUNT_OF
};

struct conf_range {
    double low, high;
};

struct conf_words {
    uint64_t word[CONF_WORDS_MAX];
    unsigned count;
};

struct conf_setting {
    const char *key;
    enum conf_type type;
    size_t offset, size;  /* of the member */
    const char *fallback; /* the default as one would write it in the file; NULL: none */
    bool required;        /* must be given; a required text must not be empty */
    bool secret;          /* printed as ******** */
    double low,
        high; /* bounds, both allowed; both 0: none.  INFINITY for one open end.  ms, bytes, characters */
    const char *unit;           /* of a number, for the manual */
    const char *const *choices; /* NULL-terminated */
    const char *help;           /* one sentence for the manual */
};

/* NOLINTBEGIN(bugprone-macro-parentheses): types and members */
#define CONF_ROW_(type_, key_, s, m, wanted)                                                                 \
    .key = (key_), .type = (type_), .offset = offsetof(s, m),                                                \
    .size = sizeof(((s *)0)->m) + 0 * sizeof(_Generic(((s *)0)->m, wanted : 0))
/* NOLINTEND(bugprone-macro-parentheses) */

#define CONF_TEXT(key, s, m)     CONF_ROW_(CONF_TYPE_TEXT, key, s, m, char *)
#define CONF_ID(key, s, m)       CONF_ROW_(CONF_TYPE_ID, key, s, m, char *)
#define CONF_PATH(key, s, m)     CONF_ROW_(CONF_TYPE_PATH, key, s, m, char *)
#define CONF_BOOL(key, s, m)     CONF_ROW_(CONF_TYPE_BOOL, key, s, m, bool)
#define CONF_COUNT(key, s, m)    CONF_ROW_(CONF_TYPE_COUNT, key, s, m, int64_t)
#define CONF_NUMBER(key, s, m)   CONF_ROW_(CONF_TYPE_NUMBER, key, s, m, double)
#define CONF_DURATION(key, s, m) CONF_ROW_(CONF_TYPE_DURATION, key, s, m, int64_t)
#define CONF_SIZE(key, s, m)     CONF_ROW_(CONF_TYPE_SIZE, key, s, m, int64_t)
#define CONF_CHOICE(key, s, m)   CONF_ROW_(CONF_TYPE_CHOICE, key, s, m, int)
#define CONF_RANGE(key, s, m)    CONF_ROW_(CONF_TYPE_RANGE, key, s, m, struct conf_range)
#define CONF_WORDS(key, s, m)    CONF_ROW_(CONF_TYPE_WORDS, key, s, m, struct conf_words)
#define CONF_SECTION(key, s, m)  CONF_ROW_(CONF_TYPE_SECTION, key, s, m, const struct conf_node *)
#define CONF_LIST(key, s, m)     CONF_ROW_(CONF_TYPE_LIST, key, s, m, const struct conf_node *)
#define CONF_NODE(key, s, m)     CONF_ROW_(CONF_TYPE_NODE, key, s, m, const struct conf_node *)

/* Fills the members of *target that have a row: defaults first, then what the mapping says.  Reports every
 * unknown key, missing key and wrong value, and leaves the default (or "none") where a value was wrong.
 * A mapping of NULL fills the defaults only and reports nothing.  True when all was right.
 * Nodes in *target borrow from the file. */
bool conf_apply(const struct conf_setting *table, size_t rows, const struct conf_node *mapping, void *target,
                struct conf_mistakes *m);

/* Lays a mapping over what *target holds already: what it does not say stays, and nothing is missing. Unknown
 * keys and wrong values are reported as above; a wrong value leaves its row's default. */
bool conf_apply_over(const struct conf_setting *table, size_t rows, const struct conf_node *mapping,
                     void *target, struct conf_mistakes *m);

/* False, and reported in the words of conf_apply, when the mapping has no such key. */
bool conf_require(const struct conf_node *mapping, const char *key, struct conf_mistakes *m);

/* Appends "key: value" lines that read back as the same values; what is not given and has no default, and
 * sections, lists and nodes, are left to the caller.  Every line starts with `indent` blanks. */
void conf_print(const struct conf_setting *table, size_t rows, const void *target, unsigned indent,
                struct strbuf *to);

/* Appends a Markdown section: heading, then a table of key, value, default and meaning. */
void conf_document(const struct conf_setting *table, size_t rows, const char *title, struct strbuf *to);

/* Our own mistakes in a table (default that its own row refuses, member too small, key twice), for unit
 * tests: NULL when there are none, else a sentence in a static buffer. */
const char *conf_table_wrong(const struct conf_setting *table, size_t rows);

/* One scalar alone, for values that stand in a list.  Each reports and returns false when it is wrong. */
bool conf_read_id(const struct conf_node *n, const char *what, char *out, size_t size,
                  struct conf_mistakes *m);
bool conf_read_text(const struct conf_node *n, const char *what, char *out, size_t size,
                    struct conf_mistakes *m);
bool conf_read_number(const struct conf_node *n, const char *what, double *out, struct conf_mistakes *m);

#endif
