/* SPDX-License-Identifier: GPL-2.0 */
/* types.h - types of what probes read: of BTF, of tracepoint formats, of machine words. */
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
	KIND_TEXT,   /* a string, of an array of char or by str() */
	KIND_IP,     /* 4 or 16 bytes */
	KIND_MAC,    /* 6 bytes */
	KIND_SYMBOL, /* address in the kernel */
	KIND_HEX,
	KIND_PROBE, /* number of a target */
	KIND_OTHER, /* nothing that could be read: a function, void, a floating-point number */
};

#define PROBE_TYPE_NAME 64

struct probe_type {
	enum probe_kind kind;
	bool is_signed;
	uint32_t size;  /* in bytes */
	uint32_t count; /* elements of an array */
	/*
	 * BTF: the type itself; of a pointer what it points to, of an array its element; NULL and
	 * 0 where there is none. `element` is the size of either, where that is known.
	 */
	const struct btf *btf;
	uint32_t id;
	uint32_t element;
	bool of_char;               /* pointer to, or array of char */
	char name[PROBE_TYPE_NAME]; /* as C has it */
};

/* A number of that many bytes. */
struct probe_type probe_type_int(uint32_t size, bool is_signed);

/* Of a type of BTF. */
struct probe_type probe_type_btf(const struct btf *btf, uint32_t id);

/* Of a field; btf, which may be NULL, knows structures that it points to. */
struct probe_type probe_type_field(const struct trace_field *field, const struct btf *btf);

/* What a pointer points to, or an array is made of; KIND_OTHER if that is not known. */
struct probe_type probe_type_element(const struct probe_type *type);

struct probe_member {
	struct probe_type type;
	uint32_t bits;  /* from the start of the structure */
	uint32_t width; /* in bits, of a bit field; else 0 */
};

/* Anonymous members are looked into. -ENOENT: there is none. */
int probe_type_member(const struct probe_type *type, const char *name, size_t length,
		      struct probe_member *ret_member);

/* The n-th member and its name, "" if it is anonymous. -ENOENT: there are fewer. */
int probe_type_nth(const struct probe_type *type, uint32_t n, struct probe_member *ret_member,
		   const char **ret_name);

/* NULL: no such value. */
const char *probe_enum_name(const struct probe_type *type, int64_t value);

/* A value of an enumeration anywhere in btf. -ENOENT. */
int probe_enum_value(const struct btf *btf, const char *name, size_t length,
		     struct probe_type *ret_type, int64_t *ret_value);

/* A member whose name looks like what was meant; NULL: none. */
const char *probe_type_similar(const struct probe_type *type, const char *name, size_t length);

#endif
