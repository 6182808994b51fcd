/* SPDX-License-Identifier: GPL-2.0 */
/*
 * load_plans.h - plans of probes with every kind of step in every kind of place, for test_load.c:
 * early, unrolled, and in the loop.
 */
#ifndef WEIR_TESTS_LOAD_PLANS_H
#define WEIR_TESTS_LOAD_PLANS_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include "bpf/probes/shared.h"

#define LOAD_PROBE_PROGRAMS 11
#define LOAD_PLANS 8
#define LOAD_FEW_PLANS 4

static inline bool load_may_read_kernel(void)
{
	return libbpf_probe_bpf_helper(BPF_PROG_TYPE_KPROBE, BPF_FUNC_probe_read_kernel, NULL) == 1;
}

/* Lockdown also forbids fentry, by program type, so a test program is loaded. */
static inline bool load_may_trace_functions(void)
{
	static int known = -1;
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY);
	int fd;

	if (known < 0) {
		opts.attach_btf_id = (__u32)libbpf_find_vmlinux_btf_id("vfs_mkdir",
								       BPF_TRACE_FENTRY);
		fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "test", "GPL", insns, 2, &opts);
		known = fd >= 0;
		if (fd >= 0)
			close(fd);
	}
	return known;
}

/* Makes one step of each operation, of each arithmetic operator and of each built-in value. */
static inline uint32_t load_all_steps(struct probe_step *ret_steps)
{
	struct probe_step *s = ret_steps;

#define STEP(...) (*s++ = (struct probe_step){ __VA_ARGS__, .doubt = 1 })
	STEP(.op = PROBE_ARG, .dst = 1, .offset = 1);
	STEP(.op = PROBE_LOAD, .dst = 2, .a = 1, .size = 8, .imm = 16);
	STEP(.op = PROBE_EXTEND, .dst = 3, .a = 2, .offset = 32, .size = 32, .b = 1);
	STEP(.op = PROBE_READ, .a = 1, .size = PROBE_BLOB, .offset = PROBE_KEY + 128, .item = 1);
	STEP(.op = PROBE_READ_STRING, .a = 1, .size = PROBE_STRING, .offset = 1024, .item = 2);
	STEP(.op = PROBE_COMPARE, .dst = 4, .offset = 1024, .imm = 8, .size = 20, .item = 2);
	STEP(.op = PROBE_READ_STRING, .a = 1, .size = 64, .offset = 32, .item = 3);
	STEP(.op = PROBE_STORE, .a = 3, .size = 8, .offset = 104, .item = 4);
	STEP(.op = PROBE_FIELD, .dst = 5, .offset = 501, .size = 8);
	STEP(.op = PROBE_IMM, .dst = 6, .imm = -1);
	STEP(.op = PROBE_COMM, .offset = 2048);
	STEP(.op = PROBE_COMM_IS, .dst = 7, .imm = 16, .size = 12);
	STEP(.op = PROBE_LOAD, .dst = 8, .a = 2, .size = 3, .b = PROBE_USER);
	for (uint32_t i = PROBE_ADD; i <= PROBE_OR; i++)
		STEP(.op = PROBE_BINARY, .dst = 9, .a = 8, .b = 6, .offset = i);
	STEP(.op = PROBE_BINARY, .dst = 9, .a = 8, .offset = PROBE_DIV, .fixed = PROBE_FIXED_B,
	     .imm = 3);
	for (uint32_t i = PROBE_NEG; i <= PROBE_SWAP64; i++)
		STEP(.op = PROBE_UNARY, .dst = 10, .a = 9, .offset = i);
	for (uint32_t i = PROBE_PID; i <= PROBE_NSECS; i++)
		STEP(.op = PROBE_BUILTIN, .dst = 11, .offset = i, .filter = PROBE_FILTER_PART);
#undef STEP
	return (uint32_t)(s - ret_steps);
}

/*
 * Plan 0 counts hits, plan 1 sends events. Later plans have all steps, each starting with another
 * one, because the first eight are unrolled.
 */
static inline void load_plan(uint32_t number, struct probe_plan *plan, struct probe_step *early,
			     struct probe_step *steps)
{
	struct probe_step all[PROBE_STEPS];
	uint32_t count = load_all_steps(all), from = (number - 2) / 2 * PROBE_UNROLLED;

	memset(plan, 0, sizeof(*plan));
	plan->limit = number == 1;
	plan->event_size = number ? PROBE_DATA - PROBE_KEY : 0;
	if (number == 1)
		return;
	plan->key_size = number ? PROBE_KEY : sizeof(struct probe_key);
	plan->total = number == 0;
	if (!number)
		return;
	plan->kernel = number & 1;
	plan->stack = 1;
	plan->args = 0xfff;
	plan->cookie = 1;
	plan->preempted = 1;
	plan->tgid = 1;
	plan->cgroup = 1;
	plan->stats = PROBE_STATS;
	plan->hist = 4;
	for (int i = 0; i < PROBE_STATS; i++)
		plan->values[i] = (uint32_t)i + 1;
	plan->record_size = PROBE_RECORD - 1;
	memset(plan->words, 0xff, sizeof(plan->words));
	plan->words[0] &= ~3U; /* the kernel does not allow reads of the first eight bytes */
	early[0] = (struct probe_step){ .op = PROBE_BUILTIN, .offset = PROBE_UID };
	early[1] = (struct probe_step){ .op = PROBE_BINARY,
					.offset = PROBE_NE,
					.fixed = PROBE_FIXED_B,
					.imm = 7,
					.filter = PROBE_FILTER_ALL };
	early[2] = (struct probe_step){ .op = PROBE_COMM_IS, .size = 16, .imm = 1000 };
	early[3] = (struct probe_step){ .op = PROBE_UNARY,
					.offset = PROBE_NOT,
					.filter = PROBE_FILTER_ALL };
	plan->steps = count;
	for (uint32_t i = 0; i < count; i++)
		steps[i] = all[(from + i) % count];
}

#endif
