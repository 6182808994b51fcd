/* SPDX-License-Identifier: GPL-2.0 */
/*
 * filter.h - the language in which flows are chosen, as in
 * "proto tcp and dst port 443 and net 10.0.0.0/8". docs/flows.md has the grammar.
 *
 * An expression is compiled once, into a list of tests with jumps, and then asked for each flow.
 * Pure: no file descriptor, nothing printed. A filter may be asked by several threads at once.
 */
#ifndef WEIR_FLOWS_FILTER_H
#define WEIR_FLOWS_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEIR_FILTER_LENGTH 4096 /* bytes of an expression */
#define WEIR_FILTER_TESTS 256
#define WEIR_FILTER_DEPTH 64 /* parentheses and negations within each other */

struct weir_attachment;
struct weir_flow_filter;
struct weir_flow_info;

struct weir_filter_error {
	char text[256];  /* one sentence, no newline, no full stop; no control characters */
	size_t position; /* of the fault, in bytes from the start; its length behind the end */
	size_t length;   /* of what is at fault, at least 1 */
};

/* -EINVAL: with the reason in err (may be NULL). -ENOMEM. */
int weir_flow_filter_compile(const char *text, struct weir_flow_filter **ret_filter,
			     struct weir_filter_error *err);
void weir_flow_filter_free(struct weir_flow_filter *filter);
void weir_flow_filter_freep(struct weir_flow_filter **filter);

/* now_ns: CLOCK_REALTIME, from which ages are told. A NULL filter is true for every flow. */
bool weir_flow_filter_match(const struct weir_flow_filter *filter,
			    const struct weir_flow_info *flow,
			    const struct weir_attachment *attachment, uint64_t now_ns);

/* IP protocols by name: "tcp", or NULL for one without a name here. -EINVAL: no such name. */
const char *weir_ip_protocol_name(uint8_t protocol);
int weir_ip_protocol_from_name(const char *name, uint8_t *ret_protocol);

/* Bits of a TCP header's byte 13: "fin", "syn" and so on; NULL for bit 8 and above. */
const char *weir_tcp_flag_name(unsigned int bit);

/* Whether flows of an IP protocol have ports. */
bool weir_ip_protocol_has_ports(uint8_t protocol);

#endif
