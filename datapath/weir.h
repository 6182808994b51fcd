/* SPDX-License-Identifier: GPL-2.0 */
/*
 * weir.h - the library behind ctl: attach, list, read, regulate.
 *
 * Functions return 0 or -errno. A failing function leaves its outputs, named ret_x, untouched and
 * puts one sentence for the user into the struct weir_error, which may be NULL. Nothing here
 * prints. Strings are NUL-terminated; integers are in host byte order; times are CLOCK_REALTIME
 * in nanoseconds. A struct weir belongs to one thread: working on another network namespace moves
 * the calling thread there for a moment.
 */
#ifndef WEIR_H
#define WEIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "abi.h"

#define WEIR_DEFAULT_ROOT "/sys/fs/bpf/weir"

struct weir; /* an open context */

struct weir_error {
	char text[1024]; /* one sentence, no newline, no full stop */
};

struct weir_options {
	const char *root;  /* pin directory on a bpffs; NULL: WEIR_DEFAULT_ROOT */
	const char *netns; /* name in /run/netns or a path; NULL: the caller's */
};

/*
 * Opens a context and enters the network namespace. Needs no pins yet. NULL options: defaults.
 * -ENOENT: no such namespace. -EPERM: entering it needs CAP_SYS_ADMIN.
 */
int weir_open(const struct weir_options *options, struct weir **ret_weir, struct weir_error *err);
void weir_close(struct weir *weir);

/*
 * From now on hands every line that libbpf and libxdp say to `sink`, the verifier's log of a refused
 * program among them; NULL: no longer. A line is printable ASCII, anything else in it is \xNN.
 * One sink for the process, as libbpf has it. Several threads may call it, one at a time; it calls
 * nothing of this library.
 */
typedef void (*weir_debug_sink)(const char *line);
void weir_debug_set(weir_debug_sink sink);

/* --- names: the words of the command line and of JSON; NULL for a number out of range --- */

const char *weir_hook_name(enum weir_hook hook);
const char *weir_method_name(enum weir_method method);
const char *weir_mode_name(enum weir_mode mode);
const char *weir_feature_name(unsigned int bit); /* bit number, not mask */

/* "counters,flows" to a mask of WEIR_FEATURE_*. -EINVAL: an unknown or empty name. */
int weir_features_from_names(const char *names, uint32_t *ret_features);

/* -EINVAL: no such hook. */
int weir_hook_from_name(const char *name, enum weir_hook *ret_hook);

/* --- attaching --- */

enum weir_xdp_mode { WEIR_XDP_AUTO, WEIR_XDP_NATIVE, WEIR_XDP_GENERIC };
enum weir_tc_method { WEIR_TC_AUTO, WEIR_TC_TCX, WEIR_TC_CLSACT };

/* Sockets of running processes: one, or all of the context's namespace with that local port. */
struct weir_socket_choice {
	uint32_t pid; /* 0: by port */
	int32_t fd;
	uint16_t port;  /* host byte order */
	bool listening; /* with a port: TCP listeners; else UDP, and TCP that does not listen */
	int protocol;   /* with a port: IPPROTO_TCP or IPPROTO_UDP; 0: both */
	const char
		*keep; /* a filter expression as of libpcap; what is not so is dropped; NULL: all */
	uint32_t snap; /* bytes of a datagram that the process gets to see; 0: all. Not for TCP */
};

struct weir_attach_request {
	const char *const *interfaces; /* names, alternative names or globs */
	size_t interface_count;
	bool all;           /* every interface of the namespace instead */
	bool skip_loopback; /* with all: but those with IFF_LOOPBACK */
	/*
	 * This cgroup instead of interfaces: "" for the mount, a path below it, or an absolute
	 * one; NULL: none. Goes with the hooks of cgroups only.
	 */
	const char *cgroup;
	/* Sockets instead of interfaces, with WEIR_HOOK_SOCKET_FILTER alone; NULL: none. */
	const struct weir_socket_choice *sockets;
	unsigned int hooks; /* bit per enum weir_hook, at least one */
	enum weir_xdp_mode xdp_mode;
	enum weir_tc_method tc_method;
	uint32_t features; /* WEIR_FEATURE_*; counters always are; 0: the default of each hook */
	uint32_t more_features; /* on top of what a program has, if there is one; else alone */
	uint32_t flow_entries;  /* size of the flow table when it is made; 0: the default */
	uint32_t tcp_entries;   /* size of the TCP table, likewise; up to the next power of 2 */
	bool force;             /* take the place of foreign programs that cannot be shared with */
	bool replace; /* load anew what is attached; counts go on and no packet is missed */
};

