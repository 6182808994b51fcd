// SPDX-License-Identifier: GPL-2.0
/* test_names.c - names for numbers of the ABI. */
#include <ctype.h>
#include <errno.h>
#include "datapath/hooks/table.h"
#include "datapath/tests/check.h"
#include "datapath/weir.h"

static void assert_word(const char *name)
{
	assert_non_null(name);
	assert_true(islower((unsigned char)name[0]));
	for (; *name; name++)
		assert_true(islower((unsigned char)*name) || isdigit((unsigned char)*name) ||
			    *name == '-');
}

#define CHECK_TABLE(function, count)                                               \
	do {                                                                       \
		for (unsigned int i = 0; i < (count); i++) {                       \
			assert_word(function(i));                                  \
			for (unsigned int j = 0; j < i; j++)                       \
				assert_string_not_equal(function(i), function(j)); \
		}                                                                  \
		assert_null(function(count));                                      \
		assert_null(function(-1U));                                        \
	} while (0)

TEST(every_number_has_a_word_of_its_own)
{
	CHECK_TABLE(weir_hook_name, WEIR_HOOKS);
	CHECK_TABLE(weir_method_name, WEIR_METHODS);
	CHECK_TABLE(weir_mode_name, WEIR_MODES);
	CHECK_TABLE(weir_state_name, WEIR_STATES);
	CHECK_TABLE(weir_protocol_name, WEIR_PROTOS);
	CHECK_TABLE(weir_verdict_name, WEIR_VERDICTS);
}

TEST(every_feature_has_a_word)
{
	unsigned int bits = 0;

	while (weir_feature_name(bits))
		assert_word(weir_feature_name(bits++));
	assert_int_equal(bits, 4);
	assert_int_equal(WEIR_FEATURE_COUNTERS, 1);
	assert_int_equal(WEIR_FEATURE_FLOWS, 2);
	assert_int_equal(WEIR_FEATURE_TCP, 4);
	assert_int_equal(WEIR_FEATURE_TUNE, 8);
	assert_null(weir_feature_name(-1U));
}

/* These names are part of the interface: scripts compare them. */
TEST(words_of_the_interface)
{
	assert_string_equal(weir_hook_name(WEIR_HOOK_XDP), "xdp");
	assert_string_equal(weir_hook_name(WEIR_HOOK_TC_INGRESS), "tc-ingress");
	assert_string_equal(weir_hook_name(WEIR_HOOK_TC_EGRESS), "tc-egress");
	assert_string_equal(weir_method_name(WEIR_METHOD_LIBXDP), "libxdp");
	assert_string_equal(weir_method_name(WEIR_METHOD_XDP_SINGLE), "xdp-single");
	assert_string_equal(weir_method_name(WEIR_METHOD_TCX), "tcx");
	assert_string_equal(weir_method_name(WEIR_METHOD_CLSACT), "clsact");
	assert_string_equal(weir_mode_name(WEIR_MODE_NATIVE), "native");
	assert_string_equal(weir_mode_name(WEIR_MODE_GENERIC), "generic");
	assert_string_equal(weir_state_name(WEIR_STATE_ATTACHED), "attached");
	assert_string_equal(weir_state_name(WEIR_STATE_GONE), "gone");
	assert_string_equal(weir_state_name(WEIR_STATE_DRIFTED), "drifted");
	assert_string_equal(weir_protocol_name(WEIR_PROTO_OTHER_L3), "other-l3");
	assert_string_equal(weir_protocol_name(WEIR_PROTO_OTHER_L4), "other-l4");
	assert_string_equal(weir_verdict_name(WEIR_VERDICT_PASS), "pass");
}

TEST(hooks_there_and_back)
{
	for (unsigned int i = 0; i < WEIR_HOOKS; i++) {
		enum weir_hook hook = WEIR_HOOKS;

		assert_int_equal(weir_hook_from_name(weir_hook_name(i), &hook), 0);
		assert_int_equal(hook, i);
	}
}

