#include "book.h"

#include <stdlib.h>
#include <string.h>

#define MINUTES(n) ((int64_t)(n)*CLOCK_MINUTE_MS)

enum { HEAD_VERSION = 1 };

struct incident_rules incident_rules_default(void)
{
    struct incident_rules r = {
        .duty_within_ms = MINUTES(30),
        .assess_ms = MINUTES(10),
        .sample_ms = MINUTES(30),
        .isolate_ms = MINUTES(60),
        .other_supply_ms = MINUTES(48 * 60),
        .outlives_ms = MINUTES(10),
        .again_ms = CLOCK_HOUR_MS,
        .cause_wait_ms = MINUTES(1) / 2,
        .punctual_ms = MINUTES(2),
        .settles_ms = MINUTES(24 * 60),
        .end_wait_ms = MINUTES(5),
        .large_people = 500,
        .large_min = 4 * 60,
    };

    r.causes = cause_rules(&r.cause_count);
    return r;
}

enum err incidents_new(struct incidents **out, const struct incident_rules *rules, size_t max)
{
    struct incidents *b = calloc(1, sizeof *b);

    if (b == NULL)
        return ERR_MEMORY;
    b->all = calloc(max, sizeof(struct slot *));
    if (b->all == NULL) {
        free(b);
        return ERR_MEMORY;
    }
    b->rules = *rules;
    b->max = max;
    b->next = 1;
    *out = b;
    return ERR_NONE;
}

void incidents_escalate(struct incidents *b, const struct escalation_rules *rules)
{
    b->rules.escalation = *rules;
}

void incidents_free(struct incidents *b)
{
    if (b == NULL)
        return;
    for (size_t k = 0; k < b->count; k++)
        free(b->all[k]);
    free(b->all);
    free(b);
}

size_t incidents_count(const struct incidents *b)
{
    return b->count;
}

const struct incident *incidents_at(const struct incidents *b, size_t n)
{
    return n < b->count ? &b->all[n]->i : NULL;
}

uint64_t incidents_refused(const struct incidents *b)
{
    return b->refused;
}

