// SPDX-License-Identifier: GPL-2.0
/*
 * cgroup.c - the hooks of cgroups: packets in and out, and events of TCP connections.
 *
 * Each is a pinned link. A cgroup takes any number of them (BPF_F_ALLOW_MULTI is implied), so
 * other people's programs there and above keep running.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/capability.h>
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
	int ret = hook_load(weir, job, &program, err), fd;

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

/* A cgroup that was removed ends its links, though they stay pinned. */
static int cgroup_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			  bool exists, struct live *ret_live)
{
	hook_link_inspect(weir, slot, record, exists, ret_live);
	return 0;
}

const struct hook_ops hook_cgroup_ops = {
	.attach = cgroup_attach,
	.replace = hook_link_replace,
	.remove = cgroup_remove,
	.inspect = cgroup_inspect,
};
