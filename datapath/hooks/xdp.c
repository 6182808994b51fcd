// SPDX-License-Identifier: GPL-2.0
/*
 * xdp.c - XDP programs, in libxdp's dispatcher beside other programs, or alone with a link.
 *
 * If the kernel cannot load the dispatcher, weir's program is the only one. A pinned link then
 * holds it: the link cannot be removed by accident, and it vanishes with a ctl that is killed
 * before it pins the link.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>
#include <xdp/libxdp.h>
#include "bpf/hooks/xdp.skel.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/refusal.h"
#include "datapath/hooks/hook.h"
#include "datapath/hooks/object.h"
#include "datapath/state/pin.h"
#include "datapath/state/slot.h"

/*
 * Runs early in the chain, before xdp-filter (10) and most others (50), to see packets as they
 * arrive. Each generation runs before the one that it replaces, because the first to run decides
 * which of them counts. Every tenth generation cannot, as there is no lower number: see
 * cfg_runs_last.
 */
#define RUN_PRIORITIES 10

static unsigned int run_priority(uint64_t generation)
{
	return (unsigned int)(RUN_PRIORITIES - 1 - (generation - 1) % RUN_PRIORITIES);
}

static void close_multiprog(struct xdp_multiprog **mp)
{
	if (*mp)
		xdp_multiprog__close(*mp);
}

static void close_xdp_program(struct xdp_program **prog)
{
	if (*prog)
		xdp_program__close(*prog);
}

DEFINE_DESTROY(xdp)

/*
 * In native mode, jumbo frames arrive in fragments. In generic mode, a program that accepts
 * fragments makes every later tc program see packets without their Ethernet header (seen on Linux
 * 6.18); without the flag the kernel linearizes the packet instead. libxdp's dispatcher accepts
 * fragments only if all its programs do.
 */
static __u32 xdp_flags(bool generic)
{
	return generic ? 0 : BPF_F_XDP_HAS_FRAGS;
}

static int xdp_open(struct weir *weir, const struct program_config *config,
		    struct program *ret_program)
{
	struct xdp_bpf *skel = xdp_bpf__open();

	if (!skel)
		return -errno;
	TELL_INTERFACE(skel, config);
	skel->rodata->cfg_kernel_ctx = feature_kernel_ctx(&weir->features);
	skel->rodata->cfg_generation = config->generation;
	skel->rodata->cfg_runs_last = config->runs_last;
	bpf_program__set_flags(skel->progs.weir_xdp, xdp_flags(config->generic));
	*ret_program = (struct program){ skel, destroy_xdp, skel->obj, skel->progs.weir_xdp };
	return 0;
}

/* Returns the XDP programs of an interface; NULL if it has none. */
static struct xdp_multiprog *present(uint32_t ifindex)
{
	struct xdp_multiprog *mp = xdp_multiprog__get_from_ifindex((int)ifindex);

	return libxdp_get_error(mp) ? NULL : mp;
}

static int attach_failed(const struct job *job, const struct program *program, int error,
			 struct weir_error *err)
{
	error = error < 0 ? -error : error;
	if (error == EOPNOTSUPP)
		return weir_error_set(err, error,
				      "cannot attach xdp to '%s': its driver has no "
				      "native XDP; --xdp=generic works on every device",
				      job->interface->name);
	return weir_error_set(err, error, "cannot attach xdp to '%s': %s", job->interface->name,
			      error == ENODEV ? "it has vanished"
					      : refusal_text(program->object, error, NULL));
}

/* --- alone --- */

static int single_attach(struct weir *weir, struct job *job, bool native, struct weir_error *err)
{
	_cleanup_(close_program) struct program program = {};
	_cleanup_close_ int link = -1;
	LIBBPF_OPTS(bpf_link_create_opts, opts,
		    .flags = native ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE);
	int ret, fd = -1;

	job->record->method = WEIR_METHOD_XDP_SINGLE;
	job->record->mode = native ? WEIR_MODE_NATIVE : WEIR_MODE_GENERIC;
	ret = hook_load(weir, job, &program, err);
	if (ret)
		return ret;
	fd = bpf_program__fd(program.prog);
	link = bpf_link_create(fd, (int)job->interface->ifindex, BPF_XDP, &opts);
	if (link < 0)
		return attach_failed(job, &program, errno, err);
	return hook_link_pin(weir, job, link, fd, err);
}

/* --- in the dispatcher --- */

/*
 * Adds a program of the record's generation to the dispatcher. replaces: the previous generation is
 * still there.
 */
