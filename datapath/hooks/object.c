// SPDX-License-Identifier: GPL-2.0
/* object.c - see object.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include "bpf/abi/abi.h"
#include "bpf/hooks/cgroup_skb.skel.h"
#include "bpf/hooks/sockfilter.skel.h"
#include "bpf/hooks/sockops.skel.h"
#include "bpf/hooks/tc.skel.h"
#include "bpf/hooks/xdp.skel.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/refusal.h"
#include "datapath/hooks/object.h"
#include "datapath/sockets/filter.h"
#include "datapath/sockets/weave.h"
#include "datapath/state/names.h"
#include "datapath/state/pin.h"

/* Whether frames of that device begin with the IP header. */
static bool is_raw_ip(const struct interface *interface)
{
	return interface->type != ARPHRD_ETHER && interface->type != ARPHRD_LOOPBACK;
}

#define DESTROYER(name)                        \
	static void destroy_##name(void *skel) \
	{                                      \
		name##_bpf__destroy(skel);     \
	}

DESTROYER(xdp)
DESTROYER(tc)
DESTROYER(cgroup_skb)
DESTROYER(sockops)
DESTROYER(sockfilter)

/* Each map of the object that is one of the shared ones becomes that one. */
static int share_maps(struct weir *weir, struct program *program, struct weir_error *err)
{
	for (int i = 0; i < WEIR_MAPS; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(program->object,
								   pin_map_name(i));
		int ret = map ? bpf_map__reuse_fd(map, weir->maps[i]) : 0;

		if (ret)
			return weir_error_set(err, ret, "cannot share the maps in '%s': %s",
					      weir->root, weir_error_text(ret));
	}
	return 0;
}

/* What the programs of interfaces are told alike. */
#define TELL(skel, config)                                                               \
	do {                                                                             \
		(skel)->rodata->cfg_slot = (config)->slot;                               \
		(skel)->rodata->cfg_instance = (config)->instance;                       \
		(skel)->rodata->cfg_flows = !!((config)->features & WEIR_FEATURE_FLOWS); \
	} while (0)

/*
 * Jumbo frames of native mode come in fragments. In generic mode a program that takes fragments
 * makes every tc program behind it see packets without their Ethernet header (seen on Linux 6.18);
 * without the flag the kernel linearizes the packet instead. libxdp's dispatcher takes fragments
 * only if all of its programs do.
 */
static __u32 xdp_flags(bool generic)
{
	return generic ? 0 : BPF_F_XDP_HAS_FRAGS;
}

static int open_xdp(struct weir *weir, const struct program_config *config,
		    struct program *ret_program)
{
	const struct interface *interface = config->target->interface;
	struct xdp_bpf *skel = xdp_bpf__open();

	if (!skel)
		return -errno;
	TELL(skel, config);
	skel->rodata->cfg_raw_ip = is_raw_ip(interface);
	skel->rodata->cfg_loopback = !!(interface->flags & IFF_LOOPBACK);
	skel->rodata->cfg_kernel_ctx = feature_kernel_ctx(&weir->features);
	skel->rodata->cfg_generation = config->generation;
	skel->rodata->cfg_runs_last = config->runs_last;
	bpf_program__set_flags(skel->progs.weir_xdp, xdp_flags(config->generic));
	*ret_program = (struct program){ skel, destroy_xdp, skel->obj, skel->progs.weir_xdp };
	return 0;
}

static int open_tc(struct weir *weir, const struct program_config *config,
		   struct program *ret_program)
{
	const struct interface *interface = config->target->interface;
	struct tc_bpf *skel = tc_bpf__open();

	(void)weir;
	if (!skel)
		return -errno;
	TELL(skel, config);
	skel->rodata->cfg_raw_ip = is_raw_ip(interface);
	skel->rodata->cfg_loopback = !!(interface->flags & IFF_LOOPBACK);
	*ret_program = (struct program){ skel, destroy_tc, skel->obj, skel->progs.weir_tc };
	return 0;
}

/* One program for both directions; frames begin with the IP header there. */
static int open_cgroup_skb(struct weir *weir, const struct program_config *config,
			   struct program *ret_program)
{
	struct cgroup_skb_bpf *skel = cgroup_skb_bpf__open();

	(void)weir;
	if (!skel)
		return -errno;
	TELL(skel, config);
	skel->rodata->cfg_raw_ip = 1;
	bpf_program__set_expected_attach_type(skel->progs.weir_cgroup_skb,
					      config->hook == WEIR_HOOK_CGROUP_INGRESS
						      ? BPF_CGROUP_INET_INGRESS
						      : BPF_CGROUP_INET_EGRESS);
	*ret_program = (struct program){ skel, destroy_cgroup_skb, skel->obj,
					 skel->progs.weir_cgroup_skb };
	return 0;
}

