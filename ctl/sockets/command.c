// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl socket list */
#include "ctl/frame/ctl.h"
#include "ctl/sockets/match.h"
#include "ctl/sockets/table.h"
#include "ctl/write/json.h"
#include "datapath/base/cleanup.h"

static const char *const verb_names[] = { "list" };
static const struct choices verbs = CHOICES(verb_names);

static bool wanted(const struct weir_socket *s, void *arg)
{
	const struct invocation *inv = arg;

	if (inv->netns && !s->here)
		return false;
	return inv->word_count < 2 || socket_match(s, inv->words[1]);
}

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(weir_sockets_free) struct weir_sockets sockets = {};
	_cleanup_(close_weir) struct weir *weir = NULL;
	struct invocation asked = *inv;
	struct weir_error err = {};

	(void)bound;
	if (!inv->word_count)
		return usage_error(inv, "what about sockets? `ctl socket list [PATTERN]`");
	if (inv->word_count > 2)
		return usage_error(inv, "unexpected '%s'", inv->words[2]);
	if (open_weir(inv, &weir, &err) < 0 ||
	    weir_sockets_read(weir, wanted, &asked, &sockets, &err) < 0)
		return ctl_failed(&err);
	if (inv->json)
		return ctl_printed(json_sockets(&sockets, NULL, inv->pretty, stdout));
	if (!sockets.count && inv->word_count < 2)
		puts("No process has a socket.");
	else if (!sockets.count)
		printf("No socket matches '%s'. A pattern is a command, a port, an address, "
		       "a protocol or a process; `ctl socket list` shows all.\n",
		       inv->words[1]);
	else if (out_sockets(&sockets, inv->color, stdout) < 0)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	return EXIT_DONE;
}

const struct command cmd_socket = {
	.name = "socket",
	.summary = "list the sockets of processes and their filters",
	.synopsis = "list [PATTERN]",
	.description =
		"Lists the sockets of processes, in all network namespaces (-n NETNS: in that one).\n"
		"PATTERN is a command or an address, or a glob of them ('nginx*', '10.0.*'), a\n"
		"port, a protocol or the number of a process. SOCKET is what `ctl attach --socket`\n"
		"takes. FILTER: none; classic or ebpf: set by the process or by others; slot N: attached\n"
		"by ctl; locked: nobody can change it.",
	.choices = &verbs,
	.run = run,
};
