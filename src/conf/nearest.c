#include "conf/mistakes.h"

#include <string.h>

enum { WORD_MAX = 64 };

static unsigned char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c - 'A' + 'a');
    return c == '-' ? '_' : (unsigned char)c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swapped neighbours between two words shorter than WORD_MAX. */
static unsigned distance(const char *a, size_t la, const char *b, size_t lb)
{
    unsigned rows[3][WORD_MAX + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];

    for (size_t j = 0; j <= lb; j++)
        last[j] = (unsigned)j;
    for (size_t i = 1; i <= la; i++) {
        unsigned *spare = before;
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= lb; j++) {
            unsigned swap = fold(a[i - 1]) == fold(b[j - 1]) ? 0 : 1;
            row[j] = least(least(last[j] + 1, row[j - 1] + 1), last[j - 1] + swap);
            if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        before = last;
        last = row;
        row = spare;
    }
    return last[lb];
}

const char *conf_nearest(const char *word, const char *const *known, size_t n)
{
    size_t len = strnlen(word, WORD_MAX);
    unsigned best = len <= 2 ? 2 : (unsigned)len / 3 + 2; /* one more than what is near enough */
    const char *found = NULL;

    if (len == 0 || len >= WORD_MAX)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t other = strnlen(known[i], WORD_MAX);
        size_t apart = other > len ? other - len : len - other;
        unsigned d;
        if (other >= WORD_MAX || apart >= best)
            continue;
        d = distance(word, len, known[i], other);
        if (d < best && d < len) {
            best = d;
            found = known[i];
        }
    }
    return found;
}
