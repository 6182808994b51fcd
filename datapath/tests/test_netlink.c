// SPDX-License-Identifier: GPL-2.0
/*
 * test_netlink.c - parses replies of rtnetlink(7) made here. The functions of libmnl that talk to
 * the kernel are defined below and override those of the library.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include "datapath/kernel/netlink.h"
#include "datapath/tests/check.h"

#define PORT 42
#define MAX_REPLIES 8

/* The kernel's replies, one per datagram. */
static struct {
	char data[MAX_REPLIES][16384];
	size_t len[MAX_REPLIES];
	unsigned int count, next;
	int open, requests, fail_with;
	unsigned int seq;
	uint16_t type;
	uint32_t parent;
} kernel;

static int reset(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	return 0;
}

static int all_sockets_are_closed(void **state)
{
	(void)state;
	return kernel.open;
}

struct mnl_socket *mnl_socket_open(int bus)
{
	assert_int_equal(bus, NETLINK_ROUTE);
	kernel.open++;
	return (struct mnl_socket *)&kernel;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	kernel.open--;
	return 0;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl, (void)groups, (void)pid;
	return 0;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *nl)
{
	(void)nl;
	return PORT;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *request, size_t len)
{
	const struct nlmsghdr *nlh = request;

	(void)nl;
	assert_int_equal(nlh->nlmsg_len, len);
	kernel.requests++;
	kernel.seq = nlh->nlmsg_seq;
	kernel.type = nlh->nlmsg_type;
	if (kernel.type == RTM_GETTFILTER || kernel.type == RTM_GETQDISC)
		kernel.parent = ((const struct tcmsg *)mnl_nlmsg_get_payload(nlh))->tcm_parent;
	return (ssize_t)len;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buffer, size_t size)
{
	struct nlmsghdr *nlh = buffer;
	int left;

	(void)nl;
	if (kernel.fail_with) {
		errno = kernel.fail_with;
		return -1;
	}
	assert_true(kernel.next < kernel.count);
	assert_true(kernel.len[kernel.next] <= size);
	memcpy(buffer, kernel.data[kernel.next], kernel.len[kernel.next]);
	left = (int)kernel.len[kernel.next++];
	for (int n = left; mnl_nlmsg_ok(nlh, n); nlh = mnl_nlmsg_next(nlh, &n)) {
		nlh->nlmsg_seq = kernel.seq;
		nlh->nlmsg_pid = PORT;
	}
	return left;
}

/* --- making replies --- */

static void *message(uint16_t type, uint16_t flags, size_t header, struct nlmsghdr **ret_nlh)
{
	char *at = kernel.data[kernel.count] + kernel.len[kernel.count];

	*ret_nlh = mnl_nlmsg_put_header(at);
	(*ret_nlh)->nlmsg_type = type;
	(*ret_nlh)->nlmsg_flags = flags;
	return header ? mnl_nlmsg_put_extra_header(*ret_nlh, header) : NULL;
}

static void message_end(const struct nlmsghdr *nlh)
{
	kernel.len[kernel.count] += NLMSG_ALIGN(nlh->nlmsg_len);
}

static void datagram_end(void)
{
	kernel.count++;
}

static void done(void)
{
	struct nlmsghdr *nlh;

	message(NLMSG_DONE, NLM_F_MULTI, 0, &nlh);
	mnl_nlmsg_put_extra_header(nlh, sizeof(int));
	message_end(nlh);
	datagram_end();
}

static void error(int number)
{
	struct nlmsghdr *nlh;
	struct nlmsgerr *e = message(NLMSG_ERROR, 0, sizeof(struct nlmsgerr), &nlh);

	e->error = -number;
	message_end(nlh);
	datagram_end();
}

static struct nlmsghdr *begin_link(uint32_t ifindex, const char *name, uint16_t flags)
{
	struct nlmsghdr *nlh;
	struct ifinfomsg *ifi = message(RTM_NEWLINK, NLM_F_MULTI | flags, sizeof(struct ifinfomsg),
					&nlh);

	ifi->ifi_index = (int)ifindex;
	ifi->ifi_type = 1;
	ifi->ifi_flags = IFF_UP;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	return nlh;
}

static void add_plain_link(uint32_t ifindex, const char *name)
{
	message_end(begin_link(ifindex, name, 0));
}

