// SPDX-License-Identifier: GPL-2.0
/* test_table.c - tables for a terminal, and the counters in them. */
#include "ctl/counters/rates.h"
#include "ctl/counters/table.h"
#include "ctl/write/table.h"
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

static const struct column columns[] = { { "NAME", LEFT }, { "N", RIGHT }, { "NOTE", LEFT } };

static char text[8192];

static void expect_table(const struct table *table, bool color, const char *expected)
{
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_int_equal(table_print(table, color, f), 0);
	fclose(f);
	assert_string_equal(text, expected);
}

static void add_row(struct table *table, const char *name, int n, const char *note)
{
	table_cell(table, PLAIN, "%s", name);
	table_cell(table, RED, "%d", n);
	table_cell(table, DIM, "%s", note);
}

TEST(columns_are_aligned)
{
	_cleanup_(table_freep) struct table *table = table_new(columns, 3);

	add_row(table, "a", 1, "x");
	add_row(table, "longer", 12345, "");
	expect_table(table, false,
		     "NAME        N  NOTE\n"
		     "a           1  x\n"
		     "longer  12345  \n");
}

TEST(utf8_takes_a_column_a_letter)
{
	_cleanup_(table_freep) struct table *table = table_new(columns, 3);

	add_row(table, "dr\xc3\xa4ht", 1, "\xe2\x82\xac");
	add_row(table, "draht6", 2, "x");
	expect_table(table, false,
		     "NAME    N  NOTE\n"
		     "dr\xc3\xa4ht   1  \xe2\x82\xac\n"
		     "draht6  2  x\n");
}

TEST(colour_only_when_asked_for)
{
	_cleanup_(table_freep) struct table *table = table_new(columns, 3);

	add_row(table, "a", 1, "x");
	expect_table(table, false, "NAME  N  NOTE\na     1  x\n");
	expect_table(table, true,
		     "\033[1mNAME\033[0m  \033[1mN\033[0m  \033[1mNOTE\033[0m\n"
		     "a     \033[31m1\033[0m  \033[2mx\033[0m\n");
}

TEST(empty_but_for_its_header)
{
	_cleanup_(table_freep) struct table *table = table_new(columns, 3);

	expect_table(table, false, "NAME  N  NOTE\n");
	table_free(NULL);
}

/*
 * The name of a container's interface may be an escape sequence, which must not reach the terminal.
 */
TEST(control_characters_do_not_reach_the_terminal)
{
	_cleanup_(table_freep) struct table *table = table_new(columns, 3);

	add_row(table, "a\033[2Jb", 1, "\x7f\x01");
	expect_table(table, false, "NAME    N  NOTE\na?[2Jb  1  ??\n");
}

/* --- counters --- */

static struct weir_count cpus[] = { { 2, 200 }, { 0, 0 }, { 3, 290 } };

static struct weir_slot_counts slot(void)
{
	struct weir_slot_counts s = {
		.attachment = { .record = { .hook = WEIR_HOOK_TC_INGRESS,
					    .ifname = "veth0",
					    .netns_name = "blue" } },
		.counts = { .total = { 5, 490 },
			    .wire = { 7, 600 },
			    .sizes = { 1, 0, 3, 0, 0, 0, 1 } },
		.per_cpu = cpus,
		.cpu_count = 3,
	};

	s.counts.verdicts[WEIR_VERDICT_PASS] = s.counts.total;
	s.counts.protocols[WEIR_PROTO_IPV4] = (struct weir_count){ 4, 430 };
	s.counts.protocols[WEIR_PROTO_ARP] = (struct weir_count){ 1, 60 };
	return s;
}

static void expect_counters(const struct counters_view *view, const char *expected)
{
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_int_equal(out_counters(view, f), 0);
	fclose(f);
	assert_string_equal(text, expected);
}

TEST(nothing_is_attached)
{
	struct weir_snapshot none = {};
	struct counters_view view = { .snapshot = &none, .per_cpu = true, .color = true };

	expect_counters(&view, "Nothing is attached that counts. Begin with `ctl attach "
			       "IFACE`.\n");
}

#define TOTALS                                                                     \
	"INTERFACE  NETNS  HOOK        PACKETS  BYTES  WIRE PACKETS  WIRE BYTES\n" \
	"veth0      blue   tc-ingress        5    490             7         600\n"

TEST(totals)
{
	struct weir_slot_counts s = slot();
	struct weir_snapshot snapshot = { 0, &s, 1 };
	struct counters_view view = { .snapshot = &snapshot };

	expect_counters(&view, TOTALS);
}

TEST(rates)
{
	struct weir_slot_counts s[] = { slot(), slot() };
	struct weir_snapshot snapshot = { 0, s, 2 };
	struct rate items[] = { { true, 1250, 1e7 }, {} };
	struct rates rates = { items, 2, 1 };
	struct counters_view view = { .snapshot = &snapshot, .rates = &rates };

	expect_counters(
		&view,
		"INTERFACE  NETNS  HOOK        PACKETS  BYTES  WIRE PACKETS  WIRE BYTES  PACKET "
		"RATE     BIT RATE\n"
		"veth0      blue   tc-ingress        5    490             7         600    1.25 "
		"kpps  10.0 Mbit/s\n"
		"veth0      blue   tc-ingress        5    490             7         600           "
		" -            -\n");
}

TEST(breakdowns)
{
	struct weir_slot_counts s = slot();
	struct weir_snapshot snapshot = { 0, &s, 1 };
	struct counters_view view = { .snapshot = &snapshot,
				      .protocols = true,
				      .verdicts = true,
				      .sizes = true,
				      .per_cpu = true };

	expect_counters(
		&view, TOTALS
		"\n"
		"INTERFACE  NETNS  HOOK        PROTOCOL  PACKETS  BYTES  SHARE\n"
		"veth0      blue   tc-ingress  arp             1     60  20.0%\n"
		"veth0      blue   tc-ingress  ipv4            4    430  80.0%\n"
		"\n"
		"INTERFACE  NETNS  HOOK        VERDICT  PACKETS  BYTES   SHARE\n"
		"veth0      blue   tc-ingress  pass           5    490  100.0%\n"
		"\n"
		"INTERFACE  NETNS  HOOK        0-64 B  65-127 B  128-255 B  256-511 B  512-1023 B  "
		"1024-1518 B  >1518 B\n"
		"veth0      blue   tc-ingress       1         0          3          0           0  "
		"          0        1\n"
		"\n"
		"INTERFACE  NETNS  HOOK        CPU  PACKETS  BYTES  SHARE\n"
		"veth0      blue   tc-ingress  0          2    200  40.0%\n"
		"veth0      blue   tc-ingress  1          0      0   0.0%\n"
		"veth0      blue   tc-ingress  2          3    290  60.0%\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_aligned),
		cmocka_unit_test(utf8_takes_a_column_a_letter),
		cmocka_unit_test(colour_only_when_asked_for),
		cmocka_unit_test(empty_but_for_its_header),
		cmocka_unit_test(control_characters_do_not_reach_the_terminal),
		cmocka_unit_test(nothing_is_attached),
		cmocka_unit_test(totals),
		cmocka_unit_test(rates),
		cmocka_unit_test(breakdowns),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
