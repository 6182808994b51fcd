// SPDX-License-Identifier: GPL-2.0
/*
 * questions.c - the questions to the reader: one row for each question (see wire.h), and its
 * handler. process.h has the functions that ask.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/serve/reader/wire.h"
#include "datapath/base/cleanup.h"

/* --- attachments and counters --- */

static int answer_list(struct answering *a)
{
	struct reader_list answer = {};
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	int ret = weir_list(a->weir, &list, &a->err);

	if (!ret) {
		ret = weir_skip_loopback_get(a->weir, &answer.skip_loopback, &a->err);
		ret = ret == -ENOENT ? 0 : ret;
	}
	answer.list = list;
	return answer_with(a, ret, &answer);
}

/* A snapshot, and the totals by CPU of all items, concatenated. */
struct counted {
	struct weir_snapshot snapshot;
	struct weir_count *per_cpu;
	size_t per_cpu_count;
};

static size_t cpus_of(const struct weir_snapshot *snapshot)
{
	return snapshot->count ? snapshot->items[0].cpu_count : 0;
}

static int answer_counters(struct answering *a)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	_cleanup_free_ struct weir_count *per_cpu = NULL;
	int ret = weir_counters_read(a->weir, NULL, NULL, &snapshot, &a->err);
	size_t cpus = cpus_of(&snapshot), count = cpus * snapshot.count;

	if (!ret)
		per_cpu = calloc(count + 1, sizeof(*per_cpu));
	if (!ret && !per_cpu) {
		snprintf(a->err.text, sizeof(a->err.text), "out of memory");
		ret = -ENOMEM;
	}
	for (size_t i = 0; i < snapshot.count && !ret; i++)
		memcpy(per_cpu + i * cpus, snapshot.items[i].per_cpu, cpus * sizeof(*per_cpu));
	return answer_with(a, ret, &(struct counted){ snapshot, per_cpu, count });
}

static int share_per_cpu(const struct counted *counted, struct weir_snapshot *snapshot)
{
	size_t cpus = cpus_of(snapshot);

	for (size_t i = 0; i < snapshot->count; i++) /* pointers into the memory of the reader */
		snapshot->items[i].per_cpu = NULL;
	for (size_t i = 0; i < snapshot->count; i++) {
		struct weir_count *own = calloc(cpus + 1, sizeof(*own));

		if (!own)
			return -ENOMEM;
		memcpy(own, counted->per_cpu + i * cpus, cpus * sizeof(*own));
		snapshot->items[i].per_cpu = own;
	}
	return 0;
}

int reader_counters(struct reader *reader, struct weir_snapshot *ret_snapshot,
		    struct weir_error *err)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	_cleanup_free_ struct weir_count *per_cpu = NULL;
	struct counted counted;
	int ret = reader_ask(reader, 'c', &counted, sizeof(counted), err);

	if (ret)
		return ret;
	snapshot = counted.snapshot;
	per_cpu = counted.per_cpu;
	if (share_per_cpu(&counted, &snapshot) < 0) {
		snprintf(err->text, sizeof(err->text), "out of memory");
		return -ENOMEM;
	}
	*ret_snapshot = snapshot;
	snapshot = (struct weir_snapshot){};
	return 0;
}

/* --- flows --- */

static int by_bytes(const void *a, const void *b)
{
	uint64_t x = ((const struct weir_flow_info *)a)->bytes;
	uint64_t y = ((const struct weir_flow_info *)b)->bytes;

	return x > y ? -1 : x < y;
}

/* Limits the flows of large tables to those with the most bytes. */
static void limit(struct weir_flows *flows)
{
	if (flows->count <= READER_FLOWS)
		return;
	qsort(flows->items, flows->count, sizeof(*flows->items), by_bytes);
	flows->count = READER_FLOWS;
}

static int answer_flows(struct answering *a)
{
	_cleanup_(weir_flows_free) struct weir_flows flows = {};
	int ret = weir_flows_read(a->weir, NULL, NULL, &flows, &a->err);
	size_t seen = flows.count;

	limit(&flows);
	return answer_with(a, ret, &(struct reader_flows){ flows, seen });
}

static bool none(const struct weir_flow_info *flow, const struct weir_attachment *at, void *arg)
{
	(void)flow;
	(void)at;
	(void)arg;
	return false;
}

static int answer_usage(struct answering *a)
{
	_cleanup_(weir_flows_free) struct weir_flows flows = {};
	struct reader_usage answer = {};
	int ret = weir_flows_read(a->weir, none, NULL, &flows, &a->err);

	if (!ret)
		ret = weir_map_usages_read(a->weir, &answer.maps, &a->err);
	answer.flows = flows.usage;
	return answer_with(a, ret, &answer);
}

/* --- connections --- */

#define NO_PATH UINT32_MAX

/* Connections; `text` has the paths of their cgroups, and `offsets` their positions in it. */
struct connections {
	struct weir_tcp_list list;
	uint32_t *offsets;
	size_t offset_count;
	char *text;
	size_t text_size;
};

static void connections_free(struct connections *c)
{
	weir_tcp_list_free(&c->list);
	free(c->offsets);
	free(c->text);
}

