// SPDX-License-Identifier: GPL-2.0
/* words.c - see words.h. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/tune/words.h"
#include "datapath/base/cleanup.h"

/* A unit, as a multiple of the smallest one. */
struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit times[] = {
	{ "us", 1 }, { "ms", 1000 }, { "s", 1000000 }, { "m", 60000000 }, { "h", 3600000000 }, {},
};
static const struct unit sizes[] = {
	{ "", 1 },           { "B", 1 },         { "k", 1000 },      { "M", 1000000 },
	{ "G", 1000000000 }, { "kB", 1000 },     { "MB", 1000000 },  { "GB", 1000000000 },
	{ "KiB", 1 << 10 },  { "MiB", 1 << 20 }, { "GiB", 1 << 30 }, {},
};
static const struct unit rates[] = {
	{ "bit", 1 }, { "kbit", 1000 }, { "Mbit", 1000000 }, { "Gbit", 1000000000 }, {},
};

/* Reads decimal digits with at most one point, in units of 1/1000. The rest is a unit. */
static int read_decimal(const char *text, uint64_t *ret_milli, const char **ret_rest)
{
	uint64_t value = 0;
	int decimals = -1;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	for (; isdigit((unsigned char)*text) || (*text == '.' && decimals < 0); text++) {
		if (*text == '.') {
			decimals = 0;
			continue;
		}
		if ((decimals >= 0 && ++decimals > 3) ||
		    __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return -EINVAL;
	}
	if (decimals == 0)
		return -EINVAL;
	for (int i = decimals < 0 ? 0 : decimals; i < 3; i++) {
		if (__builtin_mul_overflow(value, 10, &value))
			return -EINVAL;
	}
	*ret_milli = value;
	*ret_rest = text;
	return 0;
}

/* Reads a number with a unit, and converts it to the smallest one, where it must be an integer. */
static int read_with_unit(const char *text, const struct unit *units, uint64_t *ret_value)
{
	const char *rest;
	uint64_t value;
	int ret = read_decimal(text, &value, &rest);

	if (ret)
		return ret;
	for (; units->name; units++) {
		if (strcmp(units->name, rest) != 0)
			continue;
		if (__builtin_mul_overflow(value, units->factor, &value) || value % 1000)
			return -ERANGE;
		*ret_value = value / 1000;
		return 0;
	}
	return -EINVAL;
}

static int read_number(const char *text, int base, uint64_t max, uint64_t *ret_value)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, base);
	if (*end)
		return -EINVAL;
	if (errno || value > max)
		return -ERANGE;
	*ret_value = value;
	return 0;
}

/* Base 0 of strtoull() reads 010 as octal; here a leading 0 means decimal. */
static int read_bits(const char *text, uint64_t *ret_value)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

	if (hex && !isxdigit((unsigned char)text[2]))
		return -EINVAL;
	return read_number(text, hex ? 16 : 10, UINT32_MAX, ret_value);
}

int tune_read_value(const struct weir_tune_info *info, const char *text, uint32_t *ret_value)
{
	uint64_t value = 0, divisor = 1;
	int ret = -EINVAL;

	switch (info->unit) {
	case WEIR_TUNE_NUMBER:
		ret = read_number(text, 10, UINT32_MAX, &value);
		break;
	case WEIR_TUNE_BITS:
		ret = read_bits(text, &value);
		break;
	case WEIR_TUNE_TIME:
		ret = read_with_unit(text, times, &value);
		divisor = info->scale_us;
		break;
	case WEIR_TUNE_BYTES:
		ret = read_with_unit(text, sizes, &value);
		break;
	case WEIR_TUNE_RATE:
		ret = read_with_unit(text, rates, &value);
		divisor = 8;
		break;
	case WEIR_TUNE_NAME:
	case WEIR_TUNE_SWITCH:
		break;
	}
	if (ret)
		return ret;
	if (value % divisor || value / divisor < info->min || value / divisor > info->max)
		return -ERANGE;
	*ret_value = (uint32_t)(value / divisor);
	return 0;
}

const char *tune_value_words(const struct weir_tune_info *info)
{
	static const char *const words[] = {
		[WEIR_TUNE_NAME] = "a name",
		[WEIR_TUNE_NUMBER] = "a number from 1",
		[WEIR_TUNE_TIME] = "a time with its unit, us, ms, s, m or h",
		[WEIR_TUNE_BYTES] = "a number of bytes, as 65536, 64KiB or 1M",
		[WEIR_TUNE_RATE] = "a rate with its unit, bit, kbit, Mbit or Gbit",
		[WEIR_TUNE_SWITCH] = "nothing",
		[WEIR_TUNE_BITS] = "a number, as 16 or 0x10",
	};

	return words[info->unit];
}

/* --- DSCP: RFC 2474, 2597, 3246, 5865, 8622 --- */

static const struct {
	const char *name;
	uint8_t dscp;
} classes[] = {
	{ "cs0", 0 },   { "cs1", 8 },   { "cs2", 16 },  { "cs3", 24 },  { "cs4", 32 },
	{ "cs5", 40 },  { "cs6", 48 },  { "cs7", 56 },  { "af11", 10 }, { "af12", 12 },
	{ "af13", 14 }, { "af21", 18 }, { "af22", 20 }, { "af23", 22 }, { "af31", 26 },
	{ "af32", 28 }, { "af33", 30 }, { "af41", 34 }, { "af42", 36 }, { "af43", 38 },
	{ "ef", 46 },   { "va", 44 },   { "le", 1 },
};

