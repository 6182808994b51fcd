// SPDX-License-Identifier: GPL-2.0
/* socket.c - see socket.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include "datapath/base/capabilities.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/sockets/socket.h"
#include "datapath/state/tcp_names.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

static int take_failed(uint32_t pid, int32_t fd, int error, struct weir_error *err)
{
	switch (error) {
	case ESRCH:
	case EINVAL: /* pid is 0, or a thread */
		return weir_error_set(err, ESRCH, "there is no process %u", pid);
	case EBADF:
		return weir_error_set(err, EBADF, "process %u has no descriptor %d", pid, fd);
	case EPERM:
		if (!capability_present(CAP_SYS_PTRACE))
			return weir_error_set(err, EPERM,
					      "cannot take descriptor %d of process %u: not "
					      "permitted: missing CAP_SYS_PTRACE (run as root)",
					      fd, pid);
		break;
	default:
		break;
	}
	return weir_error_set(err, error, "cannot take descriptor %d of process %u: %s", fd, pid,
			      weir_error_text(error));
}

/* Says what the descriptor is instead, from /proc. */
static int not_a_socket(uint32_t pid, int32_t fd, struct weir_error *err)
{
	char path[64], link[256];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%u/fd/%d", pid, fd);
	len = readlink(path, link, sizeof(link) - 1);
	link[len < 0 ? 0 : len] = '\0';
	return weir_error_set(err, ENOTSOCK, "descriptor %d of process %u is not a socket%s%s%s",
			      fd, pid, link[0] ? " but '" : "", link, link[0] ? "'" : "");
}

int socket_take(uint32_t pid, int32_t fd, int *ret_fd, struct weir_error *err)
{
	_cleanup_close_ int process = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	_cleanup_close_ int copy = -1;
	struct stat st;

	if (process < 0)
		return take_failed(pid, fd, errno, err);
	copy = (int)syscall(SYS_pidfd_getfd, process, fd, 0);
	if (copy < 0)
		return take_failed(pid, fd, errno, err);
	if (fstat(copy, &st) < 0 || !S_ISSOCK(st.st_mode))
		return not_a_socket(pid, fd, err);
	*ret_fd = TAKE_FD(copy);
	return 0;
}

/* --- inspecting --- */

const char *socket_protocol_name(int domain, int type, int protocol)
{
	static const struct {
		int domain, type, protocol; /* type, protocol: -1 matches any */
		const char *name;
	} names[] = {
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, "tcp" },
		{ AF_INET, SOCK_DGRAM, IPPROTO_UDP, "udp" },
		{ AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, "udplite" },
		{ AF_INET, SOCK_DGRAM, -1, "ping" },
		{ AF_INET, SOCK_RAW, -1, "raw" },
		{ AF_INET, -1, IPPROTO_SCTP, "sctp" },
		{ AF_INET, -1, 262, "mptcp" }, /* IPPROTO_MPTCP */
		{ AF_UNIX, SOCK_STREAM, -1, "unix-stream" },
		{ AF_UNIX, SOCK_DGRAM, -1, "unix-dgram" },
		{ AF_UNIX, SOCK_SEQPACKET, -1, "unix-seqpacket" },
		{ AF_PACKET, -1, -1, "packet" },
		{ AF_NETLINK, -1, -1, "netlink" },
		{ AF_VSOCK, -1, -1, "vsock" },
	};

	if (domain == AF_INET6)
		domain = AF_INET;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i].domain == domain && (names[i].type == type || names[i].type < 0) &&
		    (names[i].protocol == protocol || names[i].protocol < 0))
			return names[i].name;
	}
	return "other";
}

static int option(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) < 0 ? -1 : value;
}

/*
 * With a length of 0 the kernel returns the length of a classic filter, or 0 without a filter. It
 * cannot return an eBPF program, and fails with EACCES (sk_get_filter() in net/core/filter.c).
 */
static enum weir_socket_filter filter_of(int fd)
{
	socklen_t len = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, NULL, &len) == 0)
		return len ? WEIR_SOCKET_FILTER_CLASSIC : WEIR_SOCKET_FILTER_NONE;
	return errno == EACCES ? WEIR_SOCKET_FILTER_EBPF : WEIR_SOCKET_FILTER_UNKNOWN;
}

