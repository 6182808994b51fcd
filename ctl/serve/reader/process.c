// SPDX-License-Identifier: GPL-2.0
/* process.c - the two processes, and the requests between them; see process.h. */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "ctl/serve/privileges.h"
#include "ctl/serve/reader/wire.h"
#include "datapath/base/cleanup.h"

#define ANSWER_SECONDS 10

/* --- the reader --- */

static int answer_question(struct answering *a, char letter)
{
	_cleanup_(close_weir) struct weir *weir = NULL;
	int ret = 0;

	a->question = question_find(letter);
	a->err = (struct weir_error){};
	if (!a->question)
		return -EPROTO;
	if (a->question->opens)
		ret = open_weir(a->inv, &weir, &a->err);
	a->weir = weir;
	return ret ? answer_with(a, ret, NULL) : a->question->answer(a);
}

static _Noreturn void read_for_ever(const struct invocation *inv, bool probing, int fd)
{
	struct answering a = { .inv = inv, .fd = fd };
	struct reader_words words = {};
	char letter;
	int ret;

	/* Ctrl-C is handled by the other process. When it exits, so does this one. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	probes_open(inv, probing, &a.probes);
	ret = privileges_of_reader(words.rights, sizeof(words.rights));
	memcpy(words.drops, a.probes.drops_err.text, sizeof(words.drops));
	memcpy(words.health, a.probes.health_err.text, sizeof(words.health));
	if (!ret)
		ret = send_all(fd, &words, sizeof(words));
	while (!ret && receive_all(fd, &letter, 1) == 0) {
		ret = answer_question(&a, letter);
		/* Returns the memory of a large table. */
		malloc_trim(0);
	}
	_exit(ret ? EXIT_FAILED : EXIT_DONE);
}

/* --- the server --- */

int reader_start(const struct invocation *inv, bool probing, struct reader *ret_reader,
		 struct weir_error *err)
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
		read_for_ever(inv, probing, ends[1]);
	}
	close(ends[1]);
	reader.socket = ends[0];
	/*
	 * Loading programs may take long on a slow machine. There is no timeout, because the end of
	 * the process is noticed.
	 */
	if (reader.pid < 0 || receive_all(ends[0], &reader.words, sizeof(reader.words)) < 0) {
		snprintf(err->text, sizeof(err->text), "cannot start the process that reads");
		reader_stop(&reader);
		return -EIO;
	}
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
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
