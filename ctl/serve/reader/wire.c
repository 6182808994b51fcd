// SPDX-License-Identifier: GPL-2.0
/* wire.c - see wire.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "ctl/serve/reader/wire.h"
#include "datapath/base/cleanup.h"

/* Precedes the reply. */
struct head {
	int ret;
	struct weir_error err;
};

int send_all(int fd, const void *data, size_t size)
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

int receive_all(int fd, void *data, size_t size)
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

const struct question *question_find(char letter)
{
	for (const struct question *q = reader_questions; q->letter; q++) {
		if (q->letter == letter)
			return q;
	}
	return NULL;
}

/* --- parts --- */

static void *items_of(const struct part *part, const char *answer)
{
	void *items;

	memcpy(&items, answer + part->items, sizeof(items));
	return items;
}

static void set_items(const struct part *part, char *answer, void *items)
{
	memcpy(answer + part->items, &items, sizeof(items));
}

static size_t count_of(const struct part *part, const char *answer)
{
	size_t count;

	memcpy(&count, answer + part->count, sizeof(count));
	return count;
}

/* --- the reader --- */

int answer_with(struct answering *a, int ret, const void *answer)
{
	const struct head head = { ret, a->err };
	const struct question *q = a->question;
	int sent = send_all(a->fd, &head, sizeof(head));

	if (sent || ret)
		return sent;
	sent = send_all(a->fd, answer, q->size);
	for (const struct part *p = q->parts; p->size && !sent; p++)
		sent = send_all(a->fd, items_of(p, answer), count_of(p, answer) * p->size);
	return sent;
}

/* --- the server --- */

/* Replaces the pointers of the reply, which are valid only in the reader. */
static int take_parts(int fd, const struct question *q, char *answer)
{
	int ret = 0;

	for (const struct part *p = q->parts; p->size; p++)
		set_items(p, answer, NULL);
	for (const struct part *p = q->parts; p->size && !ret; p++) {
		size_t count = count_of(p, answer);
		void *items = calloc(count + 1, p->size);

		set_items(p, answer, items);
		/*
		 * If out of memory, the rest of the reply stays in the socket, so the socket cannot
		 * be used any more.
		 */
		ret = items ? receive_all(fd, items, count * p->size) : -EPIPE;
	}
	for (const struct part *p = q->parts; p->size && ret; p++)
		free(items_of(p, answer));
	return ret;
}

static int take(int fd, const struct question *q, void *ret_answer)
{
	_cleanup_free_ char *answer = malloc(q->size);
	int ret = answer ? receive_all(fd, answer, q->size) : -EPIPE;

	if (!ret)
		ret = take_parts(fd, q, answer);
	if (!ret)
		memcpy(ret_answer, answer, q->size);
	return ret;
}

int reader_ask(struct reader *reader, char letter, void *ret_answer, size_t size,
	       struct weir_error *err)
{
	const struct question *q = question_find(letter);
	struct head head = {};
	int ret;

	if (!q || q->size != size) {
		snprintf(err->text, sizeof(err->text), "no question '%c' of that kind", letter);
		return -EPROTO;
	}
	ret = send_all(reader->socket, &letter, 1);
	if (!ret)
		ret = receive_all(reader->socket, &head, sizeof(head));
	if (!ret && head.ret) {
		*err = head.err;
		return head.ret;
	}
	if (!ret)
		ret = take(reader->socket, q, ret_answer);
	if (!ret)
		return 0;
	snprintf(err->text, sizeof(err->text), "the process that reads the maps %s",
		 ret == -ETIMEDOUT ? "does not answer" : "has exited");
	return ret == -ETIMEDOUT ? ret : -EPIPE;
}
