// SPDX-License-Identifier: GPL-2.0
/* drops.c - a session that counts drops; see drops.h. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include "bpf/drops/drops.skel.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/base/refusal.h"
#include "datapath/drops/session.h"
#include "datapath/kernel/btf.h"

#define TABLE_OF_FLOWS 65536

const char *weir_drop_source_name(enum weir_drop_source source)
{
	static const char *const names[] = {
		[WEIR_DROP_KERNEL] = "kernel",
		[WEIR_DROP_XDP_EXCEPTION] = "xdp-exception",
		[WEIR_DROP_XDP_REDIRECT] = "xdp-redirect",
	};
	static_assert(ARRAY_SIZE(names) == WEIR_DROP_SOURCES, "a word for each");

	return source < WEIR_DROP_SOURCES ? names[source] : NULL;
}

void weir_drops_free(struct weir_drops *drops)
{
	free(drops->items);
	free(drops->interfaces);
	free(drops->verdicts);
	*drops = (struct weir_drops){};
}

void weir_drops_close(struct weir_drops_session *s)
{
	if (!s)
		return;
	ring_buffer__free(s->ring);
	drops_bpf__destroy(s->skel);
	reasons_free(&s->reasons);
	symbols_free(&s->symbols);
	losses_free(&s->before);
	verdicts_free(&s->verdicts_before);
	free(s);
}

static void close_session(struct weir_drops_session **s)
{
	weir_drops_close(*s);
}

static int configure(struct weir_drops_session *s, const struct btf *btf, struct weir_error *err)
{
	const struct weir_drops_request *r = &s->request;
	int arguments = tracepoint_arguments(btf, "kfree_skb");
	bool tuples = r->flows || r->filter || r->events_per_second;

	if (arguments < 3)
		return weir_error_set(err, ENOTSUP,
				      "this kernel does not report drop reasons (Linux 5.17 does)");
	s->skel->rodata->cfg_receiver = arguments > 3;
	s->skel->rodata->cfg_cast = btf__find_by_name_kind(btf, "bpf_rdonly_cast", BTF_KIND_FUNC) >
				    0;
	s->skel->rodata->cfg_tuples = tuples;
	s->skel->rodata->cfg_stacks = r->stacks;
	s->skel->rodata->cfg_events = r->events_per_second != 0;
	s->skel->rodata->cfg_event_rate = r->events_per_second;
	s->skel->rodata->cfg_netns = r->here ? s->weir->netns.home : 0;
	s->skel->rodata->cfg_consumed = reasons_number(&s->reasons, "SKB_CONSUMED");
	if (!s->skel->rodata->cfg_consumed)
		s->skel->rodata->cfg_consumed = reasons_number(&s->reasons, "CONSUMED");
	if (tuples)
		bpf_map__set_max_entries(s->skel->maps.drops, TABLE_OF_FLOWS);
	if (!r->stacks)
		bpf_map__set_max_entries(s->skel->maps.stacks, 1);
	bpf_program__set_autoload(s->skel->progs.weir_xdp_exception,
				  tracepoint_arguments(btf, "xdp_exception") >= 3);
	bpf_program__set_autoload(s->skel->progs.weir_xdp_redirect,
				  tracepoint_arguments(btf, "xdp_redirect_err") >= 4);
	return 0;
}

static int prepare(struct weir_drops_session *s, struct weir_error *err)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int ret;

	if (!btf)
		return weir_error_set(err, ENOTSUP,
				      "drops cannot be read: this kernel has no BTF "
				      "(/sys/kernel/btf/vmlinux)");
	ret = reasons_of_drops(&s->reasons, btf);
	if (ret) {
		weir_error_set(err, ret, "cannot read the names of drop reasons: %s",
			       strerror(-ret));
	} else {
		s->skel = drops_bpf__open();
		ret = s->skel ? configure(s, btf, err)
			      : weir_error_set(err, errno, "cannot open the program for drops: %s",
					       strerror(errno));
	}
	btf__free(btf);
	return ret;
}

static int start(struct weir_drops_session *s, struct weir_error *err)
{
	int ret = skeleton_load(s->skel->skeleton);

	if (!ret)
		ret = drops_bpf__attach(s->skel);
	if (ret)
		return weir_error_set(err, ret, "cannot observe drops: %s",
				      refusal_text(s->skel->obj, ret, NULL));
	s->started = clock_ns(CLOCK_MONOTONIC);
	s->to_realtime = clock_ns(CLOCK_REALTIME) - s->started;
	if (!s->request.events_per_second)
		return 0;
	s->ring = ring_buffer__new(bpf_map__fd(s->skel->maps.events), drops_on_event, s, NULL);
	return s->ring ? 0
		       : weir_error_set(err, errno, "cannot read events of drops: %s",
					strerror(errno));
}

int weir_drops_open(struct weir *weir, const struct weir_drops_request *request,
		    struct weir_drops_session **ret_session, struct weir_error *err)
{
	_cleanup_(close_session) struct weir_drops_session *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return weir_error_set(err, ENOMEM, "out of memory");
	s->weir = weir;
	s->request = *request;
	ret = prepare(s, err);
	if (!ret && request->interfaces) {
		ret = losses_read(weir, request->here, &s->before);
		if (ret)
			weir_error_set(err, ret, "cannot read counters of interfaces: %s",
				       weir_error_text(ret));
	}
	if (!ret && request->verdicts)
		ret = verdicts_read(weir, request->here, &s->verdicts_before, err);
	if (!ret)
		ret = start(s, err);
	if (ret)
		return ret;
	*ret_session = TAKE_PTR(s);
	return 0;
}

/* --- reading --- */

