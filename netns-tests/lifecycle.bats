#!/usr/bin/env bats
# kernel: each
# Attaching, detaching and replacing, also when others interfere.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031,SC2154
load lib

@test "attach twice changes nothing and says so" {
	ctl -n "$A" attach va
	local before after
	before=$(status 'map([.slot, .program_id, .attached_at])')
	contains "$(ctl -n "$A" attach va)" "tc-ingress at 'va' is attached already"
	after=$(status 'map([.slot, .program_id, .attached_at])')
	equal "$after" "$before"
}

@test "two at once attach an interface once" {
	local first second
	"$CTL" -n "$A" attach va >/dev/null 3>&- &
	first=$!
	"$CTL" -n "$A" attach va >/dev/null 3>&- &
	second=$!
	wait "$first"
	wait "$second"
	equal "$(slots)" 2
	send "$A" va 10 udp 100
	equal "$(counts va tc-egress)" '10 1000'
}

@test "attach and detach in a race end attached or detached" {
	local i attacher
	for ((i = 0; i < 5; i++)); do
		"$CTL" -n "$A" attach va >/dev/null 3>&- &
		attacher=$!
		ctl -n "$A" detach va >/dev/null 2>&1 || true
		wait "$attacher"
	done
	ctl -n "$A" attach va
	equal "$(slots)" 2
	equal "$(status 'map(.state) | unique | join(" ")')" attached
	local id
	id=$(counters_id)
	ctl purge
	nothing_left "$A" va "$id"
}

@test "a list with one bad name attaches nothing, and makes no pins" {
	fails 1 "no interface 'nope'; nothing was attached" ctl -n "$A" attach va nope
	equal "$(hooks va 2>/dev/null || true)" ''
	[[ ! -e $WEIR_ROOT ]]
	fails 1 "no interface matches 'nope*'" ctl -n "$A" attach va 'nope*'
}

@test "when a later interface fails, earlier ones are detached again" {
	ip -n "$A" link add name other type veth peer name rehto
	"$RIG" program xdp "$P/x" foreign
	in_ns "$A" ip link set other xdp pinned "$P/x"
	fails 1 foreign ctl -n "$A" attach va other --ingress --xdp
	equal "$(slots)" 0
	equal "$(hooks "$A" va)" ''
	equal "$("$RIG" programs "$(counters_id)" 60000)" ''
	equal "$(pins)" ''
}

@test "globs, --all and --skip-loopback choose interfaces" {
	ip -n "$A" link add name dummy1 type veth peer name dummy2
	ctl -n "$A" attach 'dummy*' --ingress
	equal "$(status 'map(.interface) | sort | join(" ")')" 'dummy1 dummy2'
	ctl -n "$A" attach --all --skip-loopback --ingress
	equal "$(status 'map(.interface) | sort | join(" ")')" 'dummy1 dummy2 va'
	ctl -n "$A" attach --all --ingress
	equal "$(status 'map(.interface) | sort | join(" ")')" 'dummy1 dummy2 lo va'
	ctl -n "$A" detach 'd*' lo
	equal "$(status 'map(.interface) | join(" ")')" va
}

@test "names with dots, of 15 characters, alternative names and large indexes work" {
	ip -n "$A" link add name a.b.c index 70000 type veth peer name fifteen-letters
	ip -n "$A" link property add dev fifteen-letters altname a-rather-long-name-for-an-interface
	ctl -n "$A" attach a.b.c a-rather-long-name-for-an-interface --egress
	equal "$(status 'map("\(.interface) \(.ifindex > 65535)") | sort | join(" ")')" \
		'a.b.c true fifteen-letters false'
	equal "$(ctl -j -n "$A" counters a-rather-long-name-for-an-interface | jq -r '.[].interface')" fifteen-letters
	ctl -n "$A" detach a-rather-long-name-for-an-interface a.b.c
	equal "$(slots)" 0
}

