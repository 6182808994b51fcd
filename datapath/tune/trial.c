// SPDX-License-Identifier: GPL-2.0
/*
 * trial.c - tries the options of an entry, so that the user learns of a refusal when adding the
 * entry, and not from an error counter later.
 *
 * A program sets them on a listening test socket, bound to loopback; see bpf/tune/tune_trial.bpf.c.
 * Afterwards getsockopt(2) must return the value that was set, because the kernel silently limits
 * buffer sizes.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include "bpf/abi/abi.h"
#include "bpf/tune/tune_trial.skel.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/refusal.h"
#include "datapath/tune/list.h"

#define IPV6_TCLASS_NAME 67 /* include/uapi/linux/in6.h */

static void destroy_trial(struct tune_trial_bpf **skel)
{
	tune_trial_bpf__destroy(*skel);
}

static void destroy_link(struct bpf_link **link)
{
	bpf_link__destroy(*link);
}

/* Makes a listening socket, so that the iterator finds it, which is not reachable from outside. */
static int scratch_socket(int family, int *ret_fd, struct weir_error *err)
{
	_cleanup_close_ int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) < 0 || listen(fd, 1) < 0)
		return weir_error_set(err, errno, "cannot make a socket to try the options on: %s",
				      weir_error_text(errno));
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/*
 * A program cannot load kernel modules, so a missing one is loaded here. The trial shows if it
 * helped.
 */
static void load_congestion(const struct weir_tune_rule *rule)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && rule->congestion[0])
		(void)setsockopt(fd, SOL_TCP, TCP_CONGESTION, rule->congestion,
				 (socklen_t)strlen(rule->congestion));
}

/* The first read of an iterator runs its program over all sockets. */
static int run_iterator(struct tune_trial_bpf *skel)
{
	_cleanup_(destroy_link) struct bpf_link *link = NULL;
	_cleanup_close_ int fd = -1;
	char nothing[16];

	link = bpf_program__attach_iter(skel->progs.weir_tune_trial, NULL);
	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0 || read(fd, nothing, sizeof(nothing)) < 0)
		return -errno;
	return skel->bss->tried == skel->rodata->cfg_rule.setting_count ? 0 : -ENOENT;
}

static int try_rule(const struct weir_tune_rule *rule, int fd, long *ret_results,
		    struct weir_error *err)
{
	_cleanup_(destroy_trial) struct tune_trial_bpf *skel = tune_trial_bpf__open();
	uint64_t cookie;
	socklen_t len = sizeof(cookie);
	int ret;

	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) < 0)
		return weir_error_set(err, errno, "cannot identify a socket: %s", strerror(errno));
	if (!skel)
		return weir_error_set(err, errno, "cannot open the program that tries options: %s",
				      strerror(errno));
	skel->rodata->cfg_cookie = cookie;
	memcpy(&skel->rodata->cfg_rule, rule, sizeof(*rule));
	ret = skeleton_load(skel->skeleton);
	if (!ret)
		ret = run_iterator(skel);
	if (ret)
		return weir_error_set(err, ret,
				      "cannot try the options, which needs an iterator over TCP "
				      "sockets (Linux 5.15 with BTF): %s",
				      refusal_text(skel->obj, ret, NULL));
	memcpy(ret_results, skel->bss->results, sizeof(skel->bss->results));
	return 0;
}

static int refused(const struct weir_tune_rule *rule, const struct weir_tune_setting *set,
		   long error, struct weir_error *err)
{
	const struct tune_call *call = tune_call(set->option);
	char value[WEIR_TUNE_TEXT];

	return weir_error_set(err, EINVAL,
			      "this kernel refuses %s '%s' for a connection: %s%s%s; nothing was "
			      "added",
			      weir_tune_option(set->option)->name,
			      weir_tune_value_text(rule, set, value, sizeof(value)),
			      strerror((int)-error), call->hint ? ": " : "",
			      call->hint ? call->hint : "");
}

