/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expr.h - the expressions of `ctl probe run`, as trees. docs/probes.md has the grammar. Knows
 * neither types nor the kernel.
 */
#ifndef WEIR_PROBES_LANGUAGE_EXPR_H
#define WEIR_PROBES_LANGUAGE_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "datapath/probes/language/fault.h"

#define PROBE_EXPR_LENGTH 4096 /* in bytes */
#define PROBE_EXPR_NODES 256
#define PROBE_EXPR_DEPTH 32
#define PROBE_EXPR_CALL 2 /* maximum number of arguments of a function */

enum expr_kind {
	EXPR_NUMBER,
	EXPR_STRING, /* the span excludes the quotes */
	EXPR_NAME,
	EXPR_MEMBER, /* left.name, or left->name */
	EXPR_INDEX,  /* left[right] */
	EXPR_CALL,   /* name(left, right); right may be NULL */
	EXPR_CAST,   /* (struct name *)left */
	EXPR_UNARY,
	EXPR_BINARY,
};

enum expr_op {
	OP_OR,
	OP_AND,
	OP_NOT,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_BITOR,
	OP_BITXOR,
	OP_BITAND,
	OP_SHL,
	OP_SHR,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_NEG,
	OP_INVERT,
	OP_DEREF,
	OPS,
};

/* A part of the source text, borrowed. */
struct expr_span {
	const char *start;
	size_t length;
};

struct expr_node {
	enum expr_kind kind;
	enum expr_op op;
	bool arrow; /* EXPR_MEMBER: by "->" */
	uint64_t number;
	struct expr_span name;  /* of a name, member, function or structure; text of a string */
	struct expr_span whole; /* in the source, for messages */
	struct expr_node *left, *right;
};

struct expr_list {
	struct expr_node *nodes; /* memory of all nodes */
	size_t node_count;
	struct expr_node **items;
	size_t count;
};

/*
 * Parses "EXPR, EXPR, ...". Borrows the text. many: allow more than one expression. Returns -EINVAL
 * with the sentence and position in fault, or -ENOMEM.
 */
int expr_parse(const char *text, bool many, struct expr_list *ret_list, struct probe_fault *fault);
void expr_list_free(struct expr_list *list);

static inline bool span_is(struct expr_span span, const char *word)
{
	return strlen(word) == span.length && strncmp(span.start, word, span.length) == 0;
}

/* --- tokens --- */

enum expr_token_type {
	TOKEN_END,
	TOKEN_NUMBER,
	TOKEN_STRING,
	TOKEN_NAME,
	TOKEN_OPERATOR, /* enum expr_op */
	TOKEN_DOT,
	TOKEN_ARROW,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_OPEN_INDEX,
	TOKEN_CLOSE_INDEX,
	TOKEN_COMMA,
};

struct expr_token {
	enum expr_token_type type;
	enum expr_op op;
	uint64_t number;
	struct expr_span span; /* in the source */
};

/* Reads a token at `at`, and advances `at`. Returns -EINVAL if there is no valid token. */
int expr_next(const char *text, const char **at, struct expr_token *ret_token,
	      struct probe_fault *fault);

#endif
