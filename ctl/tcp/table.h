/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - prints TCP connections, histograms and events as text and as JSON. */
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

/* Return 0, -ENOMEM, or -EIO if not everything was written. */
int out_tcp(const struct tcp_view *view, FILE *out);
int json_tcp(const struct tcp_view *view, FILE *out);

/* Print the histograms of selected slots. */
int out_tcp_histograms(const struct tcp_view *view, FILE *out);
int json_tcp_histograms(const struct tcp_view *view, FILE *out);

/* Print a line of text, or a JSON object in one line. */
int out_tcp_event(const struct weir_tcp_occurrence *event, FILE *out);
int json_tcp_event(const struct weir_tcp_occurrence *event, FILE *out);

/* Formats "350 us", "1.25 ms", "12.5 s", with three digits; "-" for 0, which is unknown. */
const char *format_us(uint64_t us, char *buffer, size_t size);

/* Formats "192.0.2.1:80" or "[fe80::1]:80". */
const char *tcp_end_word(const uint32_t *address, uint16_t port, bool v6, char *buffer,
			 size_t size);

#endif
