/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tune.h - options of new TCP connections: an ordered list of entries. Sockops programs with the
 * feature `tune` apply the first one that matches. See docs/sockets.md.
 */
#ifndef WEIR_TUNE_TUNE_H
#define WEIR_TUNE_TUNE_H

#include "bpf/abi/abi.h"
#include "datapath/attach/attach.h"

/* Unit of weir_tune_setting.asked. */
enum weir_tune_unit {
	WEIR_TUNE_NAME,   /* text, in weir_tune_rule.congestion */
	WEIR_TUNE_NUMBER, /* a number of `noun` */
	WEIR_TUNE_TIME,   /* a time in units of `scale_us` */
	WEIR_TUNE_BYTES,
	WEIR_TUNE_RATE,   /* bytes per second */
	WEIR_TUNE_SWITCH, /* 1 */
	WEIR_TUNE_BITS,   /* shown in hexadecimal, 0x2a */
};

struct weir_tune_info {
	const char *name; /* on the command line: "rto-min" */
	const char *noun; /* "packets"; "": the unit is enough */
	enum weir_tune_unit unit;
	uint32_t scale_us; /* of a time: the length of one unit in µs */
	uint32_t min, max; /* accepted range; the kernel may accept less */
};

/* Returns NULL if there is no such option. */
const struct weir_tune_info *weir_tune_option(enum weir_tune_option option);

#define WEIR_TUNE_TEXT 64

/* Formats a value: "20 packets", "200 ms", "65536 B", "10 Mbit/s", "on", "0x10", "bbr". */
const char *weir_tune_value_text(const struct weir_tune_rule *rule,
				 const struct weir_tune_setting *setting, char *buffer,
				 size_t size);

struct weir_tune_request {
	const char *cgroup; /* only connections of this cgroup and those below; NULL: any */
	uint32_t before;    /* number of the entry to insert before; 0: append */
	/*
	 * The caller sets remote, mask, ports and congestion as in the map, and option and asked of
	 * each setting. The rest is filled in.
	 */
	struct weir_tune_rule rule;
};

struct weir_tune_added {
	uint32_t number;
	struct weir_changes changes; /* attached for this entry */
	size_t programs;             /* attached programs that use the list; 0: no effect yet */
};

/*
 * Adds an entry. First tries every option on a test socket, in the way programs set them. Attaches
 * a program to the cgroup if it has none with the feature. All or nothing. Returns -EINVAL if there
 * is no option, an option is given twice or is out of range, or the kernel refuses or changes its
 * value; -ENOSPC if the list is full; -ENOENT if there is no such cgroup or no entry `before`.
 */
int weir_tune_add(struct weir *weir, const struct weir_tune_request *request,
		  struct weir_tune_added *ret_added, struct weir_error *err);

/*
 * Deletes the given entries; every entry if `count` is 0. Deletes nothing and returns -ENOENT if
 * one does not exist.
 */
int weir_tune_delete(struct weir *weir, const uint32_t *numbers, size_t count, size_t *ret_deleted,
		     struct weir_error *err);

struct weir_tune_entry {
	struct weir_tune_rule rule;
	struct weir_tune_stats stats; /* summed over CPUs */
	char cgroup[WEIR_TARGET_LEN]; /* path below the mount; "": any, or deleted */
	bool gone;                    /* its cgroup was deleted */
};

struct weir_tune_entries {
	struct weir_tune_entry *items; /* in order */
	size_t count;
	size_t programs; /* attached programs that use the list */
};

void weir_tune_entries_free(struct weir_tune_entries *entries);

int weir_tune_list(struct weir *weir, struct weir_tune_entries *ret_entries,
		   struct weir_error *err);

/* A hypothetical connection. */
struct weir_tune_question {
	uint8_t remote[16]; /* network byte order; IPv4 as mapped IPv6 */
	uint16_t remote_port;
	uint16_t local_port; /* 0: any; matches no entry with a local port */
	/*
	 * cgroups whose programs see it, from the inside out; NULL: entries of every cgroup apply
	 */
	const uint64_t *cgroups;
	size_t cgroup_count;
};

/*
 * Returns the entry for a connection, or NULL. No side effects; matches as bpf/tune/tune.bpf.h
 * does.
 */
const struct weir_tune_entry *weir_tune_match(const struct weir_tune_entries *entries,
					      const struct weir_tune_question *question);

/*
 * Returns the cgroup of `path` and those above it that have a program with the feature `tune`, from
 * the inside out. The caller frees them.
 */
int weir_tune_cgroups(struct weir *weir, const char *path, uint64_t **ret_cgroups,
		      size_t *ret_count, struct weir_error *err);

#endif
