// SPDX-License-Identifier: GPL-2.0
/*
 * instruction.c - see instruction.h. libcapstone decodes x86. It is loaded on demand, because its
 * tables of all architectures would add more than a millisecond to every command.
 */
#include <capstone/capstone.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "datapath/elf/eh_frame.h"
#include "datapath/elf/instruction.h"

#define STRING(x) #x
#define SONAME(major) "libcapstone.so." STRING(major)

#define MOST_CODE (1 << 20) /* longest supported function, in bytes */
#define ARM64_SIZE 4
#define ARM64_NOP 0xd503201f /* Arm Architecture Reference Manual, C6.2: NOP */

struct decoder {
	void *library;
	csh handle;
	bool open;
	cs_insn *insn;
	typeof(cs_open) *cs_open;
	typeof(cs_close) *cs_close;
	typeof(cs_malloc) *cs_malloc;
	typeof(cs_free) *cs_free;
	typeof(cs_disasm_iter) *cs_disasm_iter;
};

static void decoder_close(struct decoder *d)
{
	if (d->insn)
		d->cs_free(d->insn, 1);
	if (d->open)
		d->cs_close(&d->handle);
	if (d->library)
		dlclose(d->library);
}

static int decoder_open(uint16_t machine, struct decoder *d, struct weir_error *err)
{
	d->library = dlopen(SONAME(CS_API_MAJOR), RTLD_NOW | RTLD_LOCAL);
	if (!d->library)
		return weir_error_set(err, ENOTSUP, "%s, which finds the instructions, is missing",
				      SONAME(CS_API_MAJOR));
	d->cs_open = dlsym(d->library, "cs_open");
	d->cs_close = dlsym(d->library, "cs_close");
	d->cs_malloc = dlsym(d->library, "cs_malloc");
	d->cs_free = dlsym(d->library, "cs_free");
	d->cs_disasm_iter = dlsym(d->library, "cs_disasm_iter");
	if (d->cs_open && d->cs_close && d->cs_malloc && d->cs_free && d->cs_disasm_iter)
		d->open = d->cs_open(CS_ARCH_X86, machine == EM_386 ? CS_MODE_32 : CS_MODE_64,
				     &d->handle) == CS_ERR_OK;
	d->insn = d->open ? d->cs_malloc(d->handle) : NULL;
	return d->insn ? 0 : weir_error_set(err, ENOTSUP, "cannot open %s", SONAME(CS_API_MAJOR));
}

static bool is_x86(const struct elf_file *file)
{
	return file->header.e_machine == EM_X86_64 || file->header.e_machine == EM_386;
}

/* Finds the function that contains an address, as linked; the smallest, if several do. */
static int find_function(const struct elf_file *file, const struct elf_symbols *symbols,
			 uint64_t address, uint64_t *ret_start)
{
	const struct elf_symbol *found = NULL;
	uint64_t size;

	for (size_t i = 0; symbols && i < symbols->count; i++) {
		const struct elf_symbol *s = &symbols->items[i];

		if (address >= s->address && address - s->address < s->size &&
		    (!found || s->size < found->size))
			found = s;
	}
	if (!found)
		return eh_frame_find(file, address, ret_start, &size);
	*ret_start = found->address;
	return 0;
}

/* Decodes `size` bytes of the file from `start`, until an instruction ends at or after `end`. */
static int decode(const struct elf_file *file, uint64_t start, size_t size, uint64_t end,
		  struct weir_error *err)
{
	_cleanup_(decoder_close) struct decoder d = {};
	_cleanup_free_ uint8_t *code = malloc(size);
	const uint8_t *at = code;
	uint64_t address = start;
	ssize_t n;
	int ret;

	if (!code)
		return weir_error_set(err, ENOMEM, "out of memory");
	n = pread(file->fd, code, size, (off_t)start);
	if (n < 0)
		return weir_error_set(err, errno, "cannot read '%s'", file->path);
	ret = decoder_open(file->header.e_machine, &d, err);
	if (ret)
		return ret;
	size = (size_t)n;
	while (address < end) {
		if (!d.cs_disasm_iter(d.handle, &at, &size, &address, d.insn))
			return weir_error_set(err, ENOENT,
					      "the code at +0x%llx of its function is unknown",
					      (unsigned long long)(address - start));
	}
	if (address == end)
		return 0;
	return weir_error_set(
		err, EINVAL,
		"it is inside an instruction, from +0x%llx to +0x%llx of its function: "
		"the program would crash",
		(unsigned long long)(d.insn->address - start),
		(unsigned long long)(address - start));
}

/* A segment of code may begin with the headers of the file; sections, if any, tell them apart. */
static bool is_code(const struct elf_file *file, uint64_t address)
{
	Elf_Scn *section = NULL;
	bool any = false;

	while ((section = elf_nextscn(file->elf, section))) {
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header) || !(header.sh_flags & SHF_EXECINSTR))
			continue;
		if (address >= header.sh_addr && address - header.sh_addr < header.sh_size)
			return true;
		any = true;
	}
	return !any;
}

int elf_instruction_check(const struct elf_file *file, const struct elf_symbols *symbols,
			  uint64_t offset, struct weir_error *err)
{
	uint64_t address, start, begin;

	if (elf_file_address(file, offset, &address) < 0 || !is_code(file, address))
		return weir_error_set(err, EINVAL, "there is no code");
	if (file->header.e_machine == EM_AARCH64)
		return address % ARM64_SIZE == 0
			       ? 0
			       : weir_error_set(err, EINVAL,
						"it is inside an instruction of four bytes");
	if (!is_x86(file))
		return weir_error_set(err, ENOTSUP, "instructions of that machine are unknown");
	if (find_function(file, symbols, address, &start) < 0 ||
	    elf_file_offset(file, start, true, &begin) < 0)
		return weir_error_set(err, ENOENT,
				      "no symbol and no unwind information says which function it "
				      "is in");
	if (address - start >= MOST_CODE)
		return weir_error_set(err, ENOENT, "its function begins too far before it");
	/* 15 bytes: the longest instruction */
	return decode(file, begin, (size_t)(address - start) + 15, begin + (address - start), err);
}

int elf_instruction_check_nop(const struct elf_file *file, uint64_t offset, struct weir_error *err)
{
	_cleanup_(decoder_close) struct decoder d = {};
	uint8_t code[15];
	const uint8_t *at = code;
	uint64_t address = offset;
	ssize_t n = pread(file->fd, code, sizeof(code), (off_t)offset);
	size_t size = n > 0 ? (size_t)n : 0;
	bool nop = false;

	if (file->header.e_machine == EM_AARCH64) {
		nop = size >= ARM64_SIZE && *(const uint32_t *)code == ARM64_NOP;
	} else if (is_x86(file)) {
		int ret = size && code[0] == 0x90 ? 0
						  : decoder_open(file->header.e_machine, &d, err);

		if (ret)
			return ret;
		nop = !d.open || (d.cs_disasm_iter(d.handle, &at, &size, &address, d.insn) &&
				  d.insn->id == X86_INS_NOP);
	} else {
		return weir_error_set(err, ENOTSUP, "instructions of that machine are unknown");
	}
	return nop ? 0 : weir_error_set(err, EINVAL, "there is no nop");
}
