/* SPDX-License-Identifier: GPL-2.0 */
/* row_limit.h - --top N or --top all */
#ifndef CTL_FLOWS_ROW_LIMIT_H
#define CTL_FLOWS_ROW_LIMIT_H

#include "ctl/frame/ctl.h"

extern const struct choices row_limit_choices; /* other than numbers */

/* text: NULL for the default, which is for people; JSON has all. 0: all. Returns an exit code. */
int row_limit(const struct invocation *inv, const char *text, size_t for_people, size_t *ret_top);

#endif
