/* SPDX-License-Identifier: GPL-2.0 */
/* counters.h - kernel counters that indicate the health of the network. */
#ifndef WEIR_HEALTH_COUNTERS_H
#define WEIR_HEALTH_COUNTERS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum health_counter {
	HEALTH_SEGMENTS_SENT, /* these are of the thread's namespace ... */
	HEALTH_RETRANSMITS,
	HEALTH_LOSS_PROBES,
	HEALTH_RESETS_SENT,
	HEALTH_UDP_OVERFLOW,
	HEALTH_QDISC_DROPS,
	HEALTH_NAPI_BUDGET, /* ... and these of the machine */
	HEALTH_BACKLOG_DROPS,
	HEALTH_COUNTERS,
};

/*
 * The counters, with qdiscs and CPUs separate: they come and go, so sums would not be comparable.
 */
struct health_reading {
	struct health_part {
		enum health_counter counter;
		uint64_t of; /* its qdisc or CPU; for UDP 4 or 6; else 0 */
		uint64_t value;
	} * parts;
	size_t count, room;
};

/* Reads all counters. Returns 0 or -errno. */
int health_reading_take(struct health_reading *ret_reading);
void health_reading_free(struct health_reading *reading);

/* Returns 0 or -ENOMEM. */
int health_reading_add(struct health_reading *reading, enum health_counter counter, uint64_t of,
		       uint64_t value);

/*
 * Adds the growth of each part to its sum, by the rule of datapath/base/growth.h. A new qdisc has
 * counted since it was created. A CPU that came back has counted before.
 */
void health_reading_grow(const struct health_reading *before, const struct health_reading *now,
			 uint64_t sums[HEALTH_COUNTERS]);

/* Returns the value of `group: name` in a file like /proc/net/snmp; 0 if it is missing. */
uint64_t snmp_value(FILE *f, const char *group, const char *name);

/* Reads both counters of each CPU from /proc/net/softnet_stat. Returns 0 or -ENOMEM. */
int softnet_read(FILE *f, struct health_reading *reading);

#endif