struct weir_detach_request {
	const char *const *interfaces; /* names or globs, of this namespace; gone ones too */
	size_t interface_count;
	bool all;           /* every attachment; of the context's namespace if that was named */
	const char *cgroup; /* this cgroup instead, as for attaching; a gone one by its last path */
	/* These sockets instead; a gone one by the process and descriptor that it had. */
	const struct weir_socket_choice *sockets;
	unsigned int hooks; /* 0: all of them */
};

enum weir_action {
	WEIR_ACTION_NONE, /* was attached and still is */
	WEIR_ACTION_ATTACH,
	WEIR_ACTION_REPLACE,
	WEIR_ACTION_REATTACH, /* somebody had removed it; same slot, counts go on */
	WEIR_ACTION_DETACH,
};

/* What was done with one slot. */
struct weir_change {
	enum weir_action action;
	uint32_t slot;
	struct weir_slot record;
};

struct weir_changes {
	struct weir_change *items;
	size_t count;
};

void weir_changes_free(struct weir_changes *changes);

/*
 * All or nothing: when one interface fails, what this call attached is detached again.
 * -ENODEV: no such interface. -ENOENT: no such cgroup. -EBUSY: a foreign program is in the way.
 * -ENOSPC: no free slot. -EPERM: a capability lacks, named. -EPROTO: pins of another layout.
 * -EINVAL: a hook that the target, or a feature that the hook does not have.
 */
int weir_attach(struct weir *weir, const struct weir_attach_request *request,
		struct weir_changes *ret_changes, struct weir_error *err);

/* Detaching what is not attached is -ENOENT. Goes on after a failure and reports the first. */
int weir_detach(struct weir *weir, const struct weir_detach_request *request,
		struct weir_changes *ret_changes, struct weir_error *err);

/* Detaches everything everywhere and removes every pin, of whatever layout. */
int weir_purge(struct weir *weir, size_t *ret_detached, struct weir_error *err);

/*
 * The cgroup2 mount that paths are below, the first in /proc/self/mounts, and how many others
 * there are. -ENOENT: none.
 */
int weir_cgroup_mount(char *ret_path, size_t size, unsigned int *ret_others);

/* --- listing --- */

enum weir_state {
	WEIR_STATE_ATTACHED,
	WEIR_STATE_GONE,    /* the interface, its namespace or the cgroup is no more */
	WEIR_STATE_DRIFTED, /* somebody removed or replaced the program */
	WEIR_STATES,
};

const char *weir_state_name(enum weir_state state);

/* The other end of a veth pair. */
struct weir_peer {
	bool known;
	uint32_t ifindex; /* in its namespace; 0: not a veth, or unknown */
	char ifname[WEIR_IFNAME_LEN];
	char netns[WEIR_NETNS_LEN]; /* "" if it has no name or is the one of the veth */
	bool same_netns;
};

struct weir_attachment {
	uint32_t slot;
	struct weir_slot record; /* with current names and paths where they could be found */
	enum weir_state state;
	char detail[256]; /* why it is gone or drifted; "" if attached */
	struct weir_peer peer;
	bool here; /* in the namespace of the context; a cgroup is in none */
};

struct weir_attachments {
	struct weir_attachment *items;
	size_t count;
};

void weir_attachments_free(struct weir_attachments *list);

/* Every attachment, by slot. None, and no error, where nothing was ever attached. */
int weir_list(struct weir *weir, struct weir_attachments *ret_list, struct weir_error *err);

/*
 * The name of the interface that has this name or alternative name in the context's namespace;
 * `name` itself where there is none. ret_name: WEIR_IFNAME_LEN or the length of name.
 */
void weir_interface_name(struct weir *weir, const char *name, char *ret_name, size_t size);

/* --- counters --- */

/* Protocol classes as users know them. Layer 3 and malformed add up to all packets; layer 4 and
 * fragment to ipv4 and ipv6. */
