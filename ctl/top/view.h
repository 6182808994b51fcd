/* SPDX-License-Identifier: GPL-2.0 */
/* view.h - what the user of `ctl top` has chosen, and what keys change of it. Pure. */
#ifndef CTL_TOP_VIEW_H
#define CTL_TOP_VIEW_H

#include "ctl/flows/rows.h"
#include "ctl/top/model.h"

/* The screen's panels, in the order of the digits that switch them. */
enum top_panel {
	TOP_PANEL_ATTACHMENTS,
	TOP_PANEL_CHART,
	TOP_PANEL_PROTOCOLS,
	TOP_PANEL_SIZES,
	TOP_PANEL_VERDICTS,
	TOP_PANEL_FLOWS,
	TOP_PANEL_DROPS,
	TOP_PANEL_TCP,
	TOP_PANELS,
};

/* Keys that are no letters; above all of Unicode. */
enum top_key {
	TOP_KEY_UP = 0x110000,
	TOP_KEY_DOWN,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_ENTER,
	TOP_KEY_BACKSPACE,
	TOP_KEY_ESCAPE,
};

/* What has to be done after a key; a mask. */
enum top_effect {
	TOP_EFFECT_NONE = 0,
	TOP_EFFECT_DRAW = 1 << 0,
	TOP_EFFECT_ARRANGE = 1 << 1, /* choose and sort attachments anew */
	TOP_EFFECT_FLOWS = 1 << 2,   /* sort flows anew, or add them up by something else */
	TOP_EFFECT_READ = 1 << 3,    /* read now: filters, or the interval */
	TOP_EFFECT_QUIT = 1 << 4,
};

enum top_prompt { TOP_PROMPT_NONE, TOP_PROMPT_TARGETS, TOP_PROMPT_FLOWS };

#define TOP_TEXT 256

struct top_view {
	enum top_unit unit;
	enum top_sort sort;
	enum flow_sort flow_sort;
	enum flow_by flow_by;
	double interval; /* seconds */
	bool paused;
	bool help;
	bool ascii;
	uint32_t hidden;        /* bits per enum top_panel */
	uint32_t placed;        /* likewise: panels that are on the screen; set by what draws */
	int page;               /* rows of attachments on the screen; set by what draws */
	int move;               /* rows that the cursor is to go; taken by what moves it */
	char targets[TOP_TEXT]; /* filter of attachments, of top_matches() */
	char flows[TOP_TEXT];   /* filter of flows, of weir_flow_filter_compile() */
	enum top_prompt prompt;
	char input[TOP_TEXT]; /* what is being typed */
	char message[1024];   /* a sentence about what failed; "": nothing did */
};

/* A key's effects, a mask of enum top_effect. */
unsigned int top_key(struct top_view *view, uint32_t key);

/* Keys and what they do, for the help. A row without a key is a heading. */
struct top_key_help {
	const char *key, *text;
};
extern const struct top_key_help top_key_helps[];
extern const size_t top_key_help_count;

#endif
