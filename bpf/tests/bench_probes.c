// SPDX-License-Identifier: GPL-2.0
/*
 * bench_probes.c - the cost of a probe for the code that hits it.
 *
 *     bench_probes syscall|function COUNT [PER_SECOND]
 *
 * Makes COUNT system calls (getppid), or calls of bench_probed() in this program, five times; fewer
 * if they take more than a second, because a breakpoint may cost 70 us in a virtual machine.
 * PER_SECOND limits the rate. Prints the time of the best run, in ns per call, and the total number
 * of calls.
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
#define RUN_NS 1e9
#define BATCH 100 /* calls between reads of the clock */

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

static void make_events(bool calls, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		if (calls)
			syscall(SYS_getppid);
		else
			bench_probed(i);
	}
}

int main(int argc, char **argv)
{
	uint64_t count = argc == 3 || argc == 4 ? strtoull(argv[2], NULL, 10) : 0, all = 0;
	double best = 0, pause = argc == 4 ? 1e9 / strtod(argv[3], NULL) : 0;

	if (!count) {
		fputs("bench_probes syscall|function COUNT [PER_SECOND]\n", stderr);
		return 2;
	}
	for (int run = 0; run < RUNS; run++) {
		bool calls = strcmp(argv[1], "syscall") == 0;
		double start = now(), each;
		uint64_t done = 0;

		for (; done < count && now() - start < RUN_NS; done += BATCH) {
			make_events(calls, BATCH);
			while (now() - start < (double)done * pause)
				;
		}
		each = (now() - start) / (double)done;
		all += done;
		best = !run || each < best ? each : best;
	}
	printf("%.1f %llu\n", best, (unsigned long long)all);
	return 0;
}
