/* SPDX-License-Identifier: GPL-2.0 */
/*
 * drops.h - where and why packets are dropped: the kernel's drops by reason, XDP exceptions,
 * counters of interfaces. A session counts from open to close, and leaves nothing behind. It needs
 * no attachments. The conventions are those of weir.h.
 */
#ifndef WEIR_DROPS_DROPS_H
#define WEIR_DROPS_DROPS_H

#include "bpf/abi/abi.h"
#include "datapath/attach/attach.h"
#include "datapath/counters/counters.h"
#include "datapath/flows/filter.h"
#include "datapath/flows/flows.h"

enum weir_drop_source {
	WEIR_DROP_KERNEL,        /* skb:kfree_skb: an skb, with a reason */
	WEIR_DROP_XDP_EXCEPTION, /* xdp:xdp_exception: aborted, or failed to transmit */
	WEIR_DROP_XDP_REDIRECT,  /* xdp:xdp_redirect_err */
	WEIR_DROP_SOURCES,
};

/* "kernel" and so on; NULL if out of range. */
const char *weir_drop_source_name(enum weir_drop_source source);

struct weir_drops_request {
	bool flows;                            /* count by flow */
	bool stacks;                           /* record the kernel stack */
	bool here;                             /* only the context's namespace; else all */
	bool interfaces;                       /* also read the counters of interfaces */
	bool verdicts;                         /* also count what attached programs drop */
	uint32_t events_per_second;            /* limit for single drops, per CPU; 0: no events */
	const struct weir_flow_filter *filter; /* NULL: all. Borrowed until the session is closed */
};

#define WEIR_DROP_REASON 64
#define WEIR_SYMBOL 128

/* Properties shared by the counted drops, or a single drop. */
struct weir_kernel_drop {
	enum weir_drop_source source;
	uint32_t number;               /* of the reason in this kernel */
	char reason[WEIR_DROP_REASON]; /* "NETFILTER_DROP"; "UNKNOWN_77" */
	uint64_t address;              /* of the code that dropped; XDP: 0 */
	char location[WEIR_SYMBOL];    /* "nf_hook_slow+0x8b"; the address if symbols are hidden */
	uint32_t program_id;           /* XDP only, else 0 */
	uint64_t netns_cookie;         /* 0: unknown */
	char netns[WEIR_NETNS_LEN];    /* "": the namespace has no name */
	bool here;                     /* in the context's namespace */
	uint32_t ifindex;              /* 0: unknown */
	char ifname[WEIR_IFNAME_LEN];  /* "": unknown, or interface deleted */
	uint16_t ethertype;            /* host byte order; 0: unknown */
	struct weir_flow_info flow;    /* protocol, family; if by flow, its ends; no times */
	int32_t stack;                 /* for weir_drops_stack(); -1: no stack */
	uint64_t packets;              /* as handled: a super-packet counts as one */
	uint64_t bytes;                /* with the link header if the kernel knew it; XDP: 0 */
};

/* Counters of an interface that mean loss, from IFLA_STATS64; see include/uapi/linux/if_link.h. */
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

/* "rx_missed_errors" and so on, named as in `ip -s -j link`. */
const char *weir_loss_name(enum weir_loss loss);

/* Losses that an interface counted during the session. */
struct weir_drop_interface {
	uint64_t netns_cookie;
	char netns[WEIR_NETNS_LEN];
	bool here;
	uint32_t ifindex;
	char ifname[WEIR_IFNAME_LEN];
	uint64_t losses[WEIR_LOSSES];
};

/*
 * Packets that an attached program dropped during the session. The kernel may report the same
 * packets.
 */
struct weir_drop_verdict {
	struct weir_attachment attachment; /* state, detail and peer are not set */
	enum weir_verdict verdict;
	uint64_t packets;
	uint64_t bytes; /* as in counters */
};

struct weir_drops {
	struct weir_kernel_drop *items; /* most packets first */
	size_t count;
	struct weir_drop_interface *interfaces; /* only those with losses */
	size_t interface_count;
	struct weir_drop_verdict *verdicts; /* only those with drops */
	size_t verdict_count;
	uint64_t uncounted; /* drops in no item, because the table was full */
	uint64_t missed;    /* drops while the program was already running on that CPU */
	uint64_t events;    /* single drops reported so far */
	uint64_t events_left;
	double seconds;      /* since opening */
	uint64_t since_ns;   /* CLOCK_REALTIME at open */
	bool symbols_hidden; /* kernel.kptr_restrict: locations are addresses */
};

void weir_drops_free(struct weir_drops *drops);

struct weir_drops_session;

/*
 * Starts a session. Returns -EPERM if a capability is missing (CAP_BPF, CAP_PERFMON), -ENOTSUP if
 * the kernel has no BTF, or no drop reasons (before Linux 5.17).
 */
int weir_drops_open(struct weir *weir, const struct weir_drops_request *request,
		    struct weir_drops_session **ret_session, struct weir_error *err);
void weir_drops_close(struct weir_drops_session *session);

/* Reads the counts since open. */
int weir_drops_read(struct weir_drops_session *session, struct weir_drops *ret_drops,
		    struct weir_error *err);

/*
 * Passes the pending events that match the filter to on_event, oldest first per CPU, without
 * waiting. `packets` of an event is 1; time_ns is CLOCK_REALTIME.
 */
int weir_drops_events(struct weir_drops_session *session,
		      void (*on_event)(const struct weir_kernel_drop *drop, uint64_t time_ns,
				       void *arg),
		      void *arg, struct weir_error *err);

/* Returns the frames of a stack, innermost first, at most `size` symbols. Returns their number. */
size_t weir_drops_stack(struct weir_drops_session *session, int32_t stack,
			char (*ret_frames)[WEIR_SYMBOL], size_t size);

/* --- advice --- */

enum weir_drop_weight {
	WEIR_DROP_NORMAL, /* happens in healthy networks */
	WEIR_DROP_LOOK,   /* worth a look */
	WEIR_DROP_WEIGHTS,
};

struct weir_drop_advice {
	const char *reason;
	enum weir_drop_weight weight;
	const char *text;      /* a sentence without a full stop */
	const char *reference; /* file in the kernel's source, or document */
};

/* "normal", "look" */
const char *weir_drop_weight_name(enum weir_drop_weight weight);

/* Returns NULL if the reason is unknown. */
const struct weir_drop_advice *weir_drop_advice(const char *reason);

/* Returns row i of the table; NULL after the last one. */
const struct weir_drop_advice *weir_drop_advice_at(size_t i);

#endif
