#include "minute_rows.h"

#include <inttypes.h>
#include <math.h>

#include "sql.h"

void minute_rows_init(struct minute_rows *m)
{
    for (size_t i = 0; i < COUNT_OF(m->columns); i++)
        strbuf_init(&m->columns[i], MINUTE_COLUMN_MAX);
}

void minute_rows_clear(struct minute_rows *m)
{
    for (size_t i = 0; i < COUNT_OF(m->columns); i++)
        strbuf_clear(&m->columns[i]);
}

void minute_rows_begin(struct minute_rows *m)
{
    m->minutes = m->recounts = 0;
    for (size_t i = 0; i < COUNT_OF(m->columns); i++) {
        strbuf_reset(&m->columns[i]);
        strbuf_putc(&m->columns[i], '{');
    }
}

bool minute_rows_end(struct minute_rows *m)
{
    bool failed = false;

    for (size_t i = 0; i < COUNT_OF(m->columns); i++) {
        strbuf_putc(&m->columns[i], '}');
        failed = failed || m->columns[i].failed;
    }
    return !failed;
}

static void add_int(struct strbuf *column, int64_t v)
{
    strbuf_printf(column, column->len > 1 ? ",%" PRId64 : "%" PRId64, v);
}

static void add_number(struct strbuf *column, double v)
{
    const char *comma = column->len > 1 ? "," : "";

    if (isnan(v))
        strbuf_printf(column, "%sNULL", comma);
    else
        strbuf_printf(column, "%s%.17g", comma, v);
}

void minute_rows_add(struct minute_rows *m, const struct minute *minute)
{
    struct strbuf *c = m->columns;

    add_int(&c[0], (int64_t)minute->key);
    add_int(&c[1], minute->at.ms);
    add_int(&c[2], minute->n);
    add_number(&c[3], minute->sum);
    add_number(&c[4], minute->min);
    add_number(&c[5], minute->max);
    add_number(&c[6], minute->first);
    add_number(&c[7], minute->last);
    add_int(&c[8], minute->good_ms);
    add_int(&c[9], minute->uncertain_ms);
    add_int(&c[10], minute->within_ms);
    add_int(&c[11], minute->outside_ms);
    add_int(&c[12], minute->unjudged_ms);
    m->minutes++;
}

void minute_rows_recount(struct minute_rows *m, const struct recount *r)
{
    struct strbuf *c = m->columns + MINUTE_COLUMNS;

    add_int(&c[0], (int64_t)r->key);
    add_int(&c[1], r->from.ms);
    add_int(&c[2], r->to.ms);
    m->recounts++;
}

enum err minute_rows_write(struct pg *p, const struct minute_rows *m, struct fault *why)
{
    struct pg_value v[COUNT_OF(m->columns)];

    if (m->minutes + m->recounts == 0)
        return ERR_NONE;
    for (size_t i = 0; i < COUNT_OF(m->columns); i++)
        v[i] = pg_text(m->columns[i].text);
    return pg_ask(p, sql_minutes_insert, v, COUNT_OF(v), NULL, why);
}
