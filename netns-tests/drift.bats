#!/usr/bin/env bats
# kernel: each, quick
# If somebody changes an attachment, status names them, and attaching again repairs it.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031
load lib

detail_of() {
	status ".[] | select(.interface == \"$1\" and .hook == \"$2\").detail"
}

# mended NETNS IFACE HOOK OPTION...: attaches again, which has to take the same slot
mended() {
	contains "$(ctl -n "$1" attach "$2" "${@:4}")" 'again' || return
	equal "$(state_of "$2" "$3")" attached || return
	equal "$(slots)" 1
}

@test "XDP: a link that somebody detaches" {
	if dispatcher_here; then # our program has no link there; the next tests cover it
		ctl -n "$B" attach vb --xdp
		equal "$(ls "$WEIR_ROOT/links")" ''
		return
	fi
	ctl -n "$B" attach vb --xdp
	send "$A" va 3 udp 100
	bpftool link detach id "$(bpftool -j link show pinned "$WEIR_ROOT/links/slot_0" | jq '.id // .[0].id')"
	equal "$(state_of vb xdp)" drifted
	contains "$(detail_of vb xdp)" 'detached by somebody'
	send "$A" va 3 udp 100
	mended "$B" vb xdp --xdp
	send "$A" va 4 udp 100
	equal "$(counts vb xdp)" '7 700'
}

@test "XDP: a foreign program in place of the dispatcher is named, and stays until --force" {
	need dispatcher
	ctl -n "$B" attach vb --xdp
	send "$A" va 3 udp 100
	"$RIG" program xdp "$P/x" intruder
	in_ns "$B" ip -force link set vb xdp pinned "$P/x"
	equal "$(state_of vb xdp)" drifted
	contains "$(detail_of vb xdp)" intruder
	fails 1 intruder ctl -n "$B" attach vb --xdp
	equal "$(state_of vb xdp)" drifted
	send "$A" va 2 udp 100
	equal "$("$RIG" count "$P/x")" 2
	mended "$B" vb xdp --xdp --force
	send "$A" va 4 udp 100
	equal "$(counts vb xdp)" '7 700'
}

@test "XDP: xdp-loader unloads everything" {
	need dispatcher
	ctl -n "$B" attach vb --xdp
	send "$A" va 3 udp 100
	in_ns "$B" xdp-loader unload -a vb
	equal "$(state_of vb xdp)" drifted
	contains "$(detail_of vb xdp)" 'detached by somebody'
	mended "$B" vb xdp --xdp
	send "$A" va 4 udp 100
	equal "$(counts vb xdp)" '7 700'
}

@test "clsact: somebody deletes the qdisc with its filters" {
	ctl -n "$A" attach va --egress --tc-method clsact
	send "$A" va 3 udp 100
	tc -n "$A" qdisc del dev va clsact
	equal "$(state_of va tc-egress)" drifted
	mended "$A" va tc-egress --egress --tc-method clsact
	send "$A" va 4 udp 100
	equal "$(counts va tc-egress)" '7 700'
	ctl -n "$A" detach va
	equal "$(hooks "$A" va)" ''
}

@test "clsact: a foreign program with our handle is named and left alone" {
	local place
	ctl -n "$A" attach va --egress --tc-method clsact
	place=$(tc -n "$A" -j filter show dev va egress | jq -r '.[] | select(.options.handle).pref' | tail -n 1)
	"$RIG" program tc "$P/t" intruder
	in_ns "$A" tc filter replace dev va egress protocol all pref "$place" handle 0x7765 \
		bpf direct-action object-pinned "$P/t"
	equal "$(state_of va tc-egress)" drifted
	contains "$(detail_of va tc-egress)" intruder
	ctl -n "$A" detach va
	send "$A" va 5 udp 100
	equal "$("$RIG" count "$P/t")" 5
	equal "$(slots)" 0
}

@test "if somebody removes a pin, its link ends, and attaching repairs it" {
	with_tcx || return 0
	ctl -n "$A" attach va --egress
	send "$A" va 3 udp 100
	rm "$WEIR_ROOT/links/slot_0"
	equal "$(state_of va tc-egress)" drifted
	contains "$(detail_of va tc-egress)" pin
	mended "$A" va tc-egress --egress
	send "$A" va 4 udp 100
	equal "$(counts va tc-egress)" '7 700'
}

@test "detaching a drifted program leaves nothing behind, and harms nobody" {
	local id
	ctl -n "$A" attach va --tc-method clsact
	id=$(counters_id)
	tc -n "$A" filter del dev va egress
	ctl -n "$A" detach va
	equal "$(slots)" 0
	nothing_left "$A" va "$id"
}

@test "a new namespace and a new interface with old names are attached anew" {
	ctl -n "$B" attach vb --ingress
	send "$A" va 3 udp 100
	ip netns delete "$B"
	gone() { [[ $(state_of vb tc-ingress) == gone ]]; }
	eventually gone
	ip netns add "$B"
	ip -n "$B" link add name vb type veth peer name vc
	ctl -n "$B" attach vb --ingress
	equal "$(status 'map("\(.interface) \(.state)") | sort | join(" ")')" 'vb attached vb gone'
	equal "$(ctl -j counters vb | jq -c 'map(.packets) | sort')" '[0,3]'
	# -n means only the existing one
	ctl -n "$B" detach vb
	equal "$(status 'map(.state) | join(" ")')" gone
	ctl detach --all
	equal "$(slots)" 0
	equal "$(pins)" ''
}

@test "an interface that moves to another namespace is gone from the first" {
	ctl -n "$A" attach va --egress
	send "$A" va 3 udp 100
	netns_new "wt$$-c"
	ip -n "$A" link set va netns "wt$$-c"
	lacks "$(state_of va tc-egress)" attached
	equal "$(counts va tc-egress)" '3 300'
	ctl detach --all
	equal "$(pins)" ''
}
