/* The modes that people have put places in, and what follows for each point: pure, one owner.
 *
 * At most one mode of a kind is open at a place: another one takes its place, with its own end.  Those that
 * ended are known for a while, so that what is told twice is done once. */
#ifndef JUDGE_MODES_H
#define JUDGE_MODES_H

#include <stddef.h>

#include "model/catalogue.h"
#include "model/event.h"
#include "model/mode.h"

/* Open ones and those known to have ended together. */
enum { MODES_MAX = 256 };
enum { MODE_NEWS_MAX = 2 };

struct modes { /* all zero: none */
    size_t count;
    struct mode list[MODES_MAX];
};

/* What one act or end of time changed; `is` is the one that was asked for. */
struct mode_news {
    struct mode changed[MODE_NEWS_MAX], is;
    size_t count;
    uint64_t forgotten; /* the id of one that ended long ago and is known no more; 0: none */
};

/* ERR_NONE with *known: it was done before.  Refused with a sentence: ERR_MISSING no such place, or no such
 * mode; ERR_RANGE there is no reason, or no end, or it is too far off; ERR_DENIED what keeps health alarms
 * silent for longer than a shift is for who leads it; ERR_STATE it has ended, or the key was used for
 * something else; ERR_FULL. */
MUST_USE enum err modes_act(struct modes *s, const struct catalogue *c, const struct mode_act *act,
                            struct wall now, bool *known, struct mode_news *out, struct fault *why);
/* One whose end has come, ended then and not now; false: there is none any more. */
bool modes_tick(struct modes *s, struct wall now, struct mode_news *out);
/* As it was before a restart. */
void modes_restore(struct modes *s, const struct mode *m);

const struct mode *modes_find(const struct modes *s, uint64_t id);
/* Of each point, by index: the modes that its place, its device and itself are in. */
void modes_of_points(const struct modes *s, const struct catalogue *c, mode_set *out);
/* Is the point in the place of that mode? */
bool mode_covers(const struct mode *m, const struct catalogue *c, uint32_t point);
/* What history is told of a mode that changed. */
struct event mode_event(const struct mode *m);

#endif
