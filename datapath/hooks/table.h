/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - the hooks, one row each; attaching and listing need no more. */
#ifndef WEIR_HOOKS_TABLE_H
#define WEIR_HOOKS_TABLE_H

#include "datapath/hooks/hook.h"

struct hook_row {
	struct weir_hook_info info;
	const struct hook_ops *ops;
	bool loads_ahead; /* all that its program is told is known before it is attached */
};

/* Of a hook that there is. */
const struct hook_row *hook_row(enum weir_hook hook);
const struct hook_ops *hook_ops(enum weir_hook hook);

#endif
