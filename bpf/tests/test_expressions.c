// SPDX-License-Identifier: GPL-2.0
/*
 * test_expressions.c - compares converted classic BPF, run by the kernel, with libpcap's own
 * interpreter: expressions on damaged packets, and random programs on random packets.
 *
 * In BPF_PROG_TEST_RUN the network header is at the start of the data, so an offset relative to the
 * IP header starts there again. A packet that repeats itself with the period of the header's length
 * looks the same from both, so it can stand for one whose data begins with the transport header.
 *
 * WEIR_SEED repeats a run, WEIR_ROUNDS sets its length, one program for each 100 (200000).
 */
#include <time.h>
#include <linux/filter.h>
#include "bpf/tests/mutate.h"
#include "bpf/tests/programs.h"
#include "datapath/base/cleanup.h"
#include "datapath/sockets/classic.h"
#include "datapath/tests/asserts.h"

/* The names in libpcap's header conflict with the kernel's; struct sock_filter is its bpf_insn. */
unsigned int bpf_filter(const struct sock_filter *code, const unsigned char *packet,
			unsigned int wire_len, unsigned int len);

#define LINK_LEN 14
#define WORDS 4
#define CODE_MAX 64
#define PROTOCOL 17

static uint64_t rounds, seed;
static struct packet packet;

static int load(const struct classic *code, enum packet_start start)
{
	struct insns insns = {};
	static char log[1 << 20];
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_buf = log, .log_size = sizeof(log),
		    .log_level = 1);
	int fd, ret = classic_convert(code, start, PROTOCOL, &insns);

	if (ret)
		fail_msg("cannot convert: %s", strerror(-ret));
	fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "test", "GPL", insns.items, insns.count,
			   &opts);
	insns_free(&insns);
	if (fd < 0)
		fail_msg("cannot load: %s\n%s", strerror(errno), log);
	return fd;
}

static bool runs_true(int fd, const uint8_t *data, uint32_t len)
{
	/* with an EtherType that the kernel does not parse */
	static uint8_t frame[LINK_LEN + 4096] = { [12] = 0x88, [13] = 0xb5 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = LINK_LEN + len,
		    .repeat = 1);

	memcpy(frame + LINK_LEN, data, len);
	if (bpf_prog_test_run_opts(fd, &opts) < 0)
		fail_msg("BPF_PROG_TEST_RUN: %s", strerror(errno));
	return opts.retval != 0;
}

static void print_code(const struct classic *code)
{
	for (size_t i = 0; i < code->count; i++)
		printf("# { 0x%02x, %u, %u, 0x%08x },\n", code->items[i].code, code->items[i].jt,
		       code->items[i].jf, code->items[i].k);
}

/* --- expressions --- */

static void expressions_hold_for_the_same_packets(void **state)
{
	static const char *const expressions[] = {
		"udp",
		"tcp port 80 or udp port 53",
		"src net 10.0.0.0/8 and not dst port 443",
		"ip6 and udp portrange 1000-2000",
		"udp[8:2] = 0x1234 or tcp[tcpflags] & tcp-syn != 0",
		"less 100",
		"greater 60 and ip[8] < 64",
		"ip and ip[2:2] > 576",
		"icmp or icmp6 or sctp",
		"ip[6:2] & 0x1fff != 0",
		"host 192.0.2.1 or host 2001:db8::1",
		"(ip[0] & 0xf) * 4 + 8 < len",
	};
	struct random random = random_from(seed);
	uint64_t held = 0, run = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expressions); i++) {
		struct classic code = {};
		struct weir_error err;
		int fd;

		if (expression_compile(expressions[i], &code, &err))
			fail_msg("%s", err.text);
		fd = load(&code, STARTS_AT_IP);
		for (uint64_t n = 0; n < rounds / 100; n++) {
			bool expected, got;

			mutate_next(&random, &packet);
			if (packet.len <= LINK_LEN || packet.len > 2048)
				continue;
			expected = bpf_filter(code.items, packet.data + LINK_LEN,
					      packet.len - LINK_LEN, packet.len - LINK_LEN);
			got = runs_true(fd, packet.data + LINK_LEN, packet.len - LINK_LEN);
			if (got != expected)
				fail_msg("'%s' is %d, should be %d", expressions[i], got, expected);
			held += expected;
			run++;
		}
		close(fd);
		classic_free(&code);
	}
	printf("# held for %llu of %llu packets\n", (unsigned long long)held,
	       (unsigned long long)run);
	assert_uint_in_range(held, run / 50, run - run / 50);
}

