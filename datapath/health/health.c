// SPDX-License-Identifier: GPL-2.0
/* health.c - see health.h. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/health/shared.h"
#include "bpf/health/health.skel.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/base/growth.h"
#include "datapath/state/context.h"
#include "datapath/drops/reasons.h"
#include "datapath/kernel/btf.h"
#include "datapath/health/health.h"
#include "datapath/health/counters.h"
#include "datapath/base/refusal.h"

static_assert(WEIR_HEALTH_BUCKETS == HEALTH_BUCKETS, "as the program counts");

/* Thresholds for `well`. A few events are harmless at any rate. */
#define FEW 10
#define SHARE_RETRANSMITS 0.01 /* of the segments sent */
#define RESETS_PER_SECOND 10.0
#define SQUEEZES_PER_SECOND 10.0
#define LONG_BUCKET 14 /* 2^13 µs and more: 8 ms, longer than any softirq budget */

static const struct {
	const char *name;
	const char *meaning;
} table[] = {
	[WEIR_HEALTH_RETRANSMITS] = { "tcp-retransmits", "loss on the way: `ctl drops`, `ss -ti`" },
	[WEIR_HEALTH_LOSS_PROBES] = { "tcp-loss-probes",
				      "tails of flights are not acknowledged: loss, or slow peers" },
	[WEIR_HEALTH_RESETS_SENT] = { "tcp-resets-sent",
				      "peers try closed ports, or programs abort connections" },
	[WEIR_HEALTH_RESETS_RECEIVED] = { "tcp-resets-received", "peers abort connections" },
	[WEIR_HEALTH_UDP_OVERFLOW] = { "udp-receive-overflow",
				       "programs read too slowly: net.core.rmem_max, SO_RCVBUF" },
	[WEIR_HEALTH_QDISC_DROPS] = { "qdisc-drops", "queues are full: `tc -s qdisc show`" },
	[WEIR_HEALTH_TX_TIMEOUTS] = { "tx-timeouts", "a network card stopped transmitting: "
						     "`dmesg`" },
	[WEIR_HEALTH_NAPI_BUDGET] = { "napi-budget-exhausted",
				      "a CPU cannot keep up: net.core.netdev_budget, RPS" },
	[WEIR_HEALTH_BACKLOG_DROPS] = { "backlog-drops",
					"a CPU cannot keep up: net.core.netdev_max_backlog" },
	[WEIR_HEALTH_SOFTIRQ_WAIT] = { "softirq-wait-long",
				       "received packets wait 8 ms or more for a CPU" },
	[WEIR_HEALTH_SOFTIRQ_RUN] = { "softirq-run-long",
				      "receiving holds a CPU for 8 ms or more" },
};
static_assert(ARRAY_SIZE(table) == WEIR_HEALTH_ITEMS, "a row for each");

const char *weir_health_name(enum weir_health_item item)
{
	return item < WEIR_HEALTH_ITEMS ? table[item].name : NULL;
}

const char *weir_health_meaning(enum weir_health_item item)
{
	return item < WEIR_HEALTH_ITEMS ? table[item].meaning : NULL;
}

void weir_health_report_free(struct weir_health_report *report)
{
	free(report->reasons);
	*report = (struct weir_health_report){};
}

static uint64_t long_ones(const uint64_t *buckets)
{
	uint64_t sum = 0;

	for (int i = LONG_BUCKET; i < WEIR_HEALTH_BUCKETS; i++)
		sum += buckets[i];
	return sum;
}

static bool is_well(const struct weir_health_report *report, enum weir_health_item item)
{
	uint64_t count = report->items[item].count;
	double rate = growth_rate(count, report->seconds);

	switch (item) {
	case WEIR_HEALTH_RETRANSMITS:
	case WEIR_HEALTH_LOSS_PROBES:
		return count < FEW ||
		       (double)count <= SHARE_RETRANSMITS * (double)report->segments_sent;
	case WEIR_HEALTH_RESETS_SENT:
	case WEIR_HEALTH_RESETS_RECEIVED:
		return count < FEW || rate < RESETS_PER_SECOND;
	case WEIR_HEALTH_SOFTIRQ_WAIT:
	case WEIR_HEALTH_SOFTIRQ_RUN:
		return count < FEW;
	case WEIR_HEALTH_NAPI_BUDGET:
		return count < FEW || rate < SQUEEZES_PER_SECOND;
	default:
		return !count;
	}
}

