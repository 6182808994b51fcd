/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expr.h - the expressions of `ctl probe run`, as trees. docs/probes.md has the grammar.
 * Pure: no types, no kernel.
 */
#ifndef WEIR_PROBES_LANGUAGE_EXPR_H
#define WEIR_PROBES_LANGUAGE_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "datapath/probes/language/fault.h"

#define PROBE_EXPR_LENGTH 4096 /* bytes */
#define PROBE_EXPR_NODES 256
#define PROBE_EXPR_DEPTH 32
#define PROBE_EXPR_CALL 2 /* most arguments of a function */

enum expr_kind {
	EXPR_NUMBER,
	EXPR_STRING, /* span is without quotes */
	EXPR_NAME,
	EXPR_MEMBER, /* left.name, or left->name */
	EXPR_INDEX,  /* left[right] */
	EXPR_CALL,   /* name(left, right), right may be NULL */
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

/* A part of the text, which it borrows. */
struct expr_span {
	const char *start;
	size_t length;
};

struct expr_node {
	enum expr_kind kind;
	enum expr_op op;
	bool arrow; /* of a member */
	uint64_t number;
	struct expr_span name;  /* name, member, function, structure, or text of a string */
	struct expr_span whole; /* of the source, for carets */
	struct expr_node *left, *right;
};

struct expr_list {
	struct expr_node *nodes; /* all of them */
	size_t node_count;
	struct expr_node **items;
	size_t count;
};

/*
 * "EXPR, EXPR, ..."; text is borrowed. -EINVAL: with sentence and place; -ENOMEM. many: whether
 * there may be more than one.
 */
int expr_parse(const char *text, bool many, struct expr_list *ret_list, struct probe_fault *fault);
void expr_list_free(struct expr_list *list);

static inline bool span_is(struct expr_span span, const char *word)
{
	return strlen(word) == span.length && strncmp(span.start, word, span.length) == 0;
}

/* --- words --- */

enum expr_token_type {
	TOKEN_END,
	TOKEN_NUMBER,
	TOKEN_STRING,
	TOKEN_NAME,
	TOKEN_OPERATOR, /* of enum expr_op */
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
	struct expr_span span; /* as it stands in the source */
};

/* at: where to begin, moved behind the word. -EINVAL. */
int expr_next(const char *text, const char **at, struct expr_token *ret_token,
	      struct probe_fault *fault);

#endif
