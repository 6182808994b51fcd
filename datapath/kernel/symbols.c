// SPDX-License-Identifier: GPL-2.0
/* symbols.c - see symbols.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/kernel/symbols.h"

void symbols_free(struct symbols *symbols)
{
	free(symbols->items);
	free(symbols->text);
	*symbols = (struct symbols){};
}

static int compare(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

static int add(struct symbols *symbols, size_t *room, uint64_t address, size_t name)
{
	if (symbols->count == *room) {
		size_t more = *room ? 2 * *room : 65536;
		struct symbol *grown = realloc(symbols->items, more * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		symbols->items = grown;
		*room = more;
	}
	symbols->items[symbols->count++] = (struct symbol){ address, name };
	return 0;
}

/* Parses "ffffffff81000000 T name	[module]". Functions have type t or w, in either case. */
static bool parse(char *line, uint64_t *ret_address, char **ret_name)
{
	char *end;
	uint64_t address = strtoull(line, &end, 16);

	if (end == line || end[0] != ' ' || !end[1] || end[2] != ' ' || !strchr("tTwW", end[1]))
		return false;
	*ret_address = address;
	*ret_name = end + 3;
	(*ret_name)[strcspn(*ret_name, "\t\n ")] = '\0';
	return true;
}

int symbols_read(FILE *f, struct symbols *ret_symbols)
{
	_cleanup_(symbols_free) struct symbols symbols = { .hidden = true };
	_cleanup_free_ char *line = NULL;
	size_t line_size = 0, text_size = 0, room = 0;
	FILE *text = open_memstream(&symbols.text, &text_size);
	size_t used = 0;
	int ret = text ? 0 : -ENOMEM;

	while (!ret && getline(&line, &line_size, f) > 0) {
		uint64_t address;
		char *name;

		if (!parse(line, &address, &name))
			continue;
		symbols.hidden &= !address;
		ret = add(&symbols, &room, address, used);
		fwrite(name, 1, strlen(name) + 1, text);
		used += strlen(name) + 1;
	}
	if (text && fclose(text) != 0)
		ret = -ENOMEM;
	if (ret)
		return ret;
	if (symbols.count)
		qsort(symbols.items, symbols.count, sizeof(*symbols.items), compare);
	*ret_symbols = symbols;
	symbols = (struct symbols){};
	return 0;
}

void symbols_name(const struct symbols *symbols, uint64_t address, char *ret_name, size_t size)
{
	size_t low = 0, high = symbols->hidden ? 0 : symbols->count;

	while (low < high) { /* find the first one after it */
		size_t middle = low + (high - low) / 2;

		if (symbols->items[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		snprintf(ret_name, size, "0x%" PRIx64, address);
	else
		snprintf(ret_name, size, "%s+0x%" PRIx64,
			 symbols->text + symbols->items[low - 1].name,
			 address - symbols->items[low - 1].address);
}

uint64_t symbols_size(const struct symbols *symbols, const char *name)
{
	uint64_t most = 0;

	for (size_t i = 0; !symbols->hidden && i < symbols->count; i++) {
		size_t next = i + 1;

		if (strcmp(symbols->text + symbols->items[i].name, name) != 0)
			continue;
		while (next < symbols->count &&
		       symbols->items[next].address == symbols->items[i].address)
			next++; /* another name of the same function */
		if (next < symbols->count &&
		    symbols->items[next].address - symbols->items[i].address > most)
			most = symbols->items[next].address - symbols->items[i].address;
	}
	return most;
}
