/* SPDX-License-Identifier: GPL-2.0 */
/*
 * drops.h - where packets are dropped, and why: the kernel's drops by reason, XDP's exceptions,
 * interfaces' own counters. A session counts from its opening to its end and leaves nothing
 * behind; it needs no attachments. As in weir.h.
 */
#ifndef WEIR_DROPS_DROPS_H
#define WEIR_DROPS_DROPS_H

#include "bpf/abi/abi.h"
#include "datapath/attach/attach.h"
#include "datapath/counters/counters.h"
#include "datapath/flows/filter.h"
#include "datapath/flows/flows.h"

enum weir_drop_source {
	WEIR_DROP_KERNEL,        /* skb:kfree_skb: an skb, by reason */
	WEIR_DROP_XDP_EXCEPTION, /* xdp:xdp_exception: aborted, or not transmitted */
	WEIR_DROP_XDP_REDIRECT,  /* xdp:xdp_redirect_err */
	WEIR_DROP_SOURCES,
};

/* "kernel" and so on; NULL for a number out of range. */
const char *weir_drop_source_name(enum weir_drop_source source);

struct weir_drops_request {
	bool flows;                            /* tell flows apart */
	bool stacks;                           /* and how the kernel came there */
	bool here;                             /* only the namespace of the context; else all */
	bool interfaces;                       /* read counters of interfaces, too */
	bool verdicts;                         /* and of what attached programs dropped */
	uint32_t events_per_second;            /* single ones at most, of each CPU; 0: none */
	const struct weir_flow_filter *filter; /* NULL: all. Borrowed until the session ends */
};

#define WEIR_DROP_REASON 64
#define WEIR_SYMBOL 128

/* What drops have in common. */
struct weir_kernel_drop {
	enum weir_drop_source source;
	uint32_t number;               /* of the reason, as this kernel has it */
	char reason[WEIR_DROP_REASON]; /* "NETFILTER_DROP"; "UNKNOWN_77" */
	uint64_t address;              /* 0 of XDP */
	char location[WEIR_SYMBOL];    /* "nf_hook_slow+0x8b", an address if symbols are hidden */
	uint32_t program_id;           /* XDP, else 0 */
	uint64_t netns_cookie;         /* 0: not known */
	char netns[WEIR_NETNS_LEN];    /* "" if it has no name */
	bool here;                     /* in the namespace of the context */
	uint32_t ifindex;              /* 0: not known */
	char ifname[WEIR_IFNAME_LEN];  /* "": not known, or gone */
	uint16_t ethertype;            /* host byte order; 0: not known */
	struct weir_flow_info flow;    /* protocol and family always; ends of --flows; no times */
	int32_t stack;                 /* for weir_drops_stack(); -1: none */
	uint64_t packets;              /* as handled: a super-packet is one */
	uint64_t bytes;                /* with link header where the kernel knew of one; XDP: 0 */
};

/* Counters of an interface that mean loss; of IFLA_STATS64, see if_link.h. */
enum weir_loss {
	WEIR_LOSS_RX_DROPPED,
	WEIR_LOSS_RX_ERRORS,
	WEIR_LOSS_RX_MISSED,
	WEIR_LOSS_RX_OVER,
	WEIR_LOSS_RX_FIFO,
	WEIR_LOSS_RX_CRC,
	WEIR_LOSS_RX_FRAME,
	WEIR_LOSS_RX_LENGTH,
	WEIR_LOSS_RX_NOHANDLER,
	WEIR_LOSS_TX_DROPPED,
	WEIR_LOSS_TX_ERRORS,
	WEIR_LOSS_TX_CARRIER,
	WEIR_LOSS_TX_FIFO,
	WEIR_LOSS_COLLISIONS,
	WEIR_LOSSES,
};

/* "rx_missed_errors" and so on, as `ip -s -j link` has them. */
const char *weir_loss_name(enum weir_loss loss);

/* What an interface counted while the session ran. */
struct weir_drop_interface {
	uint64_t netns_cookie;
	char netns[WEIR_NETNS_LEN];
	bool here;
	uint32_t ifindex;
	char ifname[WEIR_IFNAME_LEN];
	uint64_t losses[WEIR_LOSSES];
};

/* What a program of ours dropped while the session ran. Its kernel may tell of it, too. */
struct weir_drop_verdict {
	struct weir_attachment attachment; /* state, detail and peer are not looked up */
	enum weir_verdict verdict;
	uint64_t packets;
	uint64_t bytes; /* as counters have them */
};

struct weir_drops {
	struct weir_kernel_drop *items; /* the most packets first */
	size_t count;
	struct weir_drop_interface *interfaces; /* those that lost any */
	size_t interface_count;
	struct weir_drop_verdict *verdicts; /* those that dropped any */
	size_t verdict_count;
	uint64_t uncounted; /* drops that found no room in the table: in no item */
	uint64_t missed;    /* drops while the program was at another on that CPU */
	uint64_t events;    /* told so far */
	uint64_t events_left;
	double seconds;      /* since opening */
	uint64_t since_ns;   /* CLOCK_REALTIME of opening */
	bool symbols_hidden; /* kernel.kptr_restrict: locations are addresses */
};

void weir_drops_free(struct weir_drops *drops);

struct weir_drops_session;

/*
 * -EPERM: a capability lacks (CAP_BPF, CAP_PERFMON). -ENOTSUP: the kernel has no BTF, or no
 * reasons (before Linux 5.17).
 */
int weir_drops_open(struct weir *weir, const struct weir_drops_request *request,
		    struct weir_drops_session **ret_session, struct weir_error *err);
void weir_drops_close(struct weir_drops_session *session);

/* All since opening. */
int weir_drops_read(struct weir_drops_session *session, struct weir_drops *ret_drops,
		    struct weir_error *err);

/* Hands out the events that have come, oldest first of each CPU, those that pass the filter;
 * packets is 1. time_ns: CLOCK_REALTIME. Does not wait. */
int weir_drops_events(struct weir_drops_session *session,
		      void (*on_event)(const struct weir_kernel_drop *drop, uint64_t time_ns,
				       void *arg),
		      void *arg, struct weir_error *err);

/* Frames of a stack, the innermost first, at most `size` symbols. Returns how many. */
size_t weir_drops_stack(struct weir_drops_session *session, int32_t stack,
			char (*ret_frames)[WEIR_SYMBOL], size_t size);

/* --- what to think of it --- */

enum weir_drop_weight {
	WEIR_DROP_NORMAL, /* happens in a healthy network */
	WEIR_DROP_LOOK,   /* deserves a look */
	WEIR_DROP_WEIGHTS,
};

struct weir_drop_advice {
	const char *reason;
	enum weir_drop_weight weight;
	const char *text;      /* a sentence without full stop */
	const char *reference; /* file of the kernel's source, or its document */
};

/* "normal", "look" */
const char *weir_drop_weight_name(enum weir_drop_weight weight);

/* NULL: nothing is known of that reason. */
const struct weir_drop_advice *weir_drop_advice(const char *reason);

/* The i-th of the table; NULL behind the last. */
const struct weir_drop_advice *weir_drop_advice_at(size_t i);

#endif
