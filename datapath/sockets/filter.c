// SPDX-License-Identifier: GPL-2.0
/* filter.c - see filter.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include "bpf/abi/abi.h"
#include "bpf/hooks/sockfilter.skel.h"
#include "datapath/base/cleanup.h"
#include "datapath/sockets/filter.h"

#define UDP_HEADER_LEN 8

void socket_target_free(struct socket_target *target)
{
	insns_free(&target->insns);
}

static bool is_ip(const struct socket_facts *facts)
{
	return facts->domain == AF_INET || facts->domain == AF_INET6;
}

static bool is_tcp(const struct socket_facts *facts)
{
	return is_ip(facts) && facts->type == SOCK_STREAM;
}

static bool is_udp(const struct socket_facts *facts)
{
	return is_ip(facts) && facts->type == SOCK_DGRAM &&
	       (facts->protocol == IPPROTO_UDP || facts->protocol == IPPROTO_UDPLITE);
}

/* All packets of a socket have one protocol, so only the IP version of their class varies. */
static enum weir_l4 l4_of(const struct socket_facts *facts)
{
	switch (facts->protocol) {
	case IPPROTO_TCP:
		return WEIR_L4_TCP;
	case IPPROTO_UDP:
		return WEIR_L4_UDP;
	case IPPROTO_ICMP:
		return WEIR_L4_ICMP;
	case IPPROTO_ICMPV6:
		return WEIR_L4_ICMPV6;
	case IPPROTO_SCTP:
		return WEIR_L4_SCTP;
	default:
		return WEIR_L4_OTHER;
	}
}

/* Raw IPv4 sockets receive the IP header, all others only what follows it. */
static enum packet_start start_of(const struct socket_facts *facts)
{
	if (!is_ip(facts))
		return STARTS_AT_PAYLOAD;
	return facts->domain == AF_INET && facts->type == SOCK_RAW ? STARTS_AT_IP
								   : STARTS_AT_TRANSPORT;
}

static int prepare_expression(struct socket_target *target, const char *expression,
			      struct weir_error *err)
{
	_cleanup_(classic_free) struct classic code = {};
	const struct socket_facts *facts = &target->facts;
	int ret;

	if (strlen(expression) >= sizeof(target->config.expression))
		return weir_error_set(err, E2BIG, "the expression is longer than %zu bytes",
				      sizeof(target->config.expression) - 1);
	ret = expression_compile(expression, &code, err);
	if (ret)
		return ret;
	ret = classic_convert(&code, start_of(facts), (uint8_t)facts->protocol, &target->insns);
	if (ret == -EOPNOTSUPP)
		return weir_error_set(err, ret,
				      "cannot evaluate '%s' at socket '%s': its packets have no IP "
				      "header, so only their length can be tested (greater N, less "
				      "N)",
				      expression, facts->name);
	if (ret)
		return weir_error_set(err, ret, "cannot convert '%s': %s", expression,
				      strerror(-ret));
	target->config.keep = 1;
	strcpy(target->config.expression, expression);
	return 0;
}

int socket_filter_check(const struct socket_facts *facts, const struct weir_socket_choice *choice,
			bool force, struct weir_error *err)
{
	if (!is_tcp(facts))
		return 0;
	if (choice->snap)
		return weir_error_set(err, EOPNOTSUPP,
				      "cannot truncate what '%s' receives: TCP would acknowledge "
				      "bytes that the process never gets; --snap is for datagrams",
				      facts->name);
	if (choice->keep && *choice->keep && !force)
		return weir_error_set(err, EOPNOTSUPP,
				      "cannot filter what '%s' receives: a TCP connection breaks "
				      "when --keep drops its segments; --force does it anyway, "
				      "--proto udp leaves TCP out",
				      facts->name);
	return 0;
}

int socket_filter_prepare(struct socket_target *target, const char *expression, uint32_t snap,
			  struct weir_error *err)
{
	const struct socket_facts *facts = &target->facts;

	insns_free(&target->insns);
	target->config = (struct weir_socket_config){ .ip = is_ip(facts), .l4 = l4_of(facts) };
	if (snap)
		target->config.snap = snap + (is_udp(facts) ? UDP_HEADER_LEN : 0);
	return expression && *expression ? prepare_expression(target, expression, err) : 0;
}

