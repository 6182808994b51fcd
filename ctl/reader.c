// SPDX-License-Identifier: GPL-2.0
/* reader.c - see reader.h. Both ends are one program: structs go over the socket as they are. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "datapath/cleanup.h"
#include "privileges.h"
#include "reader.h"

#define ANSWER_SECONDS 10

enum question { ASK_LIST = 'l', ASK_COUNTERS = 'c', ASK_FLOWS = 'f', ASK_USAGE = 'u' };

/* Before the items. */
struct answer {
	int ret;
	struct weir_error err;
	size_t count;       /* of items */
	size_t attachments; /* of ASK_FLOWS, behind the items */
	size_t cpus;        /* of ASK_COUNTERS: totals by CPU, behind the items */
	uint64_t time_ns;
	bool skip_loopback;
	struct weir_flow_usage usage;
	struct weir_map_usages maps;
};

static int send_all(int fd, const void *data, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = send(fd, (const char *)data + done, size - done, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EPIPE;
		done += (size_t)n;
	}
	return 0;
}

static int receive_all(int fd, void *data, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = recv(fd, (char *)data + done, size - done, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (!n)
			return -EPIPE;
		done += (size_t)n;
	}
	return 0;
}

/* --- the process that reads --- */

static int answer_list(struct weir *weir, int fd, struct answer *answer)
{
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	int ret = weir_list(weir, &list, &answer->err);

	if (!ret) {
		ret = weir_skip_loopback_get(weir, &answer->skip_loopback, &answer->err);
		ret = ret == -ENOENT ? 0 : ret;
	}
	answer->ret = ret;
	answer->count = ret ? 0 : list.count;
	ret = send_all(fd, answer, sizeof(*answer));
	return ret ? ret : send_all(fd, list.items, answer->count * sizeof(*list.items));
}

static int answer_counters(struct weir *weir, int fd, struct answer *answer)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	int ret;

	answer->ret = weir_counters_read(weir, NULL, NULL, false, &snapshot, &answer->err);
	answer->count = snapshot.count;
	answer->time_ns = snapshot.time_ns;
	answer->cpus = snapshot.count ? snapshot.items[0].cpu_count : 0;
	ret = send_all(fd, answer, sizeof(*answer));
	if (!ret)
		ret = send_all(fd, snapshot.items, snapshot.count * sizeof(*snapshot.items));
	for (size_t i = 0; i < snapshot.count && !ret; i++)
		ret = send_all(fd, snapshot.items[i].per_cpu,
			       answer->cpus * sizeof(struct weir_count));
	return ret;
}

static bool none(const struct weir_flow_info *flow, const struct weir_attachment *at, void *arg)
{
	(void)flow;
	(void)at;
	(void)arg;
	return false;
}

static int answer_flows(struct weir *weir, int fd, bool usage_only, struct answer *answer)
{
	_cleanup_(weir_flows_free) struct weir_flows flows = {};
	int ret;

	answer->ret = weir_flows_read(weir, usage_only ? none : NULL, NULL, &flows, &answer->err);
	if (usage_only && !answer->ret)
		answer->ret = weir_map_usages_read(weir, &answer->maps, &answer->err);
	answer->count = flows.count;
	answer->attachments = flows.attachments.count;
	answer->time_ns = flows.time_ns;
	answer->usage = flows.usage;
	ret = send_all(fd, answer, sizeof(*answer));
	if (!ret)
		ret = send_all(fd, flows.items, flows.count * sizeof(*flows.items));
	if (!ret)
		ret = send_all(fd, flows.attachments.items,
			       flows.attachments.count * sizeof(*flows.attachments.items));
	return ret;
}

static int answer_question(const struct invocation *inv, int fd, char question)
{
	_cleanup_(close_weir) struct weir *weir = NULL;
	struct answer answer = {};

	answer.ret = open_weir(inv, &weir, &answer.err);
	if (answer.ret)
		return send_all(fd, &answer, sizeof(answer));
	switch (question) {
	case ASK_LIST:
		return answer_list(weir, fd, &answer);
	case ASK_COUNTERS:
		return answer_counters(weir, fd, &answer);
	case ASK_FLOWS:
	case ASK_USAGE:
		return answer_flows(weir, fd, question == ASK_USAGE, &answer);
	}
	return -EPROTO;
}

static _Noreturn void read_for_ever(const struct invocation *inv, int fd)
{
	char rights[256] = "", question;
	int ret;

	/* Ctrl-C is for the other process, whose end is our end */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	ret = privileges_of_reader(rights, sizeof(rights));
	if (!ret)
		ret = send_all(fd, rights, sizeof(rights));
	while (!ret && receive_all(fd, &question, 1) == 0)
		ret = answer_question(inv, fd, question);
	_exit(ret ? EXIT_FAILED : EXIT_DONE);
}

/* --- the process that asks --- */

