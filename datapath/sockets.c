// SPDX-License-Identifier: GPL-2.0
/* sockets.c - sockets of processes, with the state of their filters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cleanup.h"
#include "pin.h"
#include "slot.h"
#include "socket.h"

void weir_sockets_free(struct weir_sockets *sockets)
{
	free(sockets->items);
	*sockets = (struct weir_sockets){};
}

struct reading {
	struct weir *weir;
	bool (*wanted)(const struct weir_socket *, void *);
	void *arg;
	const struct slot_table *table; /* NULL: there are no slots */
	struct weir_sockets list;
	size_t room;
	uint32_t pid; /* whose command it is */
	char command[16];
	int error;
};

static void read_command(struct reading *reading, uint32_t pid)
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
	const struct target target = { .kind = TARGET_SOCKET,
				       .netns_cookie = facts->netns_cookie,
				       .object_id = facts->cookie };

	return table && facts->filter == WEIR_SOCKET_FILTER_EBPF &&
	       slot_find(table, &target, WEIR_HOOK_SOCKET_FILTER, ret_slot) == 0;
}

static struct weir_socket describe(struct reading *reading, const struct socket_facts *facts)
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

static bool keep(struct reading *reading, const struct weir_socket *s)
{
	struct weir_sockets *list = &reading->list;
	struct weir_socket *grown;

	if (reading->wanted && !reading->wanted(s, reading->arg))
		return true;
	if (list->count == reading->room) {
		reading->room = reading->room ? 2 * reading->room : 64;
		grown = realloc(list->items, reading->room * sizeof(*grown));
		if (!grown) {
			reading->error = -ENOMEM;
			return false;
		}
		list->items = grown;
	}
	list->items[list->count++] = *s;
	return true;
}

/* One that cannot be looked at is shown all the same, as far as /proc tells. */
static bool add(uint32_t pid, int32_t fd, uint64_t inode, void *arg)
{
	struct reading *reading = arg;
	struct socket_facts facts = { .pid = pid, .fd = fd };
	struct weir_socket s = { .pid = pid, .fd = fd, .filter = WEIR_SOCKET_FILTER_UNKNOWN };
	_cleanup_close_ int copy = -1;
	int ret = socket_take(pid, fd, &copy, NULL);

	if (ret == -ESRCH || ret == -EBADF || ret == -ENOTSOCK)
		return true; /* closed by now */
	if (!ret && socket_look(copy, &facts) == 0) {
		s = describe(reading, &facts);
	} else {
		read_command(reading, pid);
		memcpy(s.command, reading->command, sizeof(s.command));
	}
	s.inode = inode;
	close_fd(&copy); /* at once: `wanted` may take its time */
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

int weir_sockets_read(struct weir *weir, bool (*wanted)(const struct weir_socket *, void *),
		      void *arg, struct weir_sockets *ret_sockets, struct weir_error *err)
{
	_cleanup_free_ struct slot_table *table = NULL;
	struct reading reading = { .weir = weir, .wanted = wanted, .arg = arg };
	int ret = pin_maps_open(weir, err);

	/* what is not ours can be seen without maps, and where this mount namespace hides them */
	if (!ret)
		ret = slot_table_read(weir, &table, err);
	if (ret == -EPROTO)
		return ret;
	reading.table = table;
	socket_walk(add, &reading);
	if (reading.error) {
		weir_sockets_free(&reading.list);
		return weir_error_set(err, reading.error, "out of memory");
	}
	if (reading.list.count)
		qsort(reading.list.items, reading.list.count, sizeof(*reading.list.items), compare);
	*ret_sockets = reading.list;
	return 0;
}
