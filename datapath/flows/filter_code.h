/* SPDX-License-Identifier: GPL-2.0 */
/* filter_code.h - the code of a flow filter, and the parts of its compiler. */
#ifndef WEIR_FLOWS_FILTER_CODE_H
#define WEIR_FLOWS_FILTER_CODE_H

#include "datapath/flows/filter.h"
#include "datapath/flows/flows.h"

/* Instructions share one bit of state, the result so far. */
enum filter_op {
	FILTER_NOT,
	FILTER_JUMP_IF, /* to `target` if the result is true */
	FILTER_JUMP_UNLESS,
	FILTER_FAMILY, /* low: 1 for IPv6 */
	FILTER_PROTOCOL,
	FILTER_PORT,    /* low to high */
	FILTER_ADDRESS, /* address under mask */
	FILTER_IFACE,
	FILTER_NETNS,
	FILTER_HOOK,
	FILTER_PACKETS, /* compares with low */
	FILTER_BYTES,
	FILTER_AGE, /* in ns */
	FILTER_IDLE,
	FILTER_FLAGS, /* all flags in low are set */
};

enum filter_side { FILTER_SRC = 1, FILTER_DST = 2, FILTER_EITHER = 3 };

enum filter_comparison {
	FILTER_LESS,
	FILTER_LESS_EQUAL,
	FILTER_GREATER,
	FILTER_GREATER_EQUAL,
	FILTER_EQUAL,
	FILTER_NOT_EQUAL,
};

struct filter_instruction {
	enum filter_op op;
	enum filter_side side;
	enum filter_comparison comparison;
	bool v6;      /* of an address */
	bool is_glob; /* of a name */
	uint32_t target;
	uint64_t low;
	uint64_t high;
	uint64_t address[2]; /* network byte order */
	uint64_t mask[2];
	char name[WEIR_NETNS_LEN];
};

struct weir_flow_filter {
	struct filter_instruction *code;
	size_t count;
	size_t room;
};

/* --- tokens --- */

enum filter_token_type {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_STRING, /* quoted; start and length exclude the quotes */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_NOT,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_COMPARISON,
};

struct filter_token {
	enum filter_token_type type;
	enum filter_comparison comparison;
	const char *start;
	size_t length;
};

struct filter_lexer {
	const char *text; /* the whole expression */
	const char *at;
	struct weir_filter_error *err; /* may be NULL */
};

/* Reads the next token. Returns -EINVAL if there is no valid one. */
int filter_next(struct filter_lexer *lexer, struct filter_token *ret_token);

bool filter_is(const struct filter_token *token, const char *word);

/* Sets the sentence and the position of the token, and returns -EINVAL. */
int filter_fault(struct filter_lexer *lexer, const struct filter_token *token, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Formats "'word'", "the end" and so on, for messages. */
const char *filter_show(const struct filter_token *token, char *buffer, size_t size);

/* --- values: each sets the operand of an instruction, or returns -EINVAL with a sentence --- */

int filter_value_protocol(struct filter_lexer *lexer, const struct filter_token *token,
			  struct filter_instruction *in);
int filter_value_port(struct filter_lexer *lexer, const struct filter_token *token,
		      struct filter_instruction *in);
int filter_value_host(struct filter_lexer *lexer, const struct filter_token *token,
		      struct filter_instruction *in);
int filter_value_net(struct filter_lexer *lexer, const struct filter_token *token,
		     struct filter_instruction *in);
int filter_value_name(struct filter_lexer *lexer, const struct filter_token *token,
		      struct filter_instruction *in);
int filter_value_hook(struct filter_lexer *lexer, const struct filter_token *token,
		      struct filter_instruction *in);
int filter_value_flags(struct filter_lexer *lexer, const struct filter_token *token,
		       struct filter_instruction *in);
int filter_value_number(struct filter_lexer *lexer, const struct filter_token *token,
			struct filter_instruction *in);
int filter_value_duration(struct filter_lexer *lexer, const struct filter_token *token,
			  struct filter_instruction *in);

#endif
