/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tcx.h - TCX constants (include/uapi/linux/bpf.h, Linux 6.6) for older headers.
 *
 * They have other names, because newer headers define them as enumerators, which #ifndef cannot
 * detect.
 */
#ifndef WEIR_KERNEL_TCX_H
#define WEIR_KERNEL_TCX_H

#define WEIR_BPF_TCX_INGRESS 46
#define WEIR_BPF_TCX_EGRESS 47
#define WEIR_BPF_F_BEFORE (1U << 3)
#define WEIR_BPF_LINK_TYPE_TCX 11

#endif
