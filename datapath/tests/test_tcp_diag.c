// SPDX-License-Identifier: GPL-2.0
/*
 * test_tcp_diag.c - replies of sock_diag(7): complete, truncated and damaged. WEIR_SEED repeats a
 * run.
 */
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include "datapath/tcp/diag.h"
#include "datapath/tests/check.h"

#define ROUNDS 100000
#define ROOM 4096

struct seen {
	struct tcp_diag sockets[32];
	size_t count;
	int answer;
};

static int on_socket(const struct tcp_diag *socket, void *arg)
{
	struct seen *seen = arg;

	seen->sockets[seen->count++ % 32] = *socket;
	return seen->answer;
}

/* Appends a message with a struct tcp_info of `info_size` bytes. Returns the total length. */
static size_t put(char *data, size_t at, uint64_t cookie, uint8_t state,
		  const struct tcp_info *info, size_t info_size)
{
	struct nlmsghdr head = { .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_MULTI };
	struct inet_diag_msg msg = { .idiag_family = 2, .idiag_state = state };
	struct nlattr attr = { .nla_type = INET_DIAG_INFO,
			       .nla_len = (uint16_t)(NLA_HDRLEN + info_size) };
	size_t length = NLMSG_LENGTH(sizeof(msg)) + (info ? NLA_ALIGN(attr.nla_len) : 0U);

	msg.id.idiag_cookie[0] = (uint32_t)cookie;
	msg.id.idiag_cookie[1] = (uint32_t)(cookie >> 32);
	head.nlmsg_len = (uint32_t)length;
	memset(data + at, 0, length);
	memcpy(data + at, &head, sizeof(head));
	memcpy(data + at + NLMSG_HDRLEN, &msg, sizeof(msg));
	if (info) {
		memcpy(data + at + NLMSG_LENGTH(sizeof(msg)), &attr, sizeof(attr));
		memcpy(data + at + NLMSG_LENGTH(sizeof(msg)) + NLA_HDRLEN, info, info_size);
	}
	return at + length;
}

static size_t put_end(char *data, size_t at)
{
	struct nlmsghdr head = { .nlmsg_type = NLMSG_DONE,
				 .nlmsg_flags = NLM_F_MULTI,
				 .nlmsg_len = NLMSG_LENGTH(sizeof(int)) };

	memset(data + at, 0, head.nlmsg_len);
	memcpy(data + at, &head, sizeof(head));
	return at + head.nlmsg_len;
}

/* Parses a copy of exactly that size, so that sanitizers detect an overrun. */
static int parse(const char *data, size_t size, struct seen *seen)
{
	char *copy = malloc(size ? size : 1);
	int ret;

	assert_non_null(copy);
	memcpy(copy, data, size);
	ret = tcp_diag_parse(copy, size, 0, on_socket, seen);
	free(copy);
	return ret;
}

static const struct tcp_info info = {
	.tcpi_bytes_acked = 1,
	.tcpi_bytes_received = 2,
	.tcpi_delivery_rate = 3,
	.tcpi_rtt = 4,
	.tcpi_min_rtt = 5,
	.tcpi_snd_cwnd = 6,
	.tcpi_snd_mss = 7,
	.tcpi_total_retrans = 8,
	.tcpi_segs_out = 9,
	.tcpi_segs_in = 10,
	.tcpi_data_segs_out = 11,
	.tcpi_data_segs_in = 12,
	.tcpi_delivered_ce = 13,
	.tcpi_reordering = 14,
	.tcpi_reord_seen = 15,
};

TEST(each_figure_has_its_place)
{
	struct seen seen = {};
	const struct weir_tcp_measures *m = &seen.sockets[0].measures;
	char data[ROOM];

	assert_int_equal(parse(data, put(data, 0, 0x123456789abcULL, 1, &info, sizeof(info)),
			       &seen),
			 1);
	assert_int_equal(seen.count, 1);
	assert_true(seen.sockets[0].cookie == 0x123456789abcULL);
	assert_int_equal(seen.sockets[0].state, 1);
	assert_true(seen.sockets[0].measured);
	assert_int_equal(m->bytes_acked, 1);
	assert_int_equal(m->bytes_received, 2);
	assert_int_equal(m->delivery_rate, 3);
	assert_int_equal(m->srtt_us, 4);
	assert_int_equal(m->min_rtt_us, 5);
	assert_int_equal(m->cwnd, 6);
	assert_int_equal(m->mss, 7);
	assert_int_equal(m->retransmits, 8);
	assert_int_equal(m->segs_out, 9);
	assert_int_equal(m->segs_in, 10);
	assert_int_equal(m->data_segs_out, 11);
	assert_int_equal(m->data_segs_in, 12);
	assert_int_equal(m->delivered_ce, 13);
	assert_int_equal(m->reordering, 14);
	assert_int_equal(m->reord_seen, 15);
}

