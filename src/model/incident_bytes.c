/* An incident as bytes and back.  One list of fields serves both ways, so that they cannot differ. */
#include <math.h>
#include <string.h>

#include "model/incident.h"

/* Writes when `to` is set, else reads. */
struct way {
    struct strbuf *to;
    const unsigned char *at, *end;
    unsigned version;
    enum err rc;
};

static void number(struct way *w, uint64_t *v, size_t bytes)
{
    unsigned char raw[8];

    if (w->to != NULL) {
        for (size_t i = 0; i < bytes; i++)
            raw[i] = (unsigned char)(*v >> (8 * i));
        strbuf_add(w->to, raw, bytes);
        return;
    }
    *v = 0;
    if (w->rc != ERR_NONE)
        return;
    if ((size_t)(w->end - w->at) < bytes) {
        w->rc = ERR_SHORT;
        return;
    }
    for (size_t i = bytes; i > 0; i--)
        *v = *v << 8 | w->at[i - 1];
    w->at += bytes;
}

static void u64(struct way *w, uint64_t *v)
{
    number(w, v, 8);
}

static void u32(struct way *w, uint32_t *v)
{
    uint64_t wide = *v;

    number(w, &wide, 4);
    *v = (uint32_t)wide;
}

static void u16(struct way *w, uint16_t *v)
{
    uint64_t wide = *v;

    number(w, &wide, 2);
    *v = (uint16_t)wide;
}

static void refuse_if(struct way *w, bool wrong)
{
    if (w->to == NULL && w->rc == ERR_NONE && wrong)
        w->rc = ERR_RANGE;
}

static void u8(struct way *w, uint8_t *v, unsigned below)
{
    uint64_t wide = *v;

    number(w, &wide, 1);
    *v = (uint8_t)wide;
    refuse_if(w, *v >= below);
}

static void yes(struct way *w, bool *v)
{
    uint8_t byte = *v;

    u8(w, &byte, 2);
    *v = byte == 1;
}

static void when(struct way *w, struct wall *v)
{
    uint64_t bits = (uint64_t)v->ms;

    number(w, &bits, 8);
    v->ms = (int64_t)bits;
    refuse_if(w, v->ms < 0 || v->ms > INT64_MAX / 4); /* so that a limit may be added to it */
}

static void real(struct way *w, double *v)
{
    uint64_t bits;

    memcpy(&bits, v, sizeof bits);
    number(w, &bits, 8);
    memcpy(v, &bits, sizeof bits);
}

static void text(struct way *w, char *v, size_t size)
{
    uint8_t n = (uint8_t)strnlen(v, size - 1);

    u8(w, &n, (unsigned)size);
    if (w->to != NULL) {
        strbuf_add(w->to, v, n);
        return;
    }
    if (w->rc == ERR_NONE && w->end - w->at < n)
        w->rc = ERR_SHORT;
    if (w->rc != ERR_NONE)
        return;
    refuse_if(w, memchr(w->at, '\0', n) != NULL);
    memcpy(v, w->at, n);
    v[n] = '\0';
    w->at += n;
}

static void count(struct way *w, uint16_t *v, unsigned max)
{
    u16(w, v);
    refuse_if(w, *v > max);
    if (w->rc != ERR_NONE)
        *v = 0;
}

static void member(struct way *w, struct member *m)
{
    struct wall *const times[] = { &m->start,          &m->evident,          &m->cleared, &m->repaired,
                                   &m->claim_recorded, &m->repair_confirmed, &m->restored };

    u64(w, &m->id);
    u64(w, &m->alarm);
    u64(w, &m->point);
    u64(w, &m->cause);
    u8(w, &m->class, CLASS_COUNT);
    u8(w, &m->evidence, EVIDENCE_COUNT);
    yes(w, &m->confirmed);
    yes(w, &m->loosened);
    yes(w, &m->apart);
    u8(w, &m->step, 256);
    for (size_t i = 0; i < COUNT_OF(times); i++)
        when(w, times[i]);
    real(w, &m->size);
    text(w, m->site, sizeof m->site);
    text(w, m->zone, sizeof m->zone);
    refuse_if(w, m->id == 0 || m->cause == m->id);
}

static void fact(struct way *w, struct fact *f)
{
    u8(w, &f->kind, FACT_COUNT);
    u8(w, &f->source, CLOCK_SOURCE_COUNT);
    u8(w, &f->detail, 256);
    u8(w, &f->code, 256);
    u64(w, &f->key);
    u64(w, &f->about);
    when(w, &f->claimed);
    when(w, &f->recorded);
    text(w, f->who, sizeof f->who);
    text(w, f->note, sizeof f->note);
}

