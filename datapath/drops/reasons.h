/* SPDX-License-Identifier: GPL-2.0 */
/* reasons.h - names of numbers, as the running kernel has them. */
#ifndef WEIR_DROPS_REASONS_H
#define WEIR_DROPS_REASONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct btf;

struct reason {
	uint32_t number; /* from Linux 6.12 on, the high 16 bits are the subsystem */
	char *name;      /* without the prefix */
};

struct reasons {
	struct reason *items;
	size_t count;
};

void reasons_free(struct reasons *reasons);

/*
 * Those of an enum in the kernel's BTF, whose names begin with `prefix` or not. -ENOENT: there is
 * no such enum.
 */
int reasons_from_enum(struct reasons *reasons, const struct btf *btf, const char *enum_name,
		      const char *prefix, uint32_t base);

/* From the `print fmt` of a tracepoint's format file: { 2, "NOT_SPECIFIED" }, ... */
int reasons_from_format(struct reasons *reasons, FILE *format);

/* All that kfree_skb may give: the core's, and those of subsystems whose modules are loaded. */
int reasons_of_drops(struct reasons *reasons, const struct btf *btf);

/* NULL if there is none. */
const char *reasons_name(const struct reasons *reasons, uint32_t number);

/* 0 if there is none. */
uint32_t reasons_number(const struct reasons *reasons, const char *name);

#endif
