/* SPDX-License-Identifier: GPL-2.0 */
/* lists.h - one list of probes per type. */
#ifndef WEIR_PROBES_LIST_LISTS_H
#define WEIR_PROBES_LIST_LISTS_H

#include "datapath/probes/list/lister.h"

/* Each lists probes of one type. */
int list_functions(struct lister *l, enum weir_probe_type type, struct weir_error *err);
int list_tracepoints(struct lister *l, enum weir_probe_type type, struct weir_error *err);
int list_raw_tracepoints(struct lister *l, enum weir_probe_type type, struct weir_error *err);
int list_iterators(struct lister *l, enum weir_probe_type type, struct weir_error *err);
int list_symbols(struct lister *l, enum weir_probe_type type, struct weir_error *err);
int list_usdt(struct lister *l, enum weir_probe_type type, struct weir_error *err);
int list_events(struct lister *l, enum weir_probe_type type, struct weir_error *err);

#endif
