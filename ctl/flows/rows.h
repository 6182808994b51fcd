/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rows.h - flows put together for somebody to look at: both directions of a conversation in
 * one row, sums by host and so on, rates, order. Pure: a table, a TUI and a server call the same.
 *
 * Rows never mix interfaces, and within one nothing is counted twice. What an interface sends is
 * what tc-egress counted. What it receives is what tc-ingress counted, or, where that saw nothing
 * of a direction, xdp. docs/flows.md tells more.
 */
#ifndef CTL_FLOWS_ROWS_H
#define CTL_FLOWS_ROWS_H

#include "ctl/frame/choices.h"
#include "datapath/weir.h"

enum flow_by {
	FLOW_BY_FLOW,  /* a: who began */
	FLOW_BY_HOST,  /* a: the host; there: what it sent; back: what it received */
	FLOW_BY_PAIR,  /* a, b: hosts */
	FLOW_BY_PORT,  /* b.port: the server's; there: to the server */
	FLOW_BY_PROTO, /* there: what the interface received; back: sent */
	FLOW_BYS,
};

enum flow_sort { FLOW_SORT_BYTES, FLOW_SORT_PACKETS, FLOW_SORT_RATE, FLOW_SORT_AGE, FLOW_SORTS };

extern const struct choices flow_by_choices, flow_sort_choices;

const char *flow_by_name(enum flow_by by);
const char *flow_sort_name(enum flow_sort sort);

struct flow_end {
	uint8_t address[16]; /* as in struct weir_flow_info */
	uint16_t port;
};

/* ICMP: a.port is type << 8 | code, of the request where there is one, b.port the identifier. */
struct flow_row {
	struct flow_end a, b;
	uint16_t place; /* a slot of the interface; of flows apart: their own */
	uint8_t protocol;
	uint8_t marks; /* private */
	uint8_t v6;    /* up to here: the key */
	uint8_t tcp_flags;
	uint8_t hooks;     /* bits per enum weir_hook that saw any of it */
	uint8_t first_way; /* private: which direction was seen first */
	uint8_t ranks[2];  /* private: of the hook that counted a direction */
	uint32_t flows;    /* conversations */
	struct weir_count there, back;
	uint64_t first_ns, last_ns;
	struct weir_count grown; /* in both directions since the earlier reading */
};

struct flow_rows {
	struct flow_row *items;
	size_t count;
	double seconds;        /* between the readings; 0: there was one */
	uint64_t monotonic_ns; /* of the reading, as in struct weir_flows */
};

void flow_rows_free(struct flow_rows *rows);

struct flow_rows_request {
	enum flow_by by;
	bool apart; /* by flow: a row for each direction and slot */
};

/* before: an earlier reading for rates, or NULL. 0 or -ENOMEM. */
int flow_rows_build(const struct weir_flows *before, const struct weir_flows *now,
		    const struct flow_rows_request *request, struct flow_rows *ret_rows);

/*
 * Its steps, for callers that free what they need no more between them: rows by flow, what these
 * have grown since an earlier reading, and sums. Growth comes before sums: a sum falls where a flow
 * of many is evicted. 0 or -ENOMEM.
 */
int flow_rows_base(const struct weir_flows *flows, bool apart, struct flow_rows *ret_rows);
int flow_rows_rates(const struct flow_rows *before, struct flow_rows *rows);
int flow_rows_sum(enum flow_by by, struct flow_rows *rows);

/* One flow as a row, as of a request with `apart`. */
struct flow_row flow_row_of(const struct weir_flow_info *flow);

/*
 * Whether the end with `port` is the server: it is if only its port is below 1024, or only the
 * other one's is from 32768 up. Else the lower one may be: ret_sure is false.
 */
bool flow_port_is_server(uint16_t port, uint16_t other, bool *ret_sure);

/* Packets and bytes of both directions a second. */
double flow_row_packet_rate(const struct flow_row *row, double seconds);
double flow_row_bit_rate(const struct flow_row *row, double seconds);

/* --- order --- */

/* The greatest first; equal ones by address, so that two runs show the same. */
struct flow_order {
	uint32_t *items; /* indices */
	size_t count;
};

void flow_order_free(struct flow_order *order);

/* The first `top` rows, 0: all. 0 or -ENOMEM. */
int flow_rows_order(const struct flow_rows *rows, enum flow_sort sort, size_t top,
		    struct flow_order *ret_order);

/* The same of flows apart, without building rows. */
int flows_order(const struct weir_flows *flows, enum flow_sort sort, size_t top,
		struct flow_order *ret_order);

#endif
