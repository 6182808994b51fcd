// SPDX-License-Identifier: GPL-2.0
/* read.c - reads events, sums and counts of a session; see datapath/probes/probe.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/kernel/link_missed.h"
#include "datapath/probes/session/session.h"

#include "bpf/probes/probe.skel.h"

#define ROUND 4096 /* bytes per read of an iterator */

int probe_handle(struct weir_probe_session *s, const void *data, size_t size)
{
	const struct probe_event *raw = data;
	struct weir_probe_value *values = NULL;
	struct weir_probe_event event;
	const struct probe_program *program;
	const struct probe_bundle *bundle;
	char **frames = NULL;
	size_t frame_count = 0;
	int ret;

	if (size < sizeof(*raw) || raw->target >= s->target_count)
		return 0;
	if (s->request.limit && s->seen >= s->request.limit)
		return 0;
	s->seen++;
	bundle = s->bundles[s->targets[raw->target]->bundle];
	program = &bundle->program;
	if (size < program->plan.event_size)
		return 0;
	ret = probe_values_make(s, program->columns, program->column_count, data, raw->bad,
				&values);
	if (!ret && s->request.stack)
		ret = probe_frames(s, raw->stack, bundle, raw->tgid, &frames, &frame_count);
	if (!ret) {
		event = (struct weir_probe_event){
			.time = raw->time + s->to_realtime,
			.probe = s->targets[raw->target]->name,
			.pid = raw->tgid,
			.tid = raw->tid,
			.cpu = raw->cpu,
			.values = values,
			.count = program->column_count,
			.frames = (const char *const *)frames,
			.frame_count = frame_count,
		};
		memcpy(event.comm, raw->comm, sizeof(event.comm));
		s->on_event(&event, s->on_event_arg);
	}
	probe_values_free(values, program->column_count);
	probe_frames_free(frames, frame_count);
	return ret;
}

/* Reads an iterator, whose output is a sequence of whole events. */
static int iterate(struct weir_probe_session *s, const struct probe_bundle *b,
		   struct weir_error *err)
{
	const struct probe_target *t = s->targets[b->targets[0]];
	size_t size = b->program.plan.event_size, have = 0;
	_cleanup_close_ int fd = bpf_iter_create(bpf_link__fd(b->links[0]));
	_cleanup_free_ char *buffer = malloc(ROUND + size);

	if (fd < 0)
		return weir_error_set(err, errno, "cannot run '%s': %s", t->name, strerror(errno));
	if (!buffer)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (;;) {
		ssize_t n = read(fd, buffer + have, ROUND + size - have);
		size_t at = 0;

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return weir_error_set(err, errno, "'%s' ended early: %s", t->name,
					      strerror(errno));
		have += (size_t)n;
		for (; size && have - at >= size; at += size) {
			int ret = probe_handle(s, buffer + at, size);

			if (ret)
				return weir_error_set(err, ret, "out of memory");
		}
		memmove(buffer, buffer + at, have - at);
		have -= at;
		if (!n)
			return 0;
	}
}

static bool only_iterators(const struct weir_probe_session *s)
{
	for (size_t i = 0; i < s->bundle_count; i++) {
		if (s->bundles[i]->skel && s->bundles[i]->type != WEIR_PROBE_ITER)
			return false;
	}
	return true;
}

static bool limit_reached(const struct weir_probe_session *s)
{
	__u32 zero = 0;
	__u64 hits = 0;

	return s->request.limit &&
	       bpf_map_lookup_elem(bpf_map__fd(s->first->skel->maps.limit), &zero, &hits) == 0 &&
	       hits >= s->request.limit;
}

int weir_probe_poll(struct weir_probe_session *s, int timeout_ms,
		    void (*on_event)(const struct weir_probe_event *event, void *arg), void *arg,
		    struct weir_error *err)
{
	int ret = 0;

