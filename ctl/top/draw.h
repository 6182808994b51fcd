/* SPDX-License-Identifier: GPL-2.0 */
/* draw.h - the whole screen of `ctl top`, drawn on a canvas. Pure. */
#ifndef CTL_TOP_DRAW_H
#define CTL_TOP_DRAW_H

#include "ctl/top/panels.h"

/*
 * Draws; ret_page: rows of attachments that are on the screen, at least 1. ret_placed: the panels
 * that are, bits per enum top_panel.
 */
void top_draw(const struct top_scene *scene, struct top_canvas *canvas, int *ret_page,
	      uint32_t *ret_placed);

#endif
