// SPDX-License-Identifier: GPL-2.0
/*
 * option.c - the table of options, for the user and for the kernel.
 *
 * sol_socket_sockopt() and other functions in net/core/filter.c decide which options a program may
 * set. They are tried, and never derived from this table.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include "datapath/base/cleanup.h"
#include "datapath/tune/list.h"

#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44 /* include/uapi/linux/tcp.h, since Linux 6.15 */
#endif

#define BIG UINT32_MAX
#define INT_LIMIT INT32_MAX /* the kernel reads an int */

/* clang-format off */
static const struct weir_tune_info infos[] = {
	[WEIR_TUNE_CONGESTION]    = { "congestion", "", WEIR_TUNE_NAME, 0, 0, 0 },
	[WEIR_TUNE_INITCWND]      = { "initcwnd", "packets", WEIR_TUNE_NUMBER, 0, 1, INT_LIMIT },
	[WEIR_TUNE_CWND_CLAMP]    = { "cwnd-clamp", "packets", WEIR_TUNE_NUMBER, 0, 1, INT_LIMIT },
	[WEIR_TUNE_INITRWND]      = { "initrwnd", "segments", WEIR_TUNE_NUMBER, 0, 1, 65535 },
	[WEIR_TUNE_RTO_MIN]       = { "rto-min", "", WEIR_TUNE_TIME, 1, 1, INT_LIMIT },
	[WEIR_TUNE_RTO_MAX]       = { "rto-max", "", WEIR_TUNE_TIME, 1000, 1, INT_LIMIT },
	[WEIR_TUNE_SYN_RTO]       = { "syn-rto", "", WEIR_TUNE_TIME, 1, 1, 120000000 },
	[WEIR_TUNE_DELACK_MAX]    = { "delack-max", "", WEIR_TUNE_TIME, 1, 1, INT_LIMIT },
	[WEIR_TUNE_SNDBUF]        = { "sndbuf", "", WEIR_TUNE_BYTES, 0, 1, INT_LIMIT / 2 },
	[WEIR_TUNE_RCVBUF]        = { "rcvbuf", "", WEIR_TUNE_BYTES, 0, 1, INT_LIMIT / 2 },
	[WEIR_TUNE_WINDOW_CLAMP]  = { "window-clamp", "", WEIR_TUNE_BYTES, 0, 1, INT_LIMIT },
	[WEIR_TUNE_PACING]        = { "pacing", "", WEIR_TUNE_RATE, 0, 1, BIG - 1 },
	[WEIR_TUNE_NOTSENT_LOWAT] = { "notsent-lowat", "", WEIR_TUNE_BYTES, 0, 1, INT_LIMIT },
	[WEIR_TUNE_NODELAY]       = { "nodelay", "", WEIR_TUNE_SWITCH, 0, 1, 1 },
	[WEIR_TUNE_KEEPALIVE]     = { "keepalive", "", WEIR_TUNE_SWITCH, 0, 1, 1 },
	[WEIR_TUNE_KEEPIDLE]      = { "keepidle", "", WEIR_TUNE_TIME, 1000000, 1, INT_LIMIT },
	[WEIR_TUNE_KEEPINTVL]     = { "keepintvl", "", WEIR_TUNE_TIME, 1000000, 1, INT_LIMIT },
	[WEIR_TUNE_KEEPCNT]       = { "keepcnt", "probes", WEIR_TUNE_NUMBER, 0, 1, INT_LIMIT },
	[WEIR_TUNE_USER_TIMEOUT]  = { "user-timeout", "", WEIR_TUNE_TIME, 1000, 1, INT_LIMIT },
	[WEIR_TUNE_TOS]           = { "tos", "", WEIR_TUNE_BITS, 0, 0, 255 },
	[WEIR_TUNE_MARK]          = { "mark", "", WEIR_TUNE_BITS, 0, 0, BIG },
	[WEIR_TUNE_ECN]           = { "ecn", "", WEIR_TUNE_SWITCH, 0, 1, 1 },
};

