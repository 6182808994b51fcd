/* SPDX-License-Identifier: GPL-2.0 */
/*
 * usdt.h - user statically defined tracepoints of an ELF file, of its .note.stapsdt: see
 * https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation
 */
#ifndef WEIR_ELF_USDT_H
#define WEIR_ELF_USDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/error.h"

#define USDT_ARGS 12 /* that sys/sdt.h takes */

struct usdt_arg {
	const char *spec; /* as the assembler has it: "%eax", "-20(%rbp)", "$5", "[sp, 12]" */
	uint32_t size;    /* in bytes: 1, 2, 4 or 8; 0: not told */
	bool is_signed;
	bool is_float; /* "8f@%xmm0" */
};

/* A probe has one of these for each place where it was inlined. */
struct usdt_location {
	const char *provider;
	const char *name;
	uint64_t address;   /* as linked, after prelink's adjustment */
	uint64_t offset;    /* in the file: what uprobes take */
	uint64_t semaphore; /* offset in the file of its 16-bit count of users; 0: none */
	struct usdt_arg args[USDT_ARGS];
	size_t arg_count;
	bool args_unknown; /* there are some, but they were not understood */
	char *text;        /* what the strings above point into */
};

struct usdt_probes {
	struct usdt_location *items; /* by provider, name, address */
	size_t count;
	uint16_t machine; /* EM_X86_64, ... */
};

void usdt_free(struct usdt_probes *probes);

/* A file without probes has count 0. -ENOEXEC: no ELF file; -EINVAL: its note is damaged. */
int usdt_read(const char *path, struct usdt_probes *ret_probes, struct weir_error *err);

/*
 * The arguments of a note, "-4@%eax 8@-8(%rbp)": text is cut into pieces that ret_args point to.
 * -EINVAL: not understood; -E2BIG: more than USDT_ARGS.
 */
int usdt_parse_args(char *text, struct usdt_arg ret_args[USDT_ARGS], size_t *ret_count);

/* What follows the header of a note of type 3 and name "stapsdt". */
struct usdt_note {
	uint64_t address;
	uint64_t base;        /* of .stapsdt.base when it was linked; 0: none */
	uint64_t semaphore;   /* 0: none */
	const char *provider; /* these point into the note */
	const char *name;
	const char *args;
};

/* is_64: addresses of eight bytes, else of four; in host byte order. -EINVAL: cut short. */
int usdt_parse_note(const void *note, size_t size, bool is_64, struct usdt_note *ret_note);

#endif
