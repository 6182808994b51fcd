/* SPDX-License-Identifier: GPL-2.0 */
/*
 * classic.h - converts a filter expression, as classic BPF, to instructions of a socket filter.
 *
 * libpcap compiles expressions for IP packets (DLT_RAW), so offsets count from the IP header. A
 * socket filter sees the packet from its transport header on. So loads become loads from the
 * network header or from the data, whichever has the bytes.
 */
#ifndef WEIR_SOCKETS_CLASSIC_H
#define WEIR_SOCKETS_CLASSIC_H

#include <linux/bpf.h>
#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/sockets/expression.h"

/* Where a packet starts in the filter of a socket. */
enum packet_start {
	STARTS_AT_TRANSPORT, /* the IP header is before the data */
	STARTS_AT_IP,
	STARTS_AT_PAYLOAD, /* there is no IP header */
};

struct insns {
	struct bpf_insn *items;
	size_t count;
};

void insns_free(struct insns *insns);

/*
 * Makes the body of a function that takes a struct __sk_buff in r1 and returns 0 if the expression
 * does not match. protocol: the IP protocol of all packets (for IPv6 extension headers). As in
 * classic BPF, a load beyond the packet returns 0. Returns -EINVAL for an invalid instruction,
 * -EOPNOTSUPP if the expression reads packets that have no IP header, -E2BIG if it is too long. No
 * side effects.
 */
int classic_convert(const struct classic *code, enum packet_start start, uint8_t protocol,
		    struct insns *ret_insns);

#endif
