// SPDX-License-Identifier: GPL-2.0
/* commands.c - see commands.h. */
#include "ctl/commands.h"

const struct command *const commands[] = {
	&cmd_attach,     &cmd_detach, &cmd_purge, &cmd_status,        &cmd_counters, &cmd_flows,
	&cmd_tcp,        &cmd_where,  &cmd_drops, &cmd_health,        &cmd_socket,   &cmd_probe,
	&cmd_trace_pipe, &cmd_top,    &cmd_serve, &cmd_skip_loopback, &cmd_tune,     &cmd_doctor,
	&cmd_version,    &cmd_help,   NULL,
};
