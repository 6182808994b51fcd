// SPDX-License-Identifier: GPL-2.0
/* usdt.c - see usdt.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/elf/file.h"
#include "datapath/elf/usdt.h"

#define NOTE_TYPE 3
#define NOTE_NAME "stapsdt"

void usdt_free(struct usdt_probes *probes)
{
	for (size_t i = 0; i < probes->count; i++)
		free(probes->items[i].text);
	free(probes->items);
	*probes = (struct usdt_probes){};
}

/* --- arguments --- */

/* Returns the end of an argument: a space outside of brackets, as in "[sp, 12]". */
static char *end_of_arg(char *text)
{
	int depth = 0;

	for (; *text && (depth || *text != ' '); text++) {
		if (strchr("[(", *text))
			depth++;
		else if (strchr("])", *text) && --depth < 0)
			return NULL;
	}
	return depth ? NULL : text;
}

/* Parses "-4@%eax", "8f@%xmm0", or "%eax" without a size. */
static int parse_arg(char *text, struct usdt_arg *ret_arg)
{
	struct usdt_arg arg = { .spec = text };
	char *at = strchr(text, '@'), *end;
	unsigned long size;

	if (at && (isdigit((unsigned char)text[0]) || text[0] == '-')) {
		arg.is_signed = text[0] == '-';
		text += arg.is_signed;
		size = isdigit((unsigned char)*text) ? strtoul(text, &end, 10) : 0;
		if (size != 1 && size != 2 && size != 4 && size != 8)
			return -EINVAL;
		arg.is_float = *end == 'f';
		if (end + arg.is_float != at)
			return -EINVAL;
		arg.size = (uint32_t)size;
		arg.spec = at + 1;
	}
	if (!*arg.spec)
		return -EINVAL;
	*ret_arg = arg;
	return 0;
}

int usdt_parse_args(char *text, struct usdt_arg ret_args[USDT_ARGS], size_t *ret_count)
{
	struct usdt_arg args[USDT_ARGS] = {};
	size_t count = 0;

	for (;;) {
		char *end;
		bool last;
		int ret;

		text += strspn(text, " ");
		if (!*text)
			break;
		end = end_of_arg(text);
		if (!end)
			return -EINVAL;
		if (count == USDT_ARGS)
			return -E2BIG;
		last = !*end;
		*end = '\0';
		ret = parse_arg(text, &args[count]);
		if (ret)
			return ret;
		count++;
		text = end + !last;
	}
	memcpy(ret_args, args, sizeof(args));
	*ret_count = count;
	return 0;
}

/* --- notes --- */

static uint64_t take_address(const char **at, bool is_64)
{
	uint64_t wide;
	uint32_t narrow;

	if (is_64) {
		memcpy(&wide, *at, sizeof(wide));
		*at += sizeof(wide);
		return wide;
	}
	memcpy(&narrow, *at, sizeof(narrow));
	*at += sizeof(narrow);
	return narrow;
}

static const char *take_string(const char **at, const char *end)
{
	const char *string = *at;
	const char *zero = string < end ? memchr(string, '\0', (size_t)(end - string)) : NULL;

	*at = zero ? zero + 1 : end;
	return zero ? string : NULL;
}

int usdt_parse_note(const void *note, size_t size, bool is_64, struct usdt_note *ret_note)
{
	const char *at = note, *end = at + size;
	struct usdt_note found;

	if (size < 3 * (is_64 ? sizeof(uint64_t) : sizeof(uint32_t)))
		return -EINVAL;
	found.address = take_address(&at, is_64);
	found.base = take_address(&at, is_64);
	found.semaphore = take_address(&at, is_64);
	found.provider = take_string(&at, end);
	found.name = take_string(&at, end);
	found.args = take_string(&at, end);
	if (!found.provider || !*found.provider || !found.name || !*found.name)
		return -EINVAL;
	/* notes without arguments may omit the string */
	if (!found.args)
		found.args = "";
	*ret_note = found;
	return 0;
}

