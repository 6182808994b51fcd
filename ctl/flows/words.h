/* SPDX-License-Identifier: GPL-2.0 */
/* words.h - the parts of a flow as people write them. */
#ifndef CTL_FLOWS_WORDS_H
#define CTL_FLOWS_WORDS_H

#include "ctl/flows/rows.h"

#define FLOW_WORD 80

/* "10.0.0.1", "fe80::1"; size is INET6_ADDRSTRLEN or more. */
const char *address_word(const uint8_t *address, bool v6, char *buffer, size_t size);

/* "10.0.0.1:53", "[fe80::1]:53"; without a port where port is 0. */
const char *end_word(const struct flow_end *end, bool v6, uint16_t port, char *buffer, size_t size);

/* "tcp", "89" */
const char *protocol_word(uint8_t protocol, char *buffer, size_t size);

/* "tcp", "icmp echo 4711", "icmp unreachable/3", "icmpv6 type 200/0" */
const char *kind_word(const struct flow_row *row, char *buffer, size_t size);

/* "syn,ack"; "-" for none. */
const char *flags_word(uint8_t flags, char *buffer, size_t size);

bool is_icmp(uint8_t protocol);
bool icmp_has_id(uint8_t protocol, uint8_t type);

#endif
