#include "model/mode.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/rule.h"
#include "seal/seal.h"

const char *const MODE_PLACES[] = { "site", "device", "point", NULL };
const char *const MODE_ENDS[] = { "open", "ended", "ran_out", "replaced", NULL };
const char *const MODE_KINDS[] = { "calibration", "maintenance", "out_of_service", "rota", "drill",
                                   "backwash",    NULL };

/* People who work somewhere are in danger there, so safety speaks on; a thief does not ask for a mode. */
static const bool SILENCES[MODE_COUNT][STAKE_COUNT] = {
    [MODE_CALIBRATION] = { [STAKE_OPERATION] = true, [STAKE_SUPPLY] = true, [STAKE_HEALTH] = true },
    [MODE_MAINTENANCE] = { [STAKE_OPERATION] = true, [STAKE_SUPPLY] = true, [STAKE_HEALTH] = true },
    [MODE_OUT_OF_SERVICE] = { [STAKE_OPERATION] = true, [STAKE_SUPPLY] = true, [STAKE_HEALTH] = true },
    [MODE_ROTA] = { [STAKE_SUPPLY] = true },
    [MODE_BACKWASH] = { [STAKE_OPERATION] = true, [STAKE_SUPPLY] = true },
};

enum mode_kind mode_silences(mode_set modes, uint8_t stake)
{
    for (int k = 0; k < MODE_COUNT; k++)
        if ((modes & mode_bit((enum mode_kind)k)) != 0 && SILENCES[k][stake])
            return (enum mode_kind)k;
    return MODE_COUNT;
}

int64_t mode_most_ms(enum mode_kind k)
{
    static const int64_t MOST[MODE_COUNT] = {
        [MODE_CALIBRATION] = CLOCK_DAY_MS,
        [MODE_MAINTENANCE] = INT64_C(7) * CLOCK_DAY_MS,
        [MODE_ROTA] = INT64_C(366) * CLOCK_DAY_MS,
        [MODE_OUT_OF_SERVICE] = INT64_C(366) * CLOCK_DAY_MS,
        [MODE_DRILL] = CLOCK_DAY_MS,
        [MODE_BACKWASH] = INT64_C(4) * CLOCK_HOUR_MS,
    };

    return MOST[k];
}

uint64_t mode_id(const char *key)
{
    char text[HAND_KEY_MAX + sizeof "mode "];

    (void)snprintf(text, sizeof text, "mode %s", key);
    return seal_key63(text);
}