static void add_veth(void)
{
	struct nlmsghdr *nlh = begin_link(70000, "veth0", 0);
	struct nlattr *nest;

	mnl_attr_put_u32(nlh, IFLA_MTU, 1500);
	mnl_attr_put_u32(nlh, IFLA_LINK, 3);
	mnl_attr_put_u32(nlh, IFLA_LINK_NETNSID, 5);
	nest = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "veth");
	mnl_attr_nest_end(nlh, nest);
	nest = mnl_attr_nest_start(nlh, IFLA_XDP);
	mnl_attr_put_u8(nlh, IFLA_XDP_ATTACHED, 1);
	mnl_attr_put_u32(nlh, IFLA_XDP_PROG_ID, 99);
	mnl_attr_nest_end(nlh, nest);
	nest = mnl_attr_nest_start(nlh, IFLA_PROP_LIST);
	mnl_attr_put_strz(nlh, IFLA_ALT_IFNAME, "first");
	mnl_attr_put_strz(nlh, IFLA_ALT_IFNAME, "a-second-name-of-more-than-fifteen-bytes");
	mnl_attr_nest_end(nlh, nest);
	message_end(nlh);
}

/* --- interfaces --- */

TEST(a_dump_of_several_datagrams)
{
	struct interfaces interfaces = {};

	add_plain_link(1, "lo");
	add_plain_link(2, "fifteen-chars-x");
	datagram_end();
	add_veth();
	datagram_end();
	done();
	assert_int_equal(interfaces_dump(&interfaces), 0);
	assert_int_equal(kernel.type, RTM_GETLINK);
	assert_int_equal(interfaces.count, 3);
	assert_string_equal(interfaces.items[1].name, "fifteen-chars-x");
	assert_int_equal(interfaces.items[1].peer_nsid, -1);
	assert_int_equal(interfaces.items[1].peer_ifindex, 0);
	assert_false(interfaces.items[1].is_veth);
	assert_null(interfaces.items[1].altnames);
	interfaces_free(&interfaces);
	assert_null(interfaces.items);
}

TEST(every_attribute_of_a_veth)
{
	struct interfaces interfaces = {};
	const struct interface *interface;

	add_veth();
	datagram_end();
	done();
	assert_int_equal(interfaces_dump(&interfaces), 0);
	interface = interfaces_by_index(&interfaces, 70000);
	assert_non_null(interface);
	assert_int_equal(interface->mtu, 1500);
	assert_int_equal(interface->flags, IFF_UP);
	assert_int_equal(interface->type, 1);
	assert_int_equal(interface->xdp_program_id, 99);
	assert_int_equal(interface->peer_ifindex, 3);
	assert_int_equal(interface->peer_nsid, 5);
	assert_true(interface->is_veth);
	assert_string_equal(interface->altnames[0], "first");
	assert_string_equal(interface->altnames[1], "a-second-name-of-more-than-fifteen-bytes");
	assert_null(interface->altnames[2]);
	interfaces_free(&interfaces);
}

TEST(no_interface_at_all)
{
	struct interfaces interfaces = { NULL, 77 };

	done();
	assert_int_equal(interfaces_dump(&interfaces), 0);
	assert_int_equal(interfaces.count, 0);
}

TEST(an_error_leaves_the_output_alone)
{
	struct interfaces interfaces = { NULL, 77 };

	add_veth();
	datagram_end();
	error(EPERM);
	assert_int_equal(interfaces_dump(&interfaces), -EPERM);
	assert_int_equal(interfaces.count, 77);
}

TEST(a_broken_socket_is_told)
{
	struct interfaces interfaces = { NULL, 77 };

	kernel.fail_with = ENOBUFS;
	assert_int_equal(interfaces_dump(&interfaces), -ENOBUFS);
	assert_int_equal(interfaces.count, 77);
}

/*
 * The kernel reports that interfaces were added or removed meanwhile, so the dump may be
 * incomplete.
 */
TEST(an_interrupted_dump_is_repeated)
{
	struct interfaces interfaces = {};

	message_end(begin_link(1, "lo", NLM_F_DUMP_INTR));
	datagram_end();
	add_plain_link(1, "lo");
	add_plain_link(2, "eth0");
	datagram_end();
	done();
	assert_int_equal(interfaces_dump(&interfaces), 0);
	assert_int_equal(kernel.requests, 2);
	assert_int_equal(interfaces.count, 2);
	interfaces_free(&interfaces);
}

