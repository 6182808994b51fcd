/* SPDX-License-Identifier: GPL-2.0 */
/* view.h - the user's choices in `ctl top`, and how keys change them. No side effects. */
#ifndef CTL_TOP_VIEW_H
#define CTL_TOP_VIEW_H

#include "ctl/flows/rows.h"
#include "ctl/top/model.h"

/* The panels, in the order of the digits that toggle them. */
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

/* Keys other than letters; beyond Unicode. */
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

/* Actions after a key, a bit mask. */
enum top_effect {
	TOP_EFFECT_NONE = 0,
	TOP_EFFECT_DRAW = 1 << 0,
	TOP_EFFECT_ARRANGE = 1 << 1, /* select and sort attachments again */
	TOP_EFFECT_FLOWS = 1 << 2,   /* sort or group flows again */
	TOP_EFFECT_READ = 1 << 3,    /* read now: a filter or the interval has changed */
	TOP_EFFECT_QUIT = 1 << 4,
};

enum top_prompt { TOP_PROMPT_NONE, TOP_PROMPT_TARGETS, TOP_PROMPT_FLOWS };

#define TOP_TEXT 256

struct top_view {
	enum top_unit unit;
	enum top_sort sort;
	enum flow_sort flow_sort;
	enum flow_by flow_by;
	double interval; /* in seconds */
	bool paused;
	bool help;
	bool ascii;
	uint32_t hidden;        /* bits per enum top_panel */
	uint32_t placed;        /* panels on the screen, likewise; set when drawing */
	int page;               /* rows of attachments on the screen; set when drawing */
	int move;               /* rows to move the cursor; reset when moved */
	char targets[TOP_TEXT]; /* filter of attachments, see top_matches() */
	char flows[TOP_TEXT];   /* filter of flows, see weir_flow_filter_compile() */
	enum top_prompt prompt;
	char input[TOP_TEXT]; /* being typed */
	char message[1024];   /* the error; "": none */
};

/* Handles a key. Returns its effects, a mask of enum top_effect. */
unsigned int top_key(struct top_view *view, uint32_t key);

/* Keys and their meaning, for the help. A row without a key is a heading. */
struct top_key_help {
	const char *key, *text;
};
extern const struct top_key_help top_key_helps[];
extern const size_t top_key_help_count;

#endif
