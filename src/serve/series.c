#include <stdio.h>
#include <string.h>

#include "choose.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

enum { BUCKETS_DEFAULT = 300, BUCKETS_TOGETHER = 20000 };

static const struct span_rule SPAN = { CLOCK_HOUR_MS, 3653LL * CLOCK_DAY_MS, PROBLEM_VALUE_SPAN };

/* What is written in the address wins over the header. */
static bool format_of(const struct request *q, bool *csv, struct reply *r)
{
    const char *format = target_value(&q->target, "format");

    *csv = format != NULL ? strcmp(format, "csv") == 0 : header_wants_csv(q->fields.accept);
    if (format == NULL || *csv || strcmp(format, "json") == 0)
        return true;
    problem(r, q->lang, PROBLEM_VALUE_FORMAT, "format", NULL);
    return false;
}

/* rows=all: every reading as a table, however many there are. */
static bool rows_of(const struct request *q, struct question_ask *ask, struct reply *r)
{
    const char *rows = target_value(&q->target, "rows");

    ask->ask.page = rows != NULL;
    if (rows == NULL || (strcmp(rows, "all") == 0 && ask->csv))
        return true;
    problem(r, q->lang, PROBLEM_VALUE_ALL, "rows", NULL);
    return false;
}

static bool ask_of(struct face *f, const struct request *q, struct question_ask *ask, struct reply *r)
{
    *ask = (struct question_ask){ .ask.buckets = BUCKETS_DEFAULT,
                                  .lang = q->lang,
                                  .gzip = header_wants_gzip(q->fields.accept_encoding) };
    if (!choose_span(q, &SPAN, &ask->ask.from, &ask->ask.to, r) || !format_of(q, &ask->csv, r) ||
        !rows_of(q, ask, r) ||
        !choose_number(q, "buckets", SERIES_BUCKETS_MAX, PROBLEM_VALUE_BUCKETS, &ask->ask.buckets, r))
        return false;
    if (f->ports.history.ask != NULL)
        return true;
    problem(r, q->lang, PROBLEM_NO_HISTORY, NULL, NULL);
    return false;
}

static void ask_later(const struct request *q, struct question *question, struct reply *r)
{
    r->question = question;
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

void answer_series(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c = face_catalogue(f, q->target.segments[3], NULL);
    const struct point *point = seen_point(&q->visitor, c, q->target.segments[3]);

    struct question_ask ask;

    if (point == NULL) {
        problem(r, q->lang, PROBLEM_NO_SUCH_POINT, NULL, q->target.segments[3]);
    } else if (ask_of(f, q, &ask, r)) {
        ask.point = point;
        ask.ask.key = point->key;
        ask_later(q, question_new(f->questions, &ask), r);
    }
    catalogue_drop(c);
}

/* Ids between commas, each of them a point and there once.  0: they are not. */
static size_t points_of(const struct visitor *v, const struct catalogue *c, const char *text,
                        const struct point *out[QUESTION_POINTS_MAX])
{
    size_t count = 0;

    while (text != NULL) {
        char id[ID_MAX];
        size_t n = strcspn(text, ",");
        if (count == QUESTION_POINTS_MAX || n >= sizeof id)
            return 0;
        memcpy(id, text, n);
        id[n] = '\0';
        out[count] = seen_point(v, c, id);
        for (size_t i = 0; i < count; i++)
            if (out[i] == out[count])
                return 0;
        if (out[count++] == NULL)
            return 0;
        text = text[n] == ',' ? text + n + 1 : NULL;
    }
    return count;
}

void answer_many_series(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c = f->ports.present.catalogue(f->ports.present.self);
    const struct point *points[QUESTION_POINTS_MAX];
    size_t count = points_of(&q->visitor, c, target_value(&q->target, "points"), points);
    struct question_ask ask;

    if (count == 0)
        problem(r, q->lang, PROBLEM_VALUE_POINTS, "points", NULL);
    else if (!ask_of(f, q, &ask, r))
        ;
    else if (count * ask.ask.buckets > BUCKETS_TOGETHER)
        problem(r, q->lang, PROBLEM_VALUE_TOGETHER, "buckets", NULL);
    else
        ask_later(q, question_several(f->questions, points, count, &ask), r);
    catalogue_drop(c);
}
