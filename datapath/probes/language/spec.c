// SPDX-License-Identifier: GPL-2.0
/* spec.c - see spec.h. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/probes/language/spec.h"

#define PARTS 4

struct part {
	const char *start;
	size_t length;
};

struct spec_text {
	const char *text;
	struct part parts[PARTS];
	size_t count;
	struct probe_fault *fault;
};

#define FAULT(s, start, length, ...) \
	probe_fault_at((s)->fault, (s)->text, start, length, __VA_ARGS__)
#define FAULT_PART(s, part, ...) FAULT(s, (part).start, (part).length, __VA_ARGS__)
#define SHOW(part) probe_show((part).start, (part).length, (char[64]){ 0 }, 64)

/* The syntax of each type, for messages. */
static const char *const shapes[] = {
	[WEIR_PROBE_KPROBE] = "kprobe:FUNCTION[+OFFSET]",
	[WEIR_PROBE_KRETPROBE] = "kretprobe:FUNCTION",
	[WEIR_PROBE_FENTRY] = "fentry:FUNCTION",
	[WEIR_PROBE_FEXIT] = "fexit:FUNCTION",
	[WEIR_PROBE_TRACEPOINT] = "tracepoint:CATEGORY:NAME",
	[WEIR_PROBE_RAWTRACEPOINT] = "rawtracepoint:NAME",
	[WEIR_PROBE_UPROBE] = "uprobe:PATH:SYMBOL[+OFFSET]",
	[WEIR_PROBE_URETPROBE] = "uretprobe:PATH:SYMBOL",
	[WEIR_PROBE_USDT] = "usdt:PATH:PROVIDER:NAME",
	[WEIR_PROBE_SOFTWARE] = "software:EVENT[:PERIOD]",
	[WEIR_PROBE_HARDWARE] = "hardware:EVENT[:PERIOD]",
	[WEIR_PROBE_ITER] = "iter:NAME",
};
_Static_assert(sizeof(shapes) / sizeof(shapes[0]) == WEIR_PROBE_TYPES, "a shape for each");

static void split(struct spec_text *s, const char *from)
{
	const char *colon;

	do {
		colon = s->count + 1 < PARTS ? strchr(from, ':') : NULL;
		s->parts[s->count++] = (struct part){ from, colon ? (size_t)(colon - from)
								  : strlen(from) };
		from = colon ? colon + 1 : NULL;
	} while (from);
}

