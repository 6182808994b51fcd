/* SPDX-License-Identifier: GPL-2.0 */
/* draw.h - draws the whole screen of `ctl top` on a canvas. No side effects. */
#ifndef CTL_TOP_DRAW_H
#define CTL_TOP_DRAW_H

#include "ctl/top/panels.h"

/*
 * Draws the screen. ret_page: rows of attachments on it, at least 1. ret_placed: panels on it, bits
 * per enum top_panel.
 */
void top_draw(const struct top_scene *scene, struct top_canvas *canvas, int *ret_page,
	      uint32_t *ret_placed);

#endif
