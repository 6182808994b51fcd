// SPDX-License-Identifier: GPL-2.0
/* test_drops.c - names of reasons, symbols, advice, kernel counters, verdicts of health. */
#include <errno.h>
#include "datapath/base/cleanup.h"
#include "datapath/drops/drops.h"
#include "datapath/drops/reasons.h"
#include "datapath/drops/verdicts.h"
#include "datapath/health/counters.h"
#include "datapath/health/health.h"
#include "datapath/kernel/symbols.h"
#include "datapath/tests/check.h"

static FILE *text_file(const char *text)
{
	return file_of(text, strlen(text));
}

static struct weir_drop_verdict verdict(uint32_t instance, uint64_t packets)
{
	struct weir_drop_verdict v = { .verdict = WEIR_VERDICT_SOCKET_FILTER,
				       .packets = packets,
				       .bytes = 10 * packets };

	v.attachment.record.instance = instance;
	return v;
}

TEST(verdicts_that_grew)
{
	/* in order: unchanged, grown, reset meanwhile, attached meanwhile */
	struct weir_drop_verdict then[] = { verdict(1, 5), verdict(2, 5), verdict(3, 9) };
	struct weir_drop_verdict later[] = { verdict(1, 5), verdict(2, 7), verdict(3, 4),
					     verdict(4, 1) };
	struct verdicts before = { then, 3, 1 }, now = { later, 4, 1 };

	verdicts_subtract(&now, &before);
	assert_int_equal(now.count, 3);
	assert_int_equal(now.items[0].attachment.record.instance, 2);
	assert_int_equal(now.items[0].packets, 2);
	assert_int_equal(now.items[0].bytes, 20);
	assert_int_equal(now.items[1].packets, 4);
	assert_int_equal(now.items[2].packets, 1);
}

TEST(verdicts_of_other_maps_grew_from_nothing)
{
	/* After a purge, instances start again, so the same number is another attachment. */
	struct weir_drop_verdict then[] = { verdict(1, 5) }, later[] = { verdict(1, 7) };
	struct verdicts before = { then, 1, .counters_id = 11 };
	struct verdicts now = { later, 1, .counters_id = 12 };

	verdicts_subtract(&now, &before);
	assert_int_equal(now.count, 1);
	assert_int_equal(now.items[0].packets, 7);
}

TEST(reasons_of_a_format)
{
	_cleanup_fclose_ FILE *f = text_file(
		"name: kfree_skb\nformat:\n\tfield:enum skb_drop_reason reason;\n\n"
		"print fmt: \"reason: %s\", __print_symbolic(REC->reason, { 1, \"CONSUMED\" }, "
		"{ 2, \"NOT_SPECIFIED\" }, { 65538, \"RX_DROP_U\" }, { x, \"BAD\" }, { 7 })\n");
	_cleanup_(reasons_free) struct reasons reasons = {};

	assert_int_equal(reasons_from_format(&reasons, f), 0);
	assert_int_equal(reasons.count, 3);
	assert_string_equal(reasons_name(&reasons, 2), "NOT_SPECIFIED");
	assert_string_equal(reasons_name(&reasons, 65538), "RX_DROP_U");
	assert_int_equal(reasons_number(&reasons, "CONSUMED"), 1);
	assert_int_equal(reasons_number(&reasons, "BAD"), 0);
	assert_null(reasons_name(&reasons, 7));
}

TEST(a_format_without_reasons)
{
	_cleanup_fclose_ FILE *f = text_file("name: x\nprint fmt: \"%d\", REC->a\n");
	_cleanup_(reasons_free) struct reasons reasons = {};

	assert_int_equal(reasons_from_format(&reasons, f), -ENOENT);
}

static void expect_symbol(const struct symbols *symbols, uint64_t address, const char *name)
{
	char text[WEIR_SYMBOL];

	symbols_name(symbols, address, text, sizeof(text));
	assert_string_equal(text, name);
}