static bool is_glob(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

/* Copies a part and checks its characters. Globs are allowed if `globs` is set. */
static int take(struct spec_text *s, struct part part, const char *what, bool globs, char *ret_text,
		size_t size)
{
	if (!part.length)
		return FAULT_PART(s, part, "the %s is missing", what);
	if (part.length >= size)
		return FAULT_PART(s, part, "the %s is longer than %zu bytes", what, size - 1);
	for (size_t i = 0; i < part.length; i++) {
		char c = part.start[i];

		if (isalnum((unsigned char)c) || strchr("_.-@$", c))
			continue;
		if (strchr("*?[]!", c) && globs)
			continue;
		if (strchr("*?[]!", c))
			return FAULT(s, part.start + i, 1, "the %s cannot be a pattern", what);
		return FAULT(s, part.start + i, 1, "%s is not allowed in the %s",
			     probe_show(part.start + i, 1, (char[64]){ 0 }, 64), what);
	}
	snprintf(ret_text, size, "%.*s", (int)part.length, part.start);
	return 0;
}

static int take_number(struct spec_text *s, struct part part, const char *what, uint64_t *ret_value)
{
	char digits[32], *end;

	if (!part.length)
		return FAULT_PART(s, part, "the %s is missing", what);
	snprintf(digits, sizeof(digits), "%.*s", (int)part.length, part.start);
	errno = 0;
	*ret_value = strtoull(digits, &end, 0);
	if (errno || *end || !isdigit((unsigned char)digits[0]) || part.length >= sizeof(digits))
		return FAULT_PART(s, part, "the %s is a number such as 16 or 0x10, not %s", what,
				  SHOW(part));
	return 0;
}

/* Parses "NAME+OFFSET". */
static int take_function(struct spec_text *s, struct part part, const char *what, bool offsets,
			 bool globs, struct probe_spec *spec)
{
	const char *plus = memchr(part.start, '+', part.length);
	struct part name = part, offset;
	int ret;

	if (plus) {
		name.length = (size_t)(plus - part.start);
		offset = (struct part){ plus + 1, part.length - name.length - 1 };
		if (!offsets)
			return FAULT(s, plus, part.length - name.length,
				     "%s is at the %s of a function, so there is no offset",
				     weir_probe_type_name(spec->type),
				     spec->type == WEIR_PROBE_FENTRY ? "start" : "end");
		ret = take_number(s, offset, "offset", &spec->offset);
		if (ret)
			return ret;
	}
	ret = take(s, name, what, globs, spec->name, sizeof(spec->name));
	spec->is_glob = !ret && is_glob(spec->name);
	if (!ret && plus && spec->is_glob)
		ret = FAULT(s, plus, part.length - name.length,
			    "an offset needs one function, not a pattern");
	return ret;
}

static int take_path(struct spec_text *s, struct part part, struct probe_spec *spec)
{
	if (!part.length)
		return FAULT_PART(s, part, "the path of the program is missing");
	if (part.length >= sizeof(spec->path))
		return FAULT_PART(s, part, "the path is longer than %zu bytes",
				  sizeof(spec->path) - 1);
	snprintf(spec->path, sizeof(spec->path), "%.*s", (int)part.length, part.start);
	return 0;
}

static int too_many(struct spec_text *s, size_t wanted, const struct probe_spec *spec)
{
	struct part part = s->parts[wanted];

	return FAULT(s, part.start - 1, part.length + 1, "there are too many parts: %s",
		     shapes[spec->type]);
}

static int too_few(struct spec_text *s, const struct probe_spec *spec)
{
	return FAULT(s, s->text + strlen(s->text), 1, "a part is missing: %s", shapes[spec->type]);
}

/* --- types --- */

static int parse_kernel_function(struct spec_text *s, struct probe_spec *spec)
{
	if (s->count > 2)
		return too_many(s, 2, spec);
	return take_function(s, s->parts[1], "function", spec->type == WEIR_PROBE_KPROBE, true,
			     spec);
}

static int parse_tracepoint(struct spec_text *s, struct probe_spec *spec)
{
	int ret;

	if (s->count > 3)
		return too_many(s, 3, spec);
	if (s->count == 3)
		ret = take(s, s->parts[1], "category", true, spec->group, sizeof(spec->group));
	else
		ret = take(s, (struct part){ "*", 1 }, "category", true, spec->group,
			   sizeof(spec->group));
	if (!ret)
		ret = take(s, s->parts[s->count - 1], "name", true, spec->name, sizeof(spec->name));
	spec->is_glob = is_glob(spec->group) || is_glob(spec->name);
	return ret;
}

static int parse_raw_tracepoint(struct spec_text *s, struct probe_spec *spec)
{
	if (s->count > 2)
		return too_many(s, 2, spec);
	return take(s, s->parts[1], "name", false, spec->name, sizeof(spec->name));
}

static int parse_uprobe(struct spec_text *s, struct probe_spec *spec)
{
	struct part symbol;
	int ret;

	if (s->count < 3)
		return too_few(s, spec);
	if (s->count > 3)
		return too_many(s, 3, spec);
	ret = take_path(s, s->parts[1], spec);
	symbol = s->parts[2];
	if (!ret && symbol.length && isdigit((unsigned char)symbol.start[0])) {
		spec->is_address = true;
		return take_number(s, symbol, "address", &spec->offset);
	}
	return ret ? ret
		   : take_function(s, symbol, "symbol", spec->type == WEIR_PROBE_UPROBE, true,
				   spec);
}

static int parse_usdt(struct spec_text *s, struct probe_spec *spec)
{
	int ret;

	if (s->count < 3)
		return too_few(s, spec);
	ret = take_path(s, s->parts[1], spec);
	if (!ret && s->count == 4)
		ret = take(s, s->parts[2], "provider", true, spec->group, sizeof(spec->group));
	if (!ret)
		ret = take(s, s->parts[s->count - 1], "name", true, spec->name, sizeof(spec->name));
	if (s->count == 3)
		strcpy(spec->group, "*");
	spec->is_glob = is_glob(spec->group) || is_glob(spec->name);
	return ret;
}

static int parse_perf_event(struct spec_text *s, struct probe_spec *spec)
{
	int ret;

	if (s->count > 3)
		return too_many(s, 3, spec);
	ret = take(s, s->parts[1], "event", false, spec->name, sizeof(spec->name));
	if (!ret && !weir_perf_event_find(spec->type, spec->name))
		ret = FAULT_PART(s, s->parts[1],
				 "there is no %s event %s; `ctl probe list '%s:*'` lists them",
				 weir_probe_type_name(spec->type), SHOW(s->parts[1]),
				 weir_probe_type_name(spec->type));
	if (!ret && s->count == 3)
		ret = take_number(s, s->parts[2], "period", &spec->period);
	if (!ret && s->count == 3 && !spec->period)
		ret = FAULT_PART(s, s->parts[2], "the period must be at least 1 event");
	return ret;
}

static int parse_rest(struct spec_text *s, struct probe_spec *spec)
{
	switch (spec->type) {
	case WEIR_PROBE_TRACEPOINT:
		return parse_tracepoint(s, spec);
	case WEIR_PROBE_RAWTRACEPOINT:
	case WEIR_PROBE_ITER:
		return parse_raw_tracepoint(s, spec);
	case WEIR_PROBE_UPROBE:
	case WEIR_PROBE_URETPROBE:
		return parse_uprobe(s, spec);
	case WEIR_PROBE_USDT:
		return parse_usdt(s, spec);
	case WEIR_PROBE_SOFTWARE:
	case WEIR_PROBE_HARDWARE:
		return parse_perf_event(s, spec);
	default:
		return parse_kernel_function(s, spec);
	}
}

int probe_spec_parse(const char *text, struct probe_spec *ret_spec, struct probe_fault *fault)
{
	struct spec_text s = { .text = text, .fault = fault };
	struct probe_spec spec = {};
	int ret;

	if (!*text)
		return FAULT(&s, text, 1,
			     "a probe needs a name, such as vfs_mkdir, or "
			     "tracepoint:sched:sched_switch");
	split(&s, text);
	if (s.count == 1) {
		spec.automatic = true;
		spec.type = WEIR_PROBE_FENTRY;
		ret = take_function(&s, s.parts[0], "function", false, true, &spec);
	} else if (!s.parts[0].length) {
		return FAULT(&s, text, 1, "the type is missing before ':'");
	} else if (weir_probe_type_from_name(s.parts[0].start, s.parts[0].length, &spec.type) < 0) {
		return FAULT_PART(
			&s, s.parts[0],
			"unknown type of probe %s; the types are kprobe, kretprobe, fentry, fexit, "
			"tracepoint, rawtracepoint, uprobe, uretprobe, usdt, software, "
			"hardware, iter",
			SHOW(s.parts[0]));
	} else {
		ret = parse_rest(&s, &spec);
	}
	if (!ret)
		*ret_spec = spec;
	return ret;
}
