/* SPDX-License-Identifier: GPL-2.0 */
/*
 * filter.h - filter expressions for flows, such as "proto tcp and dst port 443 and net 10.0.0.0/8".
 * docs/flows.md has the grammar.
 *
 * An expression is compiled once, to a list of tests with jumps, and then evaluated for each flow.
 * No file descriptors, no output. Several threads may use a filter at once.
 */
#ifndef WEIR_FLOWS_FILTER_H
#define WEIR_FLOWS_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEIR_FILTER_LENGTH 4096 /* maximum length of an expression in bytes */
#define WEIR_FILTER_TESTS 256
#define WEIR_FILTER_DEPTH 64 /* nesting of parentheses and negations */

struct weir_attachment;
struct weir_flow_filter;
struct weir_flow_info;

struct weir_filter_error {
	char text[256];  /* a sentence: no newline, no full stop, no control characters */
	size_t position; /* of the fault, in bytes; the length of the text: at its end */
	size_t length;   /* of the fault, at least 1 */
};

/* Returns -EINVAL if the text is wrong, with the reason in err (may be NULL), or -ENOMEM. */
int weir_flow_filter_compile(const char *text, struct weir_flow_filter **ret_filter,
			     struct weir_filter_error *err);
void weir_flow_filter_free(struct weir_flow_filter *filter);
void weir_flow_filter_freep(struct weir_flow_filter **filter);

/* now_ns: CLOCK_REALTIME, the reference for ages. A NULL filter matches every flow. */
bool weir_flow_filter_match(const struct weir_flow_filter *filter,
			    const struct weir_flow_info *flow,
			    const struct weir_attachment *attachment, uint64_t now_ns);

/* IP protocols by name, such as "tcp". NULL: no name. Returns -EINVAL if the name is unknown. */
const char *weir_ip_protocol_name(uint8_t protocol);
int weir_ip_protocol_from_name(const char *name, uint8_t *ret_protocol);

/* Names of the flags in byte 13 of the TCP header: "fin", "syn" and so on; NULL from bit 8 up. */
const char *weir_tcp_flag_name(unsigned int bit);

/* Returns true if flows of an IP protocol have ports. */
bool weir_ip_protocol_has_ports(uint8_t protocol);

#endif
