// SPDX-License-Identifier: GPL-2.0
/* place_x86.c - parses locations in x86 assembler syntax: "-20(%rbp)"; see place.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/elf/variables.h"
#include "datapath/probes/session/place.h"

#define REG_IP 16

/* By index in struct pt_regs, arch/x86/include/uapi/asm/ptrace.h. */
static const char *const registers[PROBE_REGS_X86][4] = {
	[0] = { "r15", "r15d", "r15w", "r15b" }, [1] = { "r14", "r14d", "r14w", "r14b" },
	[2] = { "r13", "r13d", "r13w", "r13b" }, [3] = { "r12", "r12d", "r12w", "r12b" },
	[4] = { "rbp", "ebp", "bp", "bpl" },     [5] = { "rbx", "ebx", "bx", "bl" },
	[6] = { "r11", "r11d", "r11w", "r11b" }, [7] = { "r10", "r10d", "r10w", "r10b" },
	[8] = { "r9", "r9d", "r9w", "r9b" },     [9] = { "r8", "r8d", "r8w", "r8b" },
	[10] = { "rax", "eax", "ax", "al" },     [11] = { "rcx", "ecx", "cx", "cl" },
	[12] = { "rdx", "edx", "dx", "dl" },     [13] = { "rsi", "esi", "si", "sil" },
	[14] = { "rdi", "edi", "di", "dil" },    [REG_IP] = { "rip", "eip", "ip", "" },
	[19] = { "rsp", "esp", "sp", "spl" },
};

/* Parses "%eax" and advances `at`. */
static int take_register(const char **at, __u8 *ret_register)
{
	size_t length = 0;

	if (**at != '%')
		return -EINVAL;
	(*at)++;
	while (isalnum((unsigned char)(*at)[length]))
		length++;
	for (unsigned int i = 0; length && i < PROBE_REGS_X86; i++) {
		for (unsigned int j = 0; j < ARRAY_SIZE(registers[i]); j++) {
			const char *name = registers[i][j];

			if (!name || strlen(name) != length || strncmp(name, *at, length) != 0)
				continue;
			*ret_register = (__u8)i;
			*at += length;
			return 0;
		}
	}
	return -EINVAL;
}

/* Parses the optional part before the parenthesis: "-20", "name", "name+8", "8+name". */
static int take_offset(const char **at, const char *path, __s64 *ret_offset, bool *ret_named)
{
	char name[256];
	__s64 sum = 0;

	*ret_named = false;
	while (**at && **at != '(') {
		char *end;
		int sign = **at == '-' ? -1 : 1;

		if (**at == '+' || **at == '-')
			(*at)++;
		if (isdigit((unsigned char)**at)) {
			sum += sign * (__s64)strtoull(*at, &end, 0);
			*at = end;
		} else if (isalpha((unsigned char)**at) || **at == '_' || **at == '.') {
			size_t length = strcspn(*at, "+-(");
			uint64_t address;
			int ret;

			if (length >= sizeof(name) || sign < 0)
				return -EINVAL;
			memcpy(name, *at, length);
			name[length] = '\0';
			ret = elf_variable_find(path, name, &address);
			if (ret)
				return ret;
			sum += (__s64)address;
			*ret_named = true;
			*at += length;
		} else {
			return -EINVAL;
		}
	}
	*ret_offset = sum;
	return 0;
}

/* Parses "(%rax,%rbx,4)". */
static int take_base(const char **at, struct probe_place_arg *arg)
{
	int ret;

	(*at)++;
	ret = take_register(at, &arg->base);
	if (!ret && **at == ',') {
		(*at)++;
		ret = take_register(at, &arg->index);
		arg->scale = 1;
		if (!ret && **at == ',') {
			(*at)++;
			if (!strchr("1248", **at) || !**at)
				return -EINVAL;
			arg->scale = (__u8)(**at - '0');
			(*at)++;
		}
	}
	if (ret || **at != ')' || (*at)[1])
		return -EINVAL;
	(*at)++;
	return 0;
}

int probe_place_x86(const struct usdt_location *l, const char *at, const char *path,
		    struct probe_place_arg *arg)
{
	bool named;
	int ret;

	if (*at == '$') {
		char *end;

		arg->kind = PROBE_PLACE_CONST;
		arg->offset = (__s64)strtoull(at + 1, &end, 0);
		return at[1] && !*end ? 0 : -EINVAL;
	}
	if (*at == '%') {
		arg->kind = PROBE_PLACE_REGISTER;
		ret = take_register(&at, &arg->base);
		return ret || *at ? -EINVAL : 0;
	}
	arg->kind = PROBE_PLACE_MEMORY;
	ret = take_offset(&at, path, &arg->offset, &named);
	if (ret || *at != '(')
		return ret ? ret : -EINVAL;
	ret = take_base(&at, arg);
	if (!ret && named) { /* relative to the probe, as linked */
		if (arg->base != REG_IP)
			return -ENOTSUP;
		arg->offset -= (__s64)l->address;
	}
	return ret;
}
