// SPDX-License-Identifier: GPL-2.0
/* hook_socket.c - the filter of one socket. */
#include <errno.h>
#include "hook.h"

static int socket_attach(struct weir *weir, struct job *job, struct weir_error *err)
{
	(void)weir;
	return weir_error_set(err, EOPNOTSUPP, "cannot attach to socket '%s'", job->target->name);
}

static int socket_remove(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			 uint32_t keep, struct weir_error *err)
{
	(void)record;
	return keep ? 0 : hook_pins_remove(weir, slot, err);
}

static int socket_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			  bool exists, struct live *ret_live)
{
	hook_link_inspect(weir, slot, record, exists, ret_live);
	return 0;
}

const struct hook_ops hook_socket_ops = {
	.attach = socket_attach,
	.replace = socket_attach,
	.remove = socket_remove,
	.inspect = socket_inspect,
};
