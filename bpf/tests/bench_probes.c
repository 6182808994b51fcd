// SPDX-License-Identifier: GPL-2.0
/*
 * bench_probes.c - what a probe costs who runs into it: bench_probes syscall|function COUNT makes
 * so many system calls (getppid), or calls of bench_probed() in this program, and prints the best
 * of five runs, in ns for each.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define RUNS 5

void bench_probed(uint64_t n);

void __attribute__((noinline)) bench_probed(uint64_t n)
{
	asm volatile("" : : "r"(n) : "memory");
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

int main(int argc, char **argv)
{
	uint64_t count = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
	double best = 0;

	if (!count) {
		fputs("bench_probes syscall|function COUNT\n", stderr);
		return 2;
	}
	for (int run = 0; run < RUNS; run++) {
		bool calls = strcmp(argv[1], "syscall") == 0;
		double start = now(), each;

		for (uint64_t i = 0; i < count; i++) {
			if (calls)
				syscall(SYS_getppid);
			else
				bench_probed(i);
		}
		each = (now() - start) / (double)count;
		best = !run || each < best ? each : best;
	}
	printf("%.1f\n", best);
	return 0;
}
