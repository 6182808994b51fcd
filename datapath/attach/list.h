/* SPDX-License-Identifier: GPL-2.0 */
/* list.h - the list of attachments, with or without a look at the kernel. */
#ifndef WEIR_ATTACH_LIST_H
#define WEIR_ATTACH_LIST_H

#include "datapath/attach/attach.h"
#include "datapath/state/context.h"

/* look: find out state, detail and peer too. */
int list_read(struct weir *weir, bool look, struct weir_attachments *ret_list,
	      struct weir_error *err);

#endif
