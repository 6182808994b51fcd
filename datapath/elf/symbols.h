/* SPDX-License-Identifier: GPL-2.0 */
/*
 * symbols.h - functions of an ELF file: of .symtab and .dynsym, and of the .symtab of its
 * debug file, which .note.gnu.build-id or .gnu_debuglink names. .gnu_debugdata, which is
 * compressed, is not read: libelf does not unpack it; `minidebug` says that it is there.
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
	uint64_t offset;  /* in the file: what uprobes take */
	uint64_t size;    /* in bytes; 0: unknown */
	bool indirect;    /* STT_GNU_IFUNC: what runs is another function, which this one chooses */
};

struct elf_symbols {
	struct elf_symbol *items; /* by name, then address; a name may have several addresses */
	size_t count;
	char *texts[3];            /* what the names point into */
	char debug_file[PATH_MAX]; /* that was read too; "" if none */
	bool stripped;             /* neither .symtab nor a debug file: only what is exported */
	bool minidebug;            /* has .gnu_debugdata */
};

void elf_symbols_free(struct elf_symbols *symbols);

/* path: as elf_path_find() gave it. -ENOEXEC: no ELF file. A file without symbols has count 0. */
int elf_symbols_read(const char *path, struct elf_symbols *ret_symbols, struct weir_error *err);

/* The first of that name; NULL: there is none. */
const struct elf_symbol *elf_symbols_find(const struct elf_symbols *symbols, const char *name);

#endif