	s->on_event = on_event;
	s->on_event_arg = arg;
	s->complete = limit_reached(s);
	for (size_t i = 0; !ret && !s->iterated && i < s->bundle_count; i++) {
		if (s->bundles[i]->skel && s->bundles[i]->type == WEIR_PROBE_ITER)
			ret = iterate(s, s->bundles[i], err);
	}
	s->iterated = true;
	if (ret || !s->ring)
		return ret;
	/* programs never wake the reader, so poll() waits for the whole timeout */
	if (timeout_ms > 0)
		ret = ring_buffer__poll(s->ring, timeout_ms);
	if (ret >= 0 || ret == -EINTR)
		ret = ring_buffer__consume(s->ring);
	return ret < 0 && ret != -EINTR
		       ? weir_error_set(err, ret, "cannot read events of probes: %s",
					strerror(-ret))
		       : 0;
}

/*
 * Lost events never arrive, so the hit count of the programs decides, not the number of events
 * seen.
 */
bool weir_probe_done(const struct weir_probe_session *s)
{
	return (s->iterated && only_iterators(s)) || s->complete;
}

/* --- sums --- */

static void free_row(struct weir_probe_row *row)
{
	probe_values_free(row->keys, row->key_count);
	probe_frames_free(row->frames, row->frame_count);
}

void weir_probe_sums_free(struct weir_probe_sums *sums)
{
	for (size_t i = 0; i < sums->count; i++)
		free_row(&sums->rows[i]);
	free(sums->rows);
	*sums = (struct weir_probe_sums){};
}

static void add_stat(struct weir_probe_stat *to, const struct probe_stat *from)
{
	if (!from->count)
		return;
	if (!to->count || from->min < to->min)
		to->min = from->min;
	if (!to->count || from->max > to->max)
		to->max = from->max;
	to->count += from->count;
	to->sum += from->sum;
}

static void add_cpu(const struct weir_probe_session *s, struct weir_probe_row *row,
		    const struct probe_sum *sum)
{
	row->count += sum->count;
	for (int i = 0; i < WEIR_PROBE_STATS; i++)
		add_stat(&row->stats[i], &sum->stat[i]);
	for (int i = 0; s->request.hist && i < WEIR_PROBE_BUCKETS; i++)
		row->buckets[i] += sum->buckets[i];
}

static int make_row(struct weir_probe_session *s, const void *data, const void *values, size_t size,
		    struct weir_probe_row *row)
{
	const struct probe_program *program = &s->first->program;
	const struct probe_key *key = data;
	int cpus = libbpf_num_possible_cpus(), ret;

	for (int cpu = 0; cpu < cpus; cpu++)
		add_cpu(s, row, (const void *)((const char *)values + (size_t)cpu * size));
	row->key_count = program->key_count;
	ret = probe_values_make(s, program->keys, program->key_count, data, key->bad, &row->keys);
	if (!ret && s->request.stack)
		ret = probe_frames(s, key->stack, s->first, s->request.pid, &row->frames,
				   &row->frame_count);
	return ret;
}

static int compare(const void *a, const void *b)
{
	const struct weir_probe_row *x = a, *y = b;

	return x->count > y->count ? -1 : x->count < y->count;
}

/* Reads the only row if there is no key, once there are hits. */
static int read_total(struct weir_probe_session *s, struct weir_probe_sums *sums)
{
	struct bpf_map *map = s->first->skel->maps.total;
	size_t size = (bpf_map__value_size(map) + 7U) & ~7U;
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ char *values = calloc(cpus > 0 ? (size_t)cpus : 1, size);
	struct probe_key key = {};
	__u32 zero = 0;
	int ret;

	sums->rows = calloc(1, sizeof(*sums->rows));
	if (!values || !sums->rows)
		return -ENOMEM;
	if (bpf_map_lookup_elem(bpf_map__fd(map), &zero, values) < 0)
		return -errno;
	ret = make_row(s, &key, values, size, &sums->rows[0]);
	sums->count = ret || !sums->rows[0].count ? 0 : 1;
	if (!sums->count)
		free_row(&sums->rows[0]);
	return ret;
}

