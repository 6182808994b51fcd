// SPDX-License-Identifier: GPL-2.0
/*
 * classic.c - fuzzes the translation of classic BPF to eBPF. The first byte is the start of
 * packets, the second is their protocol, and the rest are instructions.
 */
#include "datapath/sockets/classic.h"
#include "fuzz/fuzz.h"

/* Checks that no jump leaves the function, and that all paths end with an exit. */
static void check(const struct insns *insns)
{
	HOLDS(insns->count && insns->items[insns->count - 1].code == (BPF_JMP | BPF_EXIT));
	for (size_t i = 0; i < insns->count; i++) {
		const struct bpf_insn *insn = &insns->items[i];
		uint8_t class = BPF_CLASS(insn->code);

		if ((class == BPF_JMP || class == BPF_JMP32) && BPF_OP(insn->code) != BPF_EXIT)
			HOLDS(insn->off >= 0 && i + 1 + (size_t)insn->off < insns->count);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct classic code = { .count = size < 2 ? 0 : (size - 2) / sizeof(*code.items) };
	_cleanup_free_ struct sock_filter *items = NULL;
	_cleanup_(insns_free) struct insns insns = {};

	if (size < 2)
		return 0;
	items = bytes_of(data + 2, code.count * sizeof(*items));
	code.items = items;
	if (classic_convert(&code, data[0] % (STARTS_AT_PAYLOAD + 1), data[1], &insns) == 0)
		check(&insns);
	return 0;
}