enum weir_protocol {
	WEIR_PROTO_ARP,
	WEIR_PROTO_IPV4,
	WEIR_PROTO_IPV6,
	WEIR_PROTO_OTHER_L3,
	WEIR_PROTO_TCP,
	WEIR_PROTO_UDP,
	WEIR_PROTO_ICMP,
	WEIR_PROTO_ICMPV6,
	WEIR_PROTO_SCTP,
	WEIR_PROTO_OTHER_L4,
	WEIR_PROTO_FRAGMENT,
	WEIR_PROTO_MALFORMED,
	WEIR_PROTOS,
};

enum weir_verdict {
	WEIR_VERDICT_PASS,
	WEIR_VERDICT_SOCKET_FILTER, /* and so on, in the order of enum weir_drop */
	WEIR_VERDICTS,
};

const char *weir_protocol_name(enum weir_protocol protocol);
const char *weir_verdict_name(enum weir_verdict verdict);

/* Upper bound of size bucket i, L2 bytes without FCS; 0 for the open last one. */
uint32_t weir_size_bound(unsigned int i);

/* Sums over CPUs, since attach or the last reset. */
struct weir_counts {
	struct weir_count total; /* frames as handled; L2 length without FCS */
	struct weir_count wire;  /* frames on the wire: each segment of GSO and GRO by itself */
	struct weir_count protocols[WEIR_PROTOS];
	struct weir_count verdicts[WEIR_VERDICTS];
	uint64_t sizes[WEIR_SIZES]; /* packets */
};

struct weir_slot_counts {
	struct weir_attachment attachment; /* state, detail and peer are not looked up */
	struct weir_counts counts;
	struct weir_count *per_cpu; /* totals by CPU */
	unsigned int cpu_count;
};

struct weir_snapshot {
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	struct weir_slot_counts *items;
	size_t count;
};

void weir_snapshot_free(struct weir_snapshot *snapshot);

/*
 * Counters of every attachment that has them. reset: they start again at 0 behind this very
 * reading.
 */
int weir_counters_read(struct weir *weir, bool (*wanted)(const struct weir_attachment *, void *),
		       void *arg, bool reset, struct weir_snapshot *ret_snapshot,
		       struct weir_error *err);

/* Turns what one CPU counted into sums that users know. Pure. */
void weir_counts_add(struct weir_counts *sum, const struct weir_counters *raw);

/* --- flows --- */

/* One direction of a conversation, as one attachment sees it. */
struct weir_flow_info {
	uint8_t src[16]; /* network byte order; IPv4 as mapped IPv6 */
	uint8_t dst[16];
	uint16_t src_port; /* host byte order; ICMP: type << 8 | code; 0: none */
	uint16_t dst_port; /* ICMP: identifier */
	uint8_t protocol;  /* IP protocol number */
	uint8_t tcp_flags; /* seen, as in the TCP header's byte 13 */
	bool v6;
	uint16_t slot;
	uint64_t packets; /* as handled, like counters */
	uint64_t bytes;
	uint64_t first_ns; /* to a tick of the kernel's clock, 1 to 10 ms */
	uint64_t last_ns;
};

struct weir_flow_usage {
	uint64_t entries;  /* flows in the table, those of detached programs included */
	uint64_t capacity; /* of the table */
	uint64_t cached;   /* entries of the caches in use, all CPUs */
	uint64_t inserted; /* flows that ever came into the table */
	uint64_t evicted;  /* of those, how many made room for others: their counts are gone */
	uint64_t failed_packets; /* found no place, and are in no flow */
	uint64_t failed_bytes;
};

struct weir_flows {
	struct weir_flow_info *items; /* in no order */
	size_t count;
	struct weir_attachments attachments; /* those that count flows; state is not looked up */
	struct weir_flow_usage usage;
	uint64_t time_ns; /* CLOCK_REALTIME */
};

void weir_flows_free(struct weir_flows *flows);

/*
 * All flows for which `wanted` (NULL: any) is true; it sees a flow with its attachment. Totals are
 * exact once traffic rests; during it a flow may be seen as it was a moment before.
 */
int weir_flows_read(struct weir *weir,
		    bool (*wanted)(const struct weir_flow_info *, const struct weir_attachment *,
				   void *),
		    void *arg, struct weir_flows *ret_flows, struct weir_error *err);

/* --- TCP connections --- */

enum weir_tcp_state { /* include/net/tcp_states.h */
		      WEIR_TCP_ESTABLISHED = 1,
		      WEIR_TCP_SYN_SENT,
		      WEIR_TCP_SYN_RECV,
		      WEIR_TCP_FIN_WAIT1,
		      WEIR_TCP_FIN_WAIT2,
		      WEIR_TCP_TIME_WAIT,
		      WEIR_TCP_CLOSE,
		      WEIR_TCP_CLOSE_WAIT,
		      WEIR_TCP_LAST_ACK,
		      WEIR_TCP_LISTEN,
		      WEIR_TCP_CLOSING,
		      WEIR_TCP_STATES,
};

