// SPDX-License-Identifier: GPL-2.0
/* jiffies.c - see jiffies.h. Only BPF programs can read jiffies64, so one is run. */
#include <bpf/bpf.h>
#include <errno.h>
#include <time.h>
#include "bpf/kernel/clock.skel.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/base/refusal.h"
#include "datapath/kernel/jiffies.h"

static void destroy_clock(struct clock_bpf **skel)
{
	clock_bpf__destroy(*skel);
}

static int run_clock(struct clock_bpf *skel)
{
	unsigned char frame[64] = {};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame));
	int ret = skeleton_load(skel->skeleton);

	if (!ret && bpf_prog_test_run_opts(bpf_program__fd(skel->progs.weir_clock), &opts) < 0)
		ret = -errno;
	return ret;
}

int jiffies_clock_read(struct jiffies_clock *ret_clock, struct weir_error *err)
{
	_cleanup_(destroy_clock) struct clock_bpf *skel = clock_bpf__open();
	int ret = skel ? run_clock(skel) : -errno;
	struct timespec tick;

	if (ret)
		return weir_error_set(err, ret, "cannot read the kernel's ticks: %s",
				      refusal_text(skel ? skel->obj : NULL, ret, NULL));
	/* coarse clocks advance once per tick (kernel/time/posix-timers.c) */
	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	*ret_clock = (struct jiffies_clock){
		.jiffies = skel->bss->jiffies_now,
		.real_ns = clock_ns(CLOCK_REALTIME),
		.tick_ns = (uint64_t)tick.tv_sec * 1000000000 + (uint64_t)tick.tv_nsec,
	};
	return 0;
}

uint64_t jiffies_to_real(const struct jiffies_clock *clock, uint64_t jiffies)
{
	uint64_t past;

	if (jiffies > clock->jiffies)
		return clock->real_ns + (jiffies - clock->jiffies) * clock->tick_ns;
	past = (clock->jiffies - jiffies) * clock->tick_ns;
	return past < clock->real_ns ? clock->real_ns - past : 0;
}

uint64_t jiffies_extend(const struct jiffies_clock *clock, uint32_t low)
{
	/* signed: an entry may have been updated after the clock was read */
	return clock->jiffies + (uint64_t)(int64_t)(int32_t)(low - (uint32_t)clock->jiffies);
}
