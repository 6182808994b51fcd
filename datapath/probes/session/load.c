// SPDX-License-Identifier: GPL-2.0
/* load.c - configures and loads the programs of a bundle; see session.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/base/libbpf_log.h"
#include "datapath/base/refusal.h"
#include "datapath/kernel/link_missed.h"
#include "datapath/kernel/tracefs.h"
#include "datapath/probes/session/session.h"

#include "bpf/probes/probe.skel.h"

/* Detaches in reverse order: the probes of calls last, as returns need them. */
void probe_bundle_detach(struct probe_bundle *b)
{
	for (size_t i = b->link_count; i > 0; i--) {
		b->missed += link_missed(bpf_link__fd(b->links[i - 1]));
		bpf_link__destroy(b->links[i - 1]);
	}
	free(b->links);
	b->links = NULL;
	b->link_count = 0;
}

void probe_bundle_unload(struct probe_bundle *b)
{
	probe_bundle_detach(b);
	probe_bpf__destroy(b->skel);
	b->skel = NULL;
}

static void choose(struct probe_bundle *b)
{
	struct probe_bpf *skel = b->skel;

	b->call = NULL;
	switch (b->type) {
	case WEIR_PROBE_KPROBE:
	case WEIR_PROBE_UPROBE:
		b->prog = skel->progs.weir_kprobe;
		break;
	case WEIR_PROBE_KRETPROBE:
	case WEIR_PROBE_URETPROBE:
		b->prog = skel->progs.weir_kretprobe;
		b->call = b->saved ? skel->progs.weir_kprobe_call : NULL;
		break;
	case WEIR_PROBE_FENTRY:
		b->prog = skel->progs.weir_fentry;
		break;
	case WEIR_PROBE_FEXIT:
		b->prog = skel->progs.weir_fexit;
		b->call = b->saved ? skel->progs.weir_fentry_call : NULL;
		break;
	case WEIR_PROBE_TRACEPOINT:
		b->prog = skel->progs.weir_tracepoint;
		break;
	case WEIR_PROBE_RAWTRACEPOINT:
		b->prog = skel->progs.weir_rawtracepoint;
		break;
	case WEIR_PROBE_USDT:
		b->prog = skel->progs.weir_usdt;
		break;
	case WEIR_PROBE_ITER:
		b->prog = skel->progs.weir_iter;
		break;
	default:
		b->prog = skel->progs.weir_perf_event;
		break;
	}
}

/* Sets up what differs between types of probes, apart from the program. */
static int fit(const struct weir_probe_session *s, struct probe_bundle *b, bool multi)
{
	const struct probe_target *t = s->targets[b->targets[0]];
	int ret = 0;

	switch (b->type) {
	case WEIR_PROBE_FENTRY:
	case WEIR_PROBE_FEXIT:
	case WEIR_PROBE_ITER:
		ret = bpf_program__set_attach_target(b->prog, 0, t->function);
		if (!ret && b->call)
			ret = bpf_program__set_attach_target(b->call, 0, t->function);
		break;
	default:
		break;
	}
	if (!multi)
		return ret;
	bpf_program__set_expected_attach_type(b->prog, BPF_TRACE_KPROBE_MULTI);
	if (b->call)
		bpf_program__set_expected_attach_type(b->call, BPF_TRACE_KPROBE_MULTI);
	return ret;
}

static bool has_cookie(enum weir_probe_type type)
{
	switch (type) {
	case WEIR_PROBE_FENTRY:
	case WEIR_PROBE_FEXIT:
	case WEIR_PROBE_RAWTRACEPOINT:
	case WEIR_PROBE_ITER:
	case WEIR_PROBE_USDT:
		return false;
	default:
		return true;
	}
}

static bool is_user(enum weir_probe_type type)
{
	return type == WEIR_PROBE_UPROBE || type == WEIR_PROBE_URETPROBE || type == WEIR_PROBE_USDT;
}

