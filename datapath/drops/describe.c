// SPDX-License-Identifier: GPL-2.0
/* describe.c - converts the numbers of a drop to names. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/drops/session.h"

static void read_symbols(struct weir_drops_session *s)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/kallsyms", "re");

	s->symbols_read = true;
	/* without symbols, addresses are shown */
	if (!f || symbols_read(f, &s->symbols) < 0)
		s->symbols.hidden = true;
}

void drops_symbol(struct weir_drops_session *s, uint64_t address, char *ret_name)
{
	if (!s->symbols_read)
		read_symbols(s);
	symbols_name(&s->symbols, address, ret_name, WEIR_SYMBOL);
}

void drops_forget_names(struct weir_drops_session *s)
{
	netns_forget_interfaces(&s->weir->netns);
	s->weir->netns.names_read = s->weir->netns.procs_read = false;
}

static void describe_place(struct weir_drops_session *s, const struct drop_key *key,
			   struct weir_kernel_drop *drop)
{
	struct netns *ns = key->netns ? netns_find(&s->weir->netns, key->netns) : NULL;
	const struct interfaces *interfaces;
	const struct interface *interface;

	drop->netns_cookie = key->netns;
	drop->here = key->netns == s->weir->netns.home;
	drop->ifindex = key->ifindex;
	if (!ns)
		return;
	memcpy(drop->netns, ns->name, sizeof(drop->netns));
	if (!key->ifindex || netns_interfaces(&s->weir->netns, ns, &interfaces) < 0)
		return;
	interface = interfaces_by_index(interfaces, key->ifindex);
	if (interface)
		memcpy(drop->ifname, interface->name, sizeof(drop->ifname));
}

static void describe_flow(const struct drop_row *row, struct weir_flow_info *flow)
{
	const struct drop_key *key = &row->key;

	memcpy(flow->src, key->src, sizeof(flow->src));
	memcpy(flow->dst, key->dst, sizeof(flow->dst));
	flow->src_port = ntohs(key->src_port);
	flow->dst_port = ntohs(key->dst_port);
	flow->protocol = key->l4;
	flow->v6 = key->l3 == ETH_P_IPV6;
	flow->packets = row->count.packets;
	flow->bytes = row->count.bytes;
}

bool drops_wanted(struct weir_drops_session *s, const struct drop_row *row)
{
	struct weir_attachment place = { .record = { .hook = WEIR_HOOKS } };
	struct weir_kernel_drop drop = {};
	uint64_t now;

	if (!s->request.filter)
		return true;
	/* the filter language covers IP flows only */
	if (row->key.l3 != ETH_P_IP && row->key.l3 != ETH_P_IPV6)
		return false;
	now = clock_ns(CLOCK_REALTIME);
	describe_flow(row, &drop.flow);
	drop.flow.first_ns = drop.flow.last_ns = now;
	describe_place(s, &row->key, &drop);
	memcpy(place.record.ifname, drop.ifname, sizeof(drop.ifname));
	memcpy(place.record.netns_name, drop.netns, sizeof(drop.netns));
	return weir_flow_filter_match(s->request.filter, &drop.flow, &place, now);
}

/* include/uapi/linux/bpf.h, enum xdp_action */
static const char *action_name(uint32_t action)
{
	static const char *const names[] = {
		[XDP_ABORTED] = "XDP_ABORTED",   [XDP_DROP] = "XDP_DROP",
		[XDP_PASS] = "XDP_PASS",         [XDP_TX] = "XDP_TX",
		[XDP_REDIRECT] = "XDP_REDIRECT",
	};

	return action < ARRAY_SIZE(names) ? names[action] : NULL;
}

static void describe_reason(const struct weir_drops_session *s, const struct drop_key *key,
			    struct weir_kernel_drop *drop)
{
	const char *name = NULL;

	if (key->source == DROP_KERNEL)
		name = reasons_name(&s->reasons, key->reason);
	else if (key->source == DROP_XDP_EXCEPTION)
		name = action_name(key->reason);
	else
		name = strerrorname_np((int)key->reason);
	if (name)
		snprintf(drop->reason, sizeof(drop->reason), "%s", name);
	else
		snprintf(drop->reason, sizeof(drop->reason), "UNKNOWN_%" PRIu32, key->reason);
}

void drops_describe(struct weir_drops_session *s, const struct drop_row *row,
		    struct weir_kernel_drop *ret_drop)
{
	const struct drop_key *key = &row->key;
	struct weir_kernel_drop drop = {
		.source = (enum weir_drop_source)key->source,
		.number = key->reason,
		.ethertype = key->l3,
		.stack = key->stack,
		.packets = row->count.packets,
		.bytes = row->count.bytes,
	};

	describe_reason(s, key, &drop);
	describe_place(s, key, &drop);
	describe_flow(row, &drop.flow);
	if (key->source == DROP_KERNEL) {
		drop.address = key->location;
		drops_symbol(s, key->location, drop.location);
	} else {
		drop.program_id = (uint32_t)key->location;
		snprintf(drop.location, sizeof(drop.location), "program %" PRIu32, drop.program_id);
	}
	*ret_drop = drop;
}

int drops_on_event(void *ctx, void *data, size_t size)
{
	struct weir_drops_session *s = ctx;
	const struct drop_event *event = data;
	struct drop_row row = {};
	struct weir_kernel_drop drop;

	if (size < sizeof(*event))
		return 0;
	row.key = event->key;
	row.count = (struct drop_count){ .packets = 1, .bytes = event->bytes };
	if (!drops_wanted(s, &row))
		return 0;
	drops_describe(s, &row, &drop);
	s->on_event(&drop, event->time + s->to_realtime, s->on_event_arg);
	return 0;
}
