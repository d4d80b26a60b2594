#include "doubt.h"

bool is_clipped(const struct point *rule, double value)
{
    if (!(rule->span_low < rule->span_high))
        return false;
    if (rule->span_low == 0 && value == 0)
        return false;
    return value <= rule->span_low || value >= rule->span_high;
}