TEST(several_in_one_answer_and_its_end)
{
	struct seen seen = {};
	char data[ROOM];
	size_t at = put(data, 0, 1, 1, &info, sizeof(info));

	at = put(data, at, 2, 6, NULL, 0); /* a socket in TIME-WAIT has no tcp_info */
	at = put_end(data, put(data, at, 3, 8, &info, sizeof(info)));
	assert_int_equal(parse(data, at, &seen), 0);
	assert_int_equal(seen.count, 3);
	assert_false(seen.sockets[1].measured);
	assert_int_equal(seen.sockets[1].state, 6);
	assert_int_equal(seen.sockets[2].cookie, 3);
}

TEST(an_older_kernel_tells_less_and_a_newer_one_more)
{
	struct tcp_info none = info;
	struct seen seen = {};
	char data[ROOM], longer[sizeof(info) + 64];

	none.tcpi_min_rtt = UINT32_MAX;
	put(data, 0, 1, 1, &none, offsetof(struct tcp_info, tcpi_bytes_acked));
	assert_int_equal(parse(data, ((struct nlmsghdr *)data)->nlmsg_len, &seen), 1);
	assert_int_equal(seen.sockets[0].measures.srtt_us, 4);
	assert_int_equal(seen.sockets[0].measures.bytes_acked, 0);
	memset(longer, 0xff, sizeof(longer));
	memcpy(longer, &none, sizeof(none));
	put(data, 0, 1, 1, (struct tcp_info *)longer, sizeof(longer));
	assert_int_equal(parse(data, ((struct nlmsghdr *)data)->nlmsg_len, &seen), 1);
	assert_int_equal(seen.sockets[1].measures.reord_seen, 15);
	/* a minimum RTT that was never measured becomes 0 */
	assert_int_equal(seen.sockets[1].measures.min_rtt_us, 0);
}

TEST(who_reads_can_end_it)
{
	struct seen seen = { .answer = -ENOMEM };
	char data[ROOM];
	size_t at = put(data, put(data, 0, 1, 1, NULL, 0), 2, 1, NULL, 0);

	assert_int_equal(parse(data, at, &seen), -ENOMEM);
	assert_int_equal(seen.count, 1);
}

TEST(errors_of_the_kernel_are_told)
{
	struct nlmsghdr head = { .nlmsg_type = NLMSG_ERROR,
				 .nlmsg_len = NLMSG_LENGTH(sizeof(struct nlmsgerr)) };
	struct nlmsgerr error = { .error = -ENOENT };
	struct seen seen = {};
	char data[ROOM] = "";

	memcpy(data, &head, sizeof(head));
	memcpy(data + NLMSG_HDRLEN, &error, sizeof(error));
	assert_int_equal(parse(data, head.nlmsg_len, &seen), -ENOENT);
	assert_int_equal(seen.count, 0);
}

TEST(a_message_that_is_too_short_is_no_socket)
{
	struct seen seen = {};
	char data[ROOM];
	struct nlmsghdr head = { .nlmsg_type = SOCK_DIAG_BY_FAMILY };

	for (uint32_t length = NLMSG_HDRLEN; length < NLMSG_LENGTH(sizeof(struct inet_diag_msg));
	     length++) {
		put(data, 0, 1, 1, NULL, 0);
		head.nlmsg_len = length;
		memcpy(data, &head, sizeof(head));
		assert_int_equal(parse(data, length, &seen), -EBADMSG);
	}
	assert_int_equal(seen.count, 0);
}

TEST(damaged_answers_are_never_read_beyond_their_end)
{
	uint64_t seed = test_seed();

	for (int i = 0; i < ROUNDS; i++) {
		struct seen seen = {};
		char data[ROOM];
		size_t size = put(data, 0, 1, 1, &info, sizeof(info));

		size = put(data, size, 2, 6, NULL, 0);
		size = put_end(data,
			       put(data, size, 3, 1, &info, random_below(&seed, sizeof(info))));
		for (uint32_t flips = 1 + random_below(&seed, 6); flips; flips--)
			data[random_below(&seed, (uint32_t)size)] ^= (char)random_u32(&seed);
		if (random_below(&seed, 3) == 0)
			size = random_below(&seed, (uint32_t)size);
		parse(data, size, &seen);
		assert_true(seen.count <= 32);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_figure_has_its_place),
		cmocka_unit_test(several_in_one_answer_and_its_end),
		cmocka_unit_test(an_older_kernel_tells_less_and_a_newer_one_more),
		cmocka_unit_test(who_reads_can_end_it),
		cmocka_unit_test(errors_of_the_kernel_are_told),
		cmocka_unit_test(a_message_that_is_too_short_is_no_socket),
		cmocka_unit_test(damaged_answers_are_never_read_beyond_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
