/* SPDX-License-Identifier: GPL-2.0 */
/* screen.h - the terminal, by ncurses: shows a canvas, reads keys, leaves no trace. */
#ifndef CTL_TOP_SCREEN_H
#define CTL_TOP_SCREEN_H

#include "ctl/top/canvas.h"
#include "datapath/weir.h"

struct top_screen;

/*
 * Takes the terminal of standard input and output, which they have to be. -EINVAL: its type is
 * unknown. color: may colour.
 */
int top_screen_open(bool color, struct top_screen **ret_screen, struct weir_error *err);

/* Gives it back as it was. NULL is fine. */
void top_screen_close(struct top_screen *screen);
void top_screen_closep(struct top_screen **screen);

/* Whether the locale says that letters above ASCII can be shown. */
bool top_screen_utf8(void);

/* Asks the terminal for its size. */
void top_screen_resize(struct top_screen *screen);
void top_screen_size(const struct top_screen *screen, int *ret_rows, int *ret_cols);

void top_screen_show(struct top_screen *screen, const struct top_canvas *canvas);

/* The next key that waits, as in view.h; -EAGAIN: none does. */
int top_screen_key(struct top_screen *screen, uint32_t *ret_key);

#endif
