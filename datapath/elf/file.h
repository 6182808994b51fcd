/* SPDX-License-Identifier: GPL-2.0 */
/* file.h - programs and shared objects on disk, with libelf. */
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

/* Returns an error of open(2), or -ENOEXEC if it is not an ELF file or has no executable code. */
int elf_file_open(const char *path, struct elf_file *ret_file, struct weir_error *err);
void elf_file_close(struct elf_file *file);

/*
 * Returns the first section with that name, or, if name is NULL, of that type; NULL if the file has
 * no such section.
 */
Elf_Scn *elf_file_section(const struct elf_file *file, const char *name, uint32_t type,
			  GElf_Shdr *ret_header);

/*
 * Converts an address to an offset in the file by the program headers. executable: consider
 * executable segments only. Returns -ERANGE if no segment contains the address.
 */
int elf_file_offset(const struct elf_file *file, uint64_t address, bool executable,
		    uint64_t *ret_offset);

/*
 * Converts an offset in the file to an address, as linked. Returns -ERANGE if no executable segment
 * contains the offset.
 */
int elf_file_address(const struct elf_file *file, uint64_t offset, uint64_t *ret_address);

/*
 * Finds a program or shared object. A name with a '/' is a path. Other names are searched in $PATH,
 * and then, as shared objects ("libc", "libc.so.6"), in the library directories. The result is
 * absolute, without symbolic links; PATH_MAX bytes are enough. Returns -ENOENT if nothing is found.
 */
int elf_path_find(const char *name, char *ret_path, size_t size, struct weir_error *err);

#endif
