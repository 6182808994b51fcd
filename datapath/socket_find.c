// SPDX-License-Identifier: GPL-2.0
/* socket_find.c - the part of socket.h that goes through all processes. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "cleanup.h"
#include "socket.h"

/* The number in "socket:[123]"; 0: it is no socket. */
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

typedef bool (*visitor)(uint32_t pid, int32_t fd, uint64_t inode, void *arg);

/* A process that ends meanwhile, or that we may not look into, has none. */
static bool walk_process(int proc, const char *name, visitor each, void *arg)
{
	_cleanup_closedir_ DIR *dir = NULL;
	struct dirent *entry;
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "%.20s/fd", name);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && fd >= 0)
		close(fd);
	while (dir && (entry = readdir(dir))) {
		uint64_t inode;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		inode = socket_inode(dirfd(dir), entry->d_name);
		if (inode && !each((uint32_t)strtoul(name, NULL, 10),
				   (int32_t)strtol(entry->d_name, NULL, 10), inode, arg))
			return false;
	}
	return true;
}

void socket_walk(visitor each, void *arg)
{
	_cleanup_closedir_ DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    !walk_process(dirfd(dir), entry->d_name, each, arg))
			return;
	}
}

struct search {
	uint64_t cookie;
	uint32_t pid;
	int32_t fd;
	int found; /* fd; -1: not yet */
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

	/* where it was is where it is, nearly always */
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
