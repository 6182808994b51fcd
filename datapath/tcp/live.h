/* SPDX-License-Identifier: GPL-2.0 */
/* live.h - for datapath/tcp: what the table says, brought up to what the kernel says now. */
#ifndef WEIR_TCP_LIVE_H
#define WEIR_TCP_LIVE_H

#include "datapath/state/tcp_table.h"
#include "datapath/tcp/tcp.h"

/* CLOCK_REALTIME minus CLOCK_MONOTONIC, ns. */
uint64_t tcp_clock_offset(void);

/* Times of an entry to CLOCK_REALTIME. */
void tcp_times(struct weir_tcp *tcp, uint64_t offset);

/* Paths of cgroups that were asked for; *paths is made at need and grows. */
void tcp_paths_free(struct weir_paths *paths);

/* Names of its namespace and cgroup, and whether the former is home. 0 or -ENOMEM. */
int tcp_place(struct weir *weir, struct weir_paths **paths, struct weir_tcp_info *info);

/* Sorts by cookie and asks every namespace; keys of the table are told by owners[slot]. */
int tcp_refresh(struct weir *weir, struct weir_tcp_list *list, const struct tcp_table *table,
		const uint32_t *owners);

#endif
