// SPDX-License-Identifier: GPL-2.0
/* symbols.c - see symbols.h. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include "datapath/base/by_name.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/elf/file.h"
#include "datapath/elf/symbols.h"

#define DEBUG_ROOT "/usr/lib/debug"

void elf_symbols_free(struct elf_symbols *symbols)
{
	free(symbols->items);
	for (size_t i = 0; i < ARRAY_SIZE(symbols->texts); i++)
		free(symbols->texts[i]);
	*symbols = (struct elf_symbols){};
}

/* --- symbols of one table --- */

/*
 * Copies the string table, which outlives the file, and terminates it in case the file is damaged.
 */
static char *copy_strings(const struct elf_file *file, uint32_t section, size_t *ret_size)
{
	Elf_Scn *strings = elf_getscn(file->elf, section);
	Elf_Data *data = strings ? elf_getdata(strings, NULL) : NULL;
	char *copy;

	if (!data || !data->d_buf || !data->d_size)
		return NULL;
	copy = malloc(data->d_size + 1);
	if (!copy)
		return NULL;
	memcpy(copy, data->d_buf, data->d_size);
	copy[data->d_size] = '\0';
	*ret_size = data->d_size;
	return copy;
}

/*
 * main: the file with the code. A debug file has the same addresses, but not the section contents.
 */
static bool make_symbol(const struct elf_file *main, const GElf_Sym *sym, char *text, size_t size,
			struct elf_symbol *ret_symbol)
{
	unsigned int type = GELF_ST_TYPE(sym->st_info);
	struct elf_symbol symbol = { .address = sym->st_value, .size = sym->st_size };
	char *name;

	if ((type != STT_FUNC && type != STT_GNU_IFUNC) || sym->st_shndx == SHN_UNDEF ||
	    sym->st_name >= size)
		return false;
	if (elf_file_offset(main, sym->st_value, true, &symbol.offset) < 0)
		return false;
	name = text + sym->st_name;
	name[strcspn(name, "@")] = '\0';
	if (!*name)
		return false;
	symbol.name = name;
	symbol.indirect = type == STT_GNU_IFUNC;
	*ret_symbol = symbol;
	return true;
}

/* file: has the table. Returns 1 if there is one, 0 if not, or -ENOMEM. */
static int add_table(struct elf_symbols *symbols, int text, const struct elf_file *main,
		     const struct elf_file *file, uint32_t type)
{
	GElf_Shdr header;
	Elf_Scn *section = elf_file_section(file, NULL, type, &header);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	size_t strings = 0, size_of_one, count;
	struct elf_symbol *grown;

	/* do not trust the size in the section header */
	size_of_one = gelf_fsize(file->elf, ELF_T_SYM, 1, EV_CURRENT);
	if (!data || !size_of_one)
		return 0;
	count = data->d_size / size_of_one;
	symbols->texts[text] = copy_strings(file, header.sh_link, &strings);
	grown = realloc(symbols->items, (symbols->count + count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	symbols->items = grown;
	for (size_t i = 0; symbols->texts[text] && i < count && i <= INT_MAX; i++) {
		GElf_Sym sym;

		if (gelf_getsym(data, (int)i, &sym) &&
		    make_symbol(main, &sym, symbols->texts[text], strings, &grown[symbols->count]))
			symbols->count++;
	}
	return 1;
}

/* --- the debug file --- */

static size_t build_id(const struct elf_file *file, unsigned char *ret_id, size_t size)
{
	GElf_Shdr header;
	Elf_Scn *section = elf_file_section(file, ".note.gnu.build-id", 0, &header);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	size_t name, desc;
	GElf_Nhdr note;

	if (!data || !gelf_getnote(data, 0, &note, &name, &desc) ||
	    note.n_type != NT_GNU_BUILD_ID || note.n_descsz < 2 || note.n_descsz > size)
		return 0;
	memcpy(ret_id, (char *)data->d_buf + desc, note.n_descsz);
	return note.n_descsz;
}

static bool open_by_build_id(const struct elf_file *main, struct elf_file *ret_file)
{
	unsigned char id[64], other[64];
	size_t length = build_id(main, id, sizeof(id)), used;
	char path[PATH_MAX];

	if (!length)
		return false;
	used = (size_t)snprintf(path, sizeof(path), DEBUG_ROOT "/.build-id/%02x/", id[0]);
	for (size_t i = 1; i < length; i++)
		used += (size_t)snprintf(path + used, sizeof(path) - used, "%02x", id[i]);
	snprintf(path + used, sizeof(path) - used, ".debug");
	if (elf_file_open(path, ret_file, NULL) < 0)
		return false;
	if (build_id(ret_file, other, sizeof(other)) == length && !memcmp(id, other, length))
		return true;
	elf_file_close(ret_file);
	return false;
}

static bool has_checksum(int fd, uint32_t wanted)
{
	uLong sum = crc32(0, NULL, 0);
	unsigned char buffer[16384];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, buffer, sizeof(buffer), at)) > 0) {
		sum = crc32(sum, buffer, (uInt)n);
		at += n;
	}
	return n == 0 && sum == wanted;
}

