// SPDX-License-Identifier: GPL-2.0
/* object.c - see object.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include "bpf/abi/abi.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/refusal.h"
#include "datapath/hooks/object.h"
#include "datapath/hooks/table.h"
#include "datapath/sockets/filter.h"
#include "datapath/sockets/weave.h"
#include "datapath/state/pin.h"

/* Makes the object use the shared maps for those of its maps that have the same name. */
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

int program_open(struct weir *weir, const struct program_config *config,
		 struct program *ret_program, struct weir_error *err)
{
	struct program program = {};
	int ret;

	ret = hook_ops(config->hook)->open(weir, config, &program);
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
	if (!weir->counters_id) /* pins of an unknown layout */
		return true;
	for (__u32 i = 0; i < info.nr_map_ids && i < ARRAY_SIZE(map_ids); i++) {
		if (map_ids[i] == weir->counters_id)
			return true;
	}
	return false;
}
