/* SPDX-License-Identifier: GPL-2.0 */
/* expression.h - compiles filter expressions to classic BPF, with libpcap. */
#ifndef WEIR_SOCKETS_EXPRESSION_H
#define WEIR_SOCKETS_EXPRESSION_H

#include <stddef.h>
#include "datapath/base/error.h"

struct sock_filter; /* in linux/filter.h, which conflicts with libpcap's headers */

/* Classic BPF instructions, as in the kernel's struct sock_fprog. */
struct classic {
	struct sock_filter *items;
	size_t count;
};

void classic_free(struct classic *code);

/*
 * Compiles for packets that start with the IP header (DLT_RAW). Resolves host and service names.
 * Returns -EINVAL with libpcap's message.
 */
int expression_compile(const char *expression, struct classic *ret_code, struct weir_error *err);

#endif
