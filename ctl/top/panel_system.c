// SPDX-License-Identifier: GPL-2.0
/* panel_system.c - panels of `ctl top` for kernel drops and TCP connections. */
#include <inttypes.h>
#include <string.h>
#include "ctl/drops/table.h"
#include "ctl/tcp/table.h"
#include "ctl/top/panels.h"
#include "ctl/write/units.h"
#include "datapath/base/cleanup.h"

#define NUMBER 9 /* width of a count or rate */

/* --- drops --- */

/* Formats "vb", or "vb@blue" if there is room. */
static const char *place_text(const struct weir_kernel_drop *drop, int width, char *buffer,
			      size_t size)
{
	char interface[DROP_WORD], netns[DROP_WORD];

	snprintf(buffer, size, "%s", drop_interface_word(drop, interface, sizeof(interface)));
	if (width > 10 && !drop->here && drop->netns_cookie)
		snprintf(buffer, size, "%s@%s", interface,
			 drop_netns_word(drop, netns, sizeof(netns)));
	return buffer;
}

static void draw_drop(const struct top_pane *pane, int row, int place,
		      const struct weir_kernel_drop *drop, double rate)
{
	const struct weir_drop_advice *advice = drop->source == WEIR_DROP_KERNEL
							? weir_drop_advice(drop->reason)
							: NULL;
	int numbers = pane->cols - 2 * NUMBER - 1;
	char text[2 * DROP_WORD];

	top_text(pane, row, 0, numbers - place - 2,
		 advice && advice->weight == WEIR_DROP_LOOK ? TOP_BAD : TOP_PLAIN,
		 drop->reason[0] ? drop->reason : "?");
	if (place)
		top_text(pane, row, numbers - place - 1, place, TOP_DIM,
			 place_text(drop, place, text, sizeof(text)));
	top_text_right(pane, row, numbers, NUMBER, TOP_PLAIN,
		       format_count(drop->packets, text, sizeof(text)));
	if (rate < 0)
		snprintf(text, sizeof(text), "-");
	else
		format_rate(rate, "/s", text, sizeof(text));
	top_text_right(pane, row, numbers + NUMBER + 1, NUMBER, TOP_BOLD, text);
}

void top_draw_drops(const struct top_scene *scene, const struct top_pane *pane)
{
	const struct top_drops *drops = scene->system ? &scene->system->drops : NULL;
	int place = pane->cols >= 64   ? 22
		    : pane->cols >= 48 ? 10
				       : 0,
	    numbers = pane->cols - 2 * NUMBER - 1;
	char note[64] = "", rate[32];

	if (drops && drops->read) {
		format_rate(drops->rate, "/s", rate, sizeof(rate));
		snprintf(note, sizeof(note), "%s", rate);
	}
	top_rule(pane, 0, "Drops of the kernel", note);
	if (!drops || !drops->read || !drops->now.count) {
		top_text(pane, 1, 0, pane->cols, TOP_DIM,
			 drops && drops->fault[0] ? drops->fault
			 : drops && drops->read   ? "None since this panel is open."
						  : "");
		return;
	}
	top_text(pane, 1, 0, numbers - place - 2, TOP_DIM, "REASON");
	if (place)
		top_text(pane, 1, numbers - place - 1, place, TOP_DIM, "INTERFACE");
	top_text_right(pane, 1, numbers, NUMBER, TOP_DIM, "PACKETS");
	top_text_right(pane, 1, numbers + NUMBER + 1, NUMBER, TOP_DIM, "RATE");
	for (size_t i = 0; i < drops->now.count && 2 + (int)i < pane->rows; i++) {
		uint32_t item = drops->order[i];

		draw_drop(pane, 2 + (int)i, place, &drops->now.items[item], drops->rates[item]);
	}
}

/* --- connections --- */

struct widths {
	int local, remote, process, rtt, retrans, bytes; /* 0: not shown */
};

static struct widths measure(int cols)
{
	struct widths w = { .rtt = 8, .retrans = 7, .bytes = 8 };
	int left = cols - w.rtt - w.retrans - w.bytes - 3;

	if (left < 22) { /* addresses are more important than bytes */
		left += w.bytes + 1;
		w.bytes = 0;
	}
	if (left >= 34) {
		w.process = 12;
		left -= w.process + 1;
	}
	if (left >= 44) {
		w.local = left / 2 - 1;
		left -= w.local + 1;
	}
	w.remote = left;
	return w;
}

