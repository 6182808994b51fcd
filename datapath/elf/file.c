// SPDX-License-Identifier: GPL-2.0
/* file.c - see file.h. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/elf/file.h"

#if defined(__x86_64__)
#define NATIVE_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define NATIVE_MACHINE EM_AARCH64
#else
#define NATIVE_MACHINE EM_NONE /* any */
#endif

void elf_file_close(struct elf_file *file)
{
	if (file->elf)
		elf_end(file->elf);
	close_fd(&file->fd);
	file->elf = NULL;
	file->fd = -1;
}

static int not_elf(const char *path, const char *why, struct weir_error *err)
{
	return weir_error_set(err, ENOEXEC, "'%s' is not a program or shared object: %s", path,
			      why);
}

int elf_file_open(const char *path, struct elf_file *ret_file, struct weir_error *err)
{
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };
	struct stat st;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return weir_error_set(err, ENOSYS, "libelf does not support this version of ELF");
	/* O_NONBLOCK: opening a FIFO must not block */
	file.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file.fd < 0)
		return weir_error_set(err, errno, "cannot open '%s': %s", path, strerror(errno));
	if (fstat(file.fd, &st) < 0 || !S_ISREG(st.st_mode))
		return not_elf(path, "not a regular file", err);
	file.elf = elf_begin(file.fd, ELF_C_READ_MMAP, NULL);
	if (!file.elf || elf_kind(file.elf) != ELF_K_ELF || !gelf_getehdr(file.elf, &file.header))
		return not_elf(path, "not an ELF file", err);
	if (file.header.e_type != ET_EXEC && file.header.e_type != ET_DYN)
		return not_elf(path, "it has no executable code", err);
	/* libelf converts headers to host byte order, but not notes */
	if (file.header.e_ident[EI_DATA] !=
	    (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB))
		return not_elf(path, "it has another byte order", err);
	snprintf(file.path, sizeof(file.path), "%s", path);
	*ret_file = file;
	file = (struct elf_file){ .fd = -1 };
	return 0;
}

Elf_Scn *elf_file_section(const struct elf_file *file, const char *name, uint32_t type,
			  GElf_Shdr *ret_header)
{
	Elf_Scn *section = NULL;
	size_t strings;

	if (elf_getshdrstrndx(file->elf, &strings) < 0)
		return NULL;
	while ((section = elf_nextscn(file->elf, section))) {
		GElf_Shdr header;
		const char *found;

		if (!gelf_getshdr(section, &header))
			continue;
		found = name ? elf_strptr(file->elf, strings, header.sh_name) : NULL;
		if (name ? found && strcmp(found, name) == 0 : header.sh_type == type) {
			*ret_header = header;
			return section;
		}
	}
	return NULL;
}

/* Finds the loaded segment that has the address, as linked, or, with in_file, the offset. */
static int find_segment(const struct elf_file *file, uint64_t place, bool in_file, bool executable,
			GElf_Phdr *ret_header)
{
	size_t count;

	if (elf_getphdrnum(file->elf, &count) < 0)
		return -ERANGE;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr header;
		uint64_t start;

		if (!gelf_getphdr(file->elf, (int)i, &header) || header.p_type != PT_LOAD ||
		    (executable && !(header.p_flags & PF_X)))
			continue;
		start = in_file ? header.p_offset : header.p_vaddr;
		if (place < start || place - start >= header.p_filesz)
			continue;
		*ret_header = header;
		return 0;
	}
	return -ERANGE;
}

int elf_file_offset(const struct elf_file *file, uint64_t address, bool executable,
		    uint64_t *ret_offset)
{
	GElf_Phdr header;
	int ret = find_segment(file, address, false, executable, &header);

	if (!ret)
		*ret_offset = address - header.p_vaddr + header.p_offset;
	return ret;
}

int elf_file_address(const struct elf_file *file, uint64_t offset, uint64_t *ret_address)
{
	GElf_Phdr header;
	int ret = find_segment(file, offset, true, true, &header);

	if (!ret)
		*ret_address = offset - header.p_offset + header.p_vaddr;
	return ret;
}

/* --- paths --- */

static bool is_ours(const char *path)
{
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };

	return elf_file_open(path, &file, NULL) == 0 &&
	       (NATIVE_MACHINE == EM_NONE || file.header.e_machine == NATIVE_MACHINE);
}

static bool find_program(const char *name, char *ret_path, size_t size)
{
	const char *path = getenv("PATH");
	_cleanup_free_ char *copy = strdup(path ? path : "/usr/sbin:/usr/bin:/sbin:/bin");
	char *rest = copy;

	while (rest) {
		const char *folder = strsep(&rest, ":");
		int n = snprintf(ret_path, size, "%s/%s", *folder ? folder : ".", name);

		if (n > 0 && (size_t)n < size && access(ret_path, X_OK) == 0 && is_ours(ret_path))
			return true;
	}
	return false;
}

static bool find_match(const char *pattern, char *ret_path, size_t size)
{
	glob_t found = {};
	bool ok = false;

	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; !ok && i < found.gl_pathc; i++) {
			int n = snprintf(ret_path, size, "%s", found.gl_pathv[i]);

			/* libc.so may be a linker script */
			ok = n > 0 && (size_t)n < size && is_ours(ret_path);
		}
	}
	globfree(&found);
	return ok;
}

static bool find_library(const char *name, char *ret_path, size_t size)
{
	static const char *const folders[] = {
		"/usr/lib/*-linux-*", "/usr/lib64",       "/usr/lib",
		"/lib/*-linux-*",     "/usr/local/lib64", "/usr/local/lib",
	};
	bool whole = strstr(name, ".so") != NULL;
	char pattern[PATH_MAX];

	if (strncmp(name, "lib", 3) != 0 || strpbrk(name, "*?[\\"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(pattern, sizeof(pattern), "%s/%s%s", folders[i], name,
			 whole ? "" : ".so*");
		if (find_match(pattern, ret_path, size))
			return true;
	}
	return false;
}

int elf_path_find(const char *name, char *ret_path, size_t size, struct weir_error *err)
{
	_cleanup_free_ char *path = NULL;
	char found[PATH_MAX];

	if (!strchr(name, '/')) {
		if (!*name || (!find_program(name, found, sizeof(found)) &&
			       !find_library(name, found, sizeof(found))))
			return weir_error_set(err, ENOENT,
					      "no program '%s' in $PATH, and no such shared object "
					      "in the library directories; give a path",
					      name);
		name = found;
	}
	path = realpath(name, NULL);
	if (!path)
		return weir_error_set(err, errno, "cannot open '%s': %s", name, strerror(errno));
	if (strlen(path) >= size)
		return weir_error_set(err, ENAMETOOLONG, "the path of '%s' is too long", name);
	memcpy(ret_path, path, strlen(path) + 1);
	return 0;
}