/* --- random programs --- */

static uint32_t random_k(struct random *r)
{
	static const uint32_t edges[] = { 0,          1,          19,         20,
					  31,         32,         0xffff,     0x10000,
					  0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff };

	if (random_below(r, 8) == 0)
		return edges[random_below(r, ARRAY_SIZE(edges))];
	return random_below(r, random_below(r, 2) ? 64 : 400);
}

static struct sock_filter random_insn(struct random *r, size_t left)
{
	static const uint16_t loads[] = {
		BPF_LD | BPF_W | BPF_ABS,  BPF_LD | BPF_H | BPF_ABS, BPF_LD | BPF_B | BPF_ABS,
		BPF_LD | BPF_W | BPF_IND,  BPF_LD | BPF_H | BPF_IND, BPF_LD | BPF_B | BPF_IND,
		BPF_LDX | BPF_B | BPF_MSH, BPF_LD | BPF_W | BPF_LEN, BPF_LDX | BPF_W | BPF_LEN,
		BPF_LD | BPF_IMM,          BPF_LDX | BPF_IMM,        BPF_MISC | BPF_TAX,
		BPF_MISC | BPF_TXA,
	};
	static const uint16_t ops[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND,
					BPF_LSH, BPF_RSH, BPF_NEG, BPF_MOD, BPF_XOR };
	static const uint16_t jumps[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	static const uint16_t memory[] = { BPF_LD | BPF_MEM, BPF_LDX | BPF_MEM, BPF_ST, BPF_STX };
	struct sock_filter i = { .k = random_k(r) };
	uint16_t by = random_below(r, 2) ? BPF_X : BPF_K;

	switch (random_below(r, 8)) {
	case 0:
	case 1:
	case 2:
		i.code = loads[random_below(r, ARRAY_SIZE(loads))];
		break;
	case 3:
	case 4:
		i.code = BPF_ALU | ops[random_below(r, ARRAY_SIZE(ops))] | by;
		if (BPF_OP(i.code) == BPF_NEG)
			i.code = BPF_ALU | BPF_NEG;
		else if (by == BPF_K && (BPF_OP(i.code) == BPF_LSH || BPF_OP(i.code) == BPF_RSH))
			i.k &= 31; /* for larger values the result of libpcap is undefined in C */
		else if (by == BPF_K && !i.k)
			i.k = 3;
		break;
	case 5:
		i.code = memory[random_below(r, ARRAY_SIZE(memory))];
		i.k = random_below(r, WORDS);
		break;
	default:
		i.code = BPF_JMP | jumps[random_below(r, ARRAY_SIZE(jumps))] | by;
		i.jt = (uint8_t)random_below(r, (uint32_t)left);
		i.jf = (uint8_t)random_below(r, (uint32_t)left);
	}
	return i;
}

/* libpcap does not initialise its memory, so each word is written first. */
static void random_code(struct random *r, struct sock_filter *items, size_t *ret_count)
{
	size_t count = 2 + 2 * WORDS + random_below(r, CODE_MAX - 2 * WORDS - 3), at = 0;

	for (uint32_t i = 0; i < WORDS; i++) {
		items[at++] = (struct sock_filter){ BPF_LD | BPF_IMM, 0, 0, random_k(r) };
		items[at++] = (struct sock_filter){ BPF_ST, 0, 0, i };
	}
	for (; at < count - 1; at++)
		items[at] = random_insn(r, count - 1 - at);
	items[at++] = (struct sock_filter){ BPF_RET | BPF_A, 0, 0, 0 };
	*ret_count = at;
}

/* Makes bytes that repeat with the length of the IP header, which is returned. */
static uint32_t repeating_packet(struct random *r, uint8_t *data, uint32_t len)
{
	bool v6 = random_below(r, 2), extended = v6 && random_below(r, 2);
	uint32_t header = v6 ? (extended ? 48 : 40) : 4 * (5 + random_below(r, 11));

	for (uint32_t i = 0; i < header; i++)
		data[i] = (uint8_t)random_next(r);
	data[0] = v6 ? 0x60 : 0x40 | (uint8_t)(header / 4);
	if (v6) {
		data[4] = (uint8_t)((len + header - 40) >> 8);
		data[5] = (uint8_t)(len + header - 40);
		data[6] = extended ? 60 : PROTOCOL;
	}
	for (uint32_t i = header; i < len + header; i++)
		data[i] = data[i - header];
	return header;
}

static void random_programs_end_alike(void **state)
{
	struct random random = random_from(seed + 1);
	static uint8_t data[1024];
	uint64_t held = 0, run = 0;

	(void)state;
	for (uint64_t n = 0; n < rounds / 100; n++) {
		struct sock_filter items[CODE_MAX];
		struct classic code = { .items = items };
		bool transport = random_below(&random, 2);
		int fd;

		random_code(&random, items, &code.count);
		fd = load(&code, transport ? STARTS_AT_TRANSPORT : STARTS_AT_IP);
		for (int i = 0; i < 20; i++, run++) {
			uint32_t len = 64 + random_below(&random, 300);
			uint32_t whole = len + repeating_packet(&random, data, len);
			bool expected = bpf_filter(items, data, transport ? whole : len,
						   transport ? whole : len);

			held += expected;
			if (runs_true(fd, data, len) == expected)
				continue;
			print_code(&code);
			fail_msg("program %llu, packet %d of %u bytes: should be %d",
				 (unsigned long long)n, i, len, expected);
		}
		close(fd);
	}
	printf("# held for %llu of %llu packets\n", (unsigned long long)held,
	       (unsigned long long)run);
	assert_uint_in_range(held, run / 50, run - run / 50);
}

static void without_an_ip_header_nothing_but_length_is_asked(void **state)
{
	struct sock_filter long_ones[] = { { BPF_LD | BPF_W | BPF_LEN, 0, 0, 0 },
					   { BPF_JMP | BPF_JGE | BPF_K, 0, 1, 100 },
					   { BPF_RET | BPF_K, 0, 0, 1 },
					   { BPF_RET | BPF_K, 0, 0, 0 } };
	struct sock_filter looks[] = { { BPF_LD | BPF_B | BPF_ABS, 0, 0, 0 },
				       { BPF_RET | BPF_A, 0, 0, 0 } };
	struct classic code = { long_ones, ARRAY_SIZE(long_ones) };
	static uint8_t data[200];
	struct insns insns;
	int fd = load(&code, STARTS_AT_PAYLOAD);

	(void)state;
	assert_true(runs_true(fd, data, 100));
	assert_false(runs_true(fd, data, 99));
	close(fd);
	code = (struct classic){ looks, ARRAY_SIZE(looks) };
	assert_int_equal(classic_convert(&code, STARTS_AT_PAYLOAD, 0, &insns), -EOPNOTSUPP);
}

static void what_is_no_classic_program_is_refused(void **state)
{
	struct sock_filter no_end[] = { { BPF_LD | BPF_IMM, 0, 0, 0 } };
	struct sock_filter wild_jump[] = { { BPF_JMP | BPF_JA, 0, 0, 7 }, { BPF_RET, 0, 0, 0 } };
	struct sock_filter by_zero[] = { { BPF_ALU | BPF_DIV, 0, 0, 0 }, { BPF_RET, 0, 0, 0 } };
	struct sock_filter no_word[] = { { BPF_ST, 0, 0, 16 }, { BPF_RET, 0, 0, 0 } };
	struct sock_filter *const all[] = { no_end, wild_jump, by_zero, no_word };
	struct insns insns;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct classic code = { all[i], i == 0 ? 1 : 2 };

		assert_int_equal(classic_convert(&code, STARTS_AT_IP, 0, &insns), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expressions_hold_for_the_same_packets),
		cmocka_unit_test(random_programs_end_alike),
		cmocka_unit_test(without_an_ip_header_nothing_but_length_is_asked),
		cmocka_unit_test(what_is_no_classic_program_is_refused),
	};

	rounds = number_from_env("WEIR_ROUNDS", 200000);
	seed = number_from_env("WEIR_SEED", time(NULL));
	printf("# WEIR_SEED=%llu WEIR_ROUNDS=%llu\n", (unsigned long long)seed,
	       (unsigned long long)rounds);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("expressions", tests, NULL, NULL);
}
