#include "store/store.h"

#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "audit_page.h"
#include "base/queue.h"
#include "handed.h"
#include "leash.h"
#include "meter_rows.h"
#include "model/minute.h"
#include "paged.h"
#include "past_alarms.h"
#include "past_incidents.h"
#include "pg.h"
#include "reports.h"
#include "rolled.h"
#include "schema.h"
#include "shift_rows.h"
#include "spot_facts.h"
#include "sql.h"

enum { HOLD_MS = MINUTE_HOLD_MS, READERS_MAX = 16 };

struct question {
    int client;
    bool is_meter;     /* rows for `fold` */
    bool is_past;      /* alarms for `past_done`; neither: a series for `done` */
    bool of_incidents; /* incidents for `incidents_done` */
    struct series_ask ask;
    void (*done)(void *ticket, enum err code, struct series *result, const struct fault *why);
    void *ticket;
    struct meter_ask meter;
    struct meter_fold fold;
    struct trail_ask trail; /* limit 0: none; else a page of the record of acts, for `told` */
    void (*told)(void *ticket, enum err code, const struct trail_page *page, const struct fault *why);
    struct shift_past_ask shifts; /* limit 0: none; else shifts for `shifts_done` */
    void (*shifts_done)(void *ticket, enum err code, const struct shift_list *list, const struct fault *why);
    struct alarm_past_ask past;
    void (*past_done)(void *ticket, enum err code, struct alarm_past *result, const struct fault *why);
    struct incident_past_ask incidents;
    void (*incidents_done)(void *ticket, enum err code, struct incident_past *result,
                           const struct fault *why);
    bool is_spots; /* `spots`, for `spots_done` */
    struct spot_facts_ask spots;
    void (*spots_done)(void *ticket, enum err code, struct spot_facts *facts, const struct fault *why);
    bool is_handed; /* `handed`, for `handed_done` */
    struct handed_ask handed;
    void (*handed_done)(void *ticket, enum err code, const struct handed_answer *answer,
                        const struct fault *why);
    bool is_report; /* `report`, for `report_done` */
    struct report_ask report;
    void (*report_done)(void *ticket, enum err code, const struct report_answer *answer,
                        const struct fault *why);
};

/* What is found for a question, until it is told. */
struct found {
    struct series series;
    struct audit_page page;
    struct alarm_past past;
    struct shift_list *shifts;
    struct incident_past incidents;
    struct report_found report;
    struct spot_facts spots;
    struct handed_found handed;
};

struct historian {
    struct store_settings settings;
    struct report_maker maker;
    struct queue *questions;
    struct leash leash;
    pthread_t threads[READERS_MAX];
    unsigned count;
};

/* ---- one question ---- */

static void take_sample(const struct pg_result *r, size_t i, struct series_sample *out)
{
    out->at = pg_get_time(r, i, 0);
    out->value = pg_get_number(r, i, 1);
    out->quality = (uint8_t)pg_get_int(r, i, 2);
    out->reason = (uint8_t)pg_get_int(r, i, 3);
}

static enum err take_samples(const struct pg_result *r, struct series *out, struct fault *why)
{
    size_t n = pg_rows(r);

    out->samples = calloc(n > 0 ? n : 1, sizeof *out->samples);
    if (out->samples == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    out->raw = true;
    out->count = n;
    for (size_t i = 0; i < n; i++)
        take_sample(r, i, &out->samples[i]);
    return ERR_NONE;
}

/* *fits is false when there are more rows than buckets were asked for: then nothing is made. */
static enum err ask_raw(struct pg *p, const struct series_ask *a, struct series *out, bool *fits,
                        struct fault *why)
{
    struct pg_value v[] = { pg_int((int64_t)a->key), pg_time((struct wall){ a->from.ms - HOLD_MS }),
                            pg_time(a->from), pg_time(a->to), pg_int((int64_t)a->buckets + 1) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_series_raw, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    *fits = pg_rows(r) <= a->buckets;
    if (*fits)
        rc = take_samples(r, out, why);
    pg_free(r);
    return rc;
}

static enum err empty_buckets(const struct series_ask *a, struct series *out, struct fault *why)
{
    int64_t span = a->to.ms - a->from.ms;

