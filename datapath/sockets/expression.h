/* SPDX-License-Identifier: GPL-2.0 */
/* expression.h - filter expressions to classic BPF, by libpcap. */
#ifndef WEIR_SOCKETS_EXPRESSION_H
#define WEIR_SOCKETS_EXPRESSION_H

#include <stddef.h>
#include "datapath/base/error.h"

struct sock_filter; /* linux/filter.h, which no file can include beside libpcap's headers */

/* Instructions of classic BPF, as in the kernel's struct sock_fprog. */
struct classic {
	struct sock_filter *items;
	size_t count;
};

void classic_free(struct classic *code);

/*
 * Compiles for packets that begin with the IP header (DLT_RAW); names of hosts and services are
 * looked up. -EINVAL: with libpcap's own sentence.
 */
int expression_compile(const char *expression, struct classic *ret_code, struct weir_error *err);

#endif
