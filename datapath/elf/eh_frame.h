/* SPDX-License-Identifier: GPL-2.0 */
/*
 * eh_frame.h - functions of an ELF file by its unwind information, which stripped files have too.
 * See the Linux Standard Base, Core Specification 5.0, 10.6: Exception Frames.
 */
#ifndef WEIR_ELF_EH_FRAME_H
#define WEIR_ELF_EH_FRAME_H

#include <stdint.h>
#include "datapath/elf/file.h"

/*
 * The function that holds the address, as linked. -ENOENT: none is known to; -EINVAL: the sections
 * are damaged, or encoded in a way that no common linker uses.
 */
int eh_frame_find(const struct elf_file *file, uint64_t address, uint64_t *ret_start,
		  uint64_t *ret_size);

#endif
