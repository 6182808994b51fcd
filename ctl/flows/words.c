// SPDX-License-Identifier: GPL-2.0
/* words.c - see words.h. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include "ctl/flows/words.h"
#include "datapath/base/cleanup.h"
#include "datapath/flows/flows.h"

static char *write_byte(char *at, uint8_t byte)
{
	if (byte >= 100)
		*at++ = (char)('0' + byte / 100);
	if (byte >= 10)
		*at++ = (char)('0' + byte / 10 % 10);
	*at++ = (char)('0' + byte % 10);
	return at;
}

/* Formats by hand, because printf() takes half a second for a million addresses. */
static void write_ipv4(const uint8_t *bytes, char text[16])
{
	for (int i = 0; i < 4; i++) {
		text = write_byte(text, bytes[i]);
		*text++ = i < 3 ? '.' : '\0';
	}
}

const char *address_word(const uint8_t *address, bool v6, char *buffer, size_t size)
{
	if (v6) {
		inet_ntop(AF_INET6, address, buffer, (socklen_t)size);
		return buffer;
	}
	if (size >= 16)
		write_ipv4(address + 12, buffer);
	return buffer;
}

const char *end_word(const struct flow_end *end, bool v6, uint16_t port, char *buffer, size_t size)
{
	char address[INET6_ADDRSTRLEN];

	address_word(end->address, v6, address, sizeof(address));
	if (!port)
		snprintf(buffer, size, "%s", address);
	else
		snprintf(buffer, size, v6 ? "[%s]:%u" : "%s:%u", address, port);
	return buffer;
}

const char *protocol_word(uint8_t protocol, char *buffer, size_t size)
{
	const char *name = weir_ip_protocol_name(protocol);

	if (name)
		snprintf(buffer, size, "%s", name);
	else
		snprintf(buffer, size, "%u", protocol);
	return buffer;
}

bool is_icmp(uint8_t protocol)
{
	return protocol == 1 || protocol == 58;
}

/* See RFC 792, 950 and 4443. */
bool icmp_has_id(uint8_t protocol, uint8_t type)
{
	if (protocol == 58)
		return type == 128 || type == 129;
	return type == 0 || type == 8 || (type >= 13 && type <= 18);
}

/* Names from IANA's registries of ICMP and ICMPv6 types. */
static const char *icmp_name(uint8_t protocol, uint8_t type)
{
	static const char *const v4[] = {
		[0] = "echo-reply", [3] = "unreachable",    [5] = "redirect",
		[8] = "echo",       [11] = "time-exceeded", [12] = "parameter-problem",
		[13] = "timestamp",
	};
	static const char *const v6[] = {
		[1] = "unreachable",   [2] = "too-big",    [3] = "time-exceeded",
		[4] = "bad-parameter", [128] = "echo",     [129] = "echo-reply",
		[130] = "mld-query",   [131] = "mld",      [132] = "mld-done",
		[133] = "rs",          [134] = "ra",       [135] = "ns",
		[136] = "na",          [137] = "redirect", [143] = "mldv2",
	};

	if (protocol == 58)
		return type < ARRAY_SIZE(v6) ? v6[type] : NULL;
	return type < ARRAY_SIZE(v4) ? v4[type] : NULL;
}

const char *kind_word(const struct flow_row *row, char *buffer, size_t size)
{
	uint8_t type = (uint8_t)(row->a.port >> 8), code = (uint8_t)row->a.port;
	const char *name = icmp_name(row->protocol, type);
	char protocol[8], tail[16] = "", number[16];

	protocol_word(row->protocol, protocol, sizeof(protocol));
	if (!is_icmp(row->protocol)) {
		snprintf(buffer, size, "%s", protocol);
		return buffer;
	}
	if (icmp_has_id(row->protocol, type))
		snprintf(tail, sizeof(tail), " %u", row->b.port);
	else if (code || !name)
		snprintf(tail, sizeof(tail), "/%u", code);
	snprintf(number, sizeof(number), "type %u", type);
	snprintf(buffer, size, "%s %s%s", protocol, name ? name : number, tail);
	return buffer;
}

const char *flags_word(uint8_t flags, char *buffer, size_t size)
{
	size_t used = 0;

	snprintf(buffer, size, "-");
	for (unsigned int bit = 0; weir_tcp_flag_name(bit); bit++) {
		if (flags >> bit & 1 && used < size)
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
						 used ? "," : "", weir_tcp_flag_name(bit));
	}
	return buffer;
}
