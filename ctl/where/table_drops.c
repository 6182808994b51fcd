// SPDX-License-Identifier: GPL-2.0
/* table_drops.c - prints kernel drops between the hooks of a path. */
#include <inttypes.h>
#include "ctl/drops/table.h"
#include "ctl/where/table.h"

/* Returns the last hop of that interface, else the last one of the namespace. */
int where_drop_hop(const struct where_path *path, const struct weir_kernel_drop *drop)
{
	int last = -1;
	bool exact = false;

	for (size_t i = 0; i < path->hop_count; i++) {
		const struct weir_slot *r = &path->hops[i].at->record;
		bool same = r->ifindex == drop->ifindex;

		if (!drop->netns_cookie || r->netns_cookie != drop->netns_cookie ||
		    (exact && !same))
			continue;
		last = (int)i;
		exact |= same;
	}
	return last;
}

void out_where_drops(const struct where_view *view, const struct where_path *path, FILE *out)
{
	size_t shown = 0;

	for (size_t i = 0; view->drops && i < view->drops->count; i++) {
		const struct weir_kernel_drop *drop = &view->drops->items[i];
		const struct weir_drop_advice *advice = weir_drop_advice(drop->reason);
		int hop = where_drop_hop(path, drop);
		char netns[DROP_WORD], ifname[DROP_WORD];

		if (hop < 0)
			continue;
		if (!shown++)
			fputs("The kernel dropped in that time:\n", out);
		fprintf(out, "  %" PRIu64 " x %s after %s of %s, at %s of %s@%s%s%s\n",
			drop->packets, drop->reason,
			weir_hook_name(path->hops[hop].at->record.hook),
			path->hops[hop].at->record.ifname, drop->location,
			drop_interface_word(drop, ifname, sizeof(ifname)),
			drop_netns_word(drop, netns, sizeof(netns)), advice ? ": " : "",
			advice ? advice->text : "");
	}
	if (view->drops && !shown)
		fputs("The kernel dropped no such packets in that time.\n", out);
}