TEST(symbols_by_address)
{
	_cleanup_fclose_ FILE *f = text_file("ffffffff81000100 T second\n"
					     "ffffffff81000000 t first\n"
					     "ffffffff81000080 d data\n"
					     "nonsense\n"
					     "ffffffffc0000000 t third\t[module]\n");
	_cleanup_(symbols_free) struct symbols symbols = {};

	assert_int_equal(symbols_read(f, &symbols), 0);
	assert_false(symbols.hidden);
	assert_int_equal(symbols.count, 3);
	expect_symbol(&symbols, 0xffffffff81000000, "first+0x0");
	expect_symbol(&symbols, 0xffffffff810000ff, "first+0xff");
	expect_symbol(&symbols, 0xffffffff81000100, "second+0x0");
	expect_symbol(&symbols, 0xffffffffc0000012, "third+0x12");
	expect_symbol(&symbols, 0x1000, "0x1000");
	assert_int_equal(symbols_size(&symbols, "first"), 0x100);
	assert_int_equal(symbols_size(&symbols, "second"), 0x3effff00);
	assert_int_equal(symbols_size(&symbols, "third"), 0); /* unknown: last */
	assert_int_equal(symbols_size(&symbols, "fourth"), 0);
}

TEST(symbols_that_are_hidden)
{
	_cleanup_fclose_ FILE *f = text_file("0000000000000000 T a\n0000000000000000 T b\n");
	_cleanup_(symbols_free) struct symbols symbols = {};

	assert_int_equal(symbols_read(f, &symbols), 0);
	assert_true(symbols.hidden);
	expect_symbol(&symbols, 0xffffffff81000000, "0xffffffff81000000");
}

TEST(advice_is_sound_and_one_of_its_kind)
{
	size_t n = 0;

	for (; weir_drop_advice_at(n); n++) {
		const struct weir_drop_advice *a = weir_drop_advice_at(n);

		assert_true(a->text[0]);
		assert_int_not_equal(a->text[strlen(a->text) - 1], '.');
		assert_non_null(strchr(a->reference, '/'));
		assert_non_null(weir_drop_weight_name(a->weight));
		assert_ptr_equal(weir_drop_advice(a->reason), a);
	}
	assert_true(n > 40);
	assert_null(weir_drop_advice("NO_SUCH_REASON"));
	assert_int_equal(weir_drop_advice("UDP_CSUM")->weight, WEIR_DROP_LOOK);
	assert_int_equal(weir_drop_advice("NO_SOCKET")->weight, WEIR_DROP_NORMAL);
}

TEST(words)
{
	assert_string_equal(weir_drop_source_name(WEIR_DROP_XDP_REDIRECT), "xdp-redirect");
	assert_null(weir_drop_source_name(WEIR_DROP_SOURCES));
	assert_string_equal(weir_loss_name(WEIR_LOSS_RX_MISSED), "rx_missed_errors");
	assert_null(weir_loss_name(WEIR_LOSSES));
	assert_null(weir_drop_weight_name(WEIR_DROP_WEIGHTS));
	for (int i = 0; i < WEIR_HEALTH_ITEMS; i++) {
		assert_non_null(weir_health_name(i));
		assert_non_null(weir_health_meaning(i));
	}
	assert_null(weir_health_name(WEIR_HEALTH_ITEMS));
}

TEST(counters_by_name)
{
	_cleanup_fclose_ FILE *snmp = text_file("Ip: Forwarding InReceives\nIp: 1 200\n"
						"Tcp: OutSegs RetransSegs\nTcp: 10 3\n");

	assert_int_equal(snmp_value(snmp, "Tcp", "RetransSegs"), 3);
	assert_int_equal(snmp_value(snmp, "Ip", "InReceives"), 200);
	assert_int_equal(snmp_value(snmp, "Tcp", "Nothing"), 0);
	assert_int_equal(snmp_value(snmp, "Tc", "OutSegs"), 0);
}

static void expect_part(const struct health_part *part, enum health_counter counter, uint64_t of,
			uint64_t value)
{
	assert_int_equal(part->counter, counter);
	assert_int_equal(part->of, of);
	assert_int_equal(part->value, value);
}

TEST(counters_by_cpu)
{
	_cleanup_fclose_ FILE *softnet = text_file("0a 01 0f 0 0 0 0 0 0 0 0 0 00000000 0 0\n"
						   "01 02 10 0 0 0 0 0 0 0 0 0 0000000b 0 0\n");
	_cleanup_(health_reading_free) struct health_reading reading = {};

	assert_int_equal(softnet_read(softnet, &reading), 0);
	assert_int_equal(reading.count, 4);
	expect_part(&reading.parts[0], HEALTH_BACKLOG_DROPS, 0, 1);
	expect_part(&reading.parts[1], HEALTH_NAPI_BUDGET, 0, 15);
	expect_part(&reading.parts[2], HEALTH_BACKLOG_DROPS, 11, 2);
	expect_part(&reading.parts[3], HEALTH_NAPI_BUDGET, 11, 16);
}

