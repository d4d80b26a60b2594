/* The book from inside. */
#ifndef INCIDENT_BOOK_H
#define INCIDENT_BOOK_H

#include "incident/clocks.h"
#include "incident/incidents.h"

enum { GONE_MAX = 64 };

struct slot {
    struct incident i; /* first: an incident of the book is its slot */
    bool dirty;
    bool unwritten; /* taken, and not known to be written */
};

/* What the last step changed, as it was. */
struct undo {
    struct incident before[2];
    size_t count, out_count;
    uint64_t next; /* ids from here on are the step's */
    uint64_t refused;
    bool any;
};

struct incidents {
    struct incident_rules rules;
    struct slot **all; /* by id, rising */
    size_t count, max;
    uint64_t next; /* id */
    uint64_t refused;
    struct outgoing out[OUTBOX_MAX];
    size_t out_count;
    uint64_t gone[GONE_MAX]; /* let go, not yet taken */
    size_t gone_count;
    struct undo undo;
};

/* Before a step: what it may change.  NULL: none. */
void book_mark(struct incidents *b, const struct incident *first, const struct incident *second);

struct incident *book_find(const struct incidents *b, uint64_t id);
struct incident *book_open(struct incidents *b, struct wall now); /* NULL: full */
void book_touch(struct incident *i);

static inline bool incident_lives(const struct incident *i)
{
    return !i->closed && i->merged_into == 0;
}

/* A copy of *m with an id of its own; NULL: no room. */
struct member *book_add_member(struct incidents *b, struct incident *i, const struct member *m);
void book_add_fact(struct incident *i, const struct fact *f); /* where there is room */
void book_tie(struct incident *i, uint64_t other, enum incident_tie kind);

/* ---- parts.c ---- */

/* Whether `from` may become part of `into`. */
bool parts_fit(const struct incident *into, const struct incident *from);
void parts_absorb(struct incidents *b, struct incident *into, struct incident *from);
/* The marked members become their own incident.  NULL: the book is full. */
struct incident *parts_leave(struct incidents *b, struct incident *from,
                             const bool leaves[INCIDENT_MEMBERS_MAX], enum incident_tie tie, struct wall now);

/* ---- duties.c ---- */
void duties_settle(const struct incidents *b, struct incident *i, struct wall now);
/* One that is owed and not done yet is so now. */
void duty_end(struct duty *d, const char *who, struct wall claimed, struct wall now, bool waived);
/* What was done shows that the water was looked at. */
void duties_assessed(struct incident *i, const struct fact *by);
/* Where no water is bad (any more), what was to be done about it is void, by whoever said so ("": nobody); it
 * is owed anew where some is again.  duties_settle() does the same of itself. */
void duties_void(struct incident *i, const char *who, struct wall claimed, struct wall now);
/* The targets of bad water go where it goes, and why they are not needed, where somebody said so. */
void duties_follow(struct incident *part, const struct incident *from);
bool duties_are_of_quality(const struct incident *i);

/* ---- tell.c ---- */
/* A member was restored: what is left may be due later, which is no news of its own. */
void tell_eased(const struct incidents *b, struct incident *i, struct wall now);
void tell_now(struct incidents *b, struct incident *i, struct wall now);

#endif
