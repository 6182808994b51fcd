// SPDX-License-Identifier: GPL-2.0
/*
 * tc.c - tc ingress and egress, by TCX links or clsact filters.
 *
 * weir's program runs first on ingress and last on egress, so that its counts match the statistics
 * of the interface.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include "bpf/hooks/tc.skel.h"
#include "datapath/base/cleanup.h"
#include "datapath/hooks/hook.h"
#include "datapath/hooks/object.h"
#include "datapath/kernel/tcx.h"
#include "datapath/state/pin.h"
#include "datapath/state/slot.h"

/* The filter has a fixed handle, so that removing it cannot remove another one. */
#define CLSACT_HANDLE 0x7765
#define CLSACT_INGRESS_PRIORITY 7
#define CLSACT_EGRESS_PRIORITY 65000

static bool is_ingress(const struct weir_slot *record)
{
	return record->hook == WEIR_HOOK_TC_INGRESS;
}

DEFINE_DESTROY(tc)

static int tc_open(struct weir *weir, const struct program_config *config,
		   struct program *ret_program)
{
	struct tc_bpf *skel = tc_bpf__open();

	(void)weir;
	if (!skel)
		return -errno;
	TELL_INTERFACE(skel, config);
	*ret_program = (struct program){ skel, destroy_tc, skel->obj, skel->progs.weir_tc };
	return 0;
}

static int attach_failed(const struct job *job, int error, struct weir_error *err)
{
	return weir_error_set(err, error, "cannot attach %s to '%s': %s",
			      weir_hook_name(job->record->hook), job->interface->name,
			      error == ENODEV ? "it has vanished" : weir_error_text(error));
}

/* --- TCX --- */

static int tcx_attach(struct weir *weir, struct job *job, struct weir_error *err)
{
	_cleanup_(close_program) struct program program = {};
	_cleanup_close_ int link = -1;
	bool ingress = is_ingress(job->record);
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = ingress ? WEIR_BPF_F_BEFORE : 0);
	int ret = hook_load(weir, job, &program, err), fd = -1;

	if (ret)
		return ret;
	fd = bpf_program__fd(program.prog);
	link = bpf_link_create(fd, (int)job->interface->ifindex,
			       ingress ? WEIR_BPF_TCX_INGRESS : WEIR_BPF_TCX_EGRESS, &opts);
	if (link < 0)
		return attach_failed(job, errno, err);
	job->record->method = WEIR_METHOD_TCX;
	return hook_link_pin(weir, job, link, fd, err);
}

/* --- clsact --- */

static struct bpf_tc_hook clsact_hook(const struct weir_slot *record)
{
	return (struct bpf_tc_hook){
		.sz = sizeof(struct bpf_tc_hook),
		.ifindex = (int)record->ifindex,
		.attach_point = is_ingress(record) ? BPF_TC_INGRESS : BPF_TC_EGRESS,
	};
}

static struct bpf_tc_opts clsact_opts(const struct weir_slot *record)
{
	return (struct bpf_tc_opts){
		.sz = sizeof(struct bpf_tc_opts),
		.handle = CLSACT_HANDLE,
		.priority = is_ingress(record) ? CLSACT_INGRESS_PRIORITY : CLSACT_EGRESS_PRIORITY,
	};
}

/* Returns the id of the program at weir's handle and priority; 0 if there is no such filter. */
static uint32_t clsact_program(const struct weir_slot *record)
{
	struct bpf_tc_hook hook = clsact_hook(record);
	struct bpf_tc_opts opts = clsact_opts(record);

	return bpf_tc_query(&hook, &opts) == 0 ? opts.prog_id : 0;
}

static bool is_our_program(struct weir *weir, uint32_t id)
{
	_cleanup_close_ int fd = bpf_prog_get_fd_by_id(id);

	return fd >= 0 && program_is_ours(weir, fd);
}

/* Creates the qdisc if it is missing, after recording in the journal that it will be weir's. */
static int clsact_make(struct weir *weir, struct job *job, struct weir_error *err)
{
	struct bpf_tc_hook hook = clsact_hook(job->record);
	char kind[32];
	int ret = qdisc_at_clsact(job->interface->ifindex, kind, sizeof(kind));

	if (ret)
		return attach_failed(job, -ret, err);
	if (strcmp(kind, "clsact") == 0)
		return 0;
	if (kind[0] && !is_ingress(job->record))
		return weir_error_set(err, EBUSY,
				      "cannot attach tc-egress to '%s': qdisc '%s' is in the place "
				      "of clsact and has no egress",
				      job->interface->name, kind);
	if (kind[0])
		return 0;
	job->record->flags |= WEIR_SLOT_F_CLSACT_OURS;
	ret = slot_write(weir, job->slot, job->record, err);
	if (ret)
		return ret;
	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	ret = bpf_tc_hook_create(&hook);
	if (ret == -EEXIST) {
		job->record->flags &= (__u8)~WEIR_SLOT_F_CLSACT_OURS;
		ret = 0;
	}
	return ret ? attach_failed(job, -ret, err) : 0;
}