/* The first place whose id is not below. */
static size_t place_of(const struct incidents *b, uint64_t id)
{
    size_t low = 0, high = b->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (b->all[mid]->i.id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct incident *book_find(const struct incidents *b, uint64_t id)
{
    size_t n = place_of(b, id);

    return n < b->count && b->all[n]->i.id == id ? &b->all[n]->i : NULL;
}

const struct incident *incidents_find(const struct incidents *b, uint64_t id)
{
    return book_find(b, id);
}

const struct incident *incidents_living(const struct incidents *b, uint64_t id)
{
    const struct incident *i = book_find(b, id), *into = i;

    for (size_t hops = 0; into != NULL && hops <= b->count; hops++) {
        i = into;
        into = i->merged_into == 0 ? NULL : book_find(b, i->merged_into);
    }
    return i;
}

size_t incidents_near(const struct incidents *b, const char *site, const char *zone, uint64_t *out,
                      size_t max)
{
    size_t n = 0;

    for (size_t k = b->count; k > 0 && n < max; k--) {
        const struct incident *i = &b->all[k - 1]->i;
        bool near = false;
        for (size_t m = 0; m < i->member_count && !near; m++)
            near = (site[0] != '\0' && strcmp(i->members[m].site, site) == 0) ||
                   (zone[0] != '\0' && strcmp(i->members[m].zone, zone) == 0);
        if (near && incident_lives(i))
            out[n++] = i->id;
    }
    return n;
}

void book_touch(struct incident *i)
{
    ((struct slot *)i)->dirty = true;
}

/* People closed it against what is measured: its alarm may still say something. */
static bool alarm_lasts(const struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        if (m->alarm != 0 && m->cleared.ms == 0 && m->evidence != EVIDENCE_CALL)
            return true;
    }
    return false;
}

/* The oldest that is over and written makes room. */
static void let_go(struct incidents *b)
{
    for (size_t k = 0; k < b->count && b->gone_count < GONE_MAX; k++) {
        const struct slot *s = b->all[k];
        if (incident_lives(&s->i) || s->dirty || s->unwritten || alarm_lasts(&s->i))
            continue;
        b->gone[b->gone_count++] = b->all[k]->i.id;
        free(b->all[k]);
        memmove(&b->all[k], &b->all[k + 1], (b->count - k - 1) * sizeof(struct slot *));
        b->count--;
        return;
    }
}

static struct slot *slot_for(struct incidents *b, uint64_t id)
{
    struct slot *s;
    size_t n;

    if (b->count == b->max)
        let_go(b);
    s = b->count < b->max ? calloc(1, sizeof *s) : NULL;
    if (s == NULL)
        return NULL;
    s->i.id = id;
    n = place_of(b, id);
    memmove(&b->all[n + 1], &b->all[n], (b->count - n) * sizeof(struct slot *));
    b->all[n] = s;
    b->count++;
    return s;
}

struct incident *book_open(struct incidents *b, struct wall now)
{
    struct slot *s = slot_for(b, b->next);

    if (s == NULL) {
        b->refused++;
        return NULL;
    }
    b->next++;
    s->i.opened = now;
    s->i.unacknowledged = true;
    s->i.duty_kinds = DUTY_COUNT;
    s->dirty = true;
    return &s->i;
}

struct member *book_add_member(struct incidents *b, struct incident *i, const struct member *m)
{
    struct member *to;

    if (i->member_count == INCIDENT_MEMBERS_MAX)
        return NULL;
    to = &i->members[i->member_count++];
    *to = *m;
    to->id = b->next++;
    book_touch(i);
    return to;
}

void book_add_fact(struct incident *i, const struct fact *f)
{
    size_t n = i->fact_count;

    if (n == INCIDENT_FACTS_MAX)
        return;
    while (n > 0 && i->facts[n - 1].recorded.ms > f->recorded.ms)
        n--;
    memmove(&i->facts[n + 1], &i->facts[n], (i->fact_count - n) * sizeof *f);
    i->facts[n] = *f;
    i->fact_count++;
    book_touch(i);
}

void book_tie(struct incident *i, uint64_t other, enum incident_tie kind)
{
    if (i->tie_count == INCIDENT_TIES_MAX)
        return; /* the other one has it too */
    i->ties[i->tie_count++] = (struct tie){ other, (uint8_t)kind };
    book_touch(i);
}

/* ---------------------------------------------------------------- a step that could not be kept */

void book_mark(struct incidents *b, const struct incident *first, const struct incident *second)
{
    struct undo *u = &b->undo;

    u->any = true;
    u->count = 0;
    u->next = b->next;
    u->refused = b->refused;
    u->out_count = b->out_count;
    if (first != NULL)
        u->before[u->count++] = *first;
    if (second != NULL && second != first)
        u->before[u->count++] = *second;
}

static void forget_from(struct incidents *b, uint64_t id)
{
    while (b->count > 0 && b->all[b->count - 1]->i.id >= id)
        free(b->all[--b->count]);
}

void incidents_undo(struct incidents *b)
{
    const struct undo *u = &b->undo;

    if (!u->any)
        return;
    forget_from(b, u->next);
    for (size_t k = 0; k < u->count; k++) {
        struct incident *i = book_find(b, u->before[k].id);
        if (i != NULL)
            *i = u->before[k];
    }
    b->next = u->next;
    b->refused = u->refused;
    b->out_count = b->out_count < u->out_count ? b->out_count : u->out_count;
    b->undo.any = false;
}

/* ---------------------------------------------------------------- what leaves the room */

const struct incident *incidents_take_changed(struct incidents *b)
{
    for (size_t k = 0; k < b->count; k++) {
        if (!b->all[k]->dirty)
            continue;
        b->all[k]->dirty = false;
        b->all[k]->unwritten = true;
        return &b->all[k]->i;
    }
    return NULL;
}

void incidents_written(struct incidents *b, uint64_t id)
{
    struct incident *i = book_find(b, id);

    if (i != NULL)
        ((struct slot *)i)->unwritten = false;
}

uint64_t incidents_take_gone(struct incidents *b)
{
    return b->gone_count > 0 ? b->gone[--b->gone_count] : 0;
}

size_t incidents_take_out(struct incidents *b, struct outgoing *out, size_t max)
{
    size_t n = b->out_count < max ? b->out_count : max;

    memcpy(out, b->out, n * sizeof *out);
    b->out_count -= n;
    memmove(b->out, b->out + n, b->out_count * sizeof *out);
    return n;
}

void incidents_write_head(const struct incidents *b, unsigned char out[INCIDENTS_HEAD_BYTES])
{
    out[0] = HEAD_VERSION;
    for (int k = 0; k < 8; k++)
        out[1 + k] = (unsigned char)(b->next >> (8 * k));
    out[9] = out[10] = 0; /* an earlier version counted digests here */
}

enum err incidents_read_head(struct incidents *b, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t next = 0;

    if (len < INCIDENTS_HEAD_BYTES)
        return ERR_SHORT;
    if (p[0] != HEAD_VERSION)
        return ERR_STATE;
    for (int k = 8; k > 0; k--)
        next = next << 8 | p[k];
    if (next == 0)
        return ERR_RANGE;
    b->next = next > b->next ? next : b->next;
    return ERR_NONE;
}

static void keep_ids_apart(struct incidents *b, const struct incident *i)
{
    b->next = i->id >= b->next ? i->id + 1 : b->next;
    for (size_t k = 0; k < i->member_count; k++)
        b->next = i->members[k].id >= b->next ? i->members[k].id + 1 : b->next;
}

enum err incidents_put(struct incidents *b, const void *bytes, size_t len)
{
    struct incident *read = calloc(1, sizeof *read);
    struct slot *s;
    enum err rc;

    if (read == NULL)
        return ERR_MEMORY;
    rc = incident_read(bytes, len, read);
    if (rc == ERR_NONE) {
        struct incident *known = book_find(b, read->id);
        s = known != NULL ? (struct slot *)known : slot_for(b, read->id);
        if (s != NULL) {
            s->i = *read;
            keep_ids_apart(b, read);
        }
        rc = s != NULL ? ERR_NONE : ERR_FULL;
    }
    free(read);
    return rc;
}
