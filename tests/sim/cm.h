/* cmocka with the headers it wants before it. */
#ifndef SIM_TEST_CM_H
#define SIM_TEST_CM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
