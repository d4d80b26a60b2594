/* Incidents on their way into the database: whole pictures, each row of them the latest or never changed,
 * however often and in what order they are delivered. */
#ifndef STORE_INCIDENT_ROWS_H
#define STORE_INCIDENT_ROWS_H

#include "base/json.h"
#include "model/incident_item.h"
#include "model/letter.h"
#include "pg.h"

enum { INCIDENT_ROWS_MAX = 256 << 20 };

struct incident_rows {
    struct strbuf incidents, messages, callers, letters; /* JSON arrays, whole after incident_rows_end */
    struct json_out i, m, c, l;
    size_t incident_count, message_count, caller_count, letter_count;
    struct incident *read; /* one that is looked at */
};

MUST_USE enum err incident_rows_init(struct incident_rows *r, struct fault *why);
void incident_rows_clear(struct incident_rows *r);

void incident_rows_begin(struct incident_rows *r);
/* Does it decode? */
bool incident_rows_sound(struct incident_rows *r, const struct stored_incident *s);
/* recorded: when the journal took it, for a time that cannot be stored. */
void incident_rows_add(struct incident_rows *r, const struct stored_incident *s, struct wall recorded);
void incident_rows_message(struct incident_rows *r, const struct outgoing *o, struct wall recorded);
void incident_rows_caller(struct incident_rows *r, const struct stored_caller *c, struct wall recorded);
void incident_rows_letter(struct incident_rows *r, const struct letter *l, struct wall recorded);
/* False: there was no memory for them. */
bool incident_rows_end(struct incident_rows *r);

/* Within the transaction. */
MUST_USE enum err incident_rows_write(struct pg *p, const struct incident_rows *r, const char *node,
                                      struct fault *why);

#endif