static int compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct drop_key));
}

/* Merges rows that were counted by flow only for the filter. */
static void forget_flows(struct drop_row *rows, size_t *count)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		struct drop_key *key = &rows[i].key;

		memset(key->src, 0, sizeof(key->src));
		memset(key->dst, 0, sizeof(key->dst));
		key->src_port = key->dst_port = 0;
	}
	if (*count)
		qsort(rows, *count, sizeof(*rows), compare_keys);
	for (size_t i = 0; i < *count; i++) {
		if (kept && compare_keys(&rows[kept - 1], &rows[i]) == 0) {
			rows[kept - 1].count.packets += rows[i].count.packets;
			rows[kept - 1].count.bytes += rows[i].count.bytes;
		} else {
			rows[kept++] = rows[i];
		}
	}
	*count = kept;
}

static int append_row(struct drop_row **rows, size_t *count, size_t *room,
		      const struct drop_row *row)
{
	if (*count == *room) {
		size_t more = *room ? 2 * *room : 256;
		struct drop_row *grown = realloc(*rows, more * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		*rows = grown;
		*room = more;
	}
	(*rows)[(*count)++] = *row;
	return 0;
}

static int read_rows(struct weir_drops_session *s, struct drop_row **ret_rows, size_t *ret_count)
{
	int cpus = libbpf_num_possible_cpus(), fd = bpf_map__fd(s->skel->maps.drops), ret = 0;
	_cleanup_free_ struct drop_count *values = calloc(cpus > 0 ? (size_t)cpus : 1,
							  sizeof(*values));
	_cleanup_free_ struct drop_row *rows = NULL;
	size_t count = 0, room = 0;
	struct drop_row row;
	void *previous = NULL;

	if (!values)
		return -ENOMEM;
	while (!ret && bpf_map_get_next_key(fd, previous, &row.key) == 0) {
		previous = &row.key;
		if (bpf_map_lookup_elem(fd, &row.key, values) < 0)
			continue;
		row.count = (struct drop_count){};
		for (int i = 0; i < cpus; i++) {
			row.count.packets += values[i].packets;
			row.count.bytes += values[i].bytes;
		}
		if (row.count.packets && drops_wanted(s, &row))
			ret = append_row(&rows, &count, &room, &row);
	}
	if (ret)
		return ret;
	if (!s->request.flows)
		forget_flows(rows, &count);
	*ret_rows = TAKE_PTR(rows);
	*ret_count = count;
	return 0;
}

static int read_stats(struct weir_drops_session *s, struct weir_drops *drops)
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ struct drop_stats *values = calloc(cpus > 0 ? (size_t)cpus : 1,
							  sizeof(*values));
	struct bpf_prog_info info = {};
	__u32 zero = 0, size = sizeof(info);

	if (!values)
		return -ENOMEM;
	if (bpf_map_lookup_elem(bpf_map__fd(s->skel->maps.stats), &zero, values) < 0)
		return -errno;
	for (int i = 0; i < cpus; i++) {
		drops->uncounted += values[i].uncounted;
		drops->events += values[i].events;
		drops->events_left += values[i].events_left;
	}
	if (bpf_obj_get_info_by_fd(bpf_program__fd(s->skel->progs.weir_drop), &info, &size) < 0)
		return -errno;
	drops->missed = info.recursion_misses;
	return 0;
}