    out->width_ms = (span - 1) / a->buckets + 1;
    out->count = (size_t)((span - 1) / out->width_ms + 1);
    out->buckets = calloc(out->count, sizeof *out->buckets);
    if (out->buckets == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    for (size_t i = 0; i < out->count; i++)
        out->buckets[i] = (struct series_bucket){
            .at = { a->from.ms + (int64_t)i * out->width_ms }, .min = NAN, .max = NAN, .mean = NAN
        };
    return ERR_NONE;
}

/* Good time comes as a share of a whole bucket; the last one may be cut short by the end of the span. */
static double good_share(const struct series_ask *a, const struct series *s, size_t i, double share)
{
    int64_t left = a->to.ms - s->buckets[i].at.ms;

    if (left < s->width_ms)
        share *= (double)s->width_ms / (double)left;
    return share > 1.0 ? 1.0 : share;
}

static void take_buckets(const struct pg_result *r, const struct series_ask *a, struct series *out)
{
    for (size_t row = 0; row < pg_rows(r); row++) {
        int64_t i = pg_get_int(r, row, 0);

        if (i < 0 || (uint64_t)i >= out->count)
            continue;
        struct series_bucket *b = &out->buckets[i];
        b->min = pg_get_number(r, row, 1);
        b->max = pg_get_number(r, row, 2);
        b->mean = pg_get_number(r, row, 3);
        b->good_share = good_share(a, out, (size_t)i, pg_get_number(r, row, 4));
        b->rows = (uint32_t)pg_get_int(r, row, 5);
    }
}

static enum err ask_buckets(struct pg *p, const struct series_ask *a, struct series *out, struct fault *why)
{
    struct pg_result *r = NULL;
    enum err rc = empty_buckets(a, out, why);

    if (rc != ERR_NONE)
        return rc;
    struct pg_value v[] = { pg_int((int64_t)a->key), pg_time((struct wall){ a->from.ms - HOLD_MS }),
                            pg_time(a->from),        pg_time(a->to),
                            pg_int(out->width_ms),   pg_int(HOLD_MS) };
    rc = pg_ask(p, sql_series_buckets, v, COUNT_OF(v), &r, why);
    if (rc == ERR_NONE)
        take_buckets(r, a, out);
    else
        series_clear(out);
    pg_free(r);
    return rc;
}

static uint64_t rows_of(const struct series *s)
{
    uint64_t rows = 0;

    for (size_t i = 0; i < s->count; i++)
        rows += s->buckets[i].rows;
    return rows;
}

/* A long span: its roll-ups say how many readings there are.  Only when these may fit are they asked for: to
 * find out by reading them would open every packed day of it. */
static enum err ask_long(struct pg *p, const struct series_ask *a, const struct rolled_plan *plan,
                         struct series *out, struct fault *why)
{
    struct series raw = { .raw = true };
    bool fits = false;
    enum err rc = rolled_ask(p, a, plan, out, why);

    if (rc != ERR_NONE || rows_of(out) > a->buckets)
        return rc;
    rc = ask_raw(p, a, &raw, &fits, why);
    if (rc != ERR_NONE || fits)
        series_clear(out);
    if (rc == ERR_NONE && fits)
        *out = raw;
    return rc;
}

static enum err ask_series(struct pg *p, const struct series_ask *a, struct series *out, struct fault *why)
{
    struct rolled_plan plan;
    bool fits = false;
    enum err rc;

    if (a->page)
        return paged_ask(p, a, out, why);
    plan = rolled_choose(a);
    if (plan.resolution != SERIES_RAW)
        return ask_long(p, a, &plan, out, why);
    rc = ask_raw(p, a, out, &fits, why);
    return rc != ERR_NONE || fits ? rc : ask_buckets(p, a, out, why);
}

static enum err ask_it(struct historian *h, struct pg *p, const struct question *q, struct found *out,
                       struct fault *why)
{
    if (q->shifts.limit > 0)
        return shift_past_read(p, h->settings.node, &q->shifts, &out->shifts, why);
    if (q->is_report)
        return reports_answer(p, &h->settings, &h->leash, &h->maker, &q->report, &out->report, why);
    if (q->trail.limit > 0)
        return audit_page_read(p, &q->trail, &out->page, why);
    if (q->is_handed)
        return handed_answer_read(p, &h->settings, &h->leash, &q->handed, &out->handed, why);
    if (q->is_spots)
        return spot_facts_read(p, &q->spots, &out->spots, why);
    if (q->is_past)
        return past_alarms_read(p, &q->past, &out->past, why);
    if (q->of_incidents)
        return past_incidents_read(p, h->settings.node, &q->incidents, &out->incidents, why);
    return q->is_meter ? meter_rows_read(p, &q->meter, &q->fold, why)
                       : ask_series(p, &q->ask, &out->series, why);
}

/* ---- workers ---- */

static enum err open_reader(struct historian *h, struct pg **p, struct fault *why)
{
    const struct pg_options o = { .connect = h->settings.connect,
                                  .login = &h->settings.reader,
                                  .name = "capnuoc history",
                                  .answer_ms = h->settings.answer_ms,
                                  .leash = &h->leash };
    enum err rc;

