/* SPDX-License-Identifier: GPL-2.0 */
/* ends.h - the two ends of a flow. For ctl/flows. */
#ifndef CTL_FLOWS_ENDS_H
#define CTL_FLOWS_ENDS_H

#include "ctl/flows/rows.h"

#define ROW_OUT (1 << 0) /* of marks: the way from a to b leaves the interface */

enum way { THERE, BACK, BOTH };

/* Turns a flow's row so that both directions have the same ends; says which one it is. */
enum way flow_row_fold(struct flow_row *row);

/* a becomes b. */
void flow_row_turn(struct flow_row *row);

#endif
