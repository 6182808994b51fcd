// SPDX-License-Identifier: GPL-2.0
/* netlink_message.c - reads messages that may be malformed; see netlink.h. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <string.h>
#include "datapath/kernel/netlink.h"

#define ERRNO_MAX 4095 /* MAX_ERRNO of the kernel */

/* libmnl 1.0.4 treats a length of 2 GiB and more as negative, and so accepts it. */
bool netlink_is_whole(const void *data, size_t size)
{
	const char *at = data;

	while (size >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr head;
		size_t length;

		memcpy(&head, at, sizeof(head));
		length = NLMSG_ALIGN((size_t)head.nlmsg_len);
		if (head.nlmsg_len > size)
			return false;
		if (head.nlmsg_len < sizeof(head) || length >= size)
			return true;
		at += length;
		size -= length;
	}
	return true;
}

int netlink_errno(void)
{
	return errno > 0 && errno <= ERRNO_MAX ? -errno : -EBADMSG;
}

const char *netlink_text(const struct nlattr *attr)
{
	const char *text = mnl_attr_get_payload(attr);

	return memchr(text, '\0', mnl_attr_get_payload_len(attr)) ? text : "";
}

uint32_t netlink_number(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) < sizeof(uint32_t) ? 0 : mnl_attr_get_u32(attr);
}
