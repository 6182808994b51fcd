/* SPDX-License-Identifier: GPL-2.0 */
/* utf8.h - names are nearly any bytes to the kernel; readers want UTF-8. */
#ifndef CTL_WRITE_UTF8_H
#define CTL_WRITE_UTF8_H

#include <stdbool.h>

/* As RFC 3629 has it: no overlong form, no surrogate, nothing above U+10FFFF. */
bool utf8_valid(const char *text);

#endif
