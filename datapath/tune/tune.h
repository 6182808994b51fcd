/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tune.h - options of new TCP connections: an ordered list of entries, the first match of which is
 * applied by the sockops programs that have the feature `tune`. docs/sockets.md tells more.
 */
#ifndef WEIR_TUNE_TUNE_H
#define WEIR_TUNE_TUNE_H

#include "bpf/abi/abi.h"
#include "datapath/attach/attach.h"

/* What the value of an option is, as struct weir_tune_setting.asked has it. */
enum weir_tune_unit {
	WEIR_TUNE_NAME,   /* in weir_tune_rule.congestion */
	WEIR_TUNE_NUMBER, /* of what `noun` says */
	WEIR_TUNE_TIME,   /* in units of `scale_us` */
	WEIR_TUNE_BYTES,
	WEIR_TUNE_RATE,   /* bytes per second */
	WEIR_TUNE_SWITCH, /* 1 */
	WEIR_TUNE_BITS,   /* a number for people as 0x2a */
};

struct weir_tune_info {
	const char *name; /* word of the command line: "rto-min" */
	const char *noun; /* "packets"; "" where the unit says it */
	enum weir_tune_unit unit;
	uint32_t scale_us; /* of a time: microseconds that 1 stands for */
	uint32_t min, max; /* what can be asked for at all; the kernel may take less */
};

/* NULL: no such option. */
const struct weir_tune_info *weir_tune_option(enum weir_tune_option option);

#define WEIR_TUNE_TEXT 64

/* "20 packets", "200 ms", "65536 B", "10 Mbit/s", "on", "0x10", "bbr". */
const char *weir_tune_value_text(const struct weir_tune_rule *rule,
				 const struct weir_tune_setting *setting, char *buffer,
				 size_t size);

struct weir_tune_request {
	const char *cgroup; /* only connections of that cgroup and those below; NULL: any */
	uint32_t before;    /* number of the entry in front of which this one goes; 0: the last */
	/*
	 * remote, mask, ports and congestion as in the map; of settings, option and asked. The
	 * rest is filled in.
	 */
	struct weir_tune_rule rule;
};

struct weir_tune_added {
	uint32_t number;
	struct weir_changes changes; /* what was attached for it */
	size_t programs;             /* that look at the list now; 0: nothing happens yet */
};

/*
 * Tries every option on a socket of its own first, as programs set them. Attaches a program to the
 * cgroup if that has none, or none with the feature. All or nothing.
 * -EINVAL: no option, or one twice, or out of bounds; or the kernel refuses it, or takes another
 * value for it. -ENOSPC: no room. -ENOENT: no such cgroup, or no entry `before`.
 */
int weir_tune_add(struct weir *weir, const struct weir_tune_request *request,
		  struct weir_tune_added *ret_added, struct weir_error *err);

/* All of them or, with one that is not there, none. count 0: every entry. -ENOENT. */
int weir_tune_delete(struct weir *weir, const uint32_t *numbers, size_t count, size_t *ret_deleted,
		     struct weir_error *err);

struct weir_tune_entry {
	struct weir_tune_rule rule;
	struct weir_tune_stats stats; /* sums over CPUs */
	char cgroup[WEIR_TARGET_LEN]; /* path below the mount; "" if any, or if it is no more */
	bool gone;                    /* its cgroup is no more */
};

struct weir_tune_entries {
	struct weir_tune_entry *items; /* in order */
	size_t count;
	size_t programs; /* that look at the list */
};

void weir_tune_entries_free(struct weir_tune_entries *entries);

int weir_tune_list(struct weir *weir, struct weir_tune_entries *ret_entries,
		   struct weir_error *err);

/* A connection that might be. */
struct weir_tune_question {
	uint8_t remote[16]; /* network byte order; IPv4 as mapped IPv6 */
	uint16_t remote_port;
	uint16_t local_port; /* 0: any; meets no entry that asks for one */
	/* cgroups whose programs see it, from the inside out; NULL: entries of any cgroup count */
	const uint64_t *cgroups;
	size_t cgroup_count;
};

/* The entry for a connection; NULL: none. Pure; the same rules as in bpf/tune/tune.bpf.h. */
const struct weir_tune_entry *weir_tune_match(const struct weir_tune_entries *entries,
					      const struct weir_tune_question *question);

/*
 * The cgroups above and including that of path which have a program that looks at the list, from
 * the inside out. The caller frees them.
 */
int weir_tune_cgroups(struct weir *weir, const char *path, uint64_t **ret_cgroups,
		      size_t *ret_count, struct weir_error *err);

#endif