/* .gnu_debuglink: a file name, zeros up to a multiple of four, and the CRC of that file. */
static bool open_by_debuglink(const struct elf_file *main, struct elf_file *ret_file)
{
	static const char *const places[] = { "%s/%s", "%s/.debug/%s", DEBUG_ROOT "%s/%s" };
	GElf_Shdr header;
	Elf_Scn *section = elf_file_section(main, ".gnu_debuglink", 0, &header);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	char folder[PATH_MAX], path[2 * PATH_MAX];
	size_t length;
	uint32_t sum;

	if (!data || !data->d_buf || data->d_size < 8)
		return false;
	length = strnlen(data->d_buf, data->d_size - 4);
	if (!length || length > NAME_MAX || (length + 4) / 4 * 4 + 4 > data->d_size ||
	    strchr(data->d_buf, '/'))
		return false;
	memcpy(&sum, (char *)data->d_buf + (length + 4) / 4 * 4, sizeof(sum));
	snprintf(folder, sizeof(folder), "%s", main->path);
	*(strrchr(folder, '/') ?: folder) = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		snprintf(path, sizeof(path), places[i], folder, (const char *)data->d_buf);
		if (strlen(path) >= PATH_MAX || elf_file_open(path, ret_file, NULL) < 0)
			continue;
		if (has_checksum(ret_file->fd, sum))
			return true;
		elf_file_close(ret_file);
	}
	return false;
}

/* --- all of them --- */

static int compare(const void *a, const void *b)
{
	const struct elf_symbol *x = a, *y = b;
	int by_name = strcmp(x->name, y->name);

	return by_name ? by_name : x->address < y->address ? -1 : x->address > y->address;
}

/* Removes duplicates: .symtab includes the symbols of .dynsym. */
static void sort_once(struct elf_symbols *symbols)
{
	size_t kept = 0;

	if (!symbols->count)
		return;
	qsort(symbols->items, symbols->count, sizeof(*symbols->items), compare);
	for (size_t i = 0; i < symbols->count; i++) {
		if (!kept || compare(&symbols->items[kept - 1], &symbols->items[i]) != 0)
			symbols->items[kept++] = symbols->items[i];
	}
	symbols->count = kept;
}

static int read_tables(const struct elf_file *main, struct elf_symbols *symbols)
{
	_cleanup_(elf_file_close) struct elf_file debug = { .fd = -1 };
	int whole = add_table(symbols, 0, main, main, SHT_SYMTAB);
	int ret = whole < 0 ? whole : add_table(symbols, 1, main, main, SHT_DYNSYM);

	if (ret < 0 || whole)
		return ret < 0 ? ret : 0;
	symbols->stripped = true;
	if (!open_by_build_id(main, &debug) && !open_by_debuglink(main, &debug))
		return 0;
	ret = add_table(symbols, 2, main, &debug, SHT_SYMTAB);
	if (ret > 0) {
		symbols->stripped = false;
		snprintf(symbols->debug_file, sizeof(symbols->debug_file), "%s", debug.path);
	}
	return ret < 0 ? ret : 0;
}

int elf_symbols_read(const char *path, struct elf_symbols *ret_symbols, struct weir_error *err)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };
	GElf_Shdr header;
	int ret = elf_file_open(path, &file, err);

	if (ret)
		return ret;
	symbols.minidebug = elf_file_section(&file, ".gnu_debugdata", 0, &header) != NULL;
	ret = read_tables(&file, &symbols);
	if (ret)
		return weir_error_set(err, ret, "cannot read the symbols of '%s': %s", path,
				      strerror(-ret));
	sort_once(&symbols);
	*ret_symbols = symbols;
	symbols = (struct elf_symbols){};
	return 0;
}

const struct elf_symbol *elf_symbols_find(const struct elf_symbols *symbols, const char *name)
{
	static_assert(offsetof(struct elf_symbol, name) == 0, "as by_name() takes it");

	return by_name(symbols->items, symbols->count, sizeof(*symbols->items), name);
}
