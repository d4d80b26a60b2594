/* cmocka and what it needs before it. */
#ifndef TESTS_SERVE_CHECK_H
#define TESTS_SERVE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define assert_has(text, part)                                                                               \
    do {                                                                                                     \
        if ((text) == NULL || strstr((text), (part)) == NULL)                                                \
            fail_msg("no <%s> in <%s>", (part), (text) == NULL ? "(null)" : (text));                         \
    } while (0)
#define assert_lacks(text, part)                                                                             \
    do {                                                                                                     \
        if ((text) != NULL && strstr((text), (part)) != NULL)                                                \
            fail_msg("<%s> in <%s>", (part), (text));                                                        \
    } while (0)

#endif
