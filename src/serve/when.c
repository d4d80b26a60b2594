#include "when.h"

#include <string.h>

#include "problem.h"

/* In a query an unescaped '+' means a space; a zone written "+07:00" by hand is understood all the same. */
static bool parse_time(const char *text, struct wall *out)
{
    char copy[64];
    size_t n = strlen(text);

    if (n < 6 || n >= sizeof copy)
        return false;
    memcpy(copy, text, n + 1);
    if (copy[n - 6] == ' ')
        copy[n - 6] = '+';
    return wall_parse(copy, out) == ERR_NONE;
}

bool when_of(const struct request *q, const char *name, struct wall otherwise, struct wall *out,
             struct reply *r)
{
    const char *text = target_value(&q->target, name);

    *out = otherwise;
    if (text == NULL || parse_time(text, out))
        return true;
    problem(r, q->lang, PROBLEM_VALUE_TIME, name, NULL);
    return false;
}
