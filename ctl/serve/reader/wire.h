/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wire.h - the protocol between the two processes of process.h. Both are the same program, so
 * structs are sent unchanged. A question is one letter. A reply is a return code with a sentence
 * and, if the code is 0, a struct and the arrays that it points to (its parts).
 */
#ifndef CTL_SERVE_READER_WIRE_H
#define CTL_SERVE_READER_WIRE_H

#include "ctl/serve/reader/process.h"
#include "ctl/serve/reader/sessions.h"

#define QUESTION_PARTS 4

/*
 * An array: the offsets of its pointer and of its count (a size_t) in the struct, and the size of
 * an item.
 */
struct part {
	size_t items, count, size;
};

#define PART(type, array, number)                                                \
	{                                                                        \
		.items = offsetof(type, array), .count = offsetof(type, number), \
		.size = sizeof(*((type *)NULL)->array),                          \
	}

/* The state of the reader while it answers a question. */
struct answering {
	const struct invocation *inv;
	struct probes probes;
	struct walk walk;
	int fd;
	const struct question *question;
	struct weir *weir;     /* if the question opens the pins */
	struct weir_error err; /* the sentence, if the reply is an error */
};

/* answer() must end with answer_with() and return its code. */
struct question {
	char letter;
	bool opens; /* open the pins for each reply */
	int (*answer)(struct answering *a);
	size_t size;                           /* size of the struct */
	struct part parts[QUESTION_PARTS + 1]; /* ends with size 0 */
};

/* In questions.c; ends with letter 0. */
extern const struct question reader_questions[];
const struct question *question_find(char letter);

/*
 * Sends ret with a->err, and the struct if ret is 0. Returns 0, or -errno if the other end is
 * closed.
 */
int answer_with(struct answering *a, int ret, const void *answer);

/*
 * Return 0 or -errno. receive_all() returns -ETIMEDOUT after the timeout of the socket, and -EPIPE
 * at the end.
 */
int send_all(int fd, const void *data, size_t size);
int receive_all(int fd, void *data, size_t size);

#endif
