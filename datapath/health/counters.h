/* SPDX-License-Identifier: GPL-2.0 */
/* counters.h - counters of the kernel that tell of health. */
#ifndef WEIR_HEALTH_COUNTERS_H
#define WEIR_HEALTH_COUNTERS_H

#include <stdint.h>
#include <stdio.h>

struct health_counters {
	uint64_t segments_sent; /* all of the thread's namespace ... */
	uint64_t retransmits;
	uint64_t loss_probes;
	uint64_t resets_sent;
	uint64_t udp_overflow;
	uint64_t qdisc_drops;
	uint64_t napi_budget; /* ... and these of the machine */
	uint64_t backlog_drops;
};

int health_counters_read(struct health_counters *ret_counters);

/* The value of `group: name` in a file of the format of /proc/net/snmp; 0 where it is not. */
uint64_t snmp_value(FILE *f, const char *group, const char *name);

/* Column i, from 0, of /proc/net/softnet_stat, summed over CPUs. */
uint64_t softnet_sum(FILE *f, unsigned int column);

#endif
