/* SPDX-License-Identifier: GPL-2.0 */
/* process_symbols.h - names of addresses in running processes, by their maps and files. */
#ifndef WEIR_ELF_PROCESS_SYMBOLS_H
#define WEIR_ELF_PROCESS_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

struct user_symbols; /* what has been read so far */

void user_symbols_free(struct user_symbols *symbols);

/*
 * "readline+0x1c (bash)"; "0x1234 (bash)" where the file has no symbol there, the offset in it; the
 * address alone where the process is gone or nothing is mapped there. *symbols begins as NULL.
 */
void user_symbol_name(struct user_symbols **symbols, uint32_t pid, uint64_t address, char *ret_name,
		      size_t size);

/* A line of /proc/PID/maps that holds the address: its file and the place in it. */
int user_map_parse(const char *line, uint64_t address, char *ret_path, size_t size,
		   uint64_t *ret_offset);

#endif
