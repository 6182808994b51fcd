// SPDX-License-Identifier: GPL-2.0
/* netlink.c - dumps over rtnetlink(7). */
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

#define BUFFER_SIZE 32768 /* dumps come in messages of up to 32 KiB */
#define DUMP_TRIES 64

static void close_socket(struct mnl_socket **nl)
{
	if (*nl)
		mnl_socket_close(*nl);
}

/* Sends one request and hands every answer to `on_message`. */
static int request(struct nlmsghdr *nlh, mnl_cb_t on_message, void *arg)
{
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
		ret = mnl_cb_run(buffer, (size_t)n, seq, port, on_message, arg);
		if (ret < 0)
			return -errno;
		if (!(nlh->nlmsg_flags & NLM_F_DUMP))
			break;
	}
	return 0;
}

/* --- interfaces --- */

static void link_clear(struct link *link)
{
	for (char **name = link->altnames; name && *name; name++)
		free(*name);
	free(link->altnames);
}

void links_free(struct links *links)
{
	for (size_t i = 0; i < links->count; i++)
		link_clear(&links->items[i]);
	free(links->items);
	*links = (struct links){};
}

static int add_altname(struct link *link, const char *name)
{
	size_t n = 0;
	char **grown;

	while (link->altnames && link->altnames[n])
		n++;
	grown = realloc(link->altnames, (n + 2) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	link->altnames = grown;
	grown[n] = strdup(name);
	grown[n + 1] = NULL;
	return grown[n] ? 0 : -ENOMEM;
}

static int parse_altnames(struct link *link, const struct nlattr *list)
{
	const struct nlattr *attr;
	int err = 0;

	mnl_attr_for_each_nested(attr, list)
	{
		if (mnl_attr_get_type(attr) == IFLA_ALT_IFNAME && !err)
			err = add_altname(link, mnl_attr_get_str(attr));
	}
	return err;
}

static void parse_xdp(struct link *link, const struct nlattr *nest)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
	{
		if (mnl_attr_get_type(attr) == IFLA_XDP_PROG_ID)
			link->xdp_program_id = mnl_attr_get_u32(attr);
	}
}

static void parse_linkinfo(struct link *link, const struct nlattr *nest)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
	{
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			link->is_veth = strcmp(mnl_attr_get_str(attr), "veth") == 0;
	}
}

static int parse_link_attr(struct link *link, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		snprintf(link->name, sizeof(link->name), "%s", mnl_attr_get_str(attr));
		break;
	case IFLA_MTU:
		link->mtu = mnl_attr_get_u32(attr);
		break;
	case IFLA_LINK:
		link->peer_ifindex = mnl_attr_get_u32(attr);
		break;
	case IFLA_LINK_NETNSID:
		link->peer_nsid = (int32_t)mnl_attr_get_u32(attr);
		break;
	case IFLA_XDP:
		parse_xdp(link, attr);
		break;
	case IFLA_LINKINFO:
		parse_linkinfo(link, attr);
		break;
	case IFLA_PROP_LIST:
		return parse_altnames(link, attr);
	}
	return 0;
}

static int on_link(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct links *links = arg;
	struct link *link, *grown;
	const struct nlattr *attr;

	grown = realloc(links->items, (links->count + 1) * sizeof(*grown));
	if (!grown) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	links->items = grown;
	link = &grown[links->count++];
	*link = (struct link){
		.ifindex = (uint32_t)ifi->ifi_index,
		.flags = ifi->ifi_flags,
		.type = ifi->ifi_type,
		.peer_nsid = -1,
	};
	mnl_attr_for_each(attr, nlh, sizeof(*ifi))
	{
		if (parse_link_attr(link, attr) < 0) {
			errno = ENOMEM;
			return MNL_CB_ERROR;
		}
	}
	return MNL_CB_OK;
}

static int dump_once(struct links *ret_links)
{
	char buffer[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *ifi;
	struct links links = {};
	int err;

	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	err = request(nlh, on_link, &links);
	if (err) {
		links_free(&links);
		return err;
	}
	*ret_links = links;
	return 0;
}

/* The kernel tells when interfaces came or went under a dump, which may then lack some. */
int links_dump(struct links *ret_links)
{
	int err = -EINTR;

	for (int tries = 0; tries < DUMP_TRIES && err == -EINTR; tries++)
		err = dump_once(ret_links);
	return err;
}

const struct link *links_by_index(const struct links *links, uint32_t ifindex)
{
	for (size_t i = 0; i < links->count; i++) {
		if (links->items[i].ifindex == ifindex)
			return &links->items[i];
	}
	return NULL;
}

const struct link *links_by_name(const struct links *links, const char *name)
{
	for (size_t i = 0; i < links->count; i++) {
		if (strcmp(links->items[i].name, name) == 0)
			return &links->items[i];
	}
	for (size_t i = 0; i < links->count; i++) {
		for (char **alt = links->items[i].altnames; alt && *alt; alt++) {
			if (strcmp(*alt, name) == 0)
				return &links->items[i];
		}
	}
	return NULL;
}

bool link_matches(const struct link *link, const char *glob)
{
	if (fnmatch(glob, link->name, 0) == 0)
		return true;
	for (char **alt = link->altnames; alt && *alt; alt++) {
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

	/* clsact and ingress share one parent and one handle */
	if ((uint32_t)tc->tcm_ifindex != query->ifindex || tc->tcm_parent != TC_H_CLSACT)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*tc))
	{
		if (mnl_attr_get_type(attr) == TCA_KIND)
			snprintf(query->kind, sizeof(query->kind), "%s", mnl_attr_get_str(attr));
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

	err = request(tc_dump_request(buffer, RTM_GETQDISC, ifindex, 0), on_qdisc, &query);
	if (err)
		return err;
	snprintf(ret_kind, size, "%s", query.kind);
	return 0;
}

static int on_filter(const struct nlmsghdr *nlh, void *arg)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(nlh);
	size_t *count = arg;

	if (tc->tcm_handle) /* handle 0 is the chain, not a filter in it */
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
				  on_filter, &count);

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
			*nsid = (int32_t)mnl_attr_get_u32(attr);
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
	err = request(nlh, on_nsid, &nsid);
	if (err)
		return err;
	*ret_nsid = nsid;
	return 0;
}

/* --- dumps of others --- */

int netlink_dump(uint16_t type, const void *header, size_t size,
		 int (*on_message)(const struct nlmsghdr *, void *), void *arg)
{
	char buffer[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	memcpy(mnl_nlmsg_put_extra_header(nlh, size), header, size);
	return request(nlh, on_message, arg);
}
