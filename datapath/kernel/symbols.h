/* SPDX-License-Identifier: GPL-2.0 */
/* symbols.h - names for addresses of kernel functions, from /proc/kallsyms. */
#ifndef WEIR_KERNEL_SYMBOLS_H
#define WEIR_KERNEL_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct symbols {
	struct symbol {
		uint64_t address;
		size_t name; /* offset into text */
	} * items;
	size_t count;
	char *text;
	bool hidden; /* all addresses are 0: kernel.kptr_restrict */
};

/* `f` has the format of /proc/kallsyms. Returns -ENOMEM. */
int symbols_read(FILE *f, struct symbols *ret_symbols);
void symbols_free(struct symbols *symbols);

/*
 * Returns the bytes from the function's address to the next symbol; of several functions of that
 * name, the most. Returns 0 if there is no such function, or if addresses are hidden.
 */
uint64_t symbols_size(const struct symbols *symbols, const char *name);

/* Formats "name+0x1f", or the address if there is no symbol. */
void symbols_name(const struct symbols *symbols, uint64_t address, char *ret_name, size_t size);

#endif