TEST(a_dump_that_never_rests_ends)
{
	struct interfaces interfaces = { NULL, 77 };

	kernel.fail_with = EINTR;
	assert_int_equal(interfaces_dump(&interfaces), -EINTR);
	assert_uint_in_range(kernel.requests, 2, 1000);
	assert_int_equal(interfaces.count, 77);
}

/* --- malformed replies --- */

TEST(an_answer_that_is_cut_short_is_refused)
{
	struct interfaces interfaces = { NULL, 77 };
	struct nlmsghdr *nlh;

	message(RTM_NEWLINK, NLM_F_MULTI, 4, &nlh);
	message_end(nlh);
	datagram_end();
	assert_int_equal(interfaces_dump(&interfaces), -EBADMSG);
	nlh = begin_link(1, "lo", 0);
	message_end(nlh);
	nlh->nlmsg_len += 100;
	datagram_end();
	assert_int_equal(interfaces_dump(&interfaces), -EBADMSG);
	assert_int_equal(interfaces.count, 77);
}

TEST(an_error_that_is_no_number_of_one_is_refused)
{
	struct interfaces interfaces = { NULL, 77 };
	struct nlmsghdr *nlh;
	struct nlmsgerr *e = message(NLMSG_ERROR, 0, sizeof(struct nlmsgerr), &nlh);

	e->error = INT32_MIN; /* it cannot be negated */
	message_end(nlh);
	datagram_end();
	assert_int_equal(interfaces_dump(&interfaces), -EBADMSG);
	assert_int_equal(interfaces.count, 77);
}

TEST(attributes_of_another_size_count_as_missing)
{
	struct interfaces interfaces = {};
	struct nlmsghdr *nlh;
	struct ifinfomsg *ifi = message(RTM_NEWLINK, NLM_F_MULTI, sizeof(*ifi), &nlh);

	ifi->ifi_index = 1;
	mnl_attr_put_str(nlh, IFLA_IFNAME, "four"); /* without a final NUL */
	mnl_attr_put_u16(nlh, IFLA_MTU, 1500);
	message_end(nlh);
	datagram_end();
	done();
	assert_int_equal(interfaces_dump(&interfaces), 0);
	assert_int_equal(interfaces.count, 1);
	assert_string_equal(interfaces.items[0].name, "");
	assert_int_equal(interfaces.items[0].mtu, 0);
	interfaces_free(&interfaces);
}

/* --- selecting --- */

static char *eth_names[] = { "uplink", "veth0", NULL };
static struct interface some[] = {
	{ .ifindex = 2, .name = "eth0", .altnames = eth_names },
	{ .ifindex = 3, .name = "veth0" },
};
static const struct interfaces two = { some, 2 };

TEST(by_name_before_alternative_name)
{
	assert_ptr_equal(interfaces_by_name(&two, "eth0"), &some[0]);
	assert_ptr_equal(interfaces_by_name(&two, "uplink"), &some[0]);
	assert_ptr_equal(interfaces_by_name(&two, "veth0"), &some[1]);
	assert_null(interfaces_by_name(&two, "eth"));
	assert_null(interfaces_by_name(&two, ""));
	assert_null(interfaces_by_name(&(struct interfaces){}, "eth0"));
}

TEST(by_index)
{
	assert_ptr_equal(interfaces_by_index(&two, 3), &some[1]);
	assert_null(interfaces_by_index(&two, 0));
	assert_null(interfaces_by_index(&two, 65539));
}

TEST(globs)
{
	assert_true(interface_matches(&some[0], "eth?"));
	assert_true(interface_matches(&some[0], "up*"));
	assert_true(interface_matches(&some[0], "[e]th0"));
	assert_false(interface_matches(&some[0], "eth"));
	assert_false(interface_matches(&some[1], "eth*"));
	assert_false(interface_matches(&some[1], "["));
}

/* --- qdiscs and filters --- */

static void add_qdisc(uint32_t ifindex, uint32_t parent, const char *kind)
{
	struct nlmsghdr *nlh;
	struct tcmsg *tc = message(RTM_NEWQDISC, NLM_F_MULTI, sizeof(struct tcmsg), &nlh);

	tc->tcm_ifindex = (int)ifindex;
	tc->tcm_parent = parent;
	mnl_attr_put_strz(nlh, TCA_KIND, kind);
	message_end(nlh);
}

