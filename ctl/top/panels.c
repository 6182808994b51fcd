// SPDX-License-Identifier: GPL-2.0
/* panels.c - the table of panels. A new panel is a row here, and a number in enum top_panel. */
#include "ctl/top/panels.h"

#define ANY 10000 /* as many rows as available */

static int attachments_rows(const struct top_scene *scene)
{
	return 2 + (int)scene->model->shown;
}

static int protocols_rows(const struct top_scene *scene)
{
	const struct top_item *item = top_model_selected(scene->model);
	int rows = 2;

	for (int i = 0; item && i < WEIR_PROTOS; i++)
		rows += item->counts.protocols[i].packets != 0;
	return rows;
}

static int sizes_rows(const struct top_scene *scene)
{
	(void)scene;
	return 2 + WEIR_SIZES;
}

static int verdicts_rows(const struct top_scene *scene)
{
	(void)scene;
	return 2 + WEIR_VERDICTS;
}

static int any_rows(const struct top_scene *scene)
{
	(void)scene;
	return ANY;
}

static int drops_rows(const struct top_scene *scene)
{
	return 2 + (scene->system ? (int)scene->system->drops.now.count : 0);
}

static int tcp_rows_wanted(const struct top_scene *scene)
{
	return 2 + (scene->system ? (int)scene->system->tcp.rows.count : 0);
}

static int chart_rows(const struct top_scene *scene)
{
	(void)scene;
	return 14;
}

/* clang-format off */
const struct top_panel_kind top_panel_kinds[TOP_PANELS] = {
	/*                         name       band importance least rows, columns */
	[TOP_PANEL_ATTACHMENTS] = { "hooks",     0, 0, 5, 44, attachments_rows, top_draw_attachments },
	[TOP_PANEL_CHART]       = { "chart",     1, 3, 8, 44, chart_rows,       top_draw_chart },
	[TOP_PANEL_PROTOCOLS]   = { "protocols", 2, 2, 7, 25, protocols_rows,   top_draw_protocols },
	[TOP_PANEL_SIZES]       = { "sizes",     2, 2, 7, 24, sizes_rows,       top_draw_sizes },
	[TOP_PANEL_VERDICTS]    = { "verdicts",  2, 2, 5, 24, verdicts_rows,    top_draw_verdicts },
	[TOP_PANEL_FLOWS]       = { "flows",     3, 1, 6, 44, any_rows,         top_draw_flows },
	[TOP_PANEL_DROPS]       = { "drops",     4, 4, 5, 36, drops_rows,       top_draw_drops },
	[TOP_PANEL_TCP]         = { "tcp",       4, 4, 5, 42, tcp_rows_wanted,  top_draw_tcp },
};
/* clang-format on */
