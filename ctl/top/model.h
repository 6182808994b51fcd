/* SPDX-License-Identifier: GPL-2.0 */
/*
 * model.h - what `ctl top` knows: each attachment with its counts, what they have grown since
 * the reading before, and a history of rates; which of them are shown, in which order. Pure.
 */
#ifndef CTL_TOP_MODEL_H
#define CTL_TOP_MODEL_H

#include "ctl/frame/choices.h"
#include "datapath/weir.h"

#define TOP_HISTORY 240 /* readings; a screen has hardly more columns for them */

enum top_unit { TOP_BITS, TOP_BYTES, TOP_PACKETS, TOP_UNITS };

/* "bit/s", "B/s", "pps" */
const char *top_unit_name(enum top_unit unit);
extern const struct choices top_unit_choices; /* bits, bytes, packets */

enum top_sort { TOP_SORT_NAME, TOP_SORT_RATE, TOP_SORT_PACKETS, TOP_SORT_BYTES, TOP_SORTS };

const char *top_sort_name(enum top_sort sort);
extern const struct choices top_sort_choices;

/* Rates over the time between two readings. */
struct top_sample {
	float packets; /* a second */
	float bytes;   /* a second */
	float seconds; /* between the readings */
};

struct top_item {
	struct weir_attachment attachment;
	struct weir_counts counts;
	struct weir_counts grown;               /* since the reading before */
	double seconds;                         /* between them; 0: there was one reading only */
	struct top_sample history[TOP_HISTORY]; /* a ring */
	unsigned int next, filled;
};

/* An attachment for as long as it is one: slots are used again. */
struct top_id {
	uint32_t slot;
	uint64_t attached_at_ns;
};

struct top_model {
	struct top_item *items; /* by slot */
	size_t count;
	uint32_t *order; /* indices of those that are shown, as sorted */
	size_t shown;
	size_t cursor; /* index of `order` */
	struct top_id selected;
	uint64_t time_ns; /* of the reading; 0: none yet */
	double seconds;   /* since the one before */
};

void top_model_free(struct top_model *model);

/* Takes a reading in; what is not in it any more is forgotten. 0 or -ENOMEM, and then as before. */
int top_model_update(struct top_model *model, const struct weir_snapshot *snapshot);

/* Takes over what weir_list() found out about the state of attachments. */
void top_model_states(struct top_model *model, const struct weir_attachments *list);

/*
 * Chooses and sorts: targets with `filter` in them, or like it where it has * or ? ("": all), the
 * greatest first, or by name. The cursor stays with its attachment.
 */
void top_model_arrange(struct top_model *model, enum top_sort sort, enum top_unit unit,
		       const char *filter);

/* Whether a filter of top_model_arrange() shows an attachment. */
bool top_matches(const struct weir_slot *record, const char *filter);

/* By rows, as far as there are any. */
void top_model_move(struct top_model *model, int rows);

/* The item at a place of the order; NULL: there is none. */
const struct top_item *top_model_at(const struct top_model *model, size_t place);

/* The item under the cursor; NULL: nothing is shown. */
const struct top_item *top_model_selected(const struct top_model *model);

/* The attachment of the same interface or cgroup that sees the other direction; NULL: none. */
const struct top_item *top_model_other_way(const struct top_model *model,
					   const struct top_item *item);

bool top_is_egress(const struct top_item *item);

/* A second, in the unit. */
double top_rate(const struct weir_count *grown, double seconds, enum top_unit unit);
double top_sample_rate(const struct top_sample *sample, enum top_unit unit);

/* The newest rates, from old to new; at most `room`. ret_seconds (may be NULL): what they span. */
size_t top_history(const struct top_item *item, enum top_unit unit, size_t room, double *ret_values,
		   double *ret_seconds);

#endif
