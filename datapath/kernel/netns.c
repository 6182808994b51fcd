// SPDX-License-Identifier: GPL-2.0
/* netns.c - see netns.h. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/kernel/netns.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

#define RUN_NETNS "/run/netns"

static int read_cookie(uint64_t *ret_cookie)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(*ret_cookie);

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, ret_cookie, &len) < 0)
		return -errno;
	return 0;
}

static struct netns *by_inode(struct netns_index *index, ino_t inode)
{
	for (size_t i = 0; i < index->count; i++) {
		if (index->items[i]->inode == inode)
			return index->items[i];
	}
	return NULL;
}

static struct netns *by_cookie(struct netns_index *index, uint64_t cookie)
{
	for (size_t i = 0; i < index->count; i++) {
		if (index->items[i]->cookie == cookie)
			return index->items[i];
	}
	return NULL;
}

int netns_enter(struct netns_index *index, const struct netns *ns)
{
	if (ns->cookie == index->home)
		return 0;
	return setns(ns->fd, CLONE_NEWNET) < 0 ? -errno : 0;
}

void netns_leave(struct netns_index *index)
{
	/*
	 * Going on in the wrong namespace would do harm. This worked a moment ago, so it should not
	 * fail.
	 */
	if (setns(index->home_fd, CLONE_NEWNET) < 0 && errno != EPERM)
		abort();
}

static int append(struct netns_index *index, const struct netns *ns)
{
	_cleanup_free_ struct netns *item = malloc(sizeof(*item));
	struct netns **grown;

	grown = realloc(index->items, (index->count + 1) * sizeof(*grown));
	if (grown)
		index->items = grown;
	if (!item || !grown)
		return -ENOMEM;
	*item = *ns;
	grown[index->count++] = TAKE_PTR(item);
	return 0;
}

/* Takes ownership of fd. If the namespace is known already, only adds its name. */
static int add(struct netns_index *index, int fd, const char *name)
{
	_cleanup_close_ int owned = fd;
	struct netns ns = { .fd = fd };
	struct netns *known;
	struct stat st;
	int err;

	if (fstat(fd, &st) < 0)
		return -errno;
	known = by_inode(index, st.st_ino);
	if (known) {
		if (!known->name[0])
			snprintf(known->name, sizeof(known->name), "%s", name);
		return 0;
	}
	ns.inode = st.st_ino;
	snprintf(ns.name, sizeof(ns.name), "%s", name);
	if (setns(fd, CLONE_NEWNET) < 0)
		return -errno;
	err = read_cookie(&ns.cookie);
	netns_leave(index);
	if (!err)
		err = append(index, &ns);
	if (!err)
		TAKE_FD(owned);
	return err;
}

static void add_path(struct netns_index *index, int dir, const char *path, const char *name)
{
	struct stat st;
	struct netns *known;
	int fd = -1;

	/* Most processes are in a known namespace, and stat() is cheaper than open(). */
	if (fstatat(dir, path, &st, 0) < 0)
		return;
	known = by_inode(index, st.st_ino);
	if (known && (known->name[0] || !name[0]))
		return;
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		add(index, fd, name); /* ignore one that vanishes meanwhile */
}

static void read_names(struct netns_index *index)
{
	_cleanup_closedir_ DIR *dir = opendir(RUN_NETNS);
	struct dirent *entry;

	index->names_read = true;
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			add_path(index, dirfd(dir), entry->d_name, entry->d_name);
	}
}

static void read_procs(struct netns_index *index)
{
	_cleanup_closedir_ DIR *dir = opendir("/proc");
	struct dirent *entry;

	index->procs_read = true;
	while (dir && (entry = readdir(dir))) {
		char path[sizeof(entry->d_name) + 8];

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "%s/ns/net", entry->d_name);
		add_path(index, dirfd(dir), path, "");
	}
}

struct netns *netns_find(struct netns_index *index, uint64_t cookie)
{
	struct netns *ns;

	if (!index->names_read)
		read_names(index);
	ns = by_cookie(index, cookie);
	if (!ns && !index->procs_read) {
		read_procs(index);
		ns = by_cookie(index, cookie);
	}
	return ns;
}

void netns_find_all(struct netns_index *index)
{
	read_names(index);
	read_procs(index);
}

struct netns *netns_home(struct netns_index *index)
{
	return netns_find(index, index->home);
}

