/* SPDX-License-Identifier: GPL-2.0 */
/* asserts.h - cmocka with what it wants to have been included, by the names of its version 2. */
#ifndef WEIR_TESTS_ASSERTS_H
#define WEIR_TESTS_ASSERTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Version 1 has one for unsigned numbers only, under the name that version 2 warns of. */
#ifndef assert_uint_in_range
#define assert_uint_in_range assert_in_range
#endif

#endif
