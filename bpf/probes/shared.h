/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shared.h - what the programs of `ctl probe run` and their session share. The maps are not pinned
 * and end with the process, so this is no part of the ABI.
 *
 * A program runs a plan: a list of steps over a file of 64-bit values, each of which may be bad
 * (what it was read from could not be read). Steps write what is wanted into one area, which
 * begins with the key of the table and goes on with the event.
 */
#ifndef WEIR_BPF_PROBES_SHARED_H
#define WEIR_BPF_PROBES_SHARED_H

#include <linux/types.h>

#define PROBE_STEPS 256
#define PROBE_EARLY 4       /* steps of conditions that need no scratch */
#define PROBE_UNROLLED 8    /* the first steps, which have code of their own */
#define PROBE_VALUES 64     /* a bit each in `bad` */
#define PROBE_TEXT 1024     /* bytes of the texts that are compared with */
#define PROBE_STRING 256    /* longest string that is read, with its 0 */
#define PROBE_BLOB 512      /* longest structure or array */
#define PROBE_KEY_STRING 64 /* of a string or structure in the key */
#define PROBE_KEY 256       /* area of the key, from its mask on */
#define PROBE_DATA 3072     /* area of key and event together */
#define PROBE_AREA 4096     /* the power of two above, for indexes of the area */
#define PROBE_RECORD 512    /* of a tracepoint's record, from its start */
#define PROBE_REGS_X86 21   /* words of struct pt_regs on x86-64 */
#define PROBE_REGS_ARM64 32 /* the same: x0 to x30, sp */
#define PROBE_PLACES 1024   /* of all USDT probes of a program */
#define PROBE_LEVELS 4      /* probes that interrupt each other on one CPU */
#define PROBE_DEPTH 64      /* frames of a stack */
#define PROBE_ITEMS 48      /* printed, a bit each in a mask */
#define PROBE_STATS 4       /* expressions of --sum and so on */
#define PROBE_BUCKETS 65    /* negative, 0, 1, 2-3, 4-7, ... 2^62 and above */

/* Places in `args` beside the arguments. */
enum probe_arg {
	PROBE_ARG_RETVAL = 12,
	PROBE_ARG_LATENCY = 13, /* ns */
	PROBE_ARG_ADDRESS = 14, /* of a perf event's sample */
	PROBE_ARG_CONTEXT = 15, /* where a tracepoint's record lies */
	PROBE_ARG_TARGET = 16,
	PROBE_ARGS = 32,
};

enum probe_op {
	PROBE_END,
	PROBE_IMM,     /* dst = imm */
	PROBE_ARG,     /* dst = args[offset] */
	PROBE_FIELD,   /* dst = `size` bytes of the record at `offset` */
	PROBE_BUILTIN, /* dst = enum probe_builtin of `offset` */
	PROBE_LOAD,    /* dst = `size` bytes at a + imm */
	PROBE_EXTEND,  /* dst = a << offset >> size, with sign if b: a part of it */
	PROBE_BINARY,  /* dst = a OP b, enum probe_binary of `offset` */
	PROBE_UNARY,   /* dst = OP a, enum probe_unary of `offset` */
	PROBE_STORE,   /* area[offset] = `size` bytes of a */
	PROBE_READ,    /* area[offset] = `size` bytes at a + imm */
	PROBE_READ_STRING,
	PROBE_COMM,    /* area[offset] = comm */
	PROBE_COMM_IS, /* dst = comm is the text at imm, of `size` bytes with its 0 */
	PROBE_COMPARE, /* dst = area[offset] is the text at imm, of `size` bytes with its 0 */
};

enum probe_space { PROBE_ANY, PROBE_KERNEL, PROBE_USER }; /* in b of what reads */

enum probe_builtin {
	PROBE_PID,
	PROBE_TID,
	PROBE_UID,
	PROBE_GID,
	PROBE_CPU,
	PROBE_CGROUP,
	PROBE_NSECS,
};

enum probe_binary {
	PROBE_ADD,
	PROBE_SUB,
	PROBE_MUL,
	PROBE_DIV, /* by 0: bad; unsigned, unless b's sign was asked for */
	PROBE_MOD,
	PROBE_SDIV,
	PROBE_SMOD,
	PROBE_BITAND,
	PROBE_BITOR,
	PROBE_BITXOR,
	PROBE_SHL,
	PROBE_SHR,
	PROBE_SAR,
	PROBE_EQ,
	PROBE_NE,
	PROBE_LT,
	PROBE_LE,
	PROBE_SLT,
	PROBE_SLE,
	PROBE_AND, /* false if one is good and 0, whatever the other; so "or" */
	PROBE_OR,
};