@test "detach leaves nothing behind" {
	local id
	ctl -n "$A" attach va --xdp --ingress --egress
	ctl -n "$B" attach vb --tc-method clsact
	id=$(counters_id)
	ctl -n "$A" detach va --ingress
	equal "$(status 'map(.hook) | sort | unique | join(" ")')" 'tc-egress tc-ingress xdp'
	ctl detach --all
	nothing_left "$A" va "$id"
	nothing_left "$B" vb "$id"
	ctl purge
	[[ ! -e $WEIR_ROOT ]]
}

@test "detaching an interface that is not attached is an error that changes nothing" {
	fails 1 "nothing is attached to 'va'" ctl -n "$A" detach va
	ctl -n "$A" attach va --ingress
	fails 1 "nothing is attached to 'vx'; nothing was detached" ctl -n "$A" detach va vx
	fails 1 "at that hook" ctl -n "$A" detach va --xdp
	fails 1 "nothing is attached to 'va'" ctl -n "$B" detach va
	equal "$(slots)" 1
}

@test "an interface that vanishes is gone, and its counts stay until it is detached" {
	ctl -n "$A" attach va --ingress --egress
	ctl -n "$B" attach vb --xdp
	send "$A" va 21 udp 100
	ip -n "$A" link delete va
	equal "$(status 'map(.state) | unique | join(" ")')" gone
	equal "$(counts va tc-egress)" '21 2100'
	equal "$(counts vb xdp)" '21 2100'
	contains "$(ctl status)" "interface 'va' no longer exists"
	# this one has the same name, but is another interface
	ip -n "$A" link add name va type veth peer name other
	ctl -n "$A" attach va --egress
	equal "$(status 'map(select(.interface == "va") | .state) | sort | join(" ")')" 'attached gone gone'
	ctl -n "$A" detach va
	ctl -n "$B" detach vb
	equal "$(slots)" 0
	equal "$(pins)" ''
}

@test "a deleted namespace loses its programs, but not its counts" {
	ctl -n "$B" attach vb --ingress --xdp
	send "$A" va 5 udp 100
	ip netns delete "$B"
	no_more() { [[ $(status 'map(.state) | unique | join(" ")') == gone ]]; }
	eventually no_more
	equal "$(counts vb tc-ingress)" '5 500'
	ctl detach --all
	equal "$(slots)" 0
	equal "$(pins)" ''
}

@test "a renamed interface is shown and detached by its new name" {
	ctl -n "$A" attach va
	ip -n "$A" link set va down
	ip -n "$A" link set va name renamed
	equal "$(status 'map(.interface) | unique | join(" ")')" renamed
	fails 1 "nothing is attached to 'va'" ctl -n "$A" detach va
	ctl -n "$A" detach renamed
}

@test "if somebody deletes a filter, status says so, attaching repairs it, and its counts go on" {
	ctl -n "$A" attach va --egress --tc-method clsact
	send "$A" va 3 udp 100
	tc -n "$A" filter del dev va egress
	equal "$(state_of va tc-egress)" drifted
	contains "$(ctl status)" 'was detached by somebody'
	send "$A" va 3 udp 100
	contains "$(ctl -n "$A" attach va --egress)" 'again'
	send "$A" va 4 udp 100
	equal "$(counts va tc-egress)" '7 700'
}

@test "if somebody detaches or updates a link, status says so, and attaching repairs it" {
	with_tcx || return 0
	local link
	ctl -n "$A" attach va --egress
	send "$A" va 3 udp 100
	link=$(bpftool -j link show pinned "$WEIR_ROOT/links/slot_0" | jq '.id // .[0].id')
	bpftool link detach id "$link"
	equal "$(state_of va tc-egress)" drifted
	ctl -n "$A" attach va --egress
	send "$A" va 4 udp 100
	equal "$(counts va tc-egress)" '7 700'
	"$RIG" program tc "$P/t" intruder
	"$RIG" update-link "$P/t" "$WEIR_ROOT/links/slot_0"
	equal "$(state_of va tc-egress)" drifted
	contains "$(ctl status)" "replaced by 'intruder'"
	ctl -n "$A" attach va --egress
	send "$A" va 1 udp 100
	equal "$(counts va tc-egress)" '8 800'
}

