/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - the hooks, one row each; attaching and listing need no more. */
#ifndef WEIR_HOOKS_TABLE_H
#define WEIR_HOOKS_TABLE_H

#include "datapath/hooks/hook.h"

struct hook_row {
	struct weir_hook_info info;
	const struct hook_ops *ops;
	bool loads_ahead; /* the configuration of its program is known before attaching */
};

/* The hook must exist. */
const struct hook_row *hook_row(enum weir_hook hook);
const struct hook_ops *hook_ops(enum weir_hook hook);

#endif
