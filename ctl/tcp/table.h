/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - TCP connections, histograms and events: tables, lines, JSON. */
#ifndef CTL_TCP_TABLE_H
#define CTL_TCP_TABLE_H

#include <stdio.h>
#include "ctl/tcp/rows.h"

struct tcp_view {
	const struct weir_tcp_list *list;
	const struct tcp_rows *rows;
	const struct tcp_choice *choice;
	bool color;
	bool pretty;
};

/* 0, -ENOMEM, or -EIO if anything was not written. */
int out_tcp(const struct tcp_view *view, FILE *out);
int json_tcp(const struct tcp_view *view, FILE *out);

/* Of the slots that are asked for. */
int out_tcp_histograms(const struct tcp_view *view, FILE *out);
int json_tcp_histograms(const struct tcp_view *view, FILE *out);

/* A line of text, or one JSON object in a line. */
int out_tcp_event(const struct weir_tcp_occurrence *event, FILE *out);
int json_tcp_event(const struct weir_tcp_occurrence *event, FILE *out);

/* "350 us", "1.25 ms", "12.5 s": three figures; "-" for 0, which is unknown. */
const char *format_us(uint64_t us, char *buffer, size_t size);

/* "192.0.2.1:80", "[fe80::1]:80" */
const char *tcp_end_word(const uint32_t *address, uint16_t port, bool v6, char *buffer,
			 size_t size);

#endif
