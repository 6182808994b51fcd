/* SPDX-License-Identifier: GPL-2.0 */
/* variables.h - looks up variables of an ELF file. */
#ifndef WEIR_ELF_VARIABLES_H
#define WEIR_ELF_VARIABLES_H

#include <stdint.h>

/*
 * Returns the address as linked, from .symtab or else .dynsym. Returns -ENOENT if there is no such
 * variable, -ENOTUNIQ if several source files have one with that name, or an error of
 * elf_file_open().
 */
int elf_variable_find(const char *path, const char *name, uint64_t *ret_address);

#endif