static const struct tune_call calls[] = {
	[WEIR_TUNE_CONGESTION]    = { IPPROTO_TCP, TCP_CONGESTION, WEIR_TUNE_AT_START, 0,
		"see `sysctl net.ipv4.tcp_available_congestion_control`" },
	[WEIR_TUNE_INITCWND]      = { IPPROTO_TCP, TCP_BPF_IW, WEIR_TUNE_AT_ESTABLISHED, 0, NULL },
	[WEIR_TUNE_CWND_CLAMP]    = { IPPROTO_TCP, TCP_BPF_SNDCWND_CLAMP,
		WEIR_TUNE_AT_ESTABLISHED, 0, NULL },
	[WEIR_TUNE_INITRWND]      = { 0, 0, WEIR_TUNE_BY_RWND, 0, NULL },
	[WEIR_TUNE_RTO_MIN]       = { IPPROTO_TCP, TCP_BPF_RTO_MIN, WEIR_TUNE_AT_START, 0,
		"it accepts 2 ticks to 200 ms" },
	[WEIR_TUNE_RTO_MAX]       = { IPPROTO_TCP, TCP_RTO_MAX_MS, WEIR_TUNE_AT_START, 1,
		"it accepts 1 s to 120 s, since Linux 6.15" },
	[WEIR_TUNE_SYN_RTO]       = { 0, 0, WEIR_TUNE_BY_TIMEOUT, 0, NULL },
	[WEIR_TUNE_DELACK_MAX]    = { IPPROTO_TCP, TCP_BPF_DELACK_MAX, WEIR_TUNE_AT_START, 0,
		"it accepts 2 ticks to 200 ms" },
	[WEIR_TUNE_SNDBUF]        = { SOL_SOCKET, SO_SNDBUF, WEIR_TUNE_AT_START, 2,
		"see `sysctl net.core.wmem_max`" },
	[WEIR_TUNE_RCVBUF]        = { SOL_SOCKET, SO_RCVBUF, WEIR_TUNE_AT_START, 2,
		"see `sysctl net.core.rmem_max`" },
	[WEIR_TUNE_WINDOW_CLAMP]  = { IPPROTO_TCP, TCP_WINDOW_CLAMP, WEIR_TUNE_AT_START, 1, NULL },
	[WEIR_TUNE_PACING]        = { SOL_SOCKET, SO_MAX_PACING_RATE, WEIR_TUNE_AT_START, 1, NULL },
	[WEIR_TUNE_NOTSENT_LOWAT] = { IPPROTO_TCP, TCP_NOTSENT_LOWAT, WEIR_TUNE_AT_START, 1, NULL },
	[WEIR_TUNE_NODELAY]       = { IPPROTO_TCP, TCP_NODELAY, WEIR_TUNE_AT_START, 1, NULL },
	[WEIR_TUNE_KEEPALIVE]     = { SOL_SOCKET, SO_KEEPALIVE, WEIR_TUNE_AT_START, 1, NULL },
	[WEIR_TUNE_KEEPIDLE]      = { IPPROTO_TCP, TCP_KEEPIDLE, WEIR_TUNE_AT_START, 1,
		"it accepts 1 s to 32767 s" },
	[WEIR_TUNE_KEEPINTVL]     = { IPPROTO_TCP, TCP_KEEPINTVL, WEIR_TUNE_AT_START, 1,
		"it accepts 1 s to 32767 s" },
	[WEIR_TUNE_KEEPCNT]       = { IPPROTO_TCP, TCP_KEEPCNT, WEIR_TUNE_AT_START, 1,
		"it accepts 1 to 127" },
	[WEIR_TUNE_USER_TIMEOUT]  = { IPPROTO_TCP, TCP_USER_TIMEOUT, WEIR_TUNE_AT_START, 1, NULL },
	[WEIR_TUNE_TOS]           = { IPPROTO_IP, 1 /* IP_TOS */, WEIR_TUNE_AT_START, 1,
		"the two lowest bits are for ECN" },
	[WEIR_TUNE_MARK]          = { SOL_SOCKET, SO_MARK, WEIR_TUNE_AT_START, 1, NULL },
	[WEIR_TUNE_ECN]           = { 0, 0, WEIR_TUNE_BY_ECN, 0, NULL },
};
/* clang-format on */
static_assert(ARRAY_SIZE(infos) == WEIR_TUNE_OPTIONS, "an option has no words");
static_assert(ARRAY_SIZE(calls) == WEIR_TUNE_OPTIONS, "an option has no call");

const struct weir_tune_info *weir_tune_option(enum weir_tune_option option)
{
	return (unsigned int)option < WEIR_TUNE_OPTIONS ? &infos[option] : NULL;
}

const struct tune_call *tune_call(enum weir_tune_option option)
{
	return &calls[option];
}

