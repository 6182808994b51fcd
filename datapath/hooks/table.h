/* SPDX-License-Identifier: GPL-2.0 */
/* hook_table.h - the hooks, a row each; who attaches and lists knows no more of them. */
#ifndef WEIR_HOOK_TABLE_H
#define WEIR_HOOK_TABLE_H

#include "datapath/hooks/hook.h"

const struct hook_ops *hook_ops(enum weir_hook hook);

#endif
