#include "volumes.h"

#include <math.h>

#include "base/json.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

enum { DAYS_DEFAULT = 30 };

/* ------------------------------------------------------------------ out */

static void correction(struct json_out *j, const struct volume_correction *c)
{
    json_open_object(j);
    json_key(j, "at");
    json_time(j, c->at);
    json_key(j, "kind");
    json_string(j, c->kind);
    json_member_number(j, "before", c->before);
    json_member_number(j, "after", c->after);
    json_member_number(j, "volume", c->volume);
    json_close_object(j);
}

/* Those of one day, from *next on: they come in order of time. */
static void corrections(struct json_out *j, int32_t day, const struct volume_answer *a, size_t *next)
{
    json_key(j, "corrections");
    json_open_array(j);
    for (; *next < a->correction_count && day_local(a->corrections[*next].at) <= day; ++*next)
        correction(j, &a->corrections[*next]);
    json_close_array(j);
}

/* A figure of a report: none rests on what was read before the point was accepted. */
static void figure(struct json_out *j, const struct point *point, const struct volume_day *d)
{
    bool counts = point_counts_on(point, d->day);

    json_member_number(j, "volume", counts ? d->volume : NAN);
    json_member_number(j, "divided", counts ? d->divided : NAN);
    json_key(j, "reason");
    if (!counts)
        json_string(j, "commissioning");
    else if (isnan(d->volume))
        json_string(j, "coverage");
    else
        json_null(j);
    json_member_number(j, "coverage", d->coverage);
}

static void days(struct json_out *j, const struct point *point, const struct volume_answer *a)
{
    char text[DAY_ISO_MAX];
    size_t next = 0;

    json_key(j, "days");
    json_open_array(j);
    for (size_t i = 0; i < a->day_count; i++) {
        json_open_object(j);
        json_key(j, "day");
        json_string(j, day_iso(a->days[i].day, text));
        figure(j, point, &a->days[i]);
        corrections(j, a->days[i].day, a, &next);
        json_close_object(j);
    }
    json_close_array(j);
}

void volumes_text(struct strbuf *b, const struct point *point, const struct volume_answer *a)
{
    struct json_out j;

    json_out_init(&j, b);
    json_open_object(&j);
    json_key(&j, "point");
    json_string(&j, point->id);
    json_key(&j, "unit");
    json_string(&j, point->unit);
    days(&j, point, a);
    json_key(&j, "corrections_left_out");
    json_int(&j, (int64_t)a->corrections_left_out);
    json_close_object(&j);
}

/* ------------------------------------------------------------------ in */

static bool day_of(const struct request *q, const char *name, int32_t otherwise, int32_t *out,
                   struct reply *r)
{
    const char *text = target_value(&q->target, name);

    *out = otherwise;
    if (text == NULL || day_parse(text, out))
        return true;
    problem(r, q->lang, PROBLEM_VALUE_DAY, name, NULL);
    return false;
}

static bool span_of(const struct request *q, struct volume_ask *ask, struct reply *r)
{
    int32_t last;

    if (!day_of(q, "to", day_local(q->now.wall), &last, r) ||
        !day_of(q, "from", last - (DAYS_DEFAULT - 1), &ask->first, r))
        return false;
    if (ask->first <= last && last - ask->first < VOLUME_ASK_DAYS_MAX) {
        ask->days = (unsigned)(last - ask->first) + 1;
        return true;
    }
    problem(r, q->lang, PROBLEM_VALUE_DAYS, "from", NULL);
    return false;
}

static void ask_of(struct face *f, struct request *q, const struct point *point, struct reply *r)
{
    const struct question_ask about = { .point = point,
                                        .lang = q->lang,
                                        .gzip = header_wants_gzip(q->fields.accept_encoding) };
    struct volume_ask ask = { .key = point->key,
                              .max_flow = point->total_max_flow,
                              .wraps_at = point->total_wraps_at,
                              .step = point->total_step,
                              .by_hand = point->manual };

    if (!span_of(q, &ask, r))
        return;
    if (f->ports.volumes.ask == NULL) {
        problem(r, q->lang, PROBLEM_NO_HISTORY, NULL, NULL);
        return;
    }
    r->question = question_count(f->questions, &f->ports.volumes, &ask, &about);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

void answer_volumes(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c = f->ports.present.catalogue(f->ports.present.self);
    const struct point *point = seen_point(&q->visitor, c, q->target.segments[3]);

    if (point == NULL)
        problem(r, q->lang, PROBLEM_NO_SUCH_POINT, NULL, q->target.segments[3]);
    else if (point->total_max_flow <= 0)
        problem(r, q->lang, PROBLEM_NO_COUNTER, NULL, point->id);
    else
        ask_of(f, q, point, r);
    catalogue_drop(c);
}
