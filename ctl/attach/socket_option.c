// SPDX-License-Identifier: GPL-2.0
/* socket_option.c - see socket_option.h. */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include "ctl/attach/hook_options.h"
#include "ctl/attach/socket_option.h"

#define SNAP_MAX 65535

static const char *const protocols[] = { [IPPROTO_TCP] = "tcp", [IPPROTO_UDP] = "udp" };
const struct choices proto_choices = CHOICES(protocols);

/* Parses a decimal number up to `max` that is followed by `end`. */
static bool read_number(const char *text, char end, unsigned long max, unsigned long *ret_number,
			const char **ret_rest)
{
	char *rest;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &rest, 10);
	if (errno || rest == text || *text < '0' || *text > '9' || *rest != end || value > max)
		return false;
	*ret_number = value;
	if (ret_rest)
		*ret_rest = rest + 1;
	return true;
}

static int fill_socket(const struct invocation *inv, const char *text,
		       struct weir_socket_choice *choice)
{
	unsigned long pid, fd;
	const char *rest;

	if (!read_number(text, ':', INT_MAX, &pid, &rest) || !pid ||
	    !read_number(rest, '\0', INT_MAX, &fd, NULL))
		return usage_error(inv,
				   "--socket takes a process and a descriptor, PID:FD, not '%s'; "
				   "`ctl socket list` has them",
				   text);
	choice->pid = (uint32_t)pid;
	choice->fd = (int32_t)fd;
	return EXIT_DONE;
}

static int fill_port(const struct invocation *inv, const char *name, const char *text,
		     struct weir_socket_choice *choice)
{
	unsigned long port;

	if (!read_number(text, '\0', UINT16_MAX, &port, NULL) || !port)
		return usage_error(inv, "%s takes a port from 1 to 65535, not '%s'", name, text);
	choice->port = (uint16_t)port;
	return EXIT_DONE;
}

static int fill_which(const struct invocation *inv, const struct socket_options *options,
		      struct weir_socket_choice *choice)
{
	if (options->proto.given && !options->port)
		return usage_error(inv, "--proto goes with --port");
	if (options->socket)
		return fill_socket(inv, options->socket, choice);
	if (options->listen_port) {
		choice->listening = true;
		return fill_port(inv, "--listen-port", options->listen_port, choice);
	}
	choice->protocol = (uint8_t)options->proto.number;
	return fill_port(inv, "--port", options->port, choice);
}

static int fill_filter(const struct invocation *inv, const struct socket_options *options,
		       struct weir_socket_choice *choice)
{
	unsigned long snap;

	choice->keep = options->keep;
	if (!options->snap)
		return EXIT_DONE;
	if (!read_number(options->snap, '\0', SNAP_MAX, &snap, NULL) || !snap)
		return usage_error(inv, "--snap takes bytes from 1 to %d, not '%s'", SNAP_MAX,
				   options->snap);
	choice->snap = (uint32_t)snap;
	return EXIT_DONE;
}

int socket_option(const struct invocation *inv, const struct socket_options *options,
		  const struct hook_options *hooks, struct weir_socket_choice *ret_choice,
		  bool *ret_given)
{
	int given = !!options->socket + !!options->port + !!options->listen_port;
	struct weir_socket_choice choice = {};
	int ret;

	*ret_given = given > 0;
	if (given > 1)
		return usage_error(inv, "--socket, --port and --listen-port exclude each other");
	if (!given && (options->keep || options->snap || options->proto.given))
		return usage_error(inv, "%s goes with %s",
				   options->proto.given ? "--proto"
				   : options->keep      ? "--keep"
							: "--snap",
				   options->proto.given ? "--port"
							: "--socket, --port or --listen-port");
	if (!given)
		return EXIT_DONE;
	if (inv->word_count || hooks->cgroup.given || hooks_stray(hooks, WEIR_TARGET_SOCKET))
		return usage_error(inv, "sockets go without interfaces, cgroups and their hooks");
	ret = fill_which(inv, options, &choice);
	if (!ret)
		ret = fill_filter(inv, options, &choice);
	if (!ret)
		*ret_choice = choice;
	return ret;
}
