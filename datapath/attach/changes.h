/* SPDX-License-Identifier: GPL-2.0 */
/* changes.h - records the changes that a command makes. */
#ifndef WEIR_ATTACH_CHANGES_H
#define WEIR_ATTACH_CHANGES_H

#include "bpf/abi/abi.h"
#include "datapath/attach/attach.h"

/* Allocates room for `count` changes, so that adding one cannot fail. Returns -ENOMEM. */
int changes_reserve(struct weir_changes *changes, size_t count);
void changes_add(struct weir_changes *changes, enum weir_action action, uint32_t slot,
		 const struct weir_slot *record);

#endif
