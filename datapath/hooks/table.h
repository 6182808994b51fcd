/* SPDX-License-Identifier: GPL-2.0 */
/* table.h - the hooks, one row each; attaching and listing need no more. */
#ifndef WEIR_HOOKS_TABLE_H
#define WEIR_HOOKS_TABLE_H

#include "datapath/hooks/hook.h"

const struct hook_ops *hook_ops(enum weir_hook hook);

#endif
