// SPDX-License-Identifier: GPL-2.0
/* json.c - entries of `ctl tune` as JSON; see table.h. */
#include <string.h>
#include "ctl/attach/json.h"
#include "ctl/tune/table.h"
#include "ctl/tune/words.h"
#include "ctl/write/json_stream.h"

/* "-" is any. */
static void put_word(struct json_stream *js, const char *key, const char *word)
{
	js_text(js, key, strcmp(word, "-") == 0 ? NULL : word);
}

static const char *unit_of(const struct weir_tune_info *info)
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

static void put_value(struct json_stream *js, const struct weir_tune_rule *rule,
		      const struct weir_tune_setting *setting, const struct weir_tune_info *info)
{
	uint64_t asked = setting->asked;
	char name[WEIR_CONGESTION_LEN + 1];

	switch (info->unit) {
	case WEIR_TUNE_NAME:
		snprintf(name, sizeof(name), "%.*s", WEIR_CONGESTION_LEN, rule->congestion);
		js_text(js, "value", name);
		break;
	case WEIR_TUNE_SWITCH:
		js_bool(js, "value", true);
		break;
	case WEIR_TUNE_TIME:
		js_number(js, "value", asked * info->scale_us);
		break;
	case WEIR_TUNE_RATE:
		js_number(js, "value", asked * 8);
		break;
	case WEIR_TUNE_NUMBER:
	case WEIR_TUNE_BYTES:
	case WEIR_TUNE_BITS:
		js_number(js, "value", asked);
		break;
	}
}

static void put_counts(struct json_stream *js, const struct weir_tune_count *count)
{
	js_number(js, "set", count->set);
	js_number(js, "errors", count->errors);
	js_text(js, "last_error", count->errors ? strerror(count->last_error) : NULL);
}

static void put_option(struct json_stream *js, const struct weir_tune_entry *entry,
		       const struct weir_tune_setting *setting, bool counts)
{
	static const struct weir_tune_info unknown = { "?", "", WEIR_TUNE_BITS, 0, 0, 0 };
	const struct weir_tune_info *known = weir_tune_option(setting->option);
	const struct weir_tune_info *info = known ? known : &unknown;

	js_open(js, NULL, '{');
	js_text(js, "option", info->name);
	put_value(js, &entry->rule, setting, info);
	js_text(js, "unit", unit_of(info));
	if (counts && known)
		put_counts(js, &entry->stats.options[setting->option]);
	js_close(js, '}');
}

/* entry NULL: no options. */
static void put_options(struct json_stream *js, const struct weir_tune_entry *entry, bool counts)
{
	js_open(js, "options", '[');
	for (uint32_t i = 0; entry && i < entry->rule.setting_count; i++)
		put_option(js, entry, &entry->rule.settings[i], counts);
	js_close(js, ']');
}

static void put_entry(struct json_stream *js, const struct weir_tune_entry *entry)
{
	const struct weir_tune_rule *rule = &entry->rule;
	char word[TUNE_WORD];

	js_open(js, NULL, '{');
	js_number(js, "number", rule->number);
	js_name(js, "cgroup", entry->cgroup);
	js_bool(js, "gone", entry->gone);
	put_word(js, "remote", tune_network_word(rule, word, sizeof(word)));
	put_word(js, "local_ports",
		 tune_ports_word(rule->local_min, rule->local_max, word, sizeof(word)));
	put_word(js, "remote_ports",
		 tune_ports_word(rule->remote_min, rule->remote_max, word, sizeof(word)));
	js_number(js, "hits", entry->stats.hits);
	put_options(js, entry, true);
	js_close(js, '}');
}

int json_tune_list(const struct weir_tune_entries *entries, bool pretty, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = pretty };

	js_open(&js, NULL, '[');
	for (size_t i = 0; i < entries->count; i++)
		put_entry(&js, &entries->items[i]);
	js_close(&js, ']');
	return js_end(&js);
}

int json_tune_added(const struct weir_tune_added *added, bool pretty, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = pretty };

	js_open(&js, NULL, '{');
	js_number(&js, "number", added->number);
	put_changes(&js, "attached", &added->changes);
	js_number(&js, "programs", added->programs);
	js_close(&js, '}');
	return js_end(&js);
}

int json_tune_match(const struct weir_tune_entry *entry, bool pretty, FILE *out)
{
	struct json_stream js = { .out = out, .pretty = pretty };

	js_open(&js, NULL, '{');
	if (entry)
		js_number(&js, "entry", entry->rule.number);
	else
		js_null(&js, "entry");
	put_options(&js, entry, false);
	js_close(&js, '}');
	return js_end(&js);
}