TEST(the_qdisc_at_clsact)
{
	char kind[32] = "old";

	add_qdisc(2, TC_H_ROOT, "fq_codel");
	add_qdisc(3, TC_H_CLSACT, "ingress"); /* kernels reply for all interfaces */
	add_qdisc(2, TC_H_CLSACT, "clsact");
	datagram_end();
	done();
	assert_int_equal(qdisc_at_clsact(2, kind, sizeof(kind)), 0);
	assert_string_equal(kind, "clsact");
	assert_int_equal(kernel.type, RTM_GETQDISC);
}

TEST(no_qdisc_at_clsact)
{
	char kind[32] = "old";

	add_qdisc(2, TC_H_ROOT, "clsact-like");
	datagram_end();
	done();
	assert_int_equal(qdisc_at_clsact(2, kind, sizeof(kind)), 0);
	assert_string_equal(kind, "");
}

static void add_filter(uint32_t handle)
{
	struct nlmsghdr *nlh;
	struct tcmsg *tc = message(RTM_NEWTFILTER, NLM_F_MULTI, sizeof(struct tcmsg), &nlh);

	tc->tcm_handle = handle;
	message_end(nlh);
}

TEST(filters_of_both_directions_are_counted)
{
	size_t count = 77;

	add_filter(0); /* the filter chain */
	add_filter(1);
	add_filter(0x7765);
	datagram_end();
	done();
	add_filter(0);
	add_filter(1);
	datagram_end();
	done();
	assert_int_equal(clsact_filter_count(2, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(kernel.requests, 2);
	assert_int_equal(kernel.parent, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS));
}

TEST(filters_that_cannot_be_counted)
{
	size_t count = 77;

	error(EINVAL);
	assert_int_equal(clsact_filter_count(2, &count), -EINVAL);
	assert_int_equal(count, 77);
}

/* --- namespaces --- */

TEST(the_id_of_a_namespace)
{
	struct nlmsghdr *nlh;
	int32_t nsid = 77;

	message(RTM_NEWNSID, 0, sizeof(struct rtgenmsg), &nlh);
	mnl_attr_put_u32(nlh, NETNSA_NSID, 12);
	message_end(nlh);
	datagram_end();
	assert_int_equal(nsid_of(3, &nsid), 0);
	assert_int_equal(nsid, 12);
	assert_int_equal(kernel.type, RTM_GETNSID);
}

TEST(a_namespace_without_an_id)
{
	struct nlmsghdr *nlh;
	int32_t nsid = 77;

	message(RTM_NEWNSID, 0, sizeof(struct rtgenmsg), &nlh);
	mnl_attr_put_u32(nlh, NETNSA_NSID, (uint32_t)NETNSA_NSID_NOT_ASSIGNED);
	message_end(nlh);
	datagram_end();
	assert_int_equal(nsid_of(3, &nsid), 0);
	assert_int_equal(nsid, -1);

	reset(NULL);
	nsid = 77;
	error(EBADF);
	assert_int_equal(nsid_of(-1, &nsid), -EBADF);
	assert_int_equal(nsid, 77);
}

#define NETLINK_TEST(name) cmocka_unit_test_setup_teardown(name, reset, all_sockets_are_closed)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NETLINK_TEST(a_dump_of_several_datagrams),
		NETLINK_TEST(every_attribute_of_a_veth),
		NETLINK_TEST(no_interface_at_all),
		NETLINK_TEST(an_error_leaves_the_output_alone),
		NETLINK_TEST(a_broken_socket_is_told),
		NETLINK_TEST(an_interrupted_dump_is_repeated),
		NETLINK_TEST(a_dump_that_never_rests_ends),
		NETLINK_TEST(an_answer_that_is_cut_short_is_refused),
		NETLINK_TEST(an_error_that_is_no_number_of_one_is_refused),
		NETLINK_TEST(attributes_of_another_size_count_as_missing),
		NETLINK_TEST(by_name_before_alternative_name),
		NETLINK_TEST(by_index),
		NETLINK_TEST(globs),
		NETLINK_TEST(the_qdisc_at_clsact),
		NETLINK_TEST(no_qdisc_at_clsact),
		NETLINK_TEST(filters_of_both_directions_are_counted),
		NETLINK_TEST(filters_that_cannot_be_counted),
		NETLINK_TEST(the_id_of_a_namespace),
		NETLINK_TEST(a_namespace_without_an_id),
	};

	return cmocka_run_group_tests_name("netlink", tests, NULL, NULL);
}
