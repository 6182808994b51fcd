// SPDX-License-Identifier: GPL-2.0
/* system.c - metrics of connections, tuning, kernel drops and health. */
#include <stdlib.h>
#include <string.h>
#include "ctl/metrics/sums.h"
#include "ctl/metrics/writer.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"

/* --- TCP --- */

static void put_states(struct writer *w, const struct weir_tcp_list *list)
{
	uint64_t states[WEIR_TCP_STATES] = {}, retransmits = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct weir_tcp *tcp = &list->items[i].tcp;

		if (tcp->end != WEIR_TCP_OPEN)
			continue;
		states[tcp->state < WEIR_TCP_STATES ? tcp->state : 0]++;
		retransmits += tcp->measures.retransmits;
	}
	prom_family(w, "weir_tcp_connections", GAUGE,
		    "Open TCP connections of the watched cgroups, by state.");
	for (unsigned int s = WEIR_TCP_ESTABLISHED; s < WEIR_TCP_STATES; s++) {
		if (s != WEIR_TCP_LISTEN)
			prom_number(w, "", "state", weir_tcp_state_name(s), states[s]);
	}
	prom_family(w, "weir_tcp_open_retransmits", GAUGE,
		    "Segments that the open connections have retransmitted; falls when one ends.");
	prom_number(w, "", NULL, NULL, retransmits);
}

static void put_tcp(struct writer *w, const struct weir_tcp_list *list)
{
	put_states(w, list);
	prom_family(w, "weir_tcp_table_entries", GAUGE,
		    "TCP connections in the table, open or ended.");
	prom_number(w, "", NULL, NULL, list->usage.entries);
	prom_family(w, "weir_tcp_table_capacity", GAUGE,
		    "TCP connections that the table has room for.");
	prom_number(w, "", NULL, NULL, list->usage.capacity);
	prom_family(w, "weir_tcp_evicted_connections", COUNTER,
		    "TCP connections that made room for newer ones.");
	prom_number(w, "", NULL, NULL, list->usage.evicted);
	prom_family(w, "weir_tcp_unrecorded_connections", COUNTER,
		    "TCP connections for which the table had no room.");
	prom_number(w, "", NULL, NULL, list->usage.failed);
}

static void put_tune(struct writer *w, const struct weir_tune_entries *entries)
{
	char word[16];

	prom_family(w, "weir_tune_programs", GAUGE, "Programs that apply the list of `ctl tune`.");
	prom_number(w, "", NULL, NULL, entries->programs);
	prom_family(w, "weir_tune_hits", COUNTER,
		    "TCP connections whose options an entry of `ctl tune` set.");
	for (size_t i = 0; i < entries->count; i++) {
		snprintf(word, sizeof(word), "%u", entries->items[i].rule.number);
		prom_number(w, "", "entry", word, entries->items[i].stats.hits);
	}
}

/* --- drops --- */

static char *netns_text(const char *name, uint64_t cookie, bool here)
{
	char text[WEIR_NETNS_LEN] = "";

	if (*name)
		snprintf(text, sizeof(text), "%s", name);
	else if (!here && cookie)
		snprintf(text, sizeof(text), "#%" PRIu64, cookie);
	return prom_escape(text);
}

/* Puts one more label before or after the others. Returns NULL if out of memory. */
static char *place_labels(const char *netns_name, uint64_t cookie, bool here, const char *ifname,
			  const char *more)
{
	_cleanup_free_ char *netns = netns_text(netns_name, cookie, here);
	_cleanup_free_ char *interface = prom_escape(ifname);
	char *labels;

	if (!netns || !interface ||
	    asprintf(&labels, "netns=\"%s\",interface=\"%s\",%s", netns, interface, more) < 0)
		return NULL;
	return labels;
}

static void drop_labels(const struct weir_kernel_drop *drop, char *buffer, size_t size)
{
	snprintf(buffer, size, "source=\"%s\",reason=\"%s\"", weir_drop_source_name(drop->source),
		 drop->reason);
}

static void put_sums(struct writer *w, struct prom_sums *sums)
{
	prom_sums_merge(sums);
	for (size_t i = 0; i < sums->count; i++)
		prom_number(w, sums->items[i].labels, NULL, NULL, sums->items[i].value);
	prom_sums_free(sums);
}

