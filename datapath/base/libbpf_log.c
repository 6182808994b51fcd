// SPDX-License-Identifier: GPL-2.0
/* libbpf_log.c - see libbpf_log.h. */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>
#include <xdp/libxdp.h>
#include "datapath/base/libbpf_log.h"

static __thread char first[256];

static void keep(const char *fmt, va_list args)
{
	if (first[0])
		return;
	vsnprintf(first, sizeof(first), fmt, args);
	first[strcspn(first, "\n")] = '\0';
}

static int on_libbpf(enum libbpf_print_level level, const char *fmt, va_list args)
{
	if (level == LIBBPF_WARN)
		keep(fmt, args);
	return 0;
}

static int on_libxdp(enum libxdp_print_level level, const char *fmt, va_list args)
{
	if (level == LIBXDP_WARN)
		keep(fmt, args);
	return 0;
}

void libbpf_log_capture(void)
{
	libbpf_set_print(on_libbpf);
	libxdp_set_print(on_libxdp);
}

const char *libbpf_log_take(void)
{
	static __thread char taken[sizeof(first)];

	memcpy(taken, first, sizeof(taken));
	first[0] = '\0';
	return taken;
}
