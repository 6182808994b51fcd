/* SPDX-License-Identifier: GPL-2.0 */
/*
 * symbols.h - functions of an ELF file, from .symtab and .dynsym, and from the .symtab of its debug
 * file, which .note.gnu.build-id or .gnu_debuglink identifies. .gnu_debugdata is not read, because
 * libelf cannot decompress it; `minidebug` is set if it exists.
 */
#ifndef WEIR_ELF_SYMBOLS_H
#define WEIR_ELF_SYMBOLS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/error.h"

struct elf_symbol {
	const char *name; /* without @VERSION */
	uint64_t address; /* as linked */
	uint64_t offset;  /* in the file, as uprobes need it */
	uint64_t size;    /* in bytes; 0: unknown */
	bool indirect;    /* STT_GNU_IFUNC: a resolver that selects the function to run */
};

struct elf_symbols {
	struct elf_symbol *items; /* by name, then address; a name may have several addresses */
	size_t count;
	char *texts[3];            /* memory for the names */
	char debug_file[PATH_MAX]; /* the debug file read; "": none found */
	bool stripped;             /* neither .symtab nor a debug file: only exported symbols */
	bool minidebug;            /* has .gnu_debugdata */
};

void elf_symbols_free(struct elf_symbols *symbols);

/*
 * `path` is from elf_path_find(). Returns -ENOEXEC if it is not an ELF file. Without symbols, count
 * is 0.
 */
int elf_symbols_read(const char *path, struct elf_symbols *ret_symbols, struct weir_error *err);

/* Returns the first symbol with that name, or NULL. */
const struct elf_symbol *elf_symbols_find(const struct elf_symbols *symbols, const char *name);

#endif
