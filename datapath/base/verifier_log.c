// SPDX-License-Identifier: GPL-2.0
/* verifier_log.c - see verifier_log.h. The log is written by kernel/bpf/verifier.c and log.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/verifier_log.h"

/* libbpf.c prints: "prog 'NAME': -- BEGIN PROG LOAD LOG --\nLOG-- END PROG LOAD LOG --" */
#define BEFORE_NAME "prog '"
#define BEGIN "': -- BEGIN PROG LOAD LOG --\n"
#define END "-- END PROG LOAD LOG --"

/* Prefixes of lines that may follow the reason. */
static const char *const tallies[] = {
	"processed ", "verification time ", "stack depth ", "cur state:", "old state:", "; ",
};

/* Parts of lines that point to the kernel's version or configuration, not to the program. */
static const char *const lacks[] = {
	"unknown func ", /* a helper; since Linux 6.13 "program of ..." */
	"invalid func ", /* a number above that of the last helper */
	"program of this type cannot use helper",
	"failed to resolve CO-RE relocation", /* by libbpf: a missing member or type */
	"calling kernel function ",           /* "... is not allowed" */
	"is referenced but wasn't resolved",  /* by libbpf: a kernel function */
	"kernel function calling is not supported",
	"non-JITed programs", /* "callbacks are not allowed in ..." */
	"JIT does not support ",
};

void log_line_print(const char *text, size_t length, char *ret_line, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		bool plain = c >= 0x20 && c < 0x7f;

		if (used + (plain ? 1 : 4) >= size)
			break;
		if (plain)
			ret_line[used++] = (char)c;
		else
			used += (size_t)sprintf(ret_line + used, "\\x%02x", c);
	}
	ret_line[used] = '\0';
}

/* Matches "R0=scalar() R10=fp0", also after the number of a frame, but not "R2 unbounded ...". */
static bool is_state(const char *line)
{
	if (*line != 'R')
		return false;
	line += 1 + strspn(line + 1, "0123456789");
	if (*line == '_') /* R1_w=, R0_rw= */
		line += 1 + strspn(line + 1, "rwRPdD");
	return *line == '=';
}

static bool is_reason(const char *line, size_t length)
{
	if (!length || *line == ' ' || *line == '\t' || is_state(line))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(tallies); i++) {
		if (strncmp(line, tallies[i], strlen(tallies[i])) == 0)
			return false;
	}
	return true;
}

static enum refusal kind_of(const char *reason)
{
	for (size_t i = 0; i < ARRAY_SIZE(lacks); i++) {
		if (strstr(reason, lacks[i]))
			return REFUSAL_MISSING;
	}
	return REFUSAL_CODE;
}

/* Finds the last line that can be a reason: the verifier stops at the first error. */
static void read_lines(const char *log, const char *end, struct verifier_verdict *verdict)
{
	static const char processed[] = "processed ";

	while (log < end) {
		const char *stop = memchr(log, '\n', (size_t)(end - log));
		size_t length = (size_t)((stop ? stop : end) - log);

		if (is_reason(log, length))
			log_line_print(log, length, verdict->reason, sizeof(verdict->reason));
		else if (strncmp(log, processed, strlen(processed)) == 0)
			verdict->walked = strtoul(log + strlen(processed), NULL, 10) > 0;
		log += length + 1;
	}
}

bool verifier_log_read(const char *message, struct verifier_verdict *ret_verdict)
{
	struct verifier_verdict verdict = {};
	const char *name = strstr(message, BEFORE_NAME), *log = strstr(message, BEGIN), *end;

	if (!name || !log || log < name)
		return false;
	name += strlen(BEFORE_NAME);
	log_line_print(name, (size_t)(log - name), verdict.program, sizeof(verdict.program));
	log += strlen(BEGIN);
	end = strstr(log, END);
	read_lines(log, end ? end : log + strlen(log), &verdict);
	if (!verdict.reason[0])
		return false;
	verdict.kind = kind_of(verdict.reason);
	*ret_verdict = verdict;
	return true;
}
