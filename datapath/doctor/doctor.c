// SPDX-License-Identifier: GPL-2.0
/* doctor.c - checks every feature that weir uses: present or not, why not, and the consequence. */
#include <errno.h>
#include <stdarg.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "bpf/kernel/clock.skel.h"
#include "datapath/base/capabilities.h"
#include "datapath/base/cleanup.h"
#include "datapath/doctor/doctor.h"
#include "datapath/state/context.h"
#include "datapath/state/pin.h"
#include "datapath/tune/list.h"
#include "datapath/base/refusal.h"

void weir_checks_free(struct weir_checks *checks)
{
	free(checks->items);
	*checks = (struct weir_checks){};
}

__attribute__((format(printf, 2, 3))) static void found(struct weir_check *check, const char *fmt,
							...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(check->found, sizeof(check->found), fmt, args);
	va_end(args);
}

static void check_kernel(struct weir *weir, struct weir_check *check)
{
	struct utsname uts;
	int major = 0, minor = 0;

	(void)weir;
	uname(&uts);
	sscanf(uts.release, "%d.%d", &major, &minor);
	found(check, "Linux %.64s", uts.release);
	/* the oldest version that is tested; features are probed below, not derived from it */
	if (major < 6 || (major == 6 && minor < 1))
		check->result = WEIR_CHECK_LIMITED;
}

/* One compiler builds all objects, so the smallest is enough to check. */
static void check_programs(struct weir *weir, struct weir_check *check)
{
	struct clock_bpf *skel = clock_bpf__open();
	char compiler[128];

	(void)weir;
	if (!skel) {
		check->result = WEIR_CHECK_MISSING;
		found(check, "cannot be opened: %s", strerror(errno));
		return;
	}
	object_compiler(skel->obj, compiler, sizeof(compiler));
	found(check, "built by %s; libbpf %u.%u", compiler, libbpf_major_version(),
	      libbpf_minor_version());
	clock_bpf__destroy(skel);
}

static void check_capabilities(struct weir *weir, struct weir_check *check)
{
	char missing[96];

	(void)weir;
	if (capabilities_missing(missing, sizeof(missing))) {
		check->result = WEIR_CHECK_MISSING;
		found(check, "missing %s", missing);
	} else {
		found(check, "CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN are present");
	}
}

static void check_bpffs(struct weir *weir, struct weir_check *check)
{
	struct weir_error err = {};
	int present = pin_bpffs_present(weir);

	if (present > 0) {
		found(check, "mounted, for '%.128s'", weir->root);
	} else if (present < 0) {
		check->result = WEIR_CHECK_MISSING;
		found(check, "cannot be accessed: %s", weir_error_text(present));
	} else if (pin_bpffs_needed(weir, &err) == -ENODEV) {
		check->result = WEIR_CHECK_MISSING;
		found(check, "not in this mount namespace; use `ctl -n NETNS` from outside");
	} else {
		check->result = WEIR_CHECK_LIMITED;
		found(check, "not mounted yet; the first attach mounts it");
	}
}

static void check_pins(struct weir *weir, struct weir_check *check)
{
	struct weir_error err = {};
	int ret = pin_maps_open(weir, &err);

	if (!ret) {
		found(check, "layout %d in '%.128s'", WEIR_LAYOUT, weir->root);
	} else if (ret == -ENOENT) {
		found(check, "none yet; the first attach creates them");
	} else {
		check->result = WEIR_CHECK_MISSING;
		found(check, "%s", err.text);
	}
}

static void check_jit(struct weir *weir, struct weir_check *check)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/sys/net/core/bpf_jit_enable", "re");
	int on = 0;

	(void)weir;
	if (!f) {
		found(check, "always on, or not visible here");
	} else if (fscanf(f, "%d", &on) == 1 && on) {
		found(check, "on");
	} else {
		check->result = WEIR_CHECK_LIMITED;
		found(check, "off: `sysctl net.core.bpf_jit_enable=1`");
	}
}

static void check_btf(struct weir *weir, struct weir_check *check)
{
	(void)weir;
	if (access("/sys/kernel/btf/vmlinux", R_OK) == 0) {
		found(check, "/sys/kernel/btf/vmlinux");
	} else {
		check->result = WEIR_CHECK_LIMITED;
		found(check, "/sys/kernel/btf/vmlinux: %s", strerror(errno));
	}
}

static void check_tcx(struct weir *weir, struct weir_check *check)
{
	if (feature_tcx(&weir->features)) {
		found(check, "yes");
		return;
	}
	check->result = WEIR_CHECK_LIMITED;
	found(check, "no: %s",
	      weir->features.tcx_error == EINVAL ? "not supported by this kernel (Linux 6.6)"
						 : weir_error_text(weir->features.tcx_error));
}

