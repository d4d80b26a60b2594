#include "model/condition.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "model/mode.h"

enum { PART_MAX = 160, DAY_MINUTES = 24 * 60 };

/* Longer signs first: "<=" is not "<". */
static const char *const SIGNS[COMPARE_COUNT] = {
    [COMPARE_EQ] = "==", [COMPARE_NE] = "!=", [COMPARE_LE] = "<=",
    [COMPARE_GE] = ">=", [COMPARE_LT] = "<",  [COMPARE_GT] = ">",
};

static int two_digits(const char *text)
{
    static const char DIGITS[] = "0123456789";

    return strspn(text, DIGITS) < 2 ? -1 : (text[0] - '0') * 10 + (text[1] - '0');
}

static bool read_clock(const char *text, int *minutes, const char **end)
{
    int hours = two_digits(text), past = hours < 0 || text[2] != ':' ? -1 : two_digits(text + 3);

    if (hours < 0 || past < 0 || past > 59 || hours * 60 + past > DAY_MINUTES)
        return false;
    *minutes = hours * 60 + past;
    *end = text + 5;
    return true;
}

/* "" or " at 22:00-05:00". */
static bool read_hours(const char *text, struct condition *out)
{
    int from, until;

    out->from = out->until = CONDITION_ANY_TIME;
    if (text[strspn(text, " ")] == '\0')
        return true;
    if (strncmp(text, " at ", 4) != 0 || !read_clock(text + 4, &from, &text) || *text != '-' ||
        !read_clock(text + 1, &until, &text) || text[strspn(text, " ")] != '\0' || from == until)
        return false;
    out->from = (int16_t)from;
    out->until = (int16_t)until;
    return true;
}

static bool read_sign(const char **text, struct condition *out)
{
    *text += strspn(*text, " ");
    for (int i = 0; i < COMPARE_COUNT; i++)
        if (strncmp(*text, SIGNS[i], strlen(SIGNS[i])) == 0) {
            out->how = (uint8_t)i;
            *text += strlen(SIGNS[i]);
            return true;
        }
    return false;
}

static bool read_number(const char **text, double *out)
{
    size_t blanks = strspn(*text, " "), digits = strspn(*text + blanks, "+-.0123456789eE");
    char *end;

    if (digits == 0)
        return false;
    *out = strtod(*text + blanks, &end);
    if (end != *text + blanks + digits || !isfinite(*out))
        return false;
    *text = end;
    return true;
}

static bool read_part(const char *part, struct condition *out, char id[CONDITION_ID_MAX])
{
    size_t n;

    part += strspn(part, " ");
    n = strcspn(part, " =!<>");
    if (n == 0 || n >= CONDITION_ID_MAX)
        return false;
    memcpy(id, part, n);
    id[n] = '\0';
    part += n;
    return read_sign(&part, out) && read_number(&part, &out->value) && read_hours(part, out);
}

enum err condition_parse(const char **text, struct condition *out, char id[CONDITION_ID_MAX],
                         struct fault *why)
{
    const char * or = strstr(*text, " or ");
    size_t n = or == NULL ? strlen(*text) : (size_t)(or -*text);
    char part[PART_MAX];

    *out = (struct condition){ .point = UINT32_MAX };
    (void)snprintf(part, sizeof part, "%.*s", (int)(n < PART_MAX ? n : PART_MAX), *text);
    *text += or == NULL ? n : n + 4;
    if (n >= PART_MAX || !read_part(part, out, id))
        return fault_set(why, ERR_RANGE,
                         "\"%.60s\" is not like \"some.point >= 3.9\" or \"value == 0 at 22:00-05:00\"",
                         part);
    return ERR_NONE;
}

static bool read_mode(const char *word, struct condition *out)
{
    size_t n = strcspn(word, " ");

    if (word[n + strspn(word + n, " ")] != '\0')
        return false;
    for (int i = 0; i < MODE_COUNT; i++)
        if (strlen(MODE_KINDS[i]) == n && strncmp(word, MODE_KINDS[i], n) == 0) {
            out->value = i;
            return true;
        }
    return false;
}

enum err condition_parse_mode(const char *text, struct condition *out, bool *is, struct fault *why)
{
    const char *at = text + strspn(text, " ");
    size_t n = strcspn(at, " =!<>");

    *out = (struct condition){ .point = CONDITION_MODE,
                               .from = CONDITION_ANY_TIME,
                               .until = CONDITION_ANY_TIME };
    *is = false;
    if (n != 4 || strncmp(at, "mode", n) != 0)
        return ERR_NONE;
    at += n;
    if (!read_sign(&at, out) || (out->how != COMPARE_EQ && out->how != COMPARE_NE))
        return ERR_NONE; /* a point may have that name */
    at += strspn(at, " ");
    *is = *at >= 'a' && *at <= 'z';
    if (*is && !read_mode(at, out))
        return fault_set(why, ERR_RANGE, "\"%.60s\": no such mode", text);
    return ERR_NONE;
}

bool condition_mode_holds(const struct condition *c, unsigned modes)
{
    bool in = (modes & mode_bit((enum mode_kind)c->value)) != 0;

    return c->how == COMPARE_EQ ? in : !in;
}

void condition_print(const struct condition *c, const char *id, struct strbuf *to)
{
    char number[JSON_NUMBER_MAX];

    if (c->point == CONDITION_MODE) {
        strbuf_printf(to, "mode %s %s", SIGNS[c->how], MODE_KINDS[(int)c->value]);
        return;
    }
    (void)json_number_text(c->value, number);
    strbuf_printf(to, "%s %s %s", id, SIGNS[c->how], number);
    if (c->from != CONDITION_ANY_TIME)
        strbuf_printf(to, " at %02d:%02d-%02d:%02d", c->from / 60, c->from % 60, c->until / 60,
                      c->until % 60);
}

static bool in_hours(const struct condition *c, struct wall at)
{
    int64_t minute = (at.ms - wall_local_midnight(at).ms) / CLOCK_MINUTE_MS;

    if (c->from == CONDITION_ANY_TIME)
        return true;
    if (c->from < c->until)
        return minute >= c->from && minute < c->until;
    return minute >= c->from || minute < c->until;
}

bool condition_holds(const struct condition *c, double value, struct wall at)
{
    if (isnan(value) || !in_hours(c, at))
        return false;
    switch (c->how) {
    case COMPARE_EQ: return value == c->value;
    case COMPARE_NE: return value != c->value;
    case COMPARE_LE: return value <= c->value;
    case COMPARE_GE: return value >= c->value;
    case COMPARE_LT: return value < c->value;
    default: return value > c->value;
    }
}
