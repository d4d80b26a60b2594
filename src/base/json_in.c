#include "base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { IN_DEPTH_MAX = 16 };

struct json_in {
    cJSON *root;
};

/* cJSON takes duplicate names and keeps both; which one counts would depend on the reader. */
static enum err check(const cJSON *node, unsigned depth, struct fault *why)
{
    if (depth > IN_DEPTH_MAX)
        return fault_set(why, ERR_RANGE, "JSON: nested deeper than %d", IN_DEPTH_MAX);
    for (const cJSON *a = node->child; a != NULL; a = a->next) {
        enum err rc = check(a, depth + 1, why);
        if (rc != ERR_NONE)
            return rc;
        for (const cJSON *b = a->next; cJSON_IsObject(node) && b != NULL; b = b->next)
            if (strcmp(a->string, b->string) == 0)
                return fault_set(why, ERR_RANGE, "JSON: the name \"%s\" stands twice", a->string);
    }
    return ERR_NONE;
}

/* A look at the bytes before cJSON sees them.  It takes things for JSON that are none: raw control
 * characters, invalid UTF-8, a byte order mark, numbers such as 01 and "1."; it gives names and texts as C
 * strings, which
 * "\u0000" would cut short; and it recurses, to a bound far above ours. */
struct scan {
    const unsigned char *at, *end;
    unsigned depth;
};

static const char *scan_string(struct scan *s)
{
    for (s->at++; s->at < s->end && *s->at != '"';) {
        size_t left = (size_t)(s->end - s->at), n = utf8_length(s->at, left);
        if (n == 0)
            return "invalid UTF-8";
        if (*s->at < 0x20)
            return "a raw control character";
        if (left >= 6 && memcmp(s->at, "\\u0000", 6) == 0)
            return "a NUL in a text";
        s->at += *s->at == '\\' && left > 1 ? 2 : n;
    }
    s->at += s->at < s->end; /* the closing quote; without one cJSON refuses */
    return NULL;
}

static bool scan_one(struct scan *s, const char *of)
{
    if (s->at == s->end || strchr(of, *s->at) == NULL)
        return false;
    s->at++;
    return true;
}

static bool scan_digits(struct scan *s)
{
    const unsigned char *from = s->at;

    while (scan_one(s, "0123456789"))
        ;
    return s->at > from;
}

/* RFC 8259, section 6 */
static const char *scan_number(struct scan *s)
{
    static const char *const WRONG = "a number that is not one";

    (void)scan_one(s, "-");
    if (!scan_one(s, "0") && !scan_digits(s))
        return WRONG;
    if (scan_one(s, ".") && !scan_digits(s))
        return WRONG;
    if (scan_one(s, "eE")) {
        (void)scan_one(s, "+-");
        if (!scan_digits(s))
            return WRONG;
    }
    return scan_one(s, "0123456789.+-eE") ? WRONG : NULL;
}

static const char *scan_other(struct scan *s)
{
    unsigned char c = *s->at++;

    if (c == '{' || c == '[')
        s->depth++;
    else if ((c == '}' || c == ']') && s->depth > 0)
        s->depth--;
    else if (c > 0x7E || (c < 0x20 && strchr("\t\r\n", c) == NULL))
        return "a character outside a text";
    return s->depth > IN_DEPTH_MAX ? "too many levels" : NULL;
}

/* What is wrong at s->at or just before it, NULL when nothing is. */
static const char *scan_all(struct scan *s)
{
    const char *wrong = NULL;

    while (wrong == NULL && s->at < s->end)
        if (*s->at == '"')
            wrong = scan_string(s);
        else if (*s->at == '-' || (*s->at >= '0' && *s->at <= '9'))
            wrong = scan_number(s);
        else
            wrong = scan_other(s);
    return wrong;
}

static enum err scan_text(const char *text, size_t len, struct fault *why)
{
    const unsigned char *bytes = (const unsigned char *)text;
    struct scan s = { .at = bytes, .end = bytes + len };
    const char *wrong = scan_all(&s);

    if (wrong == NULL)
        return ERR_NONE;
    if (s.depth > IN_DEPTH_MAX)
        return fault_set(why, ERR_RANGE, "JSON: nested deeper than %d", IN_DEPTH_MAX);
    return fault_set(why, ERR_RANGE, "JSON: %s at byte %zu", wrong, (size_t)(s.at - bytes));
}

enum err json_parse(const char *text, size_t len, struct json_in **out, struct fault *why)
{
    const char *end = NULL;
    struct json_in *doc;
    enum err rc;

    if (memchr(text, '\0', len) != NULL)
        return fault_set(why, ERR_RANGE, "JSON: holds a NUL byte");
    rc = scan_text(text, len, why);
    if (rc != ERR_NONE)
        return rc;
    doc = malloc(sizeof *doc);
    if (doc == NULL)
        return fault_set(why, ERR_MEMORY, "JSON: no memory");
    doc->root = cJSON_ParseWithLengthOpts(text, len, &end, false);
    if (doc->root == NULL) {
        rc = fault_set(why, ERR_RANGE, "JSON: not valid at byte %zu", end == NULL ? 0 : (size_t)(end - text));
        goto free_doc;
    }
    while (end < text + len && strchr(" \t\r\n", *end) != NULL)
        end++;
    if (end < text + len) {
        rc = fault_set(why, ERR_RANGE, "JSON: something follows the value at byte %zu", (size_t)(end - text));
        goto free_root;
    }
    rc = check(doc->root, 0, why);
    if (rc != ERR_NONE)
        goto free_root;
    *out = doc;
    return ERR_NONE;

free_root:
    cJSON_Delete(doc->root);
free_doc:
    free(doc);
    return rc;
}

