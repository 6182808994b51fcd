// SPDX-License-Identifier: GPL-2.0
/* keys.c - handles keys; see view.h. */
#include <string.h>
#include "ctl/top/view.h"
#include "datapath/base/cleanup.h"
#include "datapath/flows/flows.h"

static const double intervals[] = { 0.2, 0.5, 1, 2, 5, 10, 30, 60 };

const struct top_key_help top_key_helps[] = {
	{ NULL, "Attachments" },
	{ "up down", "select the attachment of the panels" },
	{ "s", "sort by name, rate, packets, bytes" },
	{ "/", "filter by part of a name, or a pattern" },
	{ NULL, "Flows" },
	{ "o", "sort by bytes, packets, rate, age" },
	{ "b", "add up by flow, host, pair, port, proto" },
	{ "f", "filter, such as tcp and dst port 443" },
	{ NULL, "Everything" },
	{ "u", "unit: bit/s, B/s, pps" },
	{ "+ -", "read less, more often" },
	{ "space p", "pause, resume" },
	{ "r", "read now" },
	{ "1 to 8", "switch a panel on or off" },
	{ "Esc", "clear filters" },
	{ "?", "this help" },
	{ "q", "quit; Ctrl-C does so too" },
};
const size_t top_key_help_count = ARRAY_SIZE(top_key_helps);

/* --- typing a filter --- */

static unsigned int begin_prompt(struct top_view *view, enum top_prompt prompt, const char *now)
{
	view->prompt = prompt;
	view->message[0] = '\0';
	memcpy(view->input, now, TOP_TEXT);
	return TOP_EFFECT_DRAW;
}

static unsigned int end_prompt(struct top_view *view)
{
	struct weir_flow_filter *filter = NULL;
	struct weir_filter_error err;

	if (view->prompt == TOP_PROMPT_TARGETS) {
		memcpy(view->targets, view->input, TOP_TEXT);
	} else {
		if (view->input[0] && weir_flow_filter_compile(view->input, &filter, &err) < 0) {
			/* keep the text, to be corrected */
			snprintf(view->message, sizeof(view->message), "%s", err.text);
			return TOP_EFFECT_DRAW;
		}
		weir_flow_filter_free(filter);
		memcpy(view->flows, view->input, TOP_TEXT);
	}
	view->prompt = TOP_PROMPT_NONE;
	view->message[0] = '\0';
	return TOP_EFFECT_DRAW | TOP_EFFECT_ARRANGE | TOP_EFFECT_READ;
}

/* Removes the last letter, which may have several bytes of UTF-8. */
static void erase(char *text)
{
	size_t length = strlen(text);

	while (length && ((unsigned char)text[length - 1] & 0xc0) == 0x80)
		length--;
	text[length ? length - 1 : 0] = '\0';
}

static unsigned int prompt_key(struct top_view *view, uint32_t key)
{
	size_t length = strlen(view->input);

	if (key == TOP_KEY_ENTER)
		return end_prompt(view);
	if (key == TOP_KEY_ESCAPE) {
		view->prompt = TOP_PROMPT_NONE;
		view->message[0] = '\0';
	} else if (key == TOP_KEY_BACKSPACE) {
		erase(view->input);
	} else if (key == 0x15) { /* Ctrl-U */
		view->input[0] = '\0';
	} else if (key >= 0x20 && key < 0x100 && key != 0x7f && length + 1 < TOP_TEXT) {
		view->input[length] = (char)key;
		view->input[length + 1] = '\0';
	}
	return TOP_EFFECT_DRAW;
}

/* --- other keys --- */

static unsigned int change_interval(struct top_view *view, bool longer)
{
	double chosen = view->interval;

	for (size_t i = 0; i < ARRAY_SIZE(intervals); i++) {
		if (longer && intervals[i] > view->interval) {
			chosen = intervals[i];
			break;
		}
		if (!longer && intervals[i] < view->interval)
			chosen = intervals[i];
	}
	if (chosen == view->interval)
		return TOP_EFFECT_NONE;
	view->interval = chosen;
	return TOP_EFFECT_DRAW | TOP_EFFECT_READ;
}

static unsigned int move(struct top_view *view, int rows)
{
	view->move += rows;
	return TOP_EFFECT_DRAW;
}

static unsigned int moving_key(struct top_view *view, uint32_t key)
{
	switch (key) {
	case TOP_KEY_UP:
	case 'k':
		return move(view, -1);
	case TOP_KEY_DOWN:
	case 'j':
		return move(view, 1);
	case TOP_KEY_PAGE_UP:
		return move(view, -view->page);
	case TOP_KEY_PAGE_DOWN:
		return move(view, view->page);
	case TOP_KEY_HOME:
		return move(view, -WEIR_SLOTS);
	case TOP_KEY_END:
		return move(view, WEIR_SLOTS);
	default:
		return TOP_EFFECT_NONE;
	}
}

static unsigned int no_filters(struct top_view *view)
{
	if (!view->targets[0] && !view->flows[0])
		return TOP_EFFECT_NONE;
	view->targets[0] = '\0';
	view->flows[0] = '\0';
	return TOP_EFFECT_DRAW | TOP_EFFECT_ARRANGE | TOP_EFFECT_READ;
}

static unsigned int sorting_key(struct top_view *view, uint32_t key)
{
	switch (key) {
	case 'u':
		view->unit = (view->unit + 1) % TOP_UNITS;
		return TOP_EFFECT_DRAW | TOP_EFFECT_ARRANGE;
	case 's':
		view->sort = (view->sort + 1) % TOP_SORTS;
		return TOP_EFFECT_DRAW | TOP_EFFECT_ARRANGE;
	case 'o':
		view->flow_sort = (view->flow_sort + 1) % FLOW_SORTS;
		return TOP_EFFECT_DRAW | TOP_EFFECT_FLOWS;
	case 'b':
		view->flow_by = (view->flow_by + 1) % FLOW_BYS;
		return TOP_EFFECT_DRAW | TOP_EFFECT_FLOWS;
	default:
		return moving_key(view, key);
	}
}

unsigned int top_key(struct top_view *view, uint32_t key)
{
	if (view->prompt != TOP_PROMPT_NONE)
		return prompt_key(view, key);
	if (view->help && key != 'q') {
		view->help = false;
		return TOP_EFFECT_DRAW;
	}
	if (key >= '1' && key < '1' + TOP_PANELS) {
		view->hidden ^= 1U << (key - '1');
		return TOP_EFFECT_DRAW;
	}
	switch (key) {
	case 'q':
		return TOP_EFFECT_QUIT;
	case '?':
	case 'h':
		view->help = true;
		return TOP_EFFECT_DRAW;
	case ' ':
	case 'p':
		view->paused = !view->paused;
		return TOP_EFFECT_DRAW;
	case 'r':
		return TOP_EFFECT_READ;
	case '+':
	case '=':
		return change_interval(view, true);
	case '-':
		return change_interval(view, false);
	case '/':
		return begin_prompt(view, TOP_PROMPT_TARGETS, view->targets);
	case 'f':
		return begin_prompt(view, TOP_PROMPT_FLOWS, view->flows);
	case TOP_KEY_ESCAPE:
		return no_filters(view);
	default:
		return sorting_key(view, key);
	}
}
