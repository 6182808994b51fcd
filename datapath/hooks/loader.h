/* SPDX-License-Identifier: GPL-2.0 */
/*
 * loader.h - loads programs ahead of time, in a second thread.
 *
 * Creating a TCX link waits about 10 ms for an RCU grace period, under a lock of all network
 * configuration. The verifier takes some ms for a program. The second thread loads programs during
 * that wait, which makes attaching to hundreds of interfaces fast.
 */
#ifndef WEIR_HOOKS_LOADER_H
#define WEIR_HOOKS_LOADER_H

#include "datapath/base/error.h"
#include "datapath/hooks/object.h"

struct loader;

/*
 * Starts loading the programs of configs, in order, at most a few ahead. configs and what they
 * point to must stay valid until loader_free(). Returns NULL without memory or a thread; load
 * without it then.
 */
struct loader *loader_start(struct weir *weir, const struct program_config *configs, size_t count);

/* Waits for program `index` and takes it. The index must increase with each call. */
int loader_take(struct loader *loader, size_t index, struct program *ret_program,
		struct weir_error *err);

/* Ends the thread and closes programs that were not taken. NULL is allowed. */
void loader_free(struct loader *loader);
void loader_freep(struct loader **loader);

#endif
