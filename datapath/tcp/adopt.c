// SPDX-License-Identifier: GPL-2.0
/* adopt.c - adopts connections older than the attachment. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include "bpf/tcp/tcp_adopt.skel.h"
#include "datapath/attach/list.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/refusal.h"
#include "datapath/state/pin.h"
#include "datapath/tcp/tcp.h"

static void destroy_skel(struct tcp_adopt_bpf **skel)
{
	tcp_adopt_bpf__destroy(*skel);
}

static void destroy_link(struct bpf_link **link)
{
	bpf_link__destroy(*link);
}

static int share_maps(struct weir *weir, struct bpf_object *object)
{
	for (int i = 0; i < WEIR_MAPS; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, pin_map_name(i));
		int ret = map ? bpf_map__reuse_fd(map, weir->maps[i]) : 0;

		if (ret)
			return ret;
	}
	return 0;
}

/* Runs over all sockets of the thread's current namespace. */
static int run_iterator(struct bpf_link *link)
{
	_cleanup_close_ int fd = bpf_iter_create(bpf_link__fd(link));
	char buffer[256];
	ssize_t n;

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, buffer, sizeof(buffer)); /* the program writes nothing */
	} while (n > 0 || (n < 0 && errno == EAGAIN));
	return n < 0 ? -errno : 0;
}

static int run_everywhere(struct weir *weir, struct bpf_link *link)
{
	int ret = 0;

	netns_find(&weir->netns, 0); /* no such cookie: finds all with a name or process */
	for (size_t i = 0; i < weir->netns.count && !ret; i++) {
		if (netns_enter(&weir->netns, weir->netns.items[i]) < 0)
			continue; /* it was deleted meanwhile */
		ret = run_iterator(link);
		netns_leave(&weir->netns);
	}
	return ret;
}

static int load(struct weir *weir, struct tcp_adopt_bpf **ret_skel, struct bpf_link **ret_link,
		struct weir_error *err)
{
	struct tcp_adopt_bpf *skel = tcp_adopt_bpf__open();
	int ret = skel ? share_maps(weir, skel->obj) : -errno;

	*ret_skel = skel;
	if (!ret) {
		skel->rodata->cfg_tcp_sets = weir->sizes.tcp / WEIR_TCP_WAYS;
		ret = skeleton_load(skel->skeleton);
	}
	if (!ret) {
		*ret_link = bpf_program__attach_iter(skel->progs.weir_tcp_adopt, NULL);
		ret = *ret_link ? 0 : -errno;
	}
	return ret ? weir_error_set(err, ret, "cannot iterate over the TCP sockets: %s",
				    refusal_text(skel ? skel->obj : NULL, ret, NULL))
		   : 0;
}

static int adopt_for(struct weir *weir, struct tcp_adopt_bpf *skel, struct bpf_link *link,
		     const struct weir_slot *record, struct weir_error *err)
{
	int ret;

	skel->bss->adopt_cgroup_id = record->object_id;
	skel->bss->adopt_owner = record->instance;
	ret = run_everywhere(weir, link);
	if (ret)
		return weir_error_set(err, ret, "cannot iterate over the TCP sockets: %s",
				      weir_error_text(ret));
	if (!skel->bss->refused)
		return 0;
	if (skel->bss->refused_error == -EINVAL || skel->bss->refused_error == -ENOPROTOOPT)
		return weir_error_set(err, EOPNOTSUPP,
				      "this kernel cannot enable callbacks for existing "
				      "connections (Linux 6.12 can): %u are not adopted",
				      skel->bss->refused);
	return weir_error_set(err, skel->bss->refused_error, "cannot adopt %u connections: %s",
			      skel->bss->refused, strerror(-skel->bss->refused_error));
}

int weir_tcp_adopt(struct weir *weir, size_t *ret_adopted, struct weir_error *err)
{
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	_cleanup_(destroy_skel) struct tcp_adopt_bpf *skel = NULL;
	_cleanup_(destroy_link) struct bpf_link *link = NULL;
	bool any = false;
	int ret = list_read(weir, false, &list, err);

	for (size_t i = 0; i < list.count && !ret; i++) {
		const struct weir_slot *record = &list.items[i].record;

		if (!(record->features & WEIR_FEATURE_TCP))
			continue;
		if (!skel)
			ret = load(weir, &skel, &link, err);
		if (!ret)
			ret = adopt_for(weir, skel, link, record, err);
		any = true;
	}
	if (!ret && !any)
		ret = weir_error_set(err, ENOENT,
				     "no attached program records TCP connections; begin with `ctl "
				     "attach --cgroup`");
	if (ret)
		return ret;
	*ret_adopted = skel->bss->adopted;
	return 0;
}
