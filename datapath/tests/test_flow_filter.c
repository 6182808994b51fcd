// SPDX-License-Identifier: GPL-2.0
/* test_flow_filter.c - grammar of flow filters, errors, and random filters. */
#include <arpa/inet.h>
#include <errno.h>
#include "bpf/abi/abi.h"
#include "datapath/attach/attach.h"
#include "datapath/base/cleanup.h"
#include "datapath/flows/filter.h"
#include "datapath/flows/flows.h"
#include "datapath/tests/check.h"

#define SECOND 1000000000ULL
#define NOW (1000 * SECOND)

static struct weir_attachment attachment(void)
{
	return (struct weir_attachment){
		.record = { .hook = WEIR_HOOK_TC_INGRESS, .ifname = "veth0", .netns_name = "blue" }
	};
}

static void address(uint8_t *bytes, const char *text)
{
	if (strchr(text, ':')) {
		assert_int_equal(inet_pton(AF_INET6, text, bytes), 1);
		return;
	}
	memset(bytes, 0, 10);
	memset(bytes + 10, 0xff, 2);
	assert_int_equal(inet_pton(AF_INET, text, bytes + 12), 1);
}

static struct weir_flow_info flow_of(uint8_t protocol, const char *src, uint16_t src_port,
				     const char *dst, uint16_t dst_port)
{
	struct weir_flow_info flow = {
		.protocol = protocol,
		.src_port = src_port,
		.dst_port = dst_port,
		.v6 = strchr(src, ':') != NULL,
		.packets = 100,
		.bytes = 20000,
		.first_ns = NOW - 60 * SECOND,
		.last_ns = NOW - 2 * SECOND,
		.tcp_flags = protocol == 6 ? 0x12 : 0,
	};

	address(flow.src, src);
	address(flow.dst, dst);
	return flow;
}

static bool match(const char *text, const struct weir_flow_info *flow)
{
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *filter = NULL;
	struct weir_attachment at = attachment();
	struct weir_filter_error err = {};

	if (weir_flow_filter_compile(text, &filter, &err) < 0)
		fail_msg("'%s': %s", text, err.text);
	return weir_flow_filter_match(filter, flow, &at, NOW);
}

#define YES(flow, text)                                        \
	do {                                                   \
		if (!match(text, flow))                        \
			fail_msg("'%s' does not match", text); \
	} while (0)
#define NO(flow, text)                                  \
	do {                                            \
		if (match(text, flow))                  \
			fail_msg("'%s' matches", text); \
	} while (0)

TEST(protocols)
{
	struct weir_flow_info tcp = flow_of(6, "10.0.0.1", 4242, "10.0.0.2", 443);
	struct weir_flow_info gre = flow_of(47, "10.0.0.1", 0, "10.0.0.2", 0);

	YES(&tcp, "proto tcp");
	YES(&tcp, "tcp");
	YES(&tcp, "proto 6");
	NO(&tcp, "proto udp");
	NO(&tcp, "icmp");
	YES(&gre, "proto gre");
	YES(&gre, "proto 47");
	NO(&gre, "proto icmpv6");
	NO(&gre, "sctp or proto sctp");
}

TEST(ports)
{
	struct weir_flow_info tcp = flow_of(6, "10.0.0.1", 4242, "10.0.0.2", 443);
	struct weir_flow_info icmp = flow_of(1, "10.0.0.1", 443, "10.0.0.2", 443);

	YES(&tcp, "port 443");
	YES(&tcp, "port 4242");
	YES(&tcp, "dst port 443");
	NO(&tcp, "src port 443");
	YES(&tcp, "src port 4000-5000");
	YES(&tcp, "port 443-443");
	NO(&tcp, "port 444-4241");
	YES(&tcp, "port 0-65535");
	/* ICMP type and code are not ports */
	NO(&icmp, "port 443");
	NO(&icmp, "port 0-65535");
}

TEST(addresses)
{
	struct weir_flow_info v4 = flow_of(17, "10.1.2.3", 1, "192.168.7.9", 2);
	struct weir_flow_info v6 = flow_of(17, "2001:db8::1", 1, "fe80::2", 2);
	struct weir_flow_info mapped = flow_of(17, "::ffff:10.1.2.3", 1, "::ffff:10.1.2.4", 2);

	YES(&v4, "host 10.1.2.3");
	YES(&v4, "src host 10.1.2.3 and dst host 192.168.7.9");
	NO(&v4, "dst host 10.1.2.3");
	YES(&v4, "net 10.0.0.0/8");
	YES(&v4, "dst net 192.168.7.8/31");
	NO(&v4, "dst net 192.168.7.10/31");
	YES(&v4, "net 0.0.0.0/0");
	NO(&v4, "net ::/0");
	YES(&v4, "ip");
	NO(&v4, "ip6");
	YES(&v6, "ip6 and host 2001:DB8:0::1");
	YES(&v6, "net fe80::/10");
	YES(&v6, "src net 2001:db8::/127");
	NO(&v6, "src net 2001:db8::2/127");
	NO(&v6, "net 0.0.0.0/0");
	NO(&mapped, "host 10.1.2.3");
	YES(&mapped, "host ::ffff:10.1.2.3");
}