int socket_filter_of(int program_fd, struct weir_socket_config *ret_config)
{
	__u32 ids[16] = {}, len = sizeof(struct bpf_prog_info), zero = 0;
	struct bpf_prog_info info = { .nr_map_ids = ARRAY_SIZE(ids),
				      .map_ids = (__u64)(unsigned long)ids };
	struct sockfilter_bpf__rodata rodata = {};

	if (bpf_obj_get_info_by_fd(program_fd, &info, &len) < 0)
		return -errno;
	for (__u32 i = 0; i < info.nr_map_ids && i < ARRAY_SIZE(ids); i++) {
		_cleanup_close_ int map = bpf_map_get_fd_by_id(ids[i]);
		struct bpf_map_info map_info = {};

		len = sizeof(map_info);
		if (map < 0 || bpf_obj_get_info_by_fd(map, &map_info, &len) < 0 ||
		    map_info.value_size > sizeof(rodata) || !strstr(map_info.name, ".rodata"))
			continue;
		if (bpf_map_lookup_elem(map, &zero, &rodata) < 0)
			return -errno;
		*ret_config = rodata.cfg_socket;
		return 0;
	}
	return -ENOENT;
}

/* --- which sockets --- */

void socket_list_free(struct socket_list *list)
{
	free(list->items);
	*list = (struct socket_list){};
}

static int add(struct socket_list *list, const struct socket_facts *facts)
{
	struct socket_facts *grown;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].cookie == facts->cookie) /* shared by several processes */
			return 0;
	}
	grown = realloc(list->items, (list->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	list->items = grown;
	grown[list->count++] = *facts;
	return 0;
}

struct by_port {
	const struct weir_socket_choice *choice;
	uint64_t netns_cookie;
	struct socket_list list;
	int error;
};

static bool meant(const struct by_port *by_port, const struct socket_facts *facts)
{
	const struct weir_socket_choice *choice = by_port->choice;

	if (facts->netns_cookie != by_port->netns_cookie || facts->local_port != choice->port)
		return false;
	if (choice->listening)
		return is_tcp(facts) && facts->listening;
	if (!is_tcp(facts) && !is_udp(facts))
		return false;
	return !facts->listening && (!choice->protocol || facts->protocol == choice->protocol);
}

static bool add_by_port(uint32_t pid, int32_t fd, uint64_t inode, void *arg)
{
	struct by_port *by_port = arg;
	struct socket_facts facts = { .pid = pid, .fd = fd };
	_cleanup_close_ int copy = -1;

	(void)inode;
	if (socket_take(pid, fd, &copy, NULL) < 0 || socket_look(copy, &facts) < 0 ||
	    !meant(by_port, &facts))
		return true;
	by_port->error = add(&by_port->list, &facts);
	return by_port->error == 0;
}

static int choose_by_port(const struct weir *weir, const struct weir_socket_choice *choice,
			  struct socket_list *ret_list, struct weir_error *err)
{
	struct by_port by_port = { .choice = choice, .netns_cookie = weir->netns.home };

	socket_walk(add_by_port, &by_port);
	if (by_port.error) {
		socket_list_free(&by_port.list);
		return weir_error_set(err, by_port.error, "out of memory");
	}
	if (!by_port.list.count && choice->listening)
		return weir_error_set(err, ENOENT,
				      "no process listens on TCP port %u in this network namespace",
				      choice->port);
	if (!by_port.list.count)
		return weir_error_set(err, ENOENT,
				      "no process has a %s socket with local port %u in this "
				      "network namespace; use --listen-port for listeners",
				      choice->protocol == IPPROTO_TCP   ? "TCP"
				      : choice->protocol == IPPROTO_UDP ? "UDP"
									: "UDP or TCP",
				      choice->port);
	*ret_list = by_port.list;
	return 0;
}

int socket_choose(const struct weir *weir, const struct weir_socket_choice *choice,
		  struct socket_list *ret_list, struct weir_error *err)
{
	struct socket_facts facts = { .pid = choice->pid, .fd = choice->fd };
	struct socket_list list = {};
	_cleanup_close_ int copy = -1;
	int ret;

	if (!choice->pid)
		return choose_by_port(weir, choice, ret_list, err);
	ret = socket_take(choice->pid, choice->fd, &copy, err);
	if (ret)
		return ret;
	ret = socket_look(copy, &facts);
	if (!ret)
		ret = add(&list, &facts);
	if (ret)
		return weir_error_set(err, ret, "cannot inspect descriptor %d of process %u: %s",
				      choice->fd, choice->pid, weir_error_text(ret));
	*ret_list = list;
	return 0;
}
