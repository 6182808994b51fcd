// SPDX-License-Identifier: GPL-2.0
/* command_attach.c - ctl attach */
#include <errno.h>
#include <stdlib.h>
#include "ctl/attach/hook_options.h"
#include "ctl/attach/json.h"
#include "ctl/attach/labels.h"
#include "ctl/attach/socket_option.h"
#include "ctl/frame/ctl.h"
#include "ctl/write/json.h"
#include "datapath/base/cleanup.h"

struct options {
	struct hook_options hooks;
	struct socket_options sockets;
	bool all;
	bool skip_loopback;
	struct arg_word tc_method;
	struct arg_word features; /* bit mask */
	const char *flow_entries;
	const char *tcp_entries;
	bool force;
	bool replace;
};

#define AT(field) offsetof(struct options, field)

static const char *const xdp_modes[] = {
	[WEIR_XDP_AUTO] = "auto",
	[WEIR_XDP_NATIVE] = "native",
	[WEIR_XDP_GENERIC] = "generic",
};
static const struct choices xdp_choices = CHOICES(xdp_modes);

static const char *const tc_methods[] = {
	[WEIR_TC_TCX] = "tcx",
	[WEIR_TC_CLSACT] = "clsact",
};
static const struct choices tc_choices = CHOICES(tc_methods);

static const struct choices feature_choices = { .name = weir_feature_name, .count = 32 };

static const struct arg args[] = {
	/* clang-format off */
	HOOK_FLAGS(HOOK_FLAG_OF_ATTACH)
	/* clang-format on */
	{ "xdp", 0, ARG_OPTIONAL_WORD, AT(hooks.xdp), NULL,
	  "XDP: packets received, before the network stack", &xdp_choices },
	{ "cgroup", 0, ARG_OPTIONAL, AT(hooks.cgroup), "PATH",
	  "a cgroup, below the cgroup2 mount or absolute; default: the mount", &choices_cgroups },
	{ "socket", 0, ARG_VALUE, AT(sockets.socket), "PID:FD",
	  "count what a socket of a running process receives" },
	{ "port", 0, ARG_VALUE, AT(sockets.port), "N",
	  "sockets on that local port, except listeners" },
	{ "proto", 0, ARG_WORD, AT(sockets.proto), NULL,
	  "with --port: only sockets of this protocol", &proto_choices },
	{ "listen-port", 0, ARG_VALUE, AT(sockets.listen_port), "N",
	  "TCP listeners on that port; accepted sockets inherit it" },
	{ "keep", 0, ARG_VALUE, AT(sockets.keep), "EXPR",
	  "drop packets that do not match EXPR (pcap-filter syntax)" },
	{ "snap", 0, ARG_VALUE, AT(sockets.snap), "N", "cut datagrams to N bytes; not TCP" },
	{ "all", 0, ARG_FLAG, AT(all), NULL, "every interface of the namespace" },
	{ "skip-loopback", 0, ARG_FLAG, AT(skip_loopback), NULL,
	  "with --all: except loopback devices" },
	{ "tc-method", 0, ARG_WORD, AT(tc_method), NULL,
	  "TCX links or clsact filters; default: chosen by ctl", &tc_choices },
	{ "features", 0, ARG_WORDS, AT(features), "LIST",
	  "features of the programs; the default depends on the hook", &feature_choices },
	{ "flow-entries", 0, ARG_VALUE, AT(flow_entries), "N",
	  "entries of a newly created flow table; default 65536" },
	{ "tcp-entries", 0, ARG_VALUE, AT(tcp_entries), "N",
	  "entries of a newly created TCP table; default 16384" },
	{ "force", 0, ARG_FLAG, AT(force), NULL,
	  "replace programs that do not share a hook; filter TCP" },
	{ "replace", 0, ARG_FLAG, AT(replace), NULL,
	  "reload attached programs (after an upgrade); keeps counts" },
	{},
};

/*
 * Parses a number of entries between two bounds. Leaves the output alone if the option is not
 * given.
 */
static int fill_entries(const struct invocation *inv, const char *option, const char *text,
			unsigned long low, unsigned long high, uint32_t *ret_entries)
{
	unsigned long entries;
	char *end;

	if (!text)
		return EXIT_DONE;
	errno = 0;
	entries = strtoul(text, &end, 10);
	if (errno || *end || text[0] == '-' || entries < low || entries > high)
		return usage_error(inv, "%s is a number from %lu to %lu, not '%s'", option, low,
				   high, text);
	*ret_entries = (uint32_t)entries;
	return EXIT_DONE;
}

static int fill_tables(const struct invocation *inv, const struct options *options,
		       struct weir_attach_request *request)
{
	int ret;

	ret = fill_entries(inv, "--flow-entries", options->flow_entries, WEIR_FLOWS_MIN,
			   WEIR_FLOWS_MAX, &request->flow_entries);
	return ret ? ret
		   : fill_entries(inv, "--tcp-entries", options->tcp_entries, WEIR_TCP_MIN,
				  WEIR_TCP_MAX, &request->tcp_entries);
}

/* Fills in the targets: interfaces, a cgroup or sockets. */
static int fill_targets(const struct invocation *inv, const struct options *options,
			struct weir_socket_choice *choice, struct weir_attach_request *request)
{
	bool sockets = false;
	int ret = hooks_check(inv, &options->hooks);