/* Converts to jiffies, at least one, rounding up as the kernel does. */
static uint32_t ticks_of(uint32_t us)
{
	struct timespec tick;
	uint64_t tick_ns;

	/* coarse clocks advance once per tick (kernel/time/posix-timers.c) */
	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	tick_ns = (uint64_t)tick.tv_sec * 1000000000 + (uint64_t)tick.tv_nsec;
	return (uint32_t)(((uint64_t)us * 1000 + tick_ns - 1) / tick_ns);
}

static int complete_one(struct weir_tune_rule *rule, struct weir_tune_setting *set,
			struct weir_error *err)
{
	const struct weir_tune_info *info = weir_tune_option(set->option);

	if (!info)
		return weir_error_set(err, EINVAL, "there is no tune option %u", set->option);
	if (info->unit == WEIR_TUNE_NAME && !memchr(rule->congestion, '\0', WEIR_CONGESTION_LEN))
		return weir_error_set(err, EINVAL, "the name of a congestion control is too long");
	if (info->unit != WEIR_TUNE_NAME && (set->asked < info->min || set->asked > info->max))
		return weir_error_set(err, EINVAL, "%s must be from %u to %u, not %u", info->name,
				      info->min, info->max, set->asked);
	for (const struct weir_tune_setting *other = rule->settings; other < set; other++) {
		if (other->option == set->option)
			return weir_error_set(err, EINVAL, "%s is given twice", info->name);
	}
	set->stage = (__u8)calls[set->option].stage;
	set->level = calls[set->option].level;
	set->name = calls[set->option].name;
	set->value = set->option == WEIR_TUNE_SYN_RTO ? ticks_of(set->asked) : set->asked;
	return 0;
}

int tune_complete(struct weir_tune_rule *rule, struct weir_error *err)
{
	if (!rule->setting_count || rule->setting_count > WEIR_TUNE_OPTIONS)
		return weir_error_set(err, EINVAL, "an entry must set at least one option");
	for (uint32_t i = 0; i < rule->setting_count; i++) {
		int ret = complete_one(rule, &rule->settings[i], err);

		if (ret)
			return ret;
	}
	return 0;
}

/* --- formatting --- */

/* Uses the largest unit that gives an integer. */
static void time_word(uint64_t us, char *buffer, size_t size)
{
	if (us % 1000000 == 0)
		snprintf(buffer, size, "%" PRIu64 " s", us / 1000000);
	else if (us % 1000 == 0)
		snprintf(buffer, size, "%" PRIu64 " ms", us / 1000);
	else
		snprintf(buffer, size, "%" PRIu64 " us", us);
}

static void rate_word(uint64_t bits, char *buffer, size_t size)
{
	if (bits % 1000000000 == 0)
		snprintf(buffer, size, "%" PRIu64 " Gbit/s", bits / 1000000000);
	else if (bits % 1000000 == 0)
		snprintf(buffer, size, "%" PRIu64 " Mbit/s", bits / 1000000);
	else if (bits % 1000 == 0)
		snprintf(buffer, size, "%" PRIu64 " kbit/s", bits / 1000);
	else
		snprintf(buffer, size, "%" PRIu64 " bit/s", bits);
}

const char *weir_tune_value_text(const struct weir_tune_rule *rule,
				 const struct weir_tune_setting *setting, char *buffer, size_t size)
{
	const struct weir_tune_info *info = weir_tune_option(setting->option);

	switch (info ? info->unit : WEIR_TUNE_BITS) {
	case WEIR_TUNE_NAME:
		snprintf(buffer, size, "%.*s", WEIR_CONGESTION_LEN, rule->congestion);
		break;
	case WEIR_TUNE_NUMBER:
		snprintf(buffer, size, "%u %s", setting->asked, info->noun);
		break;
	case WEIR_TUNE_TIME:
		time_word((uint64_t)setting->asked * info->scale_us, buffer, size);
		break;
	case WEIR_TUNE_BYTES:
		snprintf(buffer, size, "%u B", setting->asked);
		break;
	case WEIR_TUNE_RATE:
		rate_word((uint64_t)setting->asked * 8, buffer, size);
		break;
	case WEIR_TUNE_SWITCH:
		snprintf(buffer, size, "on");
		break;
	case WEIR_TUNE_BITS:
		snprintf(buffer, size, "0x%x", setting->asked);
		break;
	}
	return buffer;
}
