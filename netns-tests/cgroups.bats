#!/usr/bin/env bats
# kernel: each
# Cgroups count the packets of their processes, in every network namespace.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031
load lib
load cgroup

setup() {
	rig_setup
	cgroup_setup
}

teardown() {
	rig_teardown
	cgroup_teardown
}

# udp COUNT SIZE: sends datagrams from $C/from in A to $C/to in B, where all have to arrive
udp() {
	in_cgroup "$C/to" in_ns "$B" "$PEER" udp-receive 192.0.2.2 7000 "$1" >"$BATS_TEST_TMPDIR/to" 3>&- &
	pids+=($!)
	eventually grep -q ready "$BATS_TEST_TMPDIR/to"
	in_cgroup "$C/from" in_ns "$A" "$PEER" udp-send 192.0.2.2 7000 "$1" "$2"
	finish
}

@test "datagrams of a cgroup's processes are counted at both ends, to the byte" {
	ctl attach --cgroup="$N/from" --egress --ingress
	ctl attach --cgroup="$N/to" --ingress --egress
	udp 50 100
	# the IP header has 20 bytes, the UDP header 8
	equal "$(counts "/$N/from" cgroup-egress)" '50 6400'
	equal "$(counts "/$N/from" cgroup-ingress)" '0 0'
	equal "$(counts "/$N/to" cgroup-ingress)" '50 6400'
	equal "$(counts "/$N/to" cgroup-egress)" '0 0'
	equal "$(counts "/$N/to" cgroup-ingress '"\(.protocols.udp.packets) \(.protocols.ipv4.bytes) \(.verdicts.pass.packets)"')" \
		'50 6400 50'
	equal "$(counts "/$N/to" cgroup-ingress '.sizes[] | select(.packets > 0) | "\(.le) \(.packets)"')" '255 50'
}

@test "a cgroup counts for its descendants, and not for its neighbours" {
	ctl attach --cgroup="$N" --egress
	ctl attach --cgroup="$N/to" --egress
	udp 7 100
	equal "$(counts "/$N" cgroup-egress)" '7 896'
	equal "$(counts "/$N/to" cgroup-egress)" '0 0'
}

@test "wire counts have each segment, as at tc" {
	ctl attach --cgroup="$N/from" --egress
	ctl -n "$A" attach va --egress
	in_cgroup "$C/to" in_ns "$B" "$PEER" tcp-receive 192.0.2.2 7000 3000000 \
		>"$BATS_TEST_TMPDIR/to" 3>&- &
	pids+=($!)
	eventually grep -q ready "$BATS_TEST_TMPDIR/to"
	in_cgroup "$C/from" in_ns "$A" "$PEER" tcp-send 192.0.2.2 7000 3000000
	finish
	settle # the last ACKs
	local tc cgroup
	# tc sees the Ethernet header too, on each segment
	tc=$(counts va tc-egress '"\(.packets) \(.wire_packets) \(.bytes - 14 * .packets) \(.wire_bytes - 14 * .wire_packets)"')
	cgroup=$(counts "/$N/from" cgroup-egress '"\(.packets) \(.wire_packets) \(.bytes) \(.wire_bytes)"')
	equal "$cgroup" "$tc"
	# without super-packets the test would show nothing
	(($(counts "/$N/from" cgroup-egress '.wire_packets - .packets') > 100))
}

@test "two CPUs send and receive at once, and no count is lost" {
	ctl attach --cgroup="$N/from" --egress --ingress
	in_cgroup "$C/from" in_ns "$A" "$PEER" udp-loop 127.0.0.1 7001 20000 3>&- &
	pids+=($!)
	in_cgroup "$C/from" in_ns "$A" "$PEER" udp-loop 127.0.0.1 7002 20000
	finish
	equal "$(counts "/$N/from" cgroup-egress)" '40000 1280000'
	equal "$(counts "/$N/from" cgroup-ingress)" '40000 1280000'
}

@test "skip-loopback leaves out packets over loopback, at once" {
	ctl attach --cgroup="$N/from" --egress
	ctl skip-loopback on
	in_cgroup "$C/from" in_ns "$A" "$PEER" udp-loop 127.0.0.1 7001 10
	equal "$(counts "/$N/from" cgroup-egress)" '0 0'
	udp 3 100
	equal "$(counts "/$N/from" cgroup-egress)" '3 384'
	ctl skip-loopback off
	in_cgroup "$C/from" in_ns "$A" "$PEER" udp-loop 127.0.0.1 7001 10
	equal "$(counts "/$N/from" cgroup-egress .packets)" 13
}

