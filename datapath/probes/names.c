// SPDX-License-Identifier: GPL-2.0
/* names.c - see names.h. The names are those of bpftrace(8). */
#include <assert.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/names.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *aliases[3];
} types[] = {
	[WEIR_PROBE_KPROBE]        = { "kprobe", { "k" } },
	[WEIR_PROBE_KRETPROBE]     = { "kretprobe", { "kr" } },
	[WEIR_PROBE_FENTRY]        = { "fentry", { "f", "kfunc" } },
	[WEIR_PROBE_FEXIT]         = { "fexit", { "fr", "kretfunc" } },
	[WEIR_PROBE_TRACEPOINT]    = { "tracepoint", { "t" } },
	[WEIR_PROBE_RAWTRACEPOINT] = { "rawtracepoint", { "rt", "rawtp" } },
	[WEIR_PROBE_UPROBE]        = { "uprobe", { "u" } },
	[WEIR_PROBE_URETPROBE]     = { "uretprobe", { "ur" } },
	[WEIR_PROBE_USDT]          = { "usdt", { "U" } },
	[WEIR_PROBE_SOFTWARE]      = { "software", { "s" } },
	[WEIR_PROBE_HARDWARE]      = { "hardware", { "h" } },
	[WEIR_PROBE_ITER]          = { "iter", { "it" } },
};

static_assert(ARRAY_SIZE(types) == WEIR_PROBE_TYPES, "a row for each type");

#define SOFTWARE(name, alias, config, period) \
	{ name, alias, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_##config, period }
#define HARDWARE(name, alias, config, period) \
	{ name, alias, PERF_TYPE_HARDWARE, PERF_COUNT_HW_##config, period }

const struct weir_perf_event weir_perf_events[] = {
	SOFTWARE("alignment-faults", NULL,     ALIGNMENT_FAULTS, 1),
	SOFTWARE("bpf-output",       NULL,     BPF_OUTPUT,       1),
	SOFTWARE("context-switches", "cs",     CONTEXT_SWITCHES, 1000),
	SOFTWARE("cpu-clock",        "cpu",    CPU_CLOCK,        1000000),
	SOFTWARE("cpu-migrations",   NULL,     CPU_MIGRATIONS,   1),
	SOFTWARE("dummy",            NULL,     DUMMY,            1),
	SOFTWARE("emulation-faults", NULL,     EMULATION_FAULTS, 1),
	SOFTWARE("major-faults",     NULL,     PAGE_FAULTS_MAJ,  1),
	SOFTWARE("minor-faults",     NULL,     PAGE_FAULTS_MIN,  100),
	SOFTWARE("page-faults",      "faults", PAGE_FAULTS,      100),
	SOFTWARE("task-clock",       NULL,     TASK_CLOCK,       1),
	HARDWARE("backend-stalls",      NULL,       STALLED_CYCLES_BACKEND,  1000000),
	HARDWARE("branch-instructions", "branches", BRANCH_INSTRUCTIONS,     100000),
	HARDWARE("branch-misses",       NULL,       BRANCH_MISSES,           100000),
	HARDWARE("bus-cycles",          NULL,       BUS_CYCLES,              100000),
	HARDWARE("cache-misses",        NULL,       CACHE_MISSES,            1000000),
	HARDWARE("cache-references",    NULL,       CACHE_REFERENCES,        1000000),
	HARDWARE("cpu-cycles",          "cycles",   CPU_CYCLES,              1000000),
	HARDWARE("frontend-stalls",     NULL,       STALLED_CYCLES_FRONTEND, 1000000),
	HARDWARE("instructions",        NULL,       INSTRUCTIONS,            1000000),
	HARDWARE("ref-cycles",          NULL,       REF_CPU_CYCLES,          1000000),
	{},
};
/* clang-format on */

const char *weir_probe_type_name(enum weir_probe_type type)
{
	return (unsigned int)type < WEIR_PROBE_TYPES ? types[type].name : NULL;
}

static bool is_word(const char *text, size_t length, const char *word)
{
	return word && strlen(word) == length && strncmp(text, word, length) == 0;
}

int weir_probe_type_from_name(const char *text, size_t length, enum weir_probe_type *ret_type)
{
	for (int type = 0; type < WEIR_PROBE_TYPES; type++) {
		bool found = is_word(text, length, types[type].name);

		for (size_t i = 0; !found && i < ARRAY_SIZE(types[type].aliases); i++)
			found = is_word(text, length, types[type].aliases[i]);
		if (found) {
			*ret_type = (enum weir_probe_type)type;
			return 0;
		}
	}
	return -EINVAL;
}

const struct weir_perf_event *weir_perf_event_find(enum weir_probe_type type, const char *name)
{
	uint32_t wanted = type == WEIR_PROBE_SOFTWARE ? PERF_TYPE_SOFTWARE : PERF_TYPE_HARDWARE;

	for (const struct weir_perf_event *event = weir_perf_events; event->name; event++) {
		if (event->type == wanted && (strcmp(event->name, name) == 0 ||
					      (event->alias && strcmp(event->alias, name) == 0)))
			return event;
	}
	return NULL;
}
