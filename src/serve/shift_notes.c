/* What shift logs say of a site: those in memory first, the older ones from the database. */
#include <stdio.h>
#include <string.h>

#include "choose.h"
#include "problem.h"
#include "routes.h"
#include "shifts.h"

enum { LIMIT_DEFAULT = 20 };

/* ---- in memory ---- */

/* Up to when entries may have gone: one shift follows another at the moment that one is over, so a shift
 * whose predecessor is in memory no more was taken when the last entry that went was there already. */
static struct wall whole_since(const struct visitor *v, const struct shift_list *l)
{
    struct wall since = { 0 };

    for (size_t i = 0; i < l->shift_count; i++) {
        const struct shift *s = &l->shifts[i];
        if (sees_shift(v, s->supplier) && s->before != 0 && s->taken.ms > since.ms &&
            shift_list_find(l, s->before, NULL) == NULL)
            since = s->taken;
    }
    return since;
}

static bool is_older(const struct shift_entry *e, struct wall at, uint64_t id)
{
    return e->recorded.ms < at.ms || (e->recorded.ms == at.ms && e->id < id);
}

/* The newest of the site before the cursor, NULL: what is older is in the database. */
static const struct shift_entry *next_known(const struct visitor *v, const struct shift_list *l,
                                            const struct shift_past_ask *ask)
{
    const struct wall since = whole_since(v, l);
    const struct shift_entry *found = NULL;

    for (size_t i = 0; i < l->entry_count; i++) {
        const struct shift_entry *e = &l->entries[i];
        const struct shift *of = NULL;
        if (e->recorded.ms <= since.ms || strcmp(e->site, ask->site) != 0 ||
            !is_older(e, ask->before, ask->before_id) ||
            (found != NULL && is_older(e, found->recorded, found->id)))
            continue;
        of = shift_list_find(l, e->shift, NULL);
        if (of != NULL && sees_shift(v, of->supplier))
            found = e;
    }
    return found;
}

static void begin(struct json_out *j, struct strbuf *b)
{
    strbuf_init(b, REPLY_BODY_MAX);
    json_out_init(j, b);
    json_open_object(j);
    json_key(j, "items");
    json_open_array(j);
}

/* There may always be older ones in the database. */
static void write_known(const struct request *q, const struct shift_list *l, struct shift_past_ask *ask,
                        struct reply *r)
{
    const struct shift_entry *e = next_known(&q->visitor, l, ask);
    struct json_out j;
    struct strbuf b;

    begin(&j, &b);
    if (e == NULL) {
        ask->before = q->now.wall;
        ask->before_id = q->visitor.sites[0] == '\0' ? 1 : 0; /* to whom sites are named, none is shown */
    }
    for (unsigned n = 0; n < ask->limit && e != NULL; n++, e = next_known(&q->visitor, l, ask)) {
        shift_entry_json(&j, e);
        ask->before = e->recorded;
        ask->before_id = e->id;
    }
    shift_end_page(&j, &b, ask->before, ask->before_id, r, q->lang);
}

/* ---- of the database ---- */

static void write_past(struct reply *r, enum lang lang, const struct shift_past_ask *ask,
                       const struct shift_list *l, const struct doors_port *doors)
{
    const bool more = l->entry_count > ask->limit;
    const size_t n = more ? ask->limit : l->entry_count;
    const struct shift_entry *last = more ? &l->entries[n - 1] : NULL;
    struct json_out j;
    struct strbuf b;

    (void)doors;
    begin(&j, &b);
    for (size_t i = 0; i < n; i++)
        shift_entry_json(&j, &l->entries[i]);
    shift_end_page(&j, &b, last == NULL ? (struct wall){ 0 } : last->recorded, last == NULL ? 0 : last->id, r,
                   lang);
}

/* ---- the question ---- */

static bool take_site(struct face *f, const struct request *q, struct shift_past_ask *ask, struct reply *r)
{
    struct catalogue *c = f->ports.present.catalogue(f->ports.present.self);
    uint32_t site = UINT32_MAX;
    bool is = choose_site(&site, c, q, r);

    if (is && site == UINT32_MAX) {
        problem(r, q->lang, PROBLEM_VALUE_SITE, "site", "");
        is = false;
    }
    if (is)
        (void)snprintf(ask->site, sizeof ask->site, "%s", c->sites[site].id);
    catalogue_drop(c);
    return is;
}

void answer_shift_notes(struct face *f, struct request *q, struct reply *r)
{
    struct shift_past_ask ask = { .limit = LIMIT_DEFAULT, .before = { 253402300799999 } };
    const char *next = target_value(&q->target, "next");
    struct shift_list *l;

    if (!choose_number(q, "limit", SHIFT_PAST_MAX, PROBLEM_VALUE_LIMIT, &ask.limit, r))
        return;
    if (next != NULL && !shift_next_parse(next, &ask)) {
        problem(r, q->lang, PROBLEM_VALUE_CURSOR, "next", NULL);
        return;
    }
    if (!take_site(f, q, &ask, r))
        return;
    l = shifts_take(f, q, r);
    if (l == NULL)
        return;
    if (next == NULL || next_known(&q->visitor, l, &ask) != NULL)
        write_known(q, l, &ask, r);
    else
        shifts_ask_past(f, q, &ask, write_past, r);
    shift_list_drop(l);
}
