/* SPDX-License-Identifier: GPL-2.0 */
/* counters.h - kernel counters that indicate the health of the network. */
#ifndef WEIR_HEALTH_COUNTERS_H
#define WEIR_HEALTH_COUNTERS_H

#include <stdint.h>
#include <stdio.h>

struct health_counters {
	uint64_t segments_sent; /* these are of the thread's namespace ... */
	uint64_t retransmits;
	uint64_t loss_probes;
	uint64_t resets_sent;
	uint64_t udp_overflow;
	uint64_t qdisc_drops;
	uint64_t napi_budget; /* ... and these of the machine */
	uint64_t backlog_drops;
};

int health_counters_read(struct health_counters *ret_counters);

/* Returns the value of `group: name` in a file like /proc/net/snmp; 0 if it is missing. */
uint64_t snmp_value(FILE *f, const char *group, const char *name);

/* Returns column i, from 0, of /proc/net/softnet_stat, summed over CPUs. */
uint64_t softnet_sum(FILE *f, unsigned int column);

#endif
