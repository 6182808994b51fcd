// SPDX-License-Identifier: GPL-2.0
/*
 * resolve.c - see resolve.h. getnameinfo(3) cannot be interrupted, so child processes call it, and
 * are killed at the deadline.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include "ctl/flows/resolve.h"
#include "datapath/base/cleanup.h"

#define CHILDREN 8

struct answer { /* smaller than PIPE_BUF, so that a write is atomic */
	uint32_t index;
	char name[RESOLVE_NAME];
};

void resolved_free(struct resolved *resolved)
{
	free(resolved->items);
	*resolved = (struct resolved){};
}

static struct resolved_name *find(const struct resolved *resolved, const uint8_t *address)
{
	for (size_t i = 0; i < resolved->count; i++) {
		if (memcmp(resolved->items[i].address, address, 16) == 0)
			return &resolved->items[i];
	}
	return NULL;
}

const char *resolved_find(const struct resolved *resolved, const uint8_t *address)
{
	const struct resolved_name *name = resolved ? find(resolved, address) : NULL;

	return name && name->name[0] ? name->name : NULL;
}

int resolved_add(struct resolved *resolved, const uint8_t *address)
{
	if (!resolved->items)
		resolved->items = calloc(RESOLVE_MAX, sizeof(*resolved->items));
	if (!resolved->items)
		return -ENOMEM;
	if (resolved->count < RESOLVE_MAX && !find(resolved, address))
		memcpy(resolved->items[resolved->count++].address, address, 16);
	return 0;
}

static bool look_up(const uint8_t *address, char *name)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	bool is_v4 = memcmp(address, mapped, sizeof(mapped)) == 0;

	memcpy(&v4.sin_addr, address + 12, 4);
	memcpy(&v6.sin6_addr, address, 16);
	return getnameinfo(is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6,
			   is_v4 ? sizeof(v4) : sizeof(v6), name, RESOLVE_NAME, NULL, 0,
			   NI_NAMEREQD) == 0;
}

static void child(const struct resolved *resolved, size_t first, int fd)
{
	for (size_t i = first; i < resolved->count; i += CHILDREN) {
		struct answer answer = { .index = (uint32_t)i };

		if (look_up(resolved->items[i].address, answer.name) &&
		    write(fd, &answer, sizeof(answer)) < 0)
			break;
	}
	_exit(0);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Reads answers until all children have closed their ends, or until the deadline. */
static void collect(struct resolved *resolved, int fd)
{
	int64_t end = now_ms() + RESOLVE_SECONDS * 1000, left;
	struct pollfd poll_in = { .fd = fd, .events = POLLIN };
	struct answer answer;

	while ((left = end - now_ms()) > 0 && poll(&poll_in, 1, (int)left) > 0) {
		if (read(fd, &answer, sizeof(answer)) != sizeof(answer))
			return;
		answer.name[RESOLVE_NAME - 1] = '\0';
		if (answer.index < resolved->count)
			memcpy(resolved->items[answer.index].name, answer.name, RESOLVE_NAME);
	}
}

int resolved_ask(struct resolved *resolved)
{
	_cleanup_close_ int in = -1;
	pid_t children[CHILDREN];
	size_t count = 0;
	int fds[2];

	if (!resolved->count)
		return 0;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	in = fds[0];
	while (count < CHILDREN && count < resolved->count) {
		pid_t pid = fork();

		if (pid < 0)
			break; /* leave the rest without names */
		if (pid == 0)
			child(resolved, count, fds[1]);
		children[count++] = pid;
	}
	close(fds[1]);
	collect(resolved, in);
	for (size_t i = 0; i < count; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	return 0;
}
