// SPDX-License-Identifier: GPL-2.0
/*
 * drops.bpf.c - counts the packets that the kernel drops by reason and place, and reports single
 * drops on demand. Loaded only while somebody looks.
 */
#include "bpf/drops/tuple.bpf.h"
#include "bpf/base/license.bpf.h"

/* Configuration; the verifier removes code that is switched off. */
const volatile bool cfg_receiver;    /* kfree_skb passes the receiving socket (Linux 6.11) */
const volatile bool cfg_stacks;      /* record a stack with each drop */
const volatile bool cfg_events;      /* write single drops to the ring buffer */
const volatile __u32 cfg_event_rate; /* events per second and CPU */
const volatile __u64 cfg_netns;      /* count this namespace only; 0: all */
const volatile __u32 cfg_consumed;   /* SKB_CONSUMED, which is no drop; 0: unknown here */

/*
 * Written here, read by ctl. If it is full, drops count as `uncounted` of `stats`. Updates need no
 * atomics: the kernel does not let a program recurse on a CPU, and of other programs only the two
 * for XDP, which have keys of their own, can interrupt this one. Preallocated, because packets are
 * freed in any context.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 8192); /* ctl enlarges it for flows */
	__type(key, struct drop_key);
	__type(value, struct drop_count);
} drops SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct drop_stats);
} stats SEC(".maps");

/* If it is full, the event is skipped and counted in `events_left`. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

/* If it is full, or two stacks have the same hash, the drop counts without a stack. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 4096);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, DROP_STACK_DEPTH * sizeof(__u64));
} stacks SEC(".maps");

static __always_inline bool over_limit(struct drop_stats *s, __u64 now)
{
	__u64 window = now / 1000000000;

	if (s->window != window) {
		s->window = window;
		s->in_window = 0;
	}
	return s->in_window++ >= cfg_event_rate;
}

static __always_inline void send_event(struct drop_stats *s, const struct drop_key *key,
				       __u64 bytes)
{
	__u64 now = bpf_ktime_get_ns();
	struct drop_event *event = NULL;

	if (!over_limit(s, now))
		event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		s->events_left++;
		return;
	}
	s->events++;
	event->time = now;
	event->bytes = bytes;
	event->key = *key;
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP); /* the reader polls */
}

static __always_inline struct drop_count *count_of(const struct drop_key *key)
{
	static const struct drop_count zero;
	struct drop_count *count = bpf_map_lookup_elem(&drops, key);

	if (count)
		return count;
	/* another CPU may have added it first */
	bpf_map_update_elem(&drops, key, &zero, BPF_NOEXIST);
	return bpf_map_lookup_elem(&drops, key);
}

static __always_inline void add(const struct drop_key *key, __u64 bytes)
{
	__u32 zero = 0;
	struct drop_stats *s = bpf_map_lookup_elem(&stats, &zero);
	struct drop_count *count;

	if (!s)
		return;
	s->drops++;
	count = count_of(key);
	if (count) {
		count->packets++;
		count->bytes += bytes;
	} else {
		s->uncounted++;
		s->uncounted_bytes += bytes;
	}
	if (cfg_events)
		send_event(s, key, bytes);
}

/* --- packets --- */

/*
 * skb->dev shares its storage with other fields, so net_cookie() verifies what it points to. If it
 * is not a device, the sockets or the route give the namespace.
 */
static __always_inline void read_place(const struct sk_buff *skb, const struct sock *receiver,
				       struct drop_key *key)
{
	const struct net_device *dev = skb->dev;
	const struct sock *sk;

	key->ifindex = (__u32)skb->skb_iif;
	if (dev) {
		key->netns = net_cookie(device_net(dev));
		if (key->netns) {
			key->ifindex = (__u32)dev->ifindex;
			return;
		}
	}
	sk = skb->sk;
	if (sk)
		key->netns = net_cookie(sk->__sk_common.skc_net.net);
	if (!key->netns && receiver)
		key->netns = net_cookie(receiver->__sk_common.skc_net.net);
	if (!key->netns)
		key->netns = route_cookie(skb);
}

/* Bytes left of the packet, including the link header where the kernel knows it. */
static __always_inline __u64 length(const struct sk_buff *skb)
{
	__u64 data = (__u64)skb->data, head = (__u64)skb->head;
	__u16 mac = skb->mac_header;

	if (mac != 0xffff && head + mac < data)
		return skb->len + (data - head - mac);
	return skb->len;
}

static __always_inline int drop(void *ctx, struct sk_buff *skb, __u64 location, __u32 reason,
				const struct sock *receiver)
{
	struct drop_key key = { .location = location, .reason = reason, .stack = -1 };

	/* 0 is SKB_NOT_DROPPED_YET, not a reason */
	if (!reason || reason == cfg_consumed)
		return 0;
	read_place(skb, receiver, &key);
	if (cfg_netns && key.netns != cfg_netns)
		return 0;
	read_tuple(skb, &key);
	if (cfg_stacks)
		key.stack = (__s32)bpf_get_stackid(ctx, &stacks, 0);
	if (key.stack < 0)
		key.stack = -1;
	add(&key, length(skb));
	return 0;
}

SEC("tp_btf/kfree_skb")
int weir_drop(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];
	const struct sock *receiver = NULL;

	if (cfg_receiver)
		receiver = (const struct sock *)ctx[3];
	return drop(ctx, skb, ctx[1], (__u32)ctx[2], receiver);
}

/* --- XDP --- */

static __always_inline int xdp_drop(const struct net_device *dev, const struct bpf_prog *prog,
				    __u32 reason, enum drop_source source)
{
	struct drop_key key = { .reason = reason, .stack = -1, .source = (__u8)source };

	key.netns = net_cookie(device_net(dev));
	if (cfg_netns && key.netns != cfg_netns)
		return 0;
	key.ifindex = (__u32)dev->ifindex;
	key.location = prog->aux->id;
	add(&key, 0);
	return 0;
}

SEC("tp_btf/xdp_exception")
int weir_xdp_exception(__u64 *ctx)
{
	return xdp_drop((const struct net_device *)ctx[0], (const struct bpf_prog *)ctx[1],
			(__u32)ctx[2], DROP_XDP_EXCEPTION);
}

SEC("tp_btf/xdp_redirect_err")
int weir_xdp_redirect(__u64 *ctx)
{
	return xdp_drop((const struct net_device *)ctx[0], (const struct bpf_prog *)ctx[1],
			(__u32) - (int)ctx[3], DROP_XDP_REDIRECT);
}
