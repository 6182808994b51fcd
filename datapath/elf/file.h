/* SPDX-License-Identifier: GPL-2.0 */
/* file.h - programs and shared objects on disk, by libelf. */
#ifndef WEIR_ELF_FILE_H
#define WEIR_ELF_FILE_H

#include <gelf.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/error.h"

struct elf_file {
	int fd;
	Elf *elf;
	GElf_Ehdr header;
	char path[PATH_MAX];
};

/* -ENOENT, -EACCES, of open(2); -ENOEXEC: no ELF file, or none of executable code. */
int elf_file_open(const char *path, struct elf_file *ret_file, struct weir_error *err);
void elf_file_close(struct elf_file *file);

/* The first section of that name, or of that type where name is NULL. NULL: there is none. */
Elf_Scn *elf_file_section(const struct elf_file *file, const char *name, uint32_t type,
			  GElf_Shdr *ret_header);

/*
 * Where in the file the byte is that is loaded at the address, by its program headers.
 * executable: only in a segment that is. -ERANGE: no segment holds it.
 */
int elf_file_offset(const struct elf_file *file, uint64_t address, bool executable,
		    uint64_t *ret_offset);

/* The address, as linked, of a byte in a segment of code. -ERANGE: the offset is in no such one. */
int elf_file_address(const struct elf_file *file, uint64_t offset, uint64_t *ret_address);

/*
 * A program by its name: one with a '/' as it is; else of $PATH, as a shell finds it; else, for
 * shared objects ("libc", "libc.so.6"), of the directories of libraries. Absolute and without
 * symbolic links; -ENOENT. size: of ret_path, PATH_MAX is enough.
 */
int elf_path_find(const char *name, char *ret_path, size_t size, struct weir_error *err);

#endif
