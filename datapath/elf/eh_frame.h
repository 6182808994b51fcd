/* SPDX-License-Identifier: GPL-2.0 */
/*
 * eh_frame.h - finds functions of an ELF file by its unwind information, which stripped files have
 * too. See the Linux Standard Base, Core Specification 5.0, 10.6: Exception Frames.
 */
#ifndef WEIR_ELF_EH_FRAME_H
#define WEIR_ELF_EH_FRAME_H

#include <stdint.h>
#include "datapath/elf/file.h"

/*
 * Finds the function that contains an address, as linked. Returns -ENOENT if there is no such
 * function, -EINVAL if the sections are damaged or use an encoding that common linkers do not.
 */
int eh_frame_find(const struct elf_file *file, uint64_t address, uint64_t *ret_start,
		  uint64_t *ret_size);

#endif
