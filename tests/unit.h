/* cmocka with its required company, and little helpers every unit test wants. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A seed that can be given again: SEED=123 ./test_x.  Printed when a property starts. */
static inline uint64_t test_seed(const char *property)
{
    const char *given = getenv("SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 20260823;

    print_message("%s: SEED=%llu\n", property, (unsigned long long)seed);
    return seed;
}

/* splitmix64: small, good enough to spread test cases. */
static inline uint64_t test_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static inline uint32_t test_below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(test_random(state) % n);
}

#endif
