/* SPDX-License-Identifier: GPL-2.0 */
/* features.h - what this kernel supports with the capabilities of this process. */
#ifndef WEIR_KERNEL_FEATURES_H
#define WEIR_KERNEL_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

enum known { UNKNOWN = 0, YES, NO };

/* Cached results. */
struct features {
	enum known tcx;
	enum known dispatcher;
	enum known kernel_ctx;
	int tcx_error;            /* why tcx is missing; positive errno */
	char dispatcher_why[512]; /* why the dispatcher is missing */
};

/* Linux 6.6: tc links without a qdisc. */
bool feature_tcx(struct features *features);

/* Programs that replace functions of other programs, as libxdp's dispatcher needs. */
bool feature_dispatcher(struct features *features);

/* bpf_cast_to_kern_ctx(): needs Linux 6.2 with BTF, and CAP_PERFMON. */
bool feature_kernel_ctx(struct features *features);

#endif
