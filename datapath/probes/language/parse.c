// SPDX-License-Identifier: GPL-2.0
/*
 * parse.c - parses tokens to trees, by precedence:
 *
 *       or  and  not  == != < <= > >=  |  ^  &  << >>  + -  * / %  ! - ~ *  . -> []
 *
 * Unlike in C, & and | bind tighter than comparisons.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/language/expr.h"

struct parser {
	const char *text;
	const char *at;
	struct expr_token token; /* current token */
	struct expr_list list;
	struct probe_fault *fault;
	unsigned int depth;
};

enum level {
	LEVEL_OR,
	LEVEL_AND,
	LEVEL_COMPARE,
	LEVEL_BITOR,
	LEVEL_BITXOR,
	LEVEL_BITAND,
	LEVEL_SHIFT,
	LEVEL_ADD,
	LEVEL_MUL,
	LEVELS,
};

static const enum level level_of[OPS] = {
	[OP_OR] = LEVEL_OR,       [OP_AND] = LEVEL_AND,       [OP_NOT] = LEVELS,
	[OP_EQ] = LEVEL_COMPARE,  [OP_NE] = LEVEL_COMPARE,    [OP_LT] = LEVEL_COMPARE,
	[OP_LE] = LEVEL_COMPARE,  [OP_GT] = LEVEL_COMPARE,    [OP_GE] = LEVEL_COMPARE,
	[OP_BITOR] = LEVEL_BITOR, [OP_BITXOR] = LEVEL_BITXOR, [OP_BITAND] = LEVEL_BITAND,
	[OP_SHL] = LEVEL_SHIFT,   [OP_SHR] = LEVEL_SHIFT,     [OP_ADD] = LEVEL_ADD,
	[OP_SUB] = LEVEL_ADD,     [OP_MUL] = LEVEL_MUL,       [OP_DIV] = LEVEL_MUL,
	[OP_MOD] = LEVEL_MUL,     [OP_NEG] = LEVELS,          [OP_INVERT] = LEVELS,
	[OP_DEREF] = LEVELS,
};

static int parse_level(struct parser *p, enum level level, struct expr_node **ret_node);

#define FAULT(p, span, ...) \
	probe_fault_at((p)->fault, (p)->text, (span).start, (span).length, __VA_ARGS__)

static int advance(struct parser *p)
{
	return expr_next(p->text, &p->at, &p->token, p->fault);
}

static struct expr_span join(struct expr_span a, struct expr_span b)
{
	return (struct expr_span){ a.start, (size_t)(b.start + b.length - a.start) };
}

static int new_node(struct parser *p, enum expr_kind kind, struct expr_span whole,
		    struct expr_node **ret_node)
{
	struct expr_node *node = NULL;

	if (p->list.node_count == PROBE_EXPR_NODES)
		return FAULT(p, whole, "this is too much for one option: %d words and operators",
			     PROBE_EXPR_NODES);
	node = &p->list.nodes[p->list.node_count++];
	node->kind = kind;
	node->whole = whole;
	*ret_node = node;
	return 0;
}

static int deeper(struct parser *p)
{
	if (++p->depth <= PROBE_EXPR_DEPTH)
		return 0;
	return FAULT(p, p->token.span, "this is nested more than %d deep", PROBE_EXPR_DEPTH);
}

static int expect(struct parser *p, enum expr_token_type type, const char *what)
{
	if (p->token.type != type)
		return FAULT(p, p->token.span, "expected %s, not %s", what,
			     PROBE_SHOW(p->token.span));
	return advance(p);
}

/* --- primary expressions --- */

static int parse_call(struct parser *p, struct expr_node *call)
{
	struct expr_node **slots[PROBE_EXPR_CALL] = { &call->left, &call->right };
	size_t count = 0;
	int ret = advance(p); /* skip "(" */

	if (!ret && p->token.type == TOKEN_CLOSE)
		return FAULT(p, p->token.span, "%.*s() needs an argument", (int)call->name.length,
			     call->name.start);
	for (;;) {
		if (!ret && count == PROBE_EXPR_CALL)
			ret = FAULT(p, p->token.span, "no function takes more than %d arguments",
				    PROBE_EXPR_CALL);
		if (!ret)
			ret = parse_level(p, LEVEL_OR, slots[count++]);
		if (ret || p->token.type != TOKEN_COMMA)
			break;
		ret = advance(p);
	}
	if (!ret)
		call->whole = join(call->whole, p->token.span);
	return ret ? ret : expect(p, TOKEN_CLOSE, "')'");
}

