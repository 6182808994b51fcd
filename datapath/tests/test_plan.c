// SPDX-License-Identifier: GPL-2.0
/* test_plan.c - plans requests for made-up interfaces and slots. */
#include <errno.h>
#include <net/if.h>
#include "datapath/attach/plan.h"
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

#define HOME 7
#define ELSEWHERE 9

static char *eth_names[] = { "enp0s31f6", "uplink", NULL };
static char *veth_names[] = { "veth-of-blue", NULL };

static struct interface link_items[] = {
	{ .ifindex = 1, .name = "lo", .flags = IFF_UP | IFF_LOOPBACK },
	{ .ifindex = 2, .name = "eth0", .altnames = eth_names, .flags = IFF_UP },
	{ .ifindex = 70000, .name = "veth0", .altnames = veth_names, .is_veth = true },
	{ .ifindex = 70001, .name = "veth1.100", .is_veth = true },
	{ .ifindex = 5, .name = "br[0]" },
	{ .ifindex = 6, .name = "fifteen-chars-x" },
};
static const struct interfaces interfaces = { link_items, ARRAY_SIZE(link_items) };

static struct slot_table table;

static int reset(void **state)
{
	(void)state;
	table = (struct slot_table){};
	return 0;
}

static void put(uint32_t slot, uint64_t netns, uint32_t ifindex, enum weir_hook hook,
		const char *name)
{
	table.slots[slot] = (struct weir_slot){
		.state = WEIR_SLOT_ATTACHED,
		.netns_cookie = netns,
		.ifindex = ifindex,
		.hook = (__u8)hook,
		.features = WEIR_FEATURE_COUNTERS,
	};
	strcpy(table.slots[slot].ifname, name);
}

/* --- select --- */

#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static struct weir_attach_request request_for(const char *const *names)
{
	struct weir_attach_request request = { .interfaces = names, .hooks = 1 };

	while (names[request.interface_count])
		request.interface_count++;
	return request;
}

/* Returns the selected names, each followed by a space, or the error message. */
static const char *selected(const struct weir_attach_request *request, int expected)
{
	_cleanup_free_ const struct interface **chosen = NULL;
	static char text[1024];
	struct weir_error err = {};
	size_t count = 99;
	int ret = plan_select(&interfaces, request, &chosen, &count, &err);

	assert_int_equal(ret, expected);
	text[0] = '\0';
	if (ret) {
		assert_null(chosen);
		assert_int_equal(count, 99);
		return strcpy(text, err.text);
	}
	for (size_t i = 0; i < count; i++)
		strcat(strcat(text, chosen[i]->name), " ");
	return text;
}

static void expect_selected(const char *const *names, const char *text)
{
	struct weir_attach_request request = request_for(names);

	assert_string_equal(selected(&request, 0), text);
}

static void expect_refused(const char *const *names, const char *sentence)
{
	struct weir_attach_request request = request_for(names);

	assert_string_equal(selected(&request, -ENODEV), sentence);
}

TEST(select_by_name)
{
	expect_selected(NAMES("eth0"), "eth0 ");
	expect_selected(NAMES("veth1.100"), "veth1.100 ");
	expect_selected(NAMES("fifteen-chars-x"), "fifteen-chars-x ");
}

TEST(select_by_alternative_name)
{
	expect_selected(NAMES("uplink"), "eth0 ");
	expect_selected(NAMES("veth-of-blue"), "veth0 ");
	expect_selected(NAMES("veth-of-*"), "veth0 ");
}

TEST(select_by_glob)
{
	expect_selected(NAMES("veth*"), "veth0 veth1.100 ");
	expect_selected(NAMES("?eth*"), "veth0 veth1.100 ");
	expect_selected(NAMES("[el]*0"), "eth0 ");
	expect_selected(NAMES("*"), "lo eth0 veth0 veth1.100 br[0] fifteen-chars-x ");
}

TEST(select_a_name_that_looks_like_a_glob)
{
	expect_selected(NAMES("br[0]"), "br[0] ");
}

TEST(select_each_once_in_its_own_order)
{
	expect_selected(NAMES("veth0", "uplink", "eth0", "veth*", "enp0s31f6"),
			"eth0 veth0 veth1.100 ");
}

TEST(select_all)
{
	struct weir_attach_request request = { .all = true, .hooks = 1 };

	assert_string_equal(selected(&request, 0),
			    "lo eth0 veth0 veth1.100 br[0] fifteen-chars-x ");
	request.skip_loopback = true;
	assert_string_equal(selected(&request, 0), "eth0 veth0 veth1.100 br[0] fifteen-chars-x ");
}

