// SPDX-License-Identifier: GPL-2.0
/* features.c - see features.h. Tries each feature, and never checks the kernel version. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include "bpf/kernel/feature_ext.skel.h"
#include "datapath/base/capabilities.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/refusal.h"
#include "datapath/kernel/features.h"
#include "datapath/kernel/tcx.h"

bool feature_tcx(struct features *features)
{
	if (features->tcx == UNKNOWN) {
		__u32 count = 0;

		/* every namespace has a loopback device, and the query changes nothing */
		features->tcx_error = 0;
		if (bpf_prog_query(1, WEIR_BPF_TCX_INGRESS, 0, NULL, NULL, &count) < 0)
			features->tcx_error = errno;
		features->tcx = features->tcx_error ? NO : YES;
	}
	return features->tcx == YES;
}

static void destroy_program(struct feature_ext_bpf **skel)
{
	feature_ext_bpf__destroy(*skel);
}

static int dispatcher_fails(const struct feature_ext_bpf *skel, int error, char *ret_why,
			    size_t size)
{
	snprintf(ret_why, size, "%s", refusal_text(skel ? skel->obj : NULL, error, NULL));
	return -abs(error);
}

static int try_dispatcher(char *ret_why, size_t size)
{
	_cleanup_(destroy_program) struct feature_ext_bpf *target = feature_ext_bpf__open();
	_cleanup_(destroy_program) struct feature_ext_bpf *ext = feature_ext_bpf__open();
	int fd = -1, ret;

	if (!target || !ext)
		return dispatcher_fails(NULL, errno, ret_why, size);
	bpf_program__set_autoload(target->progs.weir_feature_ext, false);
	ret = skeleton_load(target->skeleton);
	if (ret)
		return dispatcher_fails(target, ret, ret_why, size);
	fd = bpf_program__fd(target->progs.weir_feature_target);
	bpf_program__set_autoload(ext->progs.weir_feature_target, false);
	ret = bpf_program__set_attach_target(ext->progs.weir_feature_ext, fd, "weir_feature_slot");
	if (!ret)
		ret = skeleton_load(ext->skeleton);
	return ret ? dispatcher_fails(ext, ret, ret_why, size) : 0;
}

bool feature_dispatcher(struct features *features)
{
	if (features->dispatcher == UNKNOWN)
		features->dispatcher = try_dispatcher(features->dispatcher_why,
						      sizeof(features->dispatcher_why))
					       ? NO
					       : YES;
	return features->dispatcher == YES;
}

static bool try_kernel_ctx(void)
{
	struct btf *btf;
	bool found;

	if (!capability_present(CAP_PERFMON) && !capability_present(CAP_SYS_ADMIN))
		return false;
	btf = btf__load_vmlinux_btf();
	if (!btf)
		return false;
	found = btf__find_by_name_kind(btf, "bpf_cast_to_kern_ctx", BTF_KIND_FUNC) > 0;
	btf__free(btf);
	return found;
}

bool feature_kernel_ctx(struct features *features)
{
	if (features->kernel_ctx == UNKNOWN)
		features->kernel_ctx = try_kernel_ctx() ? YES : NO;
	return features->kernel_ctx == YES;
}
