#include "choose.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "sees.h"

static bool refuse(struct reply *r, const struct request *q, enum problem_kind kind, const char *field,
                   const char *subject)
{
    problem(r, q->lang, kind, field, subject);
    return false;
}

bool choose_number(const struct request *q, const char *name, unsigned max, enum problem_kind kind,
                   unsigned *out, struct reply *r)
{
    const char *text = target_value(&q->target, name);
    size_t n;

    if (text == NULL)
        return true;
    n = strspn(text, "0123456789");
    if (n == 0 || n > 6 || text[n] != '\0')
        return refuse(r, q, kind, name, NULL);
    *out = (unsigned)strtoul(text, NULL, 10);
    return (*out >= 1 && *out <= max) || refuse(r, q, kind, name, NULL);
}

bool choose_site(uint32_t *out, const struct catalogue *c, const struct request *q, struct reply *r)
{
    const char *id = target_value(&q->target, "site");
    const struct site *site = id == NULL ? NULL : catalogue_site(c, id);

    *out = UINT32_MAX;
    if (id == NULL)
        return true;
    if (site == NULL || !visitor_sees_site(&q->visitor, c, site))
        return refuse(r, q, PROBLEM_VALUE_SITE, "site", id);
    *out = (uint32_t)(site - c->sites);
    return true;
}

static bool choose_text(const struct request *q, const char *name, const char **out, struct reply *r)
{
    size_t n;

    *out = target_value(&q->target, name);
    n = *out == NULL ? 1 : strlen(*out);
    return (n >= 1 && n <= CHOOSE_TEXT_MAX) || refuse(r, q, PROBLEM_VALUE_TEXT, name, NULL);
}

static bool choose_wire(struct choice *w, const struct catalogue *c, const struct request *q, struct reply *r)
{
    if (!choose_text(q, "wire", &w->wire, r))
        return false;
    if (w->wire == NULL)
        return true;
    for (size_t i = 0; i < c->point_count; i++)
        if (strcmp(c->points[i].wire, w->wire) == 0 && visitor_sees(&q->visitor, c, &c->points[i]))
            return true;
    return refuse(r, q, PROBLEM_VALUE_WIRE, "wire", w->wire);
}

static bool choose_quality(struct choice *w, const struct request *q, struct reply *r)
{
    const char *word = target_value(&q->target, "quality");

    w->by_quality = word != NULL;
    return word == NULL || quality_parse(word, &w->quality) ||
           refuse(r, q, PROBLEM_VALUE_QUALITY, "quality", NULL);
}

bool choose_words(char out[CHOOSE_TEXT_MAX + 1], const struct request *q, struct reply *r)
{
    const char *words;

    if (!choose_text(q, "q", &words, r))
        return false;
    out[0] = '\0';
    if (words != NULL)
        (void)fold_text(words, out, CHOOSE_TEXT_MAX + 1);
    return true;
}

static bool choose_page(struct choice *w, const struct catalogue *c, const struct request *q, struct reply *r)
{
    const char *next = target_value(&q->target, "next");
    char id[ID_MAX];
    const struct point *last;

    w->first = 0;
    w->limit = CHOOSE_LIMIT_DEFAULT;
    if (!choose_number(q, "limit", CHOOSE_LIMIT_MAX, PROBLEM_VALUE_LIMIT, &w->limit, r))
        return false;
    if (next == NULL)
        return true;
    last = cursor_parse(next, id) ? seen_point(&q->visitor, c, id) : NULL;
    if (last == NULL)
        return refuse(r, q, PROBLEM_VALUE_CURSOR, "next", NULL);
    w->first = (uint32_t)(last - c->points) + 1;
    return true;
}

bool choose(struct choice *out, const struct catalogue *c, const struct request *q, struct reply *r)
{
    out->visitor = &q->visitor;
    return choose_site(&out->site, c, q, r) && choose_text(q, "parameter", &out->parameter, r) &&
           choose_quality(out, q, r) && choose_wire(out, c, q, r) && choose_words(out->words, q, r) &&
           choose_page(out, c, q, r);
}

bool chosen(const struct choice *w, const struct catalogue *c, uint32_t point, const char *folded,
            const struct reading *now)
{
    const struct point *p = &c->points[point];

    return (w->site == UINT32_MAX || p->site == w->site) && visitor_sees(w->visitor, c, p) &&
           (!w->by_quality || now->quality == w->quality) &&
           (w->parameter == NULL || strcmp(p->parameter, w->parameter) == 0) &&
           (w->wire == NULL || strcmp(p->wire, w->wire) == 0) &&
           (w->words[0] == '\0' || strstr(folded, w->words) != NULL);
}

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

bool choose_time(const struct request *q, const char *name, struct wall otherwise, struct wall *out,
                 struct reply *r)
{
    const char *text = target_value(&q->target, name);

    *out = otherwise;
    if (text == NULL || parse_time(text, out))
        return true;
    problem(r, q->lang, PROBLEM_VALUE_TIME, name, NULL);
    return false;
}

bool choose_span(const struct request *q, const struct span_rule *rule, struct wall *from, struct wall *to,
                 struct reply *r)
{
    if (!choose_time(q, "to", q->now.wall, to, r) ||
        !choose_time(q, "from", (struct wall){ to->ms - rule->usual_ms }, from, r))
        return false;
    if (from->ms >= to->ms)
        problem(r, q->lang, PROBLEM_VALUE_ORDER, "from", NULL);
    else if (to->ms - from->ms > rule->most_ms)
        problem(r, q->lang, rule->too_long, "from", NULL);
    else
        return true;
    return false;
}

void cursor_text(const char *id, char out[CURSOR_MAX])
{
    static const char DIGITS[] = "0123456789abcdef";
    size_t n = 0;

    for (; *id != '\0' && n + 2 < CURSOR_MAX; id++) {
        out[n++] = DIGITS[(unsigned char)*id >> 4];
        out[n++] = DIGITS[(unsigned char)*id & 15];
    }
    out[n] = '\0';
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool cursor_parse(const char *text, char id[ID_MAX])
{
    size_t n = strlen(text);

    if (n == 0 || n % 2 != 0 || n / 2 >= ID_MAX)
        return false;
    for (size_t i = 0; i < n; i += 2) {
        int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0 || (high == 0 && low == 0))
            return false;
        id[i / 2] = (char)(high << 4 | low);
    }
    id[n / 2] = '\0';
    return true;
}
