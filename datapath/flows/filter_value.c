// SPDX-License-Identifier: GPL-2.0
/* filter_value.c - parses values to compare with: addresses, ports, sizes, times. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "datapath/flows/filter_code.h"

#define SHOW(token) filter_show(token, (char[64]){ 0 }, 64)

/* Copies a word. Returns false if it is too long to be valid. */
static bool copy(const struct filter_token *token, char *buffer, size_t size)
{
	if (token->length >= size)
		return false;
	memcpy(buffer, token->start, token->length);
	buffer[token->length] = '\0';
	return true;
}

/* Reads digits. Returns false if there are no digits, or the number exceeds 64 bits. */
static bool take_digits(const char **at, const char *end, uint64_t *ret_value)
{
	const char *start = *at;
	uint64_t value = 0;

	for (; *at < end && isdigit((unsigned char)**at); (*at)++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(**at - '0'), &value))
			return false;
	}
	*ret_value = value;
	return *at > start;
}

static bool whole_number(const char *start, const char *end, uint64_t max, uint64_t *ret_value)
{
	const char *at = start;

	return take_digits(&at, end, ret_value) && at == end && *ret_value <= max;
}

/* --- protocols, ports --- */

int filter_value_protocol(struct filter_lexer *lexer, const struct filter_token *token,
			  struct filter_instruction *in)
{
	char name[16];
	uint8_t protocol;

	if (whole_number(token->start, token->start + token->length, 255, &in->low))
		return 0;
	if (isdigit((unsigned char)*token->start))
		return filter_fault(lexer, token, "a protocol number is from 0 to 255, not %s",
				    SHOW(token));
	if (!copy(token, name, sizeof(name)) || weir_ip_protocol_from_name(name, &protocol) < 0)
		return filter_fault(lexer, token,
				    "unknown protocol %s; use tcp, udp, icmp, icmpv6, sctp or a "
				    "number",
				    SHOW(token));
	in->low = protocol;
	return 0;
}

int filter_value_port(struct filter_lexer *lexer, const struct filter_token *token,
		      struct filter_instruction *in)
{
	const char *end = token->start + token->length;
	const char *dash = memchr(token->start, '-', token->length);
	struct filter_token part = *token;

	part.length = (size_t)((dash ? dash : end) - token->start);
	if (!whole_number(part.start, part.start + part.length, 65535, &in->low))
		return filter_fault(lexer, token, "a port is a number from 0 to 65535, not %s",
				    SHOW(&part));
	in->high = in->low;
	if (!dash)
		return 0;
	part.start = dash + 1;
	part.length = (size_t)(end - part.start);
	if (!part.length)
		return filter_fault(lexer, token, "the range %s has no end", SHOW(token));
	if (!whole_number(part.start, end, 65535, &in->high))
		return filter_fault(lexer, &part,
				    "a range of ports ends with a number from 0 to 65535, not %s",
				    SHOW(&part));
	if (in->high < in->low)
		return filter_fault(lexer, token, "the range %s ends before it begins",
				    SHOW(token));
	return 0;
}

/* --- addresses --- */

static bool parse_address(const char *text, struct filter_instruction *in)
{
	uint8_t bytes[16] = { [10] = 0xff, [11] = 0xff };

	in->v6 = strchr(text, ':') != NULL;
	if (inet_pton(in->v6 ? AF_INET6 : AF_INET, text, in->v6 ? bytes : bytes + 12) != 1)
		return false;
	memcpy(in->address, bytes, sizeof(bytes));
	return true;
}

static void set_mask(struct filter_instruction *in, unsigned int bits)
{
	uint8_t bytes[16];

	for (unsigned int i = 0; i < 16; i++) {
		unsigned int left = bits > 8 * i ? bits - 8 * i : 0;

		bytes[i] = left >= 8 ? 0xff : (uint8_t)(0xff00 >> left);
	}
	memcpy(in->mask, bytes, sizeof(bytes));
}

int filter_value_host(struct filter_lexer *lexer, const struct filter_token *token,
		      struct filter_instruction *in)
{
	char text[INET6_ADDRSTRLEN + 1];

	if (memchr(token->start, '/', token->length))
		return filter_fault(lexer, token,
				    "%s is a network; use 'net' for networks, 'host' for addresses",
				    SHOW(token));
	if (!copy(token, text, sizeof(text)) || !parse_address(text, in))
		return filter_fault(lexer, token, "not an IPv4 or IPv6 address: %s", SHOW(token));
	set_mask(in, 128);
	return 0;
}

int filter_value_net(struct filter_lexer *lexer, const struct filter_token *token,
		     struct filter_instruction *in)
{
	const char *end = token->start + token->length;
	const char *slash = memchr(token->start, '/', token->length);
	struct filter_token part = *token;
	char text[INET6_ADDRSTRLEN + 1];
	uint64_t bits;

