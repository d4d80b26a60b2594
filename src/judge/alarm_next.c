#include <math.h>

#include "judge/alarms.h"

/* What lies below shelf and silence, and what becomes of it.  LATCH: latched where it latches, else normal.
 */
enum { SAME = ALARM_STATE_COUNT, NO, LATCH };

/* clang-format off */
static const uint8_t NEXT[ALARM_CORE_COUNT][ALARM_EVENT_COUNT] = {
    [ALARM_NORMAL] = {
        [ALARM_HOLDS] = ALARM_UNACKNOWLEDGED, [ALARM_FURTHER] = ALARM_UNACKNOWLEDGED,
        [ALARM_WORSE] = ALARM_UNACKNOWLEDGED, [ALARM_RESTS] = SAME, [ALARM_UNKNOWN] = SAME,
        [ALARM_NOT_JUDGED] = SAME, [ALARM_TAKEN_OUT] = SAME, [ALARM_ACKNOWLEDGE] = NO, [ALARM_RESET] = NO,
        [ALARM_SHELVE] = SAME, [ALARM_UNSHELVE] = SAME, [ALARM_SHELF_ENDS] = SAME,
        [ALARM_RETIRE] = ALARM_NORMAL, [ALARM_SUPERSEDE] = ALARM_NORMAL },
    [ALARM_UNACKNOWLEDGED] = {
        [ALARM_HOLDS] = SAME, [ALARM_FURTHER] = ALARM_UNACKNOWLEDGED, [ALARM_WORSE] = ALARM_UNACKNOWLEDGED,
        [ALARM_RESTS] = ALARM_RETURNED, [ALARM_UNKNOWN] = SAME, [ALARM_NOT_JUDGED] = SAME,
        [ALARM_TAKEN_OUT] = SAME, [ALARM_ACKNOWLEDGE] = ALARM_ACKNOWLEDGED, [ALARM_RESET] = NO,
        [ALARM_SHELVE] = SAME, [ALARM_UNSHELVE] = SAME, [ALARM_SHELF_ENDS] = SAME,
        [ALARM_RETIRE] = ALARM_NORMAL, [ALARM_SUPERSEDE] = ALARM_NORMAL },
    [ALARM_ACKNOWLEDGED] = {
        [ALARM_HOLDS] = SAME, [ALARM_FURTHER] = ALARM_UNACKNOWLEDGED, [ALARM_WORSE] = ALARM_UNACKNOWLEDGED,
        [ALARM_RESTS] = LATCH, [ALARM_UNKNOWN] = SAME, [ALARM_NOT_JUDGED] = SAME, [ALARM_TAKEN_OUT] = SAME,
        [ALARM_ACKNOWLEDGE] = NO, [ALARM_RESET] = NO, [ALARM_SHELVE] = SAME, [ALARM_UNSHELVE] = SAME,
        [ALARM_SHELF_ENDS] = SAME, [ALARM_RETIRE] = ALARM_NORMAL, [ALARM_SUPERSEDE] = ALARM_NORMAL },
    [ALARM_RETURNED] = {
        [ALARM_HOLDS] = ALARM_UNACKNOWLEDGED, [ALARM_FURTHER] = ALARM_UNACKNOWLEDGED,
        [ALARM_WORSE] = ALARM_UNACKNOWLEDGED, [ALARM_RESTS] = SAME, [ALARM_UNKNOWN] = SAME,
        [ALARM_NOT_JUDGED] = SAME, [ALARM_TAKEN_OUT] = SAME, [ALARM_ACKNOWLEDGE] = LATCH, [ALARM_RESET] = NO,
        [ALARM_SHELVE] = SAME, [ALARM_UNSHELVE] = SAME, [ALARM_SHELF_ENDS] = SAME,
        [ALARM_RETIRE] = ALARM_NORMAL, [ALARM_SUPERSEDE] = ALARM_NORMAL },
    [ALARM_LATCHED] = {
        [ALARM_HOLDS] = ALARM_UNACKNOWLEDGED, [ALARM_FURTHER] = ALARM_UNACKNOWLEDGED,
        [ALARM_WORSE] = ALARM_UNACKNOWLEDGED, [ALARM_RESTS] = SAME, [ALARM_UNKNOWN] = SAME,
        [ALARM_NOT_JUDGED] = SAME, [ALARM_TAKEN_OUT] = SAME, [ALARM_ACKNOWLEDGE] = NO,
        [ALARM_RESET] = ALARM_NORMAL, [ALARM_SHELVE] = SAME, [ALARM_UNSHELVE] = SAME,
        [ALARM_SHELF_ENDS] = SAME, [ALARM_RETIRE] = ALARM_NORMAL, [ALARM_SUPERSEDE] = ALARM_NORMAL },
};
/* clang-format on */

