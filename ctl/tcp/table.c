// SPDX-License-Identifier: GPL-2.0
/* table.c - prints TCP connections and events as text; see table.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "ctl/attach/labels.h"
#include "ctl/flows/words.h"
#include "ctl/tcp/table.h"
#include "ctl/write/advice.h"
#include "ctl/write/table.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"

#define MAX_COLUMNS 20
#define WORD 96

/* State of the table being drawn. Its columns depend on the contents of the rows. */
struct drawing {
	const struct tcp_view *view;
	bool cgroups; /* rows are of several cgroups */
	bool netns;   /* rows are of other namespaces */
	bool ended;
	struct column columns[MAX_COLUMNS];
	size_t column_count;
	struct table *table;
};

static void drawing_free(struct drawing *d)
{
	table_free(d->table);
}

/* --- formats --- */

const char *format_us(uint64_t us, char *buffer, size_t size)
{
	double value = (double)us;
	const char *unit = "us";

	if (!us) {
		snprintf(buffer, size, "-");
		return buffer;
	}
	if (us >= 1000) {
		value /= us >= 1000000 ? 1e6 : 1e3;
		unit = us >= 1000000 ? "s" : "ms";
	}
	snprintf(buffer, size, "%.*f %s",
		 us < 1000       ? 0
		 : value < 9.995 ? 2
		 : value < 99.95 ? 1
				 : 0,
		 value, unit);
	return buffer;
}

const char *tcp_end_word(const uint32_t *address, uint16_t port, bool v6, char *buffer, size_t size)
{
	struct flow_end end = {};

	memcpy(end.address, address, sizeof(end.address));
	return end_word(&end, v6, port, buffer, size);
}

static const char *process_word(const struct weir_tcp *tcp, char *buffer, size_t size)
{
	if (tcp->pid)
		snprintf(buffer, size, "%u %.16s", tcp->pid, tcp->command);
	else
		snprintf(buffer, size, "-");
	return buffer;
}

static const char *place_word(const struct weir_tcp_info *info, char *buffer, size_t size)
{
	if (info->netns_name[0])
		snprintf(buffer, size, "%s", info->netns_name);
	else if (info->here)
		snprintf(buffer, size, "-");
	else
		snprintf(buffer, size, "#%" PRIu64, (uint64_t)info->tcp.netns_cookie);
	return buffer;
}

/* --- the table --- */

static void look_at_rows(struct drawing *d)
{
	const struct tcp_rows *rows = d->view->rows;

	for (size_t i = 0; i < rows->count; i++) {
		const struct weir_tcp *tcp = &rows->items[i]->tcp;

		d->cgroups |= tcp->cgroup_id != rows->items[0]->tcp.cgroup_id;
		d->netns |= !rows->items[i]->here;
		d->ended |= tcp->end != WEIR_TCP_OPEN;
	}
}

static void choose_columns(struct drawing *d)
{
	const struct {
		struct column column;
		bool shown;
	} all[] = {
		{ { "STATE", LEFT }, true },      { { "DIRECTION", LEFT }, true },
		{ { "LOCAL", LEFT }, true },      { { "REMOTE", LEFT }, true },
		{ { "NETNS", LEFT }, d->netns },  { { "CGROUP", LEFT }, d->cgroups },
		{ { "PROCESS", LEFT }, true },    { { "LATENCY", RIGHT }, true },
		{ { "RTT", RIGHT }, true },       { { "MIN RTT", RIGHT }, true },
		{ { "CWND", RIGHT }, true },      { { "MSS", RIGHT }, true },
		{ { "RETRANS", RIGHT }, true },   { { "RTOS", RIGHT }, true },
		{ { "LOST", RIGHT }, true },      { { "ACKED", RIGHT }, true },
		{ { "RECEIVED", RIGHT }, true },  { { "AGE", RIGHT }, true },
		{ { "ENDED", RIGHT }, d->ended }, { { "WHY", LEFT }, d->ended },
	};

	static_assert(ARRAY_SIZE(all) <= MAX_COLUMNS, "all columns fit");
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (all[i].shown)
			d->columns[d->column_count++] = all[i].column;
	}
}