TEST(places)
{
	struct weir_flow_info flow = flow_of(17, "10.0.0.1", 1, "10.0.0.2", 2);

	YES(&flow, "iface veth0");
	YES(&flow, "iface 'veth*'");
	YES(&flow, "iface veth?");
	NO(&flow, "iface veth1");
	YES(&flow, "netns blue");
	YES(&flow, "netns \"b*\"");
	NO(&flow, "netns red");
	YES(&flow, "hook tc-ingress");
	NO(&flow, "hook xdp");
}

TEST(sizes_and_times)
{
	struct weir_flow_info flow = flow_of(6, "10.0.0.1", 1, "10.0.0.2", 2);

	YES(&flow, "packets == 100");
	YES(&flow, "packets = 100");
	YES(&flow, "packets>=100");
	YES(&flow, "packets<=100");
	NO(&flow, "packets > 100");
	NO(&flow, "packets < 100");
	NO(&flow, "packets != 100");
	YES(&flow, "bytes >= 20k");
	NO(&flow, "bytes > 20k");
	YES(&flow, "bytes < 1M and bytes < 1G and bytes < 1T");
	YES(&flow, "age > 59s");
	YES(&flow, "age == 1m");
	NO(&flow, "age < 10s");
	YES(&flow, "idle <= 2s");
	YES(&flow, "idle < 1h and idle < 1d and idle > 500ms");
}

TEST(flags)
{
	struct weir_flow_info tcp = flow_of(6, "10.0.0.1", 1, "10.0.0.2", 2);
	struct weir_flow_info udp = flow_of(17, "10.0.0.1", 1, "10.0.0.2", 2);

	YES(&tcp, "flags syn");
	YES(&tcp, "flags syn,ack");
	NO(&tcp, "flags syn,fin");
	YES(&tcp, "not flags rst");
	udp.tcp_flags = 0xff;
	NO(&udp, "flags syn");
}

/* "and" binds closer than "or", "not" closer than both. */
TEST(structure)
{
	struct weir_flow_info flow = flow_of(6, "10.0.0.1", 1, "10.0.0.2", 2);
	const char *const truths[] = { "udp", "tcp" };
	char text[128];

	YES(&flow, "tcp or tcp and udp");
	NO(&flow, "(tcp or tcp) and udp");
	YES(&flow, "not udp and tcp");
	NO(&flow, "not (udp or tcp)");
	YES(&flow, "!udp&&(tcp||udp)");
	YES(&flow, "not not tcp");
	YES(&flow, "  tcp\n\tand ( ( tcp ) ) ");
	for (unsigned int i = 0; i < 16; i++) {
		bool a = i & 1, b = i & 2, c = i & 4, d = i & 8;

		snprintf(text, sizeof(text), "%s and %s or not %s and %s or %s", truths[a],
			 truths[b], truths[c], truths[d], truths[a]);
		assert_int_equal(match(text, &flow), (a && b) || (!c && d) || a);
		snprintf(text, sizeof(text), "(%s or %s) and not (%s and (%s or %s))", truths[a],
			 truths[b], truths[c], truths[d], truths[a]);
		assert_int_equal(match(text, &flow), (a || b) && !(c && (d || a)));
	}
}

TEST(no_filter_takes_all)
{
	struct weir_flow_info flow = flow_of(6, "10.0.0.1", 1, "10.0.0.2", 2);
	struct weir_attachment at = attachment();

	assert_true(weir_flow_filter_match(NULL, &flow, &at, NOW));
	weir_flow_filter_free(NULL);
}

/* --- faults --- */

static const struct fault {
	const char *text;
	size_t position;
	const char *sentence;
} faults[] = {
#include "datapath/tests/filter_faults.h"
};

TEST(each_fault_has_its_sentence_and_place)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		struct weir_flow_filter *filter = (void *)faults;
		struct weir_filter_error err = {};

		assert_int_equal(weir_flow_filter_compile(faults[i].text, &filter, &err), -EINVAL);
		assert_ptr_equal(filter, faults);
		if (strcmp(err.text, faults[i].sentence) != 0 || err.position != faults[i].position)
			fail_msg("\"%s\": expected %zu, %s; got %zu, %s", faults[i].text,
				 faults[i].position, faults[i].sentence, err.position, err.text);
		assert_int_equal(weir_flow_filter_compile(faults[i].text, &filter, NULL), -EINVAL);
	}
}

