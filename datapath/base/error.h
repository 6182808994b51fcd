/* SPDX-License-Identifier: GPL-2.0 */
/* error.h - a sentence for the user, in addition to the errno that a function returns. */
#ifndef WEIR_BASE_ERROR_H
#define WEIR_BASE_ERROR_H

struct weir_error {
	char text[1024]; /* one sentence, no newline, no full stop */
};

/*
 * Formats a sentence into err (may be NULL) and returns -error; `error` may be positive or
 * negative.
 */
int weir_error_set(struct weir_error *err, int error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Describes an errno of a BPF or netlink call. For EPERM, names the missing capability. */
const char *weir_error_text(int error);

#endif
