/* SPDX-License-Identifier: GPL-2.0 */
/* tune.h - part of abi.h: options of new TCP connections. */
#ifndef WEIR_BPF_ABI_TUNE_H
#define WEIR_BPF_ABI_TUNE_H

/*
 * Options that `ctl tune` sets on TCP connections. The units here are those of
 * weir_tune_setting.asked, the value the user gave. Where the kernel takes another unit,
 * weir_tune_setting.value is converted.
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

/*
 * When an option is set. Of the stages that fit, an option uses the one that a connection reaches
 * first.
 */
enum weir_tune_stage {
	WEIR_TUNE_AT_START = 0,       /* at connect() before the SYN, or when accepted */
	WEIR_TUNE_AT_ESTABLISHED = 1, /* options that the handshake resets */
	WEIR_TUNE_BY_RWND = 2,        /* replies to callbacks of the kernel, see bpf_sock_ops.op */
	WEIR_TUNE_BY_TIMEOUT = 3,
	WEIR_TUNE_BY_ECN = 4,
};

struct weir_tune_setting {
	__u8 option; /* enum weir_tune_option */
	__u8 stage;  /* enum weir_tune_stage */
	__u16 level; /* of setsockopt(2); 0 for replies */
	__u32 name;  /* of setsockopt(2), including those for BPF only; 0 for replies */
	__u32 value; /* in the unit of the kernel */
	__u32 asked; /* in the unit of the user */
};

WEIR_ASSERT(sizeof(struct weir_tune_setting) == 16, "tune setting: layout");

#define WEIR_TUNE_RULES 64
#define WEIR_TUNE_SETTINGS 24
#define WEIR_CONGESTION_LEN 16 /* TCP_CA_NAME_MAX */

WEIR_ASSERT((int)WEIR_TUNE_OPTIONS <= WEIR_TUNE_SETTINGS, "tune: room for every option");

/* Which connections match, and the options they get. */
struct weir_tune_rule {
	__u32 number;    /* identifies the entry to the user; unique in a list */
	__u32 stats;     /* index of its element of `tune_stats` */
	__u64 cgroup_id; /* applies to the program of this cgroup only; 0: any */
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
 * Map `tune_rules`: array of two, a double buffer. ctl never writes the active list: it fills the
 * other one once no program reads it any more, and then points weir_settings.tune_list at it.
 */
struct weir_tune_list {
	__u64 generation; /* +1 for each change */
	__u32 count;
	__u32 next_number; /* number of the next entry; numbers are not reused */
	struct weir_tune_rule rules[WEIR_TUNE_RULES]; /* the first match wins */
};

WEIR_ASSERT(sizeof(struct weir_tune_list) == 16 + WEIR_TUNE_RULES * 464, "tune list: layout");

struct weir_tune_count {
	__u64 set;
	__u64 errors;     /* times that the kernel refused the option */
	__s32 last_error; /* positive errno of the latest error; 0: no error */
	__u32 reserved;
};

/* Map `tune_stats`: per-CPU array, one element per list entry. */
struct weir_tune_stats {
	__u64 hits; /* connections that got the entry */
	__u64 reserved;
	struct weir_tune_count options[WEIR_TUNE_SETTINGS]; /* by enum weir_tune_option */
};

WEIR_ASSERT(sizeof(struct weir_tune_stats) == 592, "tune stats: layout");

/* Map `tune_sockets`: socket storage. The entry a connection got, and from which program. */
struct weir_tune_socket {
	__u32 depth;  /* depth of the program's cgroup below the mount, plus 1; 0: no entry */
	__u32 number; /* of the entry */
};

#endif