static int open_named(const char *name, struct weir_error *err)
{
	char path[PATH_MAX];
	int fd = -1;

	if (strchr(name, '/'))
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), RUN_NETNS "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return weir_error_set(err, ENOENT,
				      "no network namespace '%s': `ip netns list` "
				      "shows those with a name",
				      name);
	if (fd < 0)
		return weir_error_set(err, errno, "cannot open network namespace '%s': %s", name,
				      weir_error_text(errno));
	return fd;
}

/* Makes the current namespace of the thread home. Needs no privileges. */
static int add_home(struct netns_index *index)
{
	_cleanup_close_ int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct netns ns = { .fd = fd };
	struct stat st;
	int err;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	err = read_cookie(&ns.cookie);
	if (err)
		return err;
	ns.inode = st.st_ino;
	err = append(index, &ns);
	if (err)
		return err;
	index->home = ns.cookie;
	index->home_fd = TAKE_FD(fd);
	return 0;
}

int netns_open(struct netns_index *index, const char *name, struct weir_error *err)
{
	int ret;

	index->home_fd = -1;
	if (name) {
		_cleanup_close_ int target = open_named(name, err);

		if (target < 0)
			return target;
		if (setns(target, CLONE_NEWNET) < 0)
			return weir_error_set(err, errno, "cannot enter network namespace '%s': %s",
					      name,
					      errno == EINVAL ? "not a network namespace"
							      : weir_error_text(errno));
	}
	ret = add_home(index);
	if (ret)
		return weir_error_set(err, ret, "cannot identify the network namespace: %s",
				      strerror(-ret));
	return 0;
}

void netns_close(struct netns_index *index)
{
	netns_forget_interfaces(index);
	for (size_t i = 0; i < index->count; i++) {
		close(index->items[i]->fd);
		free(index->items[i]);
	}
	free(index->items);
	*index = (struct netns_index){ .home_fd = -1 };
}

int netns_interfaces(struct netns_index *index, struct netns *ns,
		     const struct interfaces **ret_interfaces)
{
	int err;

	if (!ns->interfaces_read) {
		err = netns_enter(index, ns);
		if (err)
			return err;
		err = interfaces_dump(&ns->interfaces);
		netns_leave(index);
		if (err)
			return err;
		ns->interfaces_read = true;
	}
	*ret_interfaces = &ns->interfaces;
	return 0;
}

void netns_forget_interfaces(struct netns_index *index)
{
	for (size_t i = 0; i < index->count; i++) {
		interfaces_free(&index->items[i]->interfaces);
		index->items[i]->interfaces_read = false;
	}
}

/* Finds the namespace to which `ns` has given that id. */
static struct netns *by_nsid(struct netns_index *index, const struct netns *ns, int32_t nsid)
{
	struct netns *found = NULL;

	if (!index->names_read)
		read_names(index);
	if (netns_enter(index, ns) < 0)
		return NULL;
	for (size_t i = 0; i < index->count && !found; i++) {
		struct netns *other = index->items[i];

		if (other->nsid_source != ns->cookie && nsid_of(other->fd, &other->nsid) == 0)
			other->nsid_source = ns->cookie;
		if (other->nsid_source == ns->cookie && other->nsid == nsid)
			found = other;
	}
	netns_leave(index);
	return found;
}

void netns_peer(struct netns_index *index, struct netns *ns, const struct interface *veth,
		struct weir_peer *ret_peer)
{
	const struct interfaces *interfaces;
	const struct interface *interface;
	struct netns *where = ns;

	*ret_peer = (struct weir_peer){};
	if (!veth->is_veth || !veth->peer_ifindex)
		return;
	ret_peer->ifindex = veth->peer_ifindex;
	ret_peer->same_netns = veth->peer_nsid < 0;
	if (!ret_peer->same_netns)
		where = by_nsid(index, ns, veth->peer_nsid);
	if (!where || netns_interfaces(index, where, &interfaces) < 0)
		return;
	interface = interfaces_by_index(interfaces, veth->peer_ifindex);
	if (!interface)
		return;
	ret_peer->known = true;
	memcpy(ret_peer->ifname, interface->name, sizeof(ret_peer->ifname));
	memcpy(ret_peer->netns, where->name, sizeof(ret_peer->netns));
}