static void tell(const struct weir_probe_session *s, struct probe_bundle *b)
{
	const struct weir_probe_request *r = &s->request;
	struct probe_plan *plan = &b->program.plan;
	/* a call rejected early would leave its return without saved arguments */
	uint32_t early = b->saved ? 0 : probe_program_early(&b->program);

	plan->tgid = r->pid;
	plan->cgroup = s->cgroup_fd >= 0;
	plan->limit = r->limit > UINT32_MAX ? UINT32_MAX : (uint32_t)r->limit;
	plan->saved = b->saved;
	plan->stack = !r->stack || b->type == WEIR_PROBE_ITER ? 0 : is_user(b->type) ? 2 : 1;
	plan->preempted = is_user(b->type) || b->type == WEIR_PROBE_ITER || b->saved;
	plan->total = r->table && !r->by && !r->stack;
	plan->cookie = b->target_count > 1 && has_cookie(b->type);
	plan->target = b->targets[0];
	memcpy((void *)&b->skel->rodata->plan, plan, sizeof(*plan));
	memcpy((void *)b->skel->rodata->early, b->program.steps, early * sizeof(*b->program.steps));
	memcpy((void *)b->skel->rodata->steps, b->program.steps + early,
	       (PROBE_STEPS - early) * sizeof(*b->program.steps));
	b->skel->rodata->plan.steps -= early;
	memcpy((void *)b->skel->rodata->texts, b->program.texts, sizeof(b->program.texts));
}

/* Sets the map sizes in the first bundle; the others share its maps. */
static int size_maps(const struct weir_probe_session *s, struct probe_bundle *b)
{
	const struct weir_probe_request *r = &s->request;
	const struct probe_plan *plan = &b->program.plan;
	uint32_t value = r->hist ? sizeof(struct probe_sum) : offsetof(struct probe_sum, buckets);
	struct probe_bpf *skel = b->skel, *first = s->first ? s->first->skel : NULL;
	struct bpf_map *maps[] = { skel->maps.events, skel->maps.sums,  skel->maps.total,
				   skel->maps.stacks, skel->maps.limit, skel->maps.cgroups };
	struct bpf_map *from[ARRAY_SIZE(maps)] = {};
	int ret = 0;

	bpf_map__set_key_size(skel->maps.sums,
			      plan->key_size ? plan->key_size : sizeof(struct probe_key));
	bpf_map__set_value_size(skel->maps.sums, value);
	if (!r->table || plan->total)
		bpf_map__set_max_entries(skel->maps.sums, 1);
	if (!r->stack)
		bpf_map__set_max_entries(skel->maps.stacks, 1);
	if (!r->events)
		bpf_map__set_max_entries(skel->maps.events, (uint32_t)getpagesize());
	if (!b->saved)
		bpf_map__set_max_entries(skel->maps.starts, 1);
	if (b->type != WEIR_PROBE_USDT)
		bpf_map__set_max_entries(skel->maps.places, 1);
	if (!first)
		return 0;
	from[0] = first->maps.events;
	from[1] = first->maps.sums;
	from[2] = first->maps.total;
	from[3] = first->maps.stacks;
	from[4] = first->maps.limit;
	from[5] = first->maps.cgroups;
	for (size_t i = 0; !ret && i < ARRAY_SIZE(maps); i++)
		ret = bpf_map__reuse_fd(maps[i], bpf_map__fd(from[i]));
	return ret;
}

static int load_failed(struct weir_probe_session *s, struct probe_bundle *b, int error,
		       struct weir_error *err)
{
	const struct probe_target *t = s->targets[b->targets[0]];

	if (error == -ESRCH || error == -ENOENT || error == -EPERM) {
		probe_reason(s, t, error, err);
		return error;
	}
	return weir_error_set(err, error, "cannot load the program for '%s': %s", t->name,
			      refusal_text(b->skel->obj, error, tracing_denied));
}

int probe_bundle_load(struct weir_probe_session *s, struct probe_bundle *b, bool multi,
		      struct weir_error *err)
{
	struct bpf_program *prog = NULL;
	int ret;

	b->skel = probe_bpf__open();
	if (!b->skel)
		return weir_error_set(err, errno, "cannot open the programs for probes: %s",
				      strerror(errno));
	choose(b);
	while ((prog = bpf_object__next_program(b->skel->obj, prog)))
		bpf_program__set_autoload(prog, prog == b->prog || prog == b->call);
	libbpf_log_take();
	ret = fit(s, b, multi);
	if (!ret) {
		tell(s, b);
		ret = size_maps(s, b);
	}
	if (!ret)
		ret = skeleton_load(b->skel->skeleton);
	if (ret)
		load_failed(s, b, ret, err);
	if (!ret && s->cgroup_fd >= 0 && !s->first) {
		__u32 zero = 0;

		if (bpf_map_update_elem(bpf_map__fd(b->skel->maps.cgroups), &zero, &s->cgroup_fd,
					BPF_ANY) < 0)
			ret = weir_error_set(err, errno, "cannot watch one cgroup alone: %s",
					     weir_error_text(errno));
	}
	if (ret) {
		probe_bundle_unload(b);
		return ret;
	}
	if (!s->first)
		s->first = b;
	return 0;
}
