#include "base/json.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

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

/* Depth before parsing: cJSON recurses, and its own bound of 1000 is far above ours. */
static bool too_deep(const char *text, size_t len)
{
    unsigned depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            depth++;
        else if (!in_string && (c == '}' || c == ']') && depth > 0)
            depth--;
        if (depth > IN_DEPTH_MAX)
            return true;
    }
    return false;
}

enum err json_parse(const char *text, size_t len, struct json_in **out, struct fault *why)
{
    const char *end = NULL;
    struct json_in *doc;
    enum err rc;

    if (memchr(text, '\0', len) != NULL)
        return fault_set(why, ERR_RANGE, "JSON: holds a NUL byte");
    if (too_deep(text, len))
        return fault_set(why, ERR_RANGE, "JSON: nested deeper than %d", IN_DEPTH_MAX);
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

    return cJSON_IsString(item) ? item->valuestring : NULL;
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
