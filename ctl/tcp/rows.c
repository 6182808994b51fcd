// SPDX-License-Identifier: GPL-2.0
/* rows.c - see rows.h. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/attach/labels.h"
#include "ctl/tcp/rows.h"
#include "datapath/base/cleanup.h"

static const char *const sorts[] = {
	[TCP_SORT_BYTES] = "bytes",
	[TCP_SORT_RTT] = "rtt",
	[TCP_SORT_RETRANS] = "retrans",
	[TCP_SORT_AGE] = "age",
};
static_assert(ARRAY_SIZE(sorts) == TCP_SORTS, "one name each");

const struct choices tcp_sort_choices = CHOICES(sorts);

static const char *state_name(unsigned int state)
{
	return state == WEIR_TCP_STATES ? "all" : weir_tcp_state_name(state);
}

const struct choices tcp_state_choices = { .name = state_name, .count = WEIR_TCP_STATES + 1 };

void tcp_choice_state(struct tcp_choice *choice, unsigned int number)
{
	choice->any_state = number == WEIR_TCP_STATES;
	choice->state = choice->any_state ? 0 : number;
}

bool tcp_named(const struct tcp_choice *choice, const struct weir_attachment *at)
{
	for (size_t i = 0; i < choice->word_count; i++) {
		if (fnmatch(choice->words[i], weir_target_name(&at->record), 0) == 0)
			return true;
	}
	return !choice->word_count;
}

static bool has_state(const struct tcp_choice *choice, const struct weir_tcp *tcp)
{
	if (choice->state)
		return tcp->state == choice->state;
	return choice->any_state || (tcp->end != WEIR_TCP_OPEN) == choice->ended;
}

/*
 * Filters test the namespace of the attachment. A cgroup has none, so pass that of the connection.
 */
static bool passes(const struct tcp_choice *choice, const struct weir_tcp_info *info,
		   const struct weir_attachment *at, uint64_t now_ns)
{
	struct weir_attachment there = *at;
	struct weir_flow_info flow;

	if (!choice->filter)
		return true;
	memcpy(there.record.netns_name, info->netns_name, sizeof(there.record.netns_name));
	weir_tcp_as_flow(info, &flow);
	if (!flow.last_ns)
		flow.last_ns = now_ns;
	return weir_flow_filter_match(choice->filter, &flow, &there, now_ns);
}

bool tcp_chosen(const struct tcp_choice *choice, const struct weir_tcp_info *info,
		const struct weir_attachment *at, uint64_t now_ns)
{
	return at && (!choice->here || info->here) && tcp_named(choice, at) &&
	       has_state(choice, &info->tcp) && passes(choice, info, at, now_ns);
}

static const struct weir_attachment *attachment_of(const struct weir_tcp_list *list, uint32_t slot)
{
	for (size_t i = 0; i < list->slot_count; i++) {
		if (list->slots[i].attachment.slot == slot)
			return &list->slots[i].attachment;
	}
	return NULL;
}

void tcp_rows_free(struct tcp_rows *rows)
{
	free(rows->items);
	*rows = (struct tcp_rows){};
}

/* By age, older connections have greater values. */
static uint64_t value_of(const struct weir_tcp_info *info, enum tcp_sort sort)
{
	const struct weir_tcp_measures *m = &info->tcp.measures;

	switch (sort) {
	case TCP_SORT_RTT:
		return m->srtt_us;
	case TCP_SORT_RETRANS:
		return m->retransmits;
	case TCP_SORT_AGE:
		return UINT64_MAX - info->tcp.started;
	case TCP_SORT_BYTES:
	case TCP_SORTS:
		break;
	}
	return m->bytes_acked + m->bytes_received;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct weir_tcp_info *x = *(const struct weir_tcp_info *const *)a,
				   *y = *(const struct weir_tcp_info *const *)b;
	const enum tcp_sort *sort = arg;
	uint64_t i = value_of(x, *sort), j = value_of(y, *sort);

	if (i != j)
		return i > j ? -1 : 1;
	if (x->tcp.cookie != y->tcp.cookie)
		return x->tcp.cookie < y->tcp.cookie ? -1 : 1;
	return x->slot - y->slot;
}

int tcp_rows_build(const struct weir_tcp_list *list, const struct tcp_choice *choice,
		   enum tcp_sort sort, size_t top, struct tcp_rows *ret_rows)
{
	struct tcp_rows rows = { .items = calloc(list->count + 1, sizeof(*rows.items)) };

	if (!rows.items)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		const struct weir_tcp_info *info = &list->items[i];

		if (tcp_chosen(choice, info, attachment_of(list, info->slot), list->time_ns))
			rows.items[rows.count++] = info;
	}
	qsort_r(rows.items, rows.count, sizeof(*rows.items), compare, &sort);
	rows.chosen = rows.count;
	if (top && rows.count > top)
		rows.count = top;
	*ret_rows = rows;
	return 0;
}
