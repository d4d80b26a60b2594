/* Roll-ups: the minutes of a point, made while its kept readings pass.  Pure.
 *
 * A minute is whole when a reading of a later one comes, or when minute_close says that none can come any
 * more. Each reading adds one product to each minute in which it holds, in order of time: however the stream
 * is cut by restarts, the numbers are the same, bit for bit, and the same as those made of the stored
 * readings later (sql/migrations/0006_rollups.sql).
 *
 * Of readings with one and the same instant that holds which is greatest by quality, reason, number: the
 * order they came in is not stored.
 *
 * Verdicts are not stored with the readings: only here are they counted, and what has to be counted again of
 * the stored readings has none. */
#ifndef JUDGE_MINUTE_H
#define JUDGE_MINUTE_H

#include <stddef.h>

#include "judge/verdict.h"
#include "model/minute.h"
#include "model/reading.h"

/* What one point's minutes need to go on.  Zeroed: nothing was ever read.  Plain data, kept in the journal
 * with each reading. */
struct minute_state {
    struct reading held; /* newest reading by its instant */
    int64_t begins_ms;   /* of the minute in the making */
    int64_t told_ms;     /* after a restart: minutes before it may have been told by the last run */
    double sum, min, max, first, last;
    uint32_t n, good_ms, uncertain_ms;
    uint32_t within_ms, outside_ms, unjudged_ms;
    uint8_t any;     /* something was ever read */
    uint8_t verdict; /* enum verdict_word, of held */
    uint8_t mixed;   /* a reading came out of order into it: count it again of the stored ones */
};

/* More whole minutes at once than that (a clock that jumped): they are counted of the stored readings. */
enum { MINUTES_AT_ONCE = 15 };

/* What follows; a caller has room for it. */
struct minutes_out {
    struct minute whole[MINUTES_AT_ONCE];
    size_t whole_count;
    struct recount again[2];
    size_t again_count;
};

/* The next kept reading of the point whose key is given, and the verdict on it.  *out is made anew. */
void minute_fold(struct minute_state *s, uint64_t key, const struct reading *r, enum verdict_word verdict,
                 struct minutes_out *out);
/* No reading from before `until` will come any more: minutes that end until then are whole.  *out is made
 * anew.
 */
void minute_close(struct minute_state *s, uint64_t key, struct wall until, struct minutes_out *out);
/* True when minute_close would do anything. */
bool minute_is_due(const struct minute_state *s, struct wall until);
/* After a restart, the state being that of the last kept reading: minutes that end until `until` have been
 * told, those until `told` may have been.  Those are told again, the very same. */
void minute_resume(struct minute_state *s, struct wall until, struct wall told);
/* Only the last kept reading is known, nothing of its minute. */
void minute_know(struct minute_state *s, const struct reading *last);
/* The point ends here: the minute in the making will not be made by anybody. */
void minute_end(const struct minute_state *s, uint64_t key, struct minutes_out *out);

#endif