static void add_count(struct drawing *d, enum tint tint, uint64_t value)
{
	table_cell(d->table, value ? tint : PLAIN, "%" PRIu64, value);
}

static void add_us(struct drawing *d, uint64_t us)
{
	char text[WORD];

	table_cell(d->table, PLAIN, "%s", format_us(us, text, sizeof(text)));
}

static void add_since(struct drawing *d, uint64_t from_ns, uint64_t to_ns, const char *behind)
{
	char text[WORD];

	if (from_ns)
		table_cell(d->table, PLAIN, "%s%s",
			   format_age(to_ns > from_ns ? (to_ns - from_ns) / 1000000000 : 0, text,
				      sizeof(text)),
			   behind);
	else
		table_cell(d->table, PLAIN, "-");
}

static void add_who(struct drawing *d, const struct weir_tcp_info *info)
{
	const char *direction = weir_tcp_direction_name(info->tcp.direction);
	const struct weir_tcp *tcp = &info->tcp;
	const char *state = weir_tcp_state_name(tcp->state);
	bool v6 = tcp->flags & WEIR_TCP_F_V6;
	char text[WORD];

	table_cell(d->table, tcp->state == WEIR_TCP_ESTABLISHED ? GREEN : PLAIN, "%s",
		   state ? state : "?");
	table_cell(d->table, PLAIN, "%s", direction ? direction : "-");
	table_cell(d->table, PLAIN, "%s",
		   tcp_end_word(tcp->local, tcp->local_port, v6, text, sizeof(text)));
	table_cell(d->table, PLAIN, "%s",
		   tcp_end_word(tcp->remote, tcp->remote_port, v6, text, sizeof(text)));
	if (d->netns)
		table_cell(d->table, PLAIN, "%s", place_word(info, text, sizeof(text)));
	if (d->cgroups)
		table_cell(d->table, PLAIN, "%s", info->cgroup ? info->cgroup : "-");
	table_cell(d->table, PLAIN, "%s", process_word(tcp, text, sizeof(text)));
}

static void add_row(struct drawing *d, const struct weir_tcp_info *info)
{
	const struct weir_tcp *tcp = &info->tcp;
	const struct weir_tcp_measures *m = &tcp->measures;
	const char *why = weir_tcp_end_name(tcp->end);
	uint64_t now = d->view->list->time_ns;

	add_who(d, info);
	add_us(d, tcp->latency_us);
	add_us(d, m->srtt_us);
	add_us(d, m->min_rtt_us);
	add_count(d, PLAIN, m->cwnd);
	add_count(d, PLAIN, m->mss);
	add_count(d, YELLOW, m->retransmits);
	add_count(d, YELLOW, tcp->rtos);
	add_count(d, YELLOW, tcp->lost);
	add_count(d, PLAIN, m->bytes_acked);
	add_count(d, PLAIN, m->bytes_received);
	add_since(d, tcp->started, tcp->closed ? tcp->closed : now, "");
	if (!d->ended)
		return;
	add_since(d, tcp->closed, now, " ago");
	table_cell(d->table, why && tcp->end > WEIR_TCP_PASSIVE_CLOSE ? YELLOW : PLAIN, "%s",
		   why ? why : "-");
}

