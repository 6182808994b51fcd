// SPDX-License-Identifier: GPL-2.0
/* counters.c - see counters.h. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/growth.h"
#include "datapath/health/counters.h"
#include "datapath/kernel/netlink.h"

#define DUMP_TRIES 64

void health_reading_free(struct health_reading *reading)
{
	free(reading->parts);
	*reading = (struct health_reading){};
}

int health_reading_add(struct health_reading *reading, enum health_counter counter, uint64_t of,
		       uint64_t value)
{
	if (reading->count == reading->room) {
		size_t room = reading->room ? 2 * reading->room : 64;
		struct health_part *grown = realloc(reading->parts, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		reading->parts = grown;
		reading->room = room;
	}
	reading->parts[reading->count++] = (struct health_part){ counter, of, value };
	return 0;
}

/* Searches from `*at` on, because both readings normally have their parts in the same order. */
static const struct health_part *find(const struct health_reading *reading,
				      const struct health_part *like, size_t *at)
{
	for (size_t i = 0; i < reading->count; i++) {
		size_t k = (*at + i) % reading->count;

		if (reading->parts[k].counter != like->counter || reading->parts[k].of != like->of)
			continue;
		*at = k + 1;
		return &reading->parts[k];
	}
	return NULL;
}

void health_reading_grow(const struct health_reading *before, const struct health_reading *now,
			 uint64_t sums[HEALTH_COUNTERS])
{
	size_t at = 0;

	for (size_t i = 0; i < now->count; i++) {
		const struct health_part *part = &now->parts[i], *then = find(before, part, &at);

		if (then || part->counter == HEALTH_QDISC_DROPS)
			sums[part->counter] += growth(then ? then->value : 0, part->value);
	}
}

/* Lines come in pairs, first names and then values: "Tcp: InSegs ...", "Tcp: 17 ...". */
uint64_t snmp_value(FILE *f, const char *group, const char *name)
{
	_cleanup_free_ char *names = NULL, *values = NULL;
	size_t names_size = 0, values_size = 0, length = strlen(group);

	rewind(f);
	while (getline(&names, &names_size, f) > 0 && getline(&values, &values_size, f) > 0) {
		char *n, *v, *save_n, *save_v;

		if (strncmp(names, group, length) != 0 || names[length] != ':')
			continue;
		n = strtok_r(names, " \n", &save_n);
		v = strtok_r(values, " \n", &save_v);
		for (; n && v;
		     n = strtok_r(NULL, " \n", &save_n), v = strtok_r(NULL, " \n", &save_v)) {
			if (strcmp(n, name) == 0)
				return strtoull(v, NULL, 10);
		}
	}
	return 0;
}

/* Columns, in hexadecimal: packets, drops, squeezes, ..., CPU. The position of the CPU varies. */
#define SOFTNET_DROPPED 1
#define SOFTNET_SQUEEZED 2
#define SOFTNET_CPU 12
#define SOFTNET_COLUMNS 13

int softnet_read(FILE *f, struct health_reading *reading)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	int ret = 0;

	rewind(f);
	while (!ret && getline(&line, &size, f) > 0) {
		uint64_t columns[SOFTNET_COLUMNS];
		char *at = line;

		for (int i = 0; i < SOFTNET_COLUMNS; i++)
			columns[i] = strtoull(at, &at, 16);
		ret = health_reading_add(reading, HEALTH_BACKLOG_DROPS, columns[SOFTNET_CPU],
					 columns[SOFTNET_DROPPED]);
		if (!ret)
			ret = health_reading_add(reading, HEALTH_NAPI_BUDGET, columns[SOFTNET_CPU],
						 columns[SOFTNET_SQUEEZED]);
	}
	return ret;
}

/* In this format a line has one name and value: "Udp6RcvbufErrors    5". */
static uint64_t snmp6_value(FILE *f, const char *name)
{
	char word[64];
	unsigned long long value;

	while (fscanf(f, "%63s %llu", word, &value) == 2) {
		if (strcmp(word, name) == 0)
			return value;
	}
	return 0;
}

/* Counts root qdiscs, which include drops of their classes and children. */
static int on_qdisc(const struct nlmsghdr *nlh, void *arg)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(nlh);
	uint64_t of = (uint64_t)(uint32_t)tc->tcm_ifindex << 32 | tc->tcm_handle;
	const struct nlattr *attr, *inner;

	if (tc->tcm_parent != TC_H_ROOT)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*tc))
	{
		if (mnl_attr_get_type(attr) != TCA_STATS2)
			continue;
		mnl_attr_for_each_nested(inner, attr)
		{
			const struct gnet_stats_queue *queue = mnl_attr_get_payload(inner);

			if (mnl_attr_get_type(inner) != TCA_STATS_QUEUE ||
			    mnl_attr_get_payload_len(inner) < sizeof(*queue))
				continue;
			if (health_reading_add(arg, HEALTH_QDISC_DROPS, of, queue->drops) < 0) {
				errno = ENOMEM;
				return MNL_CB_ERROR;
			}
		}
	}
	return MNL_CB_OK;
}

/* Repeats an interrupted dump. */
static int read_qdiscs(struct health_reading *reading)
{
	const struct tcmsg header = {};
	size_t count = reading->count;
	int ret = -EINTR;

	for (int tries = 0; tries < DUMP_TRIES && ret == -EINTR; tries++) {
		reading->count = count;
		ret = netlink_dump(RTM_GETQDISC, &header, sizeof(header), on_qdisc, reading);
	}
	return ret;
}

/* snmp6: NULL without IPv6. */
static int add_protocols(FILE *snmp, FILE *snmp6, FILE *netstat, struct health_reading *reading)
{
	const struct health_part parts[] = {
		{ HEALTH_SEGMENTS_SENT, 0, snmp_value(snmp, "Tcp", "OutSegs") },
		{ HEALTH_RETRANSMITS, 0, snmp_value(snmp, "Tcp", "RetransSegs") },
		{ HEALTH_RESETS_SENT, 0, snmp_value(snmp, "Tcp", "OutRsts") },
		{ HEALTH_UDP_OVERFLOW, 4, snmp_value(snmp, "Udp", "RcvbufErrors") },
		{ HEALTH_UDP_OVERFLOW, 6, snmp6 ? snmp6_value(snmp6, "Udp6RcvbufErrors") : 0 },
		{ HEALTH_LOSS_PROBES, 0, snmp_value(netstat, "TcpExt", "TCPLossProbes") },
	};
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(parts); i++)
		ret = health_reading_add(reading, parts[i].counter, parts[i].of, parts[i].value);
	return ret;
}

static int read_all(struct health_reading *reading)
{
	_cleanup_fclose_ FILE *snmp = fopen("/proc/thread-self/net/snmp", "re");
	_cleanup_fclose_ FILE *netstat = fopen("/proc/thread-self/net/netstat", "re");
	_cleanup_fclose_ FILE *softnet = fopen("/proc/thread-self/net/softnet_stat", "re");
	_cleanup_fclose_ FILE *snmp6 = NULL;
	int ret;

	if (!snmp || !netstat || !softnet)
		return -errno;
	snmp6 = fopen("/proc/thread-self/net/snmp6", "re");
	ret = add_protocols(snmp, snmp6, netstat, reading);
	if (!ret)
		ret = softnet_read(softnet, reading);
	return ret ? ret : read_qdiscs(reading);
}

int health_reading_take(struct health_reading *ret_reading)
{
	_cleanup_(health_reading_free) struct health_reading reading = {};
	int ret = read_all(&reading);

	if (ret)
		return ret;
	*ret_reading = reading;
	reading = (struct health_reading){};
	return 0;
}
