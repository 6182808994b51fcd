/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace_format.h - the layout of a tracepoint's records, from its `format` file in tracefs: see
 * Documentation/trace/events.rst. Offsets and sizes are in bytes from the start of the record.
 */
#ifndef WEIR_KERNEL_TRACE_FORMAT_H
#define WEIR_KERNEL_TRACE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trace_location {
	TRACE_IN_PLACE,
	TRACE_DATA_LOC, /* 4 bytes: length << 16 | offset from the start of the record */
	TRACE_REL_LOC,  /* the same, but from the end of these 4 bytes */
};

struct trace_field {
	const char *type; /* in C, without __data_loc: "const char *"; for arrays, of an element */
	const char *name;
	uint32_t offset;
	uint32_t size;
	uint32_t length; /* elements of an inline array; 0: not an array, or unknown length */
	bool is_array;
	bool is_signed;
	bool is_common; /* common to all tracepoints: common_type, common_pid, ... */
	enum trace_location location;
};

struct trace_format {
	const char *name;
	uint32_t id;
	struct trace_field *fields; /* in the order of the file */
	size_t count;
	const char *print; /* the rest of "print fmt: "; "" */
	char *text;        /* memory for the strings above */
};

void trace_format_free(struct trace_format *format);

/* Copies the text. Returns -EINVAL if it is not a format, or -ENOMEM. */
int trace_format_parse(const char *text, size_t length, struct trace_format *ret_format);

/* Returns NULL if there is no such field. */
const struct trace_field *trace_format_field(const struct trace_format *format, const char *name);

#endif
