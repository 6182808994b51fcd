#!/usr/bin/env bats
# kernel: each
# Drops are counted with the reason, place and number of this kernel.

# shellcheck disable=SC2030,SC2031,SC2154
load lib
load sockets # the drops() below replaces its drops()

# number REASON: prints the running kernel's number
number() {
	bpftool btf dump file /sys/kernel/btf/vmlinux format raw |
		sed -nE "s/.*'SKB_DROP_REASON_$1' val=([0-9]+).*/\1/p" | head -n 1
}

# looking [OPTION...]: runs ctl drops for every namespace, in the background, until looked
looking() {
	background ctl_drops "$@"
	looker=$!
	eventually looks
}

ctl_drops() {
	exec "$CTL" -j drops -d 600 --flows "$@" >"$BATS_TEST_TMPDIR/drops"
}

ctl_table() {
	exec "$CTL" drops -d 600 >"$BATS_TEST_TMPDIR/table"
}

# It sleeps only after it has attached its programs and read the old counts. That alone
# could also be a ctl that failed.
looks() {
	asleep "$looker" && grep -qs '^raw_tracepoint:.*kfree_skb\|^tp_name:.*kfree_skb' /proc/"$looker"/fdinfo/*
}

# looked: waits until all packets have been dropped or delivered, then ends ctl
looked() {
	settle
	kill -INT "$looker"
	finish
}

# drops JQ: runs JQ on the list of drops
drops() {
	jq -r ".drops | $1" "$BATS_TEST_TMPDIR/drops"
}

# reasons NETNS: prints all drops there as "REASON PACKETS"
reasons() {
	drops "map(select(.netns == \"$1\")) | group_by(.reason) |
		map(\"\(.[0].reason) \(map(.packets) | add)\") | join(\", \")"
}

gone() {
	! bpftool prog show id "$1" >/dev/null 2>&1
}

# udp COUNT PORT: sends datagrams of 100 bytes from A to B
udp() {
	in_ns "$A" python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(int(sys.argv[1])):
    s.sendto(b"x" * 100, ("192.0.2.2", int(sys.argv[2])))
' "$1" "$2"
}

# udp_read COUNT: sends datagrams from A to a socket of B, which reads them
udp_read() {
	in_ns "$A" python3 -c '
import ctypes, os, socket, sys
tx = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if ctypes.CDLL(None).setns(os.open("/run/netns/" + sys.argv[2], os.O_RDONLY), 0x40000000):
    sys.exit("setns")
rx = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
rx.bind(("192.0.2.2", 4445))
rx.settimeout(60)
for _ in range(int(sys.argv[1])):
    tx.sendto(b"x" * 100, ("192.0.2.2", 4445))
    rx.recv(200)
' "$1" "$B"
}

# frames COUNT KIND: sends badsum, foreign (a source without a route) or lldp from A to the MAC of B
frames() {
	in_ns "$A" python3 -c '
import socket, struct, sys
def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
def ip(source, checksum_of_udp):
    payload = struct.pack(">HHHH", 4000, 4444, 28, checksum_of_udp) + b"x" * 20
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, 17, 0,
                         socket.inet_aton(source), socket.inet_aton("192.0.2.2"))
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + payload
kinds = {"badsum": (0x0800, ip("192.0.2.1", 0xdead)), "foreign": (0x0800, ip("203.0.113.9", 0)),
         "lldp": (0x88b5, b"x" * 46)}
proto, data = kinds[sys.argv[2]]
mac = bytes.fromhex("02000000000b") + bytes.fromhex("02000000000a")
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("va", 0))
for _ in range(int(sys.argv[1])):
    s.send(mac + struct.pack(">H", proto) + data)
' "$1" "$2"
}

@test "drops by nftables are NETFILTER_DROP, with this kernel's number" {
	in_ns "$B" nft 'table inet t { chain c { type filter hook input priority 0; udp dport 4444 drop; }; }'
	looking
	udp 12 4444
	looked
	equal "$(reasons "$B")" 'NETFILTER_DROP 12'
	equal "$(drops "map(select(.netns == \"$B\")) | .[0] |
		\"\(.number) \(.interface) \(.protocol) \(.family) \(.dst):\(.dst_port) \(.bytes) \(.weight)\"")" \
		"$(number NETFILTER_DROP) vb udp ipv4 192.0.2.2:4444 $((12 * 142)) normal"
	contains "$(drops "map(select(.netns == \"$B\")) | .[0].location")" +0x
}

@test "a closed port is NO_SOCKET, and -n leaves out another namespace's drops" {
	looking
	udp 9 5555
	looked
	equal "$(reasons "$B")" 'NO_SOCKET 9'
	equal "$(drops "map(select(.netns == \"$B\")) | .[0].number")" "$(number NO_SOCKET)"
	looking -n "$A"
	udp 3 5555
	looked
	equal "$(drops "map(select(.reason == \"NO_SOCKET\")) | length")" 0
}

@test "a bad checksum is UDP_CSUM" {
	looking
	frames 7 badsum
	looked
	equal "$(reasons "$B")" 'UDP_CSUM 7'
	equal "$(drops "map(select(.netns == \"$B\")) | .[0] | \"\(.number) \(.src):\(.src_port) \(.weight)\"")" \
		"$(number UDP_CSUM) 192.0.2.1:4000 look"
}

@test "a source without a route back is IP_RPFILTER" {
	in_ns "$B" sysctl -qw net.ipv4.conf.vb.rp_filter=1
	looking
	frames 6 foreign
	looked
	equal "$(reasons "$B")" 'IP_RPFILTER 6'
	equal "$(drops "map(select(.netns == \"$B\")) | .[0].number")" "$(number IP_RPFILTER)"
}

@test "a full queue is QDISC_DROP, as often as the qdisc counts" {
	tc -n "$A" qdisc add dev va root tbf rate 8kbit burst 1600 limit 1600
	looking
	udp 40 4444
	looked
	local dropped
	dropped=$(tc -n "$A" -s -j qdisc show dev va | jq '.[0].drops')
	((dropped > 10)) || fail "the qdisc dropped $dropped"
	equal "$(drops "map(select(.netns == \"$A\" and (.reason | startswith(\"QDISC_\")))) |
		\"\(.[0].reason) \(.[0].interface) \(map(.packets) | add)\"")" "QDISC_DROP va $dropped"
}

@test "frames of an unknown protocol are in the interface's own counters too" {
	looking
	frames 5 lldp
	looked
	equal "$(reasons "$B")" 'UNHANDLED_PROTO 5'
	equal "$(jq -r ".interfaces[] | select(.netns == \"$B\") |
		\"\(.interface) \(.losses.rx_dropped) \(.losses.rx_errors)\"" "$BATS_TEST_TMPDIR/drops")" 'vb 5 0'
	equal "$(drops "map(select(.netns == \"$B\")) | .[0].protocol")" 0x88b5
}

@test "a filter keeps exactly the matching packets" {
	looking --filter "udp and dst port 5556 and netns $B"
	udp 4 5555
	udp 8 5556
	looked
	equal "$(drops 'map("\(.reason) \(.packets) \(.dst_port)") | join(",")')" 'NO_SOCKET 8 5556'
}

@test "events show each drop, and the count of those left out" {
	"$CTL" -n "$B" -j drops -d 600 --events=10 >"$BATS_TEST_TMPDIR/events" 3>&- &
	looker=$! pids+=($!)
	eventually looks
	udp 300 5555
	looked
	local shown left
	shown=$(jq -s 'map(select(.time)) | length' "$BATS_TEST_TMPDIR/events")
	read -r told left < <(jq -rs '.[-1] | "\(.events) \(.events_left_out)"' "$BATS_TEST_TMPDIR/events")
	equal "$shown" "$told"
	equal "$((told + left))" "$(jq -rs '.[-1].drops | map(.packets) | add' "$BATS_TEST_TMPDIR/events")"
	((shown >= 10 && left > 0)) || fail "$shown shown, $left left out"
	equal "$(jq -rs '.[0] | "\(.reason) \(.protocol) \(.src) \(.dst_port) \(.bytes)"' "$BATS_TEST_TMPDIR/events")" \
		'NO_SOCKET udp 192.0.2.1 5555 142'
}

@test "stacks show the way to the drop, and sums add up" {
	looking --stack
	udp 5 5555
	looked
	contains "$(drops "map(select(.netns == \"$B\")) | .[0].stack | join(\" \")")" udp
	"$CTL" -n "$B" -j drops -d 600 --by reason >"$BATS_TEST_TMPDIR/drops" 3>&- &
	looker=$! pids+=($!)
	eventually looks
	udp 5 5555
	udp 6 5556
	looked
	equal "$(drops 'map("\(.reason) \(.packets) \(.interface)") | join(",")')" 'NO_SOCKET 11 null'
}

@test "an XDP program's failure has its interface" {
	mkdir "$P"
	"$RIG" program xdp "$P/aborts" aborts 0 # XDP_ABORTED
	"$RIG" -n "$B" xdp-link vb "$P/aborts"
	looking
	udp 5 4444
	looked
	equal "$(drops "map(select(.source == \"xdp-exception\")) |
		map(\"\(.reason) \(.interface) \(.netns) \(.packets)\") | join(\",\")")" "XDP_ABORTED vb $B 5"
}

@test "a redirect that fails has its errno and interface" {
	mkdir "$P"
	"$RIG" program xdp "$P/redirects" redirects 4 # XDP_REDIRECT, to nowhere
	"$RIG" -n "$B" xdp-link vb "$P/redirects"
	looking
	udp 6 4444
	looked
	equal "$(drops "map(select(.source == \"xdp-redirect\")) |
		map(\"\(.reason) \(.number) \(.interface) \(.netns) \(.packets)\") | join(\",\")")" "EBADRQC 56 vb $B 6"
}

@test "a drop without a reason is NOT_SPECIFIED, with the place" {
	looking
	# sends to an unused netlink port
	in_ns "$A" python3 -c '
import socket
s = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 2)
for _ in range(8):
    try:
        s.sendto(b"x" * 32, (3999999999, 0))
    except ConnectionRefusedError:
        pass
'
	looked
	equal "$(drops "map(select(.location | startswith(\"netlink_unicast+0x\"))) |
		map(\"\(.reason) \(.number) \(.packets) \(.weight)\") | join(\",\")")" \
		"NOT_SPECIFIED $(number NOT_SPECIFIED) 8 look"
}

@test "reasons of a subsystem have the names of its module" {
	modprobe openvswitch 2>/dev/null || need openvswitch
	in_ns "$B" python3 "$top/netns-tests/ovs.py" ovs0 vb
	looking
	frames 6 lldp
	looked
	# before Linux 6.7 it consumes dropped packets, which look like delivered ones
	if ((${kernel%%.*} == 6 && kernel_minor < 7)); then
		equal "$(reasons "$B")" ''
		return
	fi
	equal "$(reasons "$B")" 'OVS_DROP_LAST_ACTION 6'
	contains "$(drops "map(select(.netns == \"$B\")) | .[0].location")" do_execute_actions
}

@test "a consumed packet is not a drop" {
	looking
	udp_read 30
	looked
	equal "$(reasons "$A")" ''
	equal "$(reasons "$B")" ''
}

@test "ctl where names the kernel's drops after the hook" {
	ctl -n "$A" attach va --egress
	ctl -n "$B" attach vb --ingress
	"$CTL" -j where 'udp and dst port 5557' --drops=600 >"$BATS_TEST_TMPDIR/where" 3>&- &
	looker=$! pids+=($!)
	eventually looks
	udp 6 5557
	udp 3 5558
	looked
	equal "$(jq -r '.paths[0] | "\(.hops | map(.packets) | join(" ")) \(.drops |
		map("\(.reason) \(.packets) \(.netns) \(.interface)") | join(","))"' "$BATS_TEST_TMPDIR/where")" \
		"6 6 NO_SOCKET 6 $B vb"
	equal "$(jq -r '.paths[0] | .drops[0].behind_slot == .hops[-1].slot' "$BATS_TEST_TMPDIR/where")" true
	fails 2 'set the same time' ctl where va --for 2 --drops=3
}

@test "drops by our own programs have a table of what grew" {
	ip -n "$A" link set lo up
	holder_start "$A"
	ctl attach --socket "$holder:$udp" --keep 'src port 7100'
	tell udp 3 100 7101
	looking
	tell udp 4 100 7100
	tell udp 5 100 7101
	looked
	equal "$(jq -r '.verdicts | map("\(.socket) \(.hook) \(.verdict) \(.packets) \(.bytes)") | join(", ")' \
		"$BATS_TEST_TMPDIR/drops")" 'udp 127.0.0.1:7000 socket-filter socket-filter 5 540'
	background ctl_table
	looker=$!
	eventually looks
	tell udp 2 100 7101
	looked
	grep -Eq "^udp 127.0.0.1:7000 +$A +socket-filter +socket-filter +2 +216\$" "$BATS_TEST_TMPDIR/table" ||
		fail "$(<"$BATS_TEST_TMPDIR/table")"
	# they have no flow, so a filter leaves them out
	looking --filter 'udp'
	tell udp 2 100 7101
	looked
	equal "$(jq '.verdicts | length' "$BATS_TEST_TMPDIR/drops")" 0
}

@test "nothing is left behind" {
	looking
	local programs id
	programs=$(sed -n 's/^prog_id:[[:space:]]*//p' /proc/"$looker"/fdinfo/* | sort -u)
	[[ -n $programs ]] || fail 'no program to be seen'
	looked
	for id in $programs; do
		eventually gone "$id"
	done
}

@test "each mistake on the command line has a sentence" {
	fails 2 '--duration takes seconds' ctl drops -d 0
	fails 2 '--events takes a number' ctl drops --events=0
	fails 2 '--by is a list of' ctl drops --by host
	fails 2 'exclude each other' ctl drops -d 1 --watch
	fails 2 'goes without --flows' ctl drops --by reason --flows
	fails 2 "unexpected 'now'" ctl drops now
}