const char *weir_tcp_state_name(unsigned int state); /* as ss has it: "established" */
const char *weir_tcp_direction_name(enum weir_tcp_direction direction); /* NULL: unknown */
const char *weir_tcp_end_name(enum weir_tcp_end end);                   /* NULL: open */
const char *weir_tcp_event_name(enum weir_tcp_event_kind kind);
int weir_tcp_state_from_name(const char *name, unsigned int *ret_state); /* -EINVAL: none */

struct weir_tcp_info {
	uint16_t slot;
	/* As in the table, but that state and measures are as of now where the socket lives, and
	 * times are CLOCK_REALTIME. */
	struct weir_tcp tcp;
	bool live;                       /* the kernel has it, as a socket or its TIME-WAIT */
	char netns_name[WEIR_NETNS_LEN]; /* "" if it has none */
	bool here;                       /* in the namespace of the context */
	const char *cgroup; /* path below the mount; NULL if it is no more. Owned by the list */
};

struct weir_paths;

struct weir_tcp_usage {
	uint64_t entries;  /* in the table, those of detached programs included */
	uint64_t capacity; /* of the table */
	uint64_t evicted;  /* connections that made room for others */
	uint64_t failed;   /* found no place */
};

/* Sums over CPUs, since attach. Bucket 0 is 0 µs, i is below 2^i, the last is open. */
struct weir_tcp_slot {
	struct weir_attachment attachment; /* state, detail and peer are not looked up */
	struct weir_tcp_histograms histograms;
};

struct weir_tcp_list {
	struct weir_tcp_info *items; /* in no order */
	size_t count;
	struct weir_tcp_slot *slots; /* those that remember connections */
	size_t slot_count;
	struct weir_tcp_usage usage;
	struct weir_paths *paths; /* of cgroups */
	uint64_t unseen;  /* connections of namespaces that could not be asked: not as of now */
	uint64_t time_ns; /* CLOCK_REALTIME */
};

void weir_tcp_list_free(struct weir_tcp_list *list);

/*
 * Every connection in the table, open or not. While skip-loopback is on, those of loopback
 * addresses are left out.
 */
int weir_tcp_read(struct weir *weir, struct weir_tcp_list *ret_list, struct weir_error *err);

/* What a filter of flows sees of a connection: local is the source, bytes and segments add up. */
void weir_tcp_as_flow(const struct weir_tcp_info *info, struct weir_flow_info *ret_flow);

/*
 * Turns the callbacks on for connections that are older than the attachment, in every network
 * namespace that has a name or a process. -EOPNOTSUPP: this kernel cannot. -ENOENT: no program
 * that remembers connections is attached.
 */
int weir_tcp_adopt(struct weir *weir, size_t *ret_adopted, struct weir_error *err);

struct weir_tcp_occurrence {
	enum weir_tcp_event_kind kind;
	uint64_t time_ns;          /* CLOCK_REALTIME */
	uint32_t value;            /* connect, accept: latency in µs; retransmit: segments;
				    * rto: the timeout in ms */
	struct weir_tcp_info info; /* as of then */
	const struct weir_attachment *attachment;
};

struct weir_tcp_stream;

/* -EBUSY: somebody reads the events already; there can be one. */
int weir_tcp_stream_open(struct weir *weir, struct weir_tcp_stream **ret_stream,
			 struct weir_error *err);
void weir_tcp_stream_close(struct weir_tcp_stream *stream);

/*
 * Waits up to wait_ms for events and hands over what there is, oldest first; call it at least
 * every second, for events stop after three without a reader. A signal ends the waiting early.
 */
int weir_tcp_stream_read(struct weir_tcp_stream *stream, int wait_ms,
			 void (*on_event)(const struct weir_tcp_occurrence *, void *), void *arg,
			 struct weir_error *err);

/* Since it was opened: events that found no room, all slots together. */
uint64_t weir_tcp_stream_lost(const struct weir_tcp_stream *stream);

/* --- sockets --- */

