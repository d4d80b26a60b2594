#include "question.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "channels.h"
#include "handed.h"
#include "incidents.h"
#include "modes.h"
#include "picture.h"
#include "prevention.h"
#include "problem.h"
#include "reports.h"
#include "series_text.h"
#include "shifts.h"
#include "stopgaps.h"
#include "told.h"
#include "volumes.h"

enum state { WAITING, ANSWERED, GIVEN_UP };

struct questions {
    pthread_mutex_t lock;
    struct question *first;
    struct history_port history;
    struct tally *tally;
};

struct question {
    atomic_uint holders;
    atomic_int state;       /* who changes WAITING resumes the connection */
    struct questions *home; /* the request's side only */
    struct question *next, **link;
    struct mono due;
    void *connection;
    void (*resume)(void *connection);
    struct point point;
    struct question_ask ask;
    const struct hands_port *hands; /* not NULL: `hand` is told, nothing is asked */
    struct hand hand;
    struct actor by;
    const struct alarms_port *alarms; /* not NULL: `alarm_act` is done */
    struct alarm_act alarm_act;
    struct alarm_list *list;        /* held: what the alarm is of */
    struct alarm_batch *batch;      /* not NULL: they are acknowledged through `alarms` */
    const struct modes_port *modes; /* not NULL: `mode_act` is done */
    struct mode_act mode_act;
    const struct stopgaps_port *stopgaps; /* not NULL: `stopgap_act` is done */
    struct stopgap_act stopgap_act;
    const struct letters_port *letters; /* not NULL: `trial` is done */
    struct trial_ask trial;
    const struct shifts_port *shifts; /* not NULL: `shift_act` is done */
    struct shift_act *shift_act;
    const struct shift_past_port *shift_past; /* not NULL: `shift_ask` is asked */
    struct shift_past_ask shift_ask;
    void (*write_shifts)(struct reply *r, enum lang lang, const struct shift_past_ask *ask,
                         const struct shift_list *l, const struct doors_port *doors);
    const struct doors_port *shift_doors;
    const struct prevention_port *prevention; /* not NULL: `prevention_act` is done */
    struct prevention_act prevention_act;
    const struct spots_port *spots; /* not NULL: `spots_asked` is asked */
    struct spots_question spots_asked;
    const struct alarm_past_port *past_port; /* not NULL: `past` is asked */
    struct past_question past;
    const struct incident_past_port *incident_past_port; /* not NULL: `incident_past` is asked */
    struct incident_past_question incident_past;
    const struct handed_port *handed; /* not NULL: `handed_ask` is asked */
    struct handed_ask *handed_ask;
    const struct incidents_port *incidents; /* not NULL: `incident_act` is done */
    struct incident_act *incident_act;
    struct incident_list *incident_list; /* held */
    void (*write_incident)(struct reply *r, enum lang lang, const struct incident_done *d);
    struct catalogue *catalogue;        /* held: what its points are */
    const struct volumes_port *volumes; /* not NULL: `count` is asked */
    struct volume_ask count;
    const struct trail_port *trail; /* not NULL: `page` is asked */
    struct trail_ask page;
    void (*write_page)(struct strbuf *b, const struct trail_page *page);
    const struct reports_port *reports; /* not NULL: `report` is asked */
    struct report_ask *report;
    const struct doors_port *doors; /* not NULL: `act` is to be done */
    struct door_ask *act;
    void (*write_act)(struct reply *r, enum lang lang, const struct door_ask *ask,
                      const struct door_answer *a);
    struct several *several; /* not NULL: these are asked, one after the other */
    int socket;
    struct reply reply;
};

/* Many points in one answer: it grows while they are asked. */
struct several {
    struct history_port history; /* a worker that asks the next may outlive the face */
    size_t count, at;
    struct strbuf text;
    struct {
        uint64_t key;
        char id[ID_MAX], unit[UNIT_MAX];
    } points[QUESTION_POINTS_MAX];
};

/* ------------------------------------------------------------------ answers */

