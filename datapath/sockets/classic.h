/* SPDX-License-Identifier: GPL-2.0 */
/*
 * classic.h - a filter expression, through classic BPF, to instructions of a socket's program.
 *
 * Expressions are libpcap's, of IP packets (DLT_RAW): what they test begins with the IP header.
 * A socket's program sees the packet from its transport header on, so loads become loads from
 * the network header or from the data, whichever has the bytes.
 */
#ifndef WEIR_SOCKETS_CLASSIC_H
#define WEIR_SOCKETS_CLASSIC_H

#include <linux/bpf.h>
#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/sockets/expression.h"

/* Where a packet begins, as the program of that socket sees it. */
enum packet_start {
	STARTS_AT_TRANSPORT, /* the IP header lies before it */
	STARTS_AT_IP,
	STARTS_AT_PAYLOAD, /* there is no IP header at all */
};

struct insns {
	struct bpf_insn *items;
	size_t count;
};

void insns_free(struct insns *insns);

/*
 * The body of a function that finds a struct __sk_buff in r1 and returns 0 where the expression
 * does not hold. protocol: of IP, all packets have it (for IPv6 extension headers). Loads beyond
 * the packet end it with 0, as in classic BPF. -EINVAL: an instruction that is none of classic
 * BPF. -EOPNOTSUPP: it looks into a packet that has no IP header. -E2BIG: too long. Pure.
 */
int classic_convert(const struct classic *code, enum packet_start start, uint8_t protocol,
		    struct insns *ret_insns);

#endif
