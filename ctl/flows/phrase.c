// SPDX-License-Identifier: GPL-2.0
/* phrase.c - see phrase.h. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/flows/phrase.h"
#include "datapath/base/cleanup.h"
#include "datapath/flows/flows.h"

struct end {
	char address[INET6_ADDRSTRLEN];
	char port[8]; /* "": any */
};

static int wrong(struct weir_error *err, const char *sentence, const char *part)
{
	if (err)
		snprintf(err->text, sizeof(err->text), "%s '%.100s'", sentence, part);
	return -EINVAL;
}

/* Removes blanks at both ends. */
static char *trim(char *text)
{
	size_t length;

	while (isspace((unsigned char)*text))
		text++;
	length = strlen(text);
	while (length && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

static bool is_address(const char *text)
{
	uint8_t bytes[16];

	return inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, bytes) == 1;
}

/* Parses "A", "A:P", "[A]" or "[A]:P". */
static int parse_end(char *text, struct end *end, struct weir_error *err)
{
	char *close = *text == '[' ? strchr(text, ']') : NULL, *colon = strrchr(text, ':');
	char *address = text, *port = NULL, *digits_end;
	char whole[128];

	snprintf(whole, sizeof(whole), "%s", text);
	if (close) {
		*close = '\0';
		address = text + 1;
		if (close[1] && close[1] != ':')
			return wrong(err, "only ':PORT' may follow ']' in", whole);
		port = close[1] ? close + 2 : NULL;
	} else if (colon && strchr(text, ':') == colon) {
		*colon = '\0';
		port = colon + 1;
	}
	if (!is_address(address))
		return wrong(err, "no IPv4 or IPv6 address in", whole);
	snprintf(end->address, sizeof(end->address), "%s", address);
	if (!port)
		return 0;
	if (!isdigit((unsigned char)*port) || strtoul(port, &digits_end, 10) > 65535 ||
	    *digits_end || strlen(port) >= sizeof(end->port))
		return wrong(err, "a port is a number from 0 to 65535, unlike in", whole);
	snprintf(end->port, sizeof(end->port), "%s", port);
	return 0;
}

/* Cuts off "/udp" at the end. Digits there are a prefix length and stay. */
static int parse_protocol(char *text, char *protocol, size_t size, struct weir_error *err)
{
	char *slash = strrchr(text, '/');
	uint8_t number;

	if (!slash)
		return 0;
	if (weir_ip_protocol_from_name(slash + 1, &number) < 0)
		return wrong(err, "a protocol such as tcp or udp must follow '/', not", slash + 1);
	snprintf(protocol, size, "%u", number);
	*slash = '\0';
	return 0;
}

static size_t write_way(char *out, size_t size, const struct end *src, const struct end *dst)
{
	return (size_t)snprintf(out, size, "(src host %s%s%s and dst host %s%s%s)", src->address,
				*src->port ? " and src port " : "", src->port, dst->address,
				*dst->port ? " and dst port " : "", dst->port);
}

static char *find_arrow(char *text, size_t *ret_length, bool *ret_both)
{
	static const struct {
		const char *text;
		bool both;
	} arrows[] = { { "<->", true }, { "->", false }, { " to ", false } };

	for (size_t i = 0; i < ARRAY_SIZE(arrows); i++) {
		char *at = strstr(text, arrows[i].text);

		*ret_length = strlen(arrows[i].text);
		*ret_both = arrows[i].both;
		if (at)
			return at;
	}
	return NULL;
}

int flow_phrase(const char *text, char ret_filter[FLOW_PHRASE_FILTER], struct weir_error *err)
{
	_cleanup_free_ char *copy = strdup(text);
	char protocol[8] = "", filter[FLOW_PHRASE_FILTER], *arrow, *second;
	struct end src = {}, dst = {};
	size_t length, used;
	bool both;
	int ret;

	if (!copy)
		return -ENOMEM;
	arrow = find_arrow(copy, &length, &both);
	if (!arrow)
		return -ENOENT;
	*arrow = '\0';
	second = trim(arrow + length);
	ret = parse_protocol(second, protocol, sizeof(protocol), err);
	if (!ret)
		ret = parse_end(trim(copy), &src, err);
	if (!ret)
		ret = parse_end(trim(second), &dst, err);
	if (ret)
		return ret;
	used = (size_t)snprintf(filter, sizeof(filter), "%s%s%s(", *protocol ? "proto " : "",
				protocol, *protocol ? " and " : "");
	used += write_way(filter + used, sizeof(filter) - used, &src, &dst);
	if (both) {
		used += (size_t)snprintf(filter + used, sizeof(filter) - used, " or ");
		used += write_way(filter + used, sizeof(filter) - used, &dst, &src);
	}
	snprintf(filter + used, sizeof(filter) - used, ")");
	memcpy(ret_filter, filter, sizeof(filter));
	return 0;
}
