#include "model/standard.h"

#include <stdlib.h>
#include <string.h>

const char *const STANDARD_LAYERS[] = { "national", "local", "operator", NULL };
const char *const LIMIT_GROUPS[] = { "a", "b", "none", NULL };
const char *const LIMIT_CONDITIONS[] = { "always", "groundwater", "chlorine", "coastal", "inland", NULL };

void standard_clear(struct standard *s)
{
    free(s->limits);
    free(s->sums);
    *s = (struct standard){ 0 };
}

bool standard_in_force(const struct standard *s, int32_t day)
{
    return s->from <= day && (s->until == DAY_NONE || day <= s->until);
}

/* 2 to 7 digits, 2 digits, check digit: the sum of the digits before it, each times its place counted from
 * the right, modulo 10 (CAS, "CAS Registry Number check digit verification"). */
bool cas_is_sound(const char *text)
{
    size_t n = strlen(text), digits = 0;
    unsigned sum = 0, place = 1;

    if (n < 7 || n > 12 || text[n - 2] != '-' || text[n - 5] != '-')
        return false;
    for (size_t i = 0; i < n; i++)
        digits += text[i] >= '0' && text[i] <= '9';
    if (digits != n - 2)
        return false;
    for (size_t i = n - 2; i-- > 0;)
        if (text[i] != '-')
            sum += place++ * (unsigned)(text[i] - '0');
    return sum % 10 == (unsigned)(text[n - 1] - '0');
}
