/* SPDX-License-Identifier: GPL-2.0 */
/* words.h - formats the parts of a flow. */
#ifndef CTL_FLOWS_WORDS_H
#define CTL_FLOWS_WORDS_H

#include "ctl/flows/rows.h"

#define FLOW_WORD 80

/* Formats "10.0.0.1" or "fe80::1"; size is at least INET6_ADDRSTRLEN. */
const char *address_word(const uint8_t *address, bool v6, char *buffer, size_t size);

/* Formats "10.0.0.1:53" or "[fe80::1]:53"; without the port if it is 0. */
const char *end_word(const struct flow_end *end, bool v6, uint16_t port, char *buffer, size_t size);

/* Formats "tcp", or "89" for a protocol without a name. */
const char *protocol_word(uint8_t protocol, char *buffer, size_t size);

/* Formats "tcp", "icmp echo 4711", "icmp unreachable/3", "icmpv6 type 200/0". */
const char *kind_word(const struct flow_row *row, char *buffer, size_t size);

/* Formats "syn,ack"; "-" if no flag is set. */
const char *flags_word(uint8_t flags, char *buffer, size_t size);

bool is_icmp(uint8_t protocol);
bool icmp_has_id(uint8_t protocol, uint8_t type);

#endif
