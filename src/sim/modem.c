#include "modem.h"

static int64_t between(struct noise *chance, int64_t least, int64_t most)
{
    return least + (int64_t)(noise_unit(chance) * (double)(most - least + 1));
}

static void plan_next(struct modem *m, int64_t from_ms)
{
    m->lost_from_ms = from_ms + between(&m->chance, MODEM_GOOD_LEAST_MS, MODEM_GOOD_MOST_MS);
    m->lost_until_ms = m->lost_from_ms + between(&m->chance, MODEM_LOST_LEAST_MS, MODEM_LOST_MOST_MS);
}

struct modem modem_dialled(uint64_t seed, int64_t now_ms)
{
    struct modem m = { .chance = noise_seeded(seed ^ 0x40DE4u) };

    plan_next(&m, now_ms);
    return m;
}

bool modem_carries(struct modem *m, int64_t now_ms, uint32_t *late_ms)
{
    uint32_t own_ms;

    while (now_ms >= m->lost_until_ms)
        plan_next(m, m->lost_until_ms);
    own_ms = (uint32_t)between(&m->chance, MODEM_LATE_LEAST_MS, MODEM_LATE_MOST_MS);
    if (*late_ms < own_ms)
        *late_ms = own_ms;
    return now_ms < m->lost_from_ms;
}
