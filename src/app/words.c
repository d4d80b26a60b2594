#include "words.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/utf8.h"

void words_cut(struct words *w, const char *line)
{
    char *at = w->line;

    (void)snprintf(w->line, sizeof w->line, "%s", line);
    for (w->count = 0; at != NULL && w->count < WORDS_MAX;) {
        w->word[w->count++] = at;
        at = strchr(at, '\t');
        if (at != NULL)
            *at++ = '\0';
        if (utf8_is_blank(w->word[w->count - 1]))
            w->word[w->count - 1] = "";
    }
}

bool words_copy(char *out, size_t size, const char *word)
{
    return snprintf(out, size, "%s", word) < (int)size;
}

enum err words_count(struct fault *why, size_t n, const char *one, const char *many)
{
    if (n == 0)
        return fault_set(why, ERR_NONE, "no %s", one);
    return fault_set(why, ERR_NONE, "%zu %s", n, n == 1 ? one : many);
}

enum err words_index(const char *what, const char *const *list, const char *word, int *out, struct fault *why)
{
    struct strbuf all;
    enum err rc;

    strbuf_init(&all, 400);
    for (*out = 0; list[*out] != NULL && strcmp(list[*out], word) != 0; ++*out)
        strbuf_printf(&all, "%s%s", all.len == 0 ? "" : " ", list[*out]);
    rc = list[*out] != NULL ? ERR_NONE
                            : fault_set(why, ERR_RANGE, "there is no %s \"%.60s\"; it is one of: %s", what,
                                        word, all.text == NULL ? "" : all.text);
    strbuf_clear(&all);
    return rc;
}
