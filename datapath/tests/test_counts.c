// SPDX-License-Identifier: GPL-2.0
/* test_counts.c - sums of raw counters. */
#include "datapath/tests/check.h"
#include "datapath/weir.h"

/* The protocols that a class counts for, layer 3 first; -1: no second one. */
static const struct {
	int first, second;
} expected[] = {
	[WEIR_CLASS_ARP] = { WEIR_PROTO_ARP, -1 },
	[WEIR_CLASS_OTHER_L3] = { WEIR_PROTO_OTHER_L3, -1 },
	[WEIR_CLASS_MALFORMED] = { WEIR_PROTO_MALFORMED, -1 },
	[WEIR_CLASS_IPV4 + WEIR_L4_TCP] = { WEIR_PROTO_IPV4, WEIR_PROTO_TCP },
	[WEIR_CLASS_IPV4 + WEIR_L4_UDP] = { WEIR_PROTO_IPV4, WEIR_PROTO_UDP },
	[WEIR_CLASS_IPV4 + WEIR_L4_ICMP] = { WEIR_PROTO_IPV4, WEIR_PROTO_ICMP },
	[WEIR_CLASS_IPV4 + WEIR_L4_ICMPV6] = { WEIR_PROTO_IPV4, WEIR_PROTO_ICMPV6 },
	[WEIR_CLASS_IPV4 + WEIR_L4_SCTP] = { WEIR_PROTO_IPV4, WEIR_PROTO_SCTP },
	[WEIR_CLASS_IPV4 + WEIR_L4_OTHER] = { WEIR_PROTO_IPV4, WEIR_PROTO_OTHER_L4 },
	[WEIR_CLASS_IPV4 + WEIR_L4_FRAGMENT] = { WEIR_PROTO_IPV4, WEIR_PROTO_FRAGMENT },
	[WEIR_CLASS_IPV6 + WEIR_L4_TCP] = { WEIR_PROTO_IPV6, WEIR_PROTO_TCP },
	[WEIR_CLASS_IPV6 + WEIR_L4_UDP] = { WEIR_PROTO_IPV6, WEIR_PROTO_UDP },
	[WEIR_CLASS_IPV6 + WEIR_L4_ICMP] = { WEIR_PROTO_IPV6, WEIR_PROTO_ICMP },
	[WEIR_CLASS_IPV6 + WEIR_L4_ICMPV6] = { WEIR_PROTO_IPV6, WEIR_PROTO_ICMPV6 },
	[WEIR_CLASS_IPV6 + WEIR_L4_SCTP] = { WEIR_PROTO_IPV6, WEIR_PROTO_SCTP },
	[WEIR_CLASS_IPV6 + WEIR_L4_OTHER] = { WEIR_PROTO_IPV6, WEIR_PROTO_OTHER_L4 },
	[WEIR_CLASS_IPV6 + WEIR_L4_FRAGMENT] = { WEIR_PROTO_IPV6, WEIR_PROTO_FRAGMENT },
};
static_assert(sizeof(expected) / sizeof(expected[0]) == WEIR_CLASSES, "a class is not tested");

static void assert_count(const struct weir_count *count, uint64_t packets, uint64_t bytes)
{
	assert_int_equal(count->packets, packets);
	assert_int_equal(count->bytes, bytes);
}

TEST(each_class_counts_for_its_protocols)
{
	for (int class = 0; class < WEIR_CLASSES; class ++) {
		struct weir_counters raw = {};
		struct weir_counts sum = {};

		raw.classes[class] = (struct weir_count){ 3, 200 };
		weir_counts_add(&sum, &raw);
		for (int p = 0; p < WEIR_PROTOS; p++) {
			bool is = p == expected[class].first || p == expected[class].second;

			assert_count(&sum.protocols[p], is ? 3 : 0, is ? 200 : 0);
		}
		assert_count(&sum.total, 3, 200);
		assert_count(&sum.wire, 3, 200);
		assert_count(&sum.verdicts[WEIR_VERDICT_PASS], 3, 200);
	}
}

