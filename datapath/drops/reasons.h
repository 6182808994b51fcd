/* SPDX-License-Identifier: GPL-2.0 */
/* reasons.h - names of numbers in the running kernel. */
#ifndef WEIR_DROPS_REASONS_H
#define WEIR_DROPS_REASONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct btf;

struct reason {
	uint32_t number; /* since Linux 6.12 the high 16 bits are the subsystem */
	char *name;      /* without the prefix */
};

struct reasons {
	struct reason *items;
	size_t count;
};

void reasons_free(struct reasons *reasons);

/*
 * Adds the values of an enum in the kernel's BTF; removes `prefix` from names that have it. Returns
 * -ENOENT if there is no such enum.
 */
int reasons_from_enum(struct reasons *reasons, const struct btf *btf, const char *enum_name,
		      const char *prefix, uint32_t base);

/* Adds the pairs in the `print fmt` of a tracepoint's format file: { 2, "NOT_SPECIFIED" }, ... */
int reasons_from_format(struct reasons *reasons, FILE *format);

/* Adds all reasons that kfree_skb may report: those of the core, and of loaded modules. */
int reasons_of_drops(struct reasons *reasons, const struct btf *btf);

/* Returns NULL if the number is unknown. */
const char *reasons_name(const struct reasons *reasons, uint32_t number);

/* Returns 0 if the name is unknown. */
uint32_t reasons_number(const struct reasons *reasons, const char *name);

#endif
