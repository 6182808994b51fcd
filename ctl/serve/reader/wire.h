/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wire.h - what goes between the two processes of process.h. Both ends are one program: structs
 * go over the socket as they are. A question is one letter. Its answer is a code with a sentence,
 * and where the code is 0, a struct and the arrays that it points to, its parts.
 */
#ifndef CTL_SERVE_READER_WIRE_H
#define CTL_SERVE_READER_WIRE_H

#include "ctl/serve/reader/process.h"
#include "ctl/serve/reader/sessions.h"

#define QUESTION_PARTS 4

/* An array: where in the struct its pointer is and its count, a size_t; and the size of an item. */
struct part {
	size_t items, count, size;
};

#define PART(type, array, number)                                                \
	{                                                                        \
		.items = offsetof(type, array), .count = offsetof(type, number), \
		.size = sizeof(*((type *)NULL)->array),                          \
	}

/* The process that reads: what it keeps, and the question that it is asked. */
struct answering {
	const struct invocation *inv;
	struct probes probes;
	struct walk walk;
	int fd;
	const struct question *question;
	struct weir *weir;     /* of a question that opens the pins */
	struct weir_error err; /* the sentence, should the answer be a failure */
};

/* answer() ends by answer_with(), whose code it returns. */
struct question {
	char letter;
	bool opens; /* the pins, anew for each answer */
	int (*answer)(struct answering *a);
	size_t size;                           /* of the struct */
	struct part parts[QUESTION_PARTS + 1]; /* ended by size 0 */
};

/* The table, in questions.c; ended by letter 0. */
extern const struct question reader_questions[];
const struct question *question_find(char letter);

/* Sends ret with a->err, and the answer if ret is 0. 0, or -errno where nobody reads any more. */
int answer_with(struct answering *a, int ret, const void *answer);

/* 0 or -errno; of receive_all() -ETIMEDOUT where the socket has a limit, -EPIPE at its end. */
int send_all(int fd, const void *data, size_t size);
int receive_all(int fd, void *data, size_t size);

#endif
