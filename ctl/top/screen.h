/* SPDX-License-Identifier: GPL-2.0 */
/* screen.h - the terminal, with ncurses: shows a canvas, reads keys, restores the screen. */
#ifndef CTL_TOP_SCREEN_H
#define CTL_TOP_SCREEN_H

#include "ctl/top/canvas.h"
#include "datapath/weir.h"

struct top_screen;

/*
 * Takes over the terminal, which standard input and output must be. Returns -EINVAL if its type is
 * unknown. color: use colours.
 */
int top_screen_open(bool color, struct top_screen **ret_screen, struct weir_error *err);

/* Restores the terminal. NULL is allowed. */
void top_screen_close(struct top_screen *screen);
void top_screen_closep(struct top_screen **screen);

/* Returns true if the locale can show letters beyond ASCII. */
bool top_screen_utf8(void);

/* Reads the size of the terminal. */
void top_screen_resize(struct top_screen *screen);
void top_screen_size(const struct top_screen *screen, int *ret_rows, int *ret_cols);

void top_screen_show(struct top_screen *screen, const struct top_canvas *canvas);

/* Returns the next pending key, as in view.h; -EAGAIN if no key is pending. */
int top_screen_key(struct top_screen *screen, uint32_t *ret_key);

#endif
