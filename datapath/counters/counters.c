// SPDX-License-Identifier: GPL-2.0
/* counters.c - see counters.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include "datapath/attach/list.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/counters/counters.h"
#include "datapath/state/pin.h"

static const uint32_t size_bounds[] = WEIR_SIZE_BOUNDS;
static_assert(ARRAY_SIZE(size_bounds) + 1 == WEIR_SIZES, "size buckets");

uint32_t weir_size_bound(unsigned int i)
{
	return i < ARRAY_SIZE(size_bounds) ? size_bounds[i] : 0;
}

void weir_snapshot_free(struct weir_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->count; i++)
		free(snapshot->items[i].per_cpu);
	free(snapshot->items);
	*snapshot = (struct weir_snapshot){};
}

const struct weir_slot_counts *weir_snapshot_find(const struct weir_snapshot *snapshot,
						  const struct weir_attachment *attachment)
{
	for (size_t i = 0; i < snapshot->count; i++) {
		if (weir_attachment_same(&snapshot->items[i].attachment, attachment))
			return &snapshot->items[i];
	}
	return NULL;
}

static void add(struct weir_count *sum, const struct weir_count *count)
{
	sum->packets += count->packets;
	sum->bytes += count->bytes;
}

/* The protocol of each layer-4 class. The class also counts for its layer 3. */
static const enum weir_protocol l4_protocols[] = {
	[WEIR_L4_TCP] = WEIR_PROTO_TCP,           [WEIR_L4_UDP] = WEIR_PROTO_UDP,
	[WEIR_L4_ICMP] = WEIR_PROTO_ICMP,         [WEIR_L4_ICMPV6] = WEIR_PROTO_ICMPV6,
	[WEIR_L4_SCTP] = WEIR_PROTO_SCTP,         [WEIR_L4_OTHER] = WEIR_PROTO_OTHER_L4,
	[WEIR_L4_FRAGMENT] = WEIR_PROTO_FRAGMENT,
};
static_assert(ARRAY_SIZE(l4_protocols) == WEIR_L4S, "a layer-4 class has no protocol");

void weir_counts_add(struct weir_counts *sum, const struct weir_counters *raw)
{
	struct weir_count all = {}, dropped = {};

	for (int i = 0; i < WEIR_CLASSES; i++)
		add(&all, &raw->classes[i]);
	for (int i = 0; i < WEIR_DROPS; i++)
		add(&dropped, &raw->drops[i]);
	for (int i = 0; i < WEIR_DROP_REASONS; i++)
		add(&sum->verdicts[WEIR_VERDICT_PASS + 1 + i], &raw->drops[i]);
	add(&sum->total, &all);
	add(&sum->wire, &all);
	add(&sum->wire, &raw->wire_extra);
	sum->verdicts[WEIR_VERDICT_PASS].packets += all.packets - dropped.packets;
	sum->verdicts[WEIR_VERDICT_PASS].bytes += all.bytes - dropped.bytes;
	add(&sum->protocols[WEIR_PROTO_ARP], &raw->classes[WEIR_CLASS_ARP]);
	add(&sum->protocols[WEIR_PROTO_OTHER_L3], &raw->classes[WEIR_CLASS_OTHER_L3]);
	add(&sum->protocols[WEIR_PROTO_MALFORMED], &raw->classes[WEIR_CLASS_MALFORMED]);
	for (int i = 0; i < WEIR_L4S; i++) {
		const struct weir_count *v4 = &raw->classes[WEIR_CLASS_IPV4 + i];
		const struct weir_count *v6 = &raw->classes[WEIR_CLASS_IPV6 + i];

		add(&sum->protocols[WEIR_PROTO_IPV4], v4);
		add(&sum->protocols[WEIR_PROTO_IPV6], v6);
		add(&sum->protocols[l4_protocols[i]], v4);
		add(&sum->protocols[l4_protocols[i]], v6);
	}
	for (int i = 0; i < WEIR_SIZES; i++)
		sum->sizes[i] += raw->sizes[i];
}

void weir_counts_settle(struct weir_counts *sum)
{
	struct weir_count *pass = &sum->verdicts[WEIR_VERDICT_PASS];

	if (pass->packets > sum->total.packets)
		pass->packets = 0;
	if (pass->bytes > sum->total.bytes)
		pass->bytes = 0;
}

/*
 * Subtracts all counts of the record. The generation is the only number in it that is not a count.
 */
void weir_counters_subtract(struct weir_counters *from, const struct weir_counters *base)
{
	uint64_t *a = (uint64_t *)from;
	const uint64_t *b = (const uint64_t *)base;
	uint64_t generation = from->generation;

	for (size_t i = 0; i < sizeof(*from) / sizeof(*a); i++)
		a[i] = a[i] > b[i] ? a[i] - b[i] : 0;
	from->generation = generation;
}

struct scratch {
	struct weir *weir;
	unsigned int cpus;
	struct weir_counters *raw;  /* by CPU */
	struct weir_counters *base; /* by CPU */
};

static void scratch_free(struct scratch *scratch)
{
	free(scratch->raw);
	free(scratch->base);
}

static int scratch_init(struct weir *weir, struct scratch *scratch, struct weir_error *err)
{
	int cpus = libbpf_num_possible_cpus();

	if (cpus < 0)
		return weir_error_set(err, cpus, "cannot count CPUs: %s", strerror(-cpus));
	scratch->weir = weir;
	scratch->cpus = (unsigned int)cpus;
	scratch->raw = calloc(scratch->cpus, sizeof(*scratch->raw));
	scratch->base = calloc(scratch->cpus, sizeof(*scratch->base));
	if (!scratch->raw || !scratch->base)
		return weir_error_set(err, ENOMEM, "out of memory");
	return 0;
}

