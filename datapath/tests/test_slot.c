// SPDX-License-Identifier: GPL-2.0
/* test_slot.c - finds slots in a copy of the table. */
#include <errno.h>
#include "datapath/state/slot.h"
#include "datapath/tests/check.h"

static struct slot_table table;

#define AT(cookie, index) ((struct target){ .netns_cookie = (cookie), .ifindex = (index) })

static int reset(void **state)
{
	(void)state;
	table = (struct slot_table){};
	return 0;
}

static void put(uint32_t slot, enum weir_slot_state state)
{
	table.slots[slot] = (struct weir_slot){
		.state = state, .netns_cookie = 4, .ifindex = 70000, .hook = WEIR_HOOK_TC_EGRESS
	};
}

TEST(the_first_free_one)
{
	uint32_t slot = 77;

	assert_int_equal(slot_find_free(&table, &slot), 0);
	assert_int_equal(slot, 0);
	put(0, WEIR_SLOT_ATTACHED);
	put(1, WEIR_SLOT_DETACHING);
	put(3, WEIR_SLOT_ATTACHED);
	assert_int_equal(slot_find_free(&table, &slot), 0);
	assert_int_equal(slot, 2);
}

TEST(none_is_free)
{
	uint32_t slot = 77;

	for (uint32_t i = 0; i < WEIR_SLOTS; i++)
		put(i, WEIR_SLOT_ATTACHED);
	assert_int_equal(slot_find_free(&table, &slot), -ENOSPC);
	assert_int_equal(slot, 77);
	table.slots[WEIR_SLOTS - 1].state = WEIR_SLOT_FREE;
	assert_int_equal(slot_find_free(&table, &slot), 0);
	assert_int_equal(slot, WEIR_SLOTS - 1);
}

TEST(found_by_namespace_index_and_hook)
{
	uint32_t slot = 77;

	put(1023, WEIR_SLOT_ATTACHED);
	assert_int_equal(slot_find(&table, &AT(4, 70000), WEIR_HOOK_TC_EGRESS, &slot), 0);
	assert_int_equal(slot, 1023);
	slot = 77;
	assert_int_equal(slot_find(&table, &AT(5, 70000), WEIR_HOOK_TC_EGRESS, &slot), -ENOENT);
	/* all 32 bits of the index count */
	assert_int_equal(slot_find(&table, &AT(4, 70000 & 0xffff), WEIR_HOOK_TC_EGRESS, &slot),
			 -ENOENT);
	assert_int_equal(slot_find(&table, &AT(4, 70000), WEIR_HOOK_TC_INGRESS, &slot), -ENOENT);
	assert_int_equal(slot, 77);
}

TEST(every_state_but_free_is_found)
{
	for (int s = WEIR_SLOT_ATTACHING; s <= WEIR_SLOT_DETACHING; s++) {
		uint32_t slot;

		put(5, (enum weir_slot_state)s);
		assert_int_equal(slot_find(&table, &AT(4, 70000), WEIR_HOOK_TC_EGRESS, &slot), 0);
	}
	table.slots[5].state = WEIR_SLOT_FREE;
	assert_int_equal(slot_find(&table, &AT(4, 70000), WEIR_HOOK_TC_EGRESS, &(uint32_t){ 0 }),
			 -ENOENT);
	/* a free slot is all zero and must not be taken for index 0 of namespace 0 */
	assert_int_equal(slot_find(&table, &AT(0, 0), WEIR_HOOK_XDP, &(uint32_t){ 0 }), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_first_free_one, reset),
		cmocka_unit_test_setup(none_is_free, reset),
		cmocka_unit_test_setup(found_by_namespace_index_and_hook, reset),
		cmocka_unit_test_setup(every_state_but_free_is_found, reset),
	};

	return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
