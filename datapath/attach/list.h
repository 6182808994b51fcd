/* SPDX-License-Identifier: GPL-2.0 */
/* list.h - reads the list of attachments. */
#ifndef WEIR_ATTACH_LIST_H
#define WEIR_ATTACH_LIST_H

#include "datapath/attach/attach.h"
#include "datapath/state/context.h"

/* look: also set state, detail and peer, from the kernel. */
int list_read(struct weir *weir, bool look, struct weir_attachments *ret_list,
	      struct weir_error *err);

#endif
