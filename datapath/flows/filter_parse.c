// SPDX-License-Identifier: GPL-2.0
/*
 * filter_parse.c - compiles an expression by recursive descent:
 *
 *       either  = both { "or" both }
 *       both    = single { "and" single }
 *       single  = "not" single | "(" either ")" | test
 *
 * Only "not" and "(" recurse, and their depth is limited.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/flows/filter_code.h"

#define SHOW(token) filter_show(token, (char[64]){ 0 }, 64)

struct parser {
	struct filter_lexer lexer;
	struct filter_token token; /* current token */
	struct weir_flow_filter *filter;
	unsigned int depth;
	unsigned int tests;
};

static int parse_either(struct parser *p);

static int advance(struct parser *p)
{
	return filter_next(&p->lexer, &p->token);
}

static int emit(struct parser *p, const struct filter_instruction *in)
{
	struct weir_flow_filter *f = p->filter;

	if (f->count == f->room) {
		size_t room = f->room ? 2 * f->room : 8;
		struct filter_instruction *grown = realloc(f->code, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		f->code = grown;
		f->room = room;
	}
	f->code[f->count++] = *in;
	return 0;
}

/* --- tests --- */

enum value_kind { NO_VALUE, VALUE, COMPARED };

struct keyword {
	const char *word;
	enum filter_op op;
	enum value_kind kind;
	int (*parse)(struct filter_lexer *, const struct filter_token *,
		     struct filter_instruction *);
	const char *value; /* the value that must follow */
	uint64_t low;      /* operand of tests without a value */
};

/* Tests that "src" and "dst" may precede. */
static const struct keyword sided[] = {
	{ "port", FILTER_PORT, VALUE, filter_value_port, "a port or a range of ports", 0 },
	{ "host", FILTER_ADDRESS, VALUE, filter_value_host, "an address", 0 },
	{ "net", FILTER_ADDRESS, VALUE, filter_value_net, "a network such as 10.0.0.0/8", 0 },
	{},
};

static const struct keyword keywords[] = {
	{ "proto", FILTER_PROTOCOL, VALUE, filter_value_protocol, "a protocol", 0 },
	{ "tcp", FILTER_PROTOCOL, NO_VALUE, NULL, NULL, 6 },
	{ "udp", FILTER_PROTOCOL, NO_VALUE, NULL, NULL, 17 },
	{ "icmp", FILTER_PROTOCOL, NO_VALUE, NULL, NULL, 1 },
	{ "icmpv6", FILTER_PROTOCOL, NO_VALUE, NULL, NULL, 58 },
	{ "sctp", FILTER_PROTOCOL, NO_VALUE, NULL, NULL, 132 },
	{ "ip", FILTER_FAMILY, NO_VALUE, NULL, NULL, 0 },
	{ "ip6", FILTER_FAMILY, NO_VALUE, NULL, NULL, 1 },
	{ "iface", FILTER_IFACE, VALUE, filter_value_name, "the name of an interface", 0 },
	{ "netns", FILTER_NETNS, VALUE, filter_value_name, "the name of a namespace", 0 },
	{ "hook", FILTER_HOOK, VALUE, filter_value_hook, "a hook", 0 },
	{ "packets", FILTER_PACKETS, COMPARED, filter_value_number, "a number", 0 },
	{ "bytes", FILTER_BYTES, COMPARED, filter_value_number, "a number", 0 },
	{ "age", FILTER_AGE, COMPARED, filter_value_duration, "a time such as 10s", 0 },
	{ "idle", FILTER_IDLE, COMPARED, filter_value_duration, "a time such as 10s", 0 },
	{ "flags", FILTER_FLAGS, VALUE, filter_value_flags, "TCP flags such as syn,ack", 0 },
	{},
};

static const struct keyword *find(const struct keyword *list, const struct filter_token *token)
{
	for (; list->word; list++) {
		if (token->type == TOKEN_WORD && filter_is(token, list->word))
			return list;
	}
	return NULL;
}

static int parse_value(struct parser *p, const struct keyword *keyword,
		       struct filter_instruction *in)
{
	int ret;

	if (keyword->kind == COMPARED) {
		if (p->token.type != TOKEN_COMPARISON)
			return filter_fault(&p->lexer, &p->token,
					    "'%s' needs <, <=, >, >=, == or !=, not %s",
					    keyword->word, SHOW(&p->token));
		in->comparison = p->token.comparison;
		ret = advance(p);
		if (ret)
			return ret;
	}
	if (p->token.type != TOKEN_WORD && p->token.type != TOKEN_STRING)
		return filter_fault(&p->lexer, &p->token, "'%s' needs %s, not %s", keyword->word,
				    keyword->value, SHOW(&p->token));
	ret = keyword->parse(&p->lexer, &p->token, in);
	return ret ? ret : advance(p);
}

static int no_test(struct parser *p)
{
	const struct filter_token *t = &p->token;

	if (t->type == TOKEN_END && t->start == p->lexer.text + strspn(p->lexer.text, " \t\n"))
		return filter_fault(&p->lexer, t, "the filter is empty");
	if (t->type == TOKEN_END)
		return filter_fault(&p->lexer, t, "the filter ends where a test is expected");
	if (t->type == TOKEN_CLOSE)
		return filter_fault(&p->lexer, t, "unexpected ')'; expected a test");
	if (t->type == TOKEN_AND || t->type == TOKEN_OR)
		return filter_fault(&p->lexer, t, "%s has no test before it", SHOW(t));
	if (t->type == TOKEN_COMPARISON)
		return filter_fault(&p->lexer, t, "there is nothing to compare before %s", SHOW(t));
	return filter_fault(&p->lexer, t, "unknown test %s; use proto, port, host, net, iface",
			    SHOW(t));
}

static int parse_side(struct parser *p, struct filter_instruction *in,
		      const struct keyword **ret_keyword)
{
	struct filter_token side = p->token;
	int ret;

	in->side = FILTER_EITHER;
	if (side.type != TOKEN_WORD || !(filter_is(&side, "src") || filter_is(&side, "dst"))) {
		*ret_keyword = find(sided, &side);
		if (!*ret_keyword)
			*ret_keyword = find(keywords, &side);
		return *ret_keyword ? 0 : no_test(p);
	}
	in->side = filter_is(&side, "src") ? FILTER_SRC : FILTER_DST;
	ret = advance(p);
	if (ret)
		return ret;
	*ret_keyword = find(sided, &p->token);
	if (!*ret_keyword)
		return filter_fault(&p->lexer, &p->token, "'%.3s' needs port, host or net, not %s",
				    side.start, SHOW(&p->token));
	return 0;
}

static int parse_test(struct parser *p)
{
	struct filter_instruction in = {};
	const struct keyword *keyword = NULL;
	int ret = parse_side(p, &in, &keyword);

	if (ret)
		return ret;
	if (++p->tests > WEIR_FILTER_TESTS)
		return filter_fault(&p->lexer, &p->token, "more than %d tests", WEIR_FILTER_TESTS);
	in.op = keyword->op;
	in.low = keyword->low;
	ret = advance(p);
	if (!ret && keyword->kind != NO_VALUE)
		ret = parse_value(p, keyword, &in);
	return ret ? ret : emit(p, &in);
}

/* --- structure --- */

static int parse_single(struct parser *p);

static int parse_not(struct parser *p)
{
	const struct filter_instruction in = { .op = FILTER_NOT };
	int ret = advance(p);

	if (!ret && p->token.type == TOKEN_END)
		return filter_fault(&p->lexer, &p->token, "nothing follows 'not'");
	if (!ret)
		ret = parse_single(p);
	return ret ? ret : emit(p, &in);
}

static int parse_group(struct parser *p)
{
	struct filter_token open = p->token;
	int ret = advance(p);

	if (!ret && p->token.type == TOKEN_CLOSE)
		return filter_fault(&p->lexer, &p->token, "there is nothing between '(' and ')'");
	if (!ret)
		ret = parse_either(p);
	if (ret)
		return ret;
	if (p->token.type == TOKEN_END)
		return filter_fault(&p->lexer, &open, "this '(' is not closed");
	if (p->token.type != TOKEN_CLOSE)
		return filter_fault(&p->lexer, &p->token, "expected 'and', 'or' or ')', not %s",
				    SHOW(&p->token));
	return advance(p);
}

static int parse_single(struct parser *p)
{
	int ret;

	if (p->token.type != TOKEN_NOT && p->token.type != TOKEN_OPEN)
		return parse_test(p);
	if (p->depth == WEIR_FILTER_DEPTH)
		return filter_fault(&p->lexer, &p->token,
				    "more than %d nested parentheses and negations",
				    WEIR_FILTER_DEPTH);
	p->depth++;
	ret = p->token.type == TOKEN_NOT ? parse_not(p) : parse_group(p);
	p->depth--;
	return ret;
}

/*
 * Compiles parts joined by `joint`. After each part, a jump leaves if it has decided the result.
 * Until the end is known, the jumps are linked through their targets.
 */
static int parse_joined(struct parser *p, enum filter_token_type joint, enum filter_op jump,
			int (*parse_part)(struct parser *))
{
	uint32_t chain = UINT32_MAX;
	int ret = parse_part(p);

	while (!ret && p->token.type == joint) {
		struct filter_instruction in = { .op = jump, .target = chain };

		chain = (uint32_t)p->filter->count;
		ret = emit(p, &in);
		if (!ret)
			ret = advance(p);
		if (!ret)
			ret = parse_part(p);
	}
	while (!ret && chain != UINT32_MAX) {
		struct filter_instruction *in = &p->filter->code[chain];

		chain = in->target;
		in->target = (uint32_t)p->filter->count;
	}
	return ret;
}

static int parse_both(struct parser *p)
{
	return parse_joined(p, TOKEN_AND, FILTER_JUMP_UNLESS, parse_single);
}

static int parse_either(struct parser *p)
{
	return parse_joined(p, TOKEN_OR, FILTER_JUMP_IF, parse_both);
}

static int parse(struct parser *p)
{
	int ret = advance(p);

	if (!ret)
		ret = parse_either(p);
	if (ret || p->token.type == TOKEN_END)
		return ret;
	if (p->token.type == TOKEN_CLOSE)
		return filter_fault(&p->lexer, &p->token, "unmatched ')'");
	return filter_fault(&p->lexer, &p->token, "expected 'and' or 'or' before %s",
			    SHOW(&p->token));
}

int weir_flow_filter_compile(const char *text, struct weir_flow_filter **ret_filter,
			     struct weir_filter_error *err)
{
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *filter = NULL;
	struct filter_lexer lexer = { .text = text, .at = text, .err = err };
	struct filter_token rest = { .start = text };
	int ret;

	if (strnlen(text, WEIR_FILTER_LENGTH + 1) > WEIR_FILTER_LENGTH) {
		rest.start = text + WEIR_FILTER_LENGTH;
		return filter_fault(&lexer, &rest, "a filter has at most %d bytes",
				    WEIR_FILTER_LENGTH);
	}
	filter = calloc(1, sizeof(*filter));
	if (!filter)
		ret = -ENOMEM;
	else
		ret = parse(&(struct parser){ .lexer = lexer, .filter = filter });
	if (ret == -ENOMEM)
		filter_fault(&lexer, &rest, "out of memory");
	if (ret)
		return ret;
	*ret_filter = TAKE_PTR(filter);
	return 0;
}