static int out_nothing(const struct tcp_view *view, FILE *out)
{
	const struct weir_tcp_list *list = view->list;

	if (!list->slot_count)
		fputs("Nothing is attached that watches TCP connections. Begin with `ctl attach "
		      "--cgroup`.\n",
		      out);
	else if (list->count)
		fprintf(out,
			"None of the %zu connections match; --closed shows those that "
			"ended.\n",
			list->count);
	else
		fputs("No TCP connections since attaching; `ctl tcp --adopt` adds those that "
		      "existed before.\n",
		      out);
	return 0;
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void out_footer(const struct tcp_view *view, FILE *out)
{
	const struct weir_tcp_usage *usage = &view->list->usage;

	fputc('\n', out);
	if (view->rows->count < view->rows->chosen)
		fprintf(out, "%zu of %zu connections; --top all shows the rest.\n",
			view->rows->count, view->rows->chosen);
	fprintf(out, "TCP table: %" PRIu64 " of %" PRIu64 " entries taken.\n", usage->entries,
		usage->capacity);
	if (view->list->unseen)
		fprintf(out,
			"%" PRIu64
			" open connection%s as last seen by the BPF program: the network "
			"namespace could not be queried.\n",
			view->list->unseen, plural(view->list->unseen));
	if (usage->evicted)
		fprintf(out,
			"%" PRIu64 " connection%s made room for newer ones: the table is too small "
			"to remember more.\n",
			usage->evicted, plural(usage->evicted));
	if (usage->failed)
		fprintf(out, "%" PRIu64 " connection%s found no room in the table.\n",
			usage->failed, plural(usage->failed));
	if (usage->evicted || usage->failed)
		out_larger_table("tcp", "attach --cgroup --tcp-entries", usage->capacity,
				 WEIR_TCP_MAX, out);
}

int out_tcp(const struct tcp_view *view, FILE *out)
{
	_cleanup_(drawing_free) struct drawing d = { .view = view };
	int ret;

	if (!view->rows->count)
		return out_nothing(view, out);
	look_at_rows(&d);
	choose_columns(&d);
	d.table = table_new(d.columns, d.column_count);
	if (!d.table)
		return -ENOMEM;
	for (size_t i = 0; i < view->rows->count; i++)
		add_row(&d, view->rows->items[i]);
	ret = table_print(d.table, view->color, out);
	if (!ret)
		out_footer(view, out);
	return ret;
}

/* --- events --- */

static void out_detail(const struct weir_tcp_occurrence *event, FILE *out)
{
	const struct weir_tcp *tcp = &event->info.tcp;
	const char *why = weir_tcp_end_name(tcp->end);
	char text[WORD];

	switch (event->kind) {
	case WEIR_TCP_EVENT_CONNECT:
	case WEIR_TCP_EVENT_ACCEPT:
		fprintf(out, "latency %s", format_us(event->value, text, sizeof(text)));
		break;
	case WEIR_TCP_EVENT_CLOSE:
		fprintf(out, "%s, %" PRIu64 " bytes acked, %" PRIu64 " received, %u retransmitted",
			why ? why : "?", (uint64_t)tcp->measures.bytes_acked,
			(uint64_t)tcp->measures.bytes_received, tcp->measures.retransmits);
		break;
	case WEIR_TCP_EVENT_RETRANSMIT:
		fprintf(out, "%u segment%s, %u in all", event->value, plural(event->value),
			tcp->measures.retransmits);
		break;
	case WEIR_TCP_EVENT_RTO:
		fprintf(out, "after %u ms, number %u", event->value, tcp->rtos);
		break;
	case WEIR_TCP_EVENT_KINDS:
		break;
	}
}

int out_tcp_event(const struct weir_tcp_occurrence *event, FILE *out)
{
	const struct weir_tcp *tcp = &event->info.tcp;
	bool v6 = tcp->flags & WEIR_TCP_F_V6;
	char time[40], local[WORD], remote[WORD], netns[WORD], process[WORD];

	fprintf(out, "%s %-10s %s %s %s ", format_time(event->time_ns, time, sizeof(time)),
		weir_tcp_event_name(event->kind),
		tcp_end_word(tcp->local, tcp->local_port, v6, local, sizeof(local)),
		tcp->direction == WEIR_TCP_PASSIVE ? "<-" : "->",
		tcp_end_word(tcp->remote, tcp->remote_port, v6, remote, sizeof(remote)));
	if (!event->info.here)
		fprintf(out, "netns %s ", place_word(&event->info, netns, sizeof(netns)));
	if (tcp->pid)
		fprintf(out, "(%s) ", process_word(tcp, process, sizeof(process)));
	out_detail(event, out);
	fputc('\n', out);
	return fflush(out) != 0 ? -EIO : 0;
}
