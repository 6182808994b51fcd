/* SPDX-License-Identifier: GPL-2.0 */
/* ends.h - the two ends of a flow. For ctl/flows. */
#ifndef CTL_FLOWS_ENDS_H
#define CTL_FLOWS_ENDS_H

#include "ctl/flows/rows.h"

#define ROW_OUT (1 << 0) /* bit of marks: packets from a to b leave the interface */

enum way { THERE, BACK, BOTH };

/* Normalizes a row, so that both directions have the same ends. Returns its direction. */
enum way flow_row_fold(struct flow_row *row);

/* Swaps a and b. */
void flow_row_turn(struct flow_row *row);

#endif
