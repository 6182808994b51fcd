// SPDX-License-Identifier: GPL-2.0
/* weave.c - see weave.h. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include "bpf/abi/abi.h"
#include "datapath/base/cleanup.h"
#include "datapath/sockets/weave.h"

/* libbpf's callback gets only the program, so the instructions are passed here. */
static __thread const struct insns *next;

/* Instructions that the compiler emits after the marker: at most two moves and the exit. */
#define TAIL_MAX 3

int weave(const struct bpf_insn *program, size_t count, const struct insns *insns,
	  struct insns *ret_woven)
{
	struct insns woven = {};
	size_t at = count;

	for (size_t i = 0; i < count; i++) {
		if (program[i].code == (BPF_ALU64 | BPF_MOV | BPF_K) &&
		    program[i].imm == WEIR_KEEP_MARKER && program[i].dst_reg == BPF_REG_0)
			at = i;
	}
	/* the rest is replaced, and debug information must not refer to missing instructions */
	if (at == count || count - at - 1 > TAIL_MAX || insns->count < count - at)
		return -EPROTO;
	woven.count = at + insns->count;
	woven.items = calloc(woven.count, sizeof(*woven.items));
	if (!woven.items)
		return -ENOMEM;
	memcpy(woven.items, program, at * sizeof(*program));
	memcpy(woven.items + at, insns->items, insns->count * sizeof(*program));
	*ret_woven = woven;
	return 0;
}

static int prepare(struct bpf_program *program, struct bpf_prog_load_opts *opts, long cookie)
{
	_cleanup_(insns_free) struct insns woven = {};
	int ret;

	(void)opts;
	(void)cookie;
	if (!next)
		return 0;
	ret = weave(bpf_program__insns(program), bpf_program__insn_cnt(program), next, &woven);
	next = NULL;
	return ret ? ret : bpf_program__set_insns(program, woven.items, woven.count);
}

int weave_register(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = prepare);
	static int handler;

	if (handler > 0)
		return 0;
	handler = libbpf_register_prog_handler(WEIR_SOCKET_SECTION, BPF_PROG_TYPE_SOCKET_FILTER, 0,
					       &opts);
	return handler < 0 ? handler : 0;
}

void weave_next(const struct insns *insns)
{
	next = insns;
}