static void check_dispatcher(struct weir *weir, struct weir_check *check)
{
	if (feature_dispatcher(&weir->features)) {
		found(check, "yes");
		return;
	}
	check->result = WEIR_CHECK_LIMITED;
	found(check, "no: replacing a program's function fails: %s", weir->features.dispatcher_why);
}

static void check_kernel_ctx(struct weir *weir, struct weir_check *check)
{
	if (feature_kernel_ctx(&weir->features)) {
		found(check, "yes");
		return;
	}
	check->result = WEIR_CHECK_LIMITED;
	found(check, "no: %s",
	      capability_present(CAP_PERFMON) || capability_present(CAP_SYS_ADMIN)
		      ? "the kernel has no bpf_cast_to_kern_ctx (Linux 6.2, BTF)"
		      : "missing CAP_PERFMON");
}

static void check_cgroup2(struct weir *weir, struct weir_check *check)
{
	char path[PATH_MAX];
	unsigned int others;
	int ret = weir_cgroup_mount(path, sizeof(path), &others);

	(void)weir;
	if (!ret) {
		found(check,
		      others ? "mounted at '%.192s', which is used, and elsewhere"
			     : "mounted at '%.192s'",
		      path);
		return;
	}
	check->result = WEIR_CHECK_LIMITED;
	if (ret == -ENOENT)
		found(check, "not mounted: `mount -t cgroup2 none /sys/fs/cgroup`");
	else
		found(check, "cannot be found: %s", strerror(-ret));
}

static void check_tune(struct weir *weir, struct weir_check *check)
{
	struct weir_error err = {};
	char missing[192];

	(void)weir;
	check->result = WEIR_CHECK_LIMITED;
	if (tune_trial_missing(missing, sizeof(missing), &err) < 0) {
		found(check, "%s", err.text);
	} else if (missing[0]) {
		found(check, "all except %s", missing);
	} else {
		check->result = WEIR_CHECK_OK;
		found(check, "all options of `ctl tune`");
	}
}

static void check_lockdown(struct weir *weir, struct weir_check *check)
{
	_cleanup_fclose_ FILE *f = fopen("/sys/kernel/security/lockdown", "re");
	char line[128], *mode, *end;

	(void)weir;
	if (!f || !fgets(line, sizeof(line), f)) {
		found(check, "not visible (securityfs is not mounted or not supported)");
		return;
	}
	mode = strchr(line, '[');
	end = mode ? strchr(mode, ']') : NULL;
	if (!end) {
		line[strcspn(line, "\n")] = '\0';
		found(check, "%s", line);
		return;
	}
	*end = '\0';
	found(check, "%s", mode + 1);
	if (strcmp(mode + 1, "none") != 0)
		check->result = WEIR_CHECK_LIMITED;
}

static const struct {
	const char *name;
	void (*check)(struct weir *weir, struct weir_check *check);
	const char *cost;
} checks[] = {
	{ "kernel", check_kernel, "kernels before 6.1 are not tested" },
	{ "programs", check_programs, "nothing can be attached" },
	{ "capabilities", check_capabilities, "nothing can be attached: run as root" },
	{ "bpffs", check_bpffs, "attachments are pinned there" },
	{ "pins", check_pins, "attach and read fail" },
	{ "BPF JIT", check_jit, "each packet costs several times as much" },
	{ "kernel BTF", check_btf, "no XDP: its program cannot be loaded; tc is not affected" },
	{ "TCX links at tc", check_tcx, "clsact is used instead; it works the same" },
	{ "XDP dispatcher (libxdp)", check_dispatcher, "XDP programs cannot share an interface" },
	{ "kernel context at XDP", check_kernel_ctx, "counting at XDP costs about 5 ns more" },
	{ "cgroup2", check_cgroup2, "no attaching to cgroups" },
	{ "options of TCP connections", check_tune, "`ctl tune add` refuses the others" },
	{ "lockdown", check_lockdown, "no XDP dispatcher; other kernel features may be missing" },
};

int weir_doctor(struct weir *weir, struct weir_checks *ret_checks, struct weir_error *err)
{
	struct weir_check *items = calloc(ARRAY_SIZE(checks), sizeof(*items));

	if (!items)
		return weir_error_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		items[i].name = checks[i].name;
		items[i].cost = checks[i].cost;
		checks[i].check(weir, &items[i]);
	}
	*ret_checks = (struct weir_checks){ items, ARRAY_SIZE(checks) };
	return 0;
}
