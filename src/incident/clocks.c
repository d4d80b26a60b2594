#include "incident/clocks.h"

static const struct clock_row ROWS[ACT_COUNT] = {
    [ACT_LINK] = { "link", EFFECT_EARLIER, EFFECT_SHORTER, EFFECT_EARLIER, WARNINGS_KEPT,
                   "an earlier call moves the start back: the customer had no water then already" },
    [ACT_UNLINK] = { "unlink, what stays", EFFECT_LATER, EFFECT_LONGER, EFFECT_LATER, WARNINGS_KEPT,
                     "the start goes forward to what is left, and the history says who did that" },
    [ACT_UNLINKED] = { "unlink, what leaves", EFFECT_OWN, EFFECT_OWN, EFFECT_OWN, WARNINGS_PARTED,
                       "no member is without a clock: it becomes its own incident from its first evidence" },
    [ACT_MERGE] = { "merge", EFFECT_EARLIEST, EFFECT_STRICTEST, EFFECT_EARLIER, WARNINGS_BOTH,
                    "merging loosens nothing" },
    [ACT_SPLIT] = { "split, what stays", EFFECT_LATER, EFFECT_LONGER, EFFECT_LATER, WARNINGS_KEPT,
                    "each part starts at its own first evidence, not at the splitting" },
    [ACT_SPLIT_OFF] = { "split, what leaves", EFFECT_OWN, EFFECT_OWN, EFFECT_OWN, WARNINGS_PARTED,
                        "each part starts at its own first evidence, not at the splitting" },
    [ACT_STRICTER] = { "reclassify, shorter", EFFECT_EARLIER, EFFECT_SHORTER, EFFECT_EARLIER, WARNINGS_KEPT,
                       "each member's start stays; it may turn out to be overdue already, and says so" },
    [ACT_LOOSER] = { "reclassify, longer", EFFECT_LATER, EFFECT_LONGER, EFFECT_LATER, WARNINGS_KEPT,
                     "each member's start stays; 12 to 24 h needs a reason and is listed in reports" },
    [ACT_REOPEN] = { "reopen", EFFECT_SAME, EFFECT_SAME, EFFECT_SAME, WARNINGS_KEPT,
                     "closing too early wins no time" },
    [ACT_APPROVE] = { "approve", EFFECT_SAME, EFFECT_SAME, EFFECT_SAME, WARNINGS_KEPT,
                      "a remedy that is approved never changes 12 or 24 h; after the due time it is marked" },
    [ACT_BACKDATE] = { "backdate", EFFECT_EARLIER, EFFECT_SAME, EFFECT_EARLIER, WARNINGS_KEPT,
                       "only backwards: forwards is unlinking" },
};

const struct clock_row *clock_row(enum clock_act act)
{
    return &ROWS[act < ACT_COUNT ? act : ACT_APPROVE];
}

const char *clock_effect_words(enum clock_effect e)
{
    static const char *const WORDS[] = {
        [EFFECT_SAME] = "same",
        [EFFECT_EARLIER] = "earlier or same",
        [EFFECT_LATER] = "later or same",
        [EFFECT_EARLIEST] = "the earlier of both",
        [EFFECT_STRICTEST] = "the stricter of both",
        [EFFECT_SHORTER] = "shorter or same",
        [EFFECT_LONGER] = "longer or same",
        [EFFECT_OWN] = "its own",
    };
    return e < COUNT_OF(WORDS) ? WORDS[e] : "unknown";
}

const char *warning_effect_words(enum warning_effect e)
{
    static const char *const WORDS[] = {
        [WARNINGS_KEPT] = "kept; newly passed ones in one message",
        [WARNINGS_BOTH] = "those of both kept; newly passed ones in one message",
        [WARNINGS_PARTED] = "kept as far as its own clock has passed them; the rest will come",
    };
    return e < COUNT_OF(WORDS) ? WORDS[e] : "unknown";
}

/* ---------------------------------------------------------------- warnings */

unsigned warning_percent(unsigned n)
{
    static const unsigned PERCENT[] = { 50, 75, 90, 100 };

    return PERCENT[n < COUNT_OF(PERCENT) ? n : COUNT_OF(PERCENT) - 1];
}

struct wall warning_at(const struct incident_clock *c, unsigned n)
{
    return (struct wall){ c->start.ms + c->limit_ms * warning_percent(n) / 100 };
}

uint8_t warnings_passed(const struct incident_clock *c, struct wall now)
{
    unsigned mask = 0;

    for (unsigned n = 0; n < 4; n++)
        if (now.ms >= warning_at(c, n).ms)
            mask |= 1U << n;
    return (uint8_t)(c->legal ? mask : mask << WARN_TARGET);
}

uint8_t warnings_after(enum clock_act act, uint8_t mine, uint8_t other, uint8_t passed_by_new_clock)
{
    switch (clock_row(act)->warnings) {
    case WARNINGS_BOTH: return mine | other;
    case WARNINGS_PARTED: return other & passed_by_new_clock;
    case WARNINGS_KEPT: break;
    }
    return mine;
}

/* ---------------------------------------------------------------- the rows, held to */

static bool time_holds(enum clock_effect e, int64_t before, int64_t with, int64_t after)
{
    switch (e) {
    case EFFECT_SAME: return after == before;
    case EFFECT_EARLIER:
    case EFFECT_SHORTER: return after <= before;
    case EFFECT_LATER:
    case EFFECT_LONGER: return after >= before;
    case EFFECT_EARLIEST:
    case EFFECT_STRICTEST: return after == (before < with ? before : with);
    case EFFECT_OWN: return after == with;
    }
    return false;
}

/* A clock of the law came, or went: only that can be told of the two. */
static bool kind_holds(enum clock_effect e, const struct incident_clock *with,
                       const struct incident_clock *after)
{
    switch (e) {
    case EFFECT_SHORTER: return after->legal;
    case EFFECT_LONGER: return !after->legal;
    case EFFECT_STRICTEST:
    case EFFECT_OWN: return after->legal == with->legal && after->limit_ms == with->limit_ms;
    default: return false;
    }
}

/* A target beside a law changes nothing, but for what of it was the law's and is over. */
static bool start_holds(enum clock_effect e, const struct incident_clock *before,
                        const struct incident_clock *with, const struct incident_clock *after)
{
    if (e == EFFECT_EARLIEST && !with->legal)
        return after->start.ms <= before->start.ms;
    return time_holds(e, before->start.ms, with->start.ms, after->start.ms);
}

static bool limit_holds(enum clock_effect e, const struct incident_clock *before,
                        const struct incident_clock *with, const struct incident_clock *after)
{
    if (e == EFFECT_STRICTEST && !with->legal)
        return after->limit_ms == before->limit_ms;
    return time_holds(e, before->limit_ms, with->limit_ms, after->limit_ms);
}

bool clock_row_holds(enum clock_act act, const struct incident_clock *before,
                     const struct incident_clock *with, const struct incident_clock *after)
{
    const struct clock_row *r = clock_row(act);

    if (after->due.ms != after->start.ms + after->limit_ms)
        return false;
    if (before->legal != after->legal)
        return kind_holds(r->limit, with, after);
    return time_holds(r->due, before->due.ms, with->due.ms, after->due.ms) &&
           (!after->legal ||
            (start_holds(r->start, before, with, after) && limit_holds(r->limit, before, with, after)));
}