TEST(select_nothing_is_left)
{
	struct weir_attach_request request = { .all = true, .skip_loopback = true, .hooks = 1 };
	const struct interfaces loopback = { link_items, 1 };
	const struct interface **chosen = NULL;
	struct weir_error err = {};
	size_t count;

	assert_int_equal(plan_select(&loopback, &request, &chosen, &count, &err), -ENODEV);
	assert_string_equal(err.text, "no interface to attach to: --skip-loopback excludes all");
	assert_null(chosen);
}

TEST(select_one_bad_name_spoils_all)
{
	expect_refused(NAMES("eth0", "eht0", "veth*"), "no interface 'eht0'; nothing was attached");
	expect_refused(NAMES("eth0", "wlan*"),
		       "no interface matches 'wlan*'; nothing was attached");
	expect_refused(NAMES(""), "no interface ''; nothing was attached");
	expect_refused(NAMES("ETH0"), "no interface 'ETH0'; nothing was attached");
	expect_refused(NAMES("%s%n"), "no interface '%s%n'; nothing was attached");
}

TEST(select_without_a_place_for_the_sentence)
{
	struct weir_attach_request request = request_for(NAMES("no"));
	const struct interface **chosen = NULL;
	size_t count;

	assert_int_equal(plan_select(&interfaces, &request, &chosen, &count, NULL), -ENODEV);
}

/* --- attach --- */

#define TC (1U << WEIR_HOOK_TC_INGRESS | 1U << WEIR_HOOK_TC_EGRESS)
#define XDP (1U << WEIR_HOOK_XDP)

static enum weir_state states[WEIR_SLOTS];
static unsigned int asked;

static enum weir_state state_of(uint32_t slot, void *arg)
{
	assert_ptr_equal(arg, states);
	asked++;
	return states[slot];
}

static int plan(const struct weir_attach_request *request, struct plan *ret_plan,
		struct weir_error *err)
{
	static struct target two[2];

	two[0] = target_of_interface(HOME, &link_items[1]);
	two[1] = target_of_interface(HOME, &link_items[2]);
	asked = 0;
	return plan_attach(&table, two, 2, request, state_of, states, ret_plan, err);
}

TEST(attach_fresh)
{
	struct weir_attach_request request = { .hooks = TC };
	_cleanup_(plan_free) struct plan p = {};

	assert_int_equal(plan(&request, &p, NULL), 0);
	assert_int_equal(p.count, 4);
	for (size_t i = 0; i < p.count; i++) {
		assert_int_equal(p.items[i].action, WEIR_ACTION_ATTACH);
		assert_ptr_equal(p.items[i].target->interface, &link_items[i < 2 ? 1 : 2]);
		assert_int_equal(p.items[i].hook,
				 i % 2 ? WEIR_HOOK_TC_EGRESS : WEIR_HOOK_TC_INGRESS);
	}
	assert_int_equal(asked, 0);
}

TEST(attach_hook_masks)
{
	for (unsigned int hooks = 0; hooks < 1U << WEIR_HOOKS; hooks++) {
		struct weir_attach_request request = { .hooks = hooks };
		_cleanup_(plan_free) struct plan p = {};
		unsigned int seen = 0;

		assert_int_equal(plan(&request, &p, NULL), 0);
		assert_int_equal(p.count, 2 * __builtin_popcount(hooks));
		for (size_t i = 0; i < p.count; i++)
			seen |= 1U << p.items[i].hook;
		assert_int_equal(seen, hooks);
	}
}

TEST(features_by_hook_by_wish_and_by_what_is_there)
{
	struct weir_attach_request plain = {}, flows = { .features = WEIR_FEATURE_FLOWS };

	assert_int_equal(plan_features(&plain, WEIR_HOOK_XDP, 0), 1);
	assert_int_equal(plan_features(&plain, WEIR_HOOK_TC_INGRESS, 0), 3);
	assert_int_equal(plan_features(&plain, WEIR_HOOK_TC_EGRESS, 0), 3);
	assert_int_equal(plan_features(&plain, WEIR_HOOK_TC_EGRESS, 1), 1);
	assert_int_equal(plan_features(&plain, WEIR_HOOK_XDP, 3), 3);
	assert_int_equal(plan_features(&flows, WEIR_HOOK_XDP, 0), 3);
	assert_int_equal(plan_features(&flows, WEIR_HOOK_TC_INGRESS, 1), 3);
}

