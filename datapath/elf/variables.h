/* SPDX-License-Identifier: GPL-2.0 */
/* variables.h - variables of an ELF file by name. */
#ifndef WEIR_ELF_VARIABLES_H
#define WEIR_ELF_VARIABLES_H

#include <stdint.h>

/*
 * The address as linked, of .symtab or else of .dynsym. -ENOENT: there is none; -ENOTUNIQ: several
 * files of the program have one of that name; of elf_file_open().
 */
int elf_variable_find(const char *path, const char *name, uint64_t *ret_address);

#endif