static int make_location(const struct elf_file *file, uint64_t base, const struct usdt_note *note,
			 struct usdt_location *ret_location)
{
	size_t provider = strlen(note->provider) + 1, name = strlen(note->name) + 1;
	size_t args = strlen(note->args) + 1;
	/* prelink moves the code and .stapsdt.base, but does not change the notes */
	uint64_t moved = base && note->base ? base - note->base : 0;
	struct usdt_location location = { .address = note->address + moved };

	if (elf_file_offset(file, location.address, true, &location.offset) < 0)
		return -EINVAL;
	if (note->semaphore &&
	    elf_file_offset(file, note->semaphore + moved, false, &location.semaphore) < 0)
		return -EINVAL;
	location.text = malloc(provider + name + args);
	if (!location.text)
		return -ENOMEM;
	location.provider = memcpy(location.text, note->provider, provider);
	location.name = memcpy(location.text + provider, note->name, name);
	memcpy(location.text + provider + name, note->args, args);
	location.args_unknown = usdt_parse_args(location.text + provider + name, location.args,
						&location.arg_count) < 0;
	*ret_location = location;
	return 0;
}

static int add_note(const struct elf_file *file, uint64_t base, const void *data, size_t size,
		    struct usdt_probes *probes)
{
	struct usdt_location *grown;
	struct usdt_note note;
	int ret;

	ret = usdt_parse_note(data, size, file->header.e_ident[EI_CLASS] == ELFCLASS64, &note);
	if (ret)
		return ret;
	grown = realloc(probes->items, (probes->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	probes->items = grown;
	ret = make_location(file, base, &note, &grown[probes->count]);
	probes->count += !ret;
	return ret;
}

static int compare(const void *a, const void *b)
{
	const struct usdt_location *x = a, *y = b;
	int by_text = strcmp(x->provider, y->provider);

	if (!by_text)
		by_text = strcmp(x->name, y->name);
	return by_text ? by_text : x->address < y->address ? -1 : x->address > y->address;
}

static int read_notes(const struct elf_file *file, struct usdt_probes *probes)
{
	GElf_Shdr header, base = {};
	Elf_Scn *section = elf_file_section(file, ".note.stapsdt", 0, &header);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	size_t at = 0, next, name, desc;
	GElf_Nhdr note;

	elf_file_section(file, ".stapsdt.base", 0, &base);
	for (; data && (next = gelf_getnote(data, at, &note, &name, &desc)) > 0; at = next) {
		int ret;

		if (note.n_type != NOTE_TYPE || note.n_namesz != sizeof(NOTE_NAME) ||
		    memcmp((char *)data->d_buf + name, NOTE_NAME, sizeof(NOTE_NAME)) != 0)
			continue;
		ret = add_note(file, base.sh_addr, (char *)data->d_buf + desc, note.n_descsz,
			       probes);
		if (ret)
			return ret;
	}
	return data && at < data->d_size ? -EINVAL : 0;
}

int usdt_read(const char *path, struct usdt_probes *ret_probes, struct weir_error *err)
{
	_cleanup_(usdt_free) struct usdt_probes probes = {};
	_cleanup_(elf_file_close) struct elf_file file = { .fd = -1 };
	int ret = elf_file_open(path, &file, err);

	if (ret)
		return ret;
	ret = read_notes(&file, &probes);
	if (ret)
		return weir_error_set(err, ret, "cannot read the USDT probes of '%s': %s", path,
				      ret == -EINVAL ? "its .note.stapsdt is damaged"
						     : strerror(-ret));
	if (probes.count)
		qsort(probes.items, probes.count, sizeof(*probes.items), compare);
	probes.machine = file.header.e_machine;
	*ret_probes = probes;
	probes = (struct usdt_probes){};
	return 0;
}
