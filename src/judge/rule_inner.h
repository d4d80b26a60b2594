/* The parts of the rules: what is so (ask), and what follows from it (step). */
#ifndef RULE_INNER_H
#define RULE_INNER_H

#include "judge/rules.h"
#include "judge/verdict.h"

/* One question: is what the rule watches for so? */
struct asking {
    const struct rule *rule;
    const struct rule_state *state;
    const struct point *point;
    const struct reading *own, *other; /* other NULL: the rule has none */
    bool sampled;                      /* own came in just now */
    double serviced;                   /* what own showed at its last service; NaN: none was told */
    struct verdict verdict;            /* of own, for RULE_LIMIT */
};

struct answer {
    uint8_t raw;  /* enum rule_raw */
    double value; /* NaN: silence */
    double limit; /* NaN: none */
};

struct answer rule_ask(const struct asking *q);
/* +1: worse upwards, -1: downwards, 0: neither. */
int rule_direction(enum rule_kind k);
bool reading_is_old(const struct reading *r);

/* The state after dt_ms at what was so before.  True when the rule began to hold or ended by that. */
bool rule_passes(const struct rule *rule, struct rule_state *s, int64_t dt_ms);
/* Takes what is so now.  True as above. */
bool rule_takes(const struct rule *rule, struct rule_state *s, uint8_t raw);
/* Counts a reading: is it the n-th within the window?  Of a rule without a window the answer itself. */
uint8_t rule_counts(const struct rule *rule, struct rule_state *s, uint8_t raw, bool sampled);
bool rule_state_is_sound(const struct rule_state *s);
void rule_state_init(const struct rule *rule, struct rule_state *s);

#endif
