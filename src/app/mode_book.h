/* The modes of a node as its pipeline knows them: which points are in which, and what of them the next record
 * must hold.  The pipeline's thread only. */
#ifndef MODE_BOOK_H
#define MODE_BOOK_H

#include "journal/journal.h"
#include "judge/modes.h"

/* So many changes one record holds; ends beyond wait for the next tick. */
enum { MODE_BOOK_NEWS_MAX = 16, MODE_BOOK_STATES_MAX = 2 * MODE_BOOK_NEWS_MAX };

struct mode_book;

struct mode_book *mode_book_new(void);    /* NULL without memory */
void mode_book_free(struct mode_book *b); /* NULL is fine */
/* Before anything else, and when another configuration takes over.  ERR_MEMORY: nothing changed. */
MUST_USE enum err mode_book_works_by(struct mode_book *b, const struct catalogue *c);

const struct modes *mode_book_modes(const struct mode_book *b);
/* By point. */
const mode_set *mode_book_sets(const struct mode_book *b);
/* The verdict on a reading of that catalogue, ours or the one before, as the modes of its time let it be. */
uint8_t mode_book_verdict(const struct mode_book *b, const struct catalogue *c, const struct reading *r,
                          uint8_t verdict);
/* What the point of such a catalogue was in at that time, as far back as the last change. */
mode_set mode_book_at(const struct mode_book *b, const struct catalogue *c, uint32_t point, struct wall at);
/* Is this the point's first reading in other modes than before?  Once. */
bool mode_book_is_fresh(struct mode_book *b, uint32_t point);
/* Changes with each mode that begins or ends. */
uint64_t mode_book_generation(const struct mode_book *b);

/* What somebody wants, decided: *is is the mode since.  As modes_act. */
MUST_USE enum err mode_book_act(struct mode_book *b, const struct mode_act *act, struct wall now, bool *known,
                                struct mode *is, struct fault *why);
/* The record of the last mode_book_act could not be taken. */
void mode_book_undo(struct mode_book *b);
/* Ends what has come to its end.  True: something did. */
bool mode_book_tick(struct mode_book *b, struct wall now);

/* ---- the next record: as watch_add_entries and watch_add_states ---- */
bool mode_book_has_news(const struct mode_book *b);
void mode_book_add_entries(const struct mode_book *b, struct strbuf *events);
void mode_book_add_states(const struct mode_book *b, struct strbuf *to, struct journal_state *states,
                          size_t *ends, size_t *n);
void mode_book_recorded(struct mode_book *b);
/* False: that state is not of a mode. */
bool mode_book_restore(struct mode_book *b, const struct journal_state *s);
/* After the last of them. */
void mode_book_resume(struct mode_book *b);

#endif
