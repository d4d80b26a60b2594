#include "noise.h"

#include <math.h>

struct noise noise_seeded(uint64_t seed)
{
    struct noise n = { seed * 0x9E3779B97F4A7C15u + 0x1234567u };

    (void)noise_next(&n);
    return n;
}

/* splitmix64, by Sebastiano Vigna, public domain: the published constants. */
uint64_t noise_next(struct noise *n)
{
    uint64_t z = n->state += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

double noise_unit(struct noise *n)
{
    return (double)(noise_next(n) >> 11) * 0x1.0p-53;
}

/* Sum of twelve uniforms of 16 bits, four from each number: whole numbers until the last step, so that two
 * machines agree to the last bit. */
double noise_gauss(struct noise *n)
{
    unsigned sum = 0;

    for (int i = 0; i < 3; i++) {
        uint64_t x = noise_next(n);
        sum += (unsigned)(x & 0xFFFF) + (unsigned)(x >> 16 & 0xFFFF) + (unsigned)(x >> 32 & 0xFFFF) +
               (unsigned)(x >> 48);
    }
    return ((double)sum + 6.0) / 65536.0 - 6.0;
}

double noise_wander(struct noise *n, double was, double spread, double tau_s, double dt_s)
{
    double share = dt_s / tau_s;

    return was - was * share + spread * sqrt(2.0 * share) * noise_gauss(n);
}
