/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tcx.h - numbers of TCX (include/uapi/linux/bpf.h, Linux 6.6) for headers that are older.
 *
 * Under names of our own, because in newer headers they are enumerators, which #ifndef misses.
 */
#ifndef WEIR_KERNEL_TCX_H
#define WEIR_KERNEL_TCX_H

#define WEIR_BPF_TCX_INGRESS 46
#define WEIR_BPF_TCX_EGRESS 47
#define WEIR_BPF_F_BEFORE (1U << 3)
#define WEIR_BPF_LINK_TYPE_TCX 11

#endif
