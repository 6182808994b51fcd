/* SPDX-License-Identifier: GPL-2.0 */
/*
 * types.h - types of values that probes read: from BTF, from tracepoint formats, and machine words.
 */
#ifndef WEIR_PROBES_COMPILE_TYPES_H
#define WEIR_PROBES_COMPILE_TYPES_H

#include <bpf/btf.h>
#include <stdbool.h>
#include <stdint.h>
#include "datapath/kernel/trace_format.h"

enum probe_kind {
	KIND_INT,
	KIND_BOOL,
	KIND_ENUM,
	KIND_POINTER,
	KIND_STRUCT, /* or union */
	KIND_ARRAY,
	KIND_TEXT,   /* a string: an array of char, or by str() */
	KIND_IP,     /* 4 or 16 bytes */
	KIND_MAC,    /* 6 bytes */
	KIND_SYMBOL, /* kernel address */
	KIND_HEX,
	KIND_PROBE, /* index of a target */
	KIND_OTHER, /* not readable: a function, void, a floating-point number */
};

#define PROBE_TYPE_NAME 64

struct probe_type {
	enum probe_kind kind;
	bool is_signed;
	uint32_t size;  /* in bytes */
	uint32_t count; /* elements of an array */
	/*
	 * BTF: the type itself; for a pointer the target type, for an array the element type; NULL
	 * and 0 without BTF. `element` is the size of target or element, if known.
	 */
	const struct btf *btf;
	uint32_t id;
	uint32_t element;
	bool of_char;               /* pointer to char, or array of char */
	char name[PROBE_TYPE_NAME]; /* in C */
};

/* An integer of `size` bytes. */
struct probe_type probe_type_int(uint32_t size, bool is_signed);

/* Converts a BTF type. */
struct probe_type probe_type_btf(const struct btf *btf, uint32_t id);

/* Converts the type of a field. If btf is not NULL, it resolves pointers to structures. */
struct probe_type probe_type_field(const struct trace_field *field, const struct btf *btf);

/* Target of a pointer or element of an array; KIND_OTHER if unknown. */
struct probe_type probe_type_element(const struct probe_type *type);

struct probe_member {
	struct probe_type type;
	uint32_t bits;  /* from the start of the structure */
	uint32_t width; /* in bits, for bit fields; else 0 */
};

/* Finds a member, also in anonymous members. Returns -ENOENT if it does not exist. */
int probe_type_member(const struct probe_type *type, const char *name, size_t length,
		      struct probe_member *ret_member);

/* Returns the n-th member and its name, "" if it is anonymous; -ENOENT if there are fewer. */
int probe_type_nth(const struct probe_type *type, uint32_t n, struct probe_member *ret_member,
		   const char **ret_name);

/* Name of a value; NULL if the enumeration does not have it. */
const char *probe_enum_name(const struct probe_type *type, int64_t value);

/* Finds a named value of any enumeration in btf. Returns -ENOENT if it does not exist. */
int probe_enum_value(const struct btf *btf, const char *name, size_t length,
		     struct probe_type *ret_type, int64_t *ret_value);

/* Returns a member with a similar name, or NULL. */
const char *probe_type_similar(const struct probe_type *type, const char *name, size_t length);

#endif
