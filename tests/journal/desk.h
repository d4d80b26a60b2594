/* A journal in a folder of its own, with a clock that the test moves. */
#ifndef TESTS_JOURNAL_DESK_H
#define TESTS_JOURNAL_DESK_H

#include <stdatomic.h>

#include "journal/journal.h"
#include "unit.h"

struct desk {
    struct journal_settings set;
    struct journal *journal;
    struct lanes_port lanes;
    atomic_llong now_ms; /* both clocks */
    char folder[256];
};

void desk_init(struct desk *d);  /* an empty folder; nothing is open */
void desk_open(struct desk *d);  /* must work */
void desk_close(struct desk *d); /* closes the journal, keeps the folder */
void desk_clear(struct desk *d); /* closes, and removes the folder */
struct clock desk_clock(struct desk *d);

/* Appends one entry with this text; must be taken.  Returns the record's number. */
uint64_t desk_put(struct desk *d, enum lane lane, const char *text, bool at_once);
void desk_wait(struct desk *d, uint64_t seq); /* until durable */

/* What a lane holds after `after`, by one call of its port. */
struct seen {
    size_t count;
    struct seen_entry {
        uint64_t seq;
        size_t len;
        unsigned char *body; /* with a NUL behind it */
    } * entries;
};
void desk_read(struct desk *d, enum lane lane, uint64_t after, size_t max_bytes, struct seen *out);
void seen_clear(struct seen *s);

void desk_span(struct desk *d, enum lane lane, uint64_t *first, uint64_t *last);
void folder_remove(const char *folder); /* and the files in it */

#endif
