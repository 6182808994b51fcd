// SPDX-License-Identifier: GPL-2.0
/*
 * probe.bpf.c - one program for each type of probe: it collects the arguments and runs the plan. A
 * session loads only the programs it needs, and they end with it.
 */
#include "bpf/probes/engine.bpf.h"
#include "bpf/base/license.bpf.h"
#include <asm/ptrace.h>
#include <bpf/bpf_tracing.h>
#include <linux/bpf_perf_event.h>

static __always_inline __u32 target_of(void *ctx)
{
	return plan.cookie ? (__u32)bpf_get_attach_cookie(ctx) : plan.target;
}

/* --- kprobe, kretprobe, uprobe, uretprobe --- */

#define TAKE(n, value)                        \
	do {                                  \
		if (plan.args & 1U << (n))    \
			s->args[n] = (value); \
	} while (0)

static __always_inline void take_registers(struct pt_regs *ctx, struct probe_scratch *s)
{
	TAKE(0, PT_REGS_PARM1(ctx));
	TAKE(1, PT_REGS_PARM2(ctx));
	TAKE(2, PT_REGS_PARM3(ctx));
	TAKE(3, PT_REGS_PARM4(ctx));
	TAKE(4, PT_REGS_PARM5(ctx));
	/* libbpf has PT_REGS_PARM6 since 1.2; clang predefines only the BPF target */
#if defined(__TARGET_ARCH_x86)
	TAKE(5, ctx->r9);
#elif defined(__TARGET_ARCH_arm64)
	TAKE(5, ((const volatile struct user_pt_regs *)ctx)->regs[5]);
#endif
}

SEC("kprobe")
int weir_kprobe(struct pt_regs *ctx)
{
	struct probe_scratch *s = probe_begin();

	if (!s)
		return 0;
	take_registers(ctx, s);
	probe_run(ctx, s, target_of(ctx));
	probe_end(s);
	return 0;
}

SEC("kprobe")
int weir_kprobe_call(struct pt_regs *ctx)
{
	struct probe_scratch *s = probe_begin();

	if (!s)
		return 0;
	take_registers(ctx, s);
	probe_save(s);
	probe_end(s);
	return 0;
}

SEC("kretprobe")
int weir_kretprobe(struct pt_regs *ctx)
{
	struct probe_scratch *s = probe_begin();

	if (!s)
		return 0;
	s->args[PROBE_ARG_RETVAL] = (__u64)PT_REGS_RC(ctx);
	if (!plan.saved || probe_restore(s))
		probe_run(ctx, s, target_of(ctx));
	probe_end(s);
	return 0;
}

/* --- USDT --- */

/* Written by ctl before it attaches the probes, which also sets the size. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PROBE_PLACES);
	__type(key, __u32);
	__type(value, struct probe_place);
} places SEC(".maps");

#ifdef __TARGET_ARCH_arm64
#define REGS PROBE_REGS_ARM64
#else
#define REGS PROBE_REGS_X86
#endif

/* Copies the registers first, because their index is known only at run time. */
static __always_inline void copy_registers(struct pt_regs *ctx, struct probe_scratch *s)
{
	const volatile __u64 *from = (const volatile __u64 *)ctx;

#pragma unroll
	for (int i = 0; i < REGS; i++)
		s->regs[i] = from[i];
}

static __always_inline long usdt_argument(const struct probe_scratch *s,
					  const struct probe_place_arg *arg, __u64 *ret_value)
{
	__u64 value = (__u64)arg->offset;

	if (arg->kind == PROBE_PLACE_BAD)
		return -1;
	if (arg->kind != PROBE_PLACE_CONST)
		value += s->regs[BOUND(arg->base, 32)];
	if (arg->kind == PROBE_PLACE_MEMORY) {
		value += s->regs[BOUND(arg->index, 32)] * arg->scale;
		if (bpf_probe_read_user(&value, sizeof(value), (void *)value) < 0)
			return -1;
	}
	value <<= arg->shift & 63;
	*ret_value = arg->is_signed ? (__u64)((__s64)value >> (arg->shift & 63))
				    : value >> (arg->shift & 63);
	return 0;
}

SEC("kprobe")
int weir_usdt(struct pt_regs *ctx)
{
	__u32 id = (__u32)bpf_get_attach_cookie(ctx);
	struct probe_place *place = bpf_map_lookup_elem(&places, &id);
	struct probe_scratch *s = place ? probe_begin() : NULL;

	if (!s)
		return 0;
	copy_registers(ctx, s);
	s->bad_args = 0;
#pragma unroll
	for (int i = 0; i < 12; i++) {
		__u64 value = 0;

		if (!(plan.args & 1U << i))
			continue;
		if (usdt_argument(s, &place->arg[i], &value) < 0)
			s->bad_args |= 1U << i;
		s->args[i] = value;
	}
	probe_run(ctx, s, place->target);
	probe_end(s);
	return 0;
}

/* --- fentry, fexit --- */

static __always_inline void take_arguments(void *ctx, struct probe_scratch *s)
{
#pragma unroll
	for (int i = 0; i < 12; i++) {
		__u64 value = 0;

		if (plan.args & 1U << i) {
			bpf_get_func_arg(ctx, (__u32)i, &value);
			s->args[i] = value;
		}
	}
}

