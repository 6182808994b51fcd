/* SPDX-License-Identifier: GPL-2.0 */
/* features.h - what this kernel and these capabilities offer, found by trying. */
#ifndef WEIR_KERNEL_FEATURES_H
#define WEIR_KERNEL_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

enum known { UNKNOWN = 0, YES, NO };

/* Answers already found in this run. */
struct features {
	enum known tcx;
	enum known dispatcher;
	enum known kernel_ctx;
	int tcx_error;            /* why not; positive errno */
	char dispatcher_why[512]; /* in words */
};

/* Linux 6.6: links at tc without a qdisc. */
bool feature_tcx(struct features *features);

/* Programs that replace functions of others, of which libxdp's dispatcher is made. */
bool feature_dispatcher(struct features *features);

/* Linux 6.2 with BTF, and CAP_PERFMON: a program may look at the kernel's own context. */
bool feature_kernel_ctx(struct features *features);

#endif
