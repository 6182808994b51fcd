// SPDX-License-Identifier: GPL-2.0
/* list.c - reads and changes the list that programs use; see list.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "datapath/state/pin.h"
#include "datapath/tune/list.h"

#define READ_TRIES 100

static int failed_map(struct weir *weir, const char *what, enum weir_map map,
		      struct weir_error *err)
{
	return weir_error_set(err, errno, "cannot %s '%s/maps/%s': %s", what, weir->root,
			      pin_map_name(map), weir_error_text(errno));
}

static int read_element(struct weir *weir, struct weir_settings *settings,
			struct weir_tune_list *list, struct weir_error *err)
{
	__u32 zero = 0, element;

	if (bpf_map_lookup_elem(weir->maps[WEIR_MAP_SETTINGS], &zero, settings) < 0)
		return failed_map(weir, "read", WEIR_MAP_SETTINGS, err);
	element = settings->tune_list & 1;
	if (bpf_map_lookup_elem(weir->maps[WEIR_MAP_TUNE_RULES], &element, list) < 0)
		return failed_map(weir, "read", WEIR_MAP_TUNE_RULES, err);
	return 0;
}

/*
 * Without the lock, two changes may happen meanwhile, and the second overwrites the element being
 * read.
 */
int tune_list_read(struct weir *weir, struct weir_tune_list **ret_list, struct weir_error *err)
{
	_cleanup_free_ struct weir_tune_list *list = calloc(1, sizeof(*list));
	_cleanup_free_ struct weir_tune_list *again = calloc(1, sizeof(*again));
	struct weir_settings settings;

	if (!list || !again)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (int i = 0; i < READ_TRIES; i++) {
		int ret = read_element(weir, &settings, list, err);

		if (!ret)
			ret = read_element(weir, &settings, again, err);
		if (ret)
			return ret;
		if (memcmp(list, again, sizeof(*list)) != 0)
			continue;
		if (list->count > WEIR_TUNE_RULES)
			return weir_error_set(err, EPROTO,
					      "the map '%s/maps/tune_rules' is damaged",
					      weir->root);
		*ret_list = TAKE_PTR(list);
		return 0;
	}
	return weir_error_set(err, EAGAIN, "the list changes faster than it can be read");
}

/*
 * Waits until no program uses the previous list any more. Then its element, and the counts of its
 * deleted entries, may be reused. Programs run under RCU, and membarrier waits for a grace period
 * (kernel/sched/membarrier.c).
 */
static void wait_for_programs(void)
{
	if (syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) == 0)
		return;
	/* no membarrier, or nohz_full: programs run for microseconds, so a sleep is enough */
	nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
}

int tune_list_write(struct weir *weir, const struct weir_tune_list *list, struct weir_error *err)
{
	struct weir_settings settings;
	__u32 zero = 0, element;

	if (bpf_map_lookup_elem(weir->maps[WEIR_MAP_SETTINGS], &zero, &settings) < 0)
		return failed_map(weir, "read", WEIR_MAP_SETTINGS, err);
	element = !(settings.tune_list & 1);
	wait_for_programs();
	if (bpf_map_update_elem(weir->maps[WEIR_MAP_TUNE_RULES], &element, list, BPF_ANY) < 0)
		return failed_map(weir, "write", WEIR_MAP_TUNE_RULES, err);
	/* weakly ordered CPUs must not see the new index before the list */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	settings.tune_list = element;
	if (bpf_map_update_elem(weir->maps[WEIR_MAP_SETTINGS], &zero, &settings, BPF_ANY) < 0)
		return failed_map(weir, "write", WEIR_MAP_SETTINGS, err);
	return 0;
}

/* --- counts --- */

static int new_counts(struct weir_tune_stats **ret_counts, unsigned int *ret_cpus,
		      struct weir_error *err)
{
	int cpus = libbpf_num_possible_cpus();
	struct weir_tune_stats *counts;

