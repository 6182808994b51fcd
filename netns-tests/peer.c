// SPDX-License-Identifier: GPL-2.0
/*
 * peer.c - ends of conversations for tests, with exact numbers of datagrams and bytes.
 *
 *     peer udp-send    ADDRESS PORT COUNT SIZE   sends datagrams of SIZE bytes
 *     peer udp-receive ADDRESS PORT COUNT        prints "ready", waits for COUNT datagrams
 *     peer udp-loop    ADDRESS PORT COUNT        sends 4 bytes to itself, waits for them; COUNT 0:
 *                                                until SIGTERM, then prints the number sent
 *     peer tcp-send    ADDRESS PORT BYTES        waits for the other end to close first
 *     peer tcp-receive ADDRESS PORT BYTES        prints "ready", closes after the last byte
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_S 60
#define CHUNK 65536

static char chunk[CHUNK];

static void need(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "peer: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct sockaddr_in address(char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons((uint16_t)atoi(argv[3])) };

	need(inet_pton(AF_INET, argv[2], &a.sin_addr) == 1, argv[2]);
	return a;
}

/* Opens a socket with timeouts. */
static int open_socket(int type)
{
	struct timeval patience = { .tv_sec = PATIENCE_S };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), on = 1;

	need(fd >= 0, "socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	return fd;
}

static int bound(int type, char **argv)
{
	struct sockaddr_in a = address(argv);
	int fd = open_socket(type);

	need(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0, "bind");
	return fd;
}

static int connected(int type, char **argv)
{
	struct sockaddr_in a = address(argv);
	int fd = open_socket(type);

	need(connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0, "connect");
	return fd;
}

static void ready(void)
{
	puts("ready");
	fflush(stdout);
}

static void udp_send(char **argv)
{
	int fd = connected(SOCK_DGRAM, argv);
	size_t size = (size_t)atol(argv[5]);

	for (long i = atol(argv[4]); i > 0; i--)
		need(send(fd, chunk, size, 0) == (ssize_t)size, "send");
}

static void udp_receive(char **argv)
{
	int fd = bound(SOCK_DGRAM, argv);

	ready();
	for (long i = atol(argv[4]); i > 0; i--)
		need(recv(fd, chunk, sizeof(chunk), 0) >= 0, "recv");
}

static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	(void)signal;
	stopped = 1;
}

static void udp_loop(char **argv)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct sockaddr_in a = address(argv);
	int fd = bound(SOCK_DGRAM, argv);
	const struct timeval second = { .tv_sec = 1 };
	long count = atol(argv[4]), sent = 0;

	sigaction(SIGTERM, &action, NULL);
	need(connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0, "connect");
	if (!count)
		need(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second)) == 0,
		     "SO_RCVTIMEO");
	while (count ? sent < count : !stopped) {
		need(send(fd, chunk, 4, 0) == 4, "send");
		/*
		 * A call with a socket timeout is not restarted. All namespaces share the backlog
		 * of a CPU, so others may make it drop a datagram; it has been sent.
		 */
		while (recv(fd, chunk, sizeof(chunk), 0) != 4) {
			if (!count && errno == EAGAIN)
				break;
			need(errno == EINTR, "recv");
		}
		sent++;
	}
	if (!count)
		printf("%ld\n", sent);
}

static void tcp_send(char **argv)
{
	int fd = connected(SOCK_STREAM, argv);
	long left = atol(argv[4]);

	while (left > 0) {
		ssize_t sent = send(fd, chunk, left < CHUNK ? (size_t)left : CHUNK, 0);

		need(sent > 0, "send");
		left -= sent;
	}
	need(recv(fd, chunk, sizeof(chunk), 0) == 0, "the other end's close");
	close(fd);
}

static void tcp_receive(char **argv)
{
	int listener = bound(SOCK_STREAM, argv), fd;
	long left = atol(argv[4]);

	need(listen(listener, 1) == 0, "listen");
	ready();
	fd = accept(listener, NULL, NULL);
	need(fd >= 0, "accept");
	while (left > 0) {
		ssize_t got = recv(fd, chunk, sizeof(chunk), 0);

		need(got > 0, "recv");
		left -= got;
	}
	close(fd);
}

static const struct {
	const char *name;
	int words;
	void (*run)(char **argv);
} commands[] = {
	{ "udp-send", 4, udp_send }, { "udp-receive", 3, udp_receive }, { "udp-loop", 3, udp_loop },
	{ "tcp-send", 3, tcp_send }, { "tcp-receive", 3, tcp_receive },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) != 0 || argc != 2 + commands[i].words)
			continue;
		commands[i].run(argv);
		return 0;
	}
	fprintf(stderr, "peer: see the head of peer.c\n");
	return 2;
}
