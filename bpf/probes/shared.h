/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shared.h - types shared by the programs of `ctl probe run` and their session. The maps are not
 * pinned and end with the process, so this is not part of the ABI.
 *
 * A program runs a plan: a list of steps over a file of 64-bit values. A value is bad if it could
 * not be read or was computed from such a value. Steps write their results into one area, which
 * starts with the key of the table, followed by the event.
 */
#ifndef WEIR_BPF_PROBES_SHARED_H
#define WEIR_BPF_PROBES_SHARED_H

#include <linux/types.h>

#define PROBE_STEPS 256
#define PROBE_EARLY 4       /* steps of early conditions, which need no scratch area */
#define PROBE_UNROLLED 8    /* steps at the start of the plan that are unrolled */
#define PROBE_VALUES 64     /* each has a bit in `bad` */
#define PROBE_TEXT 1024     /* bytes of all texts to compare with */
#define PROBE_STRING 256    /* longest string to read, with its NUL */
#define PROBE_BLOB 512      /* longest structure or array to read */
#define PROBE_KEY_STRING 64 /* size of a string or structure in the key */
#define PROBE_KEY 256       /* size of the key, from its mask on */
#define PROBE_DATA 3072     /* size of key and event together */
#define PROBE_AREA 4096     /* next power of two, to bound indexes into the area */
#define PROBE_RECORD 512    /* bytes from the start of a tracepoint's record */
#define PROBE_REGS_X86 21   /* words of struct pt_regs on x86-64 */
#define PROBE_REGS_ARM64 32 /* the same: x0 to x30, sp */
#define PROBE_PLACES 1024   /* locations of all USDT probes of a program */
#define PROBE_LEVELS 4      /* nesting levels of probes on one CPU */
#define PROBE_DEPTH 64      /* frames of a stack */
#define PROBE_ITEMS 48      /* values to print, each has a bit in a mask */
#define PROBE_STATS 4       /* expressions of --sum and the like */
#define PROBE_BUCKETS 65    /* negative, 0, 1, 2-3, 4-7, ... 2^62 and above */

/* Indexes of `args` after the arguments. */
enum probe_arg {
	PROBE_ARG_RETVAL = 12,
	PROBE_ARG_LATENCY = 13, /* ns */
	PROBE_ARG_ADDRESS = 14, /* address of the perf event's sample */
	PROBE_ARG_CONTEXT = 15, /* address of a tracepoint's record */
	PROBE_ARG_TARGET = 16,
	PROBE_ARGS = 32,
};

enum probe_op {
	PROBE_END,
	PROBE_IMM,     /* dst = imm */
	PROBE_ARG,     /* dst = args[offset] */
	PROBE_FIELD,   /* dst = `size` bytes of the record at `offset` */
	PROBE_BUILTIN, /* dst = builtin, enum probe_builtin in `offset` */
	PROBE_LOAD,    /* dst = `size` bytes at a + imm */
	PROBE_EXTEND,  /* dst = a << offset >> size, a bit field; sign-extended if b */
	PROBE_BINARY,  /* dst = a OP b, enum probe_binary in `offset` */
	PROBE_UNARY,   /* dst = OP a, enum probe_unary in `offset` */
	PROBE_STORE,   /* area[offset] = `size` bytes of a */
	PROBE_READ,    /* area[offset] = `size` bytes at a + imm */
	PROBE_READ_STRING,
	PROBE_COMM,    /* area[offset] = comm */
	PROBE_COMM_IS, /* dst = comm equals the text at imm, of `size` bytes with its NUL */
	PROBE_COMPARE, /* dst = area[offset] equals the text at imm, of `size` bytes with its NUL */
};

enum probe_space { PROBE_ANY, PROBE_KERNEL, PROBE_USER }; /* in b of steps that read memory */

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
	PROBE_DIV, /* division by 0 gives a bad value; unsigned, see PROBE_SDIV */
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
	PROBE_AND, /* false if one side is good and 0, even if the other is bad; OR likewise */
	PROBE_OR,
};

enum probe_unary { PROBE_NEG, PROBE_INVERT, PROBE_NOT, PROBE_SWAP16, PROBE_SWAP32, PROBE_SWAP64 };

/* The operand that `imm` replaces. */
enum probe_fixed { PROBE_FIXED_NONE, PROBE_FIXED_A, PROBE_FIXED_B };

/*
 * ALL stops the run unless the result is good and not 0. PART stops it if the result is good and 0.
 */