/* The text is whole; what kind of text it is, is known. */
static void send_text(struct question *q, struct strbuf *b, const char *name)
{
    reply_take(&q->reply, 200, q->ask.csv ? TYPE_CSV : TYPE_JSON, b, q->ask.lang);
    if (q->reply.status != 200)
        return;
    q->reply.vary = "Accept, Accept-Encoding";
    if (q->ask.gzip)
        q->reply.gzip = blob_gzip(q->reply.plain);
    if (q->ask.csv) /* ids are words of a-z, 0-9, '.', '_' and '-' */
        (void)snprintf(q->reply.disposition, sizeof q->reply.disposition, "attachment; filename=\"%s.csv\"",
                       name);
}

/* One that goes on is no longer gzipped as a whole. */
static void write_rows(struct question *q, const struct series *s)
{
    struct strbuf b;
    bool more = s->until.ms < q->ask.ask.to.ms;

    strbuf_init(&b, REPLY_BODY_MAX);
    series_text_page(&b, q->point.unit, s, !q->ask.goes_on);
    q->ask.gzip &= !more && !q->ask.goes_on;
    send_text(q, &b, q->point.id);
    q->reply.more = more;
    q->reply.more_from = s->until;
}

static void write_reply(struct question *q, const struct series *s)
{
    struct strbuf b;

    if (q->ask.ask.page) {
        write_rows(q, s);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    series_text(&b, &(struct series_about){ q->ask.point->id, q->ask.point->unit }, &q->ask.ask, s,
                q->ask.csv);
    send_text(q, &b, q->point.id);
}

static void send_json(struct question *q, struct strbuf *b)
{
    reply_take(&q->reply, 200, TYPE_JSON, b, q->ask.lang);
    if (q->reply.status != 200)
        return;
    q->reply.vary = "Accept-Encoding";
    if (q->ask.gzip)
        q->reply.gzip = blob_gzip(q->reply.plain);
}

static void write_count(struct question *q, const struct volume_answer *a)
{
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    volumes_text(&b, &q->point, a);
    send_json(q, &b);
}

static void write_page(struct question *q, const struct trail_page *page)
{
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    q->write_page(&b, page);
    send_json(q, &b);
}

static enum problem_kind problem_of(enum err code)
{
    switch (code) {
    case ERR_TIMEOUT: return PROBLEM_TOO_LATE;
    case ERR_FULL: return PROBLEM_BUSY;
    case ERR_STATE: return PROBLEM_STOPPING;
    case ERR_MEMORY: return PROBLEM_NO_MEMORY;
    default: return PROBLEM_NO_HISTORY;
    }
}

static void write_problem(struct question *q, struct reply *r, enum problem_kind kind)
{
    problem(r, q->ask.lang, kind, kind == PROBLEM_VALUE_ROWS || kind == PROBLEM_VALUE_RINGS ? "from" : NULL,
            NULL);
    if (r->status == 503)
        r->retry_after_s = 5;
}

/* The first to answer wins; the other finds the question closed and leaves. */
static bool close_as(struct question *q, enum state how)
{
    int waiting = WAITING;

    return atomic_compare_exchange_strong(&q->state, &waiting, how);
}

static void release(struct question *q)
{
    if (atomic_fetch_sub(&q->holders, 1) != 1)
        return;
    reply_clear(&q->reply);
    if (q->several != NULL)
        strbuf_clear(&q->several->text);
    alarm_list_drop(q->list);
    alarm_batch_free(q->batch);
    catalogue_drop(q->catalogue);
    incident_list_drop(q->incident_list);
    if (q->incident_act != NULL) /* it may name a caller */
        explicit_bzero(q->incident_act, sizeof *q->incident_act);
    free(q->incident_act);
    if (q->shift_act != NULL)
        shift_sheet_drop(q->shift_act->sheet);
    free(q->shift_act);
    free(q->handed_ask);
    if (q->act != NULL)
        explicit_bzero(q->act, sizeof *q->act);
    free(q->act);
    free(q->report);
    free(q->several);
    free(q);
}

static enum err ask_next(struct question *q, struct fault *why);

/* One of several is here.  True: another was asked, and done will be called again. */
static bool go_on(struct question *q, enum err *code, const struct series *s)
{
    struct several *v = q->several;
    struct fault why;

    if (*code != ERR_NONE)
        return false;
    series_text_several(&v->text, &(struct series_about){ v->points[v->at].id, v->points[v->at].unit }, s,
                        v->at == 0, q->ask.csv);
    if (++v->at < v->count) {
        *code = ask_next(q, &why);
        return *code == ERR_NONE;
    }
    series_text_end(&v->text, q->ask.csv);
    send_text(q, &v->text, "series");
    return false;
}

/* From a worker, or from nowhere after the face is gone. */
static void done_one(void *ticket, enum err code, struct series *result, const struct fault *why)
{
    struct question *q = ticket;
    bool got = code == ERR_NONE, more = false;

    (void)why; /* as in done */
    if (atomic_load(&q->state) == WAITING)
        more = go_on(q, &code, result);
    if (got)
        series_clear(result);
    if (more)
        return;
    if (code != ERR_NONE && atomic_load(&q->state) == WAITING)
        write_problem(q, &q->reply, problem_of(code));
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

/* The same hold is handed on from one to the next. */
static enum err ask_next(struct question *q, struct fault *why)
{
    const struct history_port *history = &q->several->history;

    q->ask.ask.key = q->several->points[q->several->at].key;
    return history->ask(history->self, &q->ask.ask, q->socket, done_one, q, why);
}

/* From a worker, or from nowhere after the face is gone. */
static void done(void *ticket, enum err code, struct series *result, const struct fault *why)
{
    struct question *q = ticket;

    (void)why; /* the database's own sentence is for the log of those who asked it, not for clients */
    if (atomic_load(&q->state) == WAITING) {
        if (code == ERR_NONE)
            write_reply(q, result);
        else
            write_problem(q, &q->reply, problem_of(code));
    }
    if (code == ERR_NONE)
        series_clear(result);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void counted(void *ticket, enum err code, const struct volume_answer *result, const struct fault *why)
{
    struct question *q = ticket;

    (void)why; /* as above */
    if (atomic_load(&q->state) == WAITING) {
        if (code == ERR_NONE)
            write_count(q, result);
        else
            write_problem(q, &q->reply, code == ERR_RANGE ? PROBLEM_VALUE_ROWS : problem_of(code));
    }
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void paged(void *ticket, enum err code, const struct trail_page *page, const struct fault *why)
{
    struct question *q = ticket;

    (void)why; /* as above */
    if (atomic_load(&q->state) == WAITING) {
        if (code == ERR_NONE)
            write_page(q, page);
        else
            write_problem(q, &q->reply, problem_of(code));
    }
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void reported(void *ticket, enum err code, const struct report_answer *answer, const struct fault *why)
{
    struct question *q = ticket;

    (void)why; /* as above */
    if (atomic_load(&q->state) == WAITING)
        reports_reply(&q->reply, q->ask.lang, q->ask.gzip, code, q->report, answer);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void past_found(void *ticket, enum err code, struct alarm_past *result, const struct fault *why)
{
    struct question *q = ticket;

    (void)why; /* as above */
    if (atomic_load(&q->state) == WAITING) {
        if (code == ERR_NONE)
            past_reply(&q->reply, q->ask.lang, &q->past, result, q->catalogue);
        else
            write_problem(q, &q->reply, code == ERR_RANGE ? PROBLEM_VALUE_RINGS : problem_of(code));
    }
    if (code == ERR_NONE)
        alarm_past_clear(result);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void past_incidents_found(void *ticket, enum err code, struct incident_past *result,
                                 const struct fault *why)
{
    struct question *q = ticket;

    (void)why; /* as above */
    if (atomic_load(&q->state) == WAITING) {
        if (code == ERR_NONE)
            incident_past_reply(&q->reply, q->ask.lang, &q->incident_past, result, q->catalogue);
        else
            write_problem(q, &q->reply, problem_of(code));
    }
    if (code == ERR_NONE)
        incident_past_clear(result);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void handed_over(void *ticket, enum err code, const struct handed_answer *answer,
                        const struct fault *why)
{
    struct question *q = ticket;

    (void)why; /* as above */
    if (atomic_load(&q->state) == WAITING) {
        if (code == ERR_NONE)
            handed_reply(&q->reply, q->ask.lang, q->handed_ask, answer);
        else
            write_problem(q, &q->reply, problem_of(code));
    }
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void spots_found(void *ticket, enum err code, const struct spot_candidates *found,
                        const struct fault *why)
{
    struct question *q = ticket;

    (void)why; /* as above */
    if (atomic_load(&q->state) == WAITING) {
        if (code == ERR_NONE)
            spots_reply(&q->reply, q->ask.lang, &q->spots_asked, found, q->catalogue);
        else
            write_problem(q, &q->reply, problem_of(code));
    }
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

/* From the pipeline. */
static void told(void *ticket, enum err code, bool known, const struct hand *is, const struct fault *why)
{
    struct question *q = ticket;

    if (atomic_load(&q->state) == WAITING)
        told_reply(&q->reply, q->ask.lang, code, known, is, &q->point, why);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

/* From the pipeline, too. */
static void alarm_done(void *ticket, enum err code, bool known, const struct alarm *is,
                       const struct fault *why)
{
    struct question *q = ticket;

    (void)known;
    if (atomic_load(&q->state) == WAITING)
        alarm_reply(&q->reply, q->ask.lang, code, is, q->list->catalogue, NULL, why);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void batch_done(void *ticket)
{
    struct question *q = ticket;

    if (atomic_load(&q->state) == WAITING)
        alarm_batch_reply(&q->reply, q->ask.lang, q->batch);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void mode_done(void *ticket, enum err code, bool known, const struct mode *is, const struct fault *why)
{
    struct question *q = ticket;

    if (atomic_load(&q->state) == WAITING)
        mode_reply(&q->reply, q->ask.lang, code, known, is, why);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void stopgap_done(void *ticket, enum err code, const char *field, bool known,
                         const struct stopgap_shown *is, const struct fault *why)
{
    struct question *q = ticket;

    if (atomic_load(&q->state) == WAITING)
        stopgap_reply(&q->reply, q->ask.lang, code, field, known, is, why);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void prevention_done(void *ticket, enum err code, bool known, const struct prevention *is,
                            const struct fault *why)
{
    struct question *q = ticket;

    if (atomic_load(&q->state) == WAITING)
        prevention_reply(&q->reply, q->ask.lang, code, known, is, why);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

/* From the pipeline, too. */
static void shift_done(void *ticket, enum err code, bool known, const struct shift_told *is,
                       const struct fault *why)
{
    struct question *q = ticket;

    if (atomic_load(&q->state) == WAITING)
        shift_reply(&q->reply, q->ask.lang, code, known, is, why);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

/* From whoever tries it. */
static void tried(void *ticket, enum err code, const struct channel_trial *is)
{
    struct question *q = ticket;

    if (atomic_load(&q->state) == WAITING)
        trial_reply(&q->reply, q->ask.lang, code, is);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

static void shifts_found(void *ticket, enum err code, const struct shift_list *list, const struct fault *why)
{
    struct question *q = ticket;

    (void)why; /* as above */
    if (atomic_load(&q->state) == WAITING) {
        if (code == ERR_NONE)
            q->write_shifts(&q->reply, q->ask.lang, &q->shift_ask, list, q->shift_doors);
        else
            write_problem(q, &q->reply, problem_of(code));
    }
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

/* From the pipeline, too. */
static void incident_done(void *ticket, enum err code, enum refusal refusal, bool known,
                          struct incident_copy *is, const struct fault *why)
{
    struct question *q = ticket;
    const struct incident_done done = {
        code,       refusal, known, q->incident_act->kind, why, is == NULL ? NULL : &is->is, q->incident_list,
        wall_read()
    };

    if (atomic_load(&q->state) == WAITING)
        q->write_incident(&q->reply, q->ask.lang, &done);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

/* From the clerk. */
static void acted(void *ticket, const struct door_answer *a)
{
    struct question *q = ticket;

    if (atomic_load(&q->state) == WAITING)
        q->write_act(&q->reply, q->ask.lang, q->act, a);
    if (close_as(q, ANSWERED))
        q->resume(q->connection);
    release(q);
}

/* ------------------------------------------------------------------ one question */

struct question *question_act(struct questions *home, const struct doors_port *doors,
                              const struct door_ask *ask, enum lang lang,
                              void (*write)(struct reply *r, enum lang lang, const struct door_ask *ask,
                                            const struct door_answer *a))
{
    const struct point none = { .id = "" };
    const struct question_ask about = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &about);

    if (q == NULL)
        return NULL;
    q->doors = doors;
    q->write_act = write;
    q->act = malloc(sizeof *q->act);
    if (q->act == NULL) {
        question_drop(q);
        return NULL;
    }
    *q->act = *ask;
    return q;
}

struct question *question_tell(struct questions *home, const struct hands_port *hands, const struct hand *h,
                               const struct actor *by, const struct point *point, enum lang lang)
{
    const struct question_ask ask = { .point = point, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->hands = hands;
        q->hand = *h;
        q->by = *by;
    }
    return q;
}

struct question *question_alarm(struct questions *home, const struct alarms_port *alarms,
                                const struct alarm_act *act, const struct actor *by, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->alarms = alarms;
        q->alarm_act = *act;
        q->by = *by;
        q->list = alarms->open(alarms->self); /* there was one when it was asked for */
    }
    return q;
}

struct question *question_trial(struct questions *home, const struct letters_port *letters,
                                const struct trial_ask *trial, const struct actor *by, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->letters = letters;
        q->trial = *trial;
        q->by = *by;
    }
    return q;
}

struct question *question_batch(struct questions *home, const struct alarms_port *alarms,
                                struct alarm_batch *batch, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->alarms = alarms;
        q->batch = batch;
        batch->done = batch_done;
        batch->ticket = q;
    }
    return q;
}

struct question *question_mode(struct questions *home, const struct modes_port *modes,
                               const struct mode_act *act, const struct actor *by, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->modes = modes;
        q->mode_act = *act;
        q->by = *by;
    }
    return q;
}

struct question *question_stopgap(struct questions *home, const struct stopgaps_port *stopgaps,
                                  const struct stopgap_act *act, const struct actor *by, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->stopgaps = stopgaps;
        q->stopgap_act = *act;
        q->by = *by;
    }
    return q;
}

struct question *question_prevention(struct questions *home, const struct prevention_port *prevention,
                                     const struct prevention_act *act, const struct actor *by, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->prevention = prevention;
        q->prevention_act = *act;
        q->by = *by;
    }
    return q;
}

struct question *question_shift(struct questions *home, const struct shifts_port *shifts,
                                const struct shift_act *act, const struct actor *by, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q == NULL)
        return NULL;
    q->shifts = shifts;
    q->by = *by;
    q->shift_act = malloc(sizeof *q->shift_act);
    if (q->shift_act == NULL) {
        question_drop(q);
        return NULL;
    }
    *q->shift_act = *act;
    (void)shift_sheet_hold(act->sheet);
    return q;
}

struct question *
question_shifts_past(struct questions *home, const struct shift_past_port *port,
                     const struct shift_past_ask *past, enum lang lang,
                     void (*write)(struct reply *r, enum lang lang, const struct shift_past_ask *ask,
                                   const struct shift_list *l, const struct doors_port *doors),
                     const struct doors_port *doors)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->shift_past = port;
        q->shift_ask = *past;
        q->write_shifts = write;
        q->shift_doors = doors;
    }
    return q;
}

struct question *question_spots(struct questions *home, const struct spots_port *spots,
                                const struct spots_question *asked, struct catalogue *c, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->spots = spots;
        q->spots_asked = *asked;
        q->catalogue = catalogue_hold(c);
    }
    return q;
}

struct question *question_past(struct questions *home, const struct alarm_past_port *port,
                               const struct past_question *past, struct catalogue *c, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->past_port = port;
        q->past = *past;
        q->catalogue = catalogue_hold(c);
    }
    return q;
}

struct question *question_incident_past(struct questions *home, const struct incident_past_port *port,
                                        const struct incident_past_question *past, struct catalogue *c,
                                        enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q != NULL) {
        q->incident_past_port = port;
        q->incident_past = *past;
        q->catalogue = catalogue_hold(c);
    }
    return q;
}

struct question *question_handed(struct questions *home, const struct handed_port *port,
                                 const struct handed_ask *handed, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q == NULL)
        return NULL;
    q->handed = port;
    q->handed_ask = malloc(sizeof *q->handed_ask);
    if (q->handed_ask == NULL) {
        question_drop(q);
        return NULL;
    }
    *q->handed_ask = *handed;
    return q;
}

struct question *question_incident(struct questions *home, const struct incidents_port *incidents,
                                   const struct incident_act *act, const struct actor *by,
                                   struct incident_list *list, enum lang lang)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang };
    struct question *q = question_new(home, &ask);

    if (q == NULL) {
        incident_list_drop(list);
        return NULL;
    }
    q->incident_list = list;
    q->incidents = incidents;
    q->write_incident = incident_reply;
    q->by = *by;
    q->incident_act = malloc(sizeof *q->incident_act);
    if (q->incident_act == NULL) {
        question_drop(q);
        return NULL;
    }
    *q->incident_act = *act;
    return q;
}

void question_incident_as(struct question *q,
                          void (*write)(struct reply *r, enum lang lang, const struct incident_done *d))
{
    q->write_incident = write;
}

struct question *question_count(struct questions *home, const struct volumes_port *volumes,
                                const struct volume_ask *count, const struct question_ask *ask)
{
    struct question *q = question_new(home, ask);

    if (q != NULL) {
        q->volumes = volumes;
        q->count = *count;
    }
    return q;
}

struct question *question_trail(struct questions *home, const struct trail_port *trail,
                                const struct trail_ask *page, const struct question_ask *ask,
                                void (*write)(struct strbuf *b, const struct trail_page *page))
{
    struct question *q = question_new(home, ask);

    if (q != NULL) {
        q->trail = trail;
        q->page = *page;
        q->write_page = write;
    }
    return q;
}

struct question *question_report(struct questions *home, const struct reports_port *reports,
                                 const struct report_ask *report, enum lang lang, bool gzip)
{
    const struct point none = { .id = "" };
    const struct question_ask ask = { .point = &none, .lang = lang, .gzip = gzip };
    struct question *q = question_new(home, &ask);

    if (q == NULL)
        return NULL;
    q->reports = reports;
    q->report = malloc(sizeof *q->report);
    if (q->report == NULL) {
        question_drop(q);
        return NULL;
    }
    *q->report = *report;
    return q;
}

struct question *question_new(struct questions *home, const struct question_ask *ask)
{
    struct question *q = calloc(1, sizeof *q);

    if (q == NULL)
        return NULL;
    atomic_init(&q->holders, 1);
    atomic_init(&q->state, WAITING);
    q->home = home;
    q->point = *ask->point;
    q->ask = *ask;
    q->ask.point = &q->point;
    return q;
}

struct question *question_again(const struct question *q, struct wall from)
{
    struct question *next = question_new(q->home, &q->ask);

    if (next != NULL) {
        next->ask.ask.from = from;
        next->ask.goes_on = true;
    }
    return next;
}

struct question *question_several(struct questions *home, const struct point *const *points, size_t count,
                                  const struct question_ask *ask)
{
    struct question_ask first = *ask;
    struct several *v = calloc(1, sizeof *v);
    struct question *q;

    first.point = points[0];
    q = v != NULL ? question_new(home, &first) : NULL;
    if (q == NULL) {
        free(v);
        return NULL;
    }
    q->several = v;
    v->count = count;
    v->history = home->history;
    strbuf_init(&v->text, REPLY_BODY_MAX);
    for (size_t i = 0; i < count; i++) {
        v->points[i].key = points[i]->key;
        (void)snprintf(v->points[i].id, sizeof v->points[i].id, "%s", points[i]->id);
        (void)snprintf(v->points[i].unit, sizeof v->points[i].unit, "%s", points[i]->unit);
    }
    series_text_begin(&v->text, &q->ask.ask, q->ask.csv);
    return q;
}

static void enlist(struct question *q)
{
    struct questions *home = q->home;

    (void)pthread_mutex_lock(&home->lock);
    q->due.ms = mono_read().ms + QUESTION_WITHIN_MS;
    q->link = &home->first;
    q->next = home->first;
    if (q->next != NULL)
        q->next->link = &q->next;
    home->first = q;
    (void)pthread_mutex_unlock(&home->lock);
}

static enum err ask_it(struct question *q, int socket, struct fault *why)
{
    const struct history_port *history = &q->home->history;

    if (q->hands != NULL)
        return q->hands->tell(q->hands->self, &q->hand, &q->by, told, q, why);
    if (q->batch != NULL) {
        alarm_batch_put(q->batch, q->alarms);
        return ERR_NONE;
    }
    if (q->alarms != NULL)
        return q->alarms->act(q->alarms->self, &q->alarm_act, &q->by, alarm_done, q, why);
    if (q->modes != NULL)
        return q->modes->act(q->modes->self, &q->mode_act, &q->by, mode_done, q, why);
    if (q->stopgaps != NULL)
        return q->stopgaps->act(q->stopgaps->self, &q->stopgap_act, &q->by, stopgap_done, q, why);
    if (q->letters != NULL)
        return q->letters->try_out(q->letters->self, &q->trial, &q->by, tried, q, why);
    if (q->shifts != NULL)
        return q->shifts->act(q->shifts->self, q->shift_act, &q->by, shift_done, q, why);
    if (q->shift_past != NULL)
        return q->shift_past->ask(q->shift_past->self, &q->shift_ask, socket, shifts_found, q, why);
    if (q->prevention != NULL)
        return q->prevention->act(q->prevention->self, &q->prevention_act, &q->by, prevention_done, q, why);
    if (q->incidents != NULL)
        return q->incidents->act(q->incidents->self, q->incident_act, &q->by, incident_done, q, why);
    if (q->doors != NULL)
        return q->doors->act(q->doors->self, q->act, acted, q, why);
    if (q->spots != NULL)
        return q->spots->ask(q->spots->self, q->spots_asked.now, socket, spots_found, q, why);
    if (q->past_port != NULL)
        return q->past_port->ask(q->past_port->self, &q->past.ask, socket, past_found, q, why);
    if (q->incident_past_port != NULL)
        return q->incident_past_port->ask(q->incident_past_port->self, &q->incident_past.ask, socket,
                                          past_incidents_found, q, why);
    if (q->handed != NULL)
        return q->handed->ask(q->handed->self, q->handed_ask, socket, handed_over, q, why);
    if (q->volumes != NULL)
        return q->volumes->ask(q->volumes->self, &q->count, socket, counted, q, why);
    if (q->reports != NULL)
        return q->reports->ask(q->reports->self, q->report, socket, reported, q, why);
    if (q->trail != NULL)
        return q->trail->ask(q->trail->self, &q->page, socket, paged, q, why);
    if (q->several != NULL)
        return ask_next(q, why);
    return history->ask(history->self, &q->ask.ask, socket, done, q, why);
}

void question_put(struct question *q, void *connection, int socket, void (*resume)(void *connection))
{
    struct fault why;
    enum err rc;

    q->connection = connection;
    q->resume = resume;
    q->socket = socket;
    enlist(q);
    atomic_fetch_add(&q->home->tally->questions, 1);
    atomic_fetch_add(&q->holders, 1); /* done's */
    rc = ask_it(q, socket, &why);
    if (rc == ERR_NONE)
        return;
    write_problem(q, &q->reply, problem_of(rc));
    if (close_as(q, ANSWERED))
        resume(connection);
    release(q);
}

void question_answer(struct question *q, struct reply *r)
{
    if (atomic_load(&q->state) == ANSWERED) {
        *r = q->reply;
        q->reply = (struct reply){ .kind = REPLY_NOW };
        return;
    }
    write_problem(q, r, PROBLEM_TOO_LATE);
}

void question_drop(struct question *q)
{
    struct questions *home = q->home;

    (void)pthread_mutex_lock(&home->lock);
    if (q->link != NULL) {
        *q->link = q->next;
        if (q->next != NULL)
            q->next->link = q->link;
    }
    (void)pthread_mutex_unlock(&home->lock);
    release(q);
}

/* ------------------------------------------------------------------ all of them */

enum err questions_new(struct questions **out, const struct history_port *history, struct tally *tally,
                       struct fault *why)
{
    struct questions *q = calloc(1, sizeof *q);

    if (q == NULL)
        return fault_set(why, ERR_MEMORY, "questions: no memory");
    (void)pthread_mutex_init(&q->lock, NULL);
    q->history = *history;
    q->tally = tally;
    *out = q;
    return ERR_NONE;
}

void questions_free(struct questions *q)
{
    if (q == NULL)
        return;
    (void)pthread_mutex_destroy(&q->lock);
    free(q);
}

struct mono questions_sweep(struct questions *home, struct mono now, bool all)
{
    struct mono next = { now.ms + QUESTION_WITHIN_MS };

    (void)pthread_mutex_lock(&home->lock);
    for (struct question *q = home->first; q != NULL; q = q->next) {
        if (!all && q->due.ms > now.ms) {
            if (q->due.ms < next.ms)
                next = q->due;
        } else if (close_as(q, GIVEN_UP)) { /* stays in the list until its request is completed */
            atomic_fetch_add(&home->tally->questions_late, 1);
            q->resume(q->connection);
        }
    }
    (void)pthread_mutex_unlock(&home->lock);
    return next;
}
