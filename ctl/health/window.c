// SPDX-License-Identifier: GPL-2.0
/* window.c - see window.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/health/window.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/growth.h"

#define LEAST 2.0 /* minimum in seconds for a meaningful result */

static struct weir_health_report *at(const struct health_window *w, size_t i)
{
	return (struct weir_health_report *)&w->kept[(w->first + i) % ARRAY_SIZE(w->kept)];
}

void health_window_free(struct health_window *window)
{
	for (size_t i = 0; i < window->count; i++)
		weir_health_report_free(at(window, i));
	*window = (struct health_window){};
}

static int copy(const struct weir_health_report *report, struct weir_health_report *ret_copy)
{
	size_t size = report->reason_count * sizeof(*report->reasons);
	struct weir_health_report made = *report;

	made.reasons = malloc(size + 1);
	if (!made.reasons)
		return -ENOMEM;
	if (size)
		memcpy(made.reasons, report->reasons, size);
	*ret_copy = made;
	return 0;
}

int health_window_take(struct health_window *w, const struct weir_health_report *report)
{
	struct weir_health_report made;

	/* a new session has started */
	if (w->count && report->seconds < at(w, w->count - 1)->seconds)
		health_window_free(w);
	if (w->count && report->seconds - at(w, w->count - 1)->seconds < HEALTH_STEP)
		return 0;
	if (copy(report, &made) < 0)
		return -ENOMEM;
	if (w->count == ARRAY_SIZE(w->kept)) {
		weir_health_report_free(at(w, 0));
		w->first = (w->first + 1) % ARRAY_SIZE(w->kept);
		w->count--;
	}
	*at(w, w->count++) = made;
	return 0;
}

static void subtract_reasons(struct weir_health_report *report,
			     const struct weir_health_report *before)
{
	size_t kept = 0;

	for (size_t i = 0; i < report->reason_count; i++) {
		struct weir_reset_reason reason = report->reasons[i];

		for (size_t j = 0; j < before->reason_count; j++) {
			if (strcmp(before->reasons[j].name, reason.name) == 0)
				reason.count = growth(before->reasons[j].count, reason.count);
		}
		if (reason.count)
			report->reasons[kept++] = reason;
	}
	report->reason_count = kept;
}

int health_window_report(const struct health_window *w, const struct weir_health_report *now,
			 struct weir_health_report *ret_report)
{
	const struct weir_health_report *before = w->count ? at(w, 0) : NULL;
	struct weir_health_report report;

	if (copy(now, &report) < 0)
		return -ENOMEM;
	if (before && now->seconds - before->seconds >= LEAST) {
		report.seconds -= before->seconds;
		report.segments_sent = growth(before->segments_sent, now->segments_sent);
		for (int i = 0; i < WEIR_HEALTH_ITEMS; i++)
			report.items[i].count = growth(before->items[i].count, now->items[i].count);
		for (int i = 0; i < WEIR_HEALTH_BUCKETS; i++) {
			report.wait[i] = growth(before->wait[i], now->wait[i]);
			report.run[i] = growth(before->run[i], now->run[i]);
		}
		subtract_reasons(&report, before);
	}
	weir_health_judge(&report);
	*ret_report = report;
	return 0;
}