@test "status shows path and id, and a removed cgroup is gone but keeps its counts" {
	ctl attach --cgroup="$N/from" --egress
	udp 5 100
	local id
	id=$(stat -c %i "$C/from")
	equal "$(status '.[0] | "\(.cgroup) \(.cgroup_id) \(.hook) \(.method) \(.netns) \(.interface) \(.state)"')" \
		"/$N/from $id cgroup-egress cgroup-link null null attached"
	contains "$(ctl status)" "/$N/from (cgroup $id)"
	rmdir "$C/from"
	equal "$(status '.[0] | "\(.state): \(.detail)"')" "gone: cgroup '/$N/from' no longer exists"
	equal "$(counts "/$N/from" cgroup-egress)" '5 640'
	fails 1 "no cgroup '$C/from'" ctl attach --cgroup="$N/from"
	# a new cgroup of the same name begins at 0, in its own slot
	mkdir "$C/from"
	ctl attach --cgroup="$N/from" --egress
	equal "$(slots)" 2
	equal "$(status 'map(.state) | sort | join(" ")')" 'attached gone'
	contains "$(ctl detach --cgroup="$N/from")" "detached cgroup-egress from '/$N/from'"
	equal "$(slots)" 0
}

@test "a path may be absolute, and the default hook is sockops" {
	contains "$(ctl attach --cgroup="$C/from")" "attached sockops to '/$N/from' (cgroup-link, slot 0)"
	contains "$(ctl attach --cgroup="/$N/from")" "sockops at '/$N/from' is attached already"
	contains "$(ctl attach --cgroup="$N/../$N/from/")" 'attached already'
	equal "$(ctl detach --cgroup="$C/from" --sockops)" "detached sockops from '/$N/from'"
	fails 1 "nothing is attached to cgroup '/$N/from'; nothing was detached" \
		ctl detach --cgroup="$N/from"
}

@test "mistakes have a sentence and leave nothing behind" {
	fails 1 "no cgroup '$C/nope'; cgroup2 is mounted at '$M'" ctl attach --cgroup="$N/nope"
	fails 1 "Not a directory" ctl attach --cgroup="$N/from/cgroup.procs"
	fails 1 'flows is not a feature of cgroup-egress' \
		ctl attach --cgroup="$N/from" --egress --features flows
	fails 1 'counters is not a feature of sockops' ctl attach --cgroup="$N/from" --features counters
	fails 1 'tcp is not a feature of tc-ingress' ctl -n "$A" attach va --features tcp
	fails 2 'exclude each other' ctl attach --cgroup="$N/from" va
	fails 2 'exclude each other' ctl attach --cgroup="$N/from" --xdp
	fails 2 'exclude each other' ctl attach --cgroup="$N/from" --all
	fails 2 'spans network namespaces' ctl -n "$A" attach --cgroup="$N/from"
	fails 2 '--sockops goes with --cgroup' ctl attach va --sockops
	[[ ! -e $WEIR_ROOT ]]
}

# foreign HOOK FLAGS: attaches a foreign program to $C/from, which counts in its own maps.
foreign() {
	mkdir -p "$P"
	bpftool prog load "${build:?}/bpf/hooks/cgroup_skb.bpf.o" "$P/x" type cgroup/skb pinmaps "$P/maps"
	# shellcheck disable=SC2086
	bpftool cgroup attach "$C/from" egress pinned "$P/x" ${1-}
}

foreign_packets() {
	bpftool -j map lookup pinned "$P/maps/counters" key 0 0 0 0 |
		jq '[.formatted.values[].value.classes[].packets] | add'
}

@test "foreign programs keep running beside ours" {
	foreign multi
	ctl attach --cgroup="$N/from" --egress
	udp 9 100
	equal "$(counts "/$N/from" cgroup-egress)" '9 1152'
	equal "$(foreign_packets)" 9
	ctl detach --cgroup="$N/from"
	udp 2 100
	equal "$(foreign_packets)" 11
}

@test "a program that does not share is named, and stays" {
	foreign
	fails 1 'attached exclusively' ctl attach --cgroup="$N/from" --egress
	equal "$(slots)" 0
	udp 4 100
	equal "$(foreign_packets)" 4
}

