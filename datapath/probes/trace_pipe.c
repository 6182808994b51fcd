// SPDX-License-Identifier: GPL-2.0
/* trace_pipe.c - see trace_pipe.h. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/kernel/tracefs.h"
#include "datapath/probes/trace_pipe.h"

#define FILE_NAME "trace_pipe"

struct weir_trace_pipe {
	int tracefs;
	int fd;
	size_t used;
	char buffer[65536]; /* a line fits in a page */
};

static void free_pipe(struct weir_trace_pipe **pipe)
{
	weir_trace_pipe_close(*pipe);
}

void weir_trace_pipe_close(struct weir_trace_pipe *pipe)
{
	if (!pipe)
		return;
	close_fd(&pipe->fd);
	close_fd(&pipe->tracefs);
	free(pipe);
}

static int busy(const struct weir_trace_pipe *pipe, struct weir_error *err)
{
	char command[17];
	pid_t pid;

	if (weir_trace_pipe_other(pipe, &pid, command))
		return weir_error_set(err, EBUSY,
				      "'%s' is in use by '%s' (process %d), and the kernel allows "
				      "only one reader",
				      FILE_NAME, command, (int)pid);
	return weir_error_set(err, EBUSY, "'%s' is in use, and the kernel allows only one reader",
			      FILE_NAME);
}

int weir_trace_pipe_open(struct weir_trace_pipe **ret_pipe, struct weir_error *err)
{
	_cleanup_(free_pipe) struct weir_trace_pipe *pipe = calloc(1, sizeof(*pipe));
	int ret;

	if (!pipe)
		return weir_error_set(err, ENOMEM, "out of memory");
	pipe->fd = pipe->tracefs = -1;
	ret = tracefs_open(&pipe->tracefs, err);
	if (ret)
		return ret;
	pipe->fd = openat(pipe->tracefs, FILE_NAME, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (pipe->fd < 0 && errno == EBUSY)
		return busy(pipe, err);
	if (pipe->fd < 0)
		return weir_error_set(err, errno, "cannot open '%s' of tracefs: %s", FILE_NAME,
				      tracing_denied(errno));
	*ret_pipe = TAKE_PTR(pipe);
	return 0;
}

bool weir_trace_pipe_on(const struct weir_trace_pipe *pipe)
{
	_cleanup_close_ int fd = openat(pipe->tracefs, "tracing_on", O_RDONLY | O_CLOEXEC);
	char on = '1';

	/* assume that it is on if the file cannot be read */
	return fd < 0 || read(fd, &on, 1) != 1 || on != '0';
}

/* --- lines --- */

/* Passes on complete lines, and an incomplete one if the buffer is full. */
static int hand_out(struct weir_trace_pipe *pipe, int (*line)(const char *text, void *arg),
		    void *arg)
{
	char *at = pipe->buffer, *end = pipe->buffer + pipe->used, *newline;
	int ret = 0;

	while (!ret && (newline = memchr(at, '\n', (size_t)(end - at)))) {
		*newline = '\0';
		ret = line(at, arg);
		at = newline + 1;
	}
	pipe->used = (size_t)(end - at);
	memmove(pipe->buffer, at, pipe->used);
	if (!ret && pipe->used == sizeof(pipe->buffer) - 1) {
		pipe->buffer[pipe->used] = '\0';
		pipe->used = 0;
		ret = line(pipe->buffer, arg);
	}
	return ret;
}

int weir_trace_pipe_read(struct weir_trace_pipe *pipe, double seconds,
			 int (*line)(const char *text, void *arg), void *arg,
			 struct weir_error *err)
{
	struct pollfd poll_fd = { .fd = pipe->fd, .events = POLLIN };
	ssize_t n;
	int ret = hand_out(pipe, line, arg); /* left over when a callback ended the last call */

	if (ret)
		return ret;
	if (poll(&poll_fd, 1, (int)(seconds * 1000)) < 0 && errno != EINTR)
		return weir_error_set(err, errno, "cannot wait for '%s': %s", FILE_NAME,
				      strerror(errno));
	do {
		n = read(pipe->fd, pipe->buffer + pipe->used,
			 sizeof(pipe->buffer) - 1 - pipe->used);
		if (n > 0) {
			pipe->used += (size_t)n;
			ret = hand_out(pipe, line, arg);
		}
	} while (n > 0 && !ret);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return weir_error_set(err, errno, "cannot read '%s': %s", FILE_NAME,
				      tracing_denied(errno));
	return ret;
}

/* --- other readers --- */

static bool reads_trace_pipe(const char *pid, const struct stat *wanted)
{
	char path[64], link[PATH_MAX];
	_cleanup_closedir_ DIR *fds = NULL;
	struct dirent *entry;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	fds = opendir(path);
	while (fds && (entry = readdir(fds))) {
		ssize_t n = readlinkat(dirfd(fds), entry->d_name, link, sizeof(link) - 1);
		struct stat st;

		if (n < (ssize_t)strlen(FILE_NAME))
			continue;
		link[n] = '\0';
		/* check the name first: stat() may hang on other file systems */
		if (strcmp(link + n - strlen(FILE_NAME), FILE_NAME) == 0 &&
		    fstatat(dirfd(fds), entry->d_name, &st, 0) == 0 &&
		    st.st_dev == wanted->st_dev && st.st_ino == wanted->st_ino)
			return true;
	}
	return false;
}

static void read_command(const char *pid, char ret_command[17])
{
	char path[64];
	_cleanup_fclose_ FILE *f = NULL;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	f = fopen(path, "re");
	if (!f || !fgets(ret_command, 17, f))
		strcpy(ret_command, "?");
	ret_command[strcspn(ret_command, "\n")] = '\0';
}

bool weir_trace_pipe_other(const struct weir_trace_pipe *pipe, pid_t *ret_pid, char ret_command[17])
{
	_cleanup_closedir_ DIR *processes = opendir("/proc");
	struct dirent *entry;
	struct stat wanted;

	if (fstatat(pipe->tracefs, FILE_NAME, &wanted, 0) < 0)
		return false;
	while (processes && (entry = readdir(processes))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid <= 0 || pid == getpid() || !reads_trace_pipe(entry->d_name, &wanted))
			continue;
		*ret_pid = pid;
		read_command(entry->d_name, ret_command);
		return true;
	}
	return false;
}

