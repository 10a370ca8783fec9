/*
 * unit.h: what every unit test of transforms/ starts from.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/slice.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Fails naming the case, so that a table of cases tells which row is wrong. */
#define assert_case(condition, name)                                                               \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("case \"%s\": %s", (name), #condition);                                       \
    } while (0)

#endif
