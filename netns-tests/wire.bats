#!/usr/bin/env bats
# kernel: each, quick
# Frames that are not plain: super-packets, VLAN tags, devices without a link header.

load lib

# transfer BYTES [OPTION]: sends by TCP from A to B, where socat(1) listens with that option
transfer() {
	in_ns "$B" socat -u "TCP4-LISTEN:8080,reuseaddr${2:+,$2}" OPEN:/dev/null 3>&- &
	local listener=$!
	listens() { [[ -n $(in_ns "$B" ss -Hltn 'sport = 8080') ]]; }
	eventually listens
	head -c "$1" /dev/zero | in_ns "$A" socat -u STDIN TCP4:192.0.2.2:8080
	wait "$listener"
	settle # the last ACKs
}

# A veth has room for all data in flight with this window, however late it is received.
small=rcvbuf=65536

# since "P B" "P B": prints the second minus the first
since() {
	echo "$((${2% *} - ${1% *})) $((${2#* } - ${1#* }))"
}

@test "100 MB of TCP: handled packets equal the interfaces', wire packets are equal at both ends" {
	local tx rx
	ctl -n "$A" attach va
	ctl -n "$B" attach vb
	tx=$(stats "$A" va tx) rx=$(stats "$B" vb rx)
	transfer 100000000
	tx=$(since "$tx" "$(stats "$A" va tx)") rx=$(since "$rx" "$(stats "$B" vb rx)")
	equal "$(counts va tc-egress)" "$tx" 'egress of the sender'
	equal "$(counts vb tc-ingress)" "$rx" 'ingress of the receiver'
	local wire='"\(.wire_packets) \(.wire_bytes)"'
	equal "$(counts va tc-egress "$wire")" "$(counts vb tc-ingress "$wire")" 'both ends on the wire'
	equal "$(counts vb tc-egress "$wire")" "$(counts va tc-ingress "$wire")" 'and back'
	# there were super-packets, and each segment has 66 bytes of headers
	equal "$(counts va tc-egress '.wire_packets > 2 * .packets')" true
	equal "$(counts va tc-egress '(.wire_bytes - .bytes) / (.wire_packets - .packets)')" 66
}

@test "without offloads, handled and wire packets are equal at the receiver" {
	in_ns "$A" ethtool -K va tso off gso off gro off >/dev/null
	in_ns "$B" ethtool -K vb tso off gso off gro off >/dev/null
	ctl -n "$A" attach va --egress
	ctl -n "$B" attach vb --ingress
	transfer 1000000 $small
	# TCP still makes super-packets; they are segmented after our egress
	equal "$(counts vb tc-ingress '.packets == .wire_packets and .bytes == .wire_bytes')" true
	equal "$(counts vb tc-ingress)" "$(counts va tc-egress '"\(.wire_packets) \(.wire_bytes)"')"
}

@test "XDP counts super-packets from the other end of a veth with their whole length" {
	ctl -n "$A" attach va --egress
	ctl -n "$B" attach vb --xdp
	transfer 3000000 $small
	equal "$(counts vb xdp '"\(.packets) \(.bytes)"')" "$(counts va tc-egress '"\(.wire_packets) \(.wire_bytes)"')"
}

# quiet_up NETNS IFACE...: brings them up without IPv6. An interface that is up already has an IPv6
# address and sends, and bringing one up also brings up those above it.
quiet_up() {
	local name
	for name in "${@:2}"; do
		ip -n "$1" link set "$name" addrgenmode none
	done
	for name in "${@:2}"; do
		ip -n "$1" link set "$name" up
	done
}

@test "tags in the frame count in its length, until the stack removes one" {
	ctl -n "$A" attach va --egress
	ctl -n "$B" attach vb --xdp --ingress
	send "$A" va 10 vlan 200
	send "$A" va 5 qinq 300
	equal "$(counts va tc-egress)" '15 3500'
	equal "$(counts vb xdp)" '15 3500'
	# the outer tag is now beside the frame
	equal "$(counts vb tc-ingress)" '15 3440'
	local end
	for end in 'va tc-egress' 'vb xdp' 'vb tc-ingress'; do
		# shellcheck disable=SC2086
		equal "$(counts $end '.protocols | "\(.ipv4.packets) \(.udp.packets)"')" '15 15' "$end"
	done
}

@test "tagged frames have the class of their contents" {
	need vlan
	local end
	ip -n "$A" link add link va name va.5 type vlan id 5
	ip -n "$B" link add link vb name vb.5 type vlan id 5
	ip -n "$A" addr add 198.51.100.1/24 dev va.5
	ip -n "$B" addr add 198.51.100.2/24 dev vb.5
	quiet_up "$A" va.5
	quiet_up "$B" vb.5
	ip -n "$A" neigh replace 198.51.100.2 lladdr 02:00:00:00:00:0b dev va.5 nud permanent
	ip -n "$B" neigh replace 198.51.100.1 lladdr 02:00:00:00:00:0a dev vb.5 nud permanent
	ctl -n "$A" attach va va.5
	ctl -n "$B" attach vb --xdp --ingress
	"$RIG" -n "$A" ping 198.51.100.2 9
	for end in 'va tc-egress' 'va.5 tc-egress' 'vb tc-ingress' 'vb xdp'; do
		# shellcheck disable=SC2086
		equal "$(counts $end .protocols.icmp.packets)" 9 "$end"
	done
	# a veth carries the tag beside the frame, where XDP does not see it
	equal "$(counts va tc-egress .bytes)" $((9 * 98))
	equal "$(counts vb tc-ingress .bytes)" $((9 * 98))
	equal "$(counts vb xdp .bytes)" $((9 * 98))
}

@test "so have frames with two tags" {
	need vlan
	ip -n "$A" link add link va name qout type vlan proto 802.1ad id 7
	ip -n "$A" link add link qout name qin type vlan id 8
	ip -n "$A" addr add 198.51.100.1/24 dev qin
	quiet_up "$A" qout qin
	ip -n "$A" neigh replace 198.51.100.2 lladdr 02:00:00:00:00:dd dev qin nud permanent
	ctl -n "$A" attach va --egress
	ctl -n "$B" attach vb --xdp
	in_ns "$A" ping -q -c 3 -i 0.01 -W 1 198.51.100.2 >/dev/null || true
	settle
	equal "$(counts va tc-egress '"\(.protocols.icmp.packets) \(.packets)"')" '3 3'
	equal "$(counts vb xdp '"\(.protocols.icmp.packets) \(.bytes)"')" "3 $((3 * 102))"
}

@test "frames of a tun device begin with the IP header" {
	in_ns "$A" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	in_ns "$A" ip tuntap add dev tun0 mode tun
	in_ns "$A" ip link set tun0 up
	ctl -n "$A" attach tun0 --ingress
	"$RIG" -n "$A" tun tun0 40 udp 100
	equal "$(counts tun0 tc-ingress)" '40 4000'
	equal "$(counts tun0 tc-ingress '.protocols | "\(.udp.packets) \(.ipv4.packets) \(.malformed.packets)"')" '40 40 0'
}
