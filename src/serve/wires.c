#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

enum { DEVICES_MAX = 512 }; /* shown per wire */

static const char *const WIRE_STATES[WIRE_STATE_COUNT] = { "connecting", "up", "suspect", "down" };
static const char *const DEVICE_STATES[DEVICE_STATE_COUNT] = { "unknown", "up", "suspect", "down" };

/* Who looks, at what. */
struct sight {
    const struct visitor *visitor;
    struct catalogue *c;
};

static const char *sentence(const char *text)
{
    return *text == '\0' ? NULL : text;
}

/* Four decimals are enough for a share of a minute. */
static void share(struct json_out *j, const char *key, double of)
{
    json_key(j, key);
    json_number(j, rint(of * 1e4) / 1e4);
}

static const char *table_of(uint8_t function)
{
    static const char *const TABLES[] = { NULL, "coil", "discrete", "holding", "input" };

    return function < COUNT_OF(TABLES) ? TABLES[function] : NULL;
}

static void write_lessons(struct json_out *j, const struct lessons_status *l)
{
    json_key(j, "learned");
    json_open_object(j);
    json_key(j, "max_registers");
    if (l->most == 0)
        json_null(j);
    else
        json_int(j, l->most);
    json_member_int(j, "cuts", l->cuts);
    json_member_int(j, "missing", l->missing);
    json_key(j, "missing_registers");
    json_open_array(j);
    for (unsigned i = 0; i < l->missing && i < LESSONS_SHOWN; i++) {
        json_open_object(j);
        json_member_text(j, "table", table_of(l->first[i].function));
        json_member_int(j, "register", l->first[i].address);
        json_close_object(j);
    }
    json_close_array(j);
    json_close_object(j);
}

static void write_device(struct json_out *j, const struct device_status *d)
{
    json_open_object(j);
    json_member_text(j, "id", d->id);
    json_key(j, "unit");
    json_int(j, d->unit);
    json_member_text(j, "state", DEVICE_STATES[d->state]);
    json_member_time(j, "last_valid_reply", d->last_valid_reply);
    json_key(j, "every_ms");
    json_int(j, d->every_ms);
    json_member_count(j, "points", d->points);
    json_member_int(j, "trust", d->trust);
    json_key(j, "stands_still");
    json_bool(j, d->stands_still);
    json_member_count(j, "overruns", d->overruns);
    write_lessons(j, &d->lessons);
    json_member_text(j, "identity", sentence(d->identity));
    json_member_text(j, "last_error", sentence(d->last_error));
    json_member_time(j, "next_try", d->next_try);
    json_close_object(j);
}

static void write_times(struct json_out *j, const struct wire_status *w)
{
    json_member_time(j, "since", w->since);
    json_member_time(j, "last_valid_reply", w->last_valid_reply);
    json_key(j, "response_ms");
    json_open_object(j);
    json_key(j, "p50");
    json_number(j, w->p50_ms);
    json_key(j, "p99");
    json_number(j, w->p99_ms);
    json_close_object(j);
}

/* A wire that reaches others' devices, too, may speak of them. */
static bool sees_whole(const struct sight *s, const struct wire_status *w,
                       const struct device_status *devices, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!visitor_sees_device(s->visitor, s->c, w->id, devices[i].id))
            return false;
    return true;
}

static void write_wire(struct json_out *j, const struct sight *s, const struct wire_status *w,
                       const struct device_status *devices, size_t count)
{
    json_open_object(j);
    json_member_text(j, "id", w->id);
    json_member_text(j, "endpoint", w->endpoint);
    json_member_text(j, "state", WIRE_STATES[w->state]);
    write_times(j, w);
    json_key(j, "load");
    json_open_object(j);
    share(j, "planned", w->load_planned);
    share(j, "measured", w->load_measured);
    json_close_object(j);
    json_member_count(j, "transactions", w->transactions);
    json_member_count(j, "timeouts", w->timeouts);
    json_member_count(j, "exceptions", w->exceptions);
    json_member_count(j, "refused_answers", w->refused_answers);
    json_member_count(j, "busy_answers", w->busy_answers);
    json_member_count(j, "other_units", w->other_units);
    json_member_count(j, "reconnects", w->reconnects);
    json_member_count(j, "overruns", w->overruns);
    json_member_time(j, "next_try", w->next_try);
    json_member_text(j, "last_error", sees_whole(s, w, devices, count) ? sentence(w->last_error) : NULL);
    json_key(j, "devices");
    json_open_array(j);
    for (size_t i = 0; i < count; i++)
        if (visitor_sees_device(s->visitor, s->c, w->id, devices[i].id))
            write_device(j, &devices[i]);
    json_close_array(j);
    json_close_object(j);
}

void answer_wires(struct face *f, struct request *q, struct reply *r)
{
    const struct present_port *present = &f->ports.present;
    struct device_status *devices = calloc(DEVICES_MAX, sizeof *devices);
    size_t wires = present->wire_count(present->self);
    struct sight sight = { &q->visitor, NULL };
    struct strbuf b;
    struct json_out j;

    if (devices == NULL) {
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return;
    }
    sight.c = present->catalogue(present->self);
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_time(&j, "at", q->now.wall);
    json_key(&j, "wires");
    json_open_array(&j);
    for (size_t i = 0; i < wires; i++) {
        struct wire_status w;
        memset(&w, 0, sizeof w);
        present->wire(present->self, i, &w, devices, DEVICES_MAX);
        if (!visitor_sees_wire(&q->visitor, sight.c, w.id))
            continue;
        write_wire(&j, &sight, &w, devices, w.device_count < DEVICES_MAX ? w.device_count : DEVICES_MAX);
    }
    json_close_array(&j);
    json_close_object(&j);
    catalogue_drop(sight.c);
    free(devices);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
    if (r->status == 200 && header_wants_gzip(q->fields.accept_encoding))
        r->gzip = blob_gzip(r->plain);
    r->vary = "Accept-Encoding";
}
