// SPDX-License-Identifier: GPL-2.0
/* user.c - functions and USDT probes of programs, events of perf. */
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/elf/symbols.h"
#include "datapath/elf/usdt.h"
#include "datapath/probes/list/lists.h"

/* --- functions of programs --- */

static void note_source(struct lister *l, const struct elf_symbols *symbols)
{
	char text[400];

	if (symbols->debug_file[0]) {
		snprintf(text, sizeof(text), "'%.150s' is stripped; using the symbols of '%.150s'",
			 l->path, symbols->debug_file);
		lister_note(l, text);
	} else if (symbols->stripped) {
		snprintf(text, sizeof(text),
			 "'%.150s' is stripped and has no debug file: only its exported functions "
			 "are known%s",
			 l->path,
			 symbols->minidebug ? "; its compressed .gnu_debugdata is not read" : "");
		lister_note(l, text);
	}
}

int list_symbols(struct lister *l, enum weir_probe_type type, struct weir_error *err)
{
	_cleanup_(elf_symbols_free) struct elf_symbols symbols = {};
	int ret = elf_symbols_read(l->path, &symbols, err);

	if (ret)
		return ret;
	note_source(l, &symbols);
	for (size_t i = 0; !ret && i < symbols.count; i++) {
		const struct elf_symbol *symbol = &symbols.items[i];

		/* a name refers to the first symbol with that name */
		if ((i && strcmp(symbol->name, symbols.items[i - 1].name) == 0) ||
		    !lister_matches(l, symbol->name))
			continue;
		lister_begin(l, type, symbol->name);
		snprintf(l->detail, sizeof(l->detail), "offset 0x%" PRIx64 ", %" PRIu64 " bytes%s",
			 symbol->offset, symbol->size,
			 symbol->indirect ? "; a resolver, which selects the actual function at "
					    "startup"
					  : "");
		l->item.detail = l->query->verbose ? l->detail : NULL;
		ret = lister_tell(l);
	}
	return ret;
}

/* --- USDT --- */

static const char *c_type(const struct usdt_arg *arg)
{
	static const char *const types[][2] = {
		[1] = { "uint8_t", "int8_t" },
		[2] = { "uint16_t", "int16_t" },
		[4] = { "uint32_t", "int32_t" },
		[8] = { "uint64_t", "int64_t" },
	};

	if (arg->is_float)
		return arg->size == 4 ? "float" : "double";
	return arg->size < ARRAY_SIZE(types) ? types[arg->size][arg->is_signed] : NULL;
}

/* Adds the arguments of the first location; other locations may differ. */
static void add_location(struct lister *l, const struct usdt_location *location, size_t places)
{
	l->item.args_known = !location->args_unknown;
	for (size_t i = 0; i < location->arg_count; i++) {
		snprintf(l->texts[i][1], sizeof(l->texts[i][1]), "arg%zu", i);
		lister_arg(l, c_type(&location->args[i]), l->texts[i][1], NULL);
		l->item.args[i].place = location->args[i].spec;
	}
	snprintf(l->detail, sizeof(l->detail), "%zu %s, offset 0x%" PRIx64 "%s%s", places,
		 places == 1 ? "place" : "places", location->offset,
		 places == 1 ? "" : " and others", location->semaphore ? "; has a semaphore" : "");
	l->item.detail = l->detail;
}

static bool same(const struct usdt_location *a, const struct usdt_location *b)
{
	return strcmp(a->provider, b->provider) == 0 && strcmp(a->name, b->name) == 0;
}

int list_usdt(struct lister *l, enum weir_probe_type type, struct weir_error *err)
{
	_cleanup_(usdt_free) struct usdt_probes probes = {};
	int ret = usdt_read(l->path, &probes, err);

	if (ret) /* -EINVAL is reserved for a wrong pattern */
		return ret == -EINVAL ? -EBADMSG : ret;
	if (!probes.count)
		return weir_error_set(err, ENOENT, "'%s' has no USDT probes", l->path);
	for (size_t i = 0, places; !ret && i < probes.count; i += places) {
		const struct usdt_location *location = &probes.items[i];
		char name[512];

		for (places = 1; i + places < probes.count && same(location, location + places);)
			places++;
		snprintf(name, sizeof(name), "%s:%s", location->provider, location->name);
		if (!lister_matches(l, name))
			continue;
		lister_begin(l, type, name);
		if (l->query->verbose)
			add_location(l, location, places);
		ret = lister_tell(l);
	}
	return ret;
}

/* --- perf events --- */

/*
 * Returns why this machine cannot count the event, or NULL. Virtual machines may have no counters.
 */
static const char *event_obstacle(const struct weir_perf_event *event)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = event->type,
		.config = event->config,
		.disabled = 1,
	};
	_cleanup_close_ int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1,
					      PERF_FLAG_FD_CLOEXEC);

	if (fd >= 0)
		return NULL;
	return errno == EACCES || errno == EPERM ? "not permitted: kernel.perf_event_paranoid"
						 : "this machine does not count it";
}

int list_events(struct lister *l, enum weir_probe_type type, struct weir_error *err)
{
	uint32_t wanted = type == WEIR_PROBE_SOFTWARE ? PERF_TYPE_SOFTWARE : PERF_TYPE_HARDWARE;
	int ret = 0;

	(void)err;
	for (const struct weir_perf_event *event = weir_perf_events; !ret && event->name; event++) {
		if (event->type != wanted)
			continue;
		if (!lister_matches(l, event->name) &&
		    !(event->alias && lister_matches(l, event->alias)))
			continue;
		lister_begin(l, type, event->name);
		l->item.obstacle = event_obstacle(event);
		if (l->query->verbose) {
			snprintf(l->detail, sizeof(l->detail), "%s%s%severy %" PRIu64,
				 event->alias ? "also " : "", event->alias ? event->alias : "",
				 event->alias ? "; " : "", event->period);
			l->item.detail = l->detail;
		}
		ret = lister_tell(l);
	}
	return ret;
}
