/* The shifts of a node and their logs: what people may do, in which order, and what is kept of it.  Pure: no
 * clock, no log, no file.
 *
 * One shift is on for a supplier at a time.  Ceilings: SHIFTS_MAX shifts, SHIFTS_ENTRIES_MAX entries and
 * SHIFTS_SHEETS_MAX sheets in memory; where one is reached the shift that has been over for longest is let go
 * (the database has it), and when all are on, ERR_FULL. */
#ifndef INCIDENT_SHIFTS_H
#define INCIDENT_SHIFTS_H

#include "model/shift.h"

enum { SHIFTS_MAX = 64, SHIFTS_ENTRIES_MAX = 1024, SHIFTS_SHEETS_MAX = 16 };
/* Of what one act lets go: two shifts with all that is theirs, and a sheet. */
enum { SHIFTS_GONE_MAX = 2 * (SHIFT_LOG_MAX + 2) + 1 };
/* So far back may be claimed what is told now; so far ahead another clock may be. */
enum { SHIFT_BACK_MS = 7 * CLOCK_DAY_MS, SHIFT_AHEAD_MS = 2 * CLOCK_MINUTE_MS };

struct shifts;

struct shifts *shifts_new(void);    /* NULL without memory */
void shifts_free(struct shifts *s); /* NULL is fine */

/* What the last act changed, until it is recorded or undone. */
struct shifts_news {
    struct shift changed[2]; /* the one that ended, then the one that is */
    size_t changed_count;    /* 0: there is no news */
    struct shift_entry entry;
    struct shift_sheet *sheet;      /* NULL: none; borrowed */
    uint64_t gone[SHIFTS_GONE_MAX]; /* keys of what is let go */
    size_t gone_count;
};

/* ERR_STATE: not now, or its key was used for something else; ERR_MISSING: no such shift or entry;
 * ERR_DENIED: not theirs to do; ERR_RANGE: a time that cannot be; ERR_FULL.  known: it had been done before,
 * nothing changed.  *told is the shift and the entry since.  Holds the act's sheet. */
MUST_USE enum err shifts_act(struct shifts *s, const struct shift_act *act, struct wall now, bool *known,
                             struct shift_told *told, struct fault *why);
const struct shifts_news *shifts_news(const struct shifts *s);
void shifts_undo(struct shifts *s);     /* the last act could not be kept: all is as before */
void shifts_recorded(struct shifts *s); /* it is: what is let go goes */
uint64_t shifts_generation(const struct shifts *s);

/* Keys under which they are kept. */
uint64_t shifts_sheet_key(uint64_t shift);

/* After a start, in any order; then resume.  What finds no room is left out. */
void shifts_restore(struct shifts *s, const struct shift *is);
void shifts_restore_entry(struct shifts *s, const struct shift_entry *e);
void shifts_restore_sheet(struct shifts *s, struct shift_sheet *sheet); /* takes */
void shifts_resume(struct shifts *s);

struct shift_list *shifts_freeze(const struct shifts *s); /* NULL without memory */

#endif