static void fill(struct weir_counters *raw, uint64_t *random)
{
	uint64_t room;

	*raw = (struct weir_counters){};
	for (int i = 0; i < WEIR_CLASSES; i++)
		raw->classes[i] = (struct weir_count){ random_u32(random),
						       64ULL * random_u32(random) };
	for (int i = 0; i < WEIR_SIZES; i++)
		raw->sizes[i] = random_u32(random);
	raw->wire_extra = (struct weir_count){ random_u32(random), random_u32(random) };
	room = raw->classes[0].packets;
	raw->drops[random_below(random, WEIR_DROPS)] = (struct weir_count){ room, 5 };
	raw->generation = random_u32(random);
}

static struct weir_count sum_of(const struct weir_counts *counts, const int *protocols, size_t n)
{
	struct weir_count sum = {};

	for (size_t i = 0; i < n; i++) {
		sum.packets += counts->protocols[protocols[i]].packets;
		sum.bytes += counts->protocols[protocols[i]].bytes;
	}
	return sum;
}

TEST(invariants)
{
	static const int layer3[] = { WEIR_PROTO_ARP, WEIR_PROTO_IPV4, WEIR_PROTO_IPV6,
				      WEIR_PROTO_OTHER_L3, WEIR_PROTO_MALFORMED };
	static const int layer4[] = { WEIR_PROTO_TCP,     WEIR_PROTO_UDP,  WEIR_PROTO_ICMP,
				      WEIR_PROTO_ICMPV6,  WEIR_PROTO_SCTP, WEIR_PROTO_OTHER_L4,
				      WEIR_PROTO_FRAGMENT };
	static const int ip[] = { WEIR_PROTO_IPV4, WEIR_PROTO_IPV6 };
	uint64_t random = test_seed();

	for (int round = 0; round < 1000; round++) {
		struct weir_count l3, l4, both;
		struct weir_counters raw;
		struct weir_counts sum = {};

		fill(&raw, &random);
		weir_counts_add(&sum, &raw);
		l3 = sum_of(&sum, layer3, 5);
		l4 = sum_of(&sum, layer4, 7);
		both = sum_of(&sum, ip, 2);
		assert_count(&l3, sum.total.packets, sum.total.bytes);
		assert_count(&l4, both.packets, both.bytes);
		assert_count(&sum.wire, sum.total.packets + raw.wire_extra.packets,
			     sum.total.bytes + raw.wire_extra.bytes);
		assert_memory_equal(sum.sizes, raw.sizes, sizeof(sum.sizes));
	}
}

TEST(dropped_is_not_passed)
{
	struct weir_counters raw = {};
	struct weir_counts sum = {};

	raw.classes[WEIR_CLASS_ARP] = (struct weir_count){ 10, 1000 };
	for (int i = 0; i < WEIR_DROPS; i++)
		raw.drops[i] = (struct weir_count){ 1, 60 };
	weir_counts_add(&sum, &raw);
	assert_count(&sum.total, 10, 1000);
	assert_count(&sum.verdicts[WEIR_VERDICT_PASS], 10 - WEIR_DROPS, 1000 - 60 * WEIR_DROPS);
	assert_count(&sum.verdicts[WEIR_VERDICT_SOCKET_FILTER], 1, 60);
}

TEST(cpus_add_up)
{
	uint64_t random = test_seed();
	struct weir_counts one_by_one = {}, expected_sum = {};
	struct weir_counters raw, total = {};

	for (int cpu = 0; cpu < 64; cpu++) {
		uint64_t *to = (uint64_t *)&total;
		const uint64_t *from = (const uint64_t *)&raw;

		fill(&raw, &random);
		weir_counts_add(&one_by_one, &raw);
		for (size_t i = 0; i < sizeof(raw) / sizeof(*to); i++)
			to[i] += from[i];
	}
	weir_counts_add(&expected_sum, &total);
	assert_memory_equal(&one_by_one, &expected_sum, sizeof(one_by_one));
}

