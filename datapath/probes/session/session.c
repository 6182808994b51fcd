// SPDX-License-Identifier: GPL-2.0
/* session.c - opens and closes a session of probes; see datapath/probes/probe.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/base/error.h"
#include "datapath/base/libbpf_log.h"
#include "datapath/kernel/cgroup.h"
#include "datapath/probes/session/session.h"

#include "bpf/probes/probe.skel.h"

static void free_question(struct probe_question *q)
{
	expr_list_free(&q->filter);
	expr_list_free(&q->print);
	expr_list_free(&q->by);
	expr_list_free(&q->hist);
	for (int i = 0; i < PROBE_STATS; i++)
		expr_list_free(&q->stats[i]);
}

void weir_probe_close(struct weir_probe_session *s)
{
	if (!s)
		return;
	ring_buffer__free(s->ring);
	for (size_t i = 0; i < s->bundle_count; i++)
		probe_bundle_free(s->bundles[i]);
	free(s->bundles);
	for (size_t i = 0; i < s->target_count; i++) {
		free(s->targets[i]->name);
		free(s->targets[i]);
	}
	free(s->targets);
	for (size_t i = 0; s->usdts && i < s->request.spec_count; i++)
		usdt_free(&s->usdts[i]);
	free(s->usdts);
	free(s->specs);
	free_question(&s->question);
	kernel_btf_free(&s->btf);
	btf__free(s->modules_base);
	kernel_functions_free(&s->functions);
	symbols_free(&s->symbols);
	user_symbols_free(s->user_symbols);
	for (size_t i = 0; i < s->warning_count; i++)
		free(s->warnings[i]);
	free(s->warnings);
	close_fd(&s->cgroup_fd);
	free(s);
}

static void close_session(struct weir_probe_session **s)
{
	weir_probe_close(*s);
}

/* --- texts --- */

static int parse_list(const char *text, bool many, const char *option, struct expr_list *list,
		      struct weir_probe_error *err)
{
	struct probe_fault fault = {};
	int ret = text ? expr_parse(text, many, list, &fault) : 0;

	if (!ret)
		return 0;
	if (ret == -ENOMEM)
		return weir_error_set(&err->error, ret, "out of memory");
	weir_error_set(&err->error, ret, "%s", fault.text);
	err->option = option;
	err->source = text;
	err->position = fault.position;
	err->length = fault.length;
	return ret;
}

static int parse_question(struct weir_probe_session *s, struct weir_probe_error *err)
{
	const struct weir_probe_request *r = &s->request;
	struct probe_question *q = &s->question;
	int ret;

	q->events = r->events;
	q->table = r->table;
	q->texts[PART_FILTER] = r->filter;
	q->texts[PART_PRINT] = r->print;
	q->texts[PART_BY] = r->by;
	q->texts[PART_HIST] = r->hist;
	ret = parse_list(r->filter, false, "--if", &q->filter, err);
	if (!ret)
		ret = parse_list(r->print, true, "--print", &q->print, err);
	if (!ret)
		ret = parse_list(r->by, true, "by", &q->by, err);
	if (!ret)
		ret = parse_list(r->hist, false, "--hist", &q->hist, err);
	for (int i = 0; !ret && i < PROBE_STATS; i++) {
		q->texts[PART_STAT + i] = r->stats[i];
		ret = parse_list(r->stats[i], false, r->stat_names[i], &q->stats[i], err);
	}
	return ret;
}

static int parse_specs(struct weir_probe_session *s, struct weir_probe_error *err)
{
	const struct weir_probe_request *r = &s->request;
	struct probe_fault fault = {};
	int ret;

	s->specs = calloc(r->spec_count, sizeof(*s->specs));
	s->usdts = calloc(r->spec_count, sizeof(*s->usdts));
	if (!s->specs || !s->usdts)
		return weir_error_set(&err->error, ENOMEM, "out of memory");
	for (size_t i = 0; i < r->spec_count; i++) {
		ret = probe_spec_parse(r->specs[i], &s->specs[i], &fault);
		if (!ret)
			continue;
		weir_error_set(&err->error, ret, "%s", fault.text);
		err->option = "";
		err->source = r->specs[i];
		err->position = fault.position;
		err->length = fault.length;
		return ret;
	}
	return 0;
}

/* --- the kernel --- */

/* Never fails: without BTF, arguments are still available as numbers. */
static void look_at_kernel(struct weir_probe_session *s)
{
	s->has_btf = kernel_btf_load(false, &s->btf, NULL) == 0;
	s->kernel = libbpf_probe_bpf_helper(BPF_PROG_TYPE_KPROBE, BPF_FUNC_probe_read_kernel,
					    NULL) != 0;
}

static int find_cgroup(struct weir_probe_session *s, struct weir_error *err)
{
	struct cgroup cgroup = { .fd = -1 };
	int ret;

	if (!s->request.cgroup)
		return 0;
	ret = cgroup_open(s->request.cgroup, &cgroup, err);
	if (!ret)
		s->cgroup_fd = TAKE_FD(cgroup.fd);
	return ret;
}

static int on_sample(void *session, void *data, size_t size)
{
	return probe_handle(session, data, size);
}

static int listen(struct weir_probe_session *s, struct weir_error *err)
{
	if (!s->request.events)
		return 0;
	s->ring = ring_buffer__new(bpf_map__fd(s->first->skel->maps.events), on_sample, s, NULL);
	return s->ring ? 0
		       : weir_error_set(err, errno, "cannot read events of probes: %s",
					strerror(errno));
}

static int prepare(struct weir_probe_session *s, struct weir_probe_error *err)
{
	int ret = parse_specs(s, err);

	if (!ret)
		ret = parse_question(s, err);
	if (!ret)
		ret = find_cgroup(s, &err->error);
	if (ret)
		return ret;
	look_at_kernel(s);
	ret = probe_targets_find(s, err);
	return ret ? ret : probe_bundles_make(s, err);
}

int weir_probe_open(const struct weir_probe_request *request,
		    struct weir_probe_session **ret_session, struct weir_probe_error *err)
{
	_cleanup_(close_session) struct weir_probe_session *s = calloc(1, sizeof(*s));
	struct weir_probe_error unused;
	int ret;

	if (!err)
		err = &unused;
	*err = (struct weir_probe_error){};
	if (!s)
		return weir_error_set(&err->error, ENOMEM, "out of memory");
	libbpf_log_capture();
	s->cgroup_fd = -1;
	s->request = *request;
	s->to_realtime = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
	ret = prepare(s, err);
	if (!ret)
		ret = probe_bundles_start(s, &err->error);
	if (!ret)
		ret = listen(s, &err->error);
	if (ret)
		return ret;
	*ret_session = TAKE_PTR(s);
	return 0;
}

void weir_probe_stop(struct weir_probe_session *s)
{
	for (size_t i = 0; i < s->bundle_count; i++)
		probe_bundle_detach(s->bundles[i]);
}

size_t weir_probe_attached(const struct weir_probe_session *session)
{
	return session->attached;
}

size_t weir_probe_warnings(const struct weir_probe_session *session,
			   const char *const **ret_warnings)
{
	*ret_warnings = (const char *const *)session->warnings;
	return session->warning_count;
}
