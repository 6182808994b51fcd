// SPDX-License-Identifier: GPL-2.0
/* start.c - loads and attaches all bundles; see session.h. */
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/probes/session/session.h"

static int start_once(struct weir_probe_session *s, struct probe_bundle *b, struct weir_error *err)
{
	bool kprobe = b->type == WEIR_PROBE_KPROBE || b->type == WEIR_PROBE_KRETPROBE;
	bool multi = kprobe && b->target_count > 1;
	int ret = -ENOTSUP;

	if (multi) {
		ret = probe_bundle_load(s, b, true, err);
		if (!ret)
			ret = probe_bundle_attach(s, b, true, err);
		if (!ret)
			return 0;
		/* no kprobe.multi, or it refuses one of the functions: attach them one by one */
		if (s->first == b)
			s->first = NULL;
		probe_bundle_unload(b);
	}
	ret = probe_bundle_load(s, b, false, err);
	if (!ret)
		ret = probe_bundle_attach(s, b, false, err);
	if (ret) {
		if (s->first == b)
			s->first = NULL;
		probe_bundle_unload(b);
	}
	return ret;
}

/* Tries a kprobe if fentry is refused. */
static int start_otherwise(struct weir_probe_session *s, struct probe_bundle *b,
			   struct weir_error *err)
{
	_cleanup_free_ struct probe_program *program = calloc(1, sizeof(*program));
	struct probe_target *t = s->targets[b->targets[0]];
	struct weir_probe_error why = {};
	int ret;

	if (!program)
		return -ENOMEM;
	t->type = t->type == WEIR_PROBE_FENTRY ? WEIR_PROBE_KPROBE : WEIR_PROBE_KRETPROBE;
	t->saved = t->type == WEIR_PROBE_KRETPROBE;
	ret = probe_target_compile(s, t, program, &why);
	if (ret)
		return ret;
	program->plan.key_size = b->program.plan.key_size;
	probe_program_free(&b->program);
	b->program = *program;
	b->type = t->type;
	b->saved = t->saved;
	ret = start_once(s, b, &why.error);
	if (!ret && !t->spec->automatic)
		probe_warn(s, "'%s' is attached as a kprobe: %s", t->name, err->text);
	return ret;
}

static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit); /* on failure fewer probes fit */
	}
}

int probe_bundles_start(struct weir_probe_session *s, struct weir_error *err)
{
	int failed = 0;

	raise_limit();
	for (size_t i = 0; i < s->bundle_count; i++) {
		struct probe_bundle *b = s->bundles[i];
		struct weir_error why = {};
		int ret = start_once(s, b, &why);

		if (ret && (b->type == WEIR_PROBE_FENTRY || b->type == WEIR_PROBE_FEXIT) &&
		    start_otherwise(s, b, &why) == 0)
			ret = 0;
		if (!ret)
			continue;
		if (!failed) {
			failed = ret;
			*err = why;
		}
		if (s->bundle_count > 1 && b->target_count == 1)
			probe_warn(s, "%s", why.text);
	}
	for (size_t i = 0; i < s->target_count; i++)
		s->attached += s->targets[i]->attached;
	return s->attached ? 0 : failed ? failed : weir_error_set(err, ENOENT, "nothing to attach");
}
