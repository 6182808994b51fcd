/* SPDX-License-Identifier: GPL-2.0 */
/* panels.h - the table of panels: what each needs, and its drawing function. For ctl/top. */
#ifndef CTL_TOP_PANELS_H
#define CTL_TOP_PANELS_H

#include "ctl/top/canvas.h"
#include "ctl/top/flows.h"
#include "ctl/top/layout.h"
#include "ctl/top/system.h"
#include "ctl/top/view.h"

/* The data to draw. */
struct top_scene {
	const struct top_model *model;
	const struct top_flows *flows;
	const struct top_view *view;
	const struct top_system *system; /* NULL: not read yet */
};

struct top_panel_kind {
	const char *name; /* in the footer, with the digit that toggles it */
	int band, importance, least_rows, least_cols;
	int (*rows)(const struct top_scene *scene); /* that it can fill, including its title */
	void (*draw)(const struct top_scene *scene, const struct top_pane *pane);
};

extern const struct top_panel_kind top_panel_kinds[TOP_PANELS];

void top_draw_attachments(const struct top_scene *scene, const struct top_pane *pane);
void top_draw_chart(const struct top_scene *scene, const struct top_pane *pane);
void top_draw_protocols(const struct top_scene *scene, const struct top_pane *pane);
void top_draw_sizes(const struct top_scene *scene, const struct top_pane *pane);
void top_draw_verdicts(const struct top_scene *scene, const struct top_pane *pane);
void top_draw_flows(const struct top_scene *scene, const struct top_pane *pane);
void top_draw_drops(const struct top_scene *scene, const struct top_pane *pane);
void top_draw_tcp(const struct top_scene *scene, const struct top_pane *pane);

#endif
