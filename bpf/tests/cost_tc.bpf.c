// SPDX-License-Identifier: GPL-2.0
/* cost_tc.bpf.c - parts of the tc program, for bench_packets; see cost_xdp.bpf.c. */
#include "bpf/hooks/tc.bpf.c"

SEC("tc")
int cost_empty(struct __sk_buff *skb)
{
	(void)skb;
	return TC_ACT_UNSPEC;
}

SEC("tc")
int cost_lookup(struct __sk_buff *skb)
{
	struct weir_counters *c = slot_counters();

	(void)skb;
	if (c)
		c->sizes[0]++;
	return TC_ACT_UNSPEC;
}

SEC("tc")
int cost_count(struct __sk_buff *skb)
{
	struct weir_counters *c = slot_counters();

	if (c)
		count(c, WEIR_CLASS_OTHER_L3, skb->len);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int cost_parse(struct __sk_buff *skb)
{
	struct plain at = {};
	int class = parse_plain((void *)(long)skb->data, (void *)(long)skb->data_end, skb->len,
				cfg_raw_ip, &at);

	return class == UNSURE ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

SEC("tc")
int cost_parse_any(struct __sk_buff *skb)
{
	return weir_parse_any(skb, NULL) == WEIR_CLASS_MALFORMED ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}