void weir_health_judge(struct weir_health_report *report)
{
	report->well = true;
	report->items[WEIR_HEALTH_SOFTIRQ_WAIT].count = long_ones(report->wait);
	report->items[WEIR_HEALTH_SOFTIRQ_RUN].count = long_ones(report->run);
	for (int i = 0; i < WEIR_HEALTH_ITEMS; i++) {
		report->items[i].well = is_well(report, (enum weir_health_item)i);
		report->well &= report->items[i].well;
	}
}

/* --- the session --- */

struct weir_health_session {
	struct health_bpf *skel;
	struct health_reading last;
	uint64_t grown[HEALTH_COUNTERS]; /* since opening */
	struct reasons reasons;
	uint64_t started;
};

void weir_health_close(struct weir_health_session *s)
{
	if (!s)
		return;
	health_bpf__destroy(s->skel);
	reasons_free(&s->reasons);
	health_reading_free(&s->last);
	free(s);
}

static void close_session(struct weir_health_session **s)
{
	weir_health_close(*s);
}

static int configure(struct weir *weir, struct weir_health_session *s, struct weir_error *err)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int ret;

	if (!btf)
		return weir_error_set(err, ENOTSUP,
				      "health cannot be read: this kernel has no BTF "
				      "(/sys/kernel/btf/vmlinux)");
	s->skel = health_bpf__open();
	if (!s->skel) {
		btf__free(btf);
		return weir_error_set(err, errno, "cannot open the program for health: %s",
				      strerror(errno));
	}
	/* the enum was added together with the argument of the tracepoint */
	ret = reasons_from_enum(&s->reasons, btf, "sk_rst_reason", "SK_RST_REASON_", 0);
	s->skel->rodata->cfg_reasons = !ret && tracepoint_arguments(btf, "tcp_send_reset") >= 3;
	s->skel->rodata->cfg_cast = btf__find_by_name_kind(btf, "bpf_rdonly_cast", BTF_KIND_FUNC) >
				    0;
	s->skel->rodata->cfg_netns = weir->netns.home;
	btf__free(btf);
	return ret && ret != -ENOENT ? weir_error_set(err, ret, "out of memory") : 0;
}

int weir_health_open(struct weir *weir, struct weir_health_session **ret_session,
		     struct weir_error *err)
{
	_cleanup_(close_session) struct weir_health_session *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return weir_error_set(err, ENOMEM, "out of memory");
	ret = configure(weir, s, err);
	if (ret)
		return ret;
	ret = skeleton_load(s->skel->skeleton);
	if (!ret)
		ret = health_bpf__attach(s->skel);
	if (ret)
		return weir_error_set(err, ret, "cannot observe health: %s",
				      refusal_text(s->skel->obj, ret, NULL));
	ret = health_reading_take(&s->last);
	if (ret)
		return weir_error_set(err, ret, "cannot read the kernel's counters: %s",
				      weir_error_text(ret));
	s->started = clock_ns(CLOCK_MONOTONIC);
	*ret_session = TAKE_PTR(s);
	return 0;
}

/* --- reading --- */

static int compare_reasons(const void *a, const void *b)
{
	uint64_t x = ((const struct weir_reset_reason *)a)->count;
	uint64_t y = ((const struct weir_reset_reason *)b)->count;

	return x > y ? -1 : x < y;
}

