// SPDX-License-Identifier: GPL-2.0
/* attach.c - attaches programs to their targets; see session.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/base/libbpf_log.h"
#include "datapath/probes/session/place.h"
#include "datapath/probes/session/session.h"

#include "bpf/probes/probe.skel.h"

static int keep_link(struct probe_bundle *b, struct bpf_link *link)
{
	struct bpf_link **grown;

	if (!link)
		return errno ? -errno : -EINVAL;
	grown = realloc(b->links, (b->link_count + 1) * sizeof(struct bpf_link *));
	if (!grown) {
		bpf_link__destroy(link);
		return -ENOMEM;
	}
	b->links = grown;
	grown[b->link_count++] = link;
	return 0;
}

/* --- functions --- */

static int attach_kprobe(struct probe_bundle *b, const struct probe_target *t, uint32_t number)
{
	LIBBPF_OPTS(bpf_kprobe_opts, opts, .bpf_cookie = number, .offset = t->offset);
	int ret = 0;

	if (b->call)
		ret = keep_link(b, bpf_program__attach_kprobe_opts(b->call, t->function, &opts));
	opts.retprobe = t->type == WEIR_PROBE_KRETPROBE;
	return ret ? ret
		   : keep_link(b, bpf_program__attach_kprobe_opts(b->prog, t->function, &opts));
}

static int attach_uprobe(struct weir_probe_session *s, struct probe_bundle *b,
			 const struct probe_target *t, uint32_t number)
{
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .bpf_cookie = number);
	pid_t pid = s->request.pid ? (pid_t)s->request.pid : -1;
	int ret = 0;

	if (b->call)
		ret = keep_link(b, bpf_program__attach_uprobe_opts(b->call, pid, t->spec->path,
								   t->offset, &opts));
	opts.retprobe = t->type == WEIR_PROBE_URETPROBE;
	return ret ? ret
		   : keep_link(b, bpf_program__attach_uprobe_opts(b->prog, pid, t->spec->path,
								  t->offset, &opts));
}

/* Stores one location. Arguments that cannot be parsed are bad values. */
static int tell_place(struct probe_bundle *b, const struct usdt_probes *probes,
		      const struct usdt_location *l, uint32_t number, const char *path)
{
	struct probe_place place = { .target = number, .args = (uint32_t)l->arg_count };
	__u32 id = b->place_count;

	if (id == PROBE_PLACES)
		return -E2BIG;
	for (size_t i = 0; i < l->arg_count && i < ARRAY_SIZE(place.arg); i++)
		(void)probe_place_parse(probes->machine, l, &l->args[i], path, &place.arg[i]);
	if (bpf_map_update_elem(bpf_map__fd(b->skel->maps.places), &id, &place, BPF_ANY) < 0)
		return -errno;
	b->place_count++;
	return 0;
}

/* A probe has one location for each place where it was inlined; these are adjacent. */
static int attach_usdt(struct weir_probe_session *s, struct probe_bundle *b,
		       const struct probe_target *t, uint32_t number)
{
	const struct usdt_probes *probes = &s->usdts[t->spec - s->specs];
	pid_t pid = s->request.pid ? (pid_t)s->request.pid : -1;
	int ret = 0;

	for (const struct usdt_location *l = t->location;
	     !ret && l < probes->items + probes->count && strcmp(l->name, t->function) == 0 &&
	     strcmp(l->provider, t->group) == 0;
	     l++) {
		LIBBPF_OPTS(bpf_uprobe_opts, opts, .bpf_cookie = b->place_count,
			    .ref_ctr_offset = l->semaphore);

		ret = tell_place(b, probes, l, number, t->spec->path);
		if (!ret)
			ret = keep_link(b,
					bpf_program__attach_uprobe_opts(b->prog, pid, t->spec->path,
									l->offset, &opts));
	}
	return ret;
}

static int attach_tracing(struct probe_bundle *b)
{
	int ret = b->call ? keep_link(b, bpf_program__attach_trace(b->call)) : 0;

	return ret ? ret : keep_link(b, bpf_program__attach_trace(b->prog));
}