static int dispatcher_add(struct weir *weir, struct job *job, enum xdp_attach_mode mode,
			  bool replaces, struct weir_error *err)
{
	_cleanup_(close_xdp_program) struct xdp_program *xdp = NULL;
	_cleanup_(close_program) struct program program = {};
	struct program_config config = hook_config(job);
	int ret;

	config.generation = job->record->generation;
	config.runs_last = replaces &&
			   run_priority(config.generation) > run_priority(config.generation - 1);
	ret = program_open(weir, &config, &program, err);
	if (ret)
		return ret;
	refusal_expect(program.object);
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .obj = program.object, .prog_name = "weir_xdp");
	xdp = xdp_program__create(&opts);
	ret = (int)libxdp_get_error(xdp);
	if (ret) {
		xdp = NULL;
		return attach_failed(job, &program, ret, err);
	}
	ret = xdp_program__set_run_prio(xdp, run_priority(config.generation));
	if (!ret)
		ret = xdp_program__set_chain_call_enabled(xdp, XDP_PASS, true);
	if (!ret)
		ret = xdp_program__attach(xdp, (int)job->interface->ifindex, mode, 0);
	if (!ret)
		ret = program_identify(xdp_program__fd(xdp), &job->record->program_id, NULL);
	return ret ? attach_failed(job, &program, ret, err) : 0;
}

/* Removes weir's programs from the dispatcher, except `keep`. Returns the last error. */
static int dispatcher_remove(struct weir *weir, uint32_t ifindex, uint32_t keep)
{
	int ret = 0;

	for (int tries = 0; tries < 8; tries++) {
		_cleanup_(close_multiprog) struct xdp_multiprog *mp = present(ifindex);
		struct xdp_program *prog = NULL;
		bool found = false;

		if (!mp)
			return 0;
		while (!xdp_multiprog__is_legacy(mp) &&
		       (prog = xdp_multiprog__next_prog(prog, mp))) {
			if (xdp_program__id(prog) == keep ||
			    !program_is_ours(weir, xdp_program__fd(prog)))
				continue;
			found = true;
			ret = xdp_program__detach(prog, (int)ifindex,
						  xdp_multiprog__attach_mode(mp), 0);
			break; /* detaching changed the list; read it again */
		}
		if (!found)
			return 0;
	}
	return ret ? ret : -EAGAIN;
}

static int dispatcher_attach(struct weir *weir, struct job *job, bool native,
			     struct weir_error *err)
{
	int ret;

	job->record->method = WEIR_METHOD_LIBXDP;
	job->record->mode = native ? WEIR_MODE_NATIVE : WEIR_MODE_GENERIC;
	/* No descriptor holds what libxdp creates, so the journal must record it first. */
	ret = slot_write(weir, job->slot, job->record, err);
	return ret ? ret
		   : dispatcher_add(weir, job, native ? XDP_MODE_NATIVE : XDP_MODE_SKB, false, err);
}

/* --- foreign programs --- */

struct foreign {
	int fd; /* the replaced program, to restore it; -1: there was no program */
	enum xdp_attach_mode mode;
};

static void close_foreign(struct foreign *foreign)
{
	close_fd(&foreign->fd);
}

static __u32 mode_flags(enum xdp_attach_mode mode)
{
	return mode == XDP_MODE_SKB ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
}

/*
 * Detaches by netlink, because the kernel then refuses to remove a program that a link holds.
 * libxdp 1.5 would detach the link itself, without its owner's knowledge. Offloaded programs are
 * left to libxdp.
 */
static int remove_foreign(struct xdp_multiprog *mp, const struct job *job)
{
	struct xdp_program *main_prog = xdp_multiprog__main_prog(mp);
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);

	if (!main_prog || xdp_multiprog__hw_prog(mp))
		return xdp_multiprog__detach(mp);
	opts.old_prog_fd = xdp_program__fd(main_prog);
	return bpf_xdp_detach((int)job->interface->ifindex,
			      mode_flags(xdp_multiprog__attach_mode(mp)), &opts);
}

static int take_place(struct xdp_multiprog *mp, struct job *job, struct foreign *foreign,
		      struct weir_error *err)
{
	struct xdp_program *main_prog = xdp_multiprog__main_prog(mp);
	const char *name = main_prog ? xdp_program__name(main_prog) : "?";
	int ret;

	if (!job->request->force)
		return weir_error_set(err, EBUSY,
				      "cannot attach xdp to '%s': program '%s' (id %u) is attached "
				      "and cannot be shared with; --force replaces it",
				      job->interface->name, name,
				      main_prog ? xdp_program__id(main_prog) : 0);
	foreign->mode = xdp_multiprog__attach_mode(mp);
	if (main_prog)
		foreign->fd = dup(xdp_program__fd(main_prog));
	ret = remove_foreign(mp, job);
	return ret ? weir_error_set(err, ret,
				    "cannot take the place of xdp program '%s' at '%s': "
				    "%s",
				    name, job->interface->name,
				    ret == -EBUSY || ret == -EINVAL ? "a link of its owner holds it"
								    : weir_error_text(ret))
		   : 0;
}

