// SPDX-License-Identifier: GPL-2.0
/*
 * tcp.c - makes one TCP connection between two network namespaces, with both ends in this process,
 * and prints the kernel's figures of it.
 *
 *     tcp [OPTION]... NETNS_A NETNS_B ADDRESS PORT [STEP]...
 *
 * A socket of B listens on ADDRESS and PORT, and one of A connects to it. With -c and -s the
 * process moves to a cgroup before it makes the client or the server. -6 makes the listener accept
 * both families, -l PORT binds the client, and -t MS limits the time to connect.
 *
 * Steps: info (prints both ends as JSON), push=BYTES (A writes as much as it has room for, B does
 * not read), send=BYTES (until B has read everything), acked (until A has all ACKs),
 * retransmitted=COUNT (until A has retransmitted that often), answered (until A has received one
 * more segment), ended (until A's end has closed), run=COMMAND (by the shell, in the original
 * namespace), delack (prints how long B delays an ACK), error (prints the error of A's end), lap
 * (prints ms since the last lap).
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 90000

struct rig {
	const char *client_cgroup, *server_cgroup;
	bool both_families;
	int client_port, timeout_ms;
	int client, server;
	double last_ms;
};

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void enter(const char *netns)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		err(1, "%s", path);
	close(fd);
}

static void move_to(const char *cgroup)
{
	char path[512];
	FILE *f;

	if (!cgroup)
		return;
	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	f = fopen(path, "w");
	if (!f || fprintf(f, "0\n") < 0 || fclose(f) != 0)
		err(1, "%s", path);
}

static socklen_t address_of(const char *text, int port, struct sockaddr_storage *ret)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret;

	memset(ret, 0, sizeof(*ret));
	if (strchr(text, ':')) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
			return sizeof(*v6);
	} else {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
			return sizeof(*v4);
	}
	errx(1, "no address: %s", text);
}

static int listen_at(const struct rig *rig, const char *address, int port)
{
	struct sockaddr_storage at;
	socklen_t len = address_of(rig->both_families ? "::" : address, port, &at);
	int fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, 8) < 0)
		err(1, "listen");
	return fd;
}

static void bind_client(const struct rig *rig, int family)
{
	struct sockaddr_storage at;
	socklen_t len = address_of(family == AF_INET ? "0.0.0.0" : "::", rig->client_port, &at);
	int one = 1;

	if (!rig->client_port)
		return;
	if (setsockopt(rig->client, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(rig->client, (struct sockaddr *)&at, len) < 0)
		err(1, "bind");
}

/* Returns true if the connection was established. */
static bool connect_to(struct rig *rig, const char *address, int port)
{
	struct sockaddr_storage at;
	socklen_t len = address_of(address, port, &at);
	struct pollfd poll_for = { .events = POLLOUT };

	rig->client = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (rig->client < 0)
		err(1, "socket");
	bind_client(rig, at.ss_family);
	if (connect(rig->client, (struct sockaddr *)&at, len) < 0 && errno != EINPROGRESS)
		err(1, "connect");
	poll_for.fd = rig->client;
	return poll(&poll_for, 1, rig->timeout_ms) == 1 && !(poll_for.revents & POLLERR);
}

static long option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, level, name, &value, &len) < 0 ? -1 : value;
}

static struct tcp_info info_of(int fd)
{
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
		err(1, "TCP_INFO");
	return info;
}

static void print_end(const char *name, int fd, const char *end)
{
	struct tcp_info i = info_of(fd);
	char congestion[16] = "";
	socklen_t len = sizeof(congestion);

	getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, congestion, &len);
	printf("\"%s\":{\"congestion\":\"%s\",\"sndbuf\":%ld,\"rcvbuf\":%ld,\"pacing\":%ld,"
	       "\"mark\":%ld,\"keepalive\":%ld,\"keepidle\":%ld,\"keepintvl\":%ld,\"keepcnt\":%ld,"
	       "\"nodelay\":%ld,\"user_timeout\":%ld,\"lowat\":%ld,\"window_clamp\":%ld,"
	       "\"rto_max\":%ld,\"tos\":%ld,\"tclass\":%ld,",
	       name, congestion, option(fd, SOL_SOCKET, SO_SNDBUF),
	       option(fd, SOL_SOCKET, SO_RCVBUF), option(fd, SOL_SOCKET, SO_MAX_PACING_RATE),
	       option(fd, SOL_SOCKET, SO_MARK), option(fd, SOL_SOCKET, SO_KEEPALIVE),
	       option(fd, IPPROTO_TCP, TCP_KEEPIDLE), option(fd, IPPROTO_TCP, TCP_KEEPINTVL),
	       option(fd, IPPROTO_TCP, TCP_KEEPCNT), option(fd, IPPROTO_TCP, TCP_NODELAY),
	       option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT),
	       option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT),
	       option(fd, IPPROTO_TCP, TCP_WINDOW_CLAMP), option(fd, IPPROTO_TCP, 44),
	       option(fd, IPPROTO_IP, IP_TOS), option(fd, IPPROTO_IPV6, IPV6_TCLASS));
	printf("\"ecn\":%s,\"cwnd\":%u,\"ssthresh\":%u,\"unacked\":%u,\"rto_us\":%u,\"mss\":%u,"
	       "\"peer_window\":%u,\"retransmits\":%u}%s",
	       i.tcpi_options & TCPI_OPT_ECN ? "true" : "false", i.tcpi_snd_cwnd,
	       i.tcpi_snd_ssthresh, i.tcpi_unacked, i.tcpi_rto, i.tcpi_snd_mss, i.tcpi_snd_wnd,
	       i.tcpi_total_retrans, end);
}