    pg_close(*p);
    rc = pg_open(p, &o, why);
    if (rc == ERR_NONE)
        rc = schema_check(*p, why);
    if (rc == ERR_NONE)
        return rc;
    pg_close(*p);
    *p = NULL;
    return rc == ERR_STATE && !leash_pulled(&h->leash) ? ERR_PEER
                                                       : rc; /* another schema: away, for who asks */
}

static bool has_gone(int client)
{
    struct pollfd p = { .fd = client, .events = POLLRDHUP };

    return client >= 0 && poll(&p, 1, 0) > 0;
}

/* The server's own limits (57014 statement, 55P03 lock) are the same for who asks. */
static enum err plain_code(const struct pg *p, enum err rc)
{
    if (strcmp(pg_sqlstate(p), "57014") == 0 || strcmp(pg_sqlstate(p), "55P03") == 0)
        return ERR_TIMEOUT;
    return rc == ERR_DENIED ? ERR_PEER : rc;
}

static enum err answer(struct historian *h, struct pg **p, const struct question *q, struct found *out,
                       struct fault *why)
{
    bool fresh = !pg_alive(*p);
    enum err rc = ERR_NONE;

    if (leash_pulled(&h->leash))
        return fault_set(why, ERR_STATE, "history: stopping");
    if (has_gone(q->client))
        return fault_set(why, ERR_STATE, "the client has gone");
    if (fresh)
        rc = open_reader(h, p, why);
    if (rc != ERR_NONE)
        return rc;
    pg_watch(*p, q->client);
    rc = ask_it(h, *p, q, out, why);
    if (rc == ERR_PEER && !fresh && !pg_alive(*p)) { /* it had been lost while nobody asked */
        rc = open_reader(h, p, why);
        if (rc != ERR_NONE)
            return rc;
        pg_watch(*p, q->client);
        rc = ask_it(h, *p, q, out, why);
    }
    if (*p != NULL)
        pg_watch(*p, -1);
    return rc == ERR_NONE ? rc : plain_code(*p, rc);
}

static void tell(const struct question *q, enum err rc, struct found *result, const struct fault *why)
{
    if (q->is_report) {
        q->report_done(q->ticket, rc, &result->report.answer, why);
        reports_clear(&result->report);
    } else if (q->trail.limit > 0) {
        q->told(q->ticket, rc, &result->page.page, why);
        audit_page_clear(&result->page);
    } else if (q->shifts.limit > 0) {
        q->shifts_done(q->ticket, rc, result->shifts, why);
        shift_list_drop(result->shifts);
    } else if (q->is_handed) {
        q->handed_done(q->ticket, rc, &result->handed.answer, why);
        handed_clear(&result->handed);
    } else if (q->is_spots) {
        q->spots_done(q->ticket, rc, &result->spots, why);
    } else if (q->is_past) {
        q->past_done(q->ticket, rc, &result->past, why);
    } else if (q->of_incidents) {
        q->incidents_done(q->ticket, rc, &result->incidents, why);
    } else if (q->is_meter) {
        q->fold.done(q->fold.self, rc, why);
    } else {
        q->done(q->ticket, rc, &result->series, why);
    }
}

static void *work(void *self)
{
    struct historian *h = self;
    struct question q;
    struct pg *p = NULL;

    while (queue_take(h->questions, &q, -1) == ERR_NONE) {
        struct found result = { .series = { 0 } };
        struct fault why = { 0 };
        enum err rc = answer(h, &p, &q, &result, &why);

        why.code = rc;
        tell(&q, rc, &result, &why);
    }
    pg_close(p);
    return NULL;
}

/* ---- port ---- */

static enum err check(const struct series_ask *a, struct fault *why)
{
    if (a->from.ms >= a->to.ms)
        return fault_set(why, ERR_RANGE, "the span is empty: it must end after it begins");
    if (!a->page && (a->buckets < 1 || a->buckets > SERIES_BUCKETS_MAX))
        return fault_set(why, ERR_RANGE, "buckets must be from 1 to %d", SERIES_BUCKETS_MAX);
    if (a->key == 0 || a->key > INT64_MAX)
        return fault_set(why, ERR_RANGE, "there is no such point");
    /* years 1900 to 9999: inside what PostgreSQL's timestamps and the sums over them can hold */
    if (a->from.ms < -2208988800000 || a->to.ms > 253402300799999)
        return fault_set(why, ERR_RANGE, "the span must lie between the years 1900 and 9999");
    return ERR_NONE;
}

static enum err put(struct historian *h, const struct question *q, struct fault *why)
{
    enum err rc;

