/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel.bpf.h - the few kernel structures and functions in use, relocated by CO-RE.
 *
 * Members that bpf_tcp_sock has are read from there instead, see tcp_measure().
 */
#ifndef WEIR_BPF_KERNEL_KERNEL_BPF_H
#define WEIR_BPF_KERNEL_KERNEL_BPF_H

#include <linux/types.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define relocated __attribute__((preserve_access_index))

/* include/net/net_namespace.h */
struct net_device;

struct net {
	__u64 net_cookie;
	struct net_device *loopback_dev;
} relocated;

struct possible_net {
	struct net *net;
} relocated;

/* include/linux/netdevice.h */
struct net_device {
	int ifindex;
	struct possible_net nd_net;
} relocated;

struct ipv6_words {
	__u32 words[4];
};

/* include/net/sock.h; CO-RE finds members of its anonymous unions by name */
struct sock_common {
	__u32 skc_daddr;
	__u32 skc_rcv_saddr;
	__u16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	unsigned char skc_state;
	struct possible_net skc_net;
	struct {
		__s64 counter;
	} skc_cookie;
	struct ipv6_words skc_v6_daddr;
	struct ipv6_words skc_v6_rcv_saddr;
} relocated;

struct kernfs_node {
	__u64 id;
} relocated;

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
} relocated;

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
} relocated;

struct sock_cgroup_data {
	struct cgroup *cgroup;
} relocated;

/* include/net/dst.h */
struct dst_entry {
	struct net_device *dev;
} relocated;

/* include/linux/skbuff.h */
struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	char cb[48];
	unsigned long _skb_refdst;
	unsigned int len;
	int skb_iif;
	__be16 protocol;
	__u16 network_header;
	__u16 mac_header;
	unsigned char *head;
	unsigned char *data;
} relocated;

struct sk_buff_head {
	struct sk_buff *next;
	__u32 qlen;
} relocated;

/* include/linux/errqueue.h: the cb of packets in the error queue */
struct sock_extended_err {
	__u32 ee_errno;
} relocated;

struct sock_exterr_skb {
	struct sock_extended_err ee;
} relocated;

/* include/net/sock.h */
struct sock {
	struct sock_common __sk_common;
	int sk_err;
	int sk_err_soft;
	struct sk_buff_head sk_error_queue;
	struct sock_cgroup_data sk_cgrp_data;
} relocated;

struct inet_sock {
	struct sock sk;
} relocated;

struct inet_connection_sock {
	struct inet_sock icsk_inet;
} relocated;

/* include/linux/tcp.h */
struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u32 srtt_us; /* in eighths */
	__u32 reordering;
	__u32 reord_seen;
	__u32 lost;
	__u64 tcp_clock_cache; /* ns */
} relocated;

/* include/linux/sched.h */
struct task_struct {
	int tgid;
	char comm[16];
	struct task_struct *group_leader;
} relocated;

/* include/linux/bpf.h */
struct bpf_prog_aux {
	__u32 id;
} relocated;

/* include/linux/filter.h */
struct bpf_prog {
	struct bpf_prog_aux *aux;
} relocated;

struct bpf_sock_ops_kern {
	struct sock *sk;
} relocated;

/* include/net/xdp.h, since Linux 5.18 */
struct xdp_buff {
	__u32 flags;
} relocated;

#define XDP_FLAGS_HAS_FRAGS (1 << 0)

/* net/ipv4/tcp_ipv4.c: context of the iterator over TCP sockets */
struct bpf_iter__tcp {
	void *meta;
	struct sock_common *sk_common;
	__u32 uid;
} relocated;

#undef relocated

/*
 * kernel/bpf/helpers.c, since Linux 6.2: cast a program's context to the kernel's structure, and
 * cast any address to a structure that may be read. The verifier replaces both by instructions, not
 * calls.
 */
extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym __weak;
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym __weak;

#endif
