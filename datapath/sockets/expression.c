// SPDX-License-Identifier: GPL-2.0
/* expression.c - see expression.h. The only file with libpcap's own bpf_insn and bpf_program. */
#include <assert.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/sockets/expression.h"

static_assert(sizeof(struct bpf_insn) == 8, "as large as struct sock_filter, which it becomes");

static void close_pcap(pcap_t **pcap)
{
	if (*pcap)
		pcap_close(*pcap);
}

void classic_free(struct classic *code)
{
	free(code->items);
	*code = (struct classic){};
}

int expression_compile(const char *expression, struct classic *ret_code, struct weir_error *err)
{
	_cleanup_(close_pcap) pcap_t *pcap = pcap_open_dead(DLT_RAW, 65535);
	_cleanup_(pcap_freecode) struct bpf_program program = {};
	struct classic code = {};

	if (!pcap)
		return weir_error_set(err, ENOMEM, "out of memory");
	if (pcap_compile(pcap, &program, expression, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return weir_error_set(err, EINVAL, "cannot compile '%.400s': %.400s", expression,
				      pcap_geterr(pcap));
	code.items = calloc(program.bf_len, sizeof(struct bpf_insn));
	if (!code.items)
		return weir_error_set(err, ENOMEM, "out of memory");
	code.count = program.bf_len;
	memcpy(code.items, program.bf_insns, code.count * sizeof(struct bpf_insn));
	*ret_code = code;
	return 0;
}