static int clsact_set(struct job *job, int fd, bool replace, struct weir_error *err)
{
	struct bpf_tc_hook hook = clsact_hook(job->record);
	struct bpf_tc_opts opts = clsact_opts(job->record);
	int ret;

	opts.prog_fd = fd;
	opts.flags = replace ? BPF_TC_F_REPLACE : 0;
	ret = bpf_tc_attach(&hook, &opts);
	if (ret == -EEXIST || ret == -EINVAL)
		return weir_error_set(err, EBUSY,
				      "cannot attach %s to '%s': priority %u of clsact "
				      "is taken by another filter",
				      weir_hook_name(job->record->hook), job->interface->name,
				      opts.priority);
	return ret ? attach_failed(job, -ret, err) : 0;
}

/* The filter is already gone: removed, or deleted with its qdisc or interface. */
static bool is_gone(int ret)
{
	return ret == -ENOENT || ret == -ENODEV || ret == -EINVAL;
}

/* The kernel refuses to delete a qdisc while a request for its filters is in progress. */
static int clsact_end(const struct weir_slot *record)
{
	struct bpf_tc_hook hook = clsact_hook(record);
	int ret = -EBUSY;

	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	for (int tries = 0; tries < 50 && (ret == -EBUSY || ret == -EAGAIN); tries++) {
		if (tries)
			usleep(10000);
		ret = bpf_tc_hook_destroy(&hook);
	}
	return ret;
}

/* Removes the qdisc if weir created it and nobody else uses it. */
static int clsact_drop(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		       struct weir_error *err)
{
	struct target here = { .netns_cookie = record->netns_cookie, .ifindex = record->ifindex };
	struct weir_slot other;
	uint32_t other_slot;
	size_t filters;
	_cleanup_free_ struct slot_table *table = NULL;
	int ret;

	if (!(record->flags & WEIR_SLOT_F_CLSACT_OURS))
		return 0;
	/* weir's attachment in the other direction takes over the ownership */
	ret = slot_table_read(weir, &table, err);
	if (ret)
		return ret;
	if (slot_find(table, &here, is_ingress(record) ? WEIR_HOOK_TC_EGRESS : WEIR_HOOK_TC_INGRESS,
		      &other_slot) == 0 &&
	    other_slot != slot) {
		other = table->slots[other_slot];
		if (other.method == WEIR_METHOD_CLSACT) {
			other.flags |= WEIR_SLOT_F_CLSACT_OURS;
			return slot_write(weir, other_slot, &other, err);
		}
	}
	ret = clsact_filter_count(record->ifindex, &filters);
	if (ret == 0 && filters == 0)
		ret = clsact_end(record);
	if (!ret || is_gone(ret))
		return 0;
	return weir_error_set(err, ret, "cannot remove the qdisc clsact of '%s': %s",
			      record->ifname, weir_error_text(ret));
}

static int clsact_attach(struct weir *weir, struct job *job, struct weir_error *err)
{
	_cleanup_(close_program) struct program program = {};
	int ret = hook_load(weir, job, &program, err), fd = -1;

	if (ret)
		return ret;
	fd = bpf_program__fd(program.prog);
	job->record->method = WEIR_METHOD_CLSACT;
	ret = program_identify(fd, &job->record->program_id, NULL);
	if (ret)
		return attach_failed(job, -ret, err);
	/* A filter has no descriptor, so the journal must record it before it is created. */
	ret = slot_write(weir, job->slot, job->record, err);
	if (!ret)
		ret = clsact_make(weir, job, err);
	if (!ret)
		ret = pin_put(weir, PIN_PROGRAM, job->slot, fd, err);
	return ret ? ret : clsact_set(job, fd, job->request->force, err);
}

static int clsact_replace(struct weir *weir, struct job *job, struct weir_error *err)
{
	_cleanup_(close_program) struct program program = {};
	char next[PATH_MAX + 64], current[PATH_MAX + 64];
	int ret = hook_load(weir, job, &program, err);

	if (!ret)
		ret = pin_put(weir, PIN_PROGRAM_NEXT, job->slot, bpf_program__fd(program.prog),
			      err);
	if (!ret)
		ret = clsact_set(job, bpf_program__fd(program.prog), true, err);
	if (ret) {
		pin_remove(weir, PIN_PROGRAM_NEXT, job->slot);
		return ret;
	}
	pin_path(weir, PIN_PROGRAM_NEXT, job->slot, next, sizeof(next));
	pin_path(weir, PIN_PROGRAM, job->slot, current, sizeof(current));
	if (rename(next, current) < 0)
		return weir_error_set(err, errno, "cannot rename '%s': %s", next, strerror(errno));
	ret = program_identify(bpf_program__fd(program.prog), &job->record->program_id, NULL);
	return ret ? attach_failed(job, -ret, err) : 0;
}

