// SPDX-License-Identifier: GPL-2.0
/* diag.c - see diag.h. Sends the same request as ss(8), so the figures are the same. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/kernel/netlink.h"
#include "datapath/state/tcp_names.h"
#include "datapath/tcp/diag.h"

#define BUFFER_SIZE 65536

struct dump {
	int (*on_socket)(const struct tcp_diag *, void *);
	void *arg;
	int ret;
};

static void close_socket(struct mnl_socket **nl)
{
	if (*nl)
		mnl_socket_close(*nl);
}

/* struct tcp_info of an older kernel is shorter: the rest is 0. */
static void take_info(struct tcp_diag *socket, const struct nlattr *attr)
{
	struct tcp_info info = {};
	size_t len = mnl_attr_get_payload_len(attr);

	memcpy(&info, mnl_attr_get_payload(attr), len < sizeof(info) ? len : sizeof(info));
	socket->measured = true;
	socket->measures = (struct weir_tcp_measures){
		.bytes_acked = info.tcpi_bytes_acked,
		.bytes_received = info.tcpi_bytes_received,
		.delivery_rate = info.tcpi_delivery_rate,
		.srtt_us = info.tcpi_rtt,
		.min_rtt_us = info.tcpi_min_rtt == UINT32_MAX ? 0 : info.tcpi_min_rtt,
		.cwnd = info.tcpi_snd_cwnd,
		.mss = info.tcpi_snd_mss,
		.retransmits = info.tcpi_total_retrans,
		.segs_out = info.tcpi_segs_out,
		.segs_in = info.tcpi_segs_in,
		.data_segs_out = info.tcpi_data_segs_out,
		.data_segs_in = info.tcpi_data_segs_in,
		.delivered_ce = info.tcpi_delivered_ce,
		.reordering = info.tcpi_reordering,
		.reord_seen = info.tcpi_reord_seen,
	};
}

static int on_message(const struct nlmsghdr *nlh, void *arg)
{
	const struct inet_diag_msg *msg = mnl_nlmsg_get_payload(nlh);
	struct tcp_diag socket = {};
	struct dump *dump = arg;
	struct nlattr *attr;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*msg)) {
		dump->ret = -EBADMSG;
		return MNL_CB_STOP;
	}
	socket.cookie = (uint64_t)msg->id.idiag_cookie[1] << 32 | msg->id.idiag_cookie[0];
	socket.state = msg->idiag_state;
	mnl_attr_for_each(attr, nlh, sizeof(*msg))
	{
		if (mnl_attr_get_type(attr) == INET_DIAG_INFO)
			take_info(&socket, attr);
	}
	dump->ret = dump->on_socket(&socket, dump->arg);
	return dump->ret ? MNL_CB_STOP : MNL_CB_OK;
}

int tcp_diag_parse(const void *data, size_t size, unsigned int port,
		   int (*on_socket)(const struct tcp_diag *, void *), void *arg)
{
	struct dump dump = { .on_socket = on_socket, .arg = arg };
	int ret;

	if (!netlink_is_whole(data, size))
		return -EBADMSG;
	ret = mnl_cb_run(data, size, 0, port, on_message, &dump);
	if (dump.ret)
		return dump.ret;
	return ret < 0 ? netlink_errno() : ret > MNL_CB_STOP;
}

static int receive(struct mnl_socket *nl, int (*on_socket)(const struct tcp_diag *, void *),
		   void *arg)
{
	_cleanup_free_ char *buffer = malloc(BUFFER_SIZE);
	int ret = 1;

	if (!buffer)
		return -ENOMEM;
	while (ret > 0) {
		ssize_t n = mnl_socket_recvfrom(nl, buffer, BUFFER_SIZE);

		ret = n < 0 ? -errno
			    : tcp_diag_parse(buffer, (size_t)n, mnl_socket_get_portid(nl),
					     on_socket, arg);
	}
	return ret;
}

static int dump_family(uint8_t family, int (*on_socket)(const struct tcp_diag *, void *), void *arg)
{
	_cleanup_(close_socket) struct mnl_socket *nl = mnl_socket_open2(NETLINK_SOCK_DIAG,
									 SOCK_CLOEXEC);
	char buffer[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct inet_diag_req_v2 *request;

	nlh->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request = mnl_nlmsg_put_extra_header(nlh, sizeof(*request));
	request->sdiag_family = family;
	request->sdiag_protocol = IPPROTO_TCP;
	request->idiag_ext = 1 << (INET_DIAG_INFO - 1);
	request->idiag_states = ~(1U << WEIR_TCP_LISTEN);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	return receive(nl, on_socket, arg);
}

int tcp_diag_dump(int (*on_socket)(const struct tcp_diag *, void *), void *arg)
{
	int ret = dump_family(AF_INET, on_socket, arg);

	return ret ? ret : dump_family(AF_INET6, on_socket, arg);
}
