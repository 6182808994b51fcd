// SPDX-License-Identifier: GPL-2.0
/* rig_frames.c - sends exact numbers of frames, and makes interfaces for them. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "netns-tests/rig.h"

#define FRAME_MAX 9000

/*
 * No interface has the destination address, so the receiver's stack does not reply. Its hooks and
 * statistics still see the frame.
 */
static const unsigned char macs[] = { 2, 0, 0, 0, 0, 0xee, 2, 0, 0, 0, 0, 0xdd };

static size_t put_16(unsigned char *at, unsigned int value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
	return 2;
}

/* Writes as much of a layer-4 header of `protocol` as the classes depend on. */
static void put_l4(unsigned char *at, int protocol, size_t len)
{
	put_16(at, 4000);
	put_16(at + 2, 5000);
	if (protocol == IPPROTO_UDP)
		put_16(at + 4, (unsigned int)len);
	if (protocol == IPPROTO_TCP)
		at[12] = 5 << 4;
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6)
		at[0] = protocol == IPPROTO_ICMP ? 8 : 128;
}

static unsigned int ip_checksum(const unsigned char *header)
{
	unsigned int sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += (unsigned int)header[i] << 8 | header[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static void put_ip4(unsigned char *at, int protocol, size_t len)
{
	at[0] = 0x45;
	put_16(at + 2, (unsigned int)len);
	at[8] = 64;
	at[9] = (unsigned char)protocol;
	memcpy(at + 12, "\xc6\x12\x00\x01\xc6\x12\x00\x02", 8); /* RFC 2544: 198.18.0.0/15 */
	put_16(at + 10, ip_checksum(at));
	put_l4(at + 20, protocol, len - 20);
}

static void put_ip6(unsigned char *at, int protocol, size_t len)
{
	at[0] = 0x60;
	put_16(at + 4, (unsigned int)len - 40);
	at[6] = (unsigned char)protocol;
	at[7] = 64;
	memcpy(at + 8, "\x20\x01\x0d\xb8", 4); /* RFC 3849 */
	at[23] = 1;
	memcpy(at + 24, "\x20\x01\x0d\xb8", 4);
	at[39] = 2;
	put_l4(at + 40, protocol, len - 40);
}

static const struct kind {
	const char *name;
	unsigned int tags[2];
	unsigned int ethertype;
	int protocol;
} kinds[] = {
	{ "udp", {}, ETH_P_IP, IPPROTO_UDP },
	{ "tcp", {}, ETH_P_IP, IPPROTO_TCP },
	{ "icmp", {}, ETH_P_IP, IPPROTO_ICMP },
	{ "sctp", {}, ETH_P_IP, IPPROTO_SCTP },
	{ "gre", {}, ETH_P_IP, IPPROTO_GRE },
	{ "udp6", {}, ETH_P_IPV6, IPPROTO_UDP },
	{ "tcp6", {}, ETH_P_IPV6, IPPROTO_TCP },
	{ "icmp6", {}, ETH_P_IPV6, IPPROTO_ICMPV6 },
	{ "arp", {}, ETH_P_ARP, 0 },
	{ "lldp", {}, ETH_P_LLDP, 0 },
	{ "vlan", { ETH_P_8021Q }, ETH_P_IP, IPPROTO_UDP },
	{ "qinq", { ETH_P_8021AD, ETH_P_8021Q }, ETH_P_IP, IPPROTO_UDP },
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	errno = EINVAL;
	die("no kind of frame '%s'", name);
}

/* Fills `len` bytes at frame, at most FRAME_MAX. */
static void build(unsigned char *frame, const struct kind *kind, size_t len)
{
	size_t at = sizeof(macs);

	memset(frame, 0, FRAME_MAX);
	memcpy(frame, macs, sizeof(macs));
	for (int i = 0; i < 2 && kind->tags[i]; i++) {
		at += put_16(frame + at, kind->tags[i]);
		at += put_16(frame + at, 100U + (unsigned int)i);
	}
	at += put_16(frame + at, kind->ethertype);
	if (len < at + 60 && kind->protocol) {
		errno = EMSGSIZE;
		die("%zu bytes are too few", len);
	}
	if (kind->ethertype == ETH_P_IP)
		put_ip4(frame + at, kind->protocol, len - at);
	if (kind->ethertype == ETH_P_IPV6)
		put_ip6(frame + at, kind->protocol, len - at);
	if (kind->ethertype == ETH_P_ARP)
		memcpy(frame + at, "\x00\x01\x08\x00\x06\x04\x00\x01", 8);
}

static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	(void)signal;
	stopped = 1;
}

struct pace {
	unsigned long burst;
	long us;
	int cpu;
};

static struct pace pace_options(int argc, char **argv)
{
	struct pace pace = { 32, 0, sched_getcpu() };
	int c;

	while ((c = getopt(argc, argv, "b:c:u:")) != -1) {
		if (c == 'b')
			pace.burst = number(optarg);
		else if (c == 'c')
			pace.cpu = (int)number(optarg);
		else if (c == 'u')
			pace.us = (long)number(optarg);
		else
			exit(2);
	}
	return pace;
}

/*
 * A veth queues 256 frames until its receiver runs, so wait for it after every few frames. One CPU
 * sends them all, so one marker is enough.
 */
static void pause_after(unsigned long sent, const struct pace *pace)
{
	if (sent % pace->burst)
		return;
	marker_pass();
	if (pace->us)
		nanosleep(&(struct timespec){ .tv_nsec = pace->us * 1000 }, NULL);
}

/*
 * send [-b BURST] [-u MICROSECONDS] [-c CPU] IFACE COUNT KIND SIZE: sends frames; COUNT 0 means
 * until a signal. Prints the number of frames once all of them have been handled.
 */
int cmd_send(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct pace pace = pace_options(argc, argv);
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	_cleanup_close_ int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	unsigned char frame[FRAME_MAX];
	unsigned long count, sent = 0;
	size_t len;

	if (argc - optind != 4)
		return 2;
	if (fd < 0)
		die("socket");
	to.sll_ifindex = interface(argv[optind]);
	count = number(argv[optind + 1]);
	len = number(argv[optind + 3]);
	build(frame, find_kind(argv[optind + 2]), len);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	pin_to_cpu(pace.cpu);
	while (!stopped && (!count || sent < count)) {
		if (sendto(fd, frame, len, 0, (struct sockaddr *)&to, sizeof(to)) < 0) {
			if (errno == EINTR)
				continue;
			/*
			 * The queue dropped it at or after egress, so the egress hook has still
			 * seen it.
			 */
			if (errno != ENOBUFS)
				die("send to '%s'", argv[optind]);
		}
		sent++;
		pause_after(sent, &pace);
	}
	settle_cpu();
	printf("%lu\n", sent);
	return 0;
}

/* tun NAME COUNT KIND SIZE: a tun device receives IP packets of SIZE bytes */
int cmd_tun(int argc, char **argv)
{
	_cleanup_close_ int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	unsigned char frame[FRAME_MAX];
	size_t len;

	if (argc != 5)
		return 2;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", argv[1]);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr) < 0)
		die("tun '%s'", argv[1]);
	len = number(argv[4]);
	build(frame, find_kind(argv[3]), len + ETH_HLEN);
	for (unsigned long i = number(argv[2]); i; i--) {
		if (write(fd, frame + ETH_HLEN, len) != (ssize_t)len)
			die("write to '%s'", argv[1]);
	}
	settle();
	return 0;
}

static void wait_until_up(const char *name)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = {};

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	for (int i = 0; i < 6000; i++) {
		if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &ifr) < 0)
			die("interface '%s'", name);
		if (ifr.ifr_flags & IFF_RUNNING)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	errno = ETIMEDOUT;
	die("interface '%s'", name);
}

/* up {NETNS IFACE}...: waits until the interfaces pass packets */
int cmd_up(int argc, char **argv)
{
	if (argc % 2 == 0)
		return 2;
	for (int i = 1; i < argc; i += 2) {
		enter(argv[i]);
		wait_until_up(argv[i + 1]);
	}
	return 0;
}
