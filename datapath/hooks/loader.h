/* SPDX-License-Identifier: GPL-2.0 */
/*
 * loader.h - programs loaded ahead of the attaching that needs them.
 *
 * Creating a TCX link waits for an RCU grace period, about 10 ms, under a lock of all network
 * configuration; loading a program takes the verifier some ms. A second thread does the one while
 * the first waits for the other, which is what attaching to hundreds of interfaces lives on.
 */
#ifndef WEIR_HOOKS_LOADER_H
#define WEIR_HOOKS_LOADER_H

#include "datapath/base/error.h"
#include "datapath/hooks/object.h"

struct loader;

/*
 * Begins to load the programs of configs, in their order and never more than a few ahead. configs
 * and what they point to stay valid until loader_free. NULL: no memory or no thread; do without.
 */
struct loader *loader_start(struct weir *weir, const struct program_config *configs, size_t count);

/* Waits for program `index` and hands it over; indexes only grow from call to call. */
int loader_take(struct loader *loader, size_t index, struct program *ret_program,
		struct weir_error *err);

/* Ends the thread and closes what nobody took. NULL is fine. */
void loader_free(struct loader *loader);
void loader_freep(struct loader **loader);

#endif