/* The sum fell from 1500 to 507, which means neither 507 drops nor 2^64. */
TEST(a_qdisc_that_went_has_dropped_nothing)
{
	struct health_part then[] = { { HEALTH_QDISC_DROPS, 1, 1000 },
				      { HEALTH_QDISC_DROPS, 2, 500 } };
	struct health_part later[] = { { HEALTH_QDISC_DROPS, 2, 502 },
				       { HEALTH_QDISC_DROPS, 3, 5 } };
	struct health_reading before = { then, 2, 2 }, now = { later, 2, 2 };
	uint64_t sums[HEALTH_COUNTERS] = { [HEALTH_QDISC_DROPS] = 30 };

	health_reading_grow(&before, &now, sums);
	assert_int_equal(sums[HEALTH_QDISC_DROPS], 30 + 2 + 5);
	/* qdisc 2 was replaced, so all its drops are new, like those of qdisc 3 */
	later[0].value = 7;
	health_reading_grow(&before, &now, sums);
	assert_int_equal(sums[HEALTH_QDISC_DROPS], 37 + 7 + 5);
}

TEST(a_cpu_that_comes_back_has_dropped_nothing)
{
	struct health_part then[] = { { HEALTH_BACKLOG_DROPS, 0, 10 } };
	struct health_part later[] = { { HEALTH_BACKLOG_DROPS, 0, 11 },
				       { HEALTH_BACKLOG_DROPS, 1, 900 } };
	struct health_reading before = { then, 1, 1 }, now = { later, 2, 2 };
	uint64_t sums[HEALTH_COUNTERS] = {};

	health_reading_grow(&before, &now, sums);
	assert_int_equal(sums[HEALTH_BACKLOG_DROPS], 1);
	health_reading_grow(&now, &before, sums);
	assert_int_equal(sums[HEALTH_BACKLOG_DROPS], 11);
}

TEST(verdicts_of_health)
{
	struct weir_health_report r = { .seconds = 2, .segments_sent = 1000 };

	weir_health_judge(&r);
	assert_true(r.well);
	r.items[WEIR_HEALTH_RETRANSMITS].count = 10;
	weir_health_judge(&r);
	assert_true(r.well);
	r.items[WEIR_HEALTH_RETRANSMITS].count = 11;
	weir_health_judge(&r);
	assert_false(r.well);
	assert_false(r.items[WEIR_HEALTH_RETRANSMITS].well);
	r.items[WEIR_HEALTH_RETRANSMITS].count = 0;
	r.items[WEIR_HEALTH_UDP_OVERFLOW].count = 1;
	weir_health_judge(&r);
	assert_false(r.items[WEIR_HEALTH_UDP_OVERFLOW].well);
	r.items[WEIR_HEALTH_UDP_OVERFLOW].count = 0;
	r.wait[13] = 500; /* below 8.2 ms */
	r.wait[14] = 9;
	weir_health_judge(&r);
	assert_true(r.well);
	r.wait[20] = 1;
	weir_health_judge(&r);
	assert_false(r.items[WEIR_HEALTH_SOFTIRQ_WAIT].well);
	assert_int_equal(r.items[WEIR_HEALTH_SOFTIRQ_WAIT].count, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_that_grew),
		cmocka_unit_test(verdicts_of_other_maps_grew_from_nothing),
		cmocka_unit_test(reasons_of_a_format),
		cmocka_unit_test(a_format_without_reasons),
		cmocka_unit_test(symbols_by_address),
		cmocka_unit_test(symbols_that_are_hidden),
		cmocka_unit_test(advice_is_sound_and_one_of_its_kind),
		cmocka_unit_test(words),
		cmocka_unit_test(counters_by_name),
		cmocka_unit_test(counters_by_cpu),
		cmocka_unit_test(a_qdisc_that_went_has_dropped_nothing),
		cmocka_unit_test(a_cpu_that_comes_back_has_dropped_nothing),
		cmocka_unit_test(verdicts_of_health),
	};

	return cmocka_run_group_tests_name("drops", tests, NULL, NULL);
}
