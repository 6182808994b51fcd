/* SPDX-License-Identifier: GPL-2.0 */
/*
 * utf8.h - checks for UTF-8. The kernel allows almost any bytes in names; formats such as JSON do
 * not.
 */
#ifndef CTL_WRITE_UTF8_H
#define CTL_WRITE_UTF8_H

#include <stdbool.h>

/* Checks by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_valid(const char *text);

#endif