	if (cpus < 0)
		return weir_error_set(err, cpus, "cannot count the CPUs: %s", strerror(-cpus));
	counts = calloc((size_t)cpus, sizeof(*counts));
	if (!counts)
		return weir_error_set(err, ENOMEM, "out of memory");
	*ret_counts = counts;
	*ret_cpus = (unsigned int)cpus;
	return 0;
}

static void add_stats(struct weir_tune_stats *sum, const struct weir_tune_stats *one)
{
	sum->hits += one->hits;
	for (int i = 0; i < WEIR_TUNE_SETTINGS; i++) {
		sum->options[i].set += one->options[i].set;
		sum->options[i].errors += one->options[i].errors;
		if (one->options[i].last_error)
			sum->options[i].last_error = one->options[i].last_error;
	}
}

int tune_stats_read(struct weir *weir, uint32_t element, struct weir_tune_stats *ret_stats,
		    struct weir_error *err)
{
	_cleanup_free_ struct weir_tune_stats *counts = NULL;
	struct weir_tune_stats sum = {};
	unsigned int cpus;
	int ret = new_counts(&counts, &cpus, err);

	if (ret)
		return ret;
	if (bpf_map_lookup_elem(weir->maps[WEIR_MAP_TUNE_STATS], &element, counts) < 0)
		return failed_map(weir, "read", WEIR_MAP_TUNE_STATS, err);
	for (unsigned int i = 0; i < cpus; i++)
		add_stats(&sum, &counts[i]);
	*ret_stats = sum;
	return 0;
}

int tune_stats_clear(struct weir *weir, uint32_t element, struct weir_error *err)
{
	_cleanup_free_ struct weir_tune_stats *counts = NULL;
	unsigned int cpus;
	int ret = new_counts(&counts, &cpus, err);

	if (ret)
		return ret;
	wait_for_programs();
	if (bpf_map_update_elem(weir->maps[WEIR_MAP_TUNE_STATS], &element, counts, BPF_ANY) < 0)
		return failed_map(weir, "write", WEIR_MAP_TUNE_STATS, err);
	return 0;
}

/* --- editing a copy --- */

static uint32_t find(const struct weir_tune_list *list, uint32_t number)
{
	uint32_t i = 0;

	while (i < list->count && list->rules[i].number != number)
		i++;
	return i;
}

static void remove_at(struct weir_tune_list *list, uint32_t i)
{
	struct weir_tune_rule *rule = &list->rules[i];

	list->count--;
	memmove(rule, rule + 1, (list->count - i) * sizeof(*rule));
	list->rules[list->count] = (struct weir_tune_rule){};
}

int tune_list_remove(struct weir_tune_list *list, const uint32_t *numbers, size_t count,
		     uint32_t *ret_missing)
{
	for (size_t i = 0; i < count; i++) {
		if (find(list, numbers[i]) == list->count) {
			*ret_missing = numbers[i];
			return -ENOENT;
		}
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t at = find(list, numbers[i]);

		/* a number may be given twice */
		if (at < list->count)
			remove_at(list, at);
	}
	list->generation++;
	return 0;
}

/* Returns an unused element of tune_stats. There are as many as entries. */
static uint32_t free_stats(const struct weir_tune_list *list)
{
	uint64_t used = 0;

	for (uint32_t i = 0; i < list->count; i++)
		used |= 1ULL << list->rules[i].stats;
	return (uint32_t)__builtin_ctzll(~used);
}

int tune_list_insert(struct weir_tune_list *list, const struct weir_tune_rule *rule,
		     uint32_t before, struct weir_tune_rule **ret_rule)
{
	uint32_t at = before ? find(list, before) : list->count;
	struct weir_tune_rule *place = &list->rules[at];
	uint32_t stats;

	if (list->count >= WEIR_TUNE_RULES)
		return -ENOSPC;
	if (before && at == list->count)
		return -ENOENT;
	stats = free_stats(list);
	memmove(place + 1, place, (list->count - at) * sizeof(*place));
	*place = *rule;
	place->stats = stats;
	if (!list->next_number)
		list->next_number = 1;
	place->number = list->next_number++;
	list->count++;
	list->generation++;
	*ret_rule = place;
	return 0;
}