enum probe_unary { PROBE_NEG, PROBE_INVERT, PROBE_NOT, PROBE_SWAP16, PROBE_SWAP32, PROBE_SWAP64 };

/* `imm` stands for a or b, which are no values then. */
enum probe_fixed { PROBE_FIXED_NONE, PROBE_FIXED_A, PROBE_FIXED_B };

/* The run ends here unless the result is good and not 0; if it is good and 0. */
enum probe_filter { PROBE_FILTER_NONE, PROBE_FILTER_ALL, PROBE_FILTER_PART };

struct probe_step {
	__u8 op;
	__u8 dst;
	__u8 a;
	__u8 b;
	__u16 size;
	__u16 item; /* bit of the mask that tells of a bad one */
	__u32 offset;
	__u8 fixed;  /* enum probe_fixed, of PROBE_BINARY */
	__u8 doubt;  /* the result may be bad, or what was at its place */
	__u8 filter; /* enum probe_filter */
	__u8 reserved;
	__s64 imm;
};

/* Read-only data of a program. */
struct probe_plan {
	__u32 steps;
	__u32 args;       /* bits: which of the first twelve are taken */
	__u32 event_size; /* 0: no events */
	__u32 key_size;   /* 0: no table */
	__u32 stats;      /* how many of `stat` of struct probe_sum */
	__u32 tgid;       /* only that process; 0: all */
	__u32 cgroup;     /* only below the one in map `cgroups` */
	__u32 limit;      /* the map `limit` counts down */
	__u32 kernel;     /* kernel memory may be read */
	__u32 saved;      /* the entry saved arguments and time */
	__u32 stack;      /* 1 the kernel's, 2 the process's; with the key if that is asked for */
	__u32 hist;       /* 1 + which value makes the histogram; 0: none */
	__u32 cookie;     /* there are several targets, which the kernel tells apart */
	__u32 target;     /* without a cookie */
	__u32 preempted;  /* another task may run into it meanwhile, on the same CPU */
	__u32 total;      /* one row of sums, which is in map `total` */
	__u32 values[PROBE_STATS];       /* that are summed: places in the file of values */
	__u32 words[PROBE_RECORD / 128]; /* bits: words of 4 bytes of the record */
	__u32 record_size;               /* bytes; the last word may not be whole; 0: none wanted */
};

/* Begins each event. */
struct probe_event {
	__u64 time; /* CLOCK_MONOTONIC, ns */
	__u64 bad;  /* mask of items */
	__u32 tgid;
	__u32 tid;
	__u32 target; /* which of the session's points */
	__u32 cpu;
	__s32 stack; /* of map `stacks`; negative: none */
	__u32 reserved;
	char comm[16];
};

/* Begins each key. */
struct probe_key {
	__u64 bad;
	__s32 stack; /* 0 unless stacks are asked for */
	__u32 reserved;
};

struct probe_stat {
	__u64 count; /* of good values */
	__s64 sum;
	__s64 min;
	__s64 max;
};

/* Map `sums`; without a histogram the value ends before `buckets`. */
struct probe_sum {
	__u64 count;
	struct probe_stat stat[PROBE_STATS];
	__u64 buckets[PROBE_BUCKETS];
};

/* Map `starts`: from a call to its return, by thread. */
struct probe_start {
	__u64 time;
	__u64 args[6];
};

enum probe_place_kind {
	PROBE_PLACE_BAD, /* not understood: the value is bad */
	PROBE_PLACE_CONST,
	PROBE_PLACE_REGISTER,
	PROBE_PLACE_MEMORY, /* at base + index * scale + offset */
};

/* Where an argument of a USDT probe is. */
struct probe_place_arg {
	__s64 offset; /* or the constant */
	__u8 kind;
	__u8 base;  /* word of struct pt_regs */
	__u8 index; /* likewise */
	__u8 scale; /* 0: no index */
	__u8 shift; /* bits above the value */
	__u8 is_signed;
	__u16 reserved;
};

/* Map `places`, by the cookie of the uprobe. */
struct probe_place {
	__u32 target;
	__u32 args;
	struct probe_place_arg arg[12];
};

/* Begins each element of map `scratches`, per CPU. */
struct probe_head {
	__u64 hits; /* past --if and the other filters */
	__u32 busy;
	__u32 reserved;
};

/* Map `counts`, per CPU. */
struct probe_counts {
	__u64 lost;     /* events that found no room in the ring buffer */
	__u64 unsummed; /* found no room in the table */
	__u64 busy;     /* another probe was at work */
	__u64 unpaired; /* returns without a call that was seen, or no room for the call */
	__u64 bad;      /* --if could not be told, for something was not readable */
};

#endif