static void cell(const struct top_pane *pane, int row, int *col, int width, uint8_t style,
		 const char *text)
{
	if (!width)
		return;
	top_text(pane, row, *col, width, style, text);
	*col += width + 1;
}

static void cell_right(const struct top_pane *pane, int row, int *col, int width, uint8_t style,
		       const char *text)
{
	if (!width)
		return;
	top_text_right(pane, row, *col, width, style, text);
	*col += width + 1;
}

static void draw_connection(const struct top_pane *pane, int row, const struct widths *w,
			    const struct weir_tcp *tcp)
{
	const struct weir_tcp_measures *m = &tcp->measures;
	bool v6 = tcp->flags & WEIR_TCP_F_V6;
	char text[96];
	int col = 0;

	cell(pane, row, &col, w->local, TOP_PLAIN,
	     tcp_end_word(tcp->local, tcp->local_port, v6, text, sizeof(text)));
	cell(pane, row, &col, w->remote, TOP_PLAIN,
	     tcp_end_word(tcp->remote, tcp->remote_port, v6, text, sizeof(text)));
	snprintf(text, sizeof(text), "%.*s", (int)sizeof(tcp->command),
		 tcp->pid ? tcp->command : "-");
	cell(pane, row, &col, w->process, TOP_DIM, text);
	cell_right(pane, row, &col, w->rtt, TOP_PLAIN, format_us(m->srtt_us, text, sizeof(text)));
	cell_right(pane, row, &col, w->retrans, m->retransmits ? TOP_WARN : TOP_PLAIN,
		   format_count(m->retransmits, text, sizeof(text)));
	cell_right(pane, row, &col, w->bytes, TOP_PLAIN,
		   format_rate((double)(m->bytes_acked + m->bytes_received), "B", text,
			       sizeof(text)));
}

static void draw_titles(const struct top_pane *pane, const struct widths *w)
{
	int col = 0;

	cell(pane, 1, &col, w->local, TOP_DIM, "LOCAL");
	cell(pane, 1, &col, w->remote, TOP_DIM, "REMOTE");
	cell(pane, 1, &col, w->process, TOP_DIM, "PROCESS");
	cell_right(pane, 1, &col, w->rtt, TOP_DIM, "RTT");
	cell_right(pane, 1, &col, w->retrans, TOP_DIM, "RETRANS");
	cell_right(pane, 1, &col, w->bytes, TOP_DIM, "BYTES");
}

/* Formats "3 established, 1 close-wait": the most frequent states, in order of states. */
static void states_text(const struct top_tcp *tcp, char *buffer, size_t size)
{
	size_t used = 0;

	buffer[0] = '\0';
	for (unsigned int s = WEIR_TCP_ESTABLISHED; s < WEIR_TCP_STATES && used < size; s++) {
		if (tcp->states[s])
			used += (size_t)snprintf(buffer + used, size - used, "%s%u %s",
						 used ? ", " : "", tcp->states[s],
						 weir_tcp_state_name(s));
	}
}

static const char *why_none(const struct top_scene *scene, const struct top_tcp *tcp)
{
	if (tcp->fault[0])
		return tcp->fault;
	if (!tcp->read)
		return "";
	if (!tcp->list.slot_count)
		return "No cgroup is watched: `ctl attach --cgroup`.";
	return scene->view->flows[0] ? "None is what you asked for; Esc takes the filter away."
				     : "None is open that began after the attachment.";
}

void top_draw_tcp(const struct top_scene *scene, const struct top_pane *pane)
{
	const struct top_tcp *tcp = scene->system ? &scene->system->tcp : NULL;
	struct widths w = measure(pane->cols);
	char note[160] = "";

	if (tcp && tcp->read)
		states_text(tcp, note, sizeof(note));
	top_rule(pane, 0, "TCP", note);
	if (!tcp || !tcp->rows.count) {
		top_text(pane, 1, 0, pane->cols, TOP_DIM, tcp ? why_none(scene, tcp) : "");
		return;
	}
	draw_titles(pane, &w);
	for (size_t i = 0; i < tcp->rows.count && 2 + (int)i < pane->rows; i++)
		draw_connection(pane, 2 + (int)i, &w, &tcp->rows.items[i]->tcp);
}
