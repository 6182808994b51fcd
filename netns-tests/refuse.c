// SPDX-License-Identifier: GPL-2.0
/*
 * refuse.c - a preloaded library that makes the verifier reject programs whose names begin with
 * $WEIR_REFUSE. It overrides syscall(3), through which libbpf makes its system calls.
 */
#include <dlfcn.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Reads beyond its stack. */
static const struct bpf_insn wrong[] = {
	{ .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 0, .src_reg = BPF_REG_10, .off = 8 },
	{ .code = BPF_JMP | BPF_EXIT },
};

typedef long (*caller)(long number, long a, long b, long c, long d, long e, long f);

static long load_wrong(caller call, const union bpf_attr *attr, size_t size)
{
	union bpf_attr copy = {};

	memcpy(&copy, attr, size < sizeof(copy) ? size : sizeof(copy));
	copy.insns = (uintptr_t)wrong;
	copy.insn_cnt = sizeof(wrong) / sizeof(*wrong);
	copy.func_info_cnt = !!copy.func_info_cnt; /* the first is of the program itself */
	copy.line_info_cnt = 0;
	return call(SYS_bpf, BPF_PROG_LOAD, (long)&copy, sizeof(copy), 0, 0, 0);
}

long syscall(long number, ...)
{
	caller call = (caller)dlsym(RTLD_NEXT, "syscall");
	const char *prefix = getenv("WEIR_REFUSE");
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (number == SYS_bpf && a[0] == BPF_PROG_LOAD && prefix) {
		const union bpf_attr *attr = (const union bpf_attr *)a[1];
		size_t length = strlen(prefix), most = sizeof(attr->prog_name) - 1;

		if (strncmp(attr->prog_name, prefix, length < most ? length : most) == 0)
			return load_wrong(call, attr, (size_t)a[2]);
	}
	return call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
