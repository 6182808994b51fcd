/* SPDX-License-Identifier: GPL-2.0 */
/*
 * instruction.h - checks where instructions begin in an ELF file.
 *
 * A uprobe replaces the first byte of an instruction. A probe inside an instruction crashes the
 * program. The file does not record the boundaries of instructions, so they are found by decoding
 * from the beginning of the function.
 */
#ifndef WEIR_ELF_INSTRUCTION_H
#define WEIR_ELF_INSTRUCTION_H

#include <stdint.h>
#include "datapath/elf/file.h"
#include "datapath/elf/symbols.h"

/*
 * Checks that an instruction begins at an offset in the file. Functions are taken from `symbols`
 * and .eh_frame.
 *
 * Returns -EINVAL if the offset is inside an instruction or outside the code, -ENOENT if no known
 * function contains the offset or the code before it cannot be decoded, -ENOTSUP if instructions of
 * this machine cannot be decoded or libcapstone is missing.
 */
int elf_instruction_check(const struct elf_file *file, const struct elf_symbols *symbols,
			  uint64_t offset, struct weir_error *err);

/*
 * Checks that the instruction at an offset in the file is a nop. Returns -EINVAL if it is not,
 * -ENOTSUP as above.
 */
int elf_instruction_check_nop(const struct elf_file *file, uint64_t offset, struct weir_error *err);

#endif