int reader_start(const struct invocation *inv, struct reader *ret_reader, struct weir_error *err)
{
	struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	struct reader reader = { .socket = -1 };
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		snprintf(err->text, sizeof(err->text), "cannot make a socket pair: %s",
			 strerror(errno));
		return -EIO;
	}
	fflush(NULL);
	reader.pid = fork();
	if (reader.pid == 0) {
		close(ends[0]);
		read_for_ever(inv, ends[1]);
	}
	close(ends[1]);
	reader.socket = ends[0];
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (reader.pid < 0 || receive_all(ends[0], reader.rights, sizeof(reader.rights)) < 0) {
		snprintf(err->text, sizeof(err->text), "cannot start the process that reads");
		reader_stop(&reader);
		return -EIO;
	}
	*ret_reader = reader;
	return 0;
}

void reader_stop(struct reader *reader)
{
	close_fd(&reader->socket);
	reader->socket = -1;
	if (reader->pid > 0)
		waitpid(reader->pid, NULL, 0);
	reader->pid = 0;
}

static int no_answer(int ret, struct weir_error *err)
{
	snprintf(err->text, sizeof(err->text), "the process that reads the maps %s",
		 ret == -ETIMEDOUT ? "does not answer" : "has ended");
	return ret == -ETIMEDOUT ? ret : -EPIPE;
}

static int ask(struct reader *reader, enum question question, struct answer *ret_answer,
	       struct weir_error *err)
{
	char letter = (char)question;
	int ret = send_all(reader->socket, &letter, 1);

	if (!ret)
		ret = receive_all(reader->socket, ret_answer, sizeof(*ret_answer));
	if (ret)
		return no_answer(ret, err);
	if (ret_answer->ret)
		*err = ret_answer->err;
	return 0;
}

/* count items of size; what was received has to be taken whatever becomes of it. */
static int take(struct reader *reader, size_t count, size_t size, void **ret_items,
		struct weir_error *err)
{
	_cleanup_free_ void *items = calloc(count + 1, size);
	int ret;

	if (!items) /* out of step: no further answer makes sense */
		return no_answer(-EPIPE, err);
	ret = receive_all(reader->socket, items, count * size);
	if (ret)
		return no_answer(ret, err);
	*ret_items = TAKE_PTR(items);
	return 0;
}

int reader_list(struct reader *reader, struct weir_attachments *ret_list, bool *ret_skip_loopback,
		struct weir_error *err)
{
	struct answer answer;
	void *items = NULL;
	int ret = ask(reader, ASK_LIST, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = take(reader, answer.count, sizeof(struct weir_attachment), &items, err);
	if (ret)
		return ret;
	*ret_list = (struct weir_attachments){ items, answer.count };
	*ret_skip_loopback = answer.skip_loopback;
	return 0;
}

int reader_counters(struct reader *reader, struct weir_snapshot *ret_snapshot,
		    struct weir_error *err)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	struct answer answer;
	void *items = NULL;
	int ret = ask(reader, ASK_COUNTERS, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = take(reader, answer.count, sizeof(*snapshot.items), &items, err);
	if (ret)
		return ret;
	snapshot = (struct weir_snapshot){ answer.time_ns, items, answer.count };
	for (size_t i = 0; i < snapshot.count; i++) /* pointers of another process */
		snapshot.items[i].per_cpu = NULL;
	for (size_t i = 0; i < snapshot.count && !ret; i++) {
		ret = take(reader, answer.cpus, sizeof(struct weir_count), &items, err);
		if (!ret)
			snapshot.items[i].per_cpu = items;
	}
	if (ret)
		return ret;
	*ret_snapshot = snapshot;
	snapshot = (struct weir_snapshot){};
	return 0;
}

int reader_flows(struct reader *reader, struct weir_flows *ret_flows, struct weir_error *err)
{
	_cleanup_free_ void *items = NULL;
	void *attachments = NULL;
	struct answer answer;
	int ret = ask(reader, ASK_FLOWS, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = take(reader, answer.count, sizeof(struct weir_flow_info), &items, err);
	if (!ret)
		ret = take(reader, answer.attachments, sizeof(struct weir_attachment), &attachments,
			   err);
	if (ret)
		return ret;
	*ret_flows = (struct weir_flows){
		.items = TAKE_PTR(items),
		.count = answer.count,
		.attachments = { attachments, answer.attachments },
		.usage = answer.usage,
		.time_ns = answer.time_ns,
	};
	return 0;
}

int reader_usage(struct reader *reader, struct weir_flow_usage *ret_flows,
		 struct weir_map_usages *ret_maps, struct weir_error *err)
{
	_cleanup_free_ void *attachments = NULL;
	struct answer answer;
	int ret = ask(reader, ASK_USAGE, &answer, err);

	/* attachments come even where a later step failed */
	if (!ret)
		ret = take(reader, answer.attachments, sizeof(struct weir_attachment), &attachments,
			   err);
	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	*ret_flows = answer.usage;
	*ret_maps = answer.maps;
	return 0;
}
