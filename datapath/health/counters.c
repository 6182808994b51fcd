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
#include "datapath/health/counters.h"
#include "datapath/kernel/netlink.h"

#define DUMP_TRIES 64

/* A line of names precedes a line of values: "Tcp: InSegs ...", "Tcp: 17 ...". */
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

uint64_t softnet_sum(FILE *f, unsigned int column)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	uint64_t sum = 0;

	rewind(f);
	while (getline(&line, &size, f) > 0) {
		char *at = line;
		uint64_t value = 0;

		for (unsigned int i = 0; i <= column; i++)
			value = strtoull(at, &at, 16);
		sum += value;
	}
	return sum;
}

/* The other format has one line each: "Udp6RcvbufErrors    5". */
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
	const struct nlattr *attr, *inner;
	uint64_t *drops = arg;

	if (tc->tcm_parent != TC_H_ROOT)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*tc))
	{
		if (mnl_attr_get_type(attr) != TCA_STATS2)
			continue;
		mnl_attr_for_each_nested(inner, attr)
		{
			const struct gnet_stats_queue *queue = mnl_attr_get_payload(inner);

			if (mnl_attr_get_type(inner) == TCA_STATS_QUEUE &&
			    mnl_attr_get_payload_len(inner) >= sizeof(*queue))
				*drops += queue->drops;
		}
	}
	return MNL_CB_OK;
}

static int read_qdiscs(uint64_t *ret_drops)
{
	const struct tcmsg header = {};
	uint64_t drops = 0;
	int ret = -EINTR;

	for (int tries = 0; tries < DUMP_TRIES && ret == -EINTR; tries++) {
		drops = 0;
		ret = netlink_dump(RTM_GETQDISC, &header, sizeof(header), on_qdisc, &drops);
	}
	if (!ret)
		*ret_drops = drops;
	return ret;
}

int health_counters_read(struct health_counters *ret_counters)
{
	_cleanup_fclose_ FILE *snmp = fopen("/proc/thread-self/net/snmp", "re");
	_cleanup_fclose_ FILE *netstat = fopen("/proc/thread-self/net/netstat", "re");
	_cleanup_fclose_ FILE *softnet = fopen("/proc/thread-self/net/softnet_stat", "re");
	/* does not exist without IPv6 */
	_cleanup_fclose_ FILE *snmp6 = fopen("/proc/thread-self/net/snmp6", "re");
	struct health_counters c = {};
	int ret;

	if (!snmp || !netstat || !softnet)
		return -errno;
	ret = read_qdiscs(&c.qdisc_drops);
	if (ret)
		return ret;
	c.segments_sent = snmp_value(snmp, "Tcp", "OutSegs");
	c.retransmits = snmp_value(snmp, "Tcp", "RetransSegs");
	c.resets_sent = snmp_value(snmp, "Tcp", "OutRsts");
	c.udp_overflow = snmp_value(snmp, "Udp", "RcvbufErrors");
	c.udp_overflow += snmp6 ? snmp6_value(snmp6, "Udp6RcvbufErrors") : 0;
	c.loss_probes = snmp_value(netstat, "TcpExt", "TCPLossProbes");
	c.backlog_drops = softnet_sum(softnet, 1);
	c.napi_budget = softnet_sum(softnet, 2);
	*ret_counters = c;
	return 0;
}