	if (!ret)
		ret = socket_option(inv, &options->sockets, &options->hooks, choice, &sockets);
	if (ret)
		return ret;
	request->cgroup = hooks_cgroup(&options->hooks);
	request->sockets = sockets ? choice : NULL;
	if (options->all && (inv->word_count || request->cgroup || sockets))
		return usage_error(inv, "--all and %s exclude each other",
				   sockets           ? "sockets"
				   : request->cgroup ? "--cgroup"
						     : "interface names");
	if (!options->all && !inv->word_count && !request->cgroup && !sockets)
		return usage_error(inv, "which interface? Name some, or give --all, --cgroup or "
					"--socket");
	request->interfaces = inv->words;
	request->interface_count = inv->word_count;
	request->all = options->all;
	return EXIT_DONE;
}

static unsigned int default_hooks(const struct weir_attach_request *request)
{
	return weir_hooks_by_default(request->sockets  ? WEIR_TARGET_SOCKET
				     : request->cgroup ? WEIR_TARGET_CGROUP
						       : WEIR_TARGET_INTERFACE);
}

static int fill(const struct invocation *inv, const struct options *options,
		struct weir_socket_choice *choice, struct weir_attach_request *request)
{
	int ret = fill_tables(inv, options, request);

	if (!ret)
		ret = fill_targets(inv, options, choice, request);
	if (ret)
		return ret;
	if (options->skip_loopback && !options->all)
		return usage_error(inv, "--skip-loopback goes with --all");
	request->skip_loopback = options->skip_loopback;
	request->xdp_mode = options->hooks.xdp.number;
	request->tc_method = options->tc_method.number;
	request->features = options->features.number;
	request->force = options->force;
	request->replace = options->replace;
	request->hooks = hooks_named(&options->hooks);
	if (!request->hooks)
		request->hooks = default_hooks(request);
	return EXIT_DONE;
}

static void print_change(const struct weir_change *c)
{
	static const char *const texts[] = {
		[WEIR_ACTION_NONE] = "%s at '%s' is attached already (%s%s%s, slot %u)\n",
		[WEIR_ACTION_ATTACH] = "attached %s to '%s' (%s%s%s, slot %u)\n",
		[WEIR_ACTION_REPLACE] = "replaced %s at '%s' (%s%s%s, slot %u); counts go on\n",
		[WEIR_ACTION_REATTACH] =
			"attached %s to '%s' again (%s%s%s, slot %u); counts go on\n",
	};
	const struct weir_slot *r = &c->record;
	bool has_mode = r->mode != WEIR_MODE_NONE;

	printf(texts[c->action], weir_hook_name(r->hook), weir_target_name(r),
	       weir_method_name(r->method), has_mode ? ", " : "",
	       has_mode ? weir_mode_name(r->mode) : "", c->slot);
}

/* If cgroup2 is mounted several times, say which mount a path without a mount is below. */
static void print_mount(const struct weir_attach_request *request)
{
	unsigned int others;
	char mount[4096];

	if (request->cgroup && weir_cgroup_mount(mount, sizeof(mount), &others) == 0 && others)
		printf("cgroup2 is mounted at %u places; paths are below '%s'\n", others + 1,
		       mount);
}

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(weir_changes_free) struct weir_changes changes = {};
	_cleanup_(close_weir) struct weir *weir = NULL;
	struct weir_attach_request request = {};
	struct weir_socket_choice choice;
	struct weir_error err = {};
	int ret = fill(inv, bound, &choice, &request);

	if (ret)
		return ret;
	if (open_weir(inv, &weir, &err) < 0 || weir_attach(weir, &request, &changes, &err) < 0)
		return ctl_failed(&err);
	if (inv->json)
		return ctl_printed(json_changes(&changes, inv->pretty, stdout));
	for (size_t i = 0; i < changes.count; i++)
		print_change(&changes.items[i]);
	print_mount(&request);
	if (request.sockets && choice.listening)
		puts("sockets accepted from now on inherit it, and count here too");
	return EXIT_DONE;
}

const struct command cmd_attach = {
	.name = "attach",
	.summary = "attach programs to interfaces, cgroups and sockets",
	.synopsis =
		"IFACE...|--cgroup[=PATH]|--socket PID:FD [--ingress] [--egress] [--xdp[=MODE]]",
	.description =
		"Attaches to interfaces by name or glob ('veth*'); without a hook, to tc ingress\n"
		"and egress. Other people's programs stay, and existing attachments do not change. If\n"
		"attaching to one interface fails, ctl detaches from the others again.\n"
		"On the host's end of a veth pair, ingress is what the container sends.\n"
		"With --cgroup, to a cgroup instead: the TCP connections of its processes, and with\n"
		"--ingress and --egress their packets, counted from the IP header on.\n"
		"With --socket, --port or --listen-port, to sockets of running processes. Programs\n"
		"count what they receive, drop what does not match --keep EXPR, and cut the rest to\n"
		"--snap N bytes.",
	.args = args,
	.options_size = sizeof(struct options),
	.choices = &choices_interfaces,
	.run = run,
};
