/* SPDX-License-Identifier: GPL-2.0 */
/* filter_option.h - flow filters of the command line, and where they are wrong. */
#ifndef CTL_FLOWS_FILTER_OPTION_H
#define CTL_FLOWS_FILTER_OPTION_H

#include "ctl/frame/ctl.h"
#include "datapath/flows/flows.h"

/* Compiles; or prints the sentence, the expression and a caret. Returns an exit code. */
int filter_option(const char *option, const char *text, struct weir_flow_filter **ret_filter);

/* "    EXPRESSION\n    ^~~\n", of a long one the part around the fault. */
void filter_point(const char *text, const struct weir_filter_error *err, FILE *out);

#endif
