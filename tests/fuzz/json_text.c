/* JSON of others: a body somebody posts.  And ours: whatever text goes out, it is one JSON value that gives
 * it back. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(const char *text, size_t size)
{
    static const char *const KNOWN[] = { "key", "value", "at" };
    struct json_in *doc = NULL;
    struct fault why = { .text = "" };
    enum err rc = json_parse(text, size, &doc, &why);

    if ((rc == ERR_NONE) != (doc != NULL) || (rc == ERR_NONE) != (why.text[0] == '\0'))
        abort(); /* a refusal has its sentence */
    if (doc == NULL)
        return;
    const char *unknown = json_in_unknown(doc, KNOWN, COUNT_OF(KNOWN));
    for (size_t i = 0; i < COUNT_OF(KNOWN); i++) {
        (void)json_in_string(doc, KNOWN[i]);
        if (isinf(json_in_number(doc, KNOWN[i])) || (unknown != NULL && strcmp(unknown, KNOWN[i]) == 0))
            abort();
    }
    json_in_free(doc);
}

static void give(const char *text)
{
    struct strbuf first, again;
    struct json_out j;
    struct json_in *doc = NULL;
    struct fault why;

    strbuf_init(&first, 1 << 20);
    json_out_init(&j, &first);
    json_open_object(&j);
    json_key(&j, "key");
    json_string(&j, text);
    json_close_object(&j);
    if (first.failed || json_parse(first.text, first.len, &doc, &why) != ERR_NONE)
        abort();
    strbuf_init(&again, 1 << 20);
    json_out_init(&j, &again);
    json_open_object(&j);
    json_key(&j, "key");
    json_string(&j, json_in_string(doc, "key"));
    json_close_object(&j);
    if (again.len != first.len || memcmp(again.text, first.text, first.len) != 0)
        abort();
    json_in_free(doc);
    strbuf_clear(&first);
    strbuf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    if (text == NULL)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    take(text, size);
    give(text);
    free(text);
    return 0;
}
