// SPDX-License-Identifier: GPL-2.0
/*
 * live.c - see live.h.
 *
 * The cookie of a socket is the same in programs and in sock_diag, so entries of the table and live
 * sockets are matched without their addresses.
 */
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/kernel/cgroup.h"
#include "datapath/tcp/diag.h"
#include "datapath/tcp/live.h"

#define TIME_WAIT_NS 60000000000ULL /* TCP_TIMEWAIT_LEN, include/net/tcp.h */

struct named {
	uint64_t id;
	char path[WEIR_TARGET_LEN];
};

/* Allocated one by one, so that pointers to paths stay valid. */
struct weir_paths {
	size_t count;
	struct named *items[];
};

struct refresh {
	struct weir *weir;
	struct weir_tcp_list *list;
	const struct tcp_table *table;
	bool *measured; /* by index of the item */
};

uint64_t tcp_clock_offset(void)
{
	return clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
}

void tcp_times(struct weir_tcp *tcp, uint64_t offset)
{
	if (tcp->started)
		tcp->started += offset;
	if (tcp->established)
		tcp->established += offset;
	if (tcp->closed)
		tcp->closed += offset;
}

void tcp_paths_free(struct weir_paths *paths)
{
	for (size_t i = 0; paths && i < paths->count; i++)
		free(paths->items[i]);
	free(paths);
}

/* Looks up each path once, whether found or not. */
static int find_path(struct weir_paths **paths, uint64_t id, const char **ret_path)
{
	size_t count = *paths ? (*paths)->count : 0;
	struct weir_paths *grown;
	struct named *named;

	for (size_t i = 0; i < count; i++) {
		if ((*paths)->items[i]->id == id) {
			*ret_path = (*paths)->items[i]->path[0] ? (*paths)->items[i]->path : NULL;
			return 0;
		}
	}
	grown = realloc(*paths, sizeof(*grown) + (count + 1) * sizeof(named));
	if (!grown)
		return -ENOMEM;
	grown->count = count;
	*paths = grown;
	named = calloc(1, sizeof(*named));
	if (!named)
		return -ENOMEM;
	named->id = id;
	if (cgroup_path(id, named->path, sizeof(named->path)) < 0)
		named->path[0] = '\0';
	grown->items[grown->count++] = named;
	*ret_path = named->path[0] ? named->path : NULL;
	return 0;
}

int tcp_place(struct weir *weir, struct weir_paths **paths, struct weir_tcp_info *info)
{
	const struct netns *ns = netns_find(&weir->netns, info->tcp.netns_cookie);

	info->here = info->tcp.netns_cookie == weir->netns.home;
	if (ns)
		memcpy(info->netns_name, ns->name, sizeof(info->netns_name));
	return find_path(paths, info->tcp.cgroup_id, &info->cgroup);
}

static int compare_cookies(const void *a, const void *b)
{
	const struct weir_tcp_info *x = a, *y = b;

	return x->tcp.cookie < y->tcp.cookie ? -1 : x->tcp.cookie > y->tcp.cookie;
}

/* Index of the first connection with that cookie, or of the next one. */
static size_t find(const struct weir_tcp_list *list, uint64_t cookie)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (list->items[middle].tcp.cookie < cookie)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Two attachments may record the same connection. */
static int on_socket(const struct tcp_diag *socket, void *arg)
{
	struct refresh *r = arg;
	size_t i = find(r->list, socket->cookie);

	for (; i < r->list->count && r->list->items[i].tcp.cookie == socket->cookie; i++) {
		struct weir_tcp_info *info = &r->list->items[i];

		info->live = true;
		info->tcp.state = socket->state;
		r->measured[i] = socket->measured;
		if (socket->measured)
			info->tcp.measures = socket->measures;
	}
	return 0;
}

static int ask(struct refresh *r, uint64_t cookie)
{
	struct netns *ns = netns_find(&r->weir->netns, cookie);
	int ret;

	if (!ns)
		return -ENOENT;
	ret = netns_enter(&r->weir->netns, ns);
	if (ret)
		return ret;
	ret = tcp_diag_dump(on_socket, r);
	netns_leave(&r->weir->netns);
	return ret;
}

static bool worth_asking(const struct refresh *r, const struct weir_tcp_info *info)
{
	return !info->tcp.closed || info->tcp.closed + TIME_WAIT_NS > r->list->time_ns;
}

/* Queries each namespace once. Most machines have few that use TCP. */
static int ask_all(struct refresh *r)
{
	_cleanup_free_ uint64_t *asked = calloc(r->list->count + 1, sizeof(*asked));
	_cleanup_free_ int *answers = calloc(r->list->count + 1, sizeof(*answers));
	size_t count = 0;

	if (!asked || !answers)
		return -ENOMEM;
	for (size_t i = 0; i < r->list->count; i++) {
		struct weir_tcp_info *info = &r->list->items[i];
		size_t j = 0;

		if (!worth_asking(r, info))
			continue;
		while (j < count && asked[j] != info->tcp.netns_cookie)
			j++;
		if (j == count) {
			asked[count] = info->tcp.netns_cookie;
			answers[count++] = ask(r, info->tcp.netns_cookie);
		}
		r->list->unseen += answers[j] && !info->tcp.closed;
	}
	return 0;
}

/* If a connection was closed since the table was read, its final values are there now. */
static void read_again(struct refresh *r, size_t i, uint32_t owner, uint64_t offset)
{
	struct weir_tcp_info *info = &r->list->items[i];
	uint8_t state = info->tcp.state;
	struct weir_tcp tcp;

	if (!tcp_table_find(r->table, info->tcp.cookie, owner, &tcp))
		return; /* evicted: keep the values read before */
	tcp_times(&tcp, offset);
	info->tcp = tcp;
	if (info->live)
		info->tcp.state = state;
}

int tcp_refresh(struct weir *weir, struct weir_tcp_list *list, const struct tcp_table *table,
		const uint32_t *owners)
{
	_cleanup_free_ bool *measured = calloc(list->count + 1, sizeof(*measured));
	struct refresh r = { weir, list, table, measured };
	uint64_t offset = tcp_clock_offset();
	int ret;

	if (!measured)
		return -ENOMEM;
	qsort(list->items, list->count, sizeof(*list->items), compare_cookies);
	ret = ask_all(&r);
	if (ret)
		return ret;
	for (size_t i = 0; i < list->count && !ret; i++) {
		if (!measured[i] && !list->items[i].tcp.closed)
			read_again(&r, i, owners[list->items[i].slot], offset);
		ret = tcp_place(weir, &list->paths, &list->items[i]);
	}
	return ret;
}
