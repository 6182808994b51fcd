/* SPDX-License-Identifier: GPL-2.0 */
/* names.h - types of probes and perf events, named as in bpftrace. */
#ifndef WEIR_PROBES_NAMES_H
#define WEIR_PROBES_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum weir_probe_type {
	WEIR_PROBE_KPROBE,
	WEIR_PROBE_KRETPROBE,
	WEIR_PROBE_FENTRY,
	WEIR_PROBE_FEXIT,
	WEIR_PROBE_TRACEPOINT,
	WEIR_PROBE_RAWTRACEPOINT,
	WEIR_PROBE_UPROBE,
	WEIR_PROBE_URETPROBE,
	WEIR_PROBE_USDT,
	WEIR_PROBE_SOFTWARE,
	WEIR_PROBE_HARDWARE,
	WEIR_PROBE_ITER,
	WEIR_PROBE_TYPES,
};

const char *weir_probe_type_name(enum weir_probe_type type);

/*
 * length: of the word, which need not end the text. Accepts aliases: "k", "kfunc", "rawtp", ...
 * Returns -EINVAL if there is no such type.
 */
int weir_probe_type_from_name(const char *text, size_t length, enum weir_probe_type *ret_type);

/* An event of perf_event_open(2). */
struct weir_perf_event {
	const char *name;
	const char *alias; /* NULL: no alias */
	uint32_t type;     /* PERF_TYPE_SOFTWARE or PERF_TYPE_HARDWARE */
	uint64_t config;
	uint64_t period; /* events per sample by default */
};

/* The table, software events first; the last entry has a NULL name. */
extern const struct weir_perf_event weir_perf_events[];

/*
 * Finds an event by name or alias. type: WEIR_PROBE_SOFTWARE or _HARDWARE. Returns NULL if there is
 * no such event.
 */
const struct weir_perf_event *weir_perf_event_find(enum weir_probe_type type, const char *name);

#endif
