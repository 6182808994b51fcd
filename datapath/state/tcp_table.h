/* SPDX-License-Identifier: GPL-2.0 */
/* tcp_table.h - the table of TCP connections, mapped into memory. */
#ifndef WEIR_STATE_TCP_TABLE_H
#define WEIR_STATE_TCP_TABLE_H

#include "datapath/state/context.h"

struct tcp_table {
	struct weir_tcp_set *sets; /* NULL: not mapped */
	uint32_t count;            /* of sets, a power of two */
};

/* 0 or -errno. Unmapping takes a table that is not mapped. */
int tcp_table_map(struct weir *weir, struct tcp_table *ret_table);
void tcp_table_unmap(struct tcp_table *table);

/*
 * Copies what stands in a place of the table while programs may be writing it. Returns whether
 * there is a whole connection; *ret_owner is the instance of the attachment.
 */
bool tcp_table_get(const struct tcp_table *table, uint32_t set, uint32_t way,
		   struct weir_tcp *ret_tcp, uint32_t *ret_owner);

/* One connection by its key; false: it is not there (any more). */
bool tcp_table_find(const struct tcp_table *table, uint64_t cookie, uint32_t owner,
		    struct weir_tcp *ret_tcp);

/*
 * Takes out what belongs to an attachment that ends: what is open there would never end, and so
 * keep its place from others. 0 or -errno.
 */
int tcp_table_forget(struct weir *weir, uint32_t owner);

#endif
