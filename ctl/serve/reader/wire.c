// SPDX-License-Identifier: GPL-2.0
/* wire.c - see wire.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "ctl/serve/reader/wire.h"
#include "datapath/base/cleanup.h"

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

static int no_answer(int ret, struct weir_error *err)
{
	snprintf(err->text, sizeof(err->text), "the process that reads the maps %s",
		 ret == -ETIMEDOUT ? "does not answer" : "has ended");
	return ret == -ETIMEDOUT ? ret : -EPIPE;
}

int reader_ask(struct reader *reader, enum question question, struct answer *ret_answer,
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

int reader_take(struct reader *reader, size_t count, size_t size, void **ret_items,
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
