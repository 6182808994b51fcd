/* SPDX-License-Identifier: GPL-2.0 */
/* kernel.bpf.h - the few kernel structures and functions used, relocated by CO-RE. */
#ifndef WEIR_KERNEL_BPF_H
#define WEIR_KERNEL_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* include/net/xdp.h, since Linux 5.18 */
struct xdp_buff {
	__u32 flags;
} __attribute__((preserve_access_index));

#define XDP_FLAGS_HAS_FRAGS (1 << 0)

/* include/net/sock.h */
struct sock_common {
	struct {
		__s64 counter;
	} skc_cookie;
} __attribute__((preserve_access_index));

/* net/ipv4/tcp_ipv4.c; the members are those of the iterator's context */
struct bpf_iter__tcp {
	void *meta;
	struct sock_common *sk_common;
	__u32 uid;
} __attribute__((preserve_access_index));

/* kernel/bpf/helpers.c, since Linux 6.2: the kernel's own view of a program's context. */
extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym __weak;

#endif
