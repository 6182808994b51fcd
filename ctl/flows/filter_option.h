/* SPDX-License-Identifier: GPL-2.0 */
/* filter_option.h - flow filters on the command line, and where they are wrong. */
#ifndef CTL_FLOWS_FILTER_OPTION_H
#define CTL_FLOWS_FILTER_OPTION_H

#include "ctl/frame/ctl.h"
#include "datapath/flows/flows.h"

/* Compiles a filter, or prints the error, the expression and a caret. Returns an exit code. */
int filter_option(const char *option, const char *text, struct weir_flow_filter **ret_filter);

/* Prints "    EXPRESSION\n    ^~~\n"; of a long expression, the part around the error. */
void filter_point(const char *text, const struct weir_filter_error *err, FILE *out);

#endif
