/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - drops for people and for scripts. */
#ifndef CTL_DROPS_TABLE_H
#define CTL_DROPS_TABLE_H

#include <stdio.h>
#include "ctl/drops/rows.h"
#include "ctl/write/json_stream.h"

struct drops_view {
	const struct weir_drops *drops;
	unsigned int by; /* enum drop_by */
	size_t top;      /* rows; 0: all */
	bool flows;
	bool events; /* single events were asked for */
	bool color;
	bool pretty;
	/* For stacks: innermost first; NULL without them. */
	size_t (*stack)(void *arg, int32_t stack, char (*ret_frames)[WEIR_SYMBOL], size_t size);
	void *stack_arg;
};

#define DROP_FRAMES 24
#define DROP_WORD 96

/* 0 or -ENOMEM. */
int out_drops(const struct drops_view *view, FILE *out);

/* 0 or -EIO. */
int json_drops(const struct drops_view *view, FILE *out);

/* A line for one. */
void out_drop_event(const struct weir_kernel_drop *drop, uint64_t time_ns, FILE *out);
int json_drop_event(const struct weir_kernel_drop *drop, uint64_t time_ns, FILE *out);

/* "red", "-" for the namespace of the context, "#77", "?" */
const char *drop_netns_word(const struct weir_kernel_drop *drop, char *buffer, size_t size);

/* "veth0", "if7", "?" */
const char *drop_interface_word(const struct weir_kernel_drop *drop, char *buffer, size_t size);

/* "udp", "tcp/ipv6", "arp", "0x88cc", "?" */
const char *drop_protocol_word(const struct weir_kernel_drop *drop, char *buffer, size_t size);

/* The keys of one drop, within an object; without counts. */
void json_drop_keys(struct json_stream *js, const struct weir_kernel_drop *drop, bool flows);

#endif
