/* Shifts as JSON. */
#ifndef SERVE_SHIFTS_H
#define SERVE_SHIFTS_H

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

#endif
