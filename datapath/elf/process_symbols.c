// SPDX-License-Identifier: GPL-2.0
/* process_symbols.c - see process_symbols.h. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/elf/process_symbols.h"
#include "datapath/elf/symbols.h"

#define MOST_FILES 64

struct file {
	char *path;
	struct elf_symbols symbols;
};

struct user_symbols {
	struct file files[MOST_FILES];
	size_t count;
};

void user_symbols_free(struct user_symbols *s)
{
	for (size_t i = 0; s && i < s->count; i++) {
		free(s->files[i].path);
		elf_symbols_free(&s->files[i].symbols);
	}
	free(s);
}

/* Parses "7f00-7f10 r-xp 00001000 08:01 1234   /lib/libc.so.6", see proc(5). */
int user_map_parse(const char *line, uint64_t address, char *ret_path, size_t size,
		   uint64_t *ret_offset)
{
	uint64_t begin, end, offset;
	int path = 0;
	size_t length;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*4s %" SCNx64 " %*s %*u %n", &begin, &end,
		   &offset, &path) != 3 ||
	    !path || address < begin || address >= end || line[path] != '/')
		return -ENOENT;
	length = strcspn(line + path, "\n");
	if (length >= size)
		return -ENAMETOOLONG;
	memcpy(ret_path, line + path, length);
	ret_path[length] = '\0';
	*ret_offset = address - begin + offset;
	return 0;
}

static int find_map(uint32_t pid, uint64_t address, char *ret_path, size_t size,
		    uint64_t *ret_offset)
{
	_cleanup_free_ char *line = NULL;
	_cleanup_fclose_ FILE *f = NULL;
	size_t room = 0;
	char maps[32];

	snprintf(maps, sizeof(maps), "/proc/%u/maps", pid);
	f = fopen(maps, "re");
	while (f && getline(&line, &room, f) > 0) {
		if (user_map_parse(line, address, ret_path, size, ret_offset) == 0)
			return 0;
	}
	return -ENOENT;
}

/*
 * Returns the symbols of a file, which is read once. The list is empty if the file cannot be read.
 */
static const struct elf_symbols *symbols_of(struct user_symbols *s, const char *path)
{
	struct file *file;

	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->files[i].path, path) == 0)
			return &s->files[i].symbols;
	}
	if (s->count == MOST_FILES)
		return NULL;
	file = &s->files[s->count];
	file->path = strdup(path);
	if (!file->path)
		return NULL;
	s->count++;
	(void)elf_symbols_read(path, &file->symbols, NULL);
	return &file->symbols;
}

/* Returns the last symbol that starts at or before the offset. */
static const struct elf_symbol *find_symbol(const struct elf_symbols *symbols, uint64_t offset)
{
	const struct elf_symbol *best = NULL;

	for (size_t i = 0; symbols && i < symbols->count; i++) {
		const struct elf_symbol *symbol = &symbols->items[i];

		if (symbol->offset <= offset && (!best || symbol->offset > best->offset))
			best = symbol;
	}
	if (best && best->size && offset >= best->offset + best->size)
		return NULL;
	return best;
}

void user_symbol_name(struct user_symbols **symbols, uint32_t pid, uint64_t address, char *ret_name,
		      size_t size)
{
	const struct elf_symbol *symbol;
	char path[PATH_MAX];
	const char *base;
	uint64_t offset;

	if (!*symbols)
		*symbols = calloc(1, sizeof(**symbols));
	if (!*symbols || find_map(pid, address, path, sizeof(path), &offset) < 0) {
		snprintf(ret_name, size, "0x%" PRIx64, address);
		return;
	}
	base = strrchr(path, '/') + 1;
	symbol = find_symbol(symbols_of(*symbols, path), offset);
	if (symbol)
		snprintf(ret_name, size, "%s+0x%" PRIx64 " (%s)", symbol->name,
			 offset - symbol->offset, base);
	else
		snprintf(ret_name, size, "0x%" PRIx64 " (%s)", offset, base);
}
