// SPDX-License-Identifier: GPL-2.0
/*
 * place_arm64.c - parses locations in arm64 assembler syntax: "[sp, 12]"; see place.h. gcc omits
 * the '#' of numbers. It uses the 64-bit name of a register for its lower half, too; the size tells
 * which is meant.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/elf/variables.h"
#include "datapath/probes/session/place.h"

/* Indexes into struct user_pt_regs, arch/arm64/include/uapi/asm/ptrace.h. */
enum { REG_FP = 29, REG_LR = 30, REG_SP = 31, REG_ZERO = 255 };

/* Names other than x0 to x30 and w0 to w30. */
static const struct {
	const char *name;
	__u8 number;
} registers[] = {
	{ "sp", REG_SP }, { "wsp", REG_SP },   { "fp", REG_FP },
	{ "lr", REG_LR }, { "xzr", REG_ZERO }, { "wzr", REG_ZERO },
};

static bool take_word(const char **at, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*at, word, length) != 0)
		return false;
	*at += length;
	return true;
}

/* ", " between the parts of an address */
static bool take_comma(const char **at)
{
	if (!take_word(at, ","))
		return false;
	*at += strspn(*at, " ");
	return true;
}

/* Parses "x0" and advances `at`. */
static int take_register(const char **at, __u8 *ret_register)
{
	size_t length = 0;

	while (isalnum((unsigned char)(*at)[length]))
		length++;
	for (unsigned int i = 0; i < ARRAY_SIZE(registers); i++) {
		if (strlen(registers[i].name) != length ||
		    strncmp(registers[i].name, *at, length) != 0)
			continue;
		*ret_register = registers[i].number;
		*at += length;
		return 0;
	}
	if ((**at == 'x' || **at == 'w') && isdigit((unsigned char)(*at)[1])) {
		char *end;
		unsigned long number = strtoul(*at + 1, &end, 10);

		if (end != *at + length || number > REG_LR)
			return -EINVAL;
		*ret_register = (__u8)number;
		*at = end;
		return 0;
	}
	return -EINVAL;
}

/* Parses "12", "#-24", "0x10". */
static int take_number(const char **at, __s64 *ret_number)
{
	const char *digits = *at + (**at == '#');
	char *end;

	if (!isdigit((unsigned char)digits[*digits == '-' || *digits == '+']))
		return -EINVAL;
	*ret_number = (__s64)strtoull(digits, &end, 0);
	*at = end;
	return 0;
}

/*
 * Parses "#:lo12:name+8". An earlier instruction has put the page address into the register. Files
 * are mapped at page boundaries, so the lower 12 bits are those of the linked address.
 */
static int take_low_bits(const char **at, const char *path, __s64 *ret_offset)
{
	size_t length = strcspn(*at, "+-]");
	uint64_t address;
	__s64 add = 0;
	char name[256];
	int ret;

	if (!length || length >= sizeof(name))
		return -EINVAL;
	memcpy(name, *at, length);
	name[length] = '\0';
	*at += length;
	if (**at == '+' || **at == '-') {
		*at += **at == '+';
		ret = take_number(at, &add);
		if (ret)
			return ret;
	}
	ret = elf_variable_find(path, name, &address);
	if (!ret)
		*ret_offset = (__s64)((address + (uint64_t)add) & 0xfff);
	return ret;
}

/* Parses "x1, lsl 3". Only 64-bit registers, because 32-bit ones would have to be extended. */
static int take_index(const char **at, struct probe_place_arg *arg)
{
	__s64 shift = 0;
	int ret = **at == 'x' ? take_register(at, &arg->index) : -EINVAL;

	if (!ret && arg->index > REG_LR)
		ret = -EINVAL;
	if (!ret && take_comma(at))
		ret = take_word(at, "lsl ") ? take_number(at, &shift) : -EINVAL;
	if (ret || shift < 0 || shift > 4)
		return -EINVAL;
	arg->scale = (__u8)(1 << shift);
	return 0;
}

static int take_address(const char **at, const char *path, struct probe_place_arg *arg)
{
	int ret = take_register(at, &arg->base);

	if (ret || arg->base == REG_ZERO)
		return -EINVAL;
	if (take_comma(at)) {
		if (take_word(at, "#:lo12:") || take_word(at, ":lo12:"))
			ret = take_low_bits(at, path, &arg->offset);
		else if (isalpha((unsigned char)**at))
			ret = take_index(at, arg);
		else
			ret = take_number(at, &arg->offset);
	}
	if (ret)
		return ret;
	return take_word(at, "]") && !**at ? 0 : -EINVAL;
}

int probe_place_arm64(const struct usdt_location *location, const char *at, const char *path,
		      struct probe_place_arg *arg)
{
	int ret;

	(void)location;
	if (take_word(&at, "[")) {
		arg->kind = PROBE_PLACE_MEMORY;
		return take_address(&at, path, arg);
	}
	if (isalpha((unsigned char)*at)) {
		arg->kind = PROBE_PLACE_REGISTER;
		ret = take_register(&at, &arg->base);
		if (!ret && arg->base == REG_ZERO)
			*arg = (struct probe_place_arg){ .kind = PROBE_PLACE_CONST };
		return ret || *at ? -EINVAL : 0;
	}
	arg->kind = PROBE_PLACE_CONST;
	ret = take_number(&at, &arg->offset);
	return ret || *at ? -EINVAL : 0;
}
