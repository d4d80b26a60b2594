/* Shifts as JSON. */
#ifndef SERVE_SHIFTS_H
#define SERVE_SHIFTS_H

#include "base/json.h"
#include "ports/doors.h"
#include "ports/shifts.h"
#include "reply.h"

/* The answer to who took one, wrote into its log, ... */
void shift_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct shift_told *is,
                 const struct fault *why);
/* Who may read the log at all: topics of streams ask, as the routes do. */
bool shifts_are_for(const struct visitor *v);
/* Appends `event: shifts` with those that are on and seen; returns how many. */
size_t shifts_event(struct strbuf *b, const struct shift_list *l, const struct visitor *v, struct wall now);
/* As serve_shift_sheet says. */
struct face;
bool shift_sheet_of(struct face *f, uint64_t id, bool page, struct strbuf *out);

/* ---- what shifts.c and shift_notes.c share ---- */

/* Of that supplier's shifts. */
bool sees_shift(const struct visitor *v, const char *supplier);
void shift_entry_json(struct json_out *j, const struct shift_entry *e);
/* The list, held; NULL: *r is the refusal. */
struct request;
struct shift_list *shifts_take(struct face *f, const struct request *q, struct reply *r);
/* A cursor into ask's `before`; false: it is none. */
bool shift_next_parse(const char *text, struct shift_past_ask *out);
/* Closes the array and the object, and replies; `next` is behind what has that time and id; id 0: null. */
void shift_end_page(struct json_out *j, struct strbuf *b, struct wall at, uint64_t id, struct reply *r,
                    enum lang lang);
typedef void shifts_write(struct reply *r, enum lang lang, const struct shift_past_ask *ask,
                          const struct shift_list *l, const struct doors_port *doors);
/* The database, for what the visitor sees. */
void shifts_ask_past(struct face *f, const struct request *q, struct shift_past_ask *ask, shifts_write *write,
                     struct reply *r);

#endif
