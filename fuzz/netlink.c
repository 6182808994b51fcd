// SPDX-License-Identifier: GPL-2.0
/*
 * netlink.c - fuzzes the parsers of replies of rtnetlink(7). The first byte selects the request,
 * the rest is one datagram. The functions of libmnl that talk to the kernel are defined here, which
 * overrides those of the library.
 */
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <sanitizer/asan_interface.h>
#include "datapath/kernel/netlink.h"
#include "fuzz/fuzz.h"

static struct {
	const uint8_t *data;
	size_t size;
	unsigned int received;
} kernel;

struct mnl_socket *mnl_socket_open(int bus)
{
	(void)bus;
	kernel.received = 0;
	return (struct mnl_socket *)&kernel;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl, (void)groups, (void)pid;
	return 0;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *nl)
{
	(void)nl;
	return 42;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *request, size_t len)
{
	(void)nl, (void)request;
	return (ssize_t)len;
}

/* Bytes after the datagram in the buffer must not be read. */
ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buffer, size_t room)
{
	static const struct {
		struct nlmsghdr head;
		int answer;
	} done = { .head = { .nlmsg_len = sizeof(done), .nlmsg_type = NLMSG_DONE } };
	const void *data = kernel.received ? &done : (const void *)kernel.data;
	size_t size = kernel.received++ ? sizeof(done) : kernel.size;

	(void)nl;
	if (size > room)
		size = room;
	ASAN_UNPOISON_MEMORY_REGION(buffer, room);
	memcpy(buffer, data, size);
	ASAN_POISON_MEMORY_REGION((char *)buffer + size, room - size);
	return (ssize_t)size;
}

static void interfaces(void)
{
	struct interfaces found = {};

	if (interfaces_dump(&found) < 0)
		return;
	for (size_t i = 0; i < found.count; i++)
		interface_matches(&found.items[i], "v*");
	interfaces_by_index(&found, 1);
	interfaces_by_name(&found, "veth0");
	interfaces_free(&found);
}

static void qdisc(void)
{
	char kind[8];

	if (qdisc_at_clsact(1, kind, sizeof(kind)) == 0)
		HOLDS(strlen(kind) < sizeof(kind));
}

static void filters(void)
{
	size_t count;

	clsact_filter_count(1, &count);
}

static void nsid(void)
{
	int32_t id;

	nsid_of(0, &id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const questions[])(void) = { interfaces, qdisc, filters, nsid };

	if (!size)
		return 0;
	kernel.data = data + 1;
	kernel.size = size - 1;
	questions[data[0] % ARRAY_SIZE(questions)]();
	return 0;
}