/* Checks that the kernel did not silently change the value. */
static int check_value(const struct weir_tune_rule *rule, const struct weir_tune_setting *set,
		       int fd, struct weir_error *err)
{
	const struct tune_call *call = tune_call(set->option);
	struct weir_tune_setting made = *set;
	char asked[WEIR_TUNE_TEXT], got[WEIR_TUNE_TEXT];
	uint32_t value = 0;
	socklen_t len = sizeof(value);

	if (!call->read_factor)
		return 0;
	if (getsockopt(fd, set->level, (int)set->name, &value, &len) < 0)
		return weir_error_set(err, errno, "cannot read %s back from a socket: %s",
				      weir_tune_option(set->option)->name, strerror(errno));
	if (value == set->value * call->read_factor)
		return 0;
	made.asked = value / call->read_factor;
	return weir_error_set(err, EINVAL,
			      "this kernel uses '%s' for %s '%s'%s%s; nothing was added",
			      weir_tune_value_text(rule, &made, got, sizeof(got)),
			      weir_tune_option(set->option)->name,
			      weir_tune_value_text(rule, set, asked, sizeof(asked)),
			      call->hint ? ": " : "", call->hint ? call->hint : "");
}

static int try_family(int family, const struct weir_tune_rule *rule, struct weir_error *err)
{
	_cleanup_close_ int fd = -1;
	long results[WEIR_TUNE_SETTINGS];
	int ret = scratch_socket(family, &fd, err);

	if (!ret)
		ret = try_rule(rule, fd, results, err);
	for (uint32_t i = 0; i < rule->setting_count && !ret; i++) {
		const struct weir_tune_setting *set = &rule->settings[i];

		if (set->stage > WEIR_TUNE_AT_ESTABLISHED)
			continue;
		ret = results[i] ? refused(rule, set, results[i], err)
				 : check_value(rule, set, fd, err);
	}
	return ret;
}

/* For IPv6, the traffic class is another option. */
static int try_v6(const struct weir_tune_rule *rule, struct weir_error *err)
{
	struct weir_tune_rule copy = { .setting_count = 1 };
	_cleanup_close_ int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 && errno == EAFNOSUPPORT) /* then there are no IPv6 connections */
		return 0;
	for (uint32_t i = 0; i < rule->setting_count; i++) {
		if (rule->settings[i].option != WEIR_TUNE_TOS)
			continue;
		copy.settings[0] = rule->settings[i];
		copy.settings[0].level = IPPROTO_IPV6;
		copy.settings[0].name = IPV6_TCLASS_NAME;
		return try_family(AF_INET6, &copy, err);
	}
	return 0;
}

/* Values that every kernel with the option accepts. */
static const uint32_t samples[WEIR_TUNE_OPTIONS] = {
	[WEIR_TUNE_RTO_MIN] = 100000,    [WEIR_TUNE_RTO_MAX] = 10000,
	[WEIR_TUNE_DELACK_MAX] = 100000, [WEIR_TUNE_SNDBUF] = 65536,
	[WEIR_TUNE_RCVBUF] = 65536,      [WEIR_TUNE_WINDOW_CLAMP] = 65536,
	[WEIR_TUNE_PACING] = 100000000,
};

int tune_trial_missing(char *ret_names, size_t size, struct weir_error *err)
{
	struct weir_tune_rule rule = { .congestion = "reno" }; /* always available */
	_cleanup_close_ int fd = -1;
	long results[WEIR_TUNE_SETTINGS];
	size_t used = 0;
	int ret;

	for (unsigned int i = 0; i < WEIR_TUNE_OPTIONS; i++)
		rule.settings[rule.setting_count++] = (struct weir_tune_setting){
			.option = (__u8)i,
			.asked = samples[i] ? samples[i] : weir_tune_option(i)->min,
		};
	ret = tune_complete(&rule, err);
	if (!ret)
		ret = scratch_socket(AF_INET, &fd, err);
	if (!ret)
		ret = try_rule(&rule, fd, results, err);
	if (ret)
		return ret;
	ret_names[0] = '\0';
	for (uint32_t i = 0; i < rule.setting_count; i++) {
		if (results[i] && used < size)
			used += (size_t)snprintf(ret_names + used, size - used, "%s%s",
						 used ? ", " : "", weir_tune_option(i)->name);
	}
	return 0;
}

int tune_trial(const struct weir_tune_rule *rule, struct weir_error *err)
{
	int ret;

	load_congestion(rule);
	ret = try_family(AF_INET, rule, err);
	return ret ? ret : try_v6(rule, err);
}
