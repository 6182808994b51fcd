// SPDX-License-Identifier: GPL-2.0
/* hook.c - operations shared by the hooks that use links; see hook.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/hooks/hook.h"
#include "datapath/hooks/object.h"
#include "datapath/state/pin.h"

static int link_info(int fd, struct bpf_link_info *ret_info)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len) < 0)
		return -errno;
	*ret_info = info;
	return 0;
}

int hook_link_pin(struct weir *weir, struct job *job, int link_fd, int program_fd,
		  struct weir_error *err)
{
	struct bpf_link_info info;
	int ret = link_info(link_fd, &info);

	if (!ret)
		ret = program_identify(program_fd, &job->record->program_id, NULL);
	if (ret)
		return weir_error_set(err, ret, "cannot inspect the link at '%s': %s",
				      job->target->name, weir_error_text(ret));
	job->record->link_id = info.id;
	return pin_put(weir, PIN_LINK, job->slot, link_fd, err);
}

void close_program(struct program *program)
{
	program_close(program);
}

struct program_config hook_config(const struct job *job)
{
	return (struct program_config){
		.hook = job->record->hook,
		.slot = job->slot,
		.instance = job->record->instance,
		.features = job->features,
		.target = job->target,
		.generic = job->record->mode == WEIR_MODE_GENERIC,
	};
}

int hook_load(struct weir *weir, struct job *job, struct program *ret_program,
	      struct weir_error *err)
{
	struct program_config config = hook_config(job);
	struct program program = {};
	int ret;

	if (job->loader)
		return loader_take(job->loader, job->loader_index, ret_program, err);
	ret = program_open(weir, &config, &program, err);
	if (!ret)
		ret = program_load(&program, &config, err);
	if (ret) {
		program_close(&program);
		return ret;
	}
	*ret_program = program;
	return 0;
}

int hook_link_replace(struct weir *weir, struct job *job, struct weir_error *err)
{
	_cleanup_(close_program) struct program program = {};
	_cleanup_close_ int link = -1;
	int ret = pin_get(weir, PIN_LINK, job->slot, &link);

	if (ret)
		return weir_error_set(err, ret, "cannot open the link at '%s': %s",
				      job->target->name, weir_error_text(ret));
	ret = hook_load(weir, job, &program, err);
	if (ret)
		return ret;
	if (bpf_link_update(link, bpf_program__fd(program.prog), NULL) < 0)
		return weir_error_set(err, errno, "cannot replace the %s program at '%s': %s",
				      weir_hook_name(job->record->hook), job->target->name,
				      weir_error_text(errno));
	ret = program_identify(bpf_program__fd(program.prog), &job->record->program_id, NULL);
	return ret ? weir_error_set(err, ret, "cannot inspect the new program: %s",
				    weir_error_text(ret))
		   : 0;
}

/*
 * Detaches explicitly. Removing only the pin would also detach, but later, from a work queue. Until
 * then the program would count into a slot that may belong to another attachment.
 */
int hook_pins_remove(struct weir *weir, uint32_t slot, struct weir_error *err)
{
	_cleanup_close_ int fd = -1;
	int ret;

	if (pin_get(weir, PIN_LINK, slot, &fd) == 0)
		bpf_link_detach(fd); /* fails if the interface, and so the link, is gone */
	ret = pin_remove(weir, PIN_LINK, slot);
	if (!ret)
		ret = pin_remove(weir, PIN_PROGRAM, slot);
	if (!ret)
		ret = pin_remove(weir, PIN_PROGRAM_NEXT, slot);
	return ret ? weir_error_set(err, ret, "cannot remove the pins of slot %u: %s", slot,
				    weir_error_text(ret))
		   : 0;
}

void hook_missing(const struct weir_slot *record, bool exists, uint32_t program_there,
		  struct live *ret_live)
{
	char name[BPF_OBJ_NAME_LEN] = "";

	*ret_live = (struct live){ .state = exists ? WEIR_STATE_DRIFTED : WEIR_STATE_GONE };
	if (!exists) {
		snprintf(ret_live->detail, sizeof(ret_live->detail), "%s '%.200s' no longer exists",
			 weir_target_kind_name(weir_target_kind(record)), weir_target_name(record));
		return;
	}
	if (!program_there) {
		snprintf(ret_live->detail, sizeof(ret_live->detail),
			 "program %u was detached by somebody", record->program_id);
		return;
	}
	program_name_by_id(program_there, name);
	snprintf(ret_live->detail, sizeof(ret_live->detail),
		 "program %u was replaced by '%s' (id %u)", record->program_id, name,
		 program_there);
}

void hook_link_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
		       bool exists, struct live *ret_live)
{
	_cleanup_close_ int fd = -1;
	struct bpf_link_info info;
	bool holds;
	int ret = pin_get(weir, PIN_LINK, slot, &fd);

	if (ret) {
		hook_missing(record, exists, 0, ret_live);
		if (exists && ret == -ENOENT)
			snprintf(ret_live->detail, sizeof(ret_live->detail),
				 "somebody removed the pin of its link");
		else if (exists)
			snprintf(ret_live->detail, sizeof(ret_live->detail),
				 "the pin of its link cannot be opened: %s", weir_error_text(ret));
		return;
	}
	if (link_info(fd, &info) < 0) {
		hook_missing(record, exists, 0, ret_live);
		return;
	}
	/*
	 * The id is 0 once the target or the attachment is gone. The link info of xdp and tcx
	 * begins with the same ifindex.
	 */
	holds = weir_target_kind(record) == WEIR_TARGET_CGROUP ? info.cgroup.cgroup_id != 0
							       : info.xdp.ifindex != 0;
	if (!holds || !exists)
		hook_missing(record, exists, 0, ret_live);
	else if (record->program_id && info.prog_id != record->program_id)
		hook_missing(record, exists, info.prog_id, ret_live);
	else
		*ret_live = (struct live){ .state = WEIR_STATE_ATTACHED };
	ret_live->program_id = holds ? info.prog_id : 0;
}
