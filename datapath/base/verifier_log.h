/* SPDX-License-Identifier: GPL-2.0 */
/* verifier_log.h - what the verifier says of a program that it refuses, found in its log. */
#ifndef WEIR_BASE_VERIFIER_LOG_H
#define WEIR_BASE_VERIFIER_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum refusal {
	REFUSAL_NONE,
	REFUSAL_CODE,    /* what the program does */
	REFUSAL_MISSING, /* the kernel lacks a helper, a kernel function or a member of a struct */
};

struct verifier_verdict {
	char program[64]; /* name of the program in its object */
	char reason[256]; /* the log's line that tells why; printable ASCII */
	bool walked;      /* it came to look at instructions */
	enum refusal kind;
};

/*
 * Reads the message with which libbpf hands on the log of a program that was not loaded. false,
 * and *ret_verdict untouched: it is another message, or the log has no reason.
 */
bool verifier_log_read(const char *message, struct verifier_verdict *ret_verdict);

/*
 * Copies up to `length` bytes of text as printable ASCII: all else becomes \xNN. Cut, at whole
 * escapes, where size is short.
 */
void log_line_print(const char *text, size_t length, char *ret_line, size_t size);

#endif