	part.length = (size_t)((slash ? slash : end) - token->start);
	if (!copy(&part, text, sizeof(text)) || !parse_address(text, in))
		return filter_fault(lexer, &part, "not an IPv4 or IPv6 network: %s", SHOW(&part));
	if (!slash)
		return filter_fault(lexer, token,
				    "the network %s has no prefix length, as in %s/%d", SHOW(token),
				    text, in->v6 ? 64 : 24);
	part.start = slash + 1;
	part.length = (size_t)(end - part.start);
	if (!whole_number(part.start, end, in->v6 ? 128 : 32, &bits))
		return filter_fault(lexer, part.length ? &part : token,
				    "a prefix length of IPv%d is from 0 to %d, not %s",
				    in->v6 ? 6 : 4, in->v6 ? 128 : 32, SHOW(&part));
	set_mask(in, (unsigned int)bits + (in->v6 ? 0 : 96));
	if (in->address[0] & ~in->mask[0] || in->address[1] & ~in->mask[1])
		return filter_fault(lexer, token, "the address of %s has bits set after its prefix",
				    SHOW(token));
	return 0;
}

/* --- names --- */

int filter_value_name(struct filter_lexer *lexer, const struct filter_token *token,
		      struct filter_instruction *in)
{
	size_t longest = in->op == FILTER_IFACE ? WEIR_IFNAME_LEN - 1 : WEIR_NETNS_LEN - 1;

	if (!token->length)
		return filter_fault(lexer, token, "an empty name");
	in->is_glob = memchr(token->start, '*', token->length) ||
		      memchr(token->start, '?', token->length) ||
		      memchr(token->start, '[', token->length);
	if (token->length > (in->is_glob ? WEIR_NETNS_LEN - 1 : longest))
		return filter_fault(lexer, token, "a name of %s has at most %zu bytes",
				    in->op == FILTER_IFACE ? "an interface" : "a namespace",
				    longest);
	copy(token, in->name, sizeof(in->name));
	return 0;
}

int filter_value_hook(struct filter_lexer *lexer, const struct filter_token *token,
		      struct filter_instruction *in)
{
	enum weir_hook hook;
	char name[16];

	if (!copy(token, name, sizeof(name)) || weir_hook_from_name(name, &hook) < 0)
		return filter_fault(lexer, token,
				    "unknown hook %s; use xdp, tc-ingress or tc-egress",
				    SHOW(token));
	in->low = hook;
	return 0;
}

static uint64_t flag_of(const struct filter_token *token)
{
	for (unsigned int bit = 0; weir_tcp_flag_name(bit); bit++) {
		if (filter_is(token, weir_tcp_flag_name(bit)))
			return 1U << bit;
	}
	return 0;
}

int filter_value_flags(struct filter_lexer *lexer, const struct filter_token *token,
		       struct filter_instruction *in)
{
	const char *at = token->start, *end = at + token->length;

	for (;;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct filter_token part = *token;
		uint64_t flag;

		part.start = at;
		part.length = (size_t)((comma ? comma : end) - at);
		flag = flag_of(&part);
		if (!flag)
			return filter_fault(
				lexer, &part,
				"unknown TCP flag %s; use fin, syn, rst, psh, ack, urg, ece or cwr",
				SHOW(&part));
		in->low |= flag;
		if (!comma)
			return 0;
		at = comma + 1;
	}
}

/* --- sizes and times --- */

struct unit {
	const char *name;
	uint64_t factor;
};

/* Parses digits and a unit. `units` ends with a NULL name. */
static int take_quantity(const struct filter_token *token, const struct unit *units,
			 uint64_t *ret_value)
{
	const char *at = token->start, *end = at + token->length;
	struct filter_token rest = *token;

	if (!take_digits(&at, end, ret_value))
		return -ERANGE;
	rest.start = at;
	rest.length = (size_t)(end - at);
	for (; units->name; units++) {
		if (filter_is(&rest, units->name))
			return __builtin_mul_overflow(*ret_value, units->factor, ret_value)
				       ? -ERANGE
				       : 0;
	}
	return -EINVAL;
}

int filter_value_number(struct filter_lexer *lexer, const struct filter_token *token,
			struct filter_instruction *in)
{
	static const struct unit units[] = {
		{ "", 1 },
		{ "k", 1000 },
		{ "K", 1000 },
		{ "M", 1000000 },
		{ "G", 1000000000 },
		{ "T", 1000000000000 },
		{},
	};
	int ret = take_quantity(token, units, &in->low);

	if (ret == -ERANGE && isdigit((unsigned char)*token->start))
		return filter_fault(lexer, token, "%s is too large", SHOW(token));
	if (ret)
		return filter_fault(lexer, token, "%s is not a number, such as 10, 10k, 10M or 10G",
				    SHOW(token));
	return 0;
}

int filter_value_duration(struct filter_lexer *lexer, const struct filter_token *token,
			  struct filter_instruction *in)
{
	static const struct unit units[] = {
		{ "ms", 1000000 },      { "s", 1000000000 },     { "m", 60000000000 },
		{ "h", 3600000000000 }, { "d", 86400000000000 }, {},
	};
	uint64_t digits;
	int ret = take_quantity(token, units, &in->low);

	if (!ret)
		return 0;
	if (ret == -ERANGE && isdigit((unsigned char)*token->start))
		return filter_fault(lexer, token, "%s is too long", SHOW(token));
	if (whole_number(token->start, token->start + token->length, UINT64_MAX, &digits))
		return filter_fault(lexer, token, "%s has no unit; add ms, s, m, h or d",
				    SHOW(token));
	return filter_fault(lexer, token, "%s is not a time, such as 500ms, 10s, 5m, 2h or 1d",
			    SHOW(token));
}