static const char *class_name(unsigned int i)
{
	return classes[i].name;
}

const struct choices dscp_choices = { .name = class_name, .count = ARRAY_SIZE(classes) };

int tune_read_dscp(const char *text, uint32_t *ret_tos)
{
	unsigned int class;
	uint64_t value;

	if (choices_find(&dscp_choices, text, &class) == 0) {
		*ret_tos = (uint32_t)classes[class].dscp << 2;
		return 0;
	}
	if (read_bits(text, &value) < 0 || value > 63)
		return -EINVAL;
	*ret_tos = (uint32_t)value << 2;
	return 0;
}

/* --- ports and addresses --- */

static int read_port(const char *text, size_t length, uint16_t *ret_port)
{
	char digits[6];
	uint64_t value;

	if (!length || length >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (read_number(digits, 10, 65535, &value) < 0 || !value)
		return -EINVAL;
	*ret_port = (uint16_t)value;
	return 0;
}

int tune_read_ports(const char *text, uint16_t *ret_min, uint16_t *ret_max)
{
	const char *dash = strchr(text, '-');
	uint16_t min, max;

	if (read_port(text, dash ? (size_t)(dash - text) : strlen(text), &min) < 0)
		return -EINVAL;
	max = min;
	if (dash && (read_port(dash + 1, strlen(dash + 1), &max) < 0 || max < min))
		return -EINVAL;
	*ret_min = min;
	*ret_max = max;
	return 0;
}

static int read_address(const char *text, size_t length, uint8_t ret_address[16], bool *ret_v6)
{
	uint8_t address[16] = { [10] = 0xff, [11] = 0xff };
	char copy[INET6_ADDRSTRLEN];
	bool v6;

	if (length >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	v6 = strchr(copy, ':') != NULL;
	if (inet_pton(v6 ? AF_INET6 : AF_INET, copy, v6 ? address : address + 12) != 1)
		return -EINVAL;
	memcpy(ret_address, address, sizeof(address));
	*ret_v6 = v6;
	return 0;
}

int tune_read_network(const char *text, uint32_t ret_address[4], uint32_t ret_mask[4])
{
	const char *slash = strchr(text, '/');
	uint8_t address[16], mask[16];
	uint64_t bits;
	bool v6;

	if (read_address(text, slash ? (size_t)(slash - text) : strlen(text), address, &v6) < 0)
		return -EINVAL;
	bits = v6 ? 128 : 32;
	if (slash && read_number(slash + 1, 10, bits, &bits) < 0)
		return -EINVAL;
	bits += v6 ? 0 : 96;
	for (unsigned int i = 0; i < 16; i++) {
		unsigned int left = bits > 8 * i ? (unsigned int)bits - 8 * i : 0;

		mask[i] = left >= 8 ? 0xff : (uint8_t)(0xff00 >> left);
		if (address[i] & ~mask[i])
			return -EINVAL;
	}
	memcpy(ret_address, address, sizeof(address));
	memcpy(ret_mask, mask, sizeof(mask));
	return 0;
}

int tune_read_end(const char *text, uint8_t ret_address[16], uint16_t *ret_port)
{
	const char *colon = strrchr(text, ':');
	bool brackets = text[0] == '[', v6;
	uint8_t address[16];
	uint16_t port;

	if (!colon || read_port(colon + 1, strlen(colon + 1), &port) < 0)
		return -EINVAL;
	if (brackets && (colon - text < 3 || colon[-1] != ']'))
		return -EINVAL;
	if (read_address(text + brackets, (size_t)(colon - text) - (brackets ? 2 : 0), address,
			 &v6) < 0 ||
	    v6 != brackets)
		return -EINVAL;
	memcpy(ret_address, address, sizeof(address));
	*ret_port = port;
	return 0;
}

/* --- formatting --- */

const char *tune_ports_word(uint16_t min, uint16_t max, char *buffer, size_t size)
{
	if (min == 0 && max == 65535)
		snprintf(buffer, size, "-");
	else if (min == max)
		snprintf(buffer, size, "%u", min);
	else
		snprintf(buffer, size, "%u-%u", min, max);
	return buffer;
}

const char *tune_network_word(const struct weir_tune_rule *rule, char *buffer, size_t size)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	unsigned int bits = 0, whole = 128;
	char text[INET6_ADDRSTRLEN];
	uint8_t address[16];
	bool v4;

	for (int i = 0; i < 4; i++)
		bits += (unsigned int)__builtin_popcount(rule->mask[i]);
	memcpy(address, rule->remote, sizeof(address));
	v4 = bits >= 96 && memcmp(address, mapped, sizeof(mapped)) == 0;
	if (!bits) {
		snprintf(buffer, size, "-");
		return buffer;
	}
	if (v4) {
		bits -= 96;
		whole = 32;
	}
	inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? address + 12 : address, text, sizeof(text));
	if (bits == whole)
		snprintf(buffer, size, "%s", text);
	else
		snprintf(buffer, size, "%s/%u", text, bits);
	return buffer;
}
