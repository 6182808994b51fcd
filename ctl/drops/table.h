/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - prints drops as tables and as JSON. */
#ifndef CTL_DROPS_TABLE_H
#define CTL_DROPS_TABLE_H

#include <stdio.h>
#include "ctl/drops/rows.h"
#include "ctl/write/json_stream.h"

struct drops_view {
	const struct weir_drops *drops;
	unsigned int by; /* mask of enum drop_by */
	size_t top;      /* rows; 0: all */
	bool flows;
	bool events; /* single events were printed */
	bool color;
	bool pretty;
	/* Reads the frames of a stack, innermost first; NULL without --stack. */
	size_t (*stack)(void *arg, int32_t stack, char (*ret_frames)[WEIR_SYMBOL], size_t size);
	void *stack_arg;
};

#define DROP_FRAMES 24
#define DROP_WORD 96

/* Returns 0 or -ENOMEM. */
int out_drops(const struct drops_view *view, FILE *out);

/* Returns 0 or -EIO. */
int json_drops(const struct drops_view *view, FILE *out);

/* Print one drop in a line. */
void out_drop_event(const struct weir_kernel_drop *drop, uint64_t time_ns, FILE *out);
int json_drop_event(const struct weir_kernel_drop *drop, uint64_t time_ns, FILE *out);

/* Returns "red", "-" for the namespace of the context, "#77", or "?". */
const char *drop_netns_word(const struct weir_kernel_drop *drop, char *buffer, size_t size);

/* Returns "veth0", "if7" or "?". */
const char *drop_interface_word(const struct weir_kernel_drop *drop, char *buffer, size_t size);

/* Returns "udp", "tcp/ipv6", "arp", "0x88cc" or "?". */
const char *drop_protocol_word(const struct weir_kernel_drop *drop, char *buffer, size_t size);

/* Writes the keys of a drop, without counts, into an open object. */
void json_drop_keys(struct json_stream *js, const struct weir_kernel_drop *drop, bool flows);

#endif
