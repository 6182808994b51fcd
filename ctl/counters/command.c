// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl counters */
#include "ctl/attach/select.h"
#include "ctl/counters/json.h"
#include "ctl/counters/rates.h"
#include "ctl/counters/table.h"
#include "ctl/frame/ctl.h"
#include "ctl/frame/watch.h"
#include "ctl/write/json.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"

struct options {
	struct arg_word hook;
	bool per_cpu;
	bool protocols;
	bool sizes;
	bool verdicts;
	bool rate;
	struct arg_optional watch;
	bool reset;
};

#define AT(field) offsetof(struct options, field)

static const struct arg args[] = {
	{ "hook", 0, ARG_WORD, AT(hook), "HOOK", "only this hook", &hook_choices },
	{ "per-cpu", 0, ARG_FLAG, AT(per_cpu), NULL, "totals by CPU" },
	{ "protocols", 0, ARG_FLAG, AT(protocols), NULL, "by protocol class" },
	{ "sizes", 0, ARG_FLAG, AT(sizes), NULL, "packet sizes" },
	{ "verdicts", 0, ARG_FLAG, AT(verdicts), NULL, "by verdict: what happened to the packets" },
	{ "rate", 0, ARG_FLAG, AT(rate), NULL,
	  "measure for a second: packets and bits per second" },
	{ "watch", 'w', ARG_OPTIONAL, AT(watch), "SECONDS",
	  "repeat every SECONDS (default 1), with rates" },
	{ "reset", 0, ARG_FLAG, AT(reset), NULL, "reset to 0 after this reading" },
	{},
};

static bool wanted(const struct weir_attachment *a, void *arg)
{
	return selection_has(arg, a);
}

static const struct weir_attachment *counted_at(const void *list, size_t i)
{
	return &((const struct weir_snapshot *)list)->items[i].attachment;
}

static const struct weir_attachment *attachment_at(const void *list, size_t i)
{
	return &((const struct weir_attachments *)list)->items[i];
}

/* Checks the names before a reset, so that a wrong one resets nothing. */
static int check(const struct weir_attachments *list, void *arg, struct weir_error *err)
{
	return selection_check(arg, list, list->count, attachment_at, err);
}

static int read_counters(struct weir *weir, const struct selection *selection, bool reset,
			 struct weir_snapshot *ret_snapshot, struct weir_error *err)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot snapshot = {};
	void *arg = (void *)selection;
	int ret = reset ? weir_counters_reset(weir, wanted, check, arg, &snapshot, err)
			: weir_counters_read(weir, wanted, arg, &snapshot, err);

	if (!ret && !reset)
		ret = selection_check(selection, &snapshot, snapshot.count, counted_at, err);
	if (ret)
		return ret;
	snapshot_sort(&snapshot);
	*ret_snapshot = snapshot;
	snapshot = (struct weir_snapshot){};
	return 0;
}

static int render(const struct invocation *inv, const struct options *options,
		  const struct weir_snapshot *snapshot, const struct rates *rates)
{
	struct counters_view view = {
		.snapshot = snapshot,
		.rates = rates,
		.per_cpu = options->per_cpu,
		.protocols = options->protocols,
		.sizes = options->sizes,
		.verdicts = options->verdicts,
		.color = inv->color,
	};

	if (inv->json)
		return ctl_printed(
			json_counters(snapshot, rates, options->per_cpu, inv->pretty, stdout));
	return out_counters(&view, stdout) < 0 ? ctl_failed(&(struct weir_error){ "out of memory" })
					       : EXIT_DONE;
}

struct reading {
	struct weir *weir;
	const struct invocation *inv;
	const struct options *options;
	const struct selection *selection;
	struct weir_snapshot before; /* previous reading, for rates */
};

static void reading_free(struct reading *r)
{
	weir_snapshot_free(&r->before);
}

static int show_once(struct reading *r)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot now = {};
	struct weir_error err = {};

	if (read_counters(r->weir, r->selection, r->options->reset, &now, &err) < 0)
		return ctl_failed(&err);
	return render(r->inv, r->options, &now, NULL);
}

static int begin(void *arg)
{
	struct reading *r = arg;
	struct weir_error err = {};

	return read_counters(r->weir, r->selection, false, &r->before, &err) < 0 ? ctl_failed(&err)
										 : EXIT_DONE;
}

static int turn(void *arg)
{
	_cleanup_(weir_snapshot_free) struct weir_snapshot now = {};
	_cleanup_(rates_free) struct rates rates = {};
	struct reading *r = arg;
	struct weir_error err = {};
	int ret;

	if (read_counters(r->weir, r->selection, r->options->reset, &now, &err) < 0)
		return json_failed(r->inv, '[', &err);
	if (rates_compute(&r->before, &now, &rates) < 0)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	ret = render(r->inv, r->options, &now, &rates);
	weir_snapshot_free(&r->before);
	r->before = now;
	now = (struct weir_snapshot){};
	if (r->options->reset)
		snapshot_reset(&r->before);
	return ret;
}

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(close_weir) struct weir *weir = NULL;
	const struct options *options = bound;
	_cleanup_(selection_free) struct selection selection = {
		.inv = inv,
		.hook = options->hook,
		.watching = options->watch.given && !options->watch.value,
	};
	_cleanup_(reading_free) struct reading reading = {
		.inv = inv,
		.options = options,
		.selection = &selection,
	};
	struct watch watch = {
		.inv = inv,
		.seconds = 1,
		.once = !options->watch.given,
		.begin = begin,
		.turn = turn,
	};
	struct weir_error err = {};

	if (options->watch.value && parse_seconds(options->watch.value, &watch.seconds) < 0)
		return usage_error(inv, "--watch takes seconds from 0.1 to 86400, not '%s'",
				   options->watch.value);
	if (open_weir(inv, &weir, &err) < 0)
		return ctl_failed(&err);
	if (selection_names(&selection, weir) < 0)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	reading.weir = weir;
	return options->watch.given || options->rate ? watch_run(&watch, &reading)
						     : show_once(&reading);
}

const struct command cmd_counters = {
	.name = "counters",
	.summary = "read counters",
	.synopsis = "[IFACE...] [--rate] [--protocols] [--sizes] [--per-cpu]",
	.description =
		"Prints packets and bytes since attach (or the last --reset), of all attachments, or\n"
		"of interfaces by name or glob, in every namespace (-n NETNS: in that one).\n"
		"PACKETS and BYTES are frames as handled, without FCS: a GSO or GRO super-packet\n"
		"counts once. WIRE counts each of its segments, and headers for each segment.\n"
		"Protocols: arp, ipv4, ipv6, other-l3 and malformed add up to all packets; tcp, udp,\n"
		"icmp, icmpv6, sctp, other-l4 and fragment add up to ipv4 and ipv6.",
	.args = args,
	.options_size = sizeof(struct options),
	.choices = &choices_interfaces,
	.run = run,
};
