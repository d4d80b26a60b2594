/* A line of the control door, cut into its words. */
#ifndef APP_WORDS_H
#define APP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { WORDS_MAX = 8, WORDS_LINE_MAX = 1024 };

struct words {
    char line[WORDS_LINE_MAX];
    const char *word[WORDS_MAX]; /* in line */
    size_t count;
};

/* There are tabs between words; one may be empty, and is when
 * there is nothing but blanks in it.  What is beyond the last that finds room is passed over. */
void words_cut(struct words *w, const char *line);
/* False: it is too long, and cut. */
bool words_copy(char *out, size_t size, const char *word);

#endif