/* A program counts while it is read, so drops may be ahead of classes for a moment. */
TEST(sums_wrap_without_a_fault)
{
	struct weir_counters raw = {};
	struct weir_counts sum = {};

	raw.drops[0] = (struct weir_count){ 1, 60 };
	weir_counts_add(&sum, &raw);
	raw.drops[0] = (struct weir_count){};
	raw.classes[WEIR_CLASS_ARP] = (struct weir_count){ 1, 60 };
	weir_counts_add(&sum, &raw);
	assert_count(&sum.verdicts[WEIR_VERDICT_PASS], 0, 0);
}

TEST(no_more_passes_than_came)
{
	struct weir_counters raw = {};
	struct weir_counts sum = {};

	raw.classes[WEIR_CLASS_ARP] = (struct weir_count){ 10, 600 };
	raw.drops[0] = (struct weir_count){ 11, 660 }; /* a packet arrived during the read */
	weir_counts_add(&sum, &raw);
	weir_counts_settle(&sum);
	assert_count(&sum.total, 10, 600);
	assert_count(&sum.verdicts[WEIR_VERDICT_PASS], 0, 0);
}

TEST(a_baseline_that_is_newer_leaves_nothing)
{
	struct weir_counters raw = { .sizes = { 5, 9 }, .generation = 3 };
	struct weir_counters base = { .sizes = { 7, 2 }, .generation = 1 };

	raw.classes[WEIR_CLASS_ARP] = (struct weir_count){ 5, 300 };
	base.classes[WEIR_CLASS_ARP] = (struct weir_count){ 7, 420 };
	weir_counters_subtract(&raw, &base);
	assert_count(&raw.classes[WEIR_CLASS_ARP], 0, 0);
	assert_int_equal(raw.sizes[0], 0);
	assert_int_equal(raw.sizes[1], 7);
	assert_int_equal(raw.generation, 3);
}

TEST(counts_of_a_slot_are_those_of_its_attachment)
{
	struct weir_slot_counts items[] = {
		{ .attachment = { .slot = 1, .record.attached_at_ns = 10 } },
		{ .attachment = { .slot = 2, .record.attached_at_ns = 10 } },
	};
	struct weir_attachment wanted = { .slot = 2, .record.attached_at_ns = 10 };
	struct weir_snapshot snapshot = { .items = items, .count = 2 };

	assert_ptr_equal(weir_snapshot_find(&snapshot, &wanted), &items[1]);
	wanted.record.attached_at_ns = 11; /* the slot has another attachment */
	assert_null(weir_snapshot_find(&snapshot, &wanted));
}

TEST(size_bounds_are_those_of_rmon)
{
	static const uint32_t bounds[] = { 64, 127, 255, 511, 1023, 1518, 0 };

	for (unsigned int i = 0; i < WEIR_SIZES; i++)
		assert_int_equal(weir_size_bound(i), bounds[i]);
	assert_int_equal(weir_size_bound(WEIR_SIZES), 0);
	assert_int_equal(weir_size_bound(-1U), 0);
}

TEST(snapshots_are_freed_whatever_is_in_them)
{
	struct weir_snapshot none = {}, some = { .count = 2 };

	weir_snapshot_free(&none);
	some.items = calloc(2, sizeof(*some.items));
	some.items[1].per_cpu = calloc(4, sizeof(struct weir_count));
	weir_snapshot_free(&some);
	assert_null(some.items);
	assert_int_equal(some.count, 0);
	weir_snapshot_free(&some);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_class_counts_for_its_protocols),
		cmocka_unit_test(invariants),
		cmocka_unit_test(dropped_is_not_passed),
		cmocka_unit_test(cpus_add_up),
		cmocka_unit_test(sums_wrap_without_a_fault),
		cmocka_unit_test(no_more_passes_than_came),
		cmocka_unit_test(a_baseline_that_is_newer_leaves_nothing),
		cmocka_unit_test(counts_of_a_slot_are_those_of_its_attachment),
		cmocka_unit_test(size_bounds_are_those_of_rmon),
		cmocka_unit_test(snapshots_are_freed_whatever_is_in_them),
	};

	return cmocka_run_group_tests_name("counts", tests, NULL, NULL);
}
