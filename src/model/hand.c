#include "model/hand.h"

#include <math.h>
#include <string.h>

const char *hand_kind_name(enum hand_kind k)
{
    static const char *const NAMES[HAND_END] = { [HAND_READING] = "reading",
                                                 [HAND_EXCHANGE] = "exchange",
                                                 [HAND_FORCE] = "force",
                                                 [HAND_RELEASE] = "release",
                                                 [HAND_SERVICE] = "service" };

    return (unsigned)k < HAND_END && NAMES[k] != NULL ? NAMES[k] : "unknown";
}

static bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

bool hand_same(const struct hand *a, const struct hand *b)
{
    return a->kind == b->kind && a->point == b->point && (a->kind == HAND_RELEASE || a->at.ms == b->at.ms) &&
           same_number(a->value, b->value) && same_number(a->old_end, b->old_end) &&
           strcmp(a->key, b->key) == 0 && strcmp(a->who, b->who) == 0 && strcmp(a->note, b->note) == 0;
}
