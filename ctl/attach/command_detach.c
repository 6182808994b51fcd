// SPDX-License-Identifier: GPL-2.0
/* command_detach.c - ctl detach */
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
};

#define AT(field) offsetof(struct options, field)

static const struct arg args[] = {
	/* clang-format off */
	HOOK_FLAGS(HOOK_FLAG_OF_DETACH)
	/* clang-format on */
	{ "xdp", 0, ARG_FLAG, AT(hooks.xdp.given), NULL, "only XDP" },
	{ "cgroup", 0, ARG_OPTIONAL, AT(hooks.cgroup), "PATH",
	  "from a cgroup; for a removed one, give its last path", &choices_cgroups },
	{ "socket", 0, ARG_VALUE, AT(sockets.socket), "PID:FD",
	  "from a socket; for a closed one, give its last PID:FD" },
	{ "port", 0, ARG_VALUE, AT(sockets.port), "N", "from sockets on that local port" },
	{ "proto", 0, ARG_WORD, AT(sockets.proto), NULL,
	  "with --port: only sockets of this protocol", &proto_choices },
	{ "listen-port", 0, ARG_VALUE, AT(sockets.listen_port), "N",
	  "from TCP listeners on that port" },
	{ "all", 0, ARG_FLAG, AT(all), NULL,
	  "every attachment, in every namespace unless -n names one" },
	{},
};

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(weir_changes_free) struct weir_changes changes = {};
	_cleanup_(close_weir) struct weir *weir = NULL;
	const struct options *options = bound;
	int ret = hooks_check(inv, &options->hooks);
	struct weir_socket_choice choice;
	struct weir_error err = {};
	bool sockets = false;
	struct weir_detach_request request = {
		.interfaces = inv->words,
		.interface_count = inv->word_count,
		.all = options->all,
		.cgroup = hooks_cgroup(&options->hooks),
		.hooks = hooks_named(&options->hooks),
	};

	if (!ret)
		ret = socket_option(inv, &options->sockets, &options->hooks, &choice, &sockets);
	if (ret)
		return ret;
	request.sockets = sockets ? &choice : NULL;
	if (options->all && (inv->word_count || request.cgroup || sockets))
		return usage_error(inv, "--all and %s exclude each other",
				   sockets          ? "sockets"
				   : request.cgroup ? "--cgroup"
						    : "interface names");
	if (!options->all && !inv->word_count && !request.cgroup && !sockets)
		return usage_error(inv, "which interface? Name some, or give --all, --cgroup or "
					"--socket");
	if (open_weir(inv, &weir, &err) < 0 || weir_detach(weir, &request, &changes, &err) < 0)
		return ctl_failed(&err);
	if (inv->json)
		return ctl_printed(json_changes(&changes, inv->pretty, stdout));
	for (size_t i = 0; i < changes.count; i++)
		printf("detached %s from '%s'\n", weir_hook_name(changes.items[i].record.hook),
		       weir_target_name(&changes.items[i].record));
	if (!changes.count)
		puts("nothing was attached");
	return EXIT_DONE;
}

const struct command cmd_detach = {
	.name = "detach",
	.summary = "detach programs from interfaces, cgroups and sockets",
	.synopsis = "IFACE...|--cgroup[=PATH]|--socket PID:FD [--ingress] [--egress] [--xdp]",
	.description =
		"Detaches from interfaces of this namespace (-n for another) by name or glob;\n"
		"without a hook, from all hooks. This discards the counts of what it detaches.\n"
		"Other people's programs, their clsact and their places in the dispatcher stay.",
	.args = args,
	.options_size = sizeof(struct options),
	.choices = &choices_interfaces,
	.run = run,
};
