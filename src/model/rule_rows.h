/* What a rule may say in a file, and what each kind needs. */
#ifndef RULE_ROWS_H
#define RULE_ROWS_H

#include "conf/table.h"
#include "model/rule.h"

enum { CAUSED_BY_MAX = 2 * ID_MAX, JUDGE_WHEN_MAX = 480 };

struct rule_row {
    char id[ID_MAX], parameter[ID_MAX], other[ID_MAX];
    int kind, impact, stake;
    double limit, low, deadband, step, other_is, since;
    int64_t respond_ms, within_ms, on_delay_ms, off_delay_ms, n, window_ms, settle_ms;
    bool latched, off;
    char caused_by[CAUSED_BY_MAX], judge_when[JUDGE_WHEN_MAX];
    struct rule_text text;
};

extern const struct conf_setting RULE[31];

/* What a kind cannot do without. */
struct rule_needs {
    bool limit, low_or_limit, other, within;
    double fallback; /* of limit; NaN: none */
    double other_is; /* when not said; NaN: must be */
};
extern const struct rule_needs RULE_NEEDS[RULE_KIND_COUNT];

/* What is said of the rule on limits when nobody says anything. */
extern const struct rule_text RULE_LIMIT_TEXT;

#endif