enum weir_socket_filter {
	WEIR_SOCKET_FILTER_NONE,
	WEIR_SOCKET_FILTER_CLASSIC, /* SO_ATTACH_FILTER: classic BPF */
	WEIR_SOCKET_FILTER_EBPF, /* SO_ATTACH_BPF: a program, of which the kernel tells no more */
	WEIR_SOCKET_FILTER_WEIR, /* that of a slot */
	WEIR_SOCKET_FILTER_UNKNOWN, /* it may not be looked at */
	WEIR_SOCKET_FILTERS,
};

const char *weir_socket_filter_name(enum weir_socket_filter filter);

/* A socket as a process has it. One that several processes share is there for each. */
struct weir_socket {
	uint32_t pid;
	int32_t fd;
	char command[16];  /* comm of the process */
	char protocol[16]; /* "tcp", "udp", "unix-dgram" ... */
	char local[112];   /* "127.0.0.1:53", "[::1]:53", a path, "@abstract"; "" for none */
	char remote[112];
	char state[16];      /* of TCP, in small letters; "" for others */
	uint16_t local_port; /* host byte order; 0: none */
	uint16_t remote_port;
	uint64_t inode;
	uint64_t cookie;                /* SO_COOKIE; 0: not known */
	uint64_t netns_cookie;          /* 0: not known */
	char netns[WEIR_NETNS_LEN];     /* "" if it has no name */
	bool here;                      /* in the namespace of the context */
	enum weir_socket_filter filter; /* looked at only where the socket is wanted */
	bool locked;                    /* the filter is, by SO_LOCK_FILTER */
	uint32_t slot;                  /* with WEIR_SOCKET_FILTER_WEIR */
};

struct weir_sockets {
	struct weir_socket *items; /* by process and descriptor */
	size_t count;
};

void weir_sockets_free(struct weir_sockets *sockets);

/*
 * Sockets of all processes and namespaces for which `wanted` (NULL: any) is true; it sees all but
 * filter, locked and slot. A socket that no process holds is not there.
 */
int weir_sockets_read(struct weir *weir, bool (*wanted)(const struct weir_socket *, void *),
		      void *arg, struct weir_sockets *ret_sockets, struct weir_error *err);

/*
 * The same in steps, for who has to do something else meanwhile: a socket costs 0.1 ms. weir and
 * arg are borrowed. A step goes on for about `ms` (0: to the end) and gives what it found, in no
 * order; *ret_more: there are further ones. A failed session can only be closed.
 */
struct weir_sockets_session;

int weir_sockets_open(struct weir *weir, bool (*wanted)(const struct weir_socket *, void *),
		      void *arg, struct weir_sockets_session **ret_session, struct weir_error *err);
int weir_sockets_step(struct weir_sockets_session *session, unsigned int ms,
		      struct weir_sockets *ret_sockets, bool *ret_more, struct weir_error *err);
void weir_sockets_close(struct weir_sockets_session *session);

/* By process and descriptor. */
void weir_sockets_sort(struct weir_sockets *sockets);

/* --- maps --- */

#define WEIR_MAP_USAGES 32

struct weir_map_usage {
	const char *name; /* as it is pinned */
	uint64_t entries;
	uint64_t capacity;
};

struct weir_map_usages {
	struct weir_map_usage items[WEIR_MAP_USAGES];
	size_t count;
};

/*
 * The maps that can become full: the table of attachments and the hashes, but for flows, of which
 * weir_flows_read() tells. None, and no error, where nothing was ever attached.
 */
int weir_map_usages_read(struct weir *weir, struct weir_map_usages *ret_usages,
			 struct weir_error *err);

/* --- settings --- */

/* -ENOENT: nothing was ever attached, so there is no setting; it is off then. */
int weir_skip_loopback_get(struct weir *weir, bool *ret_on, struct weir_error *err);
int weir_skip_loopback_set(struct weir *weir, bool on, struct weir_error *err);

/* --- doctor --- */

enum weir_health { WEIR_HEALTH_OK, WEIR_HEALTH_LIMITED, WEIR_HEALTH_MISSING };

struct weir_check {
	const char *name; /* plain description */
	enum weir_health health;
	char found[1024]; /* what was found, and why not */
	const char *cost; /* what it costs the user where it is missing */
};

struct weir_checks {
	struct weir_check *items;
	size_t count;
};

void weir_checks_free(struct weir_checks *checks);
int weir_doctor(struct weir *weir, struct weir_checks *ret_checks, struct weir_error *err);

#endif
