// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "ctl/tune/table.h"
#include "ctl/tune/words.h"
#include "ctl/write/table.h"
#include "datapath/base/cleanup.h"

static const char *option_name(const struct weir_tune_setting *setting)
{
	const struct weir_tune_info *info = weir_tune_option(setting->option);

	return info ? info->name : "?";
}

static const char *cgroup_word(const struct weir_tune_entry *entry)
{
	if (entry->gone)
		return "(gone)";
	return entry->rule.cgroup_id ? entry->cgroup : "-";
}

/* --- tables --- */

/* Adds the columns that appear once per entry, before its first option. */
static void add_entry(struct table *table, const struct weir_tune_entry *entry)
{
	const struct weir_tune_rule *rule = &entry->rule;
	char text[TUNE_WORD];

	table_cell(table, PLAIN, "%u", rule->number);
	table_cell(table, entry->gone ? RED : PLAIN, "%s", cgroup_word(entry));
	table_cell(table, PLAIN, "%s", tune_network_word(rule, text, sizeof(text)));
	table_cell(table, PLAIN, "%s",
		   tune_ports_word(rule->local_min, rule->local_max, text, sizeof(text)));
	table_cell(table, PLAIN, "%s",
		   tune_ports_word(rule->remote_min, rule->remote_max, text, sizeof(text)));
	table_cell(table, PLAIN, "%" PRIu64, (uint64_t)entry->stats.hits);
}

static void add_option(struct table *table, const struct weir_tune_entry *entry,
		       const struct weir_tune_setting *setting)
{
	const struct weir_tune_count *count = &entry->stats.options[setting->option];
	char text[TUNE_WORD];

	table_cell(table, PLAIN, "%s", option_name(setting));
	table_cell(table, PLAIN, "%s",
		   weir_tune_value_text(&entry->rule, setting, text, sizeof(text)));
	table_cell(table, PLAIN, "%" PRIu64, (uint64_t)count->set);
	table_cell(table, count->errors ? RED : PLAIN, "%" PRIu64, (uint64_t)count->errors);
	table_cell(table, PLAIN, "%s", count->errors ? strerror(count->last_error) : "-");
}

static bool any_errors(const struct weir_tune_entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		for (int k = 0; k < WEIR_TUNE_OPTIONS; k++) {
			if (entries->items[i].stats.options[k].errors)
				return true;
		}
	}
	return false;
}

static int print_entries(const struct weir_tune_entries *entries, bool color, FILE *out)
{
	static const struct column columns[] = {
		{ "N", RIGHT },          { "CGROUP", LEFT },       { "REMOTE", LEFT },
		{ "LOCAL PORT", RIGHT }, { "REMOTE PORT", RIGHT }, { "HITS", RIGHT },
		{ "OPTION", LEFT },      { "VALUE", RIGHT },       { "SET", RIGHT },
		{ "ERRORS", RIGHT },     { "LAST ERROR", LEFT },
	};
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < entries->count; i++) {
		const struct weir_tune_entry *entry = &entries->items[i];

		for (uint32_t k = 0; k < entry->rule.setting_count; k++) {
			if (k == 0)
				add_entry(table, entry);
			for (int cell = 0; cell < 6 && k > 0; cell++)
				table_cell(table, PLAIN, "%s", "");
			add_option(table, entry, &entry->rule.settings[k]);
		}
	}
	return table_print(table, color, out);
}

int out_tune_list(const struct weir_tune_entries *entries, bool color, FILE *out)
{
	int ret = 0;

	if (!entries->count) {
		fputs("No entries. Add one, for example: `ctl tune add --cgroup PATH --rto-min 20ms`.\n",
		      out);
		return 0;
	}
	ret = print_entries(entries, color, out);
	if (!ret && any_errors(entries))
		fputs("An error is an option that the kernel refused for a connection; it went on "
		      "without.\n",
		      out);
	if (!ret && !entries->programs)
		fputs("No program uses this list: `ctl attach --cgroup=PATH --features tune` "
		      "attaches one.\n",
		      out);
	return ret;
}

int out_tune_match(const struct weir_tune_entry *entry, const char *connection, bool color,
		   FILE *out)
{
	static const struct column columns[] = { { "OPTION", LEFT }, { "VALUE", RIGHT } };
	_cleanup_(table_freep) struct table *table = table_new(columns, ARRAY_SIZE(columns));

	if (!table)
		return -ENOMEM;
	if (!entry) {
		fprintf(out, "%s would match no entry\n", connection);
		return 0;
	}
	fprintf(out, "%s would match entry %u, which sets:\n", connection, entry->rule.number);
	for (uint32_t i = 0; i < entry->rule.setting_count; i++) {
		char text[TUNE_WORD];

		table_cell(table, PLAIN, "%s", option_name(&entry->rule.settings[i]));
		table_cell(table, PLAIN, "%s",
			   weir_tune_value_text(&entry->rule, &entry->rule.settings[i], text,
						sizeof(text)));
	}
	return table_print(table, color, out);
}
