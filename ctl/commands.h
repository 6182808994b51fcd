/* SPDX-License-Identifier: GPL-2.0 */
/* commands.h - the table of commands, which main() hands to the frame. */
#ifndef CTL_COMMANDS_H
#define CTL_COMMANDS_H

#include "ctl/frame/ctl.h"
#include "ctl/serve/command.h"

extern const struct command cmd_attach, cmd_detach, cmd_purge, cmd_status, cmd_counters, cmd_flows,
	cmd_tcp, cmd_where, cmd_drops, cmd_health, cmd_socket, cmd_probe, cmd_trace_pipe, cmd_top,
	cmd_skip_loopback, cmd_tune, cmd_doctor, cmd_version, cmd_help;

/* In the order of `ctl help`, ended by NULL. */
extern const struct command *const commands[];

#endif
