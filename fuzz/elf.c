// SPDX-License-Identifier: GPL-2.0
/* elf.c - fuzzes the reader of functions, variables and USDT probes in a program file. */
#include <sys/mman.h>
#include "datapath/elf/symbols.h"
#include "datapath/elf/usdt.h"
#include "datapath/elf/variables.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_close_ int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct elf_symbols symbols = {};
	struct usdt_probes probes = {};
	uint64_t address;
	char path[32];

	HOLDS(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (elf_symbols_read(path, &symbols, NULL) == 0) {
		elf_symbols_find(&symbols, "main");
		elf_symbols_free(&symbols);
	}
	if (usdt_read(path, &probes, NULL) == 0)
		usdt_free(&probes);
	elf_variable_find(path, "variable", &address);
	return 0;
}
