/* Minutes on their way into the database: one array a column, for minutes_insert.sql. */
#ifndef STORE_MINUTE_ROWS_H
#define STORE_MINUTE_ROWS_H

#include "base/strbuf.h"
#include "model/minute.h"
#include "pg.h"

enum { MINUTE_COLUMNS = 13, RECOUNT_COLUMNS = 3, MINUTE_COLUMN_MAX = 32 << 20 };

struct minute_rows {
    struct strbuf columns[MINUTE_COLUMNS + RECOUNT_COLUMNS];
    uint64_t minutes, recounts;
};

void minute_rows_init(struct minute_rows *m);
void minute_rows_clear(struct minute_rows *m);

void minute_rows_begin(struct minute_rows *m);
void minute_rows_add(struct minute_rows *m, const struct minute *minute);
void minute_rows_recount(struct minute_rows *m, const struct recount *r);
/* False: there was no memory for them. */
bool minute_rows_end(struct minute_rows *m);

/* In the transaction of their batch. */
MUST_USE enum err minute_rows_write(struct pg *p, const struct minute_rows *m, struct fault *why);

#endif