static void duty(struct way *w, struct duty *d)
{
    when(w, &d->since);
    when(w, &d->due);
    when(w, &d->done);
    when(w, &d->recorded);
    yes(w, &d->waived);
    yes(w, &d->told_late);
    text(w, d->who, sizeof d->who);
}

static void impact(struct way *w, struct incident_impact *p)
{
    bool *const flags[] = { &p->health_hazard, &p->wide,  &p->source_threatened,
                            &p->road_opened,   &p->rural, &p->partner };

    u32(w, &p->people);
    u32(w, &p->connections);
    u16(w, &p->hospitals);
    u16(w, &p->schools);
    u16(w, &p->high_rises);
    u32(w, &p->expected_min);
    for (size_t i = 0; i < COUNT_OF(flags); i++)
        yes(w, flags[i]);
}

static void head(struct way *w, struct incident *i)
{
    bool *const flags[] = { &i->drill,      &i->closed,           &i->unacknowledged, &i->told_open,
                            &i->told_large, &i->told_unconfirmed, &i->owes_again,     &i->owes_step };

    u64(w, &i->id);
    u64(w, &i->merged_into);
    when(w, &i->opened);
    for (size_t k = 0; k < COUNT_OF(flags); k++)
        yes(w, flags[k]);
    u8(w, &i->controllability, CONTROLLABILITY_COUNT);
    u8(w, &i->large_said, LARGE_COUNT);
    when(w, &i->large_since);
    impact(w, &i->impact);
    u8(w, &i->warned, UINT8_MAX + 1);
    u8(w, &i->passed, UINT8_MAX + 1);
    u16(w, &i->told);
    when(w, &i->told_due);
    refuse_if(w, i->id == 0 || i->merged_into == i->id);
}

/* What an earlier version told of an end is not known: it is not told again. */
static void told_since(struct way *w, struct incident *i)
{
    if (w->version < 3) {
        i->told_end = i->closed || incident_all_restored(i);
        return;
    }
    yes(w, &i->told_end);
    u8(w, &i->escalated, UINT8_MAX + 1);
    when(w, &i->asked);
}

/* An earlier version owed and told what it knew: what it did not is not owed or told of what it left. */
static void since_5(struct way *w, struct incident *i, uint16_t duties)
{
    if (w->version < 5) {
        i->duty_kinds = (uint8_t)duties;
        i->told_beyond = i->controllability == BEYOND_CONTROL;
        return;
    }
    u8(w, &i->duty_kinds, DUTY_COUNT + 1);
    yes(w, &i->told_beyond);
    for (size_t k = 0; k < i->member_count; k++)
        u32(w, &i->members[k].residence_ms);
    for (size_t k = 0; k < i->fact_count; k++)
        u64(w, &i->facts[k].told);
    for (size_t k = 0; k < duties; k++)
        yes(w, &i->duties[k].voided);
}

static void whole(struct way *w, struct incident *i)
{
    uint16_t duties = DUTY_COUNT;

    head(w, i);
    count(w, &i->member_count, INCIDENT_MEMBERS_MAX);
    for (size_t k = 0; k < i->member_count; k++)
        member(w, &i->members[k]);
    count(w, &i->fact_count, INCIDENT_FACTS_MAX);
    for (size_t k = 0; k < i->fact_count; k++)
        fact(w, &i->facts[k]);
    count(w, &i->tie_count, INCIDENT_TIES_MAX);
    for (size_t k = 0; k < i->tie_count; k++) {
        u64(w, &i->ties[k].incident);
        u8(w, &i->ties[k].kind, TIE_COUNT);
    }
    count(w, &duties, DUTY_COUNT); /* an earlier version knew fewer */
    for (size_t k = 0; k < duties; k++)
        duty(w, &i->duties[k]);
    for (size_t k = 0; k < i->member_count && w->version > 1; k++)
        yes(w, &i->members[k].unsure);
    told_since(w, i);
    for (size_t k = 0; k < i->member_count && w->version > 3; k++)
        u8(w, &i->members[k].side, SIDE_COUNT);
    since_5(w, i, duties);
}

void incident_write(struct strbuf *to, const struct incident *i)
{
    struct way w = { .to = to, .version = INCIDENT_BYTES_VERSION };

    strbuf_putc(to, INCIDENT_BYTES_VERSION);
    whole(&w, (struct incident *)i); /* a way that writes changes nothing */
}

enum err incident_read(const void *bytes, size_t len, struct incident *out)
{
    struct way w = { .at = bytes, .end = (const unsigned char *)bytes + len };

    if (len == 0)
        return ERR_SHORT;
    w.version = *w.at++;
    if (w.version == 0 || w.version > INCIDENT_BYTES_VERSION)
        return ERR_STATE;
    memset(out, 0, sizeof *out);
    whole(&w, out);
    if (w.rc == ERR_NONE && w.at != w.end)
        w.rc = ERR_RANGE;
    return w.rc;
}
