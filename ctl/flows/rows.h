/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rows.h - aggregates flows for display: both directions of a conversation in one row, sums by host
 * and so on, rates, order. No side effects. The table, top and the server all use it.
 *
 * Rows never mix interfaces, and count each packet of an interface once. Sent packets are those
 * that tc-egress counted. Received packets are those that tc-ingress counted, or xdp, if tc-ingress
 * has seen nothing of that direction. See docs/flows.md.
 */
#ifndef CTL_FLOWS_ROWS_H
#define CTL_FLOWS_ROWS_H

#include "ctl/frame/choices.h"
#include "datapath/weir.h"

enum flow_by {
	FLOW_BY_FLOW,  /* a: the client */
	FLOW_BY_HOST,  /* a: the host; there: sent by it; back: received by it */
	FLOW_BY_PAIR,  /* a, b: hosts */
	FLOW_BY_PORT,  /* b.port: the server's port; there: to the server */
	FLOW_BY_PROTO, /* there: received by the interface; back: sent by it */
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

/*
 * For ICMP, a.port is type << 8 | code (of the request, if there is one), and b.port the
 * identifier.
 */
struct flow_row {
	struct flow_end a, b;
	uint16_t place; /* a slot of the interface; with `apart`: the flow's own slot */
	uint8_t protocol;
	uint8_t marks; /* private */
	uint8_t v6;    /* the key ends here */
	uint8_t tcp_flags;
	uint8_t hooks;     /* hooks that have seen the flow; bits are enum weir_hook */
	uint8_t first_way; /* private: which direction was seen first */
	uint8_t ranks[2];  /* private: ranks of the hooks that counted each direction */
	uint32_t flows;    /* conversations */
	struct weir_count there, back;
	uint64_t first_ns, last_ns;
	struct weir_count grown; /* growth of both directions since the earlier reading */
};

struct flow_rows {
	struct flow_row *items;
	size_t count;
	double seconds;        /* between the readings; 0: there was only one */
	uint64_t monotonic_ns; /* of the reading, as in struct weir_flows */
};

void flow_rows_free(struct flow_rows *rows);

struct flow_rows_request {
	enum flow_by by;
	bool apart; /* by flow: one row for each direction and slot */
};

/* Builds rows; with rates if `before`, an earlier reading, is not NULL. Returns 0 or -ENOMEM. */
int flow_rows_build(const struct weir_flows *before, const struct weir_flows *now,
		    const struct flow_rows_request *request, struct flow_rows *ret_rows);

/*
 * The steps of flow_rows_build(), for callers that free memory between them: build rows by flow,
 * compute their growth since an earlier reading, and sum them up. Compute growth before sums,
 * because a sum shrinks if one of its flows is evicted. Return 0 or -ENOMEM.
 */
int flow_rows_base(const struct weir_flows *flows, bool apart, struct flow_rows *ret_rows);
int flow_rows_rates(const struct flow_rows *before, struct flow_rows *rows);
int flow_rows_sum(enum flow_by by, struct flow_rows *rows);

/* Converts one flow to a row, as in a request with `apart`. */
struct flow_row flow_row_of(const struct weir_flow_info *flow);

/*
 * Returns true if the end with `port` is the server: only its port is below 1024, or only the other
 * port is 32768 or above. Otherwise guesses that the lower port is the server's, and sets ret_sure
 * to false.
 */
bool flow_port_is_server(uint16_t port, uint16_t other, bool *ret_sure);

/* Packets and bits per second in both directions. */
double flow_row_packet_rate(const struct flow_row *row, double seconds);
double flow_row_bit_rate(const struct flow_row *row, double seconds);

/* --- order --- */

/* Greatest first. Equal rows are ordered by address, so that the order is stable. */
struct flow_order {
	uint32_t *items; /* indices */
	size_t count;
};

void flow_order_free(struct flow_order *order);

/* Orders the first `top` rows; 0: all. Returns 0 or -ENOMEM. */
int flow_rows_order(const struct flow_rows *rows, enum flow_sort sort, size_t top,
		    struct flow_order *ret_order);

/* The same for flows apart, without building rows. */
int flows_order(const struct weir_flows *flows, enum flow_sort sort, size_t top,
		struct flow_order *ret_order);

#endif
