// SPDX-License-Identifier: GPL-2.0
/* command_purge.c - ctl purge */
#include "ctl/frame/ctl.h"
#include "ctl/write/json.h"
#include "datapath/base/cleanup.h"

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(close_weir) struct weir *weir = NULL;
	struct weir_error err = {};
	size_t detached;

	(void)bound;
	if (open_weir(inv, &weir, &err) < 0 || weir_purge(weir, &detached, &err) < 0)
		return ctl_failed(&err);
	if (inv->json) {
		struct json_stream js = { .out = stdout, .pretty = inv->pretty };

		js_open(&js, NULL, '{');
		js_number(&js, "detached", detached);
		js_close(&js, '}');
		return ctl_printed(js_end(&js));
	}
	printf("detached %zu %s and removed every pin\n", detached,
	       detached == 1 ? "program" : "programs");
	return EXIT_DONE;
}

const struct command cmd_purge = {
	.name = "purge",
	.summary = "detach everything and remove every pin",
	.description =
		"Detaches everything in every namespace and removes the pinned maps with all counts.\n"
		"It also removes pins of another version, which this ctl cannot read.",
	.run = run,
};
