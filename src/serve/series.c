#include <stdio.h>
#include <string.h>

#include "choose.h"
#include "problem.h"
#include "routes.h"

enum { BUCKETS_DEFAULT = 300 };

static const int64_t SPAN_MAX_MS = 3653LL * CLOCK_DAY_MS; /* ten years */

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

static bool time_of(const struct request *q, const char *name, struct wall otherwise, struct wall *out,
                    struct reply *r)
{
    const char *text = target_value(&q->target, name);

    *out = otherwise;
    if (text == NULL || parse_time(text, out))
        return true;
    problem(r, q->lang, PROBLEM_VALUE_TIME, name, NULL);
    return false;
}

static bool span_of(const struct request *q, struct series_ask *ask, struct reply *r)
{
    if (!time_of(q, "to", q->now.wall, &ask->to, r) ||
        !time_of(q, "from", (struct wall){ ask->to.ms - CLOCK_HOUR_MS }, &ask->from, r))
        return false;
    if (ask->from.ms < ask->to.ms && ask->to.ms - ask->from.ms <= SPAN_MAX_MS)
        return true;
    problem(r, q->lang, ask->from.ms >= ask->to.ms ? PROBLEM_VALUE_ORDER : PROBLEM_VALUE_SPAN, "from", NULL);
    return false;
}

static void ask_of(struct face *f, struct request *q, const struct point *point, struct reply *r)
{
    struct question_ask ask = { .point = point,
                                .ask.buckets = BUCKETS_DEFAULT,
                                .lang = q->lang,
                                .csv = header_wants_csv(q->fields.accept),
                                .gzip = header_wants_gzip(q->fields.accept_encoding) };

    if (!span_of(q, &ask.ask, r) ||
        !choose_number(q, "buckets", SERIES_BUCKETS_MAX, PROBLEM_VALUE_BUCKETS, &ask.ask.buckets, r))
        return;
    if (f->ports.history.ask == NULL) {
        problem(r, q->lang, PROBLEM_NO_HISTORY, NULL, NULL);
        return;
    }
    ask.ask.key = ask.point->key;
    r->question = question_new(f->questions, &ask);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

void answer_series(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c = face_catalogue(f, q->target.segments[3], NULL);
    const struct point *point = catalogue_point(c, q->target.segments[3]);

    if (point == NULL)
        problem(r, q->lang, PROBLEM_NO_SUCH_POINT, NULL, q->target.segments[3]);
    else
        ask_of(f, q, point, r);
    catalogue_drop(c);
}
