// SPDX-License-Identifier: GPL-2.0
/*
 * bench_tcp.c - connections and round trips per second, alternately in a watched cgroup and in
 * another one.
 *
 *     bench_tcp WATCHED OTHER ROUNDS
 *
 * WATCHED and OTHER are cgroup directories, with a server in each; the client moves between them.
 * All run on one CPU, so that each side pays for its callbacks, and nothing runs in parallel. A
 * connection is connect, 64 bytes in each direction and FIN in both directions. The server closes
 * first, so that no local port of the client stays in TIME-WAIT.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SIZE 64
#define CONNECTIONS 100
#define ROUND_TRIPS 700
#define MAX_ROUNDS 10000

struct side {
	const char *cgroup;
	struct sockaddr_in connect_to; /* its server closes after an answer */
	struct sockaddr_in stay_with;  /* its server keeps the connection */
};

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "bench_tcp: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void enter(const char *cgroup)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		die(path);
	close(fd);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static int answer(int fd)
{
	char buffer[SIZE];

	return recv(fd, buffer, SIZE, MSG_WAITALL) == SIZE && send(fd, buffer, SIZE, 0) == SIZE;
}

static void serve(int listener, int once)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL), one = 1;

		if (fd < 0)
			die("accept");
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		while (answer(fd) && !once)
			;
		close(fd);
	}
}

static struct sockaddr_in start_server(const char *cgroup, int once)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int listener;

	enter(cgroup);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&at, len) < 0 ||
	    listen(listener, 128) < 0 || getsockname(listener, (struct sockaddr *)&at, &len) < 0)
		die("listen");
	switch (fork()) {
	case -1:
		die("fork");
	case 0:
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(listener, once);
	}
	close(listener);
	return at;
}

static int dial(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void round_trip(int fd)
{
	char buffer[SIZE] = "";

	if (send(fd, buffer, SIZE, 0) != SIZE || recv(fd, buffer, SIZE, MSG_WAITALL) != SIZE)
		die("round trip");
}

static double time_connections(const struct side *side)
{
	double start;

	enter(side->cgroup);
	start = now();
	for (int i = 0; i < CONNECTIONS; i++) {
		int fd = dial(&side->connect_to);
		char end;

		round_trip(fd);
		if (recv(fd, &end, 1, 0) != 0)
			die("end of connection");
		close(fd);
	}
	return now() - start;
}

static double time_round_trips(const struct side *side)
{
	double start, seconds;
	int fd;

	enter(side->cgroup);
	fd = dial(&side->stay_with);
	start = now();
	for (int i = 0; i < ROUND_TRIPS; i++)
		round_trip(fd);
	seconds = now() - start;
	close(fd);
	return seconds;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void report(const char *name, double (*measure)(const struct side *), int count,
		   const struct side *watched, const struct side *other, int rounds)
{
	static double on[MAX_ROUNDS], off[MAX_ROUNDS], ratio[MAX_ROUNDS];

	for (int i = 0; i < rounds; i++) {
		/* alternate who runs first */
		if (i % 2)
			on[i] = measure(watched);
		off[i] = measure(other);
		if (i % 2 == 0)
			on[i] = measure(watched);
		ratio[i] = off[i] / on[i];
	}
	qsort(on, (size_t)rounds, sizeof(*on), compare);
	qsort(off, (size_t)rounds, sizeof(*off), compare);
	qsort(ratio, (size_t)rounds, sizeof(*ratio), compare);
	printf("%-34s %10.0f %10.0f %8.2f%% %8.2f%% %9.0f\n", name, count / off[rounds / 2],
	       count / on[rounds / 2], 100 * off[rounds / 2] / on[rounds / 2],
	       100 * ratio[rounds / 2], (on[rounds / 2] - off[rounds / 2]) / count * 1e9);
}

int main(int argc, char **argv)
{
	struct side watched, other;
	cpu_set_t cpu;
	int rounds = argc == 4 ? atoi(argv[3]) : 0;

	if (rounds < 1 || rounds > MAX_ROUNDS) {
		fprintf(stderr, "Usage: bench_tcp WATCHED OTHER ROUNDS\n");
		return 2;
	}
	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu) < 0)
		die("sched_setaffinity");
	signal(SIGPIPE, SIG_IGN);
	watched = (struct side){ .cgroup = argv[1],
				 .connect_to = start_server(argv[1], 1),
				 .stay_with = start_server(argv[1], 0) };
	other = (struct side){ .cgroup = argv[2],
			       .connect_to = start_server(argv[2], 1),
			       .stay_with = start_server(argv[2], 0) };
	printf("%-34s %10s %10s %9s %9s %9s\n", "per second", "off", "on", "medians", "pairs",
	       "ns more");
	report("connections with 64 B both ways", time_connections, CONNECTIONS, &watched, &other,
	       rounds);
	report("round trips of 64 B", time_round_trips, ROUND_TRIPS, &watched, &other, rounds);
	return 0;
}
