// SPDX-License-Identifier: GPL-2.0
/* eh_frame.c - see eh_frame.h. */
#include <errno.h>
#include <string.h>
#include "datapath/elf/eh_frame.h"

/* DW_EH_PE_*: the low four bits are the format, the high four what the value is relative to. */
#define FORMAT(encoding) ((encoding)&0x0f)
#define UDATA4 0x03
#define DATAREL_SDATA4 0x3b

struct section {
	const uint8_t *data;
	size_t size;
	uint64_t address;
};

static int get_section(const struct elf_file *file, const char *name, struct section *ret_section)
{
	GElf_Shdr header;
	Elf_Scn *found = elf_file_section(file, name, 0, &header);
	Elf_Data *data = found ? elf_getdata(found, NULL) : NULL;

	if (!data || !data->d_buf)
		return -ENOENT;
	*ret_section = (struct section){ data->d_buf, data->d_size, header.sh_addr };
	return 0;
}

/* Size of an encoded value in bytes; 0: variable. */
static size_t size_of(uint8_t encoding, bool is_64)
{
	switch (FORMAT(encoding)) {
	case 0x00:
		return is_64 ? 8 : 4;
	case 0x02:
	case 0x0a:
		return 2;
	case 0x03:
	case 0x0b:
		return 4;
	case 0x04:
	case 0x0c:
		return 8;
	}
	return 0;
}

/*
 * Reads a little-endian value of `size` bytes (1 to 8) at `at`. Returns -EINVAL beyond the section.
 */
static int get(const struct section *s, uint64_t at, size_t size, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (at > s->size || s->size - at < size)
		return -EINVAL;
	memcpy(&value, s->data + at, size); /* elf_file_open() rejects the other byte order */
	*ret_value = value;
	return 0;
}

static int skip_leb128(const struct section *s, uint64_t *at)
{
	while (*at < s->size) {
		if (!(s->data[(*at)++] & 0x80))
			return 0;
	}
	return -EINVAL;
}

/*
 * Finds the encoding of addresses in the augmentation of the CIE (common information entry) at
 * `at`.
 */
static int encoding_of(const struct section *s, uint64_t at, bool is_64, uint8_t *ret_encoding)
{
	const char *augmentation;
	uint64_t value;
	uint8_t version;
	int ret = get(s, at + 8, 1, &value);

	if (ret)
		return ret;
	version = (uint8_t)value;
	at += 9;
	augmentation = (const char *)s->data + at;
	if (!memchr(augmentation, '\0', s->size - at) || (version != 1 && version != 3))
		return -EINVAL;
	at += strlen(augmentation) + 1;
	*ret_encoding = 0;
	if (*augmentation != 'z')
		return *augmentation ? -EINVAL : 0;
	ret = skip_leb128(s, &at); /* code alignment */
	if (!ret)
		ret = skip_leb128(s, &at); /* data alignment */
	if (!ret)
		ret = skip_leb128(s, &at); /* return address; one byte < 128 in version 1 */
	if (!ret)
		ret = skip_leb128(s, &at); /* length of the augmentation data */
	for (augmentation++; !ret && *augmentation; augmentation++) {
		uint64_t encoding = 0;

		if (strchr("SB", *augmentation))
			continue; /* has no data */
		ret = get(s, at++, 1, &encoding);
		if (!ret && *augmentation == 'R') {
			*ret_encoding = (uint8_t)encoding;
			return 0;
		}
		if (*augmentation == 'P') {
			at += size_of((uint8_t)encoding, is_64);
			ret = ret ? ret : size_of((uint8_t)encoding, is_64) ? 0 : -EINVAL;
		} else if (*augmentation != 'L') {
			ret = -EINVAL;
		}
	}
	return ret;
}

/* Both addresses are relative to the section. */
struct table_entry {
	int32_t function, description;
};

static struct table_entry entry_at(const struct section *header, uint64_t table, uint64_t index)
{
	struct table_entry entry;

	memcpy(&entry, header->data + table + sizeof(entry) * index, sizeof(entry));
	return entry;
}

/* Finds the last entry in the sorted table whose function begins at or before the address. */
static int search(const struct section *header, uint64_t address, uint64_t *ret_start,
		  uint64_t *ret_description)
{
	uint64_t count, table, low = 0, high;
	struct table_entry entry;
	int ret;

	if (header->size < 4 || header->data[0] != 1 || header->data[2] != UDATA4 ||
	    header->data[3] != DATAREL_SDATA4)
		return -EINVAL;
	table = 4 + size_of(header->data[1], true);
	ret = get(header, table, 4, &count);
	if (ret)
		return ret;
	table += 4;
	if (count > (header->size - table) / sizeof(entry))
		return -EINVAL;
	high = count;
	while (low < high) { /* entries below `low` begin at or before the address */
		uint64_t middle = (low + high) / 2;

		entry = entry_at(header, table, middle);
		if (header->address + (uint64_t)(int64_t)entry.function <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return -ENOENT;
	entry = entry_at(header, table, low - 1);
	*ret_start = header->address + (uint64_t)(int64_t)entry.function;
	*ret_description = header->address + (uint64_t)(int64_t)entry.description;
	return 0;
}

int eh_frame_find(const struct elf_file *file, uint64_t address, uint64_t *ret_start,
		  uint64_t *ret_size)
{
	bool is_64 = file->header.e_ident[EI_CLASS] == ELFCLASS64;
	uint64_t start, description, at, length, back, size;
	struct section header, frames;
	uint8_t encoding;
	int ret = get_section(file, ".eh_frame_hdr", &header);

	if (!ret)
		ret = get_section(file, ".eh_frame", &frames);
	if (!ret)
		ret = search(&header, address, &start, &description);
	if (ret)
		return ret;
	at = description - frames.address;
	if (get(&frames, at, 4, &length) < 0 || get(&frames, at + 4, 4, &back) < 0)
		return -EINVAL;
	if (length == UINT32_MAX || back > at + 4)
		return -EINVAL;
	ret = encoding_of(&frames, at + 4 - back, is_64, &encoding);
	if (!ret && !size_of(encoding, is_64))
		ret = -EINVAL;
	if (!ret)
		ret = get(&frames, at + 8 + size_of(encoding, is_64), size_of(encoding, is_64),
			  &size);
	if (ret)
		return ret;
	if (address - start >= size)
		return -ENOENT;
	*ret_start = start;
	*ret_size = size;
	return 0;
}
