/* JSON out and in.  Out: a streaming writer that cannot produce an invalid document.  In: cJSON behind
 * strict doors (no duplicate names, no trailing bytes, bounded depth); nobody else includes cJSON.
 *
 * A 64-bit key is never a number in JSON: its readers are doubles. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/strbuf.h"

/* ---- out ---- */
enum { JSON_DEPTH_MAX = 16 };

struct json_out {
    struct strbuf *to;
    unsigned depth;
    bool comma[JSON_DEPTH_MAX + 1];
    bool after_key;
};

void json_out_init(struct json_out *j, struct strbuf *to);
void json_open_object(struct json_out *j);
void json_close_object(struct json_out *j);
void json_open_array(struct json_out *j);
void json_close_array(struct json_out *j);
void json_key(struct json_out *j, const char *key);
/* Invalid UTF-8 becomes U+FFFD.  NULL becomes null. */
void json_string(struct json_out *j, const char *text);
/* The shortest decimal text that reads back as the same double; NaN and infinities become null. */
void json_number(struct json_out *j, double value);
void json_int(struct json_out *j, int64_t value);
void json_bool(struct json_out *j, bool value);
void json_null(struct json_out *j);
/* wall_text, or null when at.ms is 0 ("never"). */
void json_time(struct json_out *j, struct wall at);
/* A key and its value. */
void json_member_text(struct json_out *j, const char *key, const char *text);
void json_member_words(struct json_out *j, const char *key,
                       const char *text); /* null where there are none: "" */
void json_member_number(struct json_out *j, const char *key, double value);
void json_member_int(struct json_out *j, const char *key, int64_t value);
void json_member_count(struct json_out *j, const char *key, uint64_t n); /* held at INT64_MAX */
void json_member_bool(struct json_out *j, const char *key, bool value);
void json_member_time(struct json_out *j, const char *key, struct wall at);

/* The number text of json_number alone; "null" for what JSON has no number for.  Returns its length. */
enum { JSON_NUMBER_MAX = 32 };
size_t json_number_text(double value, char out[JSON_NUMBER_MAX]);

/* ---- in ---- */
struct json_in; /* a parsed document */

/* Borrows text.  ERR_RANGE with a sentence for anything that is not one strict JSON value. */
MUST_USE enum err json_parse(const char *text, size_t len, struct json_in **out, struct fault *why);
/* The same of what a visitor tells: an object; no text in it has a control character but tabs and line ends,
 * and one of nothing but blanks is empty, as nobody said anything by it. */
MUST_USE enum err json_parse_told(const char *text, size_t len, struct json_in **out, struct fault *why);
void json_in_free(struct json_in *doc);
/* The string member `name` of a top-level object, NULL when missing or not a string; owned by doc. */
const char *json_in_string(const struct json_in *doc, const char *name);
/* The array member `name` of a top-level object, all its items strings, at most max: how many; 0: it is not.
 */
size_t json_in_strings(const struct json_in *doc, const char *name, const char **out, size_t max);
/* Each item of the array member `name`, as a document of its own, until `take` says false.  False: it did, or
 * one is no object, or it is no array. */
bool json_in_each(const struct json_in *doc, const char *name,
                  bool (*take)(void *self, const struct json_in *item), void *self);
/* The number member `name` of a top-level object, NaN when missing, not a number, or larger than a
 * double holds (1e400). */
double json_in_number(const struct json_in *doc, const char *name);
/* True when the member `name` of a top-level object is true or false; *out says which. */
bool json_in_bool(const struct json_in *doc, const char *name, bool *out);
/* What the member `name` of a top-level object is.  Whoever takes a member that may be left out asks: one
 * that is there and something else was not left out. */
enum json_kind { JSON_ABSENT, JSON_TEXT, JSON_NUMBER, JSON_BOOL, JSON_OTHER }; /* null: JSON_ABSENT */
enum json_kind json_in_kind(const struct json_in *doc, const char *name);
/* True when it is of that kind, or absent. */
bool json_in_may_be(const struct json_in *doc, const char *name, enum json_kind kind);
/* The name of the first top-level member that is not in `known` (n names), NULL when all are. */
const char *json_in_unknown(const struct json_in *doc, const char *const *known, size_t n);

#endif