/* "127.0.0.1:53", "[::1]:53", a path, "@abstract"; "" for none. */
static void address_text(const struct sockaddr_storage *a, socklen_t len, char *ret_text,
			 size_t size)
{
	const struct sockaddr_in *in = (const void *)a;
	const struct sockaddr_in6 *in6 = (const void *)a;
	const struct sockaddr_un *un = (const void *)a;
	char text[INET6_ADDRSTRLEN];
	size_t used = len > offsetof(struct sockaddr_un, sun_path)
			      ? len - offsetof(struct sockaddr_un, sun_path)
			      : 0;

	ret_text[0] = '\0';
	if (a->ss_family == AF_INET)
		snprintf(ret_text, size, "%s:%u",
			 inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text)),
			 ntohs(in->sin_port));
	else if (a->ss_family == AF_INET6)
		snprintf(ret_text, size, "[%s]:%u",
			 inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text)),
			 ntohs(in6->sin6_port));
	else if (a->ss_family == AF_UNIX && used && un->sun_path[0])
		snprintf(ret_text, size, "%.*s", (int)used, un->sun_path);
	else if (a->ss_family == AF_UNIX && used)
		snprintf(ret_text, size, "@%.*s", (int)used - 1, un->sun_path + 1);
}

static uint16_t port_of(const struct sockaddr_storage *a)
{
	/* the port is at the same offset in both families */
	if (a->ss_family != AF_INET && a->ss_family != AF_INET6)
		return 0;
	return ntohs(((const struct sockaddr_in *)a)->sin_port);
}

static void name_socket(int fd, struct socket_facts *facts)
{
	struct sockaddr_storage local = {}, remote = {};
	socklen_t local_len = sizeof(local), remote_len = sizeof(remote);
	char owner[128];

	if (getsockname(fd, (struct sockaddr *)&local, &local_len) == 0)
		address_text(&local, local_len, facts->local, sizeof(facts->local));
	if (getpeername(fd, (struct sockaddr *)&remote, &remote_len) == 0)
		address_text(&remote, remote_len, facts->remote, sizeof(facts->remote));
	facts->local_port = port_of(&local);
	facts->remote_port = port_of(&remote);
	/* without an address, only its process identifies it */
	if (facts->local[0])
		snprintf(owner, sizeof(owner), " %.112s", facts->local);
	else
		snprintf(owner, sizeof(owner), " %u:%d", facts->pid, facts->fd);
	snprintf(facts->name, sizeof(facts->name), "%s%s%s%s",
		 socket_protocol_name(facts->domain, facts->type, facts->protocol), owner,
		 facts->remote[0] ? " " : "", facts->remote);
}

/* The first byte of struct tcp_info is the state. */
static const char *state_of(int fd, const struct socket_facts *facts)
{
	const char *name;
	uint8_t state = 0;
	socklen_t len = sizeof(state);

	if (facts->protocol != IPPROTO_TCP || facts->type != SOCK_STREAM ||
	    (facts->domain != AF_INET && facts->domain != AF_INET6) ||
	    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &state, &len) < 0)
		return "";
	name = weir_tcp_state_name(state);
	return name ? name : "";
}

uint64_t socket_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) < 0 ? 0 : cookie;
}

int socket_look(int fd, struct socket_facts *ret_facts)
{
	struct socket_facts facts = { .pid = ret_facts->pid, .fd = ret_facts->fd };
	socklen_t len = sizeof(facts.netns_cookie);

	facts.cookie = socket_cookie(fd);
	if (!facts.cookie)
		return -ENOTSOCK;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &facts.netns_cookie, &len) < 0)
		return -errno;
	facts.domain = option(fd, SO_DOMAIN);
	facts.type = option(fd, SO_TYPE);
	facts.protocol = option(fd, SO_PROTOCOL);
	facts.listening = option(fd, SO_ACCEPTCONN) == 1;
	facts.locked = option(fd, SO_LOCK_FILTER) == 1;
	facts.filter = filter_of(fd);
	facts.state = state_of(fd, &facts);
	name_socket(fd, &facts);
	*ret_facts = facts;
	return 0;
}

int socket_check(const struct socket_facts *facts, struct weir_error *err)
{
	const char *name = socket_protocol_name(facts->domain, facts->type, facts->protocol);

	if (facts->domain == AF_UNIX && facts->type == SOCK_STREAM)
		return weir_error_set(err, EOPNOTSUPP,
				      "cannot attach to socket '%s': the kernel does not run "
				      "filters for UNIX stream sockets",
				      facts->name);
	if (facts->domain == AF_UNIX || strcmp(name, "tcp") == 0 || strcmp(name, "udp") == 0 ||
	    strcmp(name, "udplite") == 0 || strcmp(name, "ping") == 0 || strcmp(name, "raw") == 0)
		return 0;
	return weir_error_set(
		err, EOPNOTSUPP,
		"cannot attach to socket '%s': only TCP, UDP, ping, raw IP and UNIX datagram "
		"sockets are supported",
		facts->name);
}
