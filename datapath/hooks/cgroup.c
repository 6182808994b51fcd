// SPDX-License-Identifier: GPL-2.0
/*
 * cgroup.c - hooks of cgroups: ingress and egress packets, and TCP events (sockops).
 *
 * Each is a pinned link. A cgroup can have any number of links (BPF_F_ALLOW_MULTI is implied), so
 * other programs on it and its ancestors keep running.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include "bpf/hooks/cgroup_skb.skel.h"
#include "bpf/hooks/sockops.skel.h"
#include "datapath/base/capabilities.h"
#include "datapath/base/cleanup.h"
#include "datapath/hooks/hook.h"
#include "datapath/hooks/object.h"
#include "datapath/kernel/cgroup.h"

static enum bpf_attach_type attach_type(enum weir_hook hook)
{
	switch (hook) {
	case WEIR_HOOK_CGROUP_INGRESS:
		return BPF_CGROUP_INET_INGRESS;
	case WEIR_HOOK_CGROUP_EGRESS:
		return BPF_CGROUP_INET_EGRESS;
	default:
		return BPF_CGROUP_SOCK_OPS;
	}
}

DEFINE_DESTROY(cgroup_skb)
DEFINE_DESTROY(sockops)

/* One program serves both directions. Packets begin with the IP header at these hooks. */
static int skb_open(struct weir *weir, const struct program_config *config,
		    struct program *ret_program)
{
	struct cgroup_skb_bpf *skel = cgroup_skb_bpf__open();

	(void)weir;
	if (!skel)
		return -errno;
	TELL(skel, config);
	skel->rodata->cfg_raw_ip = 1;
	bpf_program__set_expected_attach_type(skel->progs.weir_cgroup_skb,
					      attach_type(config->hook));
	*ret_program = (struct program){ skel, destroy_cgroup_skb, skel->obj,
					 skel->progs.weir_cgroup_skb };
	return 0;
}

/* Depth of a cgroup by its path below the mount; 1 for the mount. */
static uint32_t depth_of(const char *path)
{
	uint32_t depth = 1;

	if (strcmp(path, "/") == 0)
		return depth;
	for (; *path; path++)
		depth += *path == '/';
	return depth;
}

static int sockops_open(struct weir *weir, const struct program_config *config,
			struct program *ret_program)
{
	struct sockops_bpf *skel = sockops_bpf__open();

	if (!skel)
		return -errno;
	skel->rodata->cfg_slot = config->slot;
	skel->rodata->cfg_instance = config->instance;
	skel->rodata->cfg_kernel_ctx = feature_kernel_ctx(&weir->features);
	skel->rodata->cfg_tcp_sets = weir->sizes.tcp / WEIR_TCP_WAYS;
	skel->rodata->cfg_tcp = !!(config->features & WEIR_FEATURE_TCP);
	skel->rodata->cfg_tune = !!(config->features & WEIR_FEATURE_TUNE);
	skel->rodata->cfg_cgroup = config->target->object_id;
	skel->rodata->cfg_depth = depth_of(config->target->name);
	*ret_program = (struct program){ skel, destroy_sockops, skel->obj,
					 skel->progs.weir_sockops };
	return 0;
}

static int attach_failed(const struct job *job, int error, struct weir_error *err)
{
	const char *hook = weir_hook_name(job->record->hook);

	if (error == EPERM && capability_present(CAP_NET_ADMIN))
		return weir_error_set(err, EPERM,
				      "cannot attach %s to cgroup '%s': a program there or above "
				      "was attached exclusively (`bpftool cgroup tree` names it)",
				      hook, job->target->name);
	return weir_error_set(err, error, "cannot attach %s to cgroup '%s': %s", hook,
			      job->target->name,
			      error == ENOENT || error == ENODEV ? "it has vanished"
								 : weir_error_text(error));
}

static int cgroup_attach(struct weir *weir, struct job *job, struct weir_error *err)
{
	_cleanup_(close_program) struct program program = {};
	_cleanup_close_ int link = -1;
	int ret = hook_load(weir, job, &program, err), fd = -1;

	if (ret)
		return ret;
	fd = bpf_program__fd(program.prog);
	link = bpf_link_create(fd, job->target->fd, attach_type(job->record->hook), NULL);
	if (link < 0)
		return attach_failed(job, errno, err);
	job->record->method = WEIR_METHOD_CGROUP_LINK;
	return hook_link_pin(weir, job, link, fd, err);
}

static int cgroup_remove(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			 uint32_t keep, struct weir_error *err)
{
	(void)record;
	return keep ? 0 : hook_pins_remove(weir, slot, err);
}

/* Removing a cgroup detaches its links, although they stay pinned. */
static int cgroup_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			  bool exists, struct live *ret_live)
{
	hook_link_inspect(weir, slot, record, exists, ret_live);
	return 0;
}

const struct hook_ops hook_cgroup_ops = {
	.open = skb_open,
	.attach = cgroup_attach,
	.replace = hook_link_replace,
	.remove = cgroup_remove,
	.inspect = cgroup_inspect,
};

const struct hook_ops hook_sockops_ops = {
	.open = sockops_open,
	.attach = cgroup_attach,
	.replace = hook_link_replace,
	.remove = cgroup_remove,
	.inspect = cgroup_inspect,
};
