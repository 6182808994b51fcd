// SPDX-License-Identifier: GPL-2.0
/* match.c - finds the entry for a connection, by the rules of bpf/tune/tune.bpf.h. */
#include <string.h>
#include "datapath/tune/tune.h"

static bool in_cgroup(const struct weir_tune_rule *rule, const uint64_t *cgroup)
{
	return !cgroup || !rule->cgroup_id || rule->cgroup_id == *cgroup;
}

static bool meets(const struct weir_tune_rule *rule, const struct weir_tune_question *question)
{
	uint32_t remote[4];

	memcpy(remote, question->remote, sizeof(remote));
	for (int i = 0; i < 4; i++) {
		if ((remote[i] & rule->mask[i]) != rule->remote[i])
			return false;
	}
	return question->local_port >= rule->local_min && question->local_port <= rule->local_max &&
	       question->remote_port >= rule->remote_min &&
	       question->remote_port <= rule->remote_max;
}

static const struct weir_tune_entry *first(const struct weir_tune_entries *entries,
					   const struct weir_tune_question *question,
					   const uint64_t *cgroup)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct weir_tune_entry *entry = &entries->items[i];

		if (in_cgroup(&entry->rule, cgroup) && meets(&entry->rule, question))
			return entry;
	}
	return NULL;
}

const struct weir_tune_entry *weir_tune_match(const struct weir_tune_entries *entries,
					      const struct weir_tune_question *question)
{
	const struct weir_tune_entry *found = NULL;

	if (!question->cgroups)
		return first(entries, question, NULL);
	for (size_t i = 0; i < question->cgroup_count && !found; i++)
		found = first(entries, question, &question->cgroups[i]);
	return found;
}
