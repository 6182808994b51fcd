#!/usr/bin/env bats
# kernel: each, quick
# Foreign filters keep deciding about packets, and ours counts what it should.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031
load lib

@test "a foreign filter keeps dropping after ours at clsact ingress" {
	"$RIG" program tc "$P/t" dropper 2
	tc -n "$B" qdisc add dev vb clsact
	in_ns "$B" tc filter add dev vb ingress prio 50 bpf direct-action object-pinned "$P/t"
	ctl -n "$B" attach vb --ingress --tc-method clsact
	send "$A" va 10 udp 100
	equal "$(counts vb tc-ingress) $("$RIG" count "$P/t")" '10 1000 10'
	ctl -n "$B" detach vb
	send "$A" va 3 udp 100
	equal "$("$RIG" count "$P/t")" 13
	contains "$(hooks "$B" vb)" clsact
}

@test "foreign classifiers without BPF do not change" {
	local before
	tc -n "$A" qdisc add dev va clsact
	# a classifier that matches ends the chain, so these do not match the sent packets
	tc -n "$A" filter add dev va egress prio 20 protocol ip u32 match ip protocol 6 0xff classid 1:7
	tc -n "$A" filter add dev va ingress prio 30 protocol ip u32 match ip protocol 6 0xff classid 1:8
	before=$(tc -n "$A" filter show dev va egress; tc -n "$A" filter show dev va ingress)
	contains "$before" '1:7'
	ctl -n "$A" attach va --tc-method clsact
	send "$A" va 10 udp 100
	equal "$(counts va tc-egress)" '10 1000'
	ctl -n "$A" attach va --tc-method clsact --replace
	ctl purge
	equal "$(tc -n "$A" filter show dev va egress; tc -n "$A" filter show dev va ingress)" "$before"
}

@test "a foreign filter of the first priority comes before ours, and ours after it" {
	"$RIG" program tc "$P/t" first
	tc -n "$A" qdisc add dev va clsact
	in_ns "$A" tc filter add dev va egress prio 1 bpf direct-action object-pinned "$P/t"
	ctl -n "$A" attach va --tc-method clsact
	send "$A" va 10 udp 100
	equal "$(counts va tc-egress) $("$RIG" count "$P/t")" '10 1000 10'
	ctl -n "$A" attach va --tc-method clsact --replace
	send "$A" va 10 udp 100
	equal "$(counts va tc-egress) $("$RIG" count "$P/t")" '20 2000 20'
}

@test "TCX and clsact share an interface, and each counts each packet" {
	with_tcx || return 0
	"$RIG" program tc "$P/t" foreign
	tc -n "$A" qdisc add dev va clsact
	in_ns "$A" tc filter add dev va egress prio 100 bpf direct-action object-pinned "$P/t"
	ctl -n "$A" attach va --tc-method tcx
	send "$A" va 10 udp 100
	equal "$(counts va tc-egress) $("$RIG" count "$P/t")" '10 1000 10'
	ctl purge
	send "$A" va 10 udp 100
	equal "$("$RIG" count "$P/t")" 20
	contains "$(hooks "$A" va)" clsact
}

@test "packets that a foreign program drops at egress before ours are not counted" {
	with_tcx || return 0
	"$RIG" program tc "$P/t" dropper 2
	"$RIG" -n "$A" tcx va egress "$P/t"
	ctl -n "$A" attach va --egress
	send "$A" va 10 udp 100
	equal "$(counts va tc-egress) $("$RIG" count "$P/t")" '0 0 10'
	equal "$(stats "$A" va tx)" '0 0'
}

@test "drops by xdp-filter are counted by us first, and go on without us" {
	need dispatcher
	in_ns "$B" xdp-filter load -m native -f udp -p allow vb
	in_ns "$B" xdp-filter port -m dst -p udp 5000
	ctl -n "$B" attach vb --xdp --ingress
	send "$A" va 20 udp 100
	send "$A" va 5 tcp 100
	equal "$(counts vb xdp) $(counts vb tc-ingress)" '25 2500 5 500'
	ctl -n "$B" attach vb --xdp --replace
	send "$A" va 20 udp 100
	equal "$(counts vb xdp) $(counts vb tc-ingress)" '45 4500 5 500'
	ctl -n "$B" detach vb --xdp
	send "$A" va 20 udp 100
	send "$A" va 1 tcp 100
	equal "$(counts vb tc-ingress)" '6 600'
}

@test "a foreign XDP program with a link cannot be replaced, even by --force" {
	"$RIG" program xdp "$P/x" linked
	"$RIG" -n "$B" xdp-link vb "$P/x"
	fails 1 linked ctl -n "$B" attach vb --xdp
	fails 1 linked ctl -n "$B" attach vb --xdp --force
	send "$A" va 5 udp 100
	equal "$("$RIG" count "$P/x")" 5
	equal "$(slots)" 0
	equal "$(pins)" ''
}

@test "a failing --force puts the foreign program back" {
	"$RIG" program xdp "$P/x" foreign
	in_ns "$B" ip link set vb xdpgeneric pinned "$P/x"
	# native XDP needs smaller frames
	in_ns "$B" ip link set vb mtu 65000
	in_ns "$A" ip link set va mtu 65000
	if ctl -n "$B" attach vb --xdp=native --force 2>/dev/null; then
		equal "$(status '.[0].mode')" native
	else
		contains "$(hooks "$B" vb)" xdp
		send "$A" va 5 udp 100
		equal "$("$RIG" count "$P/x")" 5
		equal "$(slots)" 0
	fi
}

# On some kernels a program that takes fragments loses the Ethernet header in generic mode.
@test "generic XDP, fresh and replaced, leaves whole packets to tc, to others' programs too" {
	local round
	in_ns "$B" tc qdisc add dev vb clsact
	"$RIG" drops-icmp "$P/drops" foreign
	in_ns "$B" tc filter add dev vb ingress pref 9 bpf da object-pinned "$P/drops"
	ctl -n "$B" attach vb --ingress --xdp=generic
	for round in fresh replaced; do
		ctl -n "$B" counters --reset vb >/dev/null
		send "$A" va 10 udp 200
		equal "$(counts vb tc-ingress '"\(.protocols.udp.packets) \(.protocols.udp.bytes)"')" '10 2000' "$round"
		equal "$(counts vb xdp '"\(.protocols.udp.packets) \(.protocols.udp.bytes)"')" '10 2000' "$round"
		contains "$(in_ns "$A" ping -q -c 2 -i 0.1 -W 1 192.0.2.2)" ' 0 received'
		ctl -n "$B" attach vb --ingress --xdp=generic --features counters
	done
}