static int parse_name(struct parser *p, struct expr_node **ret_node)
{
	struct expr_node *node = NULL;
	int ret = new_node(p, EXPR_NAME, p->token.span, &node);

	if (!ret) {
		node->name = p->token.span;
		ret = advance(p);
	}
	if (!ret && p->token.type == TOKEN_OPEN) {
		node->kind = EXPR_CALL;
		ret = parse_call(p, node);
	}
	if (!ret)
		*ret_node = node;
	return ret;
}

static int parse_unary(struct parser *p, struct expr_node **ret_node);

/* Parses a cast after "(": "struct NAME *)" and its operand. */
static int parse_cast(struct parser *p, struct expr_span open, struct expr_node **ret_node)
{
	struct expr_node *node = NULL;
	int ret = new_node(p, EXPR_CAST, open, &node);

	if (!ret)
		ret = advance(p); /* skip "struct" */
	if (!ret && p->token.type != TOKEN_NAME)
		ret = FAULT(p, p->token.span, "expected a name after 'struct', not %s",
			    PROBE_SHOW(p->token.span));
	if (ret)
		return ret;
	node->name = p->token.span;
	ret = advance(p);
	if (!ret && !(p->token.type == TOKEN_OPERATOR && p->token.op == OP_MUL))
		ret = FAULT(p, p->token.span, "a cast must be to a pointer: (struct %.*s *)",
			    (int)node->name.length, node->name.start);
	if (!ret)
		ret = advance(p);
	if (!ret)
		ret = expect(p, TOKEN_CLOSE, "')'");
	if (!ret)
		ret = parse_unary(p, &node->left);
	if (ret)
		return ret;
	node->whole = join(open, node->left->whole);
	*ret_node = node;
	return 0;
}

static int parse_parentheses(struct parser *p, struct expr_node **ret_node)
{
	struct expr_span open = p->token.span;
	int ret = advance(p);

	if (ret)
		return ret;
	if (p->token.type == TOKEN_NAME && span_is(p->token.span, "struct"))
		return parse_cast(p, open, ret_node);
	ret = parse_level(p, LEVEL_OR, ret_node);
	if (!ret && p->token.type != TOKEN_CLOSE)
		ret = FAULT(p, open, "this parenthesis is not closed");
	return ret ? ret : advance(p);
}

static int parse_primary(struct parser *p, struct expr_node **ret_node)
{
	struct expr_span span = p->token.span;
	struct expr_node *node = NULL;
	int ret;

	switch (p->token.type) {
	case TOKEN_NAME:
		return parse_name(p, ret_node);
	case TOKEN_OPEN:
		return parse_parentheses(p, ret_node);
	case TOKEN_NUMBER:
		ret = new_node(p, EXPR_NUMBER, span, &node);
		if (!ret)
			node->number = p->token.number;
		break;
	case TOKEN_STRING:
		ret = new_node(p, EXPR_STRING, span, &node);
		if (!ret)
			node->name = (struct expr_span){ span.start + 1, span.length - 2 };
		break;
	default:
		return FAULT(p, span, "expected a value, not %s", PROBE_SHOW(span));
	}
	if (!ret)
		ret = advance(p);
	if (!ret)
		*ret_node = node;
	return ret;
}

/* --- postfix operators --- */

static int parse_member(struct parser *p, struct expr_node *left, struct expr_node **ret_node)
{
	bool arrow = p->token.type == TOKEN_ARROW;
	struct expr_node *node = NULL;
	int ret = advance(p);

	if (!ret && p->token.type != TOKEN_NAME)
		ret = FAULT(p, p->token.span, "expected the name of a member after '%s', not %s",
			    arrow ? "->" : ".", PROBE_SHOW(p->token.span));
	if (!ret)
		ret = new_node(p, EXPR_MEMBER, join(left->whole, p->token.span), &node);
	if (ret)
		return ret;
	node->left = left;
	node->arrow = arrow;
	node->name = p->token.span;
	*ret_node = node;
	return advance(p);
}

static int parse_index(struct parser *p, struct expr_node *left, struct expr_node **ret_node)
{
	struct expr_node *node = NULL;
	int ret = advance(p);

	if (!ret)
		ret = new_node(p, EXPR_INDEX, left->whole, &node);
	if (!ret)
		ret = parse_level(p, LEVEL_OR, &node->right);
	if (ret)
		return ret;
	node->left = left;
	node->whole = join(left->whole, p->token.span);
	*ret_node = node;
	return expect(p, TOKEN_CLOSE_INDEX, "']'");
}

