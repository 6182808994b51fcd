// SPDX-License-Identifier: GPL-2.0
/* test_sockets.c - patterns, the table and the JSON of `ctl socket list`. */
#include "ctl/sockets/match.h"
#include "ctl/sockets/table.h"
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

static struct weir_socket sockets[] = {
	{ .pid = 812,
	  .fd = 5,
	  .command = "named",
	  .protocol = "udp",
	  .local = "127.0.0.1:53",
	  .local_port = 53,
	  .inode = 23144,
	  .cookie = 4711,
	  .netns_cookie = 1,
	  .here = true,
	  .filter = WEIR_SOCKET_FILTER_WEIR,
	  .slot = 3 },
	{ .pid = 1000,
	  .fd = 12,
	  .command = "nginx",
	  .protocol = "tcp",
	  .state = "established",
	  .local = "[2001:db8::1]:80",
	  .local_port = 80,
	  .remote = "[2001:db8::2]:40000",
	  .remote_port = 40000,
	  .inode = 5,
	  .cookie = 6,
	  .netns_cookie = 7,
	  .netns = "blue",
	  .filter = WEIR_SOCKET_FILTER_CLASSIC,
	  .locked = true },
	{ .pid = 1, .fd = 3, .inode = 9, .filter = WEIR_SOCKET_FILTER_UNKNOWN },
};

TEST(a_number_is_a_port_or_a_process)
{
	assert_true(socket_match(&sockets[0], "53"));
	assert_true(socket_match(&sockets[0], "812"));
	assert_true(socket_match(&sockets[1], "40000"));
	assert_false(socket_match(&sockets[0], "5"));
	assert_false(socket_match(&sockets[2], "0"));
}

TEST(a_word_is_a_command_a_protocol_or_an_address)
{
	assert_true(socket_match(&sockets[0], "named"));
	assert_true(socket_match(&sockets[0], "na*"));
	assert_false(socket_match(&sockets[0], "name"));
	assert_true(socket_match(&sockets[1], "tcp"));
	assert_true(socket_match(&sockets[0], "127.0.0.1"));
	assert_true(socket_match(&sockets[0], "127.*"));
	assert_true(socket_match(&sockets[0], "127.0.0.1:53"));
	assert_true(socket_match(&sockets[1], "2001:db8::1"));
	assert_true(socket_match(&sockets[1], "2001:db8::2"));
	assert_false(socket_match(&sockets[1], "2001:db8::"));
	assert_false(socket_match(&sockets[2], "127.0.0.1"));
}

TEST(the_table_has_what_attach_takes)
{
	struct weir_sockets list = { sockets, ARRAY_SIZE(sockets) };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(out_sockets(&list, false, out), 0);
	fclose(out);
	assert_string_equal(
		text,
		" SOCKET  COMMAND  PROTOCOL  STATE        LOCAL             REMOTE               NETNS  FILTER\n"
		"  812:5  named    udp       -            127.0.0.1:53      -                    -      slot 3\n"
		"1000:12  nginx    tcp       established  [2001:db8::1]:80  [2001:db8::2]:40000  blue   classic, locked\n"
		"    1:3  -        -         -            -                 -                    -      unknown\n");
	free(text);
}

TEST(json_tells_what_is_known)
{
	struct weir_sockets list = { sockets, ARRAY_SIZE(sockets) };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(json_sockets(&list, NULL, false, out), 0);
	fclose(out);
	assert_string_equal(
		text,
		"[{\"pid\": 812, \"fd\": 5, \"command\": \"named\", \"protocol\": \"udp\", \"state\": null, "
		"\"local\": \"127.0.0.1:53\", \"local_port\": 53, \"remote\": null, \"remote_port\": null, "
		"\"netns\": null, \"inode\": 23144, \"cookie\": 4711, \"filter\": \"weir\", \"locked\": false, "
		"\"slot\": 3}, {\"pid\": 1000, \"fd\": 12, \"command\": \"nginx\", \"protocol\": \"tcp\", "
		"\"state\": \"established\", \"local\": \"[2001:db8::1]:80\", \"local_port\": 80, "
		"\"remote\": \"[2001:db8::2]:40000\", \"remote_port\": 40000, \"netns\": \"blue\", "
		"\"inode\": 5, \"cookie\": 6, \"filter\": \"classic\", \"locked\": true, \"slot\": null}, "
		"{\"pid\": 1, \"fd\": 3, \"command\": null, \"protocol\": null, \"state\": null, "
		"\"local\": null, \"local_port\": null, \"remote\": null, \"remote_port\": null, "
		"\"netns\": null, \"inode\": 9, \"cookie\": null, \"filter\": \"unknown\", "
		"\"locked\": null, \"slot\": null}]\n");
	free(text);
	out = open_memstream(&text, &size);
	assert_int_equal(json_sockets(&list, "no-such-command", true, out), 0);
	fclose(out);
	assert_string_equal(text, "[]\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_a_port_or_a_process),
		cmocka_unit_test(a_word_is_a_command_a_protocol_or_an_address),
		cmocka_unit_test(the_table_has_what_attach_takes),
		cmocka_unit_test(json_tells_what_is_known),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("sockets", tests, NULL, NULL);
}
