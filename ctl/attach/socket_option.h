/* SPDX-License-Identifier: GPL-2.0 */
/* socket_option.h - the options --socket, --port and --listen-port, and those that go with them. */
#ifndef CTL_ATTACH_SOCKET_OPTION_H
#define CTL_ATTACH_SOCKET_OPTION_H

#include "ctl/attach/hook_options.h"
#include "ctl/frame/ctl.h"

struct socket_options {
	const char *socket;
	const char *port;
	const char *listen_port;
	struct arg_word proto; /* number: IP protocol */
	const char *keep;
	const char *snap;
};

extern const struct choices proto_choices;

/*
 * Fills in ret_choice, and sets ret_given if an option selects sockets. Returns an exit code. The
 * choice borrows the expression.
 */
int socket_option(const struct invocation *inv, const struct socket_options *options,
		  const struct hook_options *hooks, struct weir_socket_choice *ret_choice,
		  bool *ret_given);

#endif