static void put_back(const struct job *job, const struct foreign *foreign)
{
	if (foreign->fd >= 0)
		bpf_xdp_attach((int)job->interface->ifindex, foreign->fd, mode_flags(foreign->mode),
			       NULL);
}

/* --- the hook --- */

static int attach_mode(struct weir *weir, struct job *job, bool dispatcher, bool native,
		       struct weir_error *err)
{
	return dispatcher ? dispatcher_attach(weir, job, native, err)
			  : single_attach(weir, job, native, err);
}

static int xdp_attach(struct weir *weir, struct job *job, struct weir_error *err)
{
	_cleanup_(close_foreign) struct foreign foreign = { .fd = -1 };
	_cleanup_(close_multiprog) struct xdp_multiprog *mp = present(job->interface->ifindex);
	enum weir_xdp_mode wish = job->request->xdp_mode;
	bool dispatcher = mp && !xdp_multiprog__is_legacy(mp);
	int ret;

	if (dispatcher && wish == WEIR_XDP_AUTO) /* an interface has a single mode */
		wish = xdp_multiprog__attach_mode(mp) == XDP_MODE_SKB ? WEIR_XDP_GENERIC
								      : WEIR_XDP_NATIVE;
	if (mp && !dispatcher) {
		ret = take_place(mp, job, &foreign, err);
		if (ret)
			return ret;
	}
	if (!dispatcher)
		dispatcher = feature_dispatcher(&weir->features);
	ret = attach_mode(weir, job, dispatcher, wish != WEIR_XDP_GENERIC, err);
	if (ret == -EOPNOTSUPP && wish == WEIR_XDP_AUTO)
		ret = attach_mode(weir, job, dispatcher, false, err);
	if (ret)
		put_back(job, &foreign);
	return ret;
}

static int xdp_replace(struct weir *weir, struct job *job, struct weir_error *err)
{
	int ret;

	if (job->record->method == WEIR_METHOD_XDP_SINGLE)
		return hook_link_replace(weir, job, err);
	ret = dispatcher_add(weir, job,
			     job->record->mode == WEIR_MODE_GENERIC ? XDP_MODE_SKB
								    : XDP_MODE_NATIVE,
			     true, err);
	if (ret)
		return ret;
	/* The old program no longer counts. If removing it fails, the next run removes it. */
	dispatcher_remove(weir, job->interface->ifindex, job->record->program_id);
	return 0;
}

static int xdp_remove(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		      uint32_t keep, struct weir_error *err)
{
	int ret = 0;

	if (record->method == WEIR_METHOD_LIBXDP)
		ret = dispatcher_remove(weir, record->ifindex, keep);
	if (ret)
		return weir_error_set(err, ret, "cannot detach xdp from '%s': %s", record->ifname,
				      weir_error_text(ret));
	if (record->method == WEIR_METHOD_LIBXDP)
		libxdp_clean_references((int)record->ifindex);
	return keep ? 0 : hook_pins_remove(weir, slot, err);
}

/* Returns the id of weir's newest program in the dispatcher. There are two during a replacement. */
static uint32_t find_ours(struct weir *weir, struct xdp_multiprog *mp)
{
	struct xdp_program *prog = NULL;
	uint32_t id = 0;

	while ((prog = xdp_multiprog__next_prog(prog, mp))) {
		if (program_is_ours(weir, xdp_program__fd(prog)) && xdp_program__id(prog) > id)
			id = xdp_program__id(prog);
	}
	return id;
}

static int xdp_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		       bool exists, struct live *ret_live)
{
	_cleanup_(close_multiprog) struct xdp_multiprog *mp = NULL;
	struct xdp_program *main_prog;
	uint32_t ours = 0;

	if (record->method != WEIR_METHOD_LIBXDP) {
		hook_link_inspect(weir, slot, record, exists, ret_live);
		return 0;
	}
	if (exists)
		mp = present(record->ifindex);
	if (mp && !xdp_multiprog__is_legacy(mp))
		ours = find_ours(weir, mp);
	main_prog = mp ? xdp_multiprog__main_prog(mp) : NULL;
	if (ours && (ours == record->program_id || record->state != WEIR_SLOT_ATTACHED))
		*ret_live = (struct live){ .state = WEIR_STATE_ATTACHED };
	else
		hook_missing(record, exists, main_prog ? xdp_program__id(main_prog) : 0, ret_live);
	ret_live->program_id = ours;
	return 0;
}

static int xdp_sweep(struct weir *weir, enum weir_hook hook, const struct interface *interface)
{
	(void)hook;
	return interface->xdp_program_id ? dispatcher_remove(weir, interface->ifindex, 0) : 0;
}

const struct hook_ops hook_xdp_ops = {
	.open = xdp_open,
	.attach = xdp_attach,
	.replace = xdp_replace,
	.remove = xdp_remove,
	.inspect = xdp_inspect,
	.sweep = xdp_sweep,
};