    if (leash_pulled(&h->leash))
        return fault_set(why, ERR_STATE, "history: stopping");
    rc = queue_put(h->questions, q);
    if (rc == ERR_FULL)
        return fault_set(why, rc, "history: too many questions are waiting");
    return rc == ERR_NONE ? rc : fault_set(why, rc, "history: stopping");
}

static enum err put_question(void *self, const struct series_ask *ask, int client,
                             void (*done)(void *ticket, enum err code, struct series *result,
                                          const struct fault *why),
                             void *ticket, struct fault *why)
{
    struct historian *h = self;
    const struct question q = { .client = client, .ask = *ask, .done = done, .ticket = ticket };
    enum err rc = check(ask, why);

    return rc == ERR_NONE ? put(h, &q, why) : rc;
}

static enum err put_meter(void *self, const struct meter_ask *ask, int client, const struct meter_fold *fold,
                          struct fault *why)
{
    const struct question q = { .client = client, .is_meter = true, .meter = *ask, .fold = *fold };
    enum err rc = meter_rows_check(ask, why);

    return rc == ERR_NONE ? put(self, &q, why) : rc;
}

static enum err put_trail(void *self, const struct trail_ask *ask, int client,
                          void (*done)(void *ticket, enum err code, const struct trail_page *page,
                                       const struct fault *why),
                          void *ticket, struct fault *why)
{
    const struct question q = { .client = client, .trail = *ask, .told = done, .ticket = ticket };

    if (ask->limit < 1 || ask->limit > TRAIL_PAGE_MAX)
        return fault_set(why, ERR_RANGE, "a page has 1 to %d acts", TRAIL_PAGE_MAX);
    return put(self, &q, why);
}

static enum err put_past(void *self, const struct alarm_past_ask *ask, int client,
                         void (*done)(void *ticket, enum err code, struct alarm_past *result,
                                      const struct fault *why),
                         void *ticket, struct fault *why)
{
    const struct question q = {
        .client = client, .is_past = true, .past = *ask, .past_done = done, .ticket = ticket
    };
    enum err rc = past_alarms_check(ask, why);

    return rc == ERR_NONE ? put(self, &q, why) : rc;
}

static enum err put_shifts(void *self, const struct shift_past_ask *ask, int client,
                           void (*done)(void *ticket, enum err code, const struct shift_list *list,
                                        const struct fault *why),
                           void *ticket, struct fault *why)
{
    const struct question q = { .client = client, .shifts = *ask, .shifts_done = done, .ticket = ticket };
    enum err rc = shift_past_check(ask, why);

    return rc == ERR_NONE ? put(self, &q, why) : rc;
}

static enum err put_report(void *self, const struct report_ask *ask, int client,
                           void (*done)(void *ticket, enum err code, const struct report_answer *answer,
                                        const struct fault *why),
                           void *ticket, struct fault *why)
{
    const struct question q = {
        .client = client, .is_report = true, .report = *ask, .report_done = done, .ticket = ticket
    };
    enum err rc = reports_check(ask, why);

    return rc == ERR_NONE ? put(self, &q, why) : rc;
}

struct shift_past_port historian_shifts(struct historian *h)
{
    return (struct shift_past_port){ .self = h, .ask = put_shifts };
}

/* Before anybody asks. */
struct reports_port historian_reports(struct historian *h, const struct report_maker *maker)
{
    h->maker = *maker;
    return (struct reports_port){ .self = h, .ask = put_report };
}

static enum err put_incidents(void *self, const struct incident_past_ask *ask, int client,
                              void (*done)(void *ticket, enum err code, struct incident_past *result,
                                           const struct fault *why),
                              void *ticket, struct fault *why)
{
    const struct question q = {
        .client = client, .of_incidents = true, .incidents = *ask, .incidents_done = done, .ticket = ticket
    };
    enum err rc = past_incidents_check(ask, why);

    return rc == ERR_NONE ? put(self, &q, why) : rc;
}

static enum err put_handed(void *self, const struct handed_ask *ask, int client,
                           void (*done)(void *ticket, enum err code, const struct handed_answer *answer,
                                        const struct fault *why),
                           void *ticket, struct fault *why)
{
    const struct question q = {
        .client = client, .is_handed = true, .handed = *ask, .handed_done = done, .ticket = ticket
    };
    enum err rc = past_incidents_check(&ask->of, why);

    return rc == ERR_NONE ? put(self, &q, why) : rc;
}

struct handed_port historian_handed(struct historian *h)
{
    return (struct handed_port){ .self = h, .ask = put_handed };
}

static enum err put_spots(void *self, const struct spot_facts_ask *ask, int client,
                          void (*done)(void *ticket, enum err code, struct spot_facts *facts,
                                       const struct fault *why),
                          void *ticket, struct fault *why)
{
    const struct question q = {
        .client = client, .is_spots = true, .spots = *ask, .spots_done = done, .ticket = ticket
    };

    return put(self, &q, why);
}

struct spot_facts_port historian_spots(struct historian *h)
{
    return (struct spot_facts_port){ .self = h, .ask = put_spots };
}

struct incident_past_port historian_incidents(struct historian *h)
{
    return (struct incident_past_port){ .self = h, .ask = put_incidents };
}

struct alarm_past_port historian_alarms(struct historian *h)
{
    return (struct alarm_past_port){ .self = h, .ask = put_past };
}

struct history_port historian_port(struct historian *h)
{
    return (struct history_port){ .self = h, .ask = put_question };
}

struct meters_port historian_meters(struct historian *h)
{
    return (struct meters_port){ .self = h, .read = put_meter };
}

struct trail_port historian_trail(struct historian *h)
{
    return (struct trail_port){ .self = h, .ask = put_trail };
}

/* ---- birth and end ---- */

static enum err start_threads(struct historian *h, struct fault *why)
{
    unsigned wanted = h->settings.readers < 1 ? 1 : h->settings.readers;