enum probe_filter { PROBE_FILTER_NONE, PROBE_FILTER_ALL, PROBE_FILTER_PART };

struct probe_step {
	__u8 op;
	__u8 dst;
	__u8 a;
	__u8 b;
	__u16 size;
	__u16 item; /* bit of the mask to set if the value is bad */
	__u32 offset;
	__u8 fixed;  /* enum probe_fixed, of PROBE_BINARY */
	__u8 doubt;  /* the result may be bad, or replaces a value that may be */
	__u8 filter; /* enum probe_filter */
	__u8 reserved;
	__s64 imm;
};

/* The plan: read-only data of a program. */
struct probe_plan {
	__u32 steps;
	__u32 args;       /* mask of the first twelve arguments to collect */
	__u32 event_size; /* 0: no events */
	__u32 key_size;   /* bytes; 0: no table */
	__u32 stats;      /* number of `stat` in use in struct probe_sum */
	__u32 tgid;       /* only this process; 0: all */
	__u32 cgroup;     /* only tasks below the cgroup in map `cgroups` */
	__u32 limit;      /* stop after this many hits, counted in map `limit` */
	__u32 kernel;     /* kernel memory may be read */
	__u32 saved;      /* the program at entry saved arguments and time */
	__u32 stack;      /* 1: kernel stack, 2: user stack; part of the key if that is requested */
	__u32 hist;       /* 1 + index of the value for the histogram; 0: no histogram */
	__u32 cookie;     /* several targets, identified by the kernel's cookie */
	__u32 target;     /* target if there is no cookie */
	__u32 preempted;  /* another task may preempt the program on the same CPU */
	__u32 total;      /* all sums in one row, in map `total` */
	__u32 values[PROBE_STATS];       /* indexes of the values to sum */
	__u32 words[PROBE_RECORD / 128]; /* mask of the record's 4-byte words to read */
	__u32 record_size; /* bytes, the last word may be partial; 0: record not needed */
};

/* Header of each event. */
struct probe_event {
	__u64 time; /* CLOCK_MONOTONIC, ns */
	__u64 bad;  /* mask of bad items */
	__u32 tgid;
	__u32 tid;
	__u32 target; /* which target of the session */
	__u32 cpu;
	__s32 stack; /* id in map `stacks`; negative: no stack */
	__u32 reserved;
	char comm[16];
};

/* Header of each key. */
struct probe_key {
	__u64 bad;
	__s32 stack; /* 0 unless stacks are requested */
	__u32 reserved;
};

struct probe_stat {
	__u64 count; /* good values only */
	__s64 sum;
	__s64 min;
	__s64 max;
};

/* Map `sums`. Without a histogram the value ends before `buckets`. */
struct probe_sum {
	__u64 count;
	struct probe_stat stat[PROBE_STATS];
	__u64 buckets[PROBE_BUCKETS];
};

/* Map `starts`: state from the call of a function to its return, by thread. */
struct probe_start {
	__u64 time;
	__u64 args[6];
};

enum probe_place_kind {
	PROBE_PLACE_BAD, /* unsupported location: the value is bad */
	PROBE_PLACE_CONST,
	PROBE_PLACE_REGISTER,
	PROBE_PLACE_MEMORY, /* at base + index * scale + offset */
};

/* Location of one argument of a USDT probe. */
struct probe_place_arg {
	__s64 offset; /* for PROBE_PLACE_CONST: the constant */
	__u8 kind;
	__u8 base;  /* index of the word in struct pt_regs */
	__u8 index; /* as base */
	__u8 scale; /* 0: no index */
	__u8 shift; /* unused high bits of the value */
	__u8 is_signed;
	__u16 reserved;
};

/* Map `places`, indexed by the cookie of the uprobe. */
struct probe_place {
	__u32 target;
	__u32 args;
	struct probe_place_arg arg[12];
};

/* Header of each element of map `scratches`, per CPU. */
struct probe_head {
	__u64 hits; /* hits that passed --if and the other filters */
	__u32 busy;
	__u32 reserved;
};

/* Map `counts`, per CPU. */
struct probe_counts {
	__u64 lost;     /* events that found no room in the ring buffer */
	__u64 unsummed; /* hits that found no room in the table */
	__u64 busy;     /* hits while all scratch areas were in use */
	__u64 unpaired; /* returns without a recorded call */
	__u64 bad;      /* hits for which --if could not be evaluated: something was unreadable */
};

#endif