static void put_reasons(struct writer *w, const struct weir_drops *drops, bool bytes)
{
	struct prom_sums sums = {};
	char row[160];

	for (size_t i = 0; i < drops->count && !w->failed; i++) {
		const struct weir_kernel_drop *d = &drops->items[i];

		drop_labels(d, row, sizeof(row));
		w->failed = prom_sums_add(&sums, strdup(row), bytes ? d->bytes : d->packets) < 0;
	}
	put_sums(w, &sums);
}

/*
 * Only for existing interfaces. The drops of a removed interface stay in the sums by reason. Here
 * they would move to a series without a name, and look like new drops.
 */
static void put_places(struct writer *w, const struct weir_drops *drops)
{
	struct prom_sums sums = {};
	char row[160];

	for (size_t i = 0; i < drops->count && !w->failed; i++) {
		const struct weir_kernel_drop *d = &drops->items[i];

		if (!d->ifname[0])
			continue;
		drop_labels(d, row, sizeof(row));
		w->failed = prom_sums_add(&sums,
					  place_labels(d->netns, d->netns_cookie, d->here,
						       d->ifname, row),
					  d->packets) < 0;
	}
	put_sums(w, &sums);
}

static void put_losses(struct writer *w, const struct weir_drops *drops)
{
	struct prom_sums sums = {};
	char row[64];

	for (size_t i = 0; i < drops->interface_count; i++) {
		const struct weir_drop_interface *d = &drops->interfaces[i];

		for (int l = 0; l < WEIR_LOSSES && !w->failed; l++) {
			if (!d->losses[l])
				continue;
			snprintf(row, sizeof(row), "counter=\"%s\"",
				 weir_loss_name((enum weir_loss)l));
			w->failed = prom_sums_add(&sums,
						  place_labels(d->netns, d->netns_cookie, d->here,
							       d->ifname, row),
						  d->losses[l]) < 0;
		}
	}
	put_sums(w, &sums);
}

static void put_drops(struct writer *w, const struct weir_drops *drops)
{
	prom_family(w, "weir_kernel_drop_packets", COUNTER,
		    "Packets that the kernel dropped since `ctl serve` began, by its reason.");
	put_reasons(w, drops, false);
	prom_family(w, "weir_kernel_drop_bytes", COUNTER,
		    "Bytes of those packets; not known for XDP.");
	put_reasons(w, drops, true);
	prom_family(w, "weir_interface_kernel_drop_packets", COUNTER,
		    "The same by interface, for interfaces that exist; not every drop has one.");
	put_places(w, drops);
	prom_family(w, "weir_interface_lost_packets", COUNTER,
		    "Losses that interfaces counted since `ctl serve` began; the kernel's drops "
		    "may include them.");
	put_losses(w, drops);
	prom_family(
		w, "weir_kernel_drops_uncounted", COUNTER,
		"Drops for which the table had no room, or that came while another was counted.");
	prom_number(w, "", NULL, NULL, drops->uncounted + drops->missed);
}

/* --- health --- */

static void put_health(struct writer *w, const struct weir_health_report *report)
{
	prom_family(w, "weir_health_events", COUNTER,
		    "Signs of trouble since `ctl serve` began, by check of `ctl health`.");
	for (int i = 0; i < WEIR_HEALTH_ITEMS; i++)
		prom_number(w, "", "check", weir_health_name((enum weir_health_item)i),
			    report->items[i].count);
	prom_family(w, "weir_tcp_segments_sent", COUNTER,
		    "TCP segments sent, to compare retransmits with.");
	prom_number(w, "", NULL, NULL, report->segments_sent);
}

static void put_verdicts(struct writer *w, const struct weir_health_report *minute)
{
	prom_family(w, "weir_health_well", GAUGE, "1: the check was well in the last minute.");
	for (int i = 0; i < WEIR_HEALTH_ITEMS; i++)
		prom_number(w, "", "check", weir_health_name((enum weir_health_item)i),
			    minute->items[i].well);
}

void put_system(struct writer *w)
{
	const struct prom_view *v = w->view;

	prom_family(
		w, "weir_probe_up", GAUGE,
		"1: the programs on tracepoints that count these run; 0: the kernel refuses them.");
	prom_number(w, "", "probe", "drops", v->drops != NULL);
	prom_number(w, "", "probe", "health", v->health != NULL);
	if (v->tcp)
		put_tcp(w, v->tcp);
	if (v->tune)
		put_tune(w, v->tune);
	if (v->drops)
		put_drops(w, v->drops);
	if (v->health)
		put_health(w, v->health);
	if (v->minute)
		put_verdicts(w, v->minute);
}
