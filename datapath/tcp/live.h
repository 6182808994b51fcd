/* SPDX-License-Identifier: GPL-2.0 */
/* live.h - updates connections of the table from the kernel's sockets; for datapath/tcp. */
#ifndef WEIR_TCP_LIVE_H
#define WEIR_TCP_LIVE_H

#include "datapath/state/tcp_table.h"
#include "datapath/tcp/tcp.h"

/* Returns CLOCK_REALTIME minus CLOCK_MONOTONIC in ns. */
uint64_t tcp_clock_offset(void);

/* Converts the times of an entry to CLOCK_REALTIME. */
void tcp_times(struct weir_tcp *tcp, uint64_t offset);

/* A cache of cgroup paths. *paths is allocated on demand, and grows. */
void tcp_paths_free(struct weir_paths *paths);

/* Sets the names of namespace and cgroup, and `here`. Returns -ENOMEM. */
int tcp_place(struct weir *weir, struct weir_paths **paths, struct weir_tcp_info *info);

/* Sorts by cookie and queries every namespace. owners[slot] gives the keys in the table. */
int tcp_refresh(struct weir *weir, struct weir_tcp_list *list, const struct tcp_table *table,
		const uint32_t *owners);

#endif