/* Writes the paths and their positions. Most connections have the same path as the previous one. */
static int write_paths(const struct weir_tcp_list *list, uint32_t *offsets, FILE *out)
{
	const char *known[64] = {};
	uint32_t at[64] = {}, end = 0;
	size_t used = 0;

	for (size_t i = 0; i < list->count; i++) {
		const char *path = list->items[i].cgroup;
		size_t k = 0;

		offsets[i] = NO_PATH;
		if (!path)
			continue;
		while (k < used && known[k] != path)
			k++;
		if (k == used) {
			if (used == ARRAY_SIZE(known))
				k = 0; /* full: replace the first one */
			else
				used++;
			known[k] = path;
			at[k] = end;
			end += (uint32_t)strlen(path) + 1;
			if (fwrite(path, strlen(path) + 1, 1, out) != 1)
				return -ENOMEM;
		}
		offsets[i] = at[k];
	}
	return 0;
}

static int pack_paths(struct connections *c, struct weir_error *err)
{
	FILE *out = open_memstream(&c->text, &c->text_size);
	int ret = 0;

	c->offset_count = c->list.count;
	c->offsets = calloc(c->list.count + 1, sizeof(*c->offsets));
	if (!c->offsets || !out || write_paths(&c->list, c->offsets, out) < 0)
		ret = -ENOMEM;
	if (out && fclose(out) != 0)
		ret = -ENOMEM;
	if (ret)
		snprintf(err->text, sizeof(err->text), "out of memory");
	return ret;
}

static int answer_tcp(struct answering *a)
{
	_cleanup_(connections_free) struct connections c = {};
	int ret = weir_tcp_read(a->weir, &c.list, &a->err);

	if (!ret)
		ret = pack_paths(&c, &a->err);
	return answer_with(a, ret, &c);
}

void reader_tcp_free(struct reader_tcp *tcp)
{
	weir_tcp_list_free(&tcp->list);
	free(tcp->text);
	*tcp = (struct reader_tcp){};
}

int reader_tcp(struct reader *reader, struct reader_tcp *ret_tcp, struct weir_error *err)
{
	struct connections c;
	int ret = reader_ask(reader, 't', &c, sizeof(c), err);

	if (ret)
		return ret;
	c.list.paths = NULL; /* pointers into the memory of the reader, as are those of the items */
	for (size_t i = 0; i < c.list.count; i++)
		c.list.items[i].cgroup = c.offsets[i] < c.text_size ? c.text + c.offsets[i] : NULL;
	free(c.offsets);
	*ret_tcp = (struct reader_tcp){ c.list, c.text };
	return 0;
}

/* --- tuning and sockets --- */

static int answer_tune(struct answering *a)
{
	_cleanup_(weir_tune_entries_free) struct weir_tune_entries entries = {};
	int ret = weir_tune_list(a->weir, &entries, &a->err);

	return answer_with(a, ret, &entries);
}

static int answer_sockets(struct answering *a)
{
	_cleanup_(weir_sockets_free) struct weir_sockets sockets = {};
	bool more;
	int ret = walk_step(a->inv, &a->walk, &sockets, &more, &a->err);

	return answer_with(a, ret, &(struct reader_sockets){ sockets, more });
}

/* --- drops and health --- */

static int answer_drops(struct answering *a)
{
	_cleanup_(weir_drops_free) struct weir_drops drops = {};
	int ret = a->probes.drops_ret;

	a->err = a->probes.drops_err;
	if (!ret)
		ret = weir_drops_read(a->probes.drops, &drops, &a->err);
	if (drops.uncounted)
		probes_count_anew(&a->probes);
	return answer_with(a, ret, &drops);
}

static int answer_health(struct answering *a)
{
	_cleanup_(weir_health_report_free) struct weir_health_report report = {};
	int ret = a->probes.health_ret;

	a->err = a->probes.health_err;
	if (!ret)
		ret = weir_health_read(a->probes.health, &report, &a->err);
	return answer_with(a, ret, &report);
}

/* clang-format off */
const struct question reader_questions[] = {
	{ 'l', true, answer_list, sizeof(struct reader_list), {
		PART(struct reader_list, list.items, list.count) } },
	{ 'c', true, answer_counters, sizeof(struct counted), {
		PART(struct counted, snapshot.items, snapshot.count),
		PART(struct counted, per_cpu, per_cpu_count) } },
	{ 'f', true, answer_flows, sizeof(struct reader_flows), {
		PART(struct reader_flows, flows.items, flows.count),
		PART(struct reader_flows, flows.attachments.items, flows.attachments.count) } },
	{ 'u', true, answer_usage, sizeof(struct reader_usage), {} },
	{ 't', true, answer_tcp, sizeof(struct connections), {
		PART(struct connections, list.items, list.count),
		PART(struct connections, list.slots, list.slot_count),
		PART(struct connections, offsets, offset_count),
		PART(struct connections, text, text_size) } },
	{ 'n', true, answer_tune, sizeof(struct weir_tune_entries), {
		PART(struct weir_tune_entries, items, count) } },
	{ 's', false, answer_sockets, sizeof(struct reader_sockets), {
		PART(struct reader_sockets, list.items, list.count) } },
	{ 'd', false, answer_drops, sizeof(struct weir_drops), {
		PART(struct weir_drops, items, count),
		PART(struct weir_drops, interfaces, interface_count),
		PART(struct weir_drops, verdicts, verdict_count) } },
	{ 'h', false, answer_health, sizeof(struct weir_health_report), {
		PART(struct weir_health_report, reasons, reason_count) } },
	{},
};
/* clang-format on */
