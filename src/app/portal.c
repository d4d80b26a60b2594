#include "portal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/modes.h"
#include "judge/verdict.h"
#include "model/rule.h"
#include "model/unit.h"
#include "portal_keys.h"
#include "report/portal.h"

struct portal {
    struct portal_settings set;
    int64_t epoch;
    struct portal_keys *keys;
};

/* One body under way. */
struct portal_asked {
    const struct portal *portal;
    struct catalogue *catalogue;
    struct snapshot *present;
    struct incident_list *incidents;
    struct wall now;
    struct modes_shown modes;
};

static mode_set modes_of(const struct portal_asked *a, uint32_t point)
{
    mode_set in = 0;

    for (size_t i = 0; i < a->modes.all.count; i++) {
        const struct mode *m = &a->modes.all.list[i];
        if (m->end == MODE_OPEN && mode_covers(m, a->catalogue, point))
            in |= mode_bit((enum mode_kind)m->kind);
    }
    return in;
}

static uint64_t modes_changed(void *self, uint32_t point)
{
    const struct portal_asked *a = self;
    uint64_t last = a->modes.lost;

    for (size_t i = 0; i < a->modes.all.count; i++)
        if (a->modes.turns[i] > last && mode_covers(&a->modes.all.list[i], a->catalogue, point))
            last = a->modes.turns[i];
    return last;
}

static const struct reading *reading_of(void *self, uint32_t point)
{
    const struct portal_asked *a = self;
    uint32_t i = catalogue_by_key(snapshot_catalogue(a->present), a->catalogue->points[point].key);

    return i < snapshot_points(a->present) ? &snapshot_point(a->present, i)->reading : NULL;
}

static void name_row(const struct held *by, struct portal_verdict *out)
{
    out->set = by->set;
    out->row = by->row != NULL ? by->row->row : by->sum->row;
    out->unverified = by->row != NULL ? by->row->unverified : by->sum->unverified;
    out->unit = by->to != NULL ? by->to->symbol : NULL;
    out->in_force = !by->expired;
    (void)verdict_expired(by, out->note);
}

_Static_assert(sizeof((struct portal_verdict *)0)->note >= VERDICT_NOTE_MAX, "a note has room");

/* As the pipeline judges it: a sensor in a standard solution says nothing of the water. */
static void judge(void *self, uint32_t point, const struct reading *r, struct portal_verdict *out)
{
    struct portal_asked *a = self;
    const struct verdict_seen others = { reading_of, a };
    const enum mode_kind silent = mode_silences(modes_of(a, point), STAKE_HEALTH);
    struct holding h;
    struct verdict v;

    /* what was never read is judged by the limits of today */
    verdict_holding(a->catalogue, point, day_local(r->at.ms == 0 ? a->now : r->at), &h);
    v = verdict_of(a->catalogue, &h, r, &others);
    *out = (struct portal_verdict){ .word = VERDICTS[v.word],
                                    .why = v.word == VERDICT_NOT_JUDGED ? UNJUDGED[v.why] : "",
                                    .value = v.value,
                                    .limit = v.limit,
                                    .at_least = v.at_least };
    if (v.by != NULL)
        name_row(v.by, out);
    if (silent != MODE_COUNT) {
        out->word = VERDICTS[VERDICT_NOT_JUDGED];
        out->why = MODE_KINDS[silent];
    }
}

static bool today(void *self, uint64_t key, int32_t day, struct day_figure *out)
{
    const struct portal_asked *a = self;

    return pipeline_today(a->portal->set.pipeline, key, day, out);
}

static bool planned_off(void *self, uint32_t point)
{
    static const mode_set OFF =
        (mode_set)(1U << MODE_ROTA | 1U << MODE_MAINTENANCE | 1U << MODE_OUT_OF_SERVICE);

    return (modes_of(self, point) & OFF) != 0;
}

static enum err make(void *self, enum portal_kind kind, const struct scope *scope, const char *since,
                     struct strbuf *body, struct fault *why)
{
    const struct portal *p = self;
    struct portal_asked *a = calloc(1, sizeof *a);
    struct portal_from from;
    enum err rc;

    if (a == NULL)
        return fault_set(why, ERR_MEMORY, "portal: no memory");
    a->portal = p;
    a->now = clock_read(&p->set.clock).wall;
    a->catalogue = p->set.present.catalogue(p->set.present.self);
    a->present = p->set.present.take(p->set.present.self);
    a->incidents = pipeline_incidents(p->set.pipeline);
    pipeline_modes_shown(p->set.pipeline, &a->modes);
    from = (struct portal_from){ .catalogue = a->catalogue,
                                 .present = a->present,
                                 .incidents = a->incidents,
                                 .now = a->now,
                                 .node = p->set.node,
                                 .epoch = p->epoch,
                                 .audit = pipeline_audit_head(p->set.pipeline),
                                 .today_turn = pipeline_today_turn(p->set.pipeline),
                                 .modes_turn = a->modes.turn,
                                 .scope = *scope,
                                 .since = since,
                                 .supplied_bar = p->set.supplied_bar,
                                 .self = a,
                                 .judge = judge,
                                 .today = today,
                                 .modes_changed = modes_changed,
                                 .planned_off = planned_off };
    rc = a->present == NULL ? fault_set(why, ERR_STATE, "portal: nothing was read yet")
                            : portal_write(body, kind, &from, why);
    incident_list_drop(a->incidents);
    snapshot_drop(a->present);
    catalogue_drop(a->catalogue);
    free(a);
    return rc;
}

static void seal(void *self, const void *bytes, size_t len, char out[PORTAL_SEAL_MAX])
{
    portal_keys_seal(((const struct portal *)self)->keys, bytes, len, out);
}

static void keys(void *self, struct strbuf *body)
{
    const struct portal *p = self;

    portal_keys_write(p->keys, p->set.node, body);
}

enum err portal_new(struct portal **out, const struct portal_settings *s, struct fault *why)
{
    struct portal *p = calloc(1, sizeof *p);
    enum err rc;

    if (p == NULL)
        return fault_set(why, ERR_MEMORY, "portal: no memory");
    p->set = *s;
    p->epoch = clock_read(&s->clock).wall.ms;
    rc = portal_keys_open(&p->keys, s->folder, clock_read(&s->clock).wall, why);
    if (rc != ERR_NONE) {
        free(p);
        return rc;
    }
    *out = p;
    return ERR_NONE;
}

void portal_free(struct portal *p)
{
    if (p == NULL)
        return;
    portal_keys_close(p->keys);
    free(p);
}

struct portal_port portal_port(struct portal *p)
{
    return (struct portal_port){ p, make, seal, keys };
}
