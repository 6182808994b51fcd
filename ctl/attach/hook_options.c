// SPDX-License-Identifier: GPL-2.0
/* hook_options.c - see hook_options.h. */
#include "ctl/attach/hook_options.h"

unsigned int hooks_named(const struct hook_options *options)
{
	bool cgroup = options->cgroup.given;
	unsigned int hooks = 0;

	if (options->ingress)
		hooks |= 1U << (cgroup ? WEIR_HOOK_CGROUP_INGRESS : WEIR_HOOK_TC_INGRESS);
	if (options->egress)
		hooks |= 1U << (cgroup ? WEIR_HOOK_CGROUP_EGRESS : WEIR_HOOK_TC_EGRESS);
	if (options->sockops)
		hooks |= 1U << WEIR_HOOK_SOCKOPS;
	if (options->xdp.given)
		hooks |= 1U << WEIR_HOOK_XDP;
	return hooks;
}

const char *hooks_cgroup(const struct hook_options *options)
{
	if (!options->cgroup.given)
		return NULL;
	return options->cgroup.value ? options->cgroup.value : "";
}

int hooks_check(const struct invocation *inv, const struct hook_options *options)
{
	if (options->sockops && !options->cgroup.given)
		return usage_error(inv, "--sockops goes with --cgroup");
	if (!options->cgroup.given)
		return EXIT_DONE;
	if (inv->word_count)
		return usage_error(inv, "--cgroup and interface names exclude each other; a path "
					"goes with the option: --cgroup=PATH");
	if (options->xdp.given)
		return usage_error(inv, "--cgroup and --xdp exclude each other");
	if (inv->netns)
		return usage_error(inv, "--cgroup and --netns exclude each other: a cgroup spans "
					"network namespaces");
	return EXIT_DONE;
}
