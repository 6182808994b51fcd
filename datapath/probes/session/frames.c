// SPDX-License-Identifier: GPL-2.0
/* frames.c - names for addresses and stacks; see session.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/probes/session/session.h"

#include "bpf/probes/probe.skel.h"

const struct symbols *probe_symbols(struct weir_probe_session *s)
{
	if (!s->has_symbols) {
		_cleanup_fclose_ FILE *f = fopen("/proc/kallsyms", "re");

		s->has_symbols = true;
		s->symbols.hidden = true;
		if (f)
			(void)symbols_read(f, &s->symbols); /* else addresses */
	}
	return &s->symbols;
}

void probe_symbol(struct weir_probe_session *s, uint64_t address, char *ret_name, size_t size)
{
	symbols_name(probe_symbols(s), address, ret_name, size);
}

void probe_frames_free(char **frames, size_t count)
{
	for (size_t i = 0; frames && i < count; i++)
		free(frames[i]);
	free(frames);
}

int probe_frames(struct weir_probe_session *s, int32_t stack, const struct probe_bundle *bundle,
		 uint32_t pid, char ***ret_frames, size_t *ret_count)
{
	uint64_t addresses[PROBE_DEPTH] = {};
	char name[WEIR_PROBE_SYMBOL];
	char **frames;
	size_t count = 0;

	*ret_frames = NULL;
	*ret_count = 0;
	if (stack < 0 ||
	    bpf_map_lookup_elem(bpf_map__fd(s->first->skel->maps.stacks), &stack, addresses) < 0)
		return 0;
	frames = calloc(PROBE_DEPTH, sizeof(*frames));
	if (!frames)
		return -ENOMEM;
	while (count < PROBE_DEPTH && addresses[count]) {
		if (bundle->program.plan.stack == 2)
			user_symbol_name(&s->user_symbols, pid, addresses[count], name,
					 sizeof(name));
		else
			probe_symbol(s, addresses[count], name, sizeof(name));
		frames[count] = strdup(name);
		if (!frames[count++]) {
			probe_frames_free(frames, count);
			return -ENOMEM;
		}
	}
	*ret_frames = frames;
	*ret_count = count;
	return 0;
}