TEST(sentences_differ)
{
	assert_true(ARRAY_SIZE(faults) >= 40);
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(faults[i].sentence, faults[j].sentence);
	}
}

static int compile(const char *text, struct weir_filter_error *err)
{
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *filter = NULL;

	return weir_flow_filter_compile(text, &filter, err);
}

TEST(bounds)
{
	static char text[3 * WEIR_FILTER_LENGTH];
	struct weir_filter_error err;

	memset(text, '(', WEIR_FILTER_DEPTH);
	strcpy(text + WEIR_FILTER_DEPTH, "tcp");
	memset(text + WEIR_FILTER_DEPTH + 3, ')', WEIR_FILTER_DEPTH);
	assert_int_equal(compile(text, &err), 0);
	memset(text, 0, sizeof(text));
	memset(text, '!', WEIR_FILTER_DEPTH + 1);
	strcat(text, "tcp");
	assert_int_equal(compile(text, &err), -EINVAL);
	assert_string_equal(err.text, "more than 64 nested parentheses and negations");
	assert_int_equal(err.position, WEIR_FILTER_DEPTH);

	strcpy(text, "ip");
	for (int i = 1; i < WEIR_FILTER_TESTS; i++)
		strcat(text, "||ip");
	assert_int_equal(compile(text, &err), 0);
	strcat(text, "||ip");
	assert_int_equal(compile(text, &err), -EINVAL);
	assert_string_equal(err.text, "more than 256 tests");

	memset(text, ' ', WEIR_FILTER_LENGTH - 2);
	strcpy(text + WEIR_FILTER_LENGTH - 2, "ip");
	assert_int_equal(compile(text, &err), 0);
	strcpy(text + WEIR_FILTER_LENGTH - 2, "ip ");
	assert_int_equal(compile(text, &err), -EINVAL);
	assert_int_equal(err.position, WEIR_FILTER_LENGTH);
}

/* --- random --- */

static const char *const words[] = {
	"and",
	"or",
	"not",
	"(",
	")",
	"(",
	")",
	"!",
	"&&",
	"||",
	"proto",
	"tcp",
	"udp",
	"6",
	"port",
	"src",
	"dst",
	"host",
	"net",
	"10.0.0.1",
	"10.0.0.0/8",
	"::1",
	"fe80::/10",
	"1-2",
	"2-1",
	"packets",
	"bytes",
	"<",
	">=",
	"10k",
	"99999999999999999999",
	"age",
	"10s",
	"idle",
	"flags",
	"syn,ack",
	"iface",
	"'v*'",
	"\"",
	"hook",
	"xdp",
	"netns",
	"/",
	"-",
	",",
	"\x01",
	"\xff",
};

static void try_one(const char *text)
{
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *filter = NULL;
	struct weir_flow_info flow = flow_of(6, "10.0.0.1", 1, "10.0.0.2", 2);
	struct weir_attachment at = attachment();
	struct weir_filter_error err = {};

	if (weir_flow_filter_compile(text, &filter, &err) == 0) {
		weir_flow_filter_match(filter, &flow, &at, NOW);
		return;
	}
	assert_true(err.text[0] && !strchr(err.text, '\n'));
	assert_true(err.length > 0 && err.position <= strlen(text));
	for (const char *c = err.text; *c; c++)
		assert_true((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
}

TEST(random_words)
{
	uint64_t seed = test_seed();
	char text[512];

	for (int i = 0; i < 100000; i++) {
		text[0] = '\0';
		for (uint32_t n = random_below(&seed, 16); n; n--) {
			strcat(text, words[random_below(&seed, ARRAY_SIZE(words))]);
			if (random_below(&seed, 4))
				strcat(text, " ");
		}
		try_one(text);
	}
}

TEST(random_bytes)
{
	uint64_t seed = test_seed();

	for (int i = 0; i < 100000; i++) {
		uint32_t length = random_below(&seed, 40);
		/* of exactly its size, so that a sanitizer detects an overrun */
		char *text = malloc(length + 1);

		assert_non_null(text);
		for (uint32_t j = 0; j < length; j++)
			text[j] = (char)(1 + random_below(&seed, 255));
		text[length] = '\0';
		try_one(text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protocols),
		cmocka_unit_test(ports),
		cmocka_unit_test(addresses),
		cmocka_unit_test(places),
		cmocka_unit_test(sizes_and_times),
		cmocka_unit_test(flags),
		cmocka_unit_test(structure),
		cmocka_unit_test(no_filter_takes_all),
		cmocka_unit_test(each_fault_has_its_sentence_and_place),
		cmocka_unit_test(sentences_differ),
		cmocka_unit_test(bounds),
		cmocka_unit_test(random_words),
		cmocka_unit_test(random_bytes),
	};

	return cmocka_run_group_tests_name("flow_filter", tests, NULL, NULL);
}
