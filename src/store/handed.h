/* Steps for the incidents of other nodes: put where their home takes them, and read back. */
#ifndef STORE_HANDED_ROWS_H
#define STORE_HANDED_ROWS_H

#include "pg.h"
#include "ports/handed.h"

/* More wait for a node that is away for very long only. */
enum { HANDED_WAIT_MAX = 1000 };

struct handed_found {
    struct handed_answer answer;
    struct handed_row *rows;
};

/* As handed_port says; `s` and `leash` for a connection of its own, under which it is written.
 * handed_clear in any case. */
MUST_USE enum err handed_answer_read(struct pg *p, const struct store_settings *s, const struct leash *leash,
                                     const struct handed_ask *a, struct handed_found *out, struct fault *why);
void handed_clear(struct handed_found *f);

#endif