TEST(other_features_replace)
{
	struct weir_attach_request request = { .hooks = TC | XDP,
					       .features = WEIR_FEATURE_COUNTERS };
	_cleanup_(plan_free) struct plan p = {}, q = {};

	put(3, HOME, 2, WEIR_HOOK_TC_INGRESS, "eth0");
	states[3] = WEIR_STATE_ATTACHED;
	assert_int_equal(plan(&request, &p, NULL), 0);
	assert_int_equal(p.items[1].action, WEIR_ACTION_NONE);
	request.features = WEIR_FEATURE_FLOWS;
	assert_int_equal(plan(&request, &q, NULL), 0);
	assert_int_equal(q.items[1].action, WEIR_ACTION_REPLACE);
}

TEST(attach_what_is_attached)
{
	struct weir_attach_request request = { .hooks = TC | XDP };
	_cleanup_(plan_free) struct plan p = {};

	put(3, HOME, 2, WEIR_HOOK_TC_INGRESS, "eth0");
	put(4, HOME, 2, WEIR_HOOK_TC_EGRESS, "eth0");
	put(5, HOME, 70000, WEIR_HOOK_XDP, "veth0");
	states[3] = WEIR_STATE_ATTACHED;
	states[4] = WEIR_STATE_DRIFTED;
	states[5] = WEIR_STATE_GONE;
	assert_int_equal(plan(&request, &p, NULL), 0);
	assert_int_equal(p.count, 6);
	assert_int_equal(asked, 3);
	assert_int_equal(p.items[0].action, WEIR_ACTION_ATTACH); /* xdp of eth0 */
	assert_int_equal(p.items[1].action, WEIR_ACTION_NONE);
	assert_int_equal(p.items[1].slot, 3);
	assert_int_equal(p.items[2].action, WEIR_ACTION_REATTACH);
	assert_int_equal(p.items[2].slot, 4);
	assert_int_equal(p.items[3].action, WEIR_ACTION_REATTACH); /* xdp of veth0 */
	assert_int_equal(p.items[3].slot, 5);
}

TEST(attach_replace)
{
	struct weir_attach_request request = { .hooks = TC, .replace = true };
	_cleanup_(plan_free) struct plan p = {};

	put(3, HOME, 2, WEIR_HOOK_TC_INGRESS, "eth0");
	put(4, HOME, 2, WEIR_HOOK_TC_EGRESS, "eth0");
	states[3] = WEIR_STATE_ATTACHED;
	states[4] = WEIR_STATE_DRIFTED;
	assert_int_equal(plan(&request, &p, NULL), 0);
	assert_int_equal(p.items[0].action, WEIR_ACTION_REPLACE);
	assert_int_equal(p.items[1].action, WEIR_ACTION_REATTACH);
	assert_int_equal(p.items[2].action, WEIR_ACTION_ATTACH); /* replace attaches the rest */
}

TEST(attach_beside_the_same_index_elsewhere)
{
	struct weir_attach_request request = { .hooks = XDP };
	_cleanup_(plan_free) struct plan p = {};

	put(0, ELSEWHERE, 2, WEIR_HOOK_XDP, "eth0");
	assert_int_equal(plan(&request, &p, NULL), 0);
	assert_int_equal(p.items[0].action, WEIR_ACTION_ATTACH);
	assert_int_equal(asked, 0);
}

TEST(attach_to_a_full_table)
{
	struct weir_attach_request request = { .hooks = TC };
	_cleanup_(plan_free) struct plan p = {};
	struct weir_error err = {};

	for (uint32_t i = 0; i < WEIR_SLOTS - 3; i++)
		put(i, ELSEWHERE, i + 1, WEIR_HOOK_XDP, "x");
	assert_int_equal(plan(&request, &p, &err), -ENOSPC);
	assert_string_equal(err.text, "cannot attach 4 programs: 3 of 1024 slots are free "
				      "(`ctl status` lists them, `ctl detach` frees one); "
				      "nothing was attached");
	assert_null(p.items);

	/* an attached program needs no free slot */
	table.slots[0] = (struct weir_slot){};
	assert_int_equal(plan(&request, &p, NULL), 0);
	plan_free(&p);
	put(0, HOME, 2, WEIR_HOOK_TC_INGRESS, "eth0");
	assert_int_equal(plan(&request, &p, NULL), 0);
}

/* --- detach --- */

static struct weir_detach_request detach_of(const char *const *names, unsigned int hooks)
{
	struct weir_detach_request request = { .interfaces = names, .hooks = hooks };

