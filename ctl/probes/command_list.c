// SPDX-License-Identifier: GPL-2.0
/* command_list.c - ctl probe list */
#include <errno.h>
#include "ctl/probes/command.h"
#include "ctl/probes/table_list.h"
#include "ctl/write/json.h"
#include "datapath/probes/probes.h"

/* Returns an option of `run`, which has no effect here, or NULL. */
static const char *odd_option(const struct invocation *inv, const struct probe_options *options)
{
	for (const struct arg *arg = inv->command->args; arg->name; arg++) {
		if (arg->offset != offsetof(struct probe_options, verbose) &&
		    arg_is_given(arg, options))
			return arg->name;
	}
	return NULL;
}

int probe_list(const struct invocation *inv, const struct probe_options *options)
{
	struct probe_view view = {
		.out = stdout,
		.verbose = options->verbose,
		.color = inv->color,
	};
	struct weir_probe_query query = {
		.pattern = inv->word_count ? inv->words[0] : NULL,
		.verbose = options->verbose,
		.found = inv->json ? json_probe : out_probe,
		.arg = &view,
	};
	struct weir_probe_notes notes;
	struct weir_error err = {};
	const char *odd = odd_option(inv, options);
	int ret;

	if (odd)
		return usage_error(inv, "--%s goes with `probe run`", odd);
	if (inv->word_count > 1)
		return usage_error(inv, "one pattern at a time, in quotes; unexpected '%s'",
				   inv->words[1]);
	if (inv->json)
		json_probes_begin(&view, inv->pretty);
	ret = weir_probe_list(&query, &notes, &err);
	if (ret == -EIO || fflush(stdout) != 0)
		return ctl_failed(&(struct weir_error){ "cannot write the output" });
	if (ret == -EINVAL)
		return usage_error(inv, "%s", err.text);
	if (ret) {
		json_probes_fail(&view, err.text);
		out_probe_notes(&notes, stderr);
		return ctl_failed(&err);
	}
	if (inv->json)
		return ctl_printed(json_probes_end(&view, &notes));
	out_probe_notes(&notes, stderr);
	return EXIT_DONE;
}
