#include "reports.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "judge/verdict.h"

/* ---- settings ---- */

static const struct conf_setting REPORT[] = {
    { CONF_TEXT("place", struct report_words, place),
      .help = "place before the date on printed reports: Lai Châu; none: left open" },
    { CONF_TEXT("parent", struct report_words, parent),
      .help = "body above the one that issues a report of the whole; none: no such line" },
    { CONF_TEXT("organ", struct report_words, organ),
      .help = "body that issues a report of the whole; a supplier's bears its own name; none: left open" },
    { CONF_TEXT("to", struct report_words, to),
      .help = "whom reports address (Kính gửi), ; between; none: left open" },
    { CONF_TEXT("copies", struct report_words, copies), .help = "who else gets them (Nơi nhận), ; between" },
    { CONF_TEXT("signer", struct report_words, signer),
      .help = "post of who signs: GIÁM ĐỐC, or KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC; none: left open" },
};

void reports_load(const struct conf_node *n, struct report_words *w, struct conf_mistakes *m)
{
    memset(w, 0, sizeof *w);
    if (n != NULL)
        (void)conf_apply(REPORT, COUNT_OF(REPORT), n, w, m);
}

void reports_print(const struct report_words *w, struct strbuf *to)
{
    strbuf_puts(to, "report:\n");
    conf_print(REPORT, COUNT_OF(REPORT), w, 2, to);
}

void reports_document(struct strbuf *to)
{
    conf_document(REPORT, COUNT_OF(REPORT), "report", to);
}

/* ---- making ---- */

/* One report under way. */
struct job {
    const struct reports *of;
    struct catalogue *catalogue;
    struct report_ask ask;
    uint32_t *points;
    size_t count;
};

static void find_points(struct job *j)
{
    const struct catalogue *c = j->catalogue;

    for (uint32_t i = 0; i < c->point_count; i++)
        if (report_tells(c, &c->points[i], j->ask.supplier))
            j->points[j->count++] = i;
}

static void write_keys(const struct job *j, struct strbuf *keys)
{
    struct json_out out;
    char key[24];

    json_out_init(&out, keys);
    json_open_array(&out);
    for (size_t i = 0; i < j->count; i++) {
        (void)snprintf(key, sizeof key, "%" PRIu64, j->catalogue->points[j->points[i]].key);
        json_string(&out, key);
    }
    json_close_array(&out);
}

static void end(void *job)
{
    struct job *j = job;

    catalogue_drop(j->catalogue);
    free(j->points);
    free(j);
}

/* Named as often as sets have it: what is asked for is any of them. */
static void write_parameters(const struct catalogue *c, struct strbuf *to)
{
    struct json_out out;

    json_out_init(&out, to);
    json_open_array(&out);
    for (size_t i = 0; i < c->standard_count; i++)
        for (size_t k = 0; k < c->standards[i].limit_count && !c->standards[i].advisory; k++) {
            const struct limit *l = &c->standards[i].limits[k];
            json_string(&out, l->parameter);
            if (l->instead[0] != '\0')
                json_string(&out, l->instead);
        }
    json_close_array(&out);
}

static void *begin(void *self, const struct report_ask *ask, struct strbuf *keys, struct strbuf *parameters)
{
    const struct reports *r = self;
    struct job *j = calloc(1, sizeof *j);

    if (j == NULL)
        return NULL;
    j->of = r;
    j->ask = *ask;
    j->catalogue = r->present.catalogue(r->present.self);
    j->points = calloc(j->catalogue->point_count + 1, sizeof *j->points);
    if (j->points == NULL) {
        end(j);
        return NULL;
    }
    if (ask->kind == REPORT_WATER_QUALITY)
        find_points(j);
    write_keys(j, keys);
    write_parameters(j->catalogue, parameters);
    return j;
}

_Static_assert(sizeof((struct report_limit *)0)->note >= VERDICT_NOTE_MAX, "a note has room");
_Static_assert((int)REPORT_LIMITS_MAX >= (int)HELD_MAX, "all limits have room");

static size_t limits(void *self, uint32_t point, int32_t day, struct report_limit out[REPORT_LIMITS_MAX],
                     const char **why)
{
    const struct job *j = self;
    struct holding h;

    verdict_holding(j->catalogue, point, day, &h);
    *why = UNJUDGED[h.why];
    for (size_t i = 0; i < h.count; i++) {
        out[i] = (struct report_limit){
            .set = h.list[i].set, .row = h.list[i].row, .sum = h.list[i].sum, .in_force = !h.list[i].expired
        };
        (void)verdict_expired(&h.list[i], out[i].note);
    }
    return h.count;
}

static enum err make(void *job, const struct report_rows *rows, struct report_item *is, unsigned formats,
                     struct strbuf texts[REPORT_FORMAT_COUNT], struct fault *why)
{
    struct job *j = job;
    struct report_from from = { .is = is,
                                .rows = rows,
                                .now = j->ask.now,
                                .catalogue = j->catalogue,
                                .words = &j->of->words,
                                .points = j->points,
                                .self = j,
                                .limits = limits };

    if (rows->water_count != (j->ask.kind == REPORT_WATER_QUALITY ? j->count : 0))
        return fault_set(why, ERR_STATE, "report: the database told of %zu points, not of %zu",
                         rows->water_count, j->count);
    memcpy(is->node, j->of->node, sizeof is->node);
    is->head = pipeline_audit_head(j->of->pipeline);
    for (unsigned f = 0; f < REPORT_FORMAT_COUNT; f++)
        if ((formats & 1U << f) != 0)
            report_write(&texts[f], (enum report_format)f, &from);
    return ERR_NONE;
}

/* ---- recording ---- */

static void after_text(const struct report_item *is, char out[AUDIT_STATE_MAX])
{
    char hash[2 * SEAL_HASH_BYTES + 1];
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_text(&j, "id", is->id);
    for (unsigned f = 0; f < REPORT_FORMAT_COUNT; f++) {
        seal_hash_text(&is->hash[f], hash);
        json_member_text(&j, REPORT_FORMATS[f], hash);
    }
    json_close_object(&j);
    (void)snprintf(out, AUDIT_STATE_MAX, "%s", b.failed || b.text == NULL ? "{\"too_long\":true}" : b.text);
    strbuf_clear(&b);
}

static struct audit_entry entry_of(const struct job *j, const char *action, const struct report_item *is)
{
    struct audit_entry e = { .at = j->ask.now, .by = j->ask.by };

    (void)snprintf(e.action, sizeof e.action, "%s", action);
    (void)snprintf(e.subject, sizeof e.subject, "report:%s",
                   is->id); /* `after` has the whole of a long one */
    after_text(is, e.after);
    return e;
}

static enum err prepare(void *job, const struct report_item *is, struct fault *why)
{
    const struct job *j = job;
    const struct audit_entry e = entry_of(j, "report.prepare", is);

    return pipeline_note_first(j->of->pipeline, &e, why);
}

static void issued(void *job, const struct report_item *is)
{
    const struct job *j = job;
    const struct audit_entry e = entry_of(j, "report.issue", is);

    pipeline_note(j->of->pipeline, &e);
}

struct report_maker reports_maker(struct reports *r)
{
    return (struct report_maker){ r, begin, make, prepare, issued, end };
}