/* Writes as much as there is room for. */
static void write_all(int fd, long bytes)
{
	static char data[65536];

	while (bytes > 0) {
		ssize_t n = write(fd, data, bytes > 65536 ? 65536 : (size_t)bytes);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			err(1, "write");
		bytes -= n;
	}
}

/* Alternates writing and reading, so that neither end waits for the other. */
static void send_all(const struct rig *rig, long bytes)
{
	static char data[65536];
	long sent = 0, got = 0;

	while (got < bytes) {
		struct pollfd polls[2] = { { rig->server, POLLIN, 0 },
					   { sent < bytes ? rig->client : -1, POLLOUT, 0 } };
		ssize_t n;

		if (poll(polls, 2, PATIENCE_MS) <= 0)
			errx(1, "stuck at %ld of %ld bytes", got, bytes);
		if (polls[1].revents) {
			n = write(rig->client, data,
				  bytes - sent > 65536 ? 65536 : (size_t)(bytes - sent));
			sent += n > 0 ? n : 0;
		}
		if (polls[0].revents) {
			n = read(rig->server, data, sizeof(data));
			if (n <= 0)
				err(1, "read");
			got += n;
		}
	}
}

/* Prints the shortest of five delays, because a busy machine can only make them longer. */
static void measure_delack(const struct rig *rig)
{
	double shortest = 1e9;

	for (int i = 0; i < 5; i++) {
		double start, took;
		int off = 0;
		char byte;

		/* no quick ACKs (tcp(7)); B sends no data that could carry the ACK */
		if (setsockopt(rig->server, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off)) < 0)
			err(1, "TCP_QUICKACK");
		start = now_ms();
		write_all(rig->client, 1);
		while (info_of(rig->client).tcpi_unacked)
			sched_yield();
		took = now_ms() - start;
		shortest = took < shortest ? took : shortest;
		if (read(rig->server, &byte, 1) != 1)
			err(1, "read");
	}
	printf("{\"delack_ms\":%.1f}\n", shortest);
}

static bool ended(int fd)
{
	struct pollfd poll_for = { .fd = fd };

	return poll(&poll_for, 1, 0) == 1;
}

/* Waits until `what` holds for A's end, or that end closes. Fails after PATIENCE_MS. */
static void await(const struct rig *rig, const char *what, unsigned int number)
{
	unsigned int received = info_of(rig->client).tcpi_segs_in;
	double limit = now_ms() + PATIENCE_MS;
	bool there = false;

	while (!there) {
		struct tcp_info i = info_of(rig->client);

		if (now_ms() > limit)
			errx(1, "never: %s", what);
		if (strcmp(what, "acked") == 0)
			there = !i.tcpi_unacked;
		else if (strcmp(what, "answered") == 0)
			there = i.tcpi_segs_in != received;
		else if (strncmp(what, "retransmitted=", 14) == 0)
			there = i.tcpi_total_retrans >= number;
		if (there || ended(rig->client))
			return;
		usleep(1000);
	}
}

static void step(struct rig *rig, const char *what)
{
	const char *value = strchr(what, '=');
	long number = value ? atol(value + 1) : 0;

	if (strcmp(what, "info") == 0) {
		printf("{");
		print_end("a", rig->client, ",");
		print_end("b", rig->server, "}\n");
	} else if (strncmp(what, "push=", 5) == 0) {
		write_all(rig->client, number);
	} else if (strncmp(what, "send=", 5) == 0) {
		send_all(rig, number);
	} else if (strcmp(what, "acked") == 0 || strcmp(what, "answered") == 0 ||
		   strcmp(what, "ended") == 0 || strncmp(what, "retransmitted=", 14) == 0) {
		await(rig, what, (unsigned int)number);
	} else if (strncmp(what, "run=", 4) == 0) {
		fflush(stdout);
		if (system(value + 1) != 0)
			errx(1, "failed: %s", value + 1);
	} else if (strcmp(what, "delack") == 0) {
		measure_delack(rig);
	} else if (strcmp(what, "error") == 0) {
		printf("{\"error\":%ld}\n", option(rig->client, SOL_SOCKET, SO_ERROR));
	} else if (strcmp(what, "lap") == 0) {
		printf("{\"lap_ms\":%.0f}\n", now_ms() - rig->last_ms);
		rig->last_ms = now_ms();
	} else {
		errx(2, "no step '%s'", what);
	}
}

static void options(struct rig *rig, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "c:s:l:t:6")) != -1) {
		switch (c) {
		case 'c':
			rig->client_cgroup = optarg;
			break;
		case 's':
			rig->server_cgroup = optarg;
			break;
		case 'l':
			rig->client_port = atoi(optarg);
			break;
		case 't':
			rig->timeout_ms = atoi(optarg);
			break;
		case '6':
			rig->both_families = true;
			break;
		default:
			exit(2);
		}
	}
	if (argc - optind < 4)
		errx(2, "usage: see the source");
}

int main(int argc, char **argv)
{
	struct rig rig = { .timeout_ms = PATIENCE_MS };
	const char *address, *netns_a, *netns_b;
	int port, listener;

	options(&rig, argc, argv);
	netns_a = argv[optind];
	netns_b = argv[optind + 1];
	address = argv[optind + 2];
	port = atoi(argv[optind + 3]);
	enter(netns_b);
	move_to(rig.server_cgroup);
	listener = listen_at(&rig, address, port);
	enter(netns_a);
	move_to(rig.client_cgroup);
	if (!connect_to(&rig, address, port)) {
		puts("{\"connected\":false}");
		return 0;
	}
	rig.server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (rig.server < 0)
		err(1, "accept");
	rig.last_ms = now_ms();
	for (int i = optind + 4; i < argc; i++)
		step(&rig, argv[i]);
	return 0;
}
