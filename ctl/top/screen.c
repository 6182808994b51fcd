// SPDX-License-Identifier: GPL-2.0
/* screen.c - see screen.h. ncurses tracks changes and controls the terminal. */
#include <errno.h>
#include <langinfo.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "ctl/top/screen.h"
#include "ctl/top/view.h"
#include "datapath/base/cleanup.h"

/* from <term.h>, which defines common words such as `lines` and `columns` as macros */
int setupterm(const char *type, int fd, int *status);

#define ESCAPE_MS 50 /* wait after Esc for the rest of a key sequence */

struct top_screen {
	SCREEN *terminal;
	bool color;
};

struct look {
	attr_t attributes; /* with colours */
	short color;       /* -1: the default colour */
	attr_t plain;      /* without colours */
};

static const struct look looks[] = {
	[TOP_PLAIN] = { A_NORMAL, -1, A_NORMAL },
	[TOP_DIM] = { A_DIM, -1, A_DIM },
	[TOP_BOLD] = { A_BOLD, -1, A_BOLD },
	[TOP_TITLE] = { A_BOLD, COLOR_CYAN, A_BOLD },
	[TOP_KEY] = { A_BOLD, COLOR_YELLOW, A_BOLD },
	[TOP_IN] = { A_NORMAL, COLOR_GREEN, A_NORMAL },
	[TOP_OUT] = { A_NORMAL, COLOR_MAGENTA, A_NORMAL },
	[TOP_GOOD] = { A_NORMAL, COLOR_CYAN, A_NORMAL },
	[TOP_WARN] = { A_NORMAL, COLOR_YELLOW, A_BOLD },
	[TOP_BAD] = { A_BOLD, COLOR_RED, A_BOLD },
};
static_assert(ARRAY_SIZE(looks) == TOP_STYLES, "a style has no look");

bool top_screen_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void begin_colors(struct top_screen *screen, bool color)
{
	screen->color = color && has_colors() && start_color() == OK;
	if (!screen->color)
		return;
	use_default_colors();
	for (int i = 0; i < TOP_STYLES; i++) {
		if (looks[i].color >= 0)
			init_pair((short)(i + 1), looks[i].color, -1);
	}
}

/* Returns true for a known terminal without cursor movement, such as TERM=dumb. */
static bool cannot_move(const char *type)
{
	int status;

	return type && *type && setupterm(type, STDOUT_FILENO, &status) == OK && !tigetstr("cup");
}

int top_screen_open(bool color, struct top_screen **ret_screen, struct weir_error *err)
{
	_cleanup_free_ struct top_screen *screen = calloc(1, sizeof(*screen));
	const char *type = getenv("TERM");

	if (!screen) {
		snprintf(err->text, sizeof(err->text), "out of memory");
		return -ENOMEM;
	}
	if (cannot_move(type)) {
		snprintf(err->text, sizeof(err->text),
			 "cannot draw on this terminal: it cannot move its cursor, TERM='%s'",
			 type);
		return -EINVAL;
	}
	screen->terminal = type && *type ? newterm(NULL, stdout, stdin) : NULL;
	if (!screen->terminal) {
		snprintf(err->text, sizeof(err->text),
			 "cannot draw on this terminal: nothing is known of its type, TERM='%s'",
			 type ? type : "");
		return -EINVAL;
	}
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	begin_colors(screen, color);
	*ret_screen = TAKE_PTR(screen);
	return 0;
}

void top_screen_close(struct top_screen *screen)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen->terminal);
	free(screen);
}

void top_screen_closep(struct top_screen **screen)
{
	top_screen_close(*screen);
}

void top_screen_resize(struct top_screen *screen)
{
	struct winsize size;

	(void)screen;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	clearok(stdscr, TRUE);
}

void top_screen_size(const struct top_screen *screen, int *ret_rows, int *ret_cols)
{
	(void)screen;
	getmaxyx(stdscr, *ret_rows, *ret_cols);
}

static void put(const struct top_screen *screen, int row, int col, const struct top_cell *cell)
{
	const struct look *look = &looks[cell->style & ~TOP_SELECTED];
	attr_t attributes = screen->color ? look->attributes : look->plain;
	short pair = screen->color && look->color >= 0 ? (short)((cell->style & ~TOP_SELECTED) + 1)
						       : 0;
	wchar_t letter[2] = { (wchar_t)cell->letter };
	cchar_t out;

	if (cell->style & TOP_SELECTED)
		attributes = (attributes & ~A_DIM) | A_REVERSE;
	if (setcchar(&out, letter, attributes, pair, NULL) == OK)
		mvadd_wch(row, col, &out);
}

void top_screen_show(struct top_screen *screen, const struct top_canvas *canvas)
{
	for (int row = 0; row < canvas->rows; row++) {
		for (int col = 0; col < canvas->cols; col++)
			put(screen, row, col, &canvas->cells[row * canvas->cols + col]);
	}
	refresh();
}

static const struct {
	int code;
	uint32_t key;
} keys[] = {
	{ KEY_UP, TOP_KEY_UP },         { KEY_DOWN, TOP_KEY_DOWN },
	{ KEY_PPAGE, TOP_KEY_PAGE_UP }, { KEY_NPAGE, TOP_KEY_PAGE_DOWN },
	{ KEY_HOME, TOP_KEY_HOME },     { KEY_END, TOP_KEY_END },
	{ KEY_ENTER, TOP_KEY_ENTER },   { '\r', TOP_KEY_ENTER },
	{ '\n', TOP_KEY_ENTER },        { KEY_BACKSPACE, TOP_KEY_BACKSPACE },
	{ '\b', TOP_KEY_BACKSPACE },    { 0x7f, TOP_KEY_BACKSPACE },
	{ 0x1b, TOP_KEY_ESCAPE },
};

int top_screen_key(struct top_screen *screen, uint32_t *ret_key)
{
	int code;

	(void)screen;
	while ((code = getch()) != ERR) {
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
			if (keys[i].code == code) {
				*ret_key = keys[i].key;
				return 0;
			}
		}
		if (code > 0 && code < KEY_MIN) {
			*ret_key = (uint32_t)code;
			return 0;
		}
		/* another key of the keyboard, ignored */
	}
	return -EAGAIN;
}
