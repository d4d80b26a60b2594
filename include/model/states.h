/* What the numbers of a status mean: 0 stopped, 1 running, 2 fault.  Immutable once made. */
#ifndef MODEL_STATES_H
#define MODEL_STATES_H

#include <stdbool.h>
#include <stdint.h>

enum { STATES_MAX = 32, STATE_WORD_MAX = 64 };

struct point_state {
    int64_t raw;               /* within 2^53 */
    char word[STATE_WORD_MAX]; /* a standard one, "running", or the operator's own */
};

struct point_states {
    unsigned count; /* 1.. */
    struct point_state list[];
};

/* What a word is called; of the operator's own both are the word itself. */
struct state_text {
    const char *vi, *en;
};
struct state_text state_text(const char *word);
/* The i-th standard word, NULL after the last. */
const char *state_standard(unsigned i);

/* A copy of the list, sorted by number: free() it.  NULL: no memory. */
struct point_states *states_new(const struct point_state *list, unsigned count);
/* NULL when it is none of them; also when s is NULL. */
const struct point_state *states_find(const struct point_states *s, double number);
bool states_same(const struct point_states *a, const struct point_states *b);

#endif
