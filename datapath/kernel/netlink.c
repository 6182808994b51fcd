// SPDX-License-Identifier: GPL-2.0
/* netlink.c - rtnetlink(7) dumps. */
#include <errno.h>
#include <fnmatch.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>
#include <string.h>
#include <time.h>
#include "datapath/base/cleanup.h"
#include "datapath/kernel/netlink.h"

#define BUFFER_SIZE 32768 /* dump messages have up to 32 KiB */
#define DUMP_TRIES 64

static void close_socket(struct mnl_socket **nl)
{
	if (*nl)
		mnl_socket_close(*nl);
}

struct answers {
	size_t header; /* size of the family's header, with which each reply begins */
	mnl_cb_t on_message;
	void *arg;
};

static int on_answer(const struct nlmsghdr *nlh, void *arg)
{
	const struct answers *answers = arg;

	if (mnl_nlmsg_get_payload_len(nlh) < answers->header) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	return answers->on_message(nlh, answers->arg);
}

/* Sends a request and passes each reply, checked to have a header of that size, to `on_message`. */
static int request(struct nlmsghdr *nlh, size_t header, mnl_cb_t on_message, void *arg)
{
	struct answers answers = { header, on_message, arg };
	_cleanup_(close_socket) struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	_cleanup_free_ char *buffer = malloc(BUFFER_SIZE);
	unsigned int seq = (unsigned int)time(NULL), port;
	ssize_t n;
	int ret = MNL_CB_OK;

	if (!buffer)
		return -ENOMEM;
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	port = mnl_socket_get_portid(nl);
	nlh->nlmsg_seq = seq;
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	while (ret > MNL_CB_STOP) {
		n = mnl_socket_recvfrom(nl, buffer, BUFFER_SIZE);
		if (n < 0)
			return -errno;
		if (!netlink_is_whole(buffer, (size_t)n))
			return -EBADMSG;
		ret = mnl_cb_run(buffer, (size_t)n, seq, port, on_answer, &answers);
		if (ret < 0)
			return netlink_errno();
		if (!(nlh->nlmsg_flags & NLM_F_DUMP))
			break;
	}
	return 0;
}

/* --- interfaces --- */

static void interface_clear(struct interface *interface)
{
	for (char **name = interface->altnames; name && *name; name++)
		free(*name);
	free(interface->altnames);
}

void interfaces_free(struct interfaces *interfaces)
{
	for (size_t i = 0; i < interfaces->count; i++)
		interface_clear(&interfaces->items[i]);
	free(interfaces->items);
	*interfaces = (struct interfaces){};
}

static int add_altname(struct interface *interface, const char *name)
{
	size_t n = 0;
	char **grown;

	while (interface->altnames && interface->altnames[n])
		n++;
	grown = realloc(interface->altnames, (n + 2) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	interface->altnames = grown;
	grown[n] = strdup(name);
	grown[n + 1] = NULL;
	return grown[n] ? 0 : -ENOMEM;
}

static int parse_altnames(struct interface *interface, const struct nlattr *list)
{
	const struct nlattr *attr;
	int err = 0;

	mnl_attr_for_each_nested(attr, list)
	{
		if (mnl_attr_get_type(attr) == IFLA_ALT_IFNAME && !err)
			err = add_altname(interface, netlink_text(attr));
	}
	return err;
}

static void parse_xdp(struct interface *interface, const struct nlattr *nest)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
	{
		if (mnl_attr_get_type(attr) == IFLA_XDP_PROG_ID)
			interface->xdp_program_id = netlink_number(attr);
	}
}

static void parse_linkinfo(struct interface *interface, const struct nlattr *nest)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
	{
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			interface->is_veth = strcmp(netlink_text(attr), "veth") == 0;
	}
}

static int parse_link_attr(struct interface *interface, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		snprintf(interface->name, sizeof(interface->name), "%s", netlink_text(attr));
		break;
	case IFLA_MTU:
		interface->mtu = netlink_number(attr);
		break;
	case IFLA_LINK:
		interface->peer_ifindex = netlink_number(attr);
		break;
	case IFLA_LINK_NETNSID:
		interface->peer_nsid = (int32_t)netlink_number(attr);
		break;
	case IFLA_XDP:
		parse_xdp(interface, attr);
		break;
	case IFLA_LINKINFO:
		parse_linkinfo(interface, attr);
		break;
	case IFLA_PROP_LIST:
		return parse_altnames(interface, attr);
	}
	return 0;
}

static int on_link(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct interfaces *interfaces = arg;
	struct interface *interface, *grown;
	const struct nlattr *attr;

	grown = realloc(interfaces->items, (interfaces->count + 1) * sizeof(*grown));
	if (!grown) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	interfaces->items = grown;
	interface = &grown[interfaces->count++];
	*interface = (struct interface){
		.ifindex = (uint32_t)ifi->ifi_index,
		.flags = ifi->ifi_flags,
		.type = ifi->ifi_type,
		.peer_nsid = -1,
	};
	mnl_attr_for_each(attr, nlh, sizeof(*ifi))
	{
		if (parse_link_attr(interface, attr) < 0) {
			errno = ENOMEM;
			return MNL_CB_ERROR;
		}
	}
	return MNL_CB_OK;
}

