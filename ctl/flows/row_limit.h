/* SPDX-License-Identifier: GPL-2.0 */
/* row_limit.h - --top N or --top all */
#ifndef CTL_FLOWS_ROW_LIMIT_H
#define CTL_FLOWS_ROW_LIMIT_H

#include "ctl/frame/ctl.h"

extern const struct choices row_limit_choices; /* words accepted besides numbers */

/*
 * Parses the limit; 0 is no limit. If text is NULL, the default is for_people for tables and no
 * limit for JSON. Returns an exit code.
 */
int row_limit(const struct invocation *inv, const char *text, size_t for_people, size_t *ret_top);

#endif
