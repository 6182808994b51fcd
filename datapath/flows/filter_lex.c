// SPDX-License-Identifier: GPL-2.0
/* filter_lex.c - splits an expression into tokens; see filter_code.h. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "datapath/flows/filter_code.h"

/* Ends a word. Addresses and ranges contain '/', ':', '-' and so on, so these do not. */
static bool ends_word(char c)
{
	return !c || isspace((unsigned char)c) || strchr("()!&|<>='\"", c);
}

/* Longer operators first. */
static const struct {
	const char *text;
	enum filter_token_type type;
	enum filter_comparison comparison;
} symbols[] = {
	{ "&&", TOKEN_AND, 0 },
	{ "||", TOKEN_OR, 0 },
	{ "<=", TOKEN_COMPARISON, FILTER_LESS_EQUAL },
	{ ">=", TOKEN_COMPARISON, FILTER_GREATER_EQUAL },
	{ "==", TOKEN_COMPARISON, FILTER_EQUAL },
	{ "!=", TOKEN_COMPARISON, FILTER_NOT_EQUAL },
	{ "<", TOKEN_COMPARISON, FILTER_LESS },
	{ ">", TOKEN_COMPARISON, FILTER_GREATER },
	{ "=", TOKEN_COMPARISON, FILTER_EQUAL },
	{ "!", TOKEN_NOT, 0 },
	{ "(", TOKEN_OPEN, 0 },
	{ ")", TOKEN_CLOSE, 0 },
};

static bool take_symbol(struct filter_lexer *lexer, struct filter_token *token)
{
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		size_t length = strlen(symbols[i].text);

		if (strncmp(lexer->at, symbols[i].text, length) != 0)
			continue;
		token->type = symbols[i].type;
		token->comparison = symbols[i].comparison;
		token->length = length;
		lexer->at += length;
		return true;
	}
	return false;
}

static int take_string(struct filter_lexer *lexer, struct filter_token *token)
{
	const char *end = strchr(lexer->at + 1, *lexer->at);

	token->length = 1;
	if (!end)
		return filter_fault(lexer, token, "this quote is not closed");
	token->type = TOKEN_STRING;
	token->start = lexer->at + 1;
	token->length = (size_t)(end - token->start);
	lexer->at = end + 1;
	return 0;
}

static void take_word(struct filter_lexer *lexer, struct filter_token *token)
{
	while (!ends_word(*lexer->at))
		lexer->at++;
	token->length = (size_t)(lexer->at - token->start);
	token->type = filter_is(token, "and")   ? TOKEN_AND
		      : filter_is(token, "or")  ? TOKEN_OR
		      : filter_is(token, "not") ? TOKEN_NOT
						: TOKEN_WORD;
}

int filter_next(struct filter_lexer *lexer, struct filter_token *ret_token)
{
	struct filter_token token;

	while (isspace((unsigned char)*lexer->at))
		lexer->at++;
	token = (struct filter_token){ .type = TOKEN_END, .start = lexer->at };
	if (*lexer->at == '\'' || *lexer->at == '"') {
		int ret = take_string(lexer, &token);

		if (ret)
			return ret;
	} else if (*lexer->at && !take_symbol(lexer, &token)) {
		if (ends_word(*lexer->at)) {
			token.length = 1;
			return filter_fault(lexer, &token, "unexpected '%c'; use '%c%c'",
					    *lexer->at, *lexer->at, *lexer->at);
		}
		take_word(lexer, &token);
	}
	*ret_token = token;
	return 0;
}

bool filter_is(const struct filter_token *token, const char *word)
{
	return strlen(word) == token->length && strncmp(token->start, word, token->length) == 0;
}

int filter_fault(struct filter_lexer *lexer, const struct filter_token *token, const char *fmt, ...)
{
	struct weir_filter_error *err = lexer->err;
	va_list args;

	if (!err)
		return -EINVAL;
	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	err->position = (size_t)(token->start - lexer->text);
	err->length = token->length ? token->length : 1;
	return -EINVAL;
}

const char *filter_show(const struct filter_token *token, char *buffer, size_t size)
{
	size_t used = 0;

	if (token->type == TOKEN_END)
		return "the end";
	buffer[used++] = '\'';
	for (size_t i = 0; i < token->length && used + 6 < size; i++) {
		unsigned char c = (unsigned char)token->start[i];

		buffer[used++] = c < 0x20 || c >= 0x7f ? '?' : (char)c;
		if (i == 40 && token->length > 44) {
			used += (size_t)snprintf(buffer + used, size - used, "...");
			break;
		}
	}
	buffer[used++] = '\'';
	buffer[used] = '\0';
	return buffer;
}
