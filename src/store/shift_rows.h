/* Shifts, their log and their sheets on their way into the database, and back from it. */
#ifndef STORE_SHIFT_ROWS_H
#define STORE_SHIFT_ROWS_H

#include "base/json.h"
#include "pg.h"
#include "ports/shifts.h"

/* JSON arrays in the making, whole when rows_end was. */
struct shift_rows {
    struct strbuf shifts, entries, sheets;
    struct json_out s, e, h;
    uint64_t shift_count, entry_count, sheet_count;
};

void shift_rows_init(struct shift_rows *r);
void shift_rows_clear(struct shift_rows *r);
void shift_rows_begin(struct shift_rows *r);
bool shift_rows_end(struct shift_rows *r); /* false: no memory */
/* recorded: when the journal took it, for a time that cannot be stored. */
void shift_rows_shift(struct shift_rows *r, const struct shift *s, struct wall recorded);
void shift_rows_entry(struct shift_rows *r, const struct shift_entry *e, struct wall recorded);
void shift_rows_sheet(struct shift_rows *r, const struct shift_sheet_bytes *b, struct wall recorded);
/* Within the transaction. */
MUST_USE enum err shift_rows_write(struct pg *p, const struct shift_rows *r, const char *node,
                                   struct fault *why);

/* ERR_RANGE at once for what is no question. */
MUST_USE enum err shift_past_check(const struct shift_past_ask *a, struct fault *why);
/* Gives a list with one holder. */
MUST_USE enum err shift_past_read(struct pg *p, const char *node, const struct shift_past_ask *a,
                                  struct shift_list **out, struct fault *why);

#endif