/* Attaches all targets with one link. */
static int attach_multi(struct weir_probe_session *s, struct probe_bundle *b)
{
	_cleanup_free_ const char **names = calloc(b->target_count, sizeof(*names));
	_cleanup_free_ __u64 *cookies = calloc(b->target_count, sizeof(*cookies));
	LIBBPF_OPTS(bpf_kprobe_multi_opts, opts, .syms = names, .cookies = cookies,
		    .cnt = b->target_count);
	int ret = 0;

	if (!names || !cookies)
		return -ENOMEM;
	for (size_t i = 0; i < b->target_count; i++) {
		names[i] = s->targets[b->targets[i]]->function;
		cookies[i] = b->targets[i];
	}
	if (b->call)
		ret = keep_link(b, bpf_program__attach_kprobe_multi_opts(b->call, NULL, &opts));
	opts.retprobe = b->type == WEIR_PROBE_KRETPROBE;
	return ret ? ret
		   : keep_link(b, bpf_program__attach_kprobe_multi_opts(b->prog, NULL, &opts));
}

/* --- perf events --- */

static int attach_perf(struct probe_bundle *b, struct perf_event_attr *attr, int cpu,
		       uint32_t number)
{
	LIBBPF_OPTS(bpf_perf_event_opts, opts, .bpf_cookie = number);
	int fd = (int)syscall(SYS_perf_event_open, attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = keep_link(b, bpf_program__attach_perf_event_opts(b->prog, fd, &opts));
	if (ret)
		close(fd);
	return ret;
}

/* A tracepoint event on one CPU fires on all CPUs. */
static int attach_tracepoint(struct probe_bundle *b, const struct probe_target *t, uint32_t number)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = t->event,
	};

	return attach_perf(b, &attr, 0, number);
}

static int attach_perf_event(struct probe_bundle *b, const struct probe_target *t, uint32_t number)
{
	const struct weir_perf_event *event = weir_perf_event_find(t->type, t->function);
	struct perf_event_attr attr = {
		.type = event->type,
		.size = sizeof(attr),
		.config = event->config,
		.sample_period = t->spec->period ? t->spec->period : event->period,
	};
	int cpus = libbpf_num_possible_cpus(), ret = -ENODEV;

	for (int cpu = 0; cpu < cpus; cpu++) {
		int one = attach_perf(b, &attr, cpu, number);

		if (one && one != -ENODEV) /* ENODEV: the CPU is offline */
			return one;
		if (!one)
			ret = 0;
	}
	return ret;
}

/* --- bundles --- */

static int attach_one(struct weir_probe_session *s, struct probe_bundle *b,
		      const struct probe_target *t, uint32_t number)
{
	switch (t->type) {
	case WEIR_PROBE_KPROBE:
	case WEIR_PROBE_KRETPROBE:
		return attach_kprobe(b, t, number);
	case WEIR_PROBE_UPROBE:
	case WEIR_PROBE_URETPROBE:
		return attach_uprobe(s, b, t, number);
	case WEIR_PROBE_USDT:
		return attach_usdt(s, b, t, number);
	case WEIR_PROBE_TRACEPOINT:
		return attach_tracepoint(b, t, number);
	case WEIR_PROBE_RAWTRACEPOINT:
		return keep_link(b, bpf_program__attach_raw_tracepoint(b->prog, t->function));
	case WEIR_PROBE_SOFTWARE:
	case WEIR_PROBE_HARDWARE:
		return attach_perf_event(b, t, number);
	case WEIR_PROBE_ITER:
		return keep_link(b, bpf_program__attach_iter(b->prog, NULL));
	default:
		return attach_tracing(b);
	}
}

int probe_bundle_attach(struct weir_probe_session *s, struct probe_bundle *b, bool multi,
			struct weir_error *err)
{
	size_t attached = 0;
	int ret = -ENOENT;

	if (multi) {
		ret = attach_multi(s, b);
		for (size_t i = 0; !ret && i < b->target_count; i++)
			s->targets[b->targets[i]]->attached = true;
		return ret;
	}
	for (size_t i = 0; i < b->target_count; i++) {
		struct probe_target *t = s->targets[b->targets[i]];
		struct weir_error why = {};
		int one;

		errno = 0;
		one = attach_one(s, b, t, b->targets[i]);
		t->attached = !one;
		attached += !one;
		if (!one)
			continue;
		ret = one;
		probe_reason(s, t, one, &why);
		*err = why;
		if (s->target_count > 1)
			probe_warn(s, "%s", why.text);
	}
	libbpf_log_take();
	return attached ? 0 : ret;
}