static int clsact_remove(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			 uint32_t keep, struct weir_error *err)
{
	struct bpf_tc_hook hook = clsact_hook(record);
	struct bpf_tc_opts opts = clsact_opts(record);
	uint32_t there = clsact_program(record);
	int ret = 0;

	pin_remove(weir, PIN_PROGRAM_NEXT, slot);
	if (keep)
		return 0;
	if (there && is_our_program(weir, there))
		ret = bpf_tc_detach(&hook, &opts);
	if (ret && !is_gone(ret))
		return weir_error_set(err, ret, "cannot detach %s from '%s': %s",
				      weir_hook_name(record->hook), record->ifname,
				      weir_error_text(ret));
	return clsact_drop(weir, slot, record, err);
}

static void clsact_inspect(const struct weir_slot *record, bool exists, struct live *ret_live)
{
	uint32_t there = exists ? clsact_program(record) : 0;

	if (there && (there == record->program_id || !record->program_id))
		*ret_live = (struct live){ .state = WEIR_STATE_ATTACHED };
	else
		hook_missing(record, exists, there, ret_live);
	ret_live->program_id = there;
}

/* --- the hook --- */

static bool tcx_is_used(const struct job *job)
{
	int type = is_ingress(job->record) ? WEIR_BPF_TCX_INGRESS : WEIR_BPF_TCX_EGRESS;
	__u32 count = 0;

	return bpf_prog_query((int)job->interface->ifindex, type, 0, NULL, NULL, &count) == 0 &&
	       count;
}

/*
 * Creating and deleting a TCX link each wait about 12 ms for an RCU grace period, under the rtnl
 * lock. For hundreds of interfaces that adds up to many seconds during which no container can
 * start. clsact does not wait. If other TCX programs are attached, weir has to be one as well to
 * keep its position.
 */
static bool use_tcx(struct weir *weir, const struct job *job)
{
	if (job->request->tc_method != WEIR_TC_AUTO)
		return job->request->tc_method == WEIR_TC_TCX;
	return feature_tcx(&weir->features) && (!job->many || tcx_is_used(job));
}

static int tc_attach(struct weir *weir, struct job *job, struct weir_error *err)
{
	if (job->request->tc_method == WEIR_TC_TCX && !feature_tcx(&weir->features))
		return weir_error_set(err, EOPNOTSUPP,
				      "cannot attach %s to '%s': this kernel has no TCX (Linux "
				      "6.6); omit --tc-method to use clsact",
				      weir_hook_name(job->record->hook), job->interface->name);
	return use_tcx(weir, job) ? tcx_attach(weir, job, err) : clsact_attach(weir, job, err);
}

static int tc_replace(struct weir *weir, struct job *job, struct weir_error *err)
{
	return job->record->method == WEIR_METHOD_TCX ? hook_link_replace(weir, job, err)
						      : clsact_replace(weir, job, err);
}

static int tc_remove(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		     uint32_t keep, struct weir_error *err)
{
	int ret = 0;

	if (record->method == WEIR_METHOD_CLSACT)
		ret = clsact_remove(weir, slot, record, keep, err);
	if (ret || keep)
		return ret;
	return hook_pins_remove(weir, slot, err);
}

static int tc_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record, bool exists,
		      struct live *ret_live)
{
	if (record->method == WEIR_METHOD_CLSACT)
		clsact_inspect(record, exists, ret_live);
	else
		hook_link_inspect(weir, slot, record, exists, ret_live);
	return 0;
}

static int tc_sweep(struct weir *weir, enum weir_hook hook, const struct interface *interface)
{
	struct weir_slot record = { .hook = (__u8)hook, .ifindex = interface->ifindex };
	struct bpf_tc_hook where = clsact_hook(&record);
	struct bpf_tc_opts opts = clsact_opts(&record);
	uint32_t there = clsact_program(&record);

	return there && is_our_program(weir, there) ? bpf_tc_detach(&where, &opts) : 0;
}

const struct hook_ops hook_tc_ops = {
	.open = tc_open,
	.attach = tc_attach,
	.replace = tc_replace,
	.remove = tc_remove,
	.inspect = tc_inspect,
	.sweep = tc_sweep,
};
