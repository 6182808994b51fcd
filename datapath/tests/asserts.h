/* SPDX-License-Identifier: GPL-2.0 */
/* asserts.h - includes cmocka and its prerequisites, with the names of cmocka 2. */
#ifndef WEIR_TESTS_ASSERTS_H
#define WEIR_TESTS_ASSERTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* cmocka 1 has only a check of unsigned numbers, under the name that cmocka 2 deprecates. */
#ifndef assert_uint_in_range
#define assert_uint_in_range assert_in_range
#endif

#endif
