// SPDX-License-Identifier: GPL-2.0
/* find.c - scans all processes; see socket.h. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/sockets/socket.h"

/* Parses "socket:[123]". Returns 0 if it is not a socket. */
static uint64_t socket_inode(int dir, const char *name)
{
	char link[64];
	ssize_t len = readlinkat(dir, name, link, sizeof(link) - 1);
	static const char prefix[] = "socket:[";

	if (len <= 0)
		return 0;
	link[len] = '\0';
	if (strncmp(link, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	return strtoull(link + sizeof(prefix) - 1, NULL, 10);
}

void socket_walk_begin(struct socket_walk *ret_walk)
{
	*ret_walk = (struct socket_walk){ .processes = opendir("/proc") };
}

void socket_walk_end(struct socket_walk *walk)
{
	if (walk->descriptors)
		closedir(walk->descriptors);
	if (walk->processes)
		closedir(walk->processes);
	*walk = (struct socket_walk){};
}

/* Skips processes that end meanwhile, or that may not be inspected. */
static void enter_process(struct socket_walk *walk, const char *name)
{
	char path[32];
	int fd = -1;

	snprintf(path, sizeof(path), "%.20s/fd", name);
	fd = openat(dirfd(walk->processes), path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	walk->pid = (uint32_t)strtoul(name, NULL, 10);
	walk->descriptors = fd < 0 ? NULL : fdopendir(fd);
	if (!walk->descriptors && fd >= 0)
		close(fd);
}

bool socket_walk_next(struct socket_walk *walk, struct socket_place *ret_place)
{
	DIR *dir = walk->descriptors ? walk->descriptors : walk->processes;
	struct dirent *entry = dir ? readdir(dir) : NULL;
	bool number = entry && isdigit((unsigned char)entry->d_name[0]);

	*ret_place = (struct socket_place){ .pid = walk->pid, .fd = -1 };
	if (!entry && !walk->descriptors)
		return false;
	if (!entry) {
		closedir(walk->descriptors);
		walk->descriptors = NULL;
	} else if (number && walk->descriptors) {
		ret_place->fd = (int32_t)strtol(entry->d_name, NULL, 10);
		ret_place->inode = socket_inode(dirfd(dir), entry->d_name);
	} else if (number) {
		enter_process(walk, entry->d_name);
	}
	return true;
}

void socket_walk(bool (*each)(uint32_t pid, int32_t fd, uint64_t inode, void *arg), void *arg)
{
	struct socket_place place;
	struct socket_walk walk;

	socket_walk_begin(&walk);
	while (socket_walk_next(&walk, &place)) {
		if (place.inode && !each(place.pid, place.fd, place.inode, arg))
			break;
	}
	socket_walk_end(&walk);
}

struct search {
	uint64_t cookie;
	uint32_t pid;
	int32_t fd;
	int found; /* fd; -1: not found yet */
};

static bool is_it(uint32_t pid, int32_t fd, uint64_t inode, void *arg)
{
	struct search *search = arg;
	_cleanup_close_ int copy = -1;

	(void)inode;
	if (socket_take(pid, fd, &copy, NULL) < 0 || socket_cookie(copy) != search->cookie)
		return true;
	search->pid = pid;
	search->fd = fd;
	search->found = TAKE_FD(copy);
	return false;
}

int socket_find(uint64_t cookie, uint32_t pid, int32_t fd, struct socket_facts *ret_facts,
		int *ret_fd)
{
	struct search search = { .cookie = cookie, .found = -1 };
	struct socket_facts facts;

	/* try the last known place first, which is nearly always right */
	if (is_it(pid, fd, 0, &search))
		socket_walk(is_it, &search);
	if (search.found < 0)
		return -ENOENT;
	facts = (struct socket_facts){ .pid = search.pid, .fd = search.fd };
	if (ret_facts && socket_look(search.found, &facts) == 0)
		*ret_facts = facts;
	*ret_fd = search.found;
	return 0;
}
