// SPDX-License-Identifier: GPL-2.0
/* tcp.c - reads the TCP table, its histograms, and its fill level. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include "datapath/attach/list.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/state/tcp_table.h"
#include "datapath/tcp/live.h"

#define NO_SLOT UINT16_MAX

struct reading {
	struct weir *weir;
	struct weir_tcp_list list;
	struct tcp_table table;
	size_t room;
	uint32_t owners[WEIR_SLOTS]; /* instance of each slot that records connections; 0: none */
	uint64_t offset;             /* between the clocks */
	bool skip_loopback;
};

void weir_tcp_list_free(struct weir_tcp_list *list)
{
	free(list->items);
	free(list->slots);
	tcp_paths_free(list->paths);
	*list = (struct weir_tcp_list){};
}

static void reading_free(struct reading *r)
{
	weir_tcp_list_free(&r->list);
	tcp_table_unmap(&r->table);
}

/* --- attachments --- */

static int read_histograms(struct weir *weir, struct weir_tcp_slot *slot)
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ struct weir_tcp_histograms *raw = NULL;

	if (cpus < 0)
		return cpus;
	raw = calloc((size_t)cpus, sizeof(*raw));
	if (!raw)
		return -ENOMEM;
	if (bpf_map_lookup_elem(weir->maps[WEIR_MAP_TCP_HISTOGRAMS], &slot->attachment.slot, raw) <
	    0)
		return -errno;
	for (int cpu = 0; cpu < cpus; cpu++) {
		for (int i = 0; i < WEIR_TCP_BUCKETS; i++) {
			slot->histograms.latency[i] += raw[cpu].latency[i];
			slot->histograms.rtt[i] += raw[cpu].rtt[i];
		}
	}
	return 0;
}

static int read_slots(struct reading *r, struct weir_error *err)
{
	_cleanup_(weir_attachments_free) struct weir_attachments all = {};
	struct weir_tcp_list *list = &r->list;
	int ret = list_read(r->weir, false, &all, err);

	if (ret)
		return ret;
	list->slots = calloc(all.count + 1, sizeof(*list->slots));
	if (!list->slots)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < all.count; i++) {
		const struct weir_attachment *a = &all.items[i];
		struct weir_tcp_slot *slot = &list->slots[list->slot_count];

		if (!(a->record.features & WEIR_FEATURE_TCP))
			continue;
		*slot = (struct weir_tcp_slot){ .attachment = *a };
		ret = read_histograms(r->weir, slot);
		if (ret)
			return weir_error_set(err, ret, "cannot read the TCP histograms: %s",
					      weir_error_text(ret));
		r->owners[a->slot] = a->record.instance;
		list->slot_count++;
	}
	return 0;
}

static uint16_t slot_of(const struct reading *r, uint32_t owner)
{
	for (size_t i = 0; i < r->list.slot_count; i++) {
		if (r->list.slots[i].attachment.record.instance == owner)
			return (uint16_t)r->list.slots[i].attachment.slot;
	}
	return NO_SLOT;
}

/* --- the table --- */

static int add(struct reading *r, uint32_t owner, const struct weir_tcp *tcp)
{
	uint16_t slot = slot_of(r, owner);
	struct weir_tcp_info *info;

	if (slot == NO_SLOT || (r->skip_loopback && tcp->flags & WEIR_TCP_F_LOOPBACK))
		return 0;
	if (r->list.count == r->room) {
		size_t room = r->room ? 2 * r->room : 256;
		struct weir_tcp_info *grown = realloc(r->list.items, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		r->list.items = grown;
		r->room = room;
	}
	info = &r->list.items[r->list.count++];
	*info = (struct weir_tcp_info){ .slot = slot, .tcp = *tcp };
	tcp_times(&info->tcp, r->offset);
	return 0;
}

static int read_table(struct reading *r)
{
	int ret = 0;

	for (uint32_t set = 0; set < r->table.count && !ret; set++) {
		for (uint32_t way = 0; way < WEIR_TCP_WAYS && !ret; way++) {
			struct weir_tcp tcp;
			uint32_t owner;

			if (!tcp_table_get(&r->table, set, way, &tcp, &owner))
				continue;
			r->list.usage.entries++;
			ret = add(r, owner, &tcp);
		}
	}
	return ret;
}

static int read_usage(struct reading *r)
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ struct weir_tcp_stats *stats = NULL;
	struct weir_tcp_usage *usage = &r->list.usage;
	__u32 zero = 0;

	if (cpus < 0)
		return cpus;
	stats = calloc((size_t)cpus, sizeof(*stats));
	if (!stats)
		return -ENOMEM;
	if (bpf_map_lookup_elem(r->weir->maps[WEIR_MAP_TCP_STATS], &zero, stats) < 0)
		return -errno;
	for (int i = 0; i < cpus; i++) {
		usage->evicted += stats[i].evicted;
		usage->failed += stats[i].failures;
	}
	usage->capacity = r->weir->sizes.tcp;
	return 0;
}

/* Counts open connections; the program has counted those that ended. */
static void count_open(struct reading *r)
{
	for (size_t i = 0; i < r->list.count; i++) {
		const struct weir_tcp_info *info = &r->list.items[i];
		uint32_t us = info->tcp.measures.srtt_us;
		int bucket = us ? 32 - __builtin_clz(us) : 0;

		if (info->tcp.closed || !us)
			continue;
		for (size_t s = 0; s < r->list.slot_count; s++) {
			if (r->list.slots[s].attachment.slot == info->slot)
				r->list.slots[s].histograms.rtt[bucket < WEIR_TCP_BUCKETS
									? bucket
									: WEIR_TCP_BUCKETS - 1]++;
		}
	}
}

static int read_all(struct reading *r)
{
	int ret = tcp_table_map(r->weir, &r->table);

	if (!ret)
		ret = read_table(r);
	if (!ret)
		ret = read_usage(r);
	if (!ret)
		ret = tcp_refresh(r->weir, &r->list, &r->table, r->owners);
	if (!ret)
		count_open(r);
	return ret;
}

int weir_tcp_read(struct weir *weir, struct weir_tcp_list *ret_list, struct weir_error *err)
{
	_cleanup_(reading_free) struct reading r = { .weir = weir, .offset = tcp_clock_offset() };
	int ret = read_slots(&r, err);

	if (ret)
		return ret;
	r.list.time_ns = clock_ns(CLOCK_REALTIME);
	if (r.list.slot_count) {
		ret = weir_skip_loopback_get(weir, &r.skip_loopback, err);
		if (ret)
			return ret;
		ret = read_all(&r);
		if (ret)
			return weir_error_set(err, ret, "cannot read the TCP connections: %s",
					      weir_error_text(ret));
	}
	*ret_list = r.list;
	r.list = (struct weir_tcp_list){};
	return 0;
}

void weir_tcp_as_flow(const struct weir_tcp_info *info, struct weir_flow_info *ret_flow)
{
	const struct weir_tcp *tcp = &info->tcp;
	const struct weir_tcp_measures *m = &tcp->measures;
	struct weir_flow_info flow = {
		.src_port = tcp->local_port,
		.dst_port = tcp->remote_port,
		.protocol = 6,
		.v6 = tcp->flags & WEIR_TCP_F_V6,
		.slot = info->slot,
		.packets = (uint64_t)m->segs_in + m->segs_out,
		.bytes = m->bytes_acked + m->bytes_received,
		.first_ns = tcp->started,
		.last_ns = tcp->closed,
	};

	memcpy(flow.src, tcp->local, sizeof(flow.src));
	memcpy(flow.dst, tcp->remote, sizeof(flow.dst));
	*ret_flow = flow;
}
