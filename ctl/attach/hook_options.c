// SPDX-License-Identifier: GPL-2.0
/* hook_options.c - see hook_options.h. */
#include <string.h>
#include "ctl/attach/hook_options.h"

static bool is_given(const struct hook_options *options, const char *option)
{
#define HOOK_FLAG_GIVEN(flag, attach, detach) \
	if (strcmp(option, #flag) == 0)       \
		return options->flag;
	HOOK_FLAGS(HOOK_FLAG_GIVEN)
	return strcmp(option, "xdp") == 0 && options->xdp.given;
}

static bool is_named(const struct hook_options *options, unsigned int hook)
{
	const char *option = weir_hook_info(hook)->option;

	return option && is_given(options, option);
}

static enum weir_target_kind kind_of(const struct hook_options *options)
{
	return options->cgroup.given ? WEIR_TARGET_CGROUP : WEIR_TARGET_INTERFACE;
}

unsigned int hooks_named(const struct hook_options *options)
{
	unsigned int hooks = weir_hooks_of(kind_of(options));

	for (unsigned int hook = 0; hook < WEIR_HOOKS; hook++) {
		if (!is_named(options, hook))
			hooks &= ~(1U << hook);
	}
	return hooks;
}

static bool is_option_of(enum weir_target_kind kind, const char *option)
{
	for (unsigned int hook = 0; hook < WEIR_HOOKS; hook++) {
		const struct weir_hook_info *info = weir_hook_info(hook);

		if (info->target == kind && info->option && strcmp(info->option, option) == 0)
			return true;
	}
	return false;
}

const char *hooks_stray(const struct hook_options *options, enum weir_target_kind kind)
{
	for (unsigned int hook = 0; hook < WEIR_HOOKS; hook++) {
		const char *option = weir_hook_info(hook)->option;

		if (is_named(options, hook) && !is_option_of(kind, option))
			return option;
	}
	return NULL;
}

const char *hooks_cgroup(const struct hook_options *options)
{
	if (!options->cgroup.given)
		return NULL;
	return options->cgroup.value ? options->cgroup.value : "";
}

int hooks_check(const struct invocation *inv, const struct hook_options *options)
{
	const char *stray = hooks_stray(options, kind_of(options));

	if (stray && !options->cgroup.given)
		return usage_error(inv, "--%s goes with --cgroup", stray);
	if (!options->cgroup.given)
		return EXIT_DONE;
	if (inv->word_count)
		return usage_error(inv, "--cgroup and interface names exclude each other; a path "
					"goes with the option: --cgroup=PATH");
	if (stray)
		return usage_error(inv, "--cgroup and --%s exclude each other", stray);
	if (inv->netns)
		return usage_error(inv, "--cgroup and --netns exclude each other: a cgroup spans "
					"network namespaces");
	return EXIT_DONE;
}
