/* SPDX-License-Identifier: GPL-2.0 */
/*
 * model.h - the data of `ctl top`: each attachment with its counts, their growth since the previous
 * reading, and a history of rates; and which attachments are shown, in which order. No side
 * effects.
 */
#ifndef CTL_TOP_MODEL_H
#define CTL_TOP_MODEL_H

#include "ctl/frame/choices.h"
#include "datapath/weir.h"

#define TOP_HISTORY 240 /* readings; hardly any screen has more columns for them */

enum top_unit { TOP_BITS, TOP_BYTES, TOP_PACKETS, TOP_UNITS };

/* "bit/s", "B/s", "pps" */
const char *top_unit_name(enum top_unit unit);
extern const struct choices top_unit_choices; /* bits, bytes, packets */

enum top_sort { TOP_SORT_NAME, TOP_SORT_RATE, TOP_SORT_PACKETS, TOP_SORT_BYTES, TOP_SORTS };

const char *top_sort_name(enum top_sort sort);
extern const struct choices top_sort_choices;

/* Rates between two readings. */
struct top_sample {
	float packets; /* per second */
	float bytes;   /* per second */
	float seconds; /* between the readings */
};

struct top_item {
	struct weir_attachment attachment;
	struct weir_counts counts;
	struct weir_counts grown;               /* since the previous reading */
	double seconds;                         /* between the readings; 0: there was only one */
	struct top_sample history[TOP_HISTORY]; /* ring buffer */
	unsigned int next, filled;
};

/* Identifies an attachment, as slots are reused. */
struct top_id {
	uint32_t slot;
	uint64_t attached_at_ns;
};

struct top_model {
	struct top_item *items; /* by slot */
	size_t count;
	uint32_t *order; /* indexes of the shown items, sorted */
	size_t shown;
	size_t cursor; /* index into `order` */
	struct top_id selected;
	uint64_t time_ns; /* of the reading; 0: no reading yet */
	double seconds;   /* since the previous reading */
};

void top_model_free(struct top_model *model);

/*
 * Adds a reading, and removes items that are not in it. Returns 0, or -ENOMEM and changes nothing.
 */
int top_model_update(struct top_model *model, const struct weir_snapshot *snapshot);

/* Copies the states that weir_list() found. */
void top_model_states(struct top_model *model, const struct weir_attachments *list);

/*
 * Selects and sorts. Targets must contain `filter`, or match it if it has * or ? ("": all). Sorts
 * by greatest rate or by name. The cursor stays on its attachment.
 */
void top_model_arrange(struct top_model *model, enum top_sort sort, enum top_unit unit,
		       const char *filter);

/* Returns true if a filter of top_model_arrange() selects an attachment. */
bool top_matches(const struct weir_slot *record, const char *filter);

/* Moves the cursor by rows, within the list. */
void top_model_move(struct top_model *model, int rows);

/* Returns the item at a place of the order, or NULL. */
const struct top_item *top_model_at(const struct top_model *model, size_t place);

/* Returns the item under the cursor; NULL if nothing is shown. */
const struct top_item *top_model_selected(const struct top_model *model);

/* Returns the attachment of the same interface or cgroup for the other direction, or NULL. */
const struct top_item *top_model_other_way(const struct top_model *model,
					   const struct top_item *item);

bool top_is_egress(const struct top_item *item);

/* Rate per second, in the unit. */
double top_rate(const struct weir_count *grown, double seconds, enum top_unit unit);
double top_sample_rate(const struct top_sample *sample, enum top_unit unit);

/*
 * Returns the latest rates, from old to new; at most `room`. ret_seconds (may be NULL): their time
 * span.
 */
size_t top_history(const struct top_item *item, enum top_unit unit, size_t room, double *ret_values,
		   double *ret_seconds);

#endif
