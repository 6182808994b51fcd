// SPDX-License-Identifier: GPL-2.0
/* command.c - ctl doctor */
#include "ctl/doctor/json.h"
#include "ctl/frame/ctl.h"
#include "ctl/write/json.h"
#include "ctl/write/table.h"
#include "datapath/base/cleanup.h"

static int print_text(const struct weir_checks *checks, bool color)
{
	static const struct column columns[] = {
		{ "", LEFT },
		{ "FEATURE", LEFT },
		{ "FOUND", LEFT },
	};
	static const char *const words[] = { "ok", "limited", "missing" };
	static const enum tint tints[] = { GREEN, YELLOW, RED };
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));

	if (!table)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	for (size_t i = 0; i < checks->count; i++) {
		const struct weir_check *c = &checks->items[i];

		table_cell(table, tints[c->result], "%s", words[c->result]);
		table_cell(table, PLAIN, "%s", c->name);
		table_cell(table, PLAIN, "%s", c->found);
	}
	if (table_print(table, color, stdout) < 0)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	putchar('\n');
	for (size_t i = 0; i < checks->count; i++) {
		const struct weir_check *c = &checks->items[i];

		if (c->result != WEIR_CHECK_OK)
			printf("%s: %s.\n", c->name, c->cost);
	}
	return EXIT_DONE;
}

static int run(const struct invocation *inv, const void *bound)
{
	_cleanup_(weir_checks_free) struct weir_checks checks = {};
	_cleanup_(close_weir) struct weir *weir = NULL;
	struct weir_error err = {};
	bool missing = false;
	int ret;

	(void)bound;
	if (open_weir(inv, &weir, &err) < 0 || weir_doctor(weir, &checks, &err) < 0)
		return ctl_failed(&err);
	for (size_t i = 0; i < checks.count; i++)
		missing |= checks.items[i].result == WEIR_CHECK_MISSING;
	ret = inv->json ? ctl_printed(json_checks(&checks, inv->pretty, stdout))
			: print_text(&checks, inv->color);
	return ret ? ret : missing ? EXIT_FAILED : EXIT_DONE;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.summary = "check which features this machine supports",
	.description =
		"Probes every feature that weir uses, and says why one is missing and what that\n"
		"costs. It changes nothing. The exit code is 1 if a required feature is missing.",
	.run = run,
};
