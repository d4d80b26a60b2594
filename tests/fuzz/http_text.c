/* Everything of a request that we take apart ourselves: the target and the header fields. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "choose.h"
#include "forwarded.h"
#include "headers.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_target(const char *text)
{
    static struct target t;

    if (target_parse(&t, text) != TARGET_FINE)
        return;
    for (size_t i = 0; i < t.segment_count; i++)
        if (strlen(t.segments[i]) > TARGET_BYTES_MAX)
            abort();
    for (size_t i = 0; i < t.parameter_count; i++)
        if (target_value(&t, t.parameters[i].name) == NULL)
            abort();
}

static void try_headers(const char *text)
{
    char word[16];
    uint64_t n = 0;

    (void)header_language(text);
    (void)header_wants_gzip(text);
    (void)header_wants_csv(text);
    (void)header_lists_tag(text, "\"a\"");
    if (header_bearer(text, word, sizeof word) && (strlen(word) == 0 || strchr(word, ' ') != NULL))
        abort();
    if (header_cookie(text, "sid", word, sizeof word) && strpbrk(word, "; ") != NULL)
        abort();
    if (header_host_is_local(text) && strpbrk(text, "/@ ") != NULL)
        abort();
    (void)header_origin_is(text, "localhost", false);
    (void)header_length(text, &n);
    (void)header_is_json(text);
}

/* What a proxy, or whoever says that they are one, writes: it counts only where the proxy is ours. */
static void try_forwarded(const char *text)
{
    struct peer direct, peer;
    struct fault why;

    (void)peer_parse("10.0.0.1", &direct);
    peer = direct;
    forwarded_for(text, "", &peer);
    if (memcmp(&peer, &direct, sizeof peer) != 0 || forwarded_secure(text, "", &direct))
        abort();
    forwarded_for(text, "10.0.0.0/8", &peer);
    (void)forwarded_secure(text, "10.0.0.0/8", &direct);
    if (header_host_is_one(text, "nuoc.laichau.gov.vn") && strpbrk(text, "/@ ") != NULL)
        abort();
    (void)ranges_check(text, &why);
    (void)ranges_hold(text, &direct);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), *folded = malloc(size + 1);
    char id[ID_MAX], cursor[CURSOR_MAX];

    if (text == NULL || folded == NULL)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    try_target(text);
    try_headers(text);
    try_forwarded(text);
    if (fold_text(text, folded, size + 1) > strlen(text))
        abort();
    if (cursor_parse(text, id)) {
        cursor_text(id, cursor);
        if (strcmp(cursor, text) != 0)
            abort();
    }
    free(text);
    free(folded);
    return 0;
}