static int add_reasons(const struct weir_health_session *s, const uint64_t *sent,
		       struct weir_health_report *report)
{
	report->reasons = calloc(HEALTH_REASONS, sizeof(*report->reasons));
	if (!report->reasons)
		return -ENOMEM;
	for (uint32_t i = 0; i < HEALTH_REASONS; i++) {
		struct weir_reset_reason *reason = &report->reasons[report->reason_count];
		const char *name = reasons_name(&s->reasons, i);

		if (!sent[i])
			continue;
		snprintf(reason->name, sizeof(reason->name), "%s", name ? name : "UNKNOWN");
		reason->count = sent[i];
		report->reason_count++;
	}
	qsort(report->reasons, report->reason_count, sizeof(*report->reasons), compare_reasons);
	return 0;
}

static int read_traced(const struct weir_health_session *s, struct weir_health_report *report)
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ struct health_counts *values = calloc(cpus > 0 ? (size_t)cpus : 1,
							     sizeof(*values));
	uint64_t sent[HEALTH_REASONS] = {};
	__u32 zero = 0;

	if (!values)
		return -ENOMEM;
	if (bpf_map_lookup_elem(bpf_map__fd(s->skel->maps.health), &zero, values) < 0)
		return -errno;
	for (int i = 0; i < cpus; i++) {
		for (int j = 0; j < HEALTH_BUCKETS; j++) {
			report->wait[j] += values[i].wait[j];
			report->run[j] += values[i].run[j];
		}
		for (int j = 0; j < HEALTH_REASONS; j++)
			sent[j] += values[i].resets_sent[j];
		report->items[WEIR_HEALTH_RESETS_RECEIVED].count += values[i].resets_received;
		report->items[WEIR_HEALTH_TX_TIMEOUTS].count += values[i].tx_timeouts;
	}
	report->reasons_known = s->skel->rodata->cfg_reasons;
	return report->reasons_known ? add_reasons(s, sent, report) : 0;
}

/* Adds the growth since the previous reading, so that drops of a deleted qdisc stay counted. */
static int read_counters(struct weir_health_session *s, struct weir_health_report *report)
{
	static const enum weir_health_item items[] = {
		[HEALTH_RETRANSMITS] = WEIR_HEALTH_RETRANSMITS,
		[HEALTH_LOSS_PROBES] = WEIR_HEALTH_LOSS_PROBES,
		[HEALTH_RESETS_SENT] = WEIR_HEALTH_RESETS_SENT,
		[HEALTH_UDP_OVERFLOW] = WEIR_HEALTH_UDP_OVERFLOW,
		[HEALTH_QDISC_DROPS] = WEIR_HEALTH_QDISC_DROPS,
		[HEALTH_NAPI_BUDGET] = WEIR_HEALTH_NAPI_BUDGET,
		[HEALTH_BACKLOG_DROPS] = WEIR_HEALTH_BACKLOG_DROPS,
	};
	static_assert(ARRAY_SIZE(items) == HEALTH_COUNTERS, "an item for each");
	struct health_reading now;
	int ret = health_reading_take(&now);

	if (ret)
		return ret;
	health_reading_grow(&s->last, &now, s->grown);
	health_reading_free(&s->last);
	s->last = now;
	report->segments_sent = s->grown[HEALTH_SEGMENTS_SENT];
	for (int i = HEALTH_SEGMENTS_SENT + 1; i < HEALTH_COUNTERS; i++)
		report->items[items[i]].count = s->grown[i];
	return 0;
}

int weir_health_read(struct weir_health_session *s, struct weir_health_report *ret_report,
		     struct weir_error *err)
{
	_cleanup_(weir_health_report_free) struct weir_health_report report = {};
	int ret = read_counters(s, &report);

	report.seconds = (double)(clock_ns(CLOCK_MONOTONIC) - s->started) / 1e9;
	if (!ret)
		ret = read_traced(s, &report);
	if (ret)
		return weir_error_set(err, ret, "cannot read health: %s", weir_error_text(ret));
	weir_health_judge(&report);
	*ret_report = report;
	report = (struct weir_health_report){};
	return 0;
}
