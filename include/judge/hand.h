/* Whether what a person tells can be so, and what has been told: pure. */
#ifndef JUDGE_HAND_H
#define JUDGE_HAND_H

#include <stddef.h>

#include "model/catalogue.h"
#include "model/hand.h"

/* Fills entered, and quality and reason of a reading: uncertain outside the plausible range.  Refused with a
 * sentence: ERR_MISSING no such point; ERR_RANGE a time to come or before 2000, a number that cannot be
 * shown, a point that is not read by people, or does not count; a force that ends before now, or in more than
 * 7 days; a service of what no rule counts for, or without a note of what was done. */
MUST_USE enum err hand_decide(const struct catalogue *c, struct hand *h, struct wall now, struct fault *why);

/* The newest that were told, to know one again and to show them. */
struct hand_book;

enum { HAND_BOOK_MAX = 4096 };

/* NULL without memory. */
struct hand_book *hand_book_new(void);
void hand_book_free(struct hand_book *b); /* NULL is fine */
/* NULL: not told, or so long ago that it was forgotten. */
const struct hand *hand_book_find(const struct hand_book *b, const char *key);
/* The last service of the point of that key that was told; NULL: none. */
const struct hand *hand_book_service(const struct hand_book *b, uint64_t point);
/* True: *forgotten is the one that had to leave; the last service of a point stays. */
bool hand_book_add(struct hand_book *b, const struct hand *h, struct hand *forgotten);
size_t hand_book_count(const struct hand_book *b);
/* 0 is the newest. */
const struct hand *hand_book_at(const struct hand_book *b, size_t i);

#endif
