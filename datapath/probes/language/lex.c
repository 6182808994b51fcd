// SPDX-License-Identifier: GPL-2.0
/* lex.c - splits an expression into tokens; see expr.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/language/expr.h"

/* Longer operators first. */
static const struct {
	const char *text;
	enum expr_token_type type;
	enum expr_op op;
} symbols[] = {
	{ "->", TOKEN_ARROW, 0 },
	{ "&&", TOKEN_OPERATOR, OP_AND },
	{ "||", TOKEN_OPERATOR, OP_OR },
	{ "<=", TOKEN_OPERATOR, OP_LE },
	{ ">=", TOKEN_OPERATOR, OP_GE },
	{ "==", TOKEN_OPERATOR, OP_EQ },
	{ "!=", TOKEN_OPERATOR, OP_NE },
	{ "<<", TOKEN_OPERATOR, OP_SHL },
	{ ">>", TOKEN_OPERATOR, OP_SHR },
	{ "<", TOKEN_OPERATOR, OP_LT },
	{ ">", TOKEN_OPERATOR, OP_GT },
	{ "!", TOKEN_OPERATOR, OP_NOT },
	{ "~", TOKEN_OPERATOR, OP_INVERT },
	{ "|", TOKEN_OPERATOR, OP_BITOR },
	{ "^", TOKEN_OPERATOR, OP_BITXOR },
	{ "&", TOKEN_OPERATOR, OP_BITAND },
	{ "+", TOKEN_OPERATOR, OP_ADD },
	{ "-", TOKEN_OPERATOR, OP_SUB },
	{ "*", TOKEN_OPERATOR, OP_MUL },
	{ "/", TOKEN_OPERATOR, OP_DIV },
	{ "%", TOKEN_OPERATOR, OP_MOD },
	{ ".", TOKEN_DOT, 0 },
	{ "(", TOKEN_OPEN, 0 },
	{ ")", TOKEN_CLOSE, 0 },
	{ "[", TOKEN_OPEN_INDEX, 0 },
	{ "]", TOKEN_CLOSE_INDEX, 0 },
	{ ",", TOKEN_COMMA, 0 },
};

static bool names(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static int take_number(const char *text, const char **at, struct expr_token *token,
		       struct probe_fault *fault)
{
	const char *end = *at;
	char *parsed;

	while (names(*end))
		end++;
	token->type = TOKEN_NUMBER;
	token->span.length = (size_t)(end - *at);
	errno = 0;
	token->number = strtoull(*at, &parsed, 0);
	if (parsed != end)
		return probe_fault_at(fault, text, *at, token->span.length,
				      "%s is not a number, such as 123, 0x7b or 0173",
				      PROBE_SHOW(token->span));
	if (errno == ERANGE)
		return probe_fault_at(fault, text, *at, token->span.length,
				      "%s does not fit into 64 bits", PROBE_SHOW(token->span));
	*at = end;
	return 0;
}

static int take_string(const char *text, const char **at, struct expr_token *token,
		       struct probe_fault *fault)
{
	const char *end = strchr(*at + 1, **at);

	if (!end)
		return probe_fault_at(fault, text, *at, 1, "this quote is not closed");
	token->type = TOKEN_STRING;
	token->span.length = (size_t)(end + 1 - *at);
	*at = end + 1;
	return 0;
}

static void take_name(const char **at, struct expr_token *token)
{
	static const struct {
		const char *word;
		enum expr_op op;
	} words[] = { { "and", OP_AND }, { "or", OP_OR }, { "not", OP_NOT } };

	token->type = TOKEN_NAME;
	while (names(**at))
		(*at)++;
	token->span.length = (size_t)(*at - token->span.start);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (span_is(token->span, words[i].word)) {
			token->type = TOKEN_OPERATOR;
			token->op = words[i].op;
		}
	}
}

static bool take_symbol(const char **at, struct expr_token *token)
{
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		size_t length = strlen(symbols[i].text);

		if (strncmp(*at, symbols[i].text, length) != 0)
			continue;
		token->type = symbols[i].type;
		token->op = symbols[i].op;
		token->span.length = length;
		*at += length;
		return true;
	}
	return false;
}

int expr_next(const char *text, const char **at, struct expr_token *ret_token,
	      struct probe_fault *fault)
{
	struct expr_token token = {};
	int ret = 0;

	while (isspace((unsigned char)**at))
		(*at)++;
	token.span.start = *at;
	if (!**at)
		token.type = TOKEN_END;
	else if (isdigit((unsigned char)**at))
		ret = take_number(text, at, &token, fault);
	else if (**at == '"' || **at == '\'')
		ret = take_string(text, at, &token, fault);
	else if (names(**at))
		take_name(at, &token);
	else if (**at == '=' && (*at)[1] != '=')
		ret = probe_fault_at(fault, text, *at, 1,
				     "'=' does not assign; use '==' to compare");
	else if (!take_symbol(at, &token))
		ret = probe_fault_at(fault, text, *at, 1, "unexpected %s",
				     probe_show(*at, 1, (char[64]){ 0 }, 64));
	if (!ret)
		*ret_token = token;
	return ret;
}