/* --- fields of a line --- */

/*
 * Finds "[001]" between spaces. The command may contain one too, so takes the last one before the
 * time.
 */
static char *find_cpu(char *text)
{
	char *found = NULL;

	for (char *at = strchr(text, '['); at; at = strchr(at + 1, '[')) {
		size_t digits = strspn(at + 1, "0123456789");

		if (at > text && at[-1] == ' ' && digits && digits < 6 && at[1 + digits] == ']' &&
		    at[2 + digits] == ' ') {
			found = at;
			break;
		}
	}
	return found;
}

int weir_trace_line_parse(char *text, struct weir_trace_line *ret_line)
{
	struct weir_trace_line line = {};
	char *cpu = find_cpu(text), *at, *end, *dash, *colon;

	if (!cpu)
		return -EINVAL;
	at = strchr(cpu, ']') + 1;
	at += strspn(at, " ");
	line.flags = at;
	at += strcspn(at, " ");
	if (!*at)
		return -EINVAL;
	end = at;
	line.time_s = strtod(at, &colon);
	if (colon == at || colon[0] != ':' || colon[1] != ' ')
		return -EINVAL;
	for (dash = cpu; dash > text && *dash != '-'; dash--)
		;
	if (dash == text || !isdigit((unsigned char)dash[1]))
		return -EINVAL;
	*end = *dash = '\0';
	line.command = text + strspn(text, " ");
	line.pid = (int32_t)strtol(dash + 1, NULL, 10);
	line.cpu = (uint32_t)strtoul(cpu + 1, NULL, 10);
	line.function = "";
	line.text = colon + 2;
	at = strstr(colon + 2, ": ");
	if (at && strcspn(line.text, " ") == (size_t)(at - line.text) + 1) {
		line.function = line.text;
		line.text = at + 2;
		*at = '\0';
	}
	*ret_line = line;
	return 0;
}
