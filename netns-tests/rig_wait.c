// SPDX-License-Identifier: GPL-2.0
/* rig_wait.c - waits until packets have been handled, and sends echo requests. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "netns-tests/rig.h"

#define PATIENCE_S 60
#define RESEND_MS 200
#define ECHO_MAX 9000

/*
 * A softirq of the sending CPU handles a frame that was sent over a veth. A busy kernel leaves that
 * to ksoftirqd, so the sender may end before its frames were seen. But each CPU handles packets in
 * order: a datagram that this process sends to itself over the loopback device arrives last.
 */
static int marker = -1, open_error;

/* A reply may itself be answered, and a veth with XDP handles 64 frames at a time. */
#define ROUNDS 8

void marker_open(void)
{
	struct sockaddr_in self = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval wait = { .tv_usec = RESEND_MS * 1000 };
	socklen_t len = sizeof(self);

	marker = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (marker < 0 || setsockopt(marker, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0 ||
	    bind(marker, (struct sockaddr *)&self, len) < 0 ||
	    getsockname(marker, (struct sockaddr *)&self, &len) < 0 ||
	    connect(marker, (struct sockaddr *)&self, len) < 0)
		open_error = errno; /* some jobs do not need it */
}

void marker_pass(void)
{
	static unsigned int sent;
	unsigned int got = sent++;

	errno = open_error;
	if (errno)
		die("a socket of the loopback device");
	/* A full backlog drops the datagram, so send it repeatedly. */
	for (int i = 0; i < PATIENCE_S * 1000 / RESEND_MS; i++) {
		if (send(marker, &sent, sizeof(sent), 0) < 0)
			die("loopback");
		while (got != sent && recv(marker, &got, sizeof(got), 0) == sizeof(got))
			;
		if (got == sent)
			return;
	}
	errno = ETIMEDOUT;
	die("loopback");
}

void pin_to_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		die("cpu %d", cpu);
}

void settle_cpu(void)
{
	for (int i = 0; i < ROUNDS; i++)
		marker_pass();
}

void settle(void)
{
	cpu_set_t all;

	if (sched_getaffinity(0, sizeof(all), &all) < 0)
		die("the CPUs");
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		pin_to_cpu(cpu);
		settle_cpu();
	}
	if (sched_setaffinity(0, sizeof(all), &all) < 0)
		die("the CPUs");
}

/* settle: waits until all packets sent so far have been handled or dropped */
int cmd_settle(int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return 2;
	settle();
	return 0;
}

/* --- echoes --- */

struct echo {
	unsigned char type, code;
	unsigned short checksum, id, sequence;
};

static unsigned short checksum(const void *data, size_t len)
{
	const unsigned char *at = data;
	unsigned int sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (unsigned int)at[i] << 8 | at[i + 1];
	if (len % 2)
		sum += (unsigned int)at[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((unsigned short)~sum);
}

/* For IPv4 a raw socket also receives the IP header. */
static int is_reply(const unsigned char *packet, ssize_t len, bool v6, const struct echo *request)
{
	size_t at = v6 ? 0 : (size_t)(packet[0] & 15) * 4;
	struct echo reply;

	if (len < 1 || (size_t)len < at + sizeof(reply))
		return false;
	memcpy(&reply, packet + at, sizeof(reply));
	return reply.type == (v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY) && reply.id == request->id &&
	       reply.sequence == request->sequence;
}

static int open_echo(const char *address, bool v6)
{
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in to4 = { .sin_family = AF_INET };
	struct timeval patience = { .tv_sec = PATIENCE_S };
	void *bytes = v6 ? (void *)&to6.sin6_addr : (void *)&to4.sin_addr;
	int fd = v6 ? socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6)
		    : socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);

	if (inet_pton(v6 ? AF_INET6 : AF_INET, address, bytes) != 1) {
		errno = EINVAL;
		die("'%s'", address);
	}
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
	    connect(fd, v6 ? (struct sockaddr *)&to6 : (struct sockaddr *)&to4,
		    v6 ? sizeof(to6) : sizeof(to4)) < 0)
		die("'%s'", address);
	return fd;
}

/*
 * ping ADDRESS COUNT [SIZE]: sends echo requests with SIZE bytes after the header, each after the
 * reply to the previous one. ping(8) does not wait longer for the last reply than for the others,
 * which may be too short on a busy machine.
 */
int cmd_ping(int argc, char **argv)
{
	static unsigned char packet[ECHO_MAX], answer[ECHO_MAX + 64];
	bool v6 = argc > 1 && strchr(argv[1], ':');
	struct echo request = { .type = v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO };
	size_t len = sizeof(request) + 56;
	_cleanup_close_ int fd = -1;
	unsigned long count;

	if (argc != 3 && argc != 4)
		return 2;
	count = number(argv[2]);
	if (argc > 3)
		len = sizeof(request) + number(argv[3]);
	if (len > sizeof(packet)) {
		errno = EMSGSIZE;
		die("%zu bytes", len);
	}
	fd = open_echo(argv[1], v6);
	request.id = htons((unsigned short)getpid());
	for (unsigned long i = 1; i <= count; i++) {
		request.sequence = htons((unsigned short)i);
		request.checksum = 0;
		memcpy(packet, &request, sizeof(request));
		request.checksum = checksum(packet, len); /* for IPv6 the kernel computes it */
		memcpy(packet, &request, sizeof(request));
		if (send(fd, packet, len, 0) != (ssize_t)len)
			die("'%s'", argv[1]);
		for (ssize_t got = 0; !is_reply(answer, got, v6, &request);) {
			got = recv(fd, answer, sizeof(answer), 0);
			if (got < 0)
				die("no answer of '%s' to echo %lu", argv[1], i);
		}
	}
	return 0;
}
