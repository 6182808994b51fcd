// SPDX-License-Identifier: GPL-2.0
/* sessions.c - see sessions.h. */
#include <errno.h>
#include <malloc.h>
#include "ctl/serve/reader/sessions.h"

#define STEP_MS 10 /* other clients wait at most that long */

/*
 * Maps the kernel's errors to one code, because -EPIPE and -ETIMEDOUT have a meaning in process.h.
 */
static int refused(int ret)
{
	return ret ? -ENOTSUP : 0;
}

void probes_open(const struct invocation *inv, bool wanted, struct probes *ret_probes)
{
	const struct weir_error off = { "switched off by --no-probes" };
	struct probes p = {
		.request = { .here = inv->netns != NULL, .interfaces = true, .verdicts = true }
	};

	if (!wanted) {
		p.drops_err = p.health_err = off;
		p.drops_ret = p.health_ret = -ENOTSUP;
	} else if (open_weir(inv, &p.weir, &p.drops_err) < 0) {
		p.health_err = p.drops_err;
		p.drops_ret = p.health_ret = -ENOTSUP;
	} else {
		p.drops_ret = refused(weir_drops_open(p.weir, &p.request, &p.drops, &p.drops_err));
		p.health_ret = refused(weir_health_open(p.weir, &p.health, &p.health_err));
	}
	malloc_trim(0); /* the kernel's BTF took megabytes */
	*ret_probes = p;
}

void probes_count_anew(struct probes *probes)
{
	struct weir_drops_session *fresh = NULL;
	struct weir_error err;

	if (weir_drops_open(probes->weir, &probes->request, &fresh, &err) < 0)
		return;
	weir_drops_close(probes->drops);
	probes->drops = fresh;
}

/* With -n, selects the sockets of the namespace. */
static bool wanted_socket(const struct weir_socket *s, void *arg)
{
	return s->here || !*(const bool *)arg;
}

static int walk_begin(const struct invocation *inv, struct walk *walk, struct weir_error *err)
{
	int ret = open_weir(inv, &walk->weir, err);

	walk->here = inv->netns != NULL;
	return ret ? ret
		   : weir_sockets_open(walk->weir, wanted_socket, &walk->here, &walk->session, err);
}

static void walk_end(struct walk *walk)
{
	weir_sockets_close(walk->session); /* the session borrows the context */
	close_weir(&walk->weir);
	*walk = (struct walk){};
}

int walk_step(const struct invocation *inv, struct walk *walk, struct weir_sockets *ret_sockets,
	      bool *ret_more, struct weir_error *err)
{
	bool more = false;
	int ret = walk->session ? 0 : walk_begin(inv, walk, err);

	if (!ret)
		ret = weir_sockets_step(walk->session, STEP_MS, ret_sockets, &more, err);
	if (!more)
		walk_end(walk);
	*ret_more = more;
	return ret;
}
