// SPDX-License-Identifier: GPL-2.0
/* reasons.c - explains why the kernel refused a probe; see session.h. */
#include <errno.h>
#include <string.h>
#include "datapath/base/error.h"
#include "datapath/base/libbpf_log.h"
#include "datapath/kernel/tracefs.h"
#include "datapath/probes/session/session.h"

static bool of_functions(enum weir_probe_type type)
{
	return type == WEIR_PROBE_KPROBE || type == WEIR_PROBE_KRETPROBE ||
	       type == WEIR_PROBE_FENTRY || type == WEIR_PROBE_FEXIT;
}

/* Reads the kernel's functions once, and only after a failure. */
static const char *obstacle(struct weir_probe_session *s, const struct probe_target *t)
{
	bool fentry = t->type == WEIR_PROBE_FENTRY || t->type == WEIR_PROBE_FEXIT;
	const struct kernel_function *function;
	const char *restriction;

	if (!s->has_functions) {
		s->has_functions = true;
		if (kernel_functions_read(s->has_btf ? &s->btf : NULL, &s->functions, NULL) < 0)
			return NULL;
	}
	if (!s->functions.count)
		return NULL;
	restriction = fentry ? s->functions.no_fentry : s->functions.no_kprobes;
	if (*restriction)
		return restriction;
	function = kernel_functions_find(&s->functions, t->function);
	if (!function)
		return "this kernel has no such function; it may be inlined, or in a module that "
		       "is not loaded";
	return kernel_function_obstacle(&s->functions, function, t->type);
}

static const char *generic(const struct probe_target *t, int error)
{
	switch (t->type) {
	case WEIR_PROBE_KPROBE:
		if (error == -EILSEQ) /* Linux, arch/x86/kernel/kprobes/core.c: can_probe() */
			return "this offset is inside an instruction";
		break;
	case WEIR_PROBE_HARDWARE:
		if (error == -ENOENT || error == -EOPNOTSUPP || error == -ENODEV)
			return "this machine has no such hardware counter, as is common in virtual "
			       "machines; try software:cpu-clock";
		break;
	case WEIR_PROBE_RAWTRACEPOINT:
		if (error == -ENOENT)
			return "this kernel has no such raw tracepoint; `ctl probe list "
			       "'rawtracepoint:*'` lists them";
		break;
	case WEIR_PROBE_ITER:
		if (error == -EINVAL || error == -EBADF)
			return "this iterator needs a map, which cannot be given here";
		break;
	case WEIR_PROBE_TRACEPOINT:
		if (error == -EACCES)
			return "its record is shorter than its format says";
		break;
	default:
		break;
	}
	return tracing_denied(error);
}

void probe_reason(struct weir_probe_session *s, const struct probe_target *t, int error,
		  struct weir_error *err)
{
	const char *why = of_functions(t->type) ? obstacle(s, t) : NULL;

	weir_error_set(err, error, "cannot attach to '%s': %s", t->name,
		       why ? why : generic(t, error));
}