static int read_rows(struct weir_probe_session *s, struct weir_probe_sums *sums)
{
	struct bpf_map *map = s->first->skel->maps.sums;
	size_t size = (bpf_map__value_size(map) + 7U) & ~7U, room = 0;
	int fd = bpf_map__fd(map), cpus = libbpf_num_possible_cpus(), ret = 0;
	_cleanup_free_ char *values = calloc(cpus > 0 ? (size_t)cpus : 1, size);
	char key[PROBE_KEY], *previous = NULL;

	if (!values)
		return -ENOMEM;
	while (!ret && bpf_map_get_next_key(fd, previous, key) == 0) {
		previous = key;
		if (bpf_map_lookup_elem(fd, key, values) < 0)
			continue;
		if (sums->count == room) {
			size_t more = room ? 2 * room : 64;
			struct weir_probe_row *grown = realloc(sums->rows, more * sizeof(*grown));

			if (!grown)
				return -ENOMEM;
			sums->rows = grown;
			room = more;
		}
		sums->rows[sums->count] = (struct weir_probe_row){};
		ret = make_row(s, key, values, size, &sums->rows[sums->count++]);
	}
	return ret;
}

int weir_probe_read(struct weir_probe_session *s, struct weir_probe_sums *ret_sums,
		    struct weir_error *err)
{
	_cleanup_(weir_probe_sums_free) struct weir_probe_sums sums = {};
	int ret = !s->request.table              ? 0
		  : s->first->program.plan.total ? read_total(s, &sums)
						 : read_rows(s, &sums);

	if (ret)
		return weir_error_set(err, ret, "cannot read the sums of the probes: %s",
				      strerror(-ret));
	if (sums.count)
		qsort(sums.rows, sums.count, sizeof(*sums.rows), compare);
	*ret_sums = sums;
	sums = (struct weir_probe_sums){};
	return 0;
}

/* --- counts --- */

static int count_hits(const struct probe_bundle *b, struct weir_probe_counts *counts)
{
	struct bpf_map *map = b->skel->maps.scratches;
	size_t size = (bpf_map__value_size(map) + 7U) & ~7U;
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ char *values = calloc(cpus > 0 ? (size_t)cpus : 1, size);

	if (!values)
		return -ENOMEM;
	for (__u32 level = 0; level < PROBE_LEVELS; level++) {
		if (bpf_map_lookup_elem(bpf_map__fd(map), &level, values) < 0)
			return -errno;
		for (int cpu = 0; cpu < cpus; cpu++)
			counts->hits += ((struct probe_head *)(values + (size_t)cpu * size))->hits;
	}
	return 0;
}

static int count_bundle(const struct probe_bundle *b, struct weir_probe_counts *counts)
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ struct probe_counts *values = calloc(cpus > 0 ? (size_t)cpus : 1,
							    sizeof(*values));
	struct bpf_program *programs[] = { b->prog, b->call };
	__u32 zero = 0;

	if (!values)
		return -ENOMEM;
	if (bpf_map_lookup_elem(bpf_map__fd(b->skel->maps.counts), &zero, values) < 0)
		return -errno;
	for (int i = 0; i < cpus; i++) {
		counts->lost += values[i].lost;
		counts->unsummed += values[i].unsummed;
		counts->missed += values[i].busy;
		counts->unpaired += values[i].unpaired;
		counts->unreadable += values[i].bad;
	}
	counts->missed += b->missed;
	for (size_t i = 0; i < b->link_count; i++)
		counts->missed += link_missed(bpf_link__fd(b->links[i]));
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);

		if (programs[i] &&
		    bpf_obj_get_info_by_fd(bpf_program__fd(programs[i]), &info, &size) == 0)
			counts->missed += info.recursion_misses;
	}
	return 0;
}

int weir_probe_counts(struct weir_probe_session *s, struct weir_probe_counts *ret_counts,
		      struct weir_error *err)
{
	struct weir_probe_counts counts = {};
	int ret = 0;

	for (size_t i = 0; !ret && i < s->bundle_count; i++) {
		if (s->bundles[i]->skel)
			ret = count_bundle(s->bundles[i], &counts);
		if (!ret && s->bundles[i]->skel)
			ret = count_hits(s->bundles[i], &counts);
	}
	if (ret)
		return weir_error_set(err, ret, "cannot read the counts of the probes: %s",
				      strerror(-ret));
	*ret_counts = counts;
	return 0;
}