SEC("fentry")
int weir_fentry(__u64 *ctx)
{
	struct probe_scratch *s = probe_begin();

	if (!s)
		return 0;
	take_arguments(ctx, s);
	probe_run(ctx, s, target_of(ctx));
	probe_end(s);
	return 0;
}

SEC("fentry")
int weir_fentry_call(__u64 *ctx __attribute__((unused)))
{
	struct probe_scratch *s = probe_begin();

	if (!s)
		return 0;
	probe_save(s); /* with the time: return needs the arguments */
	probe_end(s);
	return 0;
}

SEC("fexit")
int weir_fexit(__u64 *ctx)
{
	struct probe_scratch *s = probe_begin();
	__u64 value = 0;

	if (!s)
		return 0;
	if (!plan.saved || probe_restore(s)) {
		take_arguments(ctx, s);
		bpf_get_func_ret(ctx, &value);
		s->args[PROBE_ARG_RETVAL] = value;
		probe_run(ctx, s, target_of(ctx));
	}
	probe_end(s);
	return 0;
}

/* --- tracepoint, rawtracepoint --- */

/*
 * The kernel allows reads of the context at fixed offsets only. Hence no loop, and a load that the
 * compiler cannot change. No load may reach beyond the record either, which may end in the middle
 * of a word. The verifier removes loads that the plan does not want.
 */
#define LOAD_AT(type, at)                                                                    \
	({                                                                                   \
		__u64 _v;                                                                    \
		asm volatile("%0 = *(" #type " *)(%1 + %2)" : "=r"(_v) : "r"(ctx), "i"(at)); \
		(__u32) _v;                                                                  \
	})

#define BYTE(i, n) ((i)*4 + (n) < plan.record_size ? LOAD_AT(u8, (i)*4 + (n)) << (n)*8 : 0)

#define WORD(i)                                                              \
	if (plan.words[(i) / 32] & 1U << (i) % 32) {                         \
		if ((i)*4 + 4 <= plan.record_size)                           \
			s->record[i] = LOAD_AT(u32, (i)*4);                  \
		else                                                         \
			s->record[i] = BYTE(i, 0) | BYTE(i, 1) | BYTE(i, 2); \
	}

/*
 * Each test is a load, and 128 of them were most of the cost of a tracepoint. So groups are tested
 * first.
 */
#define ANY(i, bits) (plan.words[(i) / 32] & (bits) << (i) % 32)
#define WORDS4(i)                                                 \
	if (ANY(i, 0xfU)) {                                       \
		WORD(i) WORD((i) + 1) WORD((i) + 2) WORD((i) + 3) \
	}
#define WORDS16(i)                                                         \
	if (ANY(i, 0xffffU)) {                                             \
		WORDS4(i) WORDS4((i) + 4) WORDS4((i) + 8) WORDS4((i) + 12) \
	}
#define WORDS64(i) WORDS16(i) WORDS16((i) + 16) WORDS16((i) + 32) WORDS16((i) + 48)

SEC("tracepoint")
int weir_tracepoint(void *ctx)
{
	struct probe_scratch *s = probe_begin();

	if (!s)
		return 0;
	if (plan.record_size) {
		WORDS64(0)
		WORDS64(64)
	}
	s->args[PROBE_ARG_CONTEXT] = (__u64)ctx;
	probe_run(ctx, s, target_of(ctx));
	probe_end(s);
	return 0;
}

_Static_assert(PROBE_RECORD == 128 * 4, "each word of a record can be read");

SEC("raw_tracepoint")
int weir_rawtracepoint(__u64 *ctx)
{
	struct probe_scratch *s = probe_begin();

	if (!s)
		return 0;
#pragma unroll
	for (int i = 0; i < 12; i++)
		TAKE(i, ((const volatile __u64 *)ctx)[i]);
	probe_run(ctx, s, plan.target);
	probe_end(s);
	return 0;
}

/* --- software, hardware --- */

SEC("perf_event")
int weir_perf_event(struct bpf_perf_event_data *ctx)
{
	struct probe_scratch *s = probe_begin();

	if (!s)
		return 0;
	s->args[0] = PT_REGS_IP(&ctx->regs);
	s->args[PROBE_ARG_ADDRESS] = ctx->addr;
	probe_run(ctx, s, target_of(ctx));
	probe_end(s);
	return 0;
}

/* --- iter --- */

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

/* Context of any iterator: the metadata, then the arguments of its function. */
struct iter_context {
	struct bpf_iter_meta *meta;
	__u64 args[4];
};

/*
 * The last call has no object. Output goes to the reader of the iterator, so events are not lost.
 */
SEC("iter/task")
int weir_iter(struct iter_context *ctx)
{
	struct probe_scratch *s;
	__u64 first = ctx->args[0];

	if (!first)
		return 0;
	s = probe_begin();
	if (!s)
		return 0;
#pragma unroll
	for (int i = 1; i < 5; i++)
		TAKE(i, ctx->args[i - 1]);
	if (probe_work(ctx, s, plan.target) &&
	    bpf_seq_write(ctx->meta->seq, s->area + PROBE_KEY, plan.event_size) < 0)
		PROBE_TALLY(lost);
	probe_end(s);
	return 0;
}