# Starts a process of the cgroup that sends to itself until it is ended, and then writes the count.
become_looping() {
	echo "$BASHPID" >"$C/from/cgroup.procs"
	exec nsenter --net="/run/netns/$A" "$PEER" udp-loop 127.0.0.1 7001 0 >"$BATS_TEST_TMPDIR/looped"
}

counted_some() {
	(($(counts "/$N/from" cgroup-egress .packets) > 0))
}

@test "no packet is missed while the program of a cgroup is replaced" {
	local looping i
	ctl attach --cgroup="$N/from" --egress
	background become_looping
	looping=$!
	eventually counted_some
	for ((i = 0; i < 5; i++)); do
		ctl attach --cgroup="$N/from" --egress --replace >/dev/null
	done
	kill -TERM "$looping"
	finish
	equal "$(counts "/$N/from" cgroup-egress .packets)" "$(<"$BATS_TEST_TMPDIR/looped")"
}

@test "two at once attach a cgroup once, and a race with detach ends attached or detached" {
	local i runs pid
	for ((i = 0; i < 5; i++)); do
		"$CTL" attach --cgroup="$N/from" --egress >/dev/null 3>&- &
		runs=($!)
		"$CTL" attach --cgroup="$N/from" --egress >/dev/null 3>&- &
		runs+=($!)
		for pid in "${runs[@]}"; do wait "$pid"; done
		equal "$(slots)" 1
		equal "$(programs_of "$C/from" | wc -l)" 1
		"$CTL" attach --cgroup="$N/from" --egress >/dev/null 3>&- &
		pid=$!
		ctl detach --cgroup="$N/from" >/dev/null || true
		wait "$pid"
		equal "$(programs_of "$C/from" | wc -l)" "$(slots)"
	done
	ctl detach --all
	equal "$(programs_of "$C/from")" ''
}

# elsewhere COMMAND...: runs it with cgroup2 mounted only at a path with a space
elsewhere() {
	# shellcheck disable=SC2016
	unshare -m bash -ec '
		while p=$(awk "\$3 == \"cgroup2\" { print \$2; exit }" /proc/self/mounts); [[ $p ]]; do
			umount -l "$p"
		done
		mount -t tmpfs tmpfs "$0"
		mkdir "$0/c g"
		'"$1"'
		exec "${@:1}"
	' "$BATS_TEST_TMPDIR" "${@:2}"
}

@test "the mount is found anywhere; without it, the error names the command that makes it" {
	mkdir -p "$BATS_TEST_TMPDIR"
	# shellcheck disable=SC2016
	contains "$(elsewhere 'mount -t cgroup2 none "$0/c g"' "$CTL" attach --cgroup="$N/from")" \
		"attached sockops to '/$N/from'"
	# shellcheck disable=SC2016
	contains "$(elsewhere 'mount -t cgroup2 none "$0/c g"; mkdir "$0/2"; mount -t cgroup2 none "$0/2"' \
		"$CTL" attach --cgroup="$N/from")" \
		"cgroup2 is mounted at 2 places; paths are below '$BATS_TEST_TMPDIR/c g'"
	fails 1 'cgroup2 is not mounted: run `mount -t cgroup2 none' elsewhere : "$CTL" attach --cgroup="$N/to"
}

@test "purge removes hundreds of links of cgroups" {
	local i id count=100
	[[ -z ${WEIR_VM-} ]] || count=20
	for ((i = 0; i < count; i++)); do
		mkdir "$C/n$i"
		ctl attach --cgroup="$N/n$i" --ingress --egress >/dev/null
	done
	equal "$(status 'map(.state) | "\(length) \(unique[])"')" "$((2 * count)) attached"
	for i in 0 $((count / 2)) $((count - 1)); do
		equal "$(programs_of "$C/n$i" | wc -l)" 2 "programs of n$i"
	done
	id=$(counters_id)
	within 10 ctl purge >"$BATS_TEST_TMPDIR/purge"
	contains "$(<"$BATS_TEST_TMPDIR/purge")" "detached $((2 * count)) programs"
	for i in 0 $((count / 2)) $((count - 1)); do
		equal "$(programs_of "$C/n$i")" '' "programs of n$i"
	done
	rmdir "$C"/n*
	equal "$("$RIG" programs "$id" 60000)" ''
	[[ ! -e $WEIR_ROOT ]]
}
