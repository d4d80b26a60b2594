/* The register of what is done so that it does not happen again: what may be written, what is remembered.
 * Pure. */
#ifndef RECORDS_PREVENTION_H
#define RECORDS_PREVENTION_H

#include <stddef.h>

#include "model/catalogue.h"
#include "model/prevention.h"

struct prevention_rules {
    int month, day;       /* measures are due on the next such day */
    int32_t inspect_days; /* a spot is looked at again after so many */
};

/* The newest that were written, by when; what is open is never forgotten, nor the last round of a spot that
 * is. */
struct prevention_book {
    size_t count; /* PREVENTION_MAX at most */
    struct prevention list[];
};

struct prevention_book *
prevention_book_new(void); /* room for all; NULL without memory.  Give it to free(). */

struct prevention_news {
    struct prevention is;        /* as it is since */
    struct prevention was;       /* before, of one that ended */
    struct prevention forgotten; /* had to leave; id 0: nothing did */
};

/* Decides, and changes the book.  known: it was told before, nothing changed.  ERR_MISSING: no such measure,
 * spot or place; ERR_RANGE: what cannot be, with a sentence; ERR_STATE: it is over, the key was used for
 * something else, or PREVENTION_MAX are open. */
MUST_USE enum err prevention_act(struct prevention_book *b, const struct prevention_rules *r,
                                 const struct catalogue *c, const struct prevention_act *act, struct wall now,
                                 bool *known, struct prevention_news *news, struct fault *why);
/* Takes back the last prevention_act, that did change something. */
void prevention_undo(struct prevention_book *b, const struct prevention_act *act,
                     const struct prevention_news *news);
/* From what was kept, in any order; then prevention_resume.  What finds no room is left out. */
void prevention_restore(struct prevention_book *b, const struct prevention *p);
void prevention_resume(struct prevention_book *b);

/* NULL: there is none of that kind. */
const struct prevention *prevention_find(const struct prevention *list, size_t n, enum prevention_kind kind,
                                         uint64_t id);
/* The last round at that spot, by the day they looked; NULL: nobody has. */
const struct prevention *prevention_last_round(const struct prevention *list, size_t n, uint64_t spot);

#endif
