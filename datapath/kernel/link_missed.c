// SPDX-License-Identifier: GPL-2.0
/* link_missed.c - see link_missed.h. */
#include <assert.h>
#include <bpf/bpf.h>
#include <stddef.h>
#include "datapath/kernel/link_missed.h"

/* Part of struct bpf_link_info of Linux 6.7; the installed headers may be older. */
struct link_info {
	__u32 type;
	__u32 id;
	__u32 prog_id;
	union {
		struct {
			__u64 addrs;
			__u32 count;
			__u32 flags;
			__u64 missed;
		} kprobe_multi;
		struct {
			__u32 type;
			__u64 func_name;
			__u32 name_len;
			__u32 offset;
			__u64 addr;
			__u64 missed;
		} kprobe;
		__u64 room[16];
	};
};

static_assert(offsetof(struct link_info, kprobe_multi.missed) == 32, "uapi/linux/bpf.h");
static_assert(offsetof(struct link_info, kprobe.missed) == 48, "uapi/linux/bpf.h");

enum {
	LINK_PERF_EVENT = 7, /* enum bpf_link_type */
	LINK_KPROBE_MULTI = 8,
	EVENT_KPROBE = 3, /* enum bpf_perf_event_type */
	EVENT_KRETPROBE = 4,
};

uint64_t link_missed(int link_fd)
{
	struct link_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(link_fd, &info, &size) < 0)
		return 0;
	if (info.type == LINK_KPROBE_MULTI && size >= 40)
		return info.kprobe_multi.missed;
	if (info.type == LINK_PERF_EVENT && size >= 56 &&
	    (info.kprobe.type == EVENT_KPROBE || info.kprobe.type == EVENT_KRETPROBE))
		return info.kprobe.missed;
	return 0;
}
