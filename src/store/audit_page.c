#include "audit_page.h"

#include <stdio.h>
#include <stdlib.h>

#include "sql.h"

static void take_all(const struct pg_result *r, size_t count, struct audit_page *out)
{
    struct trail_page *p = &out->page;
    struct fault unfit;

    for (size_t i = 0; i < count; i++)
        if (audit_take(r, i, &out->rows[i], &unfit) != ERR_NONE) /* listed all the same, by what there is */
            continue;
    p->rows = out->rows;
    p->count = count;
    if (count == 0)
        return;
    p->last.at_us = pg_get_int(r, count - 1, 14);
    p->last.epoch = pg_get_int(r, count - 1, 1);
    p->last.seq = pg_get_int(r, count - 1, 2);
    (void)snprintf(p->last.node, sizeof p->last.node, "%s", out->rows[count - 1].node);
}

enum err audit_page_read(struct pg *p, const struct trail_ask *ask, struct audit_page *out, struct fault *why)
{
    struct pg_value v[] = {
        pg_time(ask->from),        pg_time(ask->to),
        pg_text(ask->actor),       pg_int(ask->kind == ACTOR_COUNT ? -1 : (int64_t)ask->kind),
        pg_text(ask->subject),     pg_int(ask->before.at_us),
        pg_text(ask->before.node), pg_int(ask->before.epoch),
        pg_int(ask->before.seq),   pg_int((int64_t)ask->limit + 1)
    };
    struct pg_result *r;
    size_t count;
    enum err rc;

    *out = (struct audit_page){ 0 };
    rc = pg_ask(p, sql_audit_page, v, COUNT_OF(v), &r, why);
    if (rc != ERR_NONE)
        return rc;
    count = pg_rows(r);
    out->page.more = count > ask->limit;
    count = out->page.more ? ask->limit : count;
    out->rows = calloc(count > 0 ? count : 1, sizeof *out->rows);
    if (out->rows == NULL)
        rc = fault_set(why, ERR_MEMORY, "record of acts: no memory");
    else
        take_all(r, count, out);
    pg_free(r);
    return rc;
}

void audit_page_clear(struct audit_page *page)
{
    free(page->rows);
    *page = (struct audit_page){ 0 };
}
