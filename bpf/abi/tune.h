/* SPDX-License-Identifier: GPL-2.0 */
/* tune.h - part of abi.h, which includes it: options of new TCP connections. */
#ifndef WEIR_BPF_ABI_TUNE_H
#define WEIR_BPF_ABI_TUNE_H

/*
 * Options that `ctl tune` sets on TCP connections. The units are those of weir_tune_setting.asked,
 * which is what the user gave; where the kernel takes another one, weir_tune_setting.value has it.
 */
enum weir_tune_option {
	WEIR_TUNE_CONGESTION = 0, /* weir_tune_rule.congestion */
	WEIR_TUNE_INITCWND,       /* packets */
	WEIR_TUNE_CWND_CLAMP,     /* packets */
	WEIR_TUNE_INITRWND,       /* segments */
	WEIR_TUNE_RTO_MIN,        /* us */
	WEIR_TUNE_RTO_MAX,        /* us; the kernel takes ms */
	WEIR_TUNE_SYN_RTO,        /* us; the kernel takes jiffies */
	WEIR_TUNE_DELACK_MAX,     /* us */
	WEIR_TUNE_SNDBUF,         /* bytes; the kernel doubles it */
	WEIR_TUNE_RCVBUF,         /* bytes; the kernel doubles it */
	WEIR_TUNE_WINDOW_CLAMP,   /* bytes */
	WEIR_TUNE_PACING,         /* bytes per second */
	WEIR_TUNE_NOTSENT_LOWAT,  /* bytes */
	WEIR_TUNE_NODELAY,        /* 1 */
	WEIR_TUNE_KEEPALIVE,      /* 1 */
	WEIR_TUNE_KEEPIDLE,       /* us; the kernel takes seconds */
	WEIR_TUNE_KEEPINTVL,      /* us; the kernel takes seconds */
	WEIR_TUNE_KEEPCNT,        /* probes */
	WEIR_TUNE_USER_TIMEOUT,   /* us; the kernel takes ms */
	WEIR_TUNE_TOS,            /* byte of the IPv4 header, or traffic class of IPv6 */
	WEIR_TUNE_MARK,           /* SO_MARK */
	WEIR_TUNE_ECN,            /* 1 */
	WEIR_TUNE_OPTIONS,
};

/* When an option is set: the first that a connection has of these. */
enum weir_tune_stage {
	WEIR_TUNE_AT_START = 0,       /* connect, before the SYN; or accepted */
	WEIR_TUNE_AT_ESTABLISHED = 1, /* what the handshake sets anew */
	WEIR_TUNE_BY_RWND = 2,        /* answers to questions of the kernel, see bpf_sock_ops.op */
	WEIR_TUNE_BY_TIMEOUT = 3,
	WEIR_TUNE_BY_ECN = 4,
};

struct weir_tune_setting {
	__u8 option; /* enum weir_tune_option */
	__u8 stage;  /* enum weir_tune_stage */
	__u16 level; /* of setsockopt(2); 0 for answers */
	__u32 name;  /* of setsockopt(2), those of BPF included; 0 for answers */
	__u32 value; /* as the kernel takes it */
	__u32 asked; /* as the user gave it */
};

WEIR_ASSERT(sizeof(struct weir_tune_setting) == 16, "tune setting: layout");

#define WEIR_TUNE_RULES 64
#define WEIR_TUNE_SETTINGS 24
#define WEIR_CONGESTION_LEN 16 /* TCP_CA_NAME_MAX */

WEIR_ASSERT((int)WEIR_TUNE_OPTIONS <= WEIR_TUNE_SETTINGS, "tune: room for every option");

/* Which connections, and what they get. */
struct weir_tune_rule {
	__u32 number;    /* by which the user calls it; never of two entries of a list */
	__u32 stats;     /* its element of `tune_stats` */
	__u64 cgroup_id; /* only for the program of that cgroup; 0: of any */
	__u32 remote[4]; /* network byte order; IPv4 as mapped IPv6 */
	__u32 mask[4];   /* all 0: any address */
	__u16 local_min; /* ports, host byte order, inclusive */
	__u16 local_max;
	__u16 remote_min;
	__u16 remote_max;
	__u32 setting_count;
	__u32 reserved;
	char congestion[WEIR_CONGESTION_LEN];
	struct weir_tune_setting settings[WEIR_TUNE_SETTINGS];
};

WEIR_ASSERT(sizeof(struct weir_tune_rule) == 464, "tune rule: layout");

/*
 * Map `tune_rules`: array of two. The one in force is never written: a change fills the other and
 * then points weir_settings.tune_list at it, once no program is reading it any more.
 */
struct weir_tune_list {
	__u64 generation; /* +1 for each change */
	__u32 count;
	__u32 next_number; /* for the next entry; numbers are not given again */
	struct weir_tune_rule rules[WEIR_TUNE_RULES]; /* the first that matches is taken */
};

WEIR_ASSERT(sizeof(struct weir_tune_list) == 16 + WEIR_TUNE_RULES * 464, "tune list: layout");

struct weir_tune_count {
	__u64 set;
	__u64 errors;     /* what the kernel refused for a connection */
	__s32 last_error; /* errno of one of those, positive; 0: none */
	__u32 reserved;
};

/* Map `tune_stats`: per-CPU array, an element per entry. */
struct weir_tune_stats {
	__u64 hits; /* connections */
	__u64 reserved;
	struct weir_tune_count options[WEIR_TUNE_SETTINGS]; /* by enum weir_tune_option */
};

WEIR_ASSERT(sizeof(struct weir_tune_stats) == 592, "tune stats: layout");

/* Map `tune_sockets`: socket storage. Which entry a connection got, and of which program. */
struct weir_tune_socket {
	__u32 depth;  /* of the program's cgroup below the mount, + 1; 0: none */
	__u32 number; /* of the entry */
};

#endif