	while (names[request.interface_count])
		request.interface_count++;
	return request;
}

static void put_some(void)
{
	put(0, HOME, 2, WEIR_HOOK_TC_INGRESS, "eth0");
	put(1, HOME, 2, WEIR_HOOK_TC_EGRESS, "eth0");
	put(2, HOME, 70000, WEIR_HOOK_XDP, "veth0");
	put(5, ELSEWHERE, 2, WEIR_HOOK_TC_INGRESS, "eth0");
	put(1023, HOME, 999, WEIR_HOOK_XDP, "was-here"); /* its interface was deleted */
}

static void expect_slots(uint64_t netns, const struct weir_detach_request *request,
			 const char *slots)
{
	_cleanup_(plan_free) struct plan p = {};
	char text[256] = "";

	assert_int_equal(plan_detach(&table, netns, request, &p, NULL), 0);
	for (size_t i = 0; i < p.count; i++) {
		assert_int_equal(p.items[i].action, WEIR_ACTION_DETACH);
		assert_null(p.items[i].target);
		assert_int_equal(p.items[i].hook, table.slots[p.items[i].slot].hook);
		sprintf(text + strlen(text), "%u ", p.items[i].slot);
	}
	assert_string_equal(text, slots);
}

static void expect_detach_refused(const char *const *names, unsigned int hooks,
				  const char *sentence)
{
	struct weir_detach_request request = detach_of(names, hooks);
	struct weir_error err = {};
	struct plan p = {};

	assert_int_equal(plan_detach(&table, HOME, &request, &p, &err), -ENOENT);
	assert_string_equal(err.text, sentence);
	assert_null(p.items);
}

TEST(detach_by_name)
{
	struct weir_detach_request request;

	put_some();
	request = detach_of(NAMES("eth0"), 0);
	expect_slots(HOME, &request, "0 1 ");
	expect_slots(ELSEWHERE, &request, "5 ");
	expect_slots(0, &request, "0 1 5 ");
	request.hooks = 1U << WEIR_HOOK_TC_EGRESS;
	expect_slots(HOME, &request, "1 ");
	request = detach_of(NAMES("eth0", "eth0", "e*"), 0);
	expect_slots(HOME, &request, "0 1 ");
	request = detach_of(NAMES("was-here"), 0);
	expect_slots(HOME, &request, "1023 ");
	request = detach_of(NAMES("*"), XDP);
	expect_slots(HOME, &request, "2 1023 ");
}

TEST(detach_all)
{
	struct weir_detach_request request = { .all = true };

	expect_slots(0, &request, "");
	put_some();
	expect_slots(0, &request, "0 1 2 5 1023 ");
	expect_slots(ELSEWHERE, &request, "5 ");
	request.hooks = XDP;
	expect_slots(0, &request, "2 1023 ");
}

TEST(detach_mistakes)
{
	put_some();
	expect_detach_refused(NAMES("eth1"), 0,
			      "nothing is attached to 'eth1'; nothing was detached");
	expect_detach_refused(NAMES("eth0", "wlan*"), 0,
			      "nothing is attached to 'wlan*'; nothing was detached");
	expect_detach_refused(NAMES("eth0"), XDP,
			      "nothing is attached to 'eth0' at that hook; nothing was detached");
	expect_detach_refused(NAMES(""), 0, "nothing is attached to ''; nothing was detached");
}

#define PLAN_TEST(name) cmocka_unit_test_setup(name, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(select_by_name),
		cmocka_unit_test(features_by_hook_by_wish_and_by_what_is_there),
		cmocka_unit_test(select_by_alternative_name),
		cmocka_unit_test(select_by_glob),
		cmocka_unit_test(select_a_name_that_looks_like_a_glob),
		cmocka_unit_test(select_each_once_in_its_own_order),
		cmocka_unit_test(select_all),
		cmocka_unit_test(select_nothing_is_left),
		cmocka_unit_test(select_one_bad_name_spoils_all),
		cmocka_unit_test(select_without_a_place_for_the_sentence),
		PLAN_TEST(attach_fresh),
		PLAN_TEST(attach_hook_masks),
		PLAN_TEST(attach_what_is_attached),
		PLAN_TEST(other_features_replace),
		PLAN_TEST(attach_replace),
		PLAN_TEST(attach_beside_the_same_index_elsewhere),
		PLAN_TEST(attach_to_a_full_table),
		PLAN_TEST(detach_by_name),
		PLAN_TEST(detach_all),
		PLAN_TEST(detach_mistakes),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
