// SPDX-License-Identifier: GPL-2.0
/* test_serve_reader.c - questions of weir-serve to the reader, over a socket pair. */
#include <errno.h>
#include <sys/socket.h>
#include "ctl/serve/reader/wire.h"
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

static int ends[2]; /* of the process that asks, and of the reader */
static struct reader reader;

static int connect_both(void **state)
{
	(void)state;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	reader = (struct reader){ .socket = ends[0] };
	return 0;
}

static int disconnect(void **state)
{
	(void)state;
	close(ends[0]);
	return close(ends[1]);
}

/* Sends an answer before the question is asked. */
static void answer(char letter, int ret, const char *sentence, const void *with)
{
	struct answering a = { .fd = ends[1], .question = question_find(letter) };

	assert_non_null(a.question);
	snprintf(a.err.text, sizeof(a.err.text), "%s", sentence);
	assert_int_equal(answer_with(&a, ret, with), 0);
}

TEST(each_question_has_a_letter_of_its_own)
{
	size_t count = 0;

	for (const struct question *q = reader_questions; q->letter; q++, count++) {
		assert_ptr_equal(question_find(q->letter), q);
		assert_non_null(q->answer);
		assert_true(q->size > 0);
	}
	assert_int_equal(count, 9);
	assert_null(question_find('?'));
	assert_null(question_find('\0'));
}

TEST(every_part_of_an_answer_arrives)
{
	struct weir_kernel_drop items[] = { { .packets = 5 }, { .packets = 6 } };
	struct weir_drop_interface interface = { .ifname = "eth0" };
	struct weir_drops drops = { items, 2, &interface, 1, .missed = 7 }, got = {};
	struct weir_error err = {};
	char letter;

	answer('d', 0, "", &drops);
	assert_int_equal(reader_drops(&reader, &got, &err), 0);
	assert_int_equal(recv(ends[1], &letter, 1, 0), 1);
	assert_int_equal(letter, 'd');
	assert_int_equal(got.count, 2);
	assert_ptr_not_equal(got.items, items);
	assert_int_equal(got.items[1].packets, 6);
	assert_int_equal(got.interface_count, 1);
	assert_string_equal(got.interfaces[0].ifname, "eth0");
	assert_int_equal(got.verdict_count, 0);
	assert_int_equal(got.missed, 7);
	weir_drops_free(&got);
}

TEST(what_items_point_to_is_theirs_at_the_other_end)
{
	struct weir_slot_counts items[2] = { { .cpu_count = 2 }, { .cpu_count = 2 } };
	struct weir_count per_cpu[4] = { { 1, 10 }, { 2, 20 }, { 3, 30 }, { 4, 40 } };
	struct {
		struct weir_snapshot snapshot;
		struct weir_count *per_cpu;
		size_t per_cpu_count;
	} counted = { { 9, items, 2 }, per_cpu, 4 };
	struct weir_snapshot got = {};
	struct weir_error err = {};

	items[0].per_cpu = items[1].per_cpu = (struct weir_count *)1; /* of another process */
	answer('c', 0, "", &counted);
	assert_int_equal(reader_counters(&reader, &got, &err), 0);
	assert_int_equal(got.time_ns, 9);
	assert_int_equal(got.items[0].per_cpu[1].bytes, 20);
	assert_int_equal(got.items[1].per_cpu[0].packets, 3);
	weir_snapshot_free(&got);
}

TEST(a_failure_brings_its_sentence_and_no_parts)
{
	struct weir_tune_entries got = { .programs = 3 };
	struct weir_error err = {};

	answer('n', -EACCES, "not for you", NULL);
	assert_int_equal(reader_tune(&reader, &got, &err), -EACCES);
	assert_string_equal(err.text, "not for you");
	assert_int_equal(got.programs, 3); /* unchanged */
}

TEST(an_answer_that_is_cut_off_is_the_end_of_the_reader)
{
	struct weir_socket items[2] = {};
	struct reader_sockets sockets = { { items, 2 }, true }, got = {};
	struct weir_error err = {};
	static char whole[1 << 16];
	ssize_t size;

	answer('s', 0, "", &sockets);
	size = recv(ends[0], whole, sizeof(whole), 0);
	assert_true(size > (ssize_t)sizeof(sockets));
	for (ssize_t cut = 0; cut < size; cut += size / 7) {
		close(ends[0]);
		close(ends[1]);
		assert_int_equal(connect_both(NULL), 0);
		assert_int_equal(send_all(ends[1], whole, (size_t)cut), 0);
		shutdown(ends[1], SHUT_WR);
		assert_int_equal(reader_sockets(&reader, &got, &err), -EPIPE);
		assert_string_equal(err.text, "the process that reads the maps has exited");
		assert_null(got.list.items);
	}
}

TEST(a_struct_of_another_size_is_no_answer)
{
	struct weir_error err = {};
	char small;

	assert_int_equal(reader_ask(&reader, 'n', &small, sizeof(small), &err), -EPROTO);
	assert_string_equal(err.text, "no question 'n' of that kind");
	assert_int_equal(reader_ask(&reader, '?', &small, sizeof(small), &err), -EPROTO);
}

#define WITH_BOTH(test) cmocka_unit_test_setup_teardown(test, connect_both, disconnect)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_question_has_a_letter_of_its_own),
		WITH_BOTH(every_part_of_an_answer_arrives),
		WITH_BOTH(what_items_point_to_is_theirs_at_the_other_end),
		WITH_BOTH(a_failure_brings_its_sentence_and_no_parts),
		WITH_BOTH(an_answer_that_is_cut_off_is_the_end_of_the_reader),
		WITH_BOTH(a_struct_of_another_size_is_no_answer),
	};

	return cmocka_run_group_tests_name("serve-reader", tests, NULL, NULL);
}
