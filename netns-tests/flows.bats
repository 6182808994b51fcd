#!/usr/bin/env bats
# kernel: each, quick
# Each conversation has exactly the packets that were sent, whatever the cache did.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031
load lib

# flow JQ [OPTION...]: runs JQ on the list of flows
flow() {
	ctl -j flows "${@:2}" | jq -r "$1"
}

@test "each protocol has its own flow, exact in packets and bytes, in both directions" {
	ctl -n "$A" attach va
	ctl -n "$B" attach vb --ingress --xdp --features counters,flows
	send "$A" va 30 udp 200
	send "$A" va 20 tcp 100
	send "$A" va 10 udp6 300
	send "$A" va 5 gre 90
	ping_b 7
	local hook
	for hook in 'va tc-egress' 'vb tc-ingress' 'vb xdp'; do
		# shellcheck disable=SC2086
		set -- $hook
		equal "$(flow 'map("\(.protocol) \(.packets) \(.bytes)") | sort | join(", ")' "$1" --hook "$2")" \
			'gre 5 450, icmp 7 686, tcp 20 2000, udp 10 3000, udp 30 6000' "$hook"
	done
	# replies are the other direction
	equal "$(flow 'map("\(.protocol) \(.packets)") | join(",")' va --hook tc-ingress)" 'icmp 7'
	equal "$(flow '.[] | "\(.src) \(.dst) \(.icmp_type) \(.src_port)"' va --hook tc-ingress)" \
		'192.0.2.2 192.0.2.1 0 null'
}

@test "JSON has the documented keys" {
	ctl -n "$A" attach va --egress
	send "$A" va 1 udp 100
	equal "$(flow '.[0] | [keys_unsorted[] | select(startswith("icmp") | not)] | join(" ")')" \
		'slot netns interface hook protocol src src_port dst dst_port packets bytes first_seen last_seen tcp_flags'
	equal "$(flow '.[0] | "\(.slot) \(.netns) \(.interface) \(.hook) \(.tcp_flags)"')" \
		"0 $A va tc-egress null"
}

@test "fragments count for the flow of their first fragment" {
	ctl -n "$A" attach va --egress
	ping_b 3 4000
	equal "$(flow 'map("\(.protocol) \(.packets) \(.icmp_type)") | join(",")')" 'icmp 9 8'
}

# Makes 300 flows in 20 rounds, one datagram each, from one process
round_robin() {
	in_ns "$A" python3 -c '
import socket
s = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(300)]
for i, one in enumerate(s):
    one.bind(("192.0.2.1", 20000 + i))
for _ in range(20):
    for one in s:
        one.sendto(b"x" * 58, ("192.0.2.2", 9999))
'
}

@test "300 flows in turn have 20 packets each" {
	ctl -n "$A" attach va --egress
	round_robin
	equal "$(flow '[.[] | select(.protocol == "udp")] | "\(length) \(map(.packets) | unique | tostring) \(map(.bytes) | unique | tostring)"')" \
		'300 [20] [2000]'
}

@test "two CPUs add up in one flow" {
	local first second
	ctl -n "$A" attach va --egress
	"$RIG" -n "$A" send -c 0 va 2000 udp 100 >/dev/null 3>&- &
	first=$!
	"$RIG" -n "$A" send -c 1 va 3000 udp 100 >/dev/null 3>&- &
	second=$!
	wait "$first" "$second"
	equal "$(flow 'map("\(.packets) \(.bytes)") | join(",")')" '5000 500000'
}

@test "cache and table agree with the sender after a storm of more flows than the cache holds" {
	ctl -n "$A" attach va --egress --flow-entries 65536
	in_ns "$A" python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2.1", 20000))
for _ in range(3):
    for port in range(10000, 30000):
        s.sendto(b"x" * 58, ("192.0.2.2", port))
'
	equal "$(flow '[.[] | select(.protocol == "udp")] | "\(length) \(map(.packets) | unique | tostring)"')" \
		'20000 [3]'
	equal "$(counts va tc-egress .protocols.udp.packets)" 60000
}

@test "a full table evicts, and says how many" {
	ctl -n "$A" attach va --egress --flow-entries 1024
	in_ns "$A" python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2.1", 20000))
for _ in range(2):
    for port in range(10000, 40000):
        s.sendto(b"x" * 58, ("192.0.2.2", port))
'
	contains "$(ctl flows)" 'made room for newer ones'
	# the counters still have all packets
	equal "$(counts va tc-egress .protocols.udp.packets)" 60000
}

@test "nothing is evicted from a table with room, however often it is read while it fills" {
	local i sender
	ctl -n "$A" attach va --egress --flow-entries 262144
	in_ns "$A" python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for src in range(20000, 20004):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("192.0.2.1", src))
    for port in range(10000, 25000):
        s.sendto(b"x", ("192.0.2.2", port))
' 3>&- &
	sender=$!
	for ((i = 0; i < 40; i++)); do
		lacks "$(ctl flows --top 1)" 'made room'
	done
	wait "$sender"
	equal "$(flow '[.[] | select(.protocol == "udp")] | length')" 60000
	lacks "$(ctl flows --top 1)" 'made room'
}

@test "a conversation is one row in the table, with both directions" {
	ctl -n "$A" attach va
	ping_b 6
	local rows
	rows=$(ctl flows va | grep -c icmp)
	equal "$rows" 1
	contains "$(ctl flows va | grep icmp)" '192.0.2.1'
}

@test "filters choose flows, and an error in a filter is shown with its place" {
	ctl -n "$A" attach va
	send "$A" va 3 udp 100
	send "$A" va 4 tcp 100
	equal "$(flow 'map(.packets) | join(",")' --filter 'proto tcp')" 4
	equal "$(flow 'map(.packets) | join(",")' --filter 'udp and packets < 4')" 3
	equal "$(flow length --filter 'not ip')" 0
	local text status=0
	text=$(ctl flows --filter 'proto tcp and prot 5' 2>&1) || status=$?
	equal "$status" 2
	contains "$text" '^'
}

@test "flows of a detached program are not shown, and not given to its successor" {
	ctl -n "$A" attach va --egress
	send "$A" va 9 udp 100
	ctl -n "$A" detach va
	ctl -n "$A" attach va --egress
	send "$A" va 2 udp 100
	equal "$(flow 'map(.packets) | join(",")')" 2
}

@test "where shows between which hooks packets vanish" {
	"$RIG" program xdp "$P/x" dropper 1
	ctl -n "$A" attach va --egress
	ctl -n "$B" attach vb --ingress
	send "$A" va 4 udp 100
	contains "$(ctl -n "$A" where va)" 'Nothing vanishes'
	# a foreign program at XDP takes every packet before tc sees it
	in_ns "$B" ip link set vb xdp pinned "$P/x"
	send "$A" va 10 udp 100
	contains "$(ctl -n "$A" where va)" '10 packets vanish'
	equal "$(counts va tc-egress .packets) $(counts vb tc-ingress .packets)" '14 4'
}
