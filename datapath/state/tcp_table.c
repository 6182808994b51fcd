// SPDX-License-Identifier: GPL-2.0
/* tcp_table.c - see tcp_table.h. bpf/abi/tcp.h describes the protocol with the programs. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "datapath/state/tcp_table.h"

#define TRIES 8

static size_t length_of(const struct tcp_table *table)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = table->count * sizeof(*table->sets);

	return (size + page - 1) / page * page;
}

int tcp_table_map(struct weir *weir, struct tcp_table *ret_table)
{
	struct tcp_table table = { .count = weir->sizes.tcp / WEIR_TCP_WAYS };

	table.sets = mmap(NULL, length_of(&table), PROT_READ | PROT_WRITE, MAP_SHARED,
			  weir->maps[WEIR_MAP_TCP], 0);
	if (table.sets == MAP_FAILED)
		return -errno;
	*ret_table = table;
	return 0;
}

void tcp_table_unmap(struct tcp_table *table)
{
	if (table->sets)
		munmap(table->sets, length_of(table));
	table->sets = NULL;
}

/* Retries if the tag changed during the copy: the place was reused, or its connection ended. */
bool tcp_table_get(const struct tcp_table *table, uint32_t set, uint32_t way,
		   struct weir_tcp *ret_tcp, uint32_t *ret_owner)
{
	const struct weir_tcp_set *at = &table->sets[set];

	for (int i = 0; i < TRIES; i++) {
		uint64_t tag = __atomic_load_n(&at->tags[way], __ATOMIC_ACQUIRE);
		struct weir_tcp tcp;

		if (!tag || tag & WEIR_TCP_TAG_BUSY)
			return false;
		memcpy(&tcp, &at->connections[way], sizeof(tcp));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&at->tags[way], __ATOMIC_RELAXED) != tag)
			continue;
		*ret_tcp = tcp;
		*ret_owner = (uint32_t)(tag >> WEIR_TCP_TAG_OWNER_SHIFT);
		return true;
	}
	return false;
}

bool tcp_table_find(const struct tcp_table *table, uint64_t cookie, uint32_t owner,
		    struct weir_tcp *ret_tcp)
{
	uint32_t set = WEIR_TCP_SET(cookie, owner, table->count);

	for (uint32_t way = 0; way < WEIR_TCP_WAYS; way++) {
		struct weir_tcp tcp;
		uint32_t its_owner;

		if (tcp_table_get(table, set, way, &tcp, &its_owner) && its_owner == owner &&
		    tcp.cookie == cookie) {
			*ret_tcp = tcp;
			return true;
		}
	}
	return false;
}

int tcp_table_forget(struct weir *weir, uint32_t owner)
{
	_cleanup_(tcp_table_unmap) struct tcp_table table = {};
	int ret = tcp_table_map(weir, &table);

	for (size_t i = 0; !ret && i < (size_t)table.count * WEIR_TCP_WAYS; i++) {
		__u64 *at = &table.sets[i / WEIR_TCP_WAYS].tags[i % WEIR_TCP_WAYS];
		__u64 tag = __atomic_load_n(at, __ATOMIC_RELAXED);

		if (tag >> WEIR_TCP_TAG_OWNER_SHIFT == owner)
			__atomic_compare_exchange_n(at, &tag, 0, false, __ATOMIC_RELAXED,
						    __ATOMIC_RELAXED);
	}
	return ret;
}