# replaced_under_load IFACE-NETNS IFACE HOOK [OPTION...]: checks that no packet is missed or doubled
replaced_under_load() {
	local i before after
	ctl -n "$1" attach "$2" "${@:4}"
	before=$(status '.[0].program_id')
	sending "$A" -b 4 -u 1000 va udp 100
	for ((i = 0; i < 5; i++)); do
		contains "$(ctl -n "$1" attach "$2" "${@:4}" --replace)" 'counts go on'
	done
	sent
	after=$(status '.[0].program_id')
	[[ $before != "$after" ]] || fail 'the program is still the old one'
	equal "$(counts "$2" "$3")" "$frames $((frames * 100))"
	equal "$(slots)" 1
}

@test "no packet is missed while a TCX program is replaced" {
	with_tcx || return 0
	replaced_under_load "$A" va tc-egress --egress --tc-method tcx
}

@test "no packet is missed while a clsact program is replaced" {
	replaced_under_load "$A" va tc-egress --egress --tc-method clsact
}

@test "no packet is missed while an XDP program is replaced" {
	replaced_under_load "$B" vb xdp --xdp
	equal "$(status '.[0].method')" "$(xdp_method)"
}

@test "features change by replacement, and counts go on" {
	ctl -n "$A" attach va --egress
	send "$A" va 5 udp 100
	contains "$(ctl -n "$A" attach va --egress --features counters)" replaced
	equal "$(status '.[0].features | join(" ")')" counters
	contains "$(ctl -n "$A" attach va --egress)" already
	send "$A" va 5 udp 100
	equal "$(counts va tc-egress)" '10 1000'
}

@test "resetting loses no packet, also under load" {
	local i sum=0
	ctl -n "$A" attach va --egress
	sending "$A" -b 4 -u 500 va udp 100
	for ((i = 0; i < 10; i++)); do
		sum=$((sum + $(ctl -j counters va --reset | jq '.[0].packets')))
	done
	sent
	equal $((sum + $(counts va tc-egress .packets))) "$frames"
	ctl counters --reset >/dev/null
	equal "$(counts va tc-egress)" '0 0'
	send "$A" va 2 udp 100
	equal "$(counts va tc-egress '"\(.packets) \(.per_cpu | map(.packets) | add) \(.sizes | map(.packets) | add)"')" '2 2 2'
}

@test "skip-loopback stops and resumes counting at once, and only on loopback" {
	ip -n "$A" link set lo up
	ctl -n "$A" attach lo va
	"$RIG" -n "$A" ping 127.0.0.1 3
	equal "$(counts lo tc-ingress .packets)" 6
	equal "$(ctl skip-loopback on)" 'skip-loopback is on'
	"$RIG" -n "$A" ping 127.0.0.1 3
	send "$A" va 3 udp 100
	equal "$(counts lo tc-ingress .packets)" 6
	equal "$(counts va tc-egress .packets)" 3
	equal "$(ctl -j status | jq .settings.skip_loopback)" true
	ctl skip-loopback off
	"$RIG" -n "$A" ping 127.0.0.1 1
	equal "$(counts lo tc-ingress .packets)" 8
}

@test "status shows the peer of a veth, and the direction" {
	ctl -n "$A" attach va
	equal "$(status '.[0].peer | "\(.interface) \(.netns)"')" "vb $B"
	contains "$(ctl status)" "from vb@$B"
	contains "$(ctl status)" "to vb@$B"
}

@test "more than 128 programs at once use clsact, and detach together" {
	local i id
	for ((i = 0; i < 70; i += 2)); do
		echo "link add name d$i type veth peer name d$((i + 1))"
	done | ip -n "$A" -batch -
	ctl -n "$A" attach 'd*' >/dev/null
	equal "$(status 'map(.method) | unique | join(" ")')" clsact
	equal "$(slots)" 140
	id=$(counters_id)
	ctl -n "$A" detach 'd*' >/dev/null
	nothing_left "$A" d0 "$id"
	nothing_left "$A" d69 "$id"
}
