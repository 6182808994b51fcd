// SPDX-License-Identifier: GPL-2.0
/* libbpf_log.c - see libbpf_log.h. */
#include <bpf/libbpf.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xdp/libxdp.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/debug.h"
#include "datapath/base/libbpf_log.h"

static __thread char first[256];
static __thread struct verifier_verdict verdict;

/* One sink per process, as in libbpf. The mutex keeps the lines of one message together. */
static _Atomic(weir_debug_sink) sink;
static pthread_mutex_t lines = PTHREAD_MUTEX_INITIALIZER;

static void tell_line(weir_debug_sink to, const char *line, size_t length)
{
	size_t size = 4 * length + 1;
	_cleanup_free_ char *printed = malloc(size);

	if (!printed)
		return;
	log_line_print(line, length, printed, size);
	to(printed);
}

static void tell(const char *text)
{
	weir_debug_sink to = atomic_load(&sink);

	if (!to)
		return;
	pthread_mutex_lock(&lines);
	while (*text) {
		size_t length = strcspn(text, "\n");

		tell_line(to, text, length);
		text += length + (text[length] == '\n');
	}
	pthread_mutex_unlock(&lines);
}

static void keep(const char *text)
{
	if (!first[0])
		log_line_print(text, strcspn(text, "\n"), first, sizeof(first));
	(void)verifier_log_read(text, &verdict);
}

/* Formats into the heap: the verifier log is one message of up to several megabytes. */
static void on_message(bool warning, const char *fmt, va_list args)
{
	_cleanup_free_ char *text = NULL;

	if (!warning && !libbpf_log_heard())
		return;
	if (vasprintf(&text, fmt, args) < 0) {
		text = NULL;
		return;
	}
	if (warning)
		keep(text);
	tell(text);
}

static int on_libbpf(enum libbpf_print_level level, const char *fmt, va_list args)
{
	on_message(level == LIBBPF_WARN, fmt, args);
	return 0;
}

static int on_libxdp(enum libxdp_print_level level, const char *fmt, va_list args)
{
	on_message(level == LIBXDP_WARN, fmt, args);
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
	verdict = (struct verifier_verdict){};
	return taken;
}

const struct verifier_verdict *libbpf_log_verdict(void)
{
	return &verdict;
}

bool libbpf_log_heard(void)
{
	return atomic_load(&sink);
}

void libbpf_log_tell(const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;
	int length;

	va_start(args, fmt);
	length = vasprintf(&text, fmt, args);
	va_end(args);
	if (length < 0)
		text = NULL;
	else
		tell(text);
}

void weir_debug_set(weir_debug_sink to)
{
	atomic_store(&sink, to);
}
