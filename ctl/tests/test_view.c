// SPDX-License-Identifier: GPL-2.0
/* test_view.c - rates between snapshots, labels and order. */
#include "ctl/attach/labels.h"
#include "ctl/counters/rates.h"
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

static struct weir_slot_counts counts_of(uint32_t slot, uint64_t attached_at, uint64_t packets,
					 uint64_t bytes)
{
	return (struct weir_slot_counts){
		.attachment = { .slot = slot, .record.attached_at_ns = attached_at },
		.counts.total = { packets, bytes },
	};
}

static struct weir_snapshot snapshot_of(uint64_t seconds, struct weir_slot_counts *items,
					size_t count)
{
	return (struct weir_snapshot){ seconds * 1000000000, items, count };
}

TEST(rates_by_slot)
{
	struct weir_slot_counts then[] = { counts_of(1, 10, 100, 1000), counts_of(2, 10, 5, 50) };
	struct weir_slot_counts now[] = { counts_of(2, 10, 5, 50), counts_of(1, 10, 300, 11000) };
	struct weir_snapshot before = snapshot_of(100, then, 2), after = snapshot_of(102, now, 2);
	_cleanup_(rates_free) struct rates rates = {};

	assert_int_equal(rates_compute(&before, &after, &rates), 0);
	assert_int_equal(rates.count, 2);
	assert_true(rates.seconds == 2);
	assert_true(rates.items[0].known);
	assert_true(rates.items[0].packets_per_second == 0);
	assert_true(rates.items[1].known);
	assert_true(rates.items[1].packets_per_second == 100);
	assert_true(rates.items[1].bits_per_second == 8 * 10000 / 2);
}

TEST(a_new_slot_has_no_rate)
{
	struct weir_slot_counts now[] = { counts_of(1, 10, 300, 11000) };
	struct weir_snapshot before = snapshot_of(1, NULL, 0), after = snapshot_of(2, now, 1);
	_cleanup_(rates_free) struct rates rates = {};

	assert_int_equal(rates_compute(&before, &after, &rates), 0);
	assert_int_equal(rates.count, 1);
	assert_false(rates.items[0].known);
}

TEST(a_slot_used_again_has_no_rate)
{
	struct weir_slot_counts then[] = { counts_of(1, 10, 100, 1000) };
	struct weir_slot_counts now[] = { counts_of(1, 20, 300, 11000) };
	struct weir_snapshot before = snapshot_of(1, then, 1), after = snapshot_of(2, now, 1);
	_cleanup_(rates_free) struct rates rates = {};

	assert_int_equal(rates_compute(&before, &after, &rates), 0);
	assert_false(rates.items[0].known);
}

TEST(less_than_before_is_all_since_a_reset)
{
	struct weir_slot_counts then[] = { counts_of(1, 10, 100, 1000) };
	struct weir_slot_counts now[] = { counts_of(1, 10, 30, 300) };
	struct weir_snapshot before = snapshot_of(1, then, 1), after = snapshot_of(2, now, 1);
	_cleanup_(rates_free) struct rates rates = {};

	assert_int_equal(rates_compute(&before, &after, &rates), 0);
	assert_true(rates.items[0].packets_per_second == 30);
	assert_true(rates.items[0].bits_per_second == 2400);
}

/* After a reading with reset, counts start from 0. */
TEST(rates_after_a_reset_of_ours)
{
	struct weir_slot_counts then[] = { counts_of(1, 10, 100, 1000) };
	struct weir_slot_counts now[] = { counts_of(1, 10, 150, 1500) };
	struct weir_snapshot before = snapshot_of(1, then, 1), after = snapshot_of(2, now, 1);
	_cleanup_(rates_free) struct rates rates = {};

	snapshot_reset(&before);
	assert_int_equal(rates_compute(&before, &after, &rates), 0);
	assert_true(rates.items[0].known);
	assert_true(rates.items[0].packets_per_second == 150);
	assert_true(rates.items[0].bits_per_second == 12000);
}

TEST(no_time_no_rate)
{
	struct weir_slot_counts then[] = { counts_of(1, 10, 100, 1000) };
	struct weir_slot_counts now[] = { counts_of(1, 10, 200, 2000) };
	struct weir_snapshot before = snapshot_of(2, then, 1), after = snapshot_of(2, now, 1);
	_cleanup_(rates_free) struct rates rates = {};

	assert_int_equal(rates_compute(&before, &after, &rates), 0);
	assert_false(rates.items[0].known);
}

TEST(nothing_at_all)
{
	struct weir_snapshot none = {};
	struct weir_attachments no_list = {};
	_cleanup_(rates_free) struct rates rates = {};

	assert_int_equal(rates_compute(&none, &none, &rates), 0);
	assert_int_equal(rates.count, 0);
	snapshot_sort(&none);
	snapshot_reset(&none);
	attachments_sort(&no_list);
	attachments_keep_here(&no_list);
	assert_int_equal(no_list.count, 0);
}