static bool has_controls(const char *text)
{
    for (const unsigned char *s = (const unsigned char *)text; *s != '\0'; s++)
        if (*s == 0x7F || (*s < 0x20 && strchr("\t\r\n", *s) == NULL) ||
            (*s == 0xC2 && s[1] >= 0x80 && s[1] < 0xA0))
            return true;
    return false;
}

static enum err check_told(cJSON *node, struct fault *why)
{
    for (cJSON *a = node->child; a != NULL; a = a->next) {
        enum err rc = check_told(a, why);
        if (rc != ERR_NONE)
            return rc;
        if (!cJSON_IsString(a))
            continue;
        if (has_controls(a->valuestring))
            return fault_set(why, ERR_RANGE, "JSON: a control character in a text");
        if (utf8_is_blank(a->valuestring))
            a->valuestring[0] = '\0';
    }
    return ERR_NONE;
}

enum err json_parse_told(const char *text, size_t len, struct json_in **out, struct fault *why)
{
    struct json_in *doc = NULL;
    enum err rc = json_parse(text, len, &doc, why);

    if (doc == NULL)
        return rc;
    rc = cJSON_IsObject(doc->root) ? check_told(doc->root, why)
                                   : fault_set(why, ERR_RANGE, "JSON: not an object");
    if (rc == ERR_NONE)
        *out = doc;
    else
        json_in_free(doc);
    return rc;
}

void json_in_free(struct json_in *doc)
{
    if (doc == NULL)
        return;
    cJSON_Delete(doc->root);
    free(doc);
}

const char *json_in_string(const struct json_in *doc, const char *name)
{
    const cJSON *item = cJSON_IsObject(doc->root) ? cJSON_GetObjectItemCaseSensitive(doc->root, name) : NULL;

    return item != NULL && cJSON_IsString(item) ? item->valuestring : NULL;
}

size_t json_in_strings(const struct json_in *doc, const char *name, const char **out, size_t max)
{
    const cJSON *list = cJSON_IsObject(doc->root) ? cJSON_GetObjectItemCaseSensitive(doc->root, name) : NULL;
    size_t n = 0;

    if (list == NULL || !cJSON_IsArray(list))
        return 0;
    for (const cJSON *item = list->child; item != NULL; item = item->next) {
        if (!cJSON_IsString(item) || n == max)
            return 0;
        out[n++] = item->valuestring;
    }
    return n;
}

bool json_in_each(const struct json_in *doc, const char *name,
                  bool (*take)(void *self, const struct json_in *item), void *self)
{
    const cJSON *list = cJSON_IsObject(doc->root) ? cJSON_GetObjectItemCaseSensitive(doc->root, name) : NULL;

    if (list == NULL || !cJSON_IsArray(list))
        return false;
    for (cJSON *item = list->child; item != NULL; item = item->next) {
        const struct json_in one = { item };
        if (!cJSON_IsObject(item) || !take(self, &one))
            return false;
    }
    return true;
}

double json_in_number(const struct json_in *doc, const char *name)
{
    const cJSON *item = cJSON_IsObject(doc->root) ? cJSON_GetObjectItemCaseSensitive(doc->root, name) : NULL;

    return item != NULL && cJSON_IsNumber(item) && isfinite(item->valuedouble) ? item->valuedouble : NAN;
}

bool json_in_bool(const struct json_in *doc, const char *name, bool *out)
{
    const cJSON *item = cJSON_IsObject(doc->root) ? cJSON_GetObjectItemCaseSensitive(doc->root, name) : NULL;

    if (item == NULL || !cJSON_IsBool(item))
        return false;
    *out = cJSON_IsTrue(item);
    return true;
}

enum json_kind json_in_kind(const struct json_in *doc, const char *name)
{
    const cJSON *item = cJSON_IsObject(doc->root) ? cJSON_GetObjectItemCaseSensitive(doc->root, name) : NULL;

    if (item == NULL || cJSON_IsNull(item))
        return JSON_ABSENT;
    if (cJSON_IsString(item))
        return JSON_TEXT;
    if (cJSON_IsNumber(item))
        return JSON_NUMBER;
    return cJSON_IsBool(item) ? JSON_BOOL : JSON_OTHER;
}

bool json_in_may_be(const struct json_in *doc, const char *name, enum json_kind kind)
{
    enum json_kind is = json_in_kind(doc, name);

    return is == JSON_ABSENT || is == kind;
}

const char *json_in_unknown(const struct json_in *doc, const char *const *known, size_t n)
{
    for (const cJSON *a = cJSON_IsObject(doc->root) ? doc->root->child : NULL; a != NULL; a = a->next) {
        size_t i = 0;
        while (i < n && strcmp(known[i], a->string) != 0)
            i++;
        if (i == n)
            return a->string;
    }
    return NULL;
}