static int dump_once(struct interfaces *ret_interfaces)
{
	char buffer[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *ifi;
	struct interfaces interfaces = {};
	int err;

	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	err = request(nlh, sizeof(*ifi), on_link, &interfaces);
	if (err) {
		interfaces_free(&interfaces);
		return err;
	}
	*ret_interfaces = interfaces;
	return 0;
}

/*
 * The kernel reports if interfaces were added or removed during a dump, which may then be
 * incomplete.
 */
int interfaces_dump(struct interfaces *ret_interfaces)
{
	int err = -EINTR;

	for (int tries = 0; tries < DUMP_TRIES && err == -EINTR; tries++)
		err = dump_once(ret_interfaces);
	return err;
}

const struct interface *interfaces_by_index(const struct interfaces *interfaces, uint32_t ifindex)
{
	for (size_t i = 0; i < interfaces->count; i++) {
		if (interfaces->items[i].ifindex == ifindex)
			return &interfaces->items[i];
	}
	return NULL;
}

const struct interface *interfaces_by_name(const struct interfaces *interfaces, const char *name)
{
	for (size_t i = 0; i < interfaces->count; i++) {
		if (strcmp(interfaces->items[i].name, name) == 0)
			return &interfaces->items[i];
	}
	for (size_t i = 0; i < interfaces->count; i++) {
		for (char **alt = interfaces->items[i].altnames; alt && *alt; alt++) {
			if (strcmp(*alt, name) == 0)
				return &interfaces->items[i];
		}
	}
	return NULL;
}

bool interface_matches(const struct interface *interface, const char *glob)
{
	if (fnmatch(glob, interface->name, 0) == 0)
		return true;
	for (char **alt = interface->altnames; alt && *alt; alt++) {
		if (fnmatch(glob, *alt, 0) == 0)
			return true;
	}
	return false;
}

/* --- qdiscs and filters --- */

struct qdisc_query {
	uint32_t ifindex;
	char kind[32];
};

static int on_qdisc(const struct nlmsghdr *nlh, void *arg)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(nlh);
	struct qdisc_query *query = arg;
	const struct nlattr *attr;

	/* clsact and ingress have the same parent and handle */
	if ((uint32_t)tc->tcm_ifindex != query->ifindex || tc->tcm_parent != TC_H_CLSACT)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*tc))
	{
		if (mnl_attr_get_type(attr) == TCA_KIND)
			snprintf(query->kind, sizeof(query->kind), "%s", netlink_text(attr));
	}
	return MNL_CB_OK;
}

static struct nlmsghdr *tc_dump_request(char *buffer, uint16_t type, uint32_t ifindex,
					uint32_t parent)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct tcmsg *tc;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	tc = mnl_nlmsg_put_extra_header(nlh, sizeof(*tc));
	tc->tcm_family = AF_UNSPEC;
	tc->tcm_ifindex = (int)ifindex;
	tc->tcm_parent = parent;
	return nlh;
}

int qdisc_at_clsact(uint32_t ifindex, char *ret_kind, size_t size)
{
	struct qdisc_query query = { .ifindex = ifindex };
	char buffer[256];
	int err;

	err = request(tc_dump_request(buffer, RTM_GETQDISC, ifindex, 0), sizeof(struct tcmsg),
		      on_qdisc, &query);
	if (err)
		return err;
	snprintf(ret_kind, size, "%s", query.kind);
	return 0;
}

static int on_filter(const struct nlmsghdr *nlh, void *arg)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(nlh);
	size_t *count = arg;

	if (tc->tcm_handle) /* handle 0 is the chain, not a filter */
		(*count)++;
	return MNL_CB_OK;
}

int clsact_filter_count(uint32_t ifindex, size_t *ret_count)
{
	static const uint32_t parents[] = {
		TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
		TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS),
	};
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parents); i++) {
		char buffer[256];
		int err = request(tc_dump_request(buffer, RTM_GETTFILTER, ifindex, parents[i]),
				  sizeof(struct tcmsg), on_filter, &count);

		if (err)
			return err;
	}
	*ret_count = count;
	return 0;
}

/* --- namespaces --- */

static int on_nsid(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr;
	int32_t *nsid = arg;

	mnl_attr_for_each(attr, nlh, sizeof(struct rtgenmsg))
	{
		if (mnl_attr_get_type(attr) == NETNSA_NSID)
			*nsid = (int32_t)netlink_number(attr);
	}
	return MNL_CB_OK;
}

int nsid_of(int netns_fd, int32_t *ret_nsid)
{
	char buffer[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct rtgenmsg *gen;
	int32_t nsid = -1;
	int err;

	nlh->nlmsg_type = RTM_GETNSID;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	gen = mnl_nlmsg_put_extra_header(nlh, sizeof(*gen));
	gen->rtgen_family = AF_UNSPEC;
	mnl_attr_put_u32(nlh, NETNSA_FD, (uint32_t)netns_fd);
	err = request(nlh, sizeof(*gen), on_nsid, &nsid);
	if (err)
		return err;
	*ret_nsid = nsid;
	return 0;
}

/* --- other dumps --- */

int netlink_dump(uint16_t type, const void *header, size_t size,
		 int (*on_message)(const struct nlmsghdr *, void *), void *arg)
{
	char buffer[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	memcpy(mnl_nlmsg_put_extra_header(nlh, size), header, size);
	return request(nlh, size, on_message, arg);
}
