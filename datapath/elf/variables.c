// SPDX-License-Identifier: GPL-2.0
/* variables.c - see variables.h. */
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/elf/file.h"
#include "datapath/elf/variables.h"

static int find_in(const struct elf_file *file, uint32_t section_type, const char *name,
		   uint64_t *ret_address)
{
	GElf_Shdr header;
	Elf_Scn *section = elf_file_section(file, NULL, section_type, &header);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	size_t count = data && header.sh_entsize ? header.sh_size / header.sh_entsize : 0;
	bool found = false;
	GElf_Sym symbol;

	for (size_t i = 0; i < count && gelf_getsym(data, (int)i, &symbol); i++) {
		const char *has = elf_strptr(file->elf, header.sh_link, symbol.st_name);

		if (GELF_ST_TYPE(symbol.st_info) != STT_OBJECT || symbol.st_shndx == SHN_UNDEF ||
		    !has || strcmp(has, name) != 0)
			continue;
		if (found && symbol.st_value != *ret_address)
			return -ENOTUNIQ;
		*ret_address = symbol.st_value;
		found = true;
	}
	return found ? 0 : -ENOENT;
}

int elf_variable_find(const char *path, const char *name, uint64_t *ret_address)
{
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };
	uint64_t address = 0;
	int ret = elf_file_open(path, &file, NULL);

	if (ret)
		return ret;
	ret = find_in(&file, SHT_SYMTAB, name, &address);
	if (ret == -ENOENT)
		ret = find_in(&file, SHT_DYNSYM, name, &address);
	if (!ret)
		*ret_address = address;
	return ret;
}
