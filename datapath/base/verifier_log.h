/* SPDX-License-Identifier: GPL-2.0 */
/* verifier_log.h - finds the reason for rejecting a program in the verifier's log. */
#ifndef WEIR_BASE_VERIFIER_LOG_H
#define WEIR_BASE_VERIFIER_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum refusal {
	REFUSAL_NONE,
	REFUSAL_CODE,    /* an error in the program */
	REFUSAL_MISSING, /* the kernel has no such helper, kernel function or structure member */
};

struct verifier_verdict {
	char program[64]; /* name of the program in the object */
	char reason[256]; /* line of the log that gives the reason; printable ASCII */
	bool walked;      /* the verifier got as far as checking instructions */
	enum refusal kind;
};

/*
 * Parses a message in which libbpf prints the log of a rejected program. Returns false and leaves
 * *ret_verdict untouched if it is another message, or the log has no reason.
 */
bool verifier_log_read(const char *message, struct verifier_verdict *ret_verdict);

/*
 * Copies up to `length` bytes of text as printable ASCII; other bytes become \xNN. Truncates to
 * `size`, without splitting an escape.
 */
void log_line_print(const char *text, size_t length, char *ret_line, size_t size);

#endif
