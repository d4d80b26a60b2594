#include "words.h"

#include <stdio.h>
#include <string.h>

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
