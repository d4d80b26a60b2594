/* The algebra of clocks: what each thing that people do to an incident does to its start, its limit, its due
 * time and the warnings that were already sent.  One table; the steps ask it, the tests hold the steps to it,
 * and docs/incidents.md is printed from it. */
#ifndef INCIDENT_CLOCKS_H
#define INCIDENT_CLOCKS_H

#include "model/incident.h"

enum clock_act {
    ACT_LINK,
    ACT_UNLINK,
    ACT_UNLINKED, /* the part that leaves */
    ACT_MERGE,
    ACT_SPLIT,
    ACT_SPLIT_OFF, /* the part that leaves */
    ACT_STRICTER,  /* reclassify */
    ACT_LOOSER,    /* reclassify */
    ACT_REOPEN,
    ACT_APPROVE,
    ACT_BACKDATE,
    ACT_COUNT
};

enum clock_effect {
    EFFECT_SAME,
    EFFECT_EARLIER,   /* or the same */
    EFFECT_LATER,     /* or the same */
    EFFECT_EARLIEST,  /* of both */
    EFFECT_STRICTEST, /* of both */
    EFFECT_SHORTER,   /* or the same */
    EFFECT_LONGER,    /* or the same */
    EFFECT_OWN        /* what the members that leave had by themselves */
};

enum warning_effect {
    WARNINGS_KEPT, /* none is sent again; what has newly passed is sent in one message */
    WARNINGS_BOTH, /* what either has sent is not sent again; what has newly passed is sent in one message */
    WARNINGS_PARTED, /* what was sent and has passed by the new clock too is not sent again; the rest will be
                      */
};

struct clock_row {
    const char *name;
    enum clock_effect start, limit, due;
    enum warning_effect warnings;
    const char *why;
};

const struct clock_row *clock_row(enum clock_act act);
const char *clock_effect_words(enum clock_effect e);
const char *warning_effect_words(enum warning_effect e);

/* Per cent of the limit that have passed, as a mask of WARN_50 ..., of a target shifted by WARN_TARGET. */
uint8_t warnings_passed(const struct incident_clock *c, struct wall now);
struct wall warning_at(const struct incident_clock *c, unsigned n); /* n: 0 ... 3 */
unsigned warning_percent(unsigned n);

/* What counts as sent after the act.  other: of the second incident (merge), or what the one that is left had
 * sent (the part that leaves). */
uint8_t warnings_after(enum clock_act act, uint8_t mine, uint8_t other, uint8_t passed_by_new_clock);

/* Whether what came out is what the row says.  with: the clock of the other one, or of what leaves.  Of
 * targets the due time alone is held to it: the one that is due first is shown, whenever it began. */
bool clock_row_holds(enum clock_act act, const struct incident_clock *before,
                     const struct incident_clock *with, const struct incident_clock *after);

#endif