/* Reads the counters of a slot into scratch->raw, minus the baseline; `reset` sets a new one. */
static int read_raw(struct scratch *scratch, uint32_t slot, bool reset, struct weir_error *err)
{
	int counters = scratch->weir->maps[WEIR_MAP_COUNTERS];
	int baselines = scratch->weir->maps[WEIR_MAP_BASELINES];
	bool based;

	/* the baseline first: a reset in between must not make it exceed the counters */
	based = bpf_map_lookup_elem(baselines, &slot, scratch->base) == 0;
	if (bpf_map_lookup_elem(counters, &slot, scratch->raw) < 0)
		return weir_error_set(err, errno, "cannot read the counters of slot %u: %s", slot,
				      weir_error_text(errno));
	if (reset && bpf_map_update_elem(baselines, &slot, scratch->raw, BPF_ANY) < 0)
		return weir_error_set(err, errno, "cannot reset the counters of slot %u: %s", slot,
				      weir_error_text(errno));
	for (unsigned int i = 0; based && i < scratch->cpus; i++)
		weir_counters_subtract(&scratch->raw[i], &scratch->base[i]);
	return 0;
}

static int read_slot(struct scratch *scratch, const struct weir_attachment *attachment, bool reset,
		     struct weir_slot_counts *ret_counts, struct weir_error *err)
{
	_cleanup_free_ struct weir_count *per_cpu = calloc(scratch->cpus, sizeof(*per_cpu));
	struct weir_counts sum = {};
	int ret;

	if (!per_cpu)
		return weir_error_set(err, ENOMEM, "out of memory");
	ret = read_raw(scratch, attachment->slot, reset, err);
	if (ret)
		return ret;
	for (unsigned int i = 0; i < scratch->cpus; i++) {
		struct weir_count before = sum.total;

		weir_counts_add(&sum, &scratch->raw[i]);
		per_cpu[i].packets = sum.total.packets - before.packets;
		per_cpu[i].bytes = sum.total.bytes - before.bytes;
	}
	weir_counts_settle(&sum);
	*ret_counts = (struct weir_slot_counts){
		.attachment = *attachment,
		.counts = sum,
		.per_cpu = TAKE_PTR(per_cpu),
		.cpu_count = scratch->cpus,
	};
	return 0;
}

/* Options of a read. */
struct reading {
	bool (*wanted)(const struct weir_attachment *, void *);                     /* NULL: all */
	int (*check)(const struct weir_attachments *, void *, struct weir_error *); /* or NULL */
	void *arg;
	bool reset;
};

/* Lists the wanted attachments that have counters. */
static int choose(struct weir *weir, const struct reading *reading,
		  struct weir_attachments *ret_list, struct weir_error *err)
{
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	size_t kept = 0;
	int ret;

	netns_forget_interfaces(&weir->netns);
	ret = list_read(weir, false, &list, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].record.features & WEIR_FEATURE_COUNTERS &&
		    (!reading->wanted || reading->wanted(&list.items[i], reading->arg)))
			list.items[kept++] = list.items[i];
	}
	list.count = kept;
	ret = reading->check ? reading->check(&list, reading->arg, err) : 0;
	if (ret)
		return ret;
	*ret_list = list;
	list = (struct weir_attachments){};
	return 0;
}

static int read_counters(struct weir *weir, const struct reading *reading,
			 struct weir_snapshot *ret_snapshot, struct weir_error *err)
{
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	_cleanup_(scratch_free) struct scratch scratch = {};
	_cleanup_close_ int lock = -1;
	int ret = pin_maps_read(weir, err);

	/* a reset writes baselines; the lock keeps slots from changing meanwhile */
	if (!ret && reading->reset)
		ret = pin_lock(weir, &lock, err);
	if (ret && ret != -ENOENT)
		return ret;
	ret = choose(weir, reading, &list, err);
	if (!ret)
		ret = scratch_init(weir, &scratch, err);
	if (ret)
		return ret;
	snapshot.items = calloc(list.count + 1, sizeof(*snapshot.items));
	if (!snapshot.items)
		return weir_error_set(err, ENOMEM, "out of memory");
	snapshot.time_ns = clock_ns(CLOCK_MONOTONIC);
	for (size_t i = 0; i < list.count; i++) {
		ret = read_slot(&scratch, &list.items[i], reading->reset, &snapshot.items[i], err);
		if (ret)
			return ret;
		snapshot.count++;
	}
	*ret_snapshot = snapshot;
	snapshot = (struct weir_snapshot){};
	return 0;
}

int weir_counters_read(struct weir *weir, bool (*wanted)(const struct weir_attachment *, void *),
		       void *arg, struct weir_snapshot *ret_snapshot, struct weir_error *err)
{
	struct reading reading = { .wanted = wanted, .arg = arg };

	return read_counters(weir, &reading, ret_snapshot, err);
}

int weir_counters_reset(struct weir *weir, bool (*wanted)(const struct weir_attachment *, void *),
			int (*check)(const struct weir_attachments *, void *, struct weir_error *),
			void *arg, struct weir_snapshot *ret_snapshot, struct weir_error *err)
{
	struct reading reading = { wanted, check, arg, true };

	return read_counters(weir, &reading, ret_snapshot, err);
}
