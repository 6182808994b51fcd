/* SPDX-License-Identifier: GPL-2.0 */
/*
 * instruction.h - where instructions begin in an ELF file.
 *
 * A uprobe replaces the first byte of an instruction. A probe inside an instruction makes the
 * program crash, and nothing in the file marks the boundaries: they are found by decoding from the
 * beginning of a function.
 */
#ifndef WEIR_ELF_INSTRUCTION_H
#define WEIR_ELF_INSTRUCTION_H

#include <stdint.h>
#include "datapath/elf/file.h"
#include "datapath/elf/symbols.h"

/*
 * Checks that an instruction begins at an offset in the file. Functions are those of `symbols` and
 * of .eh_frame.
 *
 * Returns 0: one begins there. -EINVAL: the offset lies inside an instruction, or outside of the
 * code. -ENOENT: no function is known to hold the offset, or it cannot be decoded up to there.
 * -ENOTSUP: this machine's instructions cannot be decoded, or libcapstone is missing.
 */
int elf_instruction_check(const struct elf_file *file, const struct elf_symbols *symbols,
			  uint64_t offset, struct weir_error *err);

/* Checks that the instruction at an offset in the file does nothing. Errors: as above. */
int elf_instruction_check_nop(const struct elf_file *file, uint64_t offset, struct weir_error *err);

#endif
