/* A line of the control door, cut into its words. */
#ifndef APP_WORDS_H
#define APP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { WORDS_MAX = 10, WORDS_LINE_MAX = 1024 };

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
/* Says how many there are; ERR_NONE.  one, many: "alarm is open", "alarms are open". */
enum err words_count(struct fault *why, size_t n, const char *one, const char *many);
/* The index of the word in a NULL-terminated list.  ERR_RANGE: it is none of them, and why says which. */
enum err words_index(const char *what, const char *const *list, const char *word, int *out,
                     struct fault *why);

#endif
