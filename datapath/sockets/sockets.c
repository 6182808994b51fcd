// SPDX-License-Identifier: GPL-2.0
/* sockets.c - lists the sockets of processes, with their filters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/sockets/socket.h"
#include "datapath/state/pin.h"
#include "datapath/state/slot.h"

void weir_sockets_free(struct weir_sockets *sockets)
{
	free(sockets->items);
	*sockets = (struct weir_sockets){};
}

struct weir_sockets_session {
	struct weir *weir;
	bool (*wanted)(const struct weir_socket *, void *);
	void *arg;
	struct slot_table *table; /* NULL: no slots */
	struct socket_walk walk;
	struct weir_sockets list; /* of the current step */
	size_t room;
	uint32_t pid; /* process that `command` belongs to */
	char command[16];
};

static void read_command(struct weir_sockets_session *reading, uint32_t pid)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[48];

	if (reading->pid == pid)
		return;
	reading->pid = pid;
	reading->command[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	f = fopen(path, "re");
	if (f && fgets(reading->command, sizeof(reading->command), f))
		reading->command[strcspn(reading->command, "\n")] = '\0';
}

static bool slot_of(const struct slot_table *table, const struct socket_facts *facts,
		    uint32_t *ret_slot)
{
	const struct target target = { .netns_cookie = facts->netns_cookie,
				       .object_id = facts->cookie };

	return table && facts->filter == WEIR_SOCKET_FILTER_EBPF &&
	       slot_find(table, &target, WEIR_HOOK_SOCKET_FILTER, ret_slot) == 0;
}

static struct weir_socket describe(struct weir_sockets_session *reading,
				   const struct socket_facts *facts)
{
	struct netns *ns = netns_find(&reading->weir->netns, facts->netns_cookie);
	struct weir_socket s = {
		.pid = facts->pid,
		.fd = facts->fd,
		.local_port = facts->local_port,
		.remote_port = facts->remote_port,
		.cookie = facts->cookie,
		.netns_cookie = facts->netns_cookie,
		.here = facts->netns_cookie == reading->weir->netns.home,
		.filter = facts->filter,
		.locked = facts->locked,
	};

	read_command(reading, facts->pid);
	memcpy(s.command, reading->command, sizeof(s.command));
	snprintf(s.protocol, sizeof(s.protocol), "%s",
		 socket_protocol_name(facts->domain, facts->type, facts->protocol));
	memcpy(s.local, facts->local, sizeof(s.local));
	memcpy(s.remote, facts->remote, sizeof(s.remote));
	snprintf(s.state, sizeof(s.state), "%s", facts->state);
	if (ns)
		memcpy(s.netns, ns->name, sizeof(s.netns));
	if (slot_of(reading->table, facts, &s.slot))
		s.filter = WEIR_SOCKET_FILTER_WEIR;
	return s;
}

static int keep(struct weir_sockets_session *reading, const struct weir_socket *s)
{
	struct weir_sockets *list = &reading->list;
	struct weir_socket *grown;
	size_t room;

	if (reading->wanted && !reading->wanted(s, reading->arg))
		return 0;
	if (list->count == reading->room) {
		room = reading->room ? 2 * reading->room : 64;
		grown = realloc(list->items, room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		list->items = grown;
		reading->room = room;
	}
	list->items[list->count++] = *s;
	return 0;
}

/* Adds a socket. If it cannot be inspected, adds what /proc shows. */
static int add(struct weir_sockets_session *reading, const struct socket_place *place)
{
	struct socket_facts facts = { .pid = place->pid, .fd = place->fd };
	struct weir_socket s = { .pid = place->pid,
				 .fd = place->fd,
				 .filter = WEIR_SOCKET_FILTER_UNKNOWN };
	_cleanup_close_ int copy = -1;
	int ret = socket_take(place->pid, place->fd, &copy, NULL);

	if (ret == -ESRCH || ret == -EBADF || ret == -ENOTSOCK)
		return 0; /* closed meanwhile */
	if (!ret && socket_look(copy, &facts) == 0) {
		s = describe(reading, &facts);
	} else {
		read_command(reading, place->pid);
		memcpy(s.command, reading->command, sizeof(s.command));
	}
	s.inode = place->inode;
	close_fd(&copy); /* before `wanted`, which may take a while */
	copy = -1;
	return keep(reading, &s);
}

static int compare(const void *a, const void *b)
{
	const struct weir_socket *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->fd < y->fd ? -1 : x->fd > y->fd;
}

void weir_sockets_sort(struct weir_sockets *sockets)
{
	if (sockets->count)
		qsort(sockets->items, sockets->count, sizeof(*sockets->items), compare);
}

int weir_sockets_open(struct weir *weir, bool (*wanted)(const struct weir_socket *, void *),
		      void *arg, struct weir_sockets_session **ret_session, struct weir_error *err)
{
	_cleanup_free_ struct weir_sockets_session *s = calloc(1, sizeof(*s));
	int ret = s ? pin_maps_open(weir, err) : weir_error_set(err, ENOMEM, "out of memory");

	/*
	 * without maps, or where this mount namespace hides them, other filters are still visible
	 */
	if (!ret)
		ret = slot_table_read(weir, &s->table, err);
	if (ret == -EPROTO || ret == -ENOMEM)
		return ret;
	s->weir = weir;
	s->wanted = wanted;
	s->arg = arg;
	socket_walk_begin(&s->walk);
	*ret_session = TAKE_PTR(s);
	return 0;
}

void weir_sockets_close(struct weir_sockets_session *s)
{
	if (!s)
		return;
	socket_walk_end(&s->walk);
	weir_sockets_free(&s->list);
	free(s->table);
	free(s);
}

static void close_session(struct weir_sockets_session **s)
{
	weir_sockets_close(*s);
}

int weir_sockets_step(struct weir_sockets_session *s, unsigned int ms,
		      struct weir_sockets *ret_sockets, bool *ret_more, struct weir_error *err)
{
	uint64_t until = clock_ns(CLOCK_MONOTONIC) + (uint64_t)ms * 1000000;
	struct socket_place place;
	bool more;
	int ret = 0;

	while ((more = socket_walk_next(&s->walk, &place))) {
		if (place.inode)
			ret = add(s, &place);
		if (ret)
			return weir_error_set(err, ret, "out of memory");
		if (ms && clock_ns(CLOCK_MONOTONIC) >= until)
			break;
	}
	*ret_sockets = s->list;
	*ret_more = more;
	s->list = (struct weir_sockets){};
	s->room = 0;
	return 0;
}

int weir_sockets_read(struct weir *weir, bool (*wanted)(const struct weir_socket *, void *),
		      void *arg, struct weir_sockets *ret_sockets, struct weir_error *err)
{
	_cleanup_(close_session) struct weir_sockets_session *s = NULL;
	int ret = weir_sockets_open(weir, wanted, arg, &s, err);
	bool more;

	if (!ret)
		ret = weir_sockets_step(s, 0, ret_sockets, &more, err);
	if (!ret)
		weir_sockets_sort(ret_sockets);
	return ret;
}
