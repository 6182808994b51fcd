// SPDX-License-Identifier: GPL-2.0
/* session.c - see session.h. */
#include <errno.h>
#include <string.h>
#include "ctl/frame/watch.h"
#include "ctl/top/session.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/flows/flows.h"

#define NS 1000000000ULL

/* The state of each attachment is a separate query, so states are read less often. */
#define STATES_SECONDS 3

void top_session_free(struct top_session *session)
{
	weir_close(session->weir);
	selection_free(&session->selection);
	top_model_free(&session->model);
	top_flows_free(&session->flows);
	top_probe_free(&session->probe);
	top_system_free(&session->system);
}

uint64_t top_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* --- counters --- */

static bool wanted(const struct weir_attachment *a, void *arg)
{
	return selection_has(&((struct top_session *)arg)->selection, a);
}

static const struct weir_attachment *attachment_at(const void *list, size_t i)
{
	return &((const struct weir_snapshot *)list)->items[i].attachment;
}

static void arrange(struct top_session *s)
{
	top_model_arrange(&s->model, s->view.sort, s->view.unit, s->view.targets);
}

static int take_counters(struct top_session *s, const struct weir_snapshot *snapshot)
{
	if (top_model_update(&s->model, snapshot) < 0)
		return -ENOMEM;
	arrange(s);
	return 0;
}

static int open_again(struct top_session *s, struct weir_error *err)
{
	return s->weir ? 0 : open_weir(s->selection.inv, &s->weir, err);
}

/* Closes maps without attachments, in case they were purged and created again. */
static void close_empty(struct top_session *s)
{
	if (s->model.count)
		return;
	weir_close(s->weir);
	s->weir = NULL;
}

static int read_counters(struct top_session *s, struct weir_error *err)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	int ret = open_again(s, err);

	if (!ret)
		ret = weir_counters_read(s->weir, wanted, s, &snapshot, err);
	return ret ? ret : take_counters(s, &snapshot);
}

/* --- states --- */

static void read_states(struct top_session *s, struct weir_error *err)
{
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	uint64_t began = clock_ns(CLOCK_PROCESS_CPUTIME_ID);

	if (weir_list(s->weir, &list, err) < 0)
		return;
	top_model_states(&s->model, &list);
	s->states_ns =
		top_now_ns() +
		(uint64_t)(top_flows_pause(STATES_SECONDS,
					   (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - began) /
						   1e9) *
			   1e9);
}

/* --- flows --- */

struct flow_reading {
	const struct top_session *session;
	const struct weir_flow_filter *filter;
	uint64_t now_ns;
};

static bool wanted_flow(const struct weir_flow_info *flow, const struct weir_attachment *at,
			void *arg)
{
	const struct flow_reading *reading = arg;

	return selection_has(&reading->session->selection, at) &&
	       top_matches(&at->record, reading->session->view.targets) &&
	       weir_flow_filter_match(reading->filter, flow, at, reading->now_ns);
}

static int read_flows(struct top_session *s, struct weir_error *err)
{
	_cleanup_(weir_flow_filter_freep) struct weir_flow_filter *filter = NULL;
	_cleanup_(weir_flows_free) struct weir_flows flows = {};
	uint64_t began = clock_ns(CLOCK_PROCESS_CPUTIME_ID), cost;
	struct flow_reading reading = { .session = s };
	int ret;

	/* it compiled when the user typed it */
	if (s->view.flows[0] && weir_flow_filter_compile(s->view.flows, &filter, NULL) < 0)
		return -ENOMEM;
	reading.filter = filter;
	reading.now_ns = clock_ns(CLOCK_REALTIME);
	ret = weir_flows_read(s->weir, wanted_flow, &reading, &flows, err);
	if (!ret)
		ret = top_flows_take(&s->flows, &flows, s->view.flow_by, s->view.flow_sort);
	cost = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - began;
	s->flows_ns = top_now_ns() +
		      (uint64_t)(top_flows_pause(s->view.interval * 0.9, (double)cost / 1e9) * 1e9);
	return ret;
}

/* --- all readings --- */

static uint64_t interval_ns(const struct top_session *s)
{
	return (uint64_t)(s->view.interval * 1e9);
}

static int read_all(struct top_session *s, struct weir_error *err)
{
	uint64_t now = top_now_ns();
	int ret = read_counters(s, err);

	if (!ret && now >= s->states_ns)
		read_states(s, err);
	if (!ret && now >= s->flows_ns)
		ret = read_flows(s, err);
	if (!ret)
		ret = top_probe_read(&s->probe, s->selection.inv, s->weir, &s->view, &s->system);
	close_empty(s);
	s->next_ns = (uint64_t)(watch_next((double)s->next_ns / 1e9, s->view.interval,
					   (double)now / 1e9, watch_now()) *
				1e9);
	return ret;
}

int top_session_begin(struct top_session *s, struct weir_error *err)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	int ret = weir_counters_read(s->weir, wanted, s, &snapshot, err);

	if (!ret)
		ret = selection_check(&s->selection, &snapshot, snapshot.count, attachment_at, err);
	if (!ret && take_counters(s, &snapshot) < 0) {
		snprintf(err->text, sizeof(err->text), "out of memory");
		return -ENOMEM;
	}
	if (ret)
		return ret;
	s->next_ns = top_now_ns() + interval_ns(s);
	read_states(s, err);
	ret = read_flows(s, err);
	close_empty(s);
	return ret;
}

int top_session_read(struct top_session *s)
{
	struct weir_error err = {};
	int ret = read_all(s, &err);

	if (ret == -ENOMEM)
		return ret;
	if (s->view.prompt == TOP_PROMPT_NONE)
		memcpy(s->view.message, err.text, sizeof(err.text));
	return 0;
}

int top_session_effect(struct top_session *s, unsigned int effects)
{
	if (effects & TOP_EFFECT_ARRANGE)
		arrange(s);
	if (s->view.move) {
		top_model_move(&s->model, s->view.move);
		s->view.move = 0;
	}
	if (effects & TOP_EFFECT_READ) {
		top_flows_forget(&s->flows);
		s->flows_ns = s->probe.tcp_ns = 0;
		s->next_ns = top_now_ns();
		return top_session_read(s);
	}
	if (effects & TOP_EFFECT_FLOWS)
		return top_flows_arrange(&s->flows, s->view.flow_by, s->view.flow_sort);
	return 0;
}