static int compare_drops(const void *a, const void *b)
{
	const struct weir_kernel_drop *x = a, *y = b;

	if (x->packets != y->packets)
		return x->packets > y->packets ? -1 : 1;
	return strcmp(x->reason, y->reason);
}

static int read_items(struct weir_drops_session *s, struct weir_drops *drops)
{
	_cleanup_free_ struct drop_row *rows = NULL;
	size_t count = 0;
	int ret = read_rows(s, &rows, &count);

	if (ret)
		return ret;
	drops->items = calloc(count + 1, sizeof(*drops->items));
	if (!drops->items)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		drops_describe(s, &rows[i], &drops->items[i]);
	drops->count = count;
	if (count)
		qsort(drops->items, count, sizeof(*drops->items), compare_drops);
	return 0;
}

static int read_interfaces(struct weir_drops_session *s, struct weir_drops *drops)
{
	struct losses now = {};
	int ret = losses_read(s->weir, s->request.here, &now);

	if (ret)
		return ret;
	losses_subtract(&now, &s->before);
	drops->interfaces = now.items;
	drops->interface_count = now.count;
	return 0;
}

static int read_verdicts(struct weir_drops_session *s, struct weir_drops *drops,
			 struct weir_error *err)
{
	struct verdicts now = {};
	int ret = verdicts_read(s->weir, s->request.here, &now, err);

	if (ret)
		return ret;
	verdicts_subtract(&now, &s->verdicts_before);
	drops->verdicts = now.items;
	drops->verdict_count = now.count;
	return 0;
}

int weir_drops_read(struct weir_drops_session *s, struct weir_drops *ret_drops,
		    struct weir_error *err)
{
	_cleanup_(weir_drops_free) struct weir_drops drops = {};
	int ret;

	drops_forget_names(s);
	drops.seconds = (double)(clock_ns(CLOCK_MONOTONIC) - s->started) / 1e9;
	drops.since_ns = s->started + s->to_realtime;
	ret = read_items(s, &drops);
	if (!ret)
		ret = read_stats(s, &drops);
	if (!ret && s->request.interfaces)
		ret = read_interfaces(s, &drops);
	if (ret)
		return weir_error_set(err, ret, "cannot read drops: %s", strerror(-ret));
	if (s->request.verdicts)
		ret = read_verdicts(s, &drops, err);
	if (ret)
		return ret;
	drops.symbols_hidden = s->symbols.hidden;
	*ret_drops = drops;
	drops = (struct weir_drops){};
	return 0;
}

int weir_drops_events(struct weir_drops_session *s,
		      void (*on_event)(const struct weir_kernel_drop *drop, uint64_t time_ns,
				       void *arg),
		      void *arg, struct weir_error *err)
{
	int ret;

	if (!s->ring)
		return 0;
	s->on_event = on_event;
	s->on_event_arg = arg;
	ret = ring_buffer__consume(s->ring);
	return ret < 0 ? weir_error_set(err, ret, "cannot read events of drops: %s", strerror(-ret))
		       : 0;
}

size_t weir_drops_stack(struct weir_drops_session *s, int32_t stack,
			char (*ret_frames)[WEIR_SYMBOL], size_t size)
{
	__u64 frames[DROP_STACK_DEPTH] = {};
	size_t n = 0;

	if (stack < 0 || bpf_map_lookup_elem(bpf_map__fd(s->skel->maps.stacks), &stack, frames) < 0)
		return 0;
	for (size_t i = 0; i < DROP_STACK_DEPTH && frames[i] && n < size; i++)
		drops_symbol(s, frames[i], ret_frames[n++]);
	return n;
}