TEST(no_such_hook)
{
	static const char *const names[] = { "", "XDP", "xdp ", "tc", "ingress", "tc_ingress" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		enum weir_hook hook = WEIR_HOOK_TC_EGRESS;

		assert_int_equal(weir_hook_from_name(names[i], &hook), -EINVAL);
		assert_int_equal(hook, WEIR_HOOK_TC_EGRESS);
	}
}

/* --- the table of hooks --- */

TEST(every_hook_has_a_whole_row)
{
	for (unsigned int hook = 0; hook < WEIR_HOOKS; hook++) {
		const struct weir_hook_info *info = weir_hook_info(hook);
		const struct hook_ops *ops = hook_ops(hook);

		assert_true(ops->open && ops->attach && ops->replace && ops->remove &&
			    ops->inspect);
		assert_int_not_equal(info->default_features, 0);
		assert_int_equal(info->default_features & ~info->features, 0);
		/* otherwise the user could not select it */
		assert_true(info->option || info->by_default);
	}
	assert_null(weir_hook_info(WEIR_HOOKS));
}

TEST(each_kind_of_target_has_hooks_and_attaches_some_by_default)
{
	unsigned int all = 0;

	for (unsigned int kind = 0; kind < WEIR_TARGET_KINDS; kind++) {
		unsigned int hooks = weir_hooks_of(kind), some = weir_hooks_by_default(kind);

		assert_word(weir_target_kind_name(kind));
		assert_true(some && !(some & ~hooks));
		assert_int_equal(all & hooks, 0);
		all |= hooks;
	}
	assert_int_equal(all, (1U << WEIR_HOOKS) - 1);
	assert_int_equal(weir_hooks_by_default(WEIR_TARGET_INTERFACE),
			 1U << WEIR_HOOK_TC_INGRESS | 1U << WEIR_HOOK_TC_EGRESS);
}

TEST(packets_pass_each_hook_of_interfaces_once_and_senders_first)
{
	unsigned int seen = 0, i = 0;
	bool receiving = false;

	for (; weir_hook_at(i) < WEIR_HOOKS; i++) {
		enum weir_hook hook = weir_hook_at(i);

		assert_false(seen >> hook & 1);
		assert_false(receiving && weir_hook_is_egress(hook));
		receiving |= !weir_hook_is_egress(hook);
		assert_int_not_equal(weir_hook_info(hook)->direction, WEIR_NO_DIRECTION);
		seen |= 1U << hook;
	}
	assert_int_equal(seen, weir_hooks_of(WEIR_TARGET_INTERFACE));
	assert_int_equal(weir_hook_at(0), WEIR_HOOK_TC_EGRESS);
	assert_int_equal(weir_hook_at(1), WEIR_HOOK_XDP);
	assert_int_equal(weir_hook_at(2), WEIR_HOOK_TC_INGRESS);
}

TEST(a_record_tells_its_target)
{
	struct weir_slot record = { .hook = WEIR_HOOK_TC_EGRESS, .ifname = "eth0" };

	assert_int_equal(weir_target_kind(&record), WEIR_TARGET_INTERFACE);
	assert_string_equal(weir_target_name(&record), "eth0");
	record = (struct weir_slot){ .hook = WEIR_HOOK_SOCKOPS, .target = "/system.slice" };
	assert_int_equal(weir_target_kind(&record), WEIR_TARGET_CGROUP);
	assert_string_equal(weir_target_name(&record), "/system.slice");
	record = (struct weir_slot){ .hook = WEIR_HOOK_SOCKET_FILTER, .target = "udp 1.2.3.4:5" };
	assert_int_equal(weir_target_kind(&record), WEIR_TARGET_SOCKET);
	assert_string_equal(weir_target_name(&record), "udp 1.2.3.4:5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_has_a_word_of_its_own),
		cmocka_unit_test(every_feature_has_a_word),
		cmocka_unit_test(words_of_the_interface),
		cmocka_unit_test(hooks_there_and_back),
		cmocka_unit_test(no_such_hook),
		cmocka_unit_test(every_hook_has_a_whole_row),
		cmocka_unit_test(each_kind_of_target_has_hooks_and_attaches_some_by_default),
		cmocka_unit_test(packets_pass_each_hook_of_interfaces_once_and_senders_first),
		cmocka_unit_test(a_record_tells_its_target),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