static bool is_word(enum alarm_event e)
{
    return e <= ALARM_TAKEN_OUT;
}

/* What its rule may say lies over the core; a word of people leaves it. */
static uint8_t quiet_after(const struct alarm *a, enum alarm_event e)
{
    if (!is_word(e))
        return a->quiet;
    return e == ALARM_NOT_JUDGED ? ALARM_SUPPRESSED : e == ALARM_TAKEN_OUT ? ALARM_OUT_OF_SERVICE : 0;
}

/* False: there is no shelf to end. */
static bool shelf_after(const struct alarm *a, const struct alarm_happens *h, struct wall *until)
{
    *until = a->shelved_until;
    if (h->event == ALARM_SHELVE)
        *until = h->until;
    if (h->event == ALARM_UNSHELVE || h->event == ALARM_SHELF_ENDS)
        until->ms = 0;
    return h->event != ALARM_UNSHELVE && h->event != ALARM_SHELF_ENDS ? true : a->shelved_until.ms != 0;
}

static uint8_t core_after(const struct alarm *a, enum alarm_event e)
{
    uint8_t to = NEXT[a->core][e];

    if (to == LATCH)
        return a->latched ? ALARM_LATCHED : ALARM_NORMAL;
    return to == SAME ? a->core : to;
}

static void take_word(struct alarm *a, const struct alarm_happens *h)
{
    if (h->event > ALARM_WORSE)
        return;
    a->value = h->value;
    a->limit = h->limit;
    if (h->severity > a->severity || !alarm_is_live(a))
        a->severity = h->severity;
}

static void end(struct alarm *a, enum alarm_event e)
{
    if (e == ALARM_RETIRE)
        a->end = ALARM_RETIRED;
    else if (e == ALARM_SUPERSEDE)
        a->end = ALARM_SUPERSEDED;
    else if (a->core == ALARM_NORMAL && a->shelved_until.ms == 0)
        a->end = ALARM_ENDED;
    if (a->end != ALARM_OPEN) {
        a->shelved_until.ms = 0;
        a->quiet = 0;
    }
}

static void step(struct alarm *a, const struct alarm_happens *h, uint8_t core)
{
    bool begins = core == ALARM_UNACKNOWLEDGED && !alarm_is_live(a);

    a->steps++;
    a->times += begins;
    if (h->at.ms > a->changed.ms)
        a->changed = h->at;
    if (h->event == ALARM_ACKNOWLEDGE) {
        a->acknowledged = a->changed;
        a->seen = a->value;
    }
    a->core = core;
    end(a, h->event);
}

enum alarm_doing alarm_next(struct alarm *a, const struct alarm_happens *h)
{
    uint8_t core, quiet = quiet_after(a, h->event), told = NEXT[a->core][h->event];
    struct wall shelf;
    bool moves;

    if (told == NO || !shelf_after(a, h, &shelf))
        return ALARM_REFUSES;
    core = core_after(a, h->event);
    moves = told != SAME || quiet != a->quiet || shelf.ms != a->shelved_until.ms;
    take_word(a, h);
    if (!moves)
        return ALARM_STAYS;
    a->quiet = quiet;
    a->shelved_until = shelf;
    step(a, h, core);
    return ALARM_STEPS;
}

/* On the same side of the limit, whichever that is, and further away from it than `than`.  A value on the
 * other side is one that is on its way back, told because nothing was known before it. */
static bool is_further(const struct rule_turn *t, double than)
{
    double is = t->value - t->limit, was = than - t->limit;

    return fabs(is) > fabs(was) && !(is * was < 0); /* false where one is NaN */
}

enum alarm_event alarm_event_of(const struct alarm *a, const struct rule_turn *t, bool out)
{
    switch (t->word) {
    case RULE_RESTS: return ALARM_RESTS;
    case RULE_NOT_JUDGED: return out ? ALARM_TAKEN_OUT : ALARM_NOT_JUDGED;
    case RULE_HOLDS: break;
    default: return ALARM_UNKNOWN;
    }
    if (alarm_is_live(a) && t->severity > a->severity)
        return ALARM_WORSE;
    if (alarm_is_live(a) && is_further(t, a->core == ALARM_ACKNOWLEDGED ? a->seen : a->value))
        return ALARM_FURTHER;
    return ALARM_HOLDS;
}