    while (h->count < wanted && h->count < READERS_MAX) {
        if (pthread_create(&h->threads[h->count], NULL, work, h) != 0)
            return fault_set(why, ERR_IO, "history: no thread could be had");
        h->count++;
    }
    return ERR_NONE;
}

enum err historian_start(struct historian **out, const struct store_settings *s, struct clock clock,
                         struct fault *why)
{
    struct historian *h = calloc(1, sizeof *h);
    enum err rc;

    (void)clock; /* what is known ends where the node has delivered, not where a clock stands */
    *out = NULL;
    if (h == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    h->settings = *s;
    rc = leash_init(&h->leash, why);
    if (rc != ERR_NONE)
        goto free_self;
    rc = queue_new(&h->questions, sizeof(struct question), s->questions > 0 ? s->questions : 1, why);
    if (rc != ERR_NONE)
        goto clear_leash;
    rc = start_threads(h, why);
    if (rc != ERR_NONE) {
        historian_stop(h);
        return rc;
    }
    *out = h;
    return ERR_NONE;

clear_leash:
    leash_clear(&h->leash);
free_self:
    free(h);
    return rc;
}

void historian_stop(struct historian *h)
{
    if (h == NULL)
        return;
    leash_pull(&h->leash, mono_read());
    queue_close(h->questions);
    for (unsigned i = 0; i < h->count; i++)
        (void)pthread_join(h->threads[i], NULL);
    queue_free(h->questions);
    leash_clear(&h->leash);
    free(h);
}
