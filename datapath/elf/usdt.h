/* SPDX-License-Identifier: GPL-2.0 */
/*
 * usdt.h - user statically defined tracepoints of an ELF file, from its .note.stapsdt: see
 * https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation
 */
#ifndef WEIR_ELF_USDT_H
#define WEIR_ELF_USDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/error.h"

#define USDT_ARGS 12 /* the limit of sys/sdt.h */

struct usdt_arg {
	const char *spec; /* in assembler syntax: "%eax", "-20(%rbp)", "$5", "[sp, 12]" */
	uint32_t size;    /* in bytes: 1, 2, 4 or 8; 0: unknown */
	bool is_signed;
	bool is_float; /* "8f@%xmm0" */
};

/* A probe has one location for each place where it was inlined. */
struct usdt_location {
	const char *provider;
	const char *name;
	uint64_t address;   /* as linked, adjusted for prelink */
	uint64_t offset;    /* in the file, as uprobes need it */
	uint64_t semaphore; /* file offset of its 16-bit user count; 0: no semaphore */
	struct usdt_arg args[USDT_ARGS];
	size_t arg_count;
	bool args_unknown; /* there are arguments, but they could not be parsed */
	char *text;        /* memory for the strings above */
};

struct usdt_probes {
	struct usdt_location *items; /* by provider, name, address */
	size_t count;
	uint16_t machine; /* EM_X86_64, ... */
};

void usdt_free(struct usdt_probes *probes);

/*
 * Without probes, count is 0. Returns -ENOEXEC if it is not an ELF file, -EINVAL if its note is
 * damaged.
 */
int usdt_read(const char *path, struct usdt_probes *ret_probes, struct weir_error *err);

/*
 * Parses the arguments of a note, "-4@%eax 8@-8(%rbp)". Splits `text` in place; ret_args point into
 * it. Returns -EINVAL if it cannot be parsed, -E2BIG if there are more than USDT_ARGS.
 */
int usdt_parse_args(char *text, struct usdt_arg ret_args[USDT_ARGS], size_t *ret_count);

/* The contents of a note of type 3 and name "stapsdt". */
struct usdt_note {
	uint64_t address;
	uint64_t base;        /* of .stapsdt.base at link time; 0: none */
	uint64_t semaphore;   /* 0: no semaphore */
	const char *provider; /* these point into the note */
	const char *name;
	const char *args;
};

/*
 * is_64: addresses have eight bytes, not four. Host byte order. Returns -EINVAL if the note is
 * truncated.
 */
int usdt_parse_note(const void *note, size_t size, bool is_64, struct usdt_note *ret_note);

#endif
