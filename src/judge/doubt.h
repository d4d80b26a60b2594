/* Why a number that came in may not be relied on.  Each reason has its source; doubt() asks them in order of
 * what they tell.  A doubted number stays: uncertain, with its reason. */
#ifndef DOUBT_H
#define DOUBT_H

#include "judge/totalizer.h"
#include "model/catalogue.h"
#include "model/reading.h"

/* What has to be remembered of a point to doubt its next number; goes through the journal with its state. */
struct doubt {
    double still;           /* the number it shows; NaN: none yet */
    int64_t still_ms;       /* for how long it is known to have stood still, without what context excused */
    double trusted;         /* the last number whose change was possible; NaN: none yet */
    struct wall trusted_at; /* when */
    struct totalizer total; /* of a point that counts */
};

void doubt_init(struct doubt *d);

/* At the end of the sensor's span.  A low end of 0 is a number like others: most quantities have nothing
 * below it, and no chlorine is no chlorine. */
bool is_clipped(const struct point *rule, double value);

/* Changed faster since the last trusted number than it can.  A number that is trusted is remembered; one that
 * is not becomes possible when enough time has passed for it. */
bool is_too_fast(const struct point *rule, struct doubt *d, const struct reading *r);

/* Whether the point has stood still for too long.  lasted_ms: since its last number came in, 0 when nothing
 * is known of the time between.  excused: by context. */
bool is_frozen(const struct point *rule, struct doubt *d, double value, int64_t lasted_ms, bool excused);

/* The counter takes a step that nothing explains, see totalizer.h. */
bool is_no_step(const struct point *rule, struct doubt *d, const struct reading *r);

/* How the point counts; only for one that does. */
struct totalizer_rule total_rule(const struct point *rule);

/* The reading as it may be relied on.  Bad ones, and numbers that were doubted already, keep their reason but
 * for a better one. */
struct reading doubt(const struct point *rule, struct doubt *d, struct reading r, int64_t lasted_ms,
                     bool excused);

#endif
