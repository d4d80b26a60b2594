/* Shifts as JSON. */
#ifndef SERVE_SHIFTS_H
#define SERVE_SHIFTS_H

#include "ports/shifts.h"
#include "reply.h"

/* The answer to who took one, wrote into its log, ... */
void shift_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct shift_told *is,
                 const struct fault *why);
/* As serve_shift_sheet says. */
struct face;
bool shift_sheet_of(struct face *f, uint64_t id, bool page, struct strbuf *out);

#endif