static int parse_postfix(struct parser *p, struct expr_node **ret_node)
{
	struct expr_node *node = NULL;
	int ret = parse_primary(p, &node);

	while (!ret) {
		if (p->token.type == TOKEN_DOT || p->token.type == TOKEN_ARROW)
			ret = parse_member(p, node, &node);
		else if (p->token.type == TOKEN_OPEN_INDEX)
			ret = parse_index(p, node, &node);
		else
			break;
	}
	if (!ret)
		*ret_node = node;
	return ret;
}

static int unary_op(const struct expr_token *token, enum expr_op *ret_op)
{
	if (token->type != TOKEN_OPERATOR)
		return -ENOENT;
	switch (token->op) {
	case OP_SUB:
		*ret_op = OP_NEG;
		return 0;
	case OP_MUL:
		*ret_op = OP_DEREF;
		return 0;
	case OP_NOT:
	case OP_INVERT:
		*ret_op = token->op;
		return 0;
	default:
		return -ENOENT;
	}
}

static int parse_unary(struct parser *p, struct expr_node **ret_node)
{
	struct expr_span span = p->token.span;
	struct expr_node *node = NULL;
	enum expr_op op;
	int ret = deeper(p);

	if (ret)
		return ret;
	if (unary_op(&p->token, &op) < 0) {
		ret = parse_postfix(p, ret_node);
		p->depth--;
		return ret;
	}
	ret = advance(p);
	if (!ret)
		ret = new_node(p, EXPR_UNARY, span, &node);
	if (!ret) /* the operand of "not" is a whole comparison */
		ret = op == OP_NOT && span.length == 3 ? parse_level(p, LEVEL_COMPARE, &node->left)
						       : parse_unary(p, &node->left);
	p->depth--;
	if (ret)
		return ret;
	node->op = op;
	node->whole = join(span, node->left->whole);
	*ret_node = node;
	return 0;
}

static int parse_level(struct parser *p, enum level level, struct expr_node **ret_node)
{
	struct expr_node *left = NULL, *node = NULL;
	bool compared = false;
	int ret = level == LEVEL_MUL ? parse_unary(p, &left) : parse_level(p, level + 1, &left);

	while (!ret && p->token.type == TOKEN_OPERATOR && level_of[p->token.op] == level) {
		enum expr_op op = p->token.op;

		if (compared)
			return FAULT(p, p->token.span,
				     "comparisons cannot be chained; join them with 'and'");
		compared = level == LEVEL_COMPARE;
		ret = advance(p);
		if (!ret)
			ret = new_node(p, EXPR_BINARY, left->whole, &node);
		if (!ret)
			ret = level == LEVEL_MUL ? parse_unary(p, &node->right)
						 : parse_level(p, level + 1, &node->right);
		if (ret)
			return ret;
		node->op = op;
		node->left = left;
		node->whole = join(left->whole, node->right->whole);
		left = node;
	}
	if (!ret)
		*ret_node = left;
	return ret;
}

/* --- the list --- */

void expr_list_free(struct expr_list *list)
{
	free(list->nodes);
	free(list->items);
	*list = (struct expr_list){};
}

static int parse_list(struct parser *p, bool many)
{
	int ret = advance(p);

	if (!ret && p->token.type == TOKEN_END)
		return FAULT(p, p->token.span, "the text is empty; expected an expression");
	for (;;) {
		if (!ret)
			ret = parse_level(p, LEVEL_OR, &p->list.items[p->list.count]);
		if (ret)
			return ret;
		p->list.count++;
		if (p->token.type == TOKEN_END)
			return 0;
		if (p->token.type != TOKEN_COMMA)
			return FAULT(p, p->token.span, "%s cannot follow a value here",
				     PROBE_SHOW(p->token.span));
		if (!many)
			return FAULT(p, p->token.span, "there can be only one value here");
		ret = advance(p);
	}
}

int expr_parse(const char *text, bool many, struct expr_list *ret_list, struct probe_fault *fault)
{
	struct parser p = { .text = text, .at = text, .fault = fault };
	int ret;

	if (strlen(text) > PROBE_EXPR_LENGTH)
		return probe_fault_at(fault, text, text + PROBE_EXPR_LENGTH, 1,
				      "this is longer than %d bytes", PROBE_EXPR_LENGTH);
	p.list.nodes = calloc(PROBE_EXPR_NODES, sizeof(*p.list.nodes));
	p.list.items = calloc(PROBE_EXPR_NODES + 1, sizeof(struct expr_node *));
	ret = p.list.nodes && p.list.items ? parse_list(&p, many) : -ENOMEM;
	if (ret)
		expr_list_free(&p.list);
	else
		*ret_list = p.list;
	return ret;
}
