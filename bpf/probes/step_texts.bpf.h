/* SPDX-License-Identifier: GPL-2.0 */
/* step_texts.bpf.h - part of steps.bpf.h: compares texts, eight bytes at a time. */
#ifndef WEIR_BPF_PROBES_STEP_TEXTS_BPF_H
#define WEIR_BPF_PROBES_STEP_TEXTS_BPF_H

#include "bpf/probes/state.bpf.h"

/* Clears the bytes after the end of the text. */
static __always_inline __u64 part(__u64 differ, __u32 left)
{
	return left < 8 ? differ & ((1ULL << left % 8 * 8) - 1) : differ;
}

/* Compares eight bytes of the area with those of a text, of which `left` count. */
static __always_inline __u64 differ_at(const struct probe_scratch *s, __u32 at, __u32 text,
				       __u32 left)
{
	return part(s->words[BOUND(at, PROBE_AREA / 8)] ^ texts[BOUND(text, PROBE_TEXT / 8)], left);
}

static __noinline __u64 differ_behind(const struct probe_scratch *s, __u32 at, __u32 text,
				      __u32 size)
{
	__u64 differ = 0;

	for (__u32 i = 1; i < PROBE_STRING / 8 && i * 8 < size && !differ; i++)
		differ = differ_at(s, at + i, text + i, size - i * 8);
	return differ;
}

static __always_inline __u64 step_compare(const struct probe_scratch *s,
					  const volatile struct probe_step *t, __u64 *is_bad)
{
	__u32 at = t->offset / 8, text = (__u32)t->imm / 8, size = t->size;
	__u64 differ = differ_at(s, at, text, size);

	if (size > 8 && !differ)
		differ = differ_behind(s, at, text, size);
	*is_bad = ((struct probe_event *)(s->area + PROBE_KEY))->bad >> (t->item & 63) & 1;
	return truth(differ) ^ 1;
}

struct task_struct {
	char comm[16];
} __attribute__((preserve_access_index));

/* Reads comm in place: copying it by a helper cost more than everything else. */
static __always_inline __u64 comm_is(const volatile struct probe_step *t)
{
	const struct task_struct *task = (const void *)bpf_get_current_task_btf();
	const __u64 *comm = (const __u64 *)&task->comm;
	const volatile __u64 *text = &texts[BOUND((__u32)t->imm / 8, PROBE_TEXT / 8)];
	__u32 size = t->size;
	__u64 differ = part(comm[0] ^ text[0], size);

	if (size > 8)
		differ |= part(comm[1] ^ text[1], size - 8);
	return truth(differ) ^ 1;
}

#endif
