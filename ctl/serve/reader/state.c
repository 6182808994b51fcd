// SPDX-License-Identifier: GPL-2.0
/* state.c - attachments, counters and flows: both ends; see wire.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/serve/reader/wire.h"
#include "datapath/base/cleanup.h"

/* --- the process that reads --- */

int answer_list(struct weir *weir, int fd, struct answer *answer)
{
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	int ret = weir_list(weir, &list, &answer->err);

	if (!ret) {
		ret = weir_skip_loopback_get(weir, &answer->skip_loopback, &answer->err);
		ret = ret == -ENOENT ? 0 : ret;
	}
	answer->ret = ret;
	answer->count = ret ? 0 : list.count;
	ret = send_all(fd, answer, sizeof(*answer));
	return ret ? ret : send_all(fd, list.items, answer->count * sizeof(*list.items));
}

int answer_counters(struct weir *weir, int fd, struct answer *answer)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	int ret;

	answer->ret = weir_counters_read(weir, NULL, NULL, &snapshot, &answer->err);
	answer->count = snapshot.count;
	answer->time_ns = snapshot.time_ns;
	answer->cpus = snapshot.count ? snapshot.items[0].cpu_count : 0;
	ret = send_all(fd, answer, sizeof(*answer));
	if (!ret)
		ret = send_all(fd, snapshot.items, snapshot.count * sizeof(*snapshot.items));
	for (size_t i = 0; i < snapshot.count && !ret; i++)
		ret = send_all(fd, snapshot.items[i].per_cpu,
			       answer->cpus * sizeof(struct weir_count));
	return ret;
}

static bool none(const struct weir_flow_info *flow, const struct weir_attachment *at, void *arg)
{
	(void)flow;
	(void)at;
	(void)arg;
	return false;
}

static int by_bytes(const void *a, const void *b)
{
	uint64_t x = ((const struct weir_flow_info *)a)->bytes;
	uint64_t y = ((const struct weir_flow_info *)b)->bytes;

	return x > y ? -1 : x < y;
}

/* Whatever the size of the table, the other process has a limit: those with the most bytes. */
static void limit(struct weir_flows *flows)
{
	if (flows->count <= READER_FLOWS)
		return;
	qsort(flows->items, flows->count, sizeof(*flows->items), by_bytes);
	flows->count = READER_FLOWS;
}

int answer_flows(struct weir *weir, int fd, bool usage_only, struct answer *answer)
{
	_cleanup_(weir_flows_free) struct weir_flows flows = {};
	int ret;

	answer->ret = weir_flows_read(weir, usage_only ? none : NULL, NULL, &flows, &answer->err);
	if (usage_only && !answer->ret)
		answer->ret = weir_map_usages_read(weir, &answer->maps, &answer->err);
	answer->seen = flows.count;
	limit(&flows);
	answer->count = flows.count;
	answer->others = flows.attachments.count;
	answer->time_ns = flows.time_ns;
	answer->usage = flows.usage;
	ret = send_all(fd, answer, sizeof(*answer));
	if (!ret)
		ret = send_all(fd, flows.items, flows.count * sizeof(*flows.items));
	if (!ret)
		ret = send_all(fd, flows.attachments.items,
			       flows.attachments.count * sizeof(*flows.attachments.items));
	return ret;
}

/* --- the process that asks --- */

int reader_list(struct reader *reader, struct weir_attachments *ret_list, bool *ret_skip_loopback,
		struct weir_error *err)
{
	struct answer answer;
	void *items = NULL;
	int ret = reader_ask(reader, ASK_LIST, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = reader_take(reader, answer.count, sizeof(struct weir_attachment), &items, err);
	if (ret)
		return ret;
	*ret_list = (struct weir_attachments){ items, answer.count };
	*ret_skip_loopback = answer.skip_loopback;
	return 0;
}

int reader_counters(struct reader *reader, struct weir_snapshot *ret_snapshot,
		    struct weir_error *err)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	struct answer answer;
	void *items = NULL;
	int ret = reader_ask(reader, ASK_COUNTERS, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = reader_take(reader, answer.count, sizeof(*snapshot.items), &items, err);
	if (ret)
		return ret;
	snapshot = (struct weir_snapshot){ answer.time_ns, items, answer.count };
	for (size_t i = 0; i < snapshot.count; i++) /* pointers of another process */
		snapshot.items[i].per_cpu = NULL;
	for (size_t i = 0; i < snapshot.count && !ret; i++) {
		ret = reader_take(reader, answer.cpus, sizeof(struct weir_count), &items, err);
		if (!ret)
			snapshot.items[i].per_cpu = items;
	}
	if (ret)
		return ret;
	*ret_snapshot = snapshot;
	snapshot = (struct weir_snapshot){};
	return 0;
}

int reader_flows(struct reader *reader, struct weir_flows *ret_flows, size_t *ret_seen,
		 struct weir_error *err)
{
	_cleanup_free_ void *items = NULL;
	void *attachments = NULL;
	struct answer answer;
	int ret = reader_ask(reader, ASK_FLOWS, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = reader_take(reader, answer.count, sizeof(struct weir_flow_info), &items, err);
	if (!ret)
		ret = reader_take(reader, answer.others, sizeof(struct weir_attachment),
				  &attachments, err);
	if (ret)
		return ret;
	*ret_flows = (struct weir_flows){
		.items = TAKE_PTR(items),
		.count = answer.count,
		.attachments = { attachments, answer.others },
		.usage = answer.usage,
		.time_ns = answer.time_ns,
	};
	*ret_seen = answer.seen;
	return 0;
}

int reader_usage(struct reader *reader, struct weir_flow_usage *ret_flows,
		 struct weir_map_usages *ret_maps, struct weir_error *err)
{
	_cleanup_free_ void *attachments = NULL;
	struct answer answer;
	int ret = reader_ask(reader, ASK_USAGE, &answer, err);

	/* attachments come even where a later step failed */
	if (!ret)
		ret = reader_take(reader, answer.others, sizeof(struct weir_attachment),
				  &attachments, err);
	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	*ret_flows = answer.usage;
	*ret_maps = answer.maps;
	return 0;
}
