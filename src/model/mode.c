#include "model/mode.h"

#include "model/rule.h"

const char *const MODE_KINDS[] = { "calibration", "maintenance", "out_of_service", "rota", "drill", NULL };

/* People who work somewhere are in danger there, so safety speaks on; a thief does not ask for a mode. */
static const bool SILENCES[MODE_COUNT][STAKE_COUNT] = {
    [MODE_CALIBRATION] = { [STAKE_OPERATION] = true, [STAKE_SUPPLY] = true, [STAKE_HEALTH] = true },
    [MODE_MAINTENANCE] = { [STAKE_OPERATION] = true, [STAKE_SUPPLY] = true, [STAKE_HEALTH] = true },
    [MODE_OUT_OF_SERVICE] = { [STAKE_OPERATION] = true, [STAKE_SUPPLY] = true, [STAKE_HEALTH] = true },
    [MODE_ROTA] = { [STAKE_SUPPLY] = true },
};

enum mode_kind mode_silences(mode_set modes, uint8_t stake)
{
    for (int k = 0; k < MODE_COUNT; k++)
        if ((modes & mode_bit((enum mode_kind)k)) != 0 && SILENCES[k][stake])
            return (enum mode_kind)k;
    return MODE_COUNT;
}
