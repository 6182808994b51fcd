// SPDX-License-Identifier: GPL-2.0
/* command_skip_loopback.c - ctl skip-loopback */
#include <errno.h>
#include "ctl/frame/ctl.h"
#include "ctl/write/json.h"
#include "datapath/base/cleanup.h"

enum { ON, OFF };

static const char *const settings[] = { [ON] = "on", [OFF] = "off" };
static const struct choices choices = CHOICES(settings);

static int show(const struct invocation *inv, struct weir *weir)
{
	struct weir_error err = {};
	bool on = false;
	int ret = weir_skip_loopback_get(weir, &on, &err);

	if (ret && ret != -ENOENT)
		return ctl_failed(&err);
	if (inv->json) {
		struct json_stream js = { .out = stdout, .pretty = inv->pretty };

		js_open(&js, NULL, '{');
		js_bool(&js, "skip_loopback", on);
		js_close(&js, '}');
		return ctl_printed(js_end(&js));
	}
	printf("skip-loopback is %s\n", on ? "on" : "off");
	return EXIT_DONE;
}

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(close_weir) struct weir *weir = NULL;
	struct weir_error err = {};

	(void)bound;
	if (inv->word_count > 1)
		return usage_error(inv, "unexpected '%s'", inv->words[1]);
	if (open_weir(inv, &weir, &err) < 0)
		return ctl_failed(&err);
	if (inv->word_count && weir_skip_loopback_set(weir, inv->first == ON, &err) < 0)
		return ctl_failed(&err);
	return show(inv, weir);
}

const struct command cmd_skip_loopback = {
	.name = "skip-loopback",
	.summary = "show or set whether loopback traffic is ignored",
	.synopsis = "[on|off]",
	.description =
		"While it is on, programs attached to loopback devices ignore their traffic: they\n"
		"neither count nor limit it. It takes effect immediately and reloads no program.",
	.choices = &choices,
	.run = run,
};
