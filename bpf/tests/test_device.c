// SPDX-License-Identifier: GPL-2.0
/*
 * test_device.c - the tc program on devices in its own network namespace, for packets that
 * BPF_PROG_TEST_RUN cannot make: skbs with headers in fragments, GSO as a driver passes it, frames
 * with a truncated IP header, and a device without a link header.
 *
 * Frames go through a packet socket to lo, with the program at egress, or into a tun device, with
 * the program at ingress. Either way the program has run when the system call returns.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "bpf/tests/classify.h"
#include "bpf/tests/mutate.h"
#include "bpf/tests/programs.h"
#include "datapath/tests/asserts.h"

#define DAMAGED 20000 /* packets of mutate.h to send */
/* More than a page, so that a packet socket puts all but the link header into fragments. */
#define FRAGMENTED 5000

static struct program lo_program, tun_program;
static struct weir_counters before[CPUS_MAX], after[CPUS_MAX];
static struct packet packet;
static int packet_socket = -1, tun = -1, cpu;
static unsigned int lo_index;

/* --- the namespace ---------------------------------------------------------------------------- */

static int device_up(const char *name, int mtu)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;
	struct ifreq ifr = { .ifr_mtu = mtu };

	if (fd < 0)
		return -errno;
	strncpy(ifr.ifr_name, name, sizeof(ifr.ifr_name) - 1);
	if (ioctl(fd, SIOCSIFMTU, &ifr))
		err = -errno;
	ifr.ifr_flags = IFF_UP;
	if (!err && ioctl(fd, SIOCSIFFLAGS, &ifr))
		err = -errno;
	close(fd);
	return err;
}

/* clsact, not TCX: every supported kernel has it, and it is removed with the namespace. */
static int attach(const struct program *p, int ifindex, enum bpf_tc_attach_point point)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = point);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = p->fd);
	int err = bpf_tc_hook_create(&hook);

	return err ? err : bpf_tc_attach(&hook, &opts);
}

static int open_packet_socket(void)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int one = 1;

	lo_index = if_nametoindex("lo");
	to.sll_ifindex = lo_index;
	/* Protocol 0: send only. */
	packet_socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (packet_socket < 0 || bind(packet_socket, (void *)&to, sizeof(to)) ||
	    setsockopt(packet_socket, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)))
		return -errno;
	return 0;
}

static int open_tun(void)
{
	struct ifreq ifr = { .ifr_name = "tun0", .ifr_flags = IFF_TUN };
	struct program_options o = { .slot = TEST_SLOT, .raw_ip = true };
	int err;

	tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (tun < 0 || ioctl(tun, TUNSETIFF, &ifr))
		return -errno;
	err = program_load_tc(&o, &tun_program);
	if (!err)
		err = device_up("tun0", 9000);
	return err ? err : attach(&tun_program, if_nametoindex("tun0"), BPF_TC_INGRESS);
}

static int open_lo(void)
{
	struct program_options o = { .slot = TEST_SLOT };
	int err = program_load_tc(&o, &lo_program);

	if (!err)
		err = device_up("lo", 65536);
	if (!err)
		err = open_packet_socket();
	return err ? err : attach(&lo_program, lo_index, BPF_TC_EGRESS);
}

static int make_namespace(void **state)
{
	int err;

	(void)state;
	cpu = pin_to_cpu(-1);
	err = unshare(CLONE_NEWNET) ? -errno : open_lo();
	if (cpu >= 0 && !err)
		return 0;
	print_message("Bail out! a namespace with a tc program on lo: %s\n", strerror(-err));
	return -1;
}

static int close_all(void **state)
{
	(void)state;
	close(packet_socket);
	close(tun);
	program_unload(&lo_program);
	program_unload(&tun_program);
	return 0;
}

/* --- one packet ------------------------------------------------------------------------------- */

static int send_to_lo(const struct virtio_net_hdr *header)
{
	const struct iovec parts[] = {
		{ (void *)(uintptr_t)header, sizeof(*header) },
		{ packet.data, packet.len },
	};

	return writev(packet_socket, parts, 2) < 0 ? -errno : 0;
}

static int send_to_tun(void)
{
	struct tun_pi pi = { .proto = htons(ETH_P_IP) };
	const struct iovec parts[] = { { &pi, sizeof(pi) }, { packet.data, packet.len } };

	return writev(tun, parts, 2) < 0 ? -errno : 0;
}

/* Sends `packet` and compares all counters with the reference and `segments`. */
static void check(const struct program *p, const struct virtio_net_hdr *header,
		  enum weir_class class, const struct weir_count *wire_extra)
{
	int err;

	assert_int_equal(counters_read(p, p->slot, before), 0);
	err = p == &lo_program ? send_to_lo(header) : send_to_tun();
	assert_int_equal(err, 0);
	assert_int_equal(counters_read(p, p->slot, after), 0);
	counters_expect(&before[cpu], class, packet.len);
	before[cpu].wire_extra.packets += wire_extra->packets;
	before[cpu].wire_extra.bytes += wire_extra->bytes;
	if (!memcmp(&before[cpu], &after[cpu], sizeof(*before)))
		return;
	print_message("# frame of %u bytes, should be class %d\n", packet.len, class);
	print_difference(&before[cpu], &after[cpu]);
	print_packet(packet.data, packet.len);
	fail();
}