TEST(namespaces)
{
	struct weir_attachment a = { .record.netns_cookie = UINT64_MAX };
	char buffer[WEIR_NETNS_LEN];

	assert_string_equal(netns_label(&a, buffer, sizeof(buffer)), "#18446744073709551615");
	a.here = true;
	assert_string_equal(netns_label(&a, buffer, sizeof(buffer)), "-");
	strcpy(a.record.netns_name, "blue");
	assert_string_equal(netns_label(&a, buffer, sizeof(buffer)), "blue");
	a.here = false;
	assert_string_equal(netns_label(&a, buffer, sizeof(buffer)), "blue");
	memset(a.record.netns_name, 'n', WEIR_NETNS_LEN - 1);
	assert_int_equal(strlen(netns_label(&a, buffer, sizeof(buffer))), WEIR_NETNS_LEN - 1);
}

TEST(features)
{
	char buffer[64], tiny[4];

	assert_string_equal(features_label(0, buffer, sizeof(buffer)), "");
	assert_string_equal(features_label(1, buffer, sizeof(buffer)), "counters");
	/* Bits of later versions have no names. */
	assert_string_equal(features_label(~0U, buffer, sizeof(buffer)), "counters,flows,tcp,tune");
	assert_string_equal(features_label(1, tiny, sizeof(tiny)), "cou");
}

TEST(actions)
{
	assert_string_equal(action_name(WEIR_ACTION_NONE), "none");
	assert_string_equal(action_name(WEIR_ACTION_ATTACH), "attach");
	assert_string_equal(action_name(WEIR_ACTION_REPLACE), "replace");
	assert_string_equal(action_name(WEIR_ACTION_REATTACH), "reattach");
	assert_string_equal(action_name(WEIR_ACTION_DETACH), "detach");
}

static struct weir_attachment attachment(uint32_t slot, const char *netns, const char *name,
					 enum weir_hook hook)
{
	struct weir_attachment a = { .slot = slot, .record.hook = (__u8)hook };

	strcpy(a.record.netns_name, netns);
	strcpy(a.record.ifname, name);
	return a;
}

#define UNSORTED                                                          \
	{                                                                 \
		attachment(9, "", "veth10", WEIR_HOOK_XDP),               \
			attachment(8, "blue", "eth0", WEIR_HOOK_XDP),     \
			attachment(7, "", "veth2", WEIR_HOOK_TC_EGRESS),  \
			attachment(6, "", "veth2", WEIR_HOOK_XDP),        \
			attachment(5, "amber", "eth0", WEIR_HOOK_XDP),    \
			attachment(4, "", "veth2", WEIR_HOOK_TC_INGRESS), \
			attachment(3, "amber", "eth0", WEIR_HOOK_XDP),    \
	}
static const uint32_t sorted[] = { 6, 4, 7, 9, 3, 5, 8 };

TEST(attachments_in_order)
{
	struct weir_attachment items[] = UNSORTED;
	struct weir_attachments list = { items, ARRAY_SIZE(items) };

	attachments_sort(&list);
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.items[i].slot, sorted[i]);
}

TEST(snapshots_in_order)
{
	struct weir_attachment attachments[] = UNSORTED;
	struct weir_slot_counts items[ARRAY_SIZE(attachments)] = {};
	struct weir_snapshot snapshot = { 0, items, ARRAY_SIZE(items) };

	for (size_t i = 0; i < snapshot.count; i++)
		items[i].attachment = attachments[i];
	snapshot_sort(&snapshot);
	for (size_t i = 0; i < snapshot.count; i++)
		assert_int_equal(snapshot.items[i].attachment.slot, sorted[i]);
}

TEST(only_what_is_here)
{
	struct weir_attachment items[] = {
		{ .slot = 1 },
		{ .slot = 2, .here = true },
		{ .slot = 3 },
		{ .slot = 4, .here = true },
	};
	struct weir_attachments list = { items, ARRAY_SIZE(items) };

	attachments_keep_here(&list);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.items[0].slot, 2);
	assert_int_equal(list.items[1].slot, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_by_slot),
		cmocka_unit_test(a_new_slot_has_no_rate),
		cmocka_unit_test(a_slot_used_again_has_no_rate),
		cmocka_unit_test(less_than_before_is_all_since_a_reset),
		cmocka_unit_test(rates_after_a_reset_of_ours),
		cmocka_unit_test(no_time_no_rate),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(namespaces),
		cmocka_unit_test(features),
		cmocka_unit_test(actions),
		cmocka_unit_test(attachments_in_order),
		cmocka_unit_test(snapshots_in_order),
		cmocka_unit_test(only_what_is_here),
	};

	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
