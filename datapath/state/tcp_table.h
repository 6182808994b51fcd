/* SPDX-License-Identifier: GPL-2.0 */
/* tcp_table.h - the table of TCP connections, mapped to memory. */
#ifndef WEIR_STATE_TCP_TABLE_H
#define WEIR_STATE_TCP_TABLE_H

#include "datapath/state/context.h"

struct tcp_table {
	struct weir_tcp_set *sets; /* NULL: not mapped */
	uint32_t count;            /* number of sets, a power of two */
};

/* Maps the table. Returns -errno. tcp_table_unmap() ignores a table that is not mapped. */
int tcp_table_map(struct weir *weir, struct tcp_table *ret_table);
void tcp_table_unmap(struct tcp_table *table);

/*
 * Copies a place of the table, which programs may be writing. Returns true if it has a consistent
 * connection; *ret_owner is the instance of its attachment.
 */
bool tcp_table_get(const struct tcp_table *table, uint32_t set, uint32_t way,
		   struct weir_tcp *ret_tcp, uint32_t *ret_owner);

/* Finds a connection by its key. Returns false if it is not in the table. */
bool tcp_table_find(const struct tcp_table *table, uint64_t cookie, uint32_t owner,
		    struct weir_tcp *ret_tcp);

/*
 * Removes the connections of an attachment that is being detached; nothing would report the end of
 * open ones, and they would occupy their places forever. Returns -errno.
 */
int tcp_table_forget(struct weir *weir, uint32_t owner);

#endif
