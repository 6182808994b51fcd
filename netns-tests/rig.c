// SPDX-License-Identifier: GPL-2.0
/*
 * rig.c - jobs of the rig tests for which there is no packaged tool: exact numbers of frames,
 * foreign programs, and maps of the wrong type. One process runs a job, because starting one is
 * slow in a VM.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "netns-tests/rig.h"

noreturn void die(const char *fmt, ...)
{
	int error = errno;
	va_list args;

	fputs("rig: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(error));
	exit(1);
}

unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (!*text || *end) {
		errno = EINVAL;
		die("'%s' is no number", text);
	}
	return value;
}

int interface(const char *name)
{
	unsigned int ifindex = if_nametoindex(name);

	if (!ifindex)
		die("interface '%s'", name);
	return (int)ifindex;
}

void enter(const char *netns)
{
	char path[4096];
	_cleanup_close_ int fd = -1;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		die("network namespace '%s'", netns);
}

/* rig [-n NETNS] JOB ARGUMENT... */
int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} jobs[] = {
		{ "send", cmd_send },         { "tun", cmd_tun },
		{ "program", cmd_program },   { "drops-icmp", cmd_drops_icmp },
		{ "count", cmd_count },       { "tcx", cmd_tcx },
		{ "xdp-link", cmd_xdp_link }, { "update-link", cmd_update_link },
		{ "hooks", cmd_hooks },       { "map-id", cmd_map_id },
		{ "programs", cmd_programs }, { "fill", cmd_fill },
		{ "layout", cmd_layout },     { "up", cmd_up },
		{ "settle", cmd_settle },     { "ping", cmd_ping },
		{ "misfit", cmd_misfit },     { "tcp-tags", cmd_tcp_tags },
	};

	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	marker_open();
	if (argc > 3 && strcmp(argv[1], "-n") == 0) {
		enter(argv[2]);
		argc -= 2;
		argv += 2;
	}
	for (size_t i = 0; i < ARRAY_SIZE(jobs) && argc > 1; i++) {
		if (strcmp(jobs[i].name, argv[1]) == 0) {
			int ret = jobs[i].run(argc - 1, argv + 1);

			if (ret == 2)
				fprintf(stderr, "rig: wrong arguments of '%s'\n", argv[1]);
			return ret;
		}
	}
	fputs("rig: no such job\n", stderr);
	return 2;
}