/* Of a cgroup's path below the mount, 1 for the mount. */
static uint32_t depth_of(const char *path)
{
	uint32_t depth = 1;

	if (strcmp(path, "/") == 0)
		return depth;
	for (; *path; path++)
		depth += *path == '/';
	return depth;
}

static int open_sockops(struct weir *weir, const struct program_config *config,
			struct program *ret_program)
{
	struct sockops_bpf *skel = sockops_bpf__open();

	if (!skel)
		return -errno;
	skel->rodata->cfg_slot = config->slot;
	skel->rodata->cfg_instance = config->instance;
	skel->rodata->cfg_kernel_ctx = feature_kernel_ctx(&weir->features);
	skel->rodata->cfg_tcp_sets = weir->sizes.tcp / WEIR_TCP_WAYS;
	skel->rodata->cfg_tcp = !!(config->features & WEIR_FEATURE_TCP);
	skel->rodata->cfg_tune = !!(config->features & WEIR_FEATURE_TUNE);
	skel->rodata->cfg_cgroup = config->target->object_id;
	skel->rodata->cfg_depth = depth_of(config->target->name);
	*ret_program = (struct program){ skel, destroy_sockops, skel->obj,
					 skel->progs.weir_sockops };
	return 0;
}

static int open_socket_filter(struct weir *weir, const struct program_config *config,
			      struct program *ret_program)
{
	int ret = weave_register();
	struct sockfilter_bpf *skel = ret ? NULL : sockfilter_bpf__open();

	(void)weir;
	if (!skel)
		return ret ? ret : -errno;
	TELL(skel, config);
	memcpy((void *)&skel->rodata->cfg_socket, &config->target->socket->config,
	       sizeof(skel->rodata->cfg_socket));
	*ret_program = (struct program){ skel, destroy_sockfilter, skel->obj,
					 skel->progs.weir_socket };
	return 0;
}

typedef int (*opener)(struct weir *weir, const struct program_config *config,
		      struct program *ret_program);

static const opener openers[] = {
	[WEIR_HOOK_XDP] = open_xdp,
	[WEIR_HOOK_TC_INGRESS] = open_tc,
	[WEIR_HOOK_TC_EGRESS] = open_tc,
	[WEIR_HOOK_CGROUP_INGRESS] = open_cgroup_skb,
	[WEIR_HOOK_CGROUP_EGRESS] = open_cgroup_skb,
	[WEIR_HOOK_SOCKOPS] = open_sockops,
	[WEIR_HOOK_SOCKET_FILTER] = open_socket_filter,
};
static_assert(ARRAY_SIZE(openers) == WEIR_HOOKS, "a hook has no program");

int program_open(struct weir *weir, const struct program_config *config,
		 struct program *ret_program, struct weir_error *err)
{
	struct program program = {};
	int ret;

	ret = openers[config->hook](weir, config, &program);
	if (ret)
		return weir_error_set(err, ret, "cannot open the %s program: %s",
				      weir_hook_name(config->hook), strerror(-ret));
	ret = share_maps(weir, &program, err);
	if (ret) {
		program_close(&program);
		return ret;
	}
	*ret_program = program;
	return 0;
}

int program_load(struct program *program, const struct program_config *config,
		 struct weir_error *err)
{
	int ret;

	if (config->target->socket && config->target->socket->config.keep)
		weave_next(&config->target->socket->insns);
	ret = object_load(program->object);
	weave_next(NULL);
	return ret ? weir_error_set(err, ret, "cannot load the %s program for '%s': %s",
				    weir_hook_name(config->hook), config->target->name,
				    refusal_text(program->object, ret, NULL))
		   : 0;
}

void program_close(struct program *program)
{
	if (program->skel)
		program->destroy(program->skel);
	*program = (struct program){};
}

int program_identify(int fd, uint32_t *ret_id, char *ret_name)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len) < 0)
		return -errno;
	if (ret_id)
		*ret_id = info.id;
	if (ret_name)
		memcpy(ret_name, info.name, BPF_OBJ_NAME_LEN);
	return 0;
}

void program_name_by_id(uint32_t id, char *ret_name)
{
	_cleanup_close_ int fd = bpf_prog_get_fd_by_id(id);

	if (fd < 0 || program_identify(fd, NULL, ret_name) < 0)
		strcpy(ret_name, "?");
}

bool program_is_ours(const struct weir *weir, int fd)
{
	__u32 map_ids[32] = {};
	struct bpf_prog_info info = {
		.nr_map_ids = ARRAY_SIZE(map_ids),
		.map_ids = (__u64)(unsigned long)map_ids,
	};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len) < 0 || strncmp(info.name, "weir_", 5) != 0)
		return false;
	if (!weir->counters_id) /* pins of a layout that we do not know */
		return true;
	for (__u32 i = 0; i < info.nr_map_ids && i < ARRAY_SIZE(map_ids); i++) {
		if (map_ids[i] == weir->counters_id)
			return true;
	}
	return false;
}