static void check_as_reference(const struct program *p)
{
	static const struct virtio_net_hdr plain;
	static const struct weir_count nothing;

	check(p, &plain, reference_classify(packet.data, packet.len, p == &tun_program).class,
	      &nothing);
}

/* Returns true if a packet socket accepts the packet, which must have a link header. */
static bool fits_lo(void)
{
	return packet.len >= 14;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void crafted_packets(void **state)
{
	static const struct virtio_net_hdr plain;
	static const struct weir_count nothing;

	(void)state;
	for (size_t i = 0; i < CORPUS_LEN; i++) {
		packet_build(&packet, corpus[i].layers);
		if (!row_is_raw(&corpus[i]) && fits_lo())
			check(&lo_program, &plain, corpus[i].class, &nothing);
	}
}

/* Only the link header is linear; all other headers are read from a fragment. */
static void headers_in_fragments(void **state)
{
	int tcp = 0;

	(void)state;
	for (size_t i = 0; i < CORPUS_LEN; i++) {
		packet_build(&packet, corpus[i].layers);
		if (row_is_raw(&corpus[i]) || !fits_lo())
			continue;
		packet_add(&packet, FRAGMENTED - packet.len, 0);
		tcp += reference_classify(packet.data, packet.len, false).class == V4(TCP);
		check_as_reference(&lo_program);
	}
	assert_uint_in_range(tcp, 5, CORPUS_LEN);
}

static void damaged_packets(void **state)
{
	struct random random = random_from(number_from_env("WEIR_SEED", 1));

	(void)state;
	for (int i = 0; i < DAMAGED; i++) {
		if (mutate_next(&random, &packet) || !fits_lo())
			continue;
		if (i % 2) /* as fragments */
			packet_add(&packet, FRAGMENTED - packet.len, 0);
		check_as_reference(&lo_program);
	}
}

/* TCP super-packets from a packet socket have a gso_segs of 0, as from tap devices. */
static void check_gso(uint8_t type, uint16_t size, uint32_t headers, uint32_t segments,
		      const struct layer *layers)
{
	struct virtio_net_hdr header = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
					 .gso_type = type,
					 .gso_size = size,
					 .hdr_len = headers,
					 .csum_start = headers - 20,
					 .csum_offset = 16 };
	struct weir_count extra = { segments - 1, (uint64_t)(segments - 1) * headers };

	packet_build(&packet, layers);
	check(&lo_program, &header, reference_classify(packet.data, packet.len, false).class,
	      &extra);
}

static void gso_of_a_device(void **state)
{
	(void)state;
	check_gso(VIRTIO_NET_HDR_GSO_TCPV4, 1448, 54, 7,
		  (struct layer[]){ ETH(), IP4(.frag = DONT), TCP(), BODY(10000), { 0 } });
	check_gso(VIRTIO_NET_HDR_GSO_TCPV6, 1000, 74, 60,
		  (struct layer[]){ ETH(), IP6(), TCP(), BODY(60000), { 0 } });
	check_gso(VIRTIO_NET_HDR_GSO_TCPV4, 1000, 54, 2,
		  (struct layer[]){ ETH(), IP4(.frag = DONT), TCP(), BODY(1001), { 0 } });
}

static void need_tun(void)
{
	int err = tun < 0 ? open_tun() : 0;

	if (!err)
		return;
	if (err == -ENOENT || err == -ENODEV || err == -ENXIO) {
		print_message("# SKIP: no tun device here: %s\n", strerror(-err));
		skip();
	}
	print_message("# tun device: %s\n", strerror(-err));
	fail();
}

static void crafted_packets_without_link_header(void **state)
{
	static const struct weir_count nothing;

	(void)state;
	need_tun();
	for (size_t i = 0; i < CORPUS_LEN; i++) {
		packet_build(&packet, corpus[i].layers);
		if (row_is_raw(&corpus[i]) && packet.len)
			check(&tun_program, NULL, corpus[i].class, &nothing);
	}
}

static void damaged_packets_without_link_header(void **state)
{
	struct random random = random_from(number_from_env("WEIR_SEED", 1));

	(void)state;
	need_tun();
	for (int i = 0; i < DAMAGED; i++)
		if (mutate_next(&random, &packet) && packet.len)
			check_as_reference(&tun_program);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crafted_packets),
		cmocka_unit_test(headers_in_fragments),
		cmocka_unit_test(damaged_packets),
		cmocka_unit_test(gso_of_a_device),
		cmocka_unit_test(crafted_packets_without_link_header),
		cmocka_unit_test(damaged_packets_without_link_header),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("tc on devices", tests, make_namespace, close_all);
}
