/* SPDX-License-Identifier: GPL-2.0 */
/* process_symbols.h - names for addresses in running processes, from their maps and files. */
#ifndef WEIR_ELF_PROCESS_SYMBOLS_H
#define WEIR_ELF_PROCESS_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

struct user_symbols; /* cache */

void user_symbols_free(struct user_symbols *symbols);

/*
 * Formats "readline+0x1c (bash)"; "0x1234 (bash)", the offset in the file, if the file has no
 * symbol there; or only the address if the process has ended or nothing is mapped there. *symbols
 * must be NULL at first.
 */
void user_symbol_name(struct user_symbols **symbols, uint32_t pid, uint64_t address, char *ret_name,
		      size_t size);

/*
 * Parses a line of /proc/PID/maps. If it contains the address, returns the file and the offset in
 * it.
 */
int user_map_parse(const char *line, uint64_t address, char *ret_path, size_t size,
		   uint64_t *ret_offset);

#endif
