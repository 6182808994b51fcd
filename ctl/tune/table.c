// SPDX-License-Identifier: GPL-2.0
/* table.c - see table.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "ctl/attach/json.h"
#include "ctl/tune/table.h"
#include "ctl/tune/words.h"
#include "ctl/write/json.h"
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
		fputs("No entries. `ctl tune add --cgroup PATH --rto-min 20ms` is one.\n", out);
		return 0;
	}
	ret = print_entries(entries, color, out);
	if (!ret && any_errors(entries))
		fputs("An error is an option that the kernel refused for a connection; it went on "
		      "without.\n",
		      out);
	if (!ret && !entries->programs)
		fputs("No program looks at this list: `ctl attach --cgroup=PATH --features tune` "
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

/* --- JSON --- */

static json_t *json_word(const char *word)
{
	return strcmp(word, "-") == 0 ? json_null() : json_text(word);
}

static const char *json_unit(const struct weir_tune_info *info)
{
	switch (info->unit) {
	case WEIR_TUNE_NUMBER:
		return info->noun;
	case WEIR_TUNE_TIME:
		return "us";
	case WEIR_TUNE_BYTES:
		return "bytes";
	case WEIR_TUNE_RATE:
		return "bits_per_second";
	case WEIR_TUNE_NAME:
	case WEIR_TUNE_SWITCH:
	case WEIR_TUNE_BITS:
		break;
	}
	return NULL;
}

static json_t *json_value(const struct weir_tune_rule *rule,
			  const struct weir_tune_setting *setting,
			  const struct weir_tune_info *info)
{
	char name[WEIR_CONGESTION_LEN + 1];

	switch (info->unit) {
	case WEIR_TUNE_NAME:
		snprintf(name, sizeof(name), "%.*s", WEIR_CONGESTION_LEN, rule->congestion);
		return json_text(name);
	case WEIR_TUNE_SWITCH:
		return json_true();
	case WEIR_TUNE_TIME:
		return json_integer((json_int_t)setting->asked * info->scale_us);
	case WEIR_TUNE_RATE:
		return json_integer((json_int_t)setting->asked * 8);
	case WEIR_TUNE_NUMBER:
	case WEIR_TUNE_BYTES:
	case WEIR_TUNE_BITS:
		break;
	}
	return json_integer(setting->asked);
}

static json_t *json_option(const struct weir_tune_entry *entry,
			   const struct weir_tune_setting *setting, bool counts)
{
	static const struct weir_tune_info unknown = { "?", "", WEIR_TUNE_BITS, 0, 0, 0 };
	const struct weir_tune_info *info = weir_tune_option(setting->option);
	const struct weir_tune_count *count;
	const char *unit;
	json_t *object;

	info = info ? info : &unknown;
	unit = json_unit(info);
	object = json_pack("{s:s,s:o,s:o}", "option", info->name, "value",
			   json_value(&entry->rule, setting, info), "unit",
			   unit ? json_string(unit) : json_null());
	if (!counts || info == &unknown)
		return object;
	count = &entry->stats.options[setting->option];
	if (json_object_update_new(object,
				   json_pack("{s:I,s:I,s:o}", "set", (json_int_t)count->set,
					     "errors", (json_int_t)count->errors, "last_error",
					     count->errors
						     ? json_string(strerror(count->last_error))
						     : json_null())) < 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *json_options(const struct weir_tune_entry *entry, bool counts)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < entry->rule.setting_count; i++) {
		if (json_array_append_new(array, json_option(entry, &entry->rule.settings[i],
							     counts)) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *json_entry(const struct weir_tune_entry *entry)
{
	const struct weir_tune_rule *rule = &entry->rule;
	char remote[TUNE_WORD], local_ports[TUNE_WORD], remote_ports[TUNE_WORD];

	tune_network_word(rule, remote, sizeof(remote));
	tune_ports_word(rule->local_min, rule->local_max, local_ports, sizeof(local_ports));
	tune_ports_word(rule->remote_min, rule->remote_max, remote_ports, sizeof(remote_ports));
	return json_pack("{s:I,s:o,s:b,s:o,s:o,s:o,s:I,s:o}", "number", (json_int_t)rule->number,
			 "cgroup", entry->cgroup[0] ? json_text(entry->cgroup) : json_null(),
			 "gone", entry->gone, "remote", json_word(remote), "local_ports",
			 json_word(local_ports), "remote_ports", json_word(remote_ports), "hits",
			 (json_int_t)entry->stats.hits, "options", json_options(entry, true));
}

json_t *json_tune_list(const struct weir_tune_entries *entries)
{
	json_t *array = json_array();

	for (size_t i = 0; i < entries->count; i++) {
		if (json_array_append_new(array, json_entry(&entries->items[i])) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *json_tune_added(const struct weir_tune_added *added)
{
	return json_pack("{s:I,s:o,s:I}", "number", (json_int_t)added->number, "attached",
			 json_changes(&added->changes), "programs", (json_int_t)added->programs);
}

json_t *json_tune_match(const struct weir_tune_entry *entry)
{
	return json_pack("{s:o,s:o}", "entry",
			 entry ? json_integer(entry->rule.number) : json_null(), "options",
			 entry ? json_options(entry, false) : json_array());
}
