#!/usr/bin/env bats
# Several ctl at once, in the order that chance gives them, leave what one after the other would.

# bats runs each test in a process of its own: what one changes is not meant for the others.
# shellcheck disable=SC2030,SC2031
load lib

# Waits for all pids in the array `runs`; each has to succeed.
all_succeed() {
	local pid
	for pid in "${runs[@]}"; do
		wait "$pid" || fail 'one of them failed'
	done
}

@test "eight at once on eight interfaces attach them all" {
	local i runs=() id
	for i in 0 2 4 6; do
		echo "link add name r$i type veth peer name r$((i + 1))"
	done | ip -n "$A" -batch -
	for i in {0..7}; do
		"$CTL" -n "$A" attach "r$i" --ingress >/dev/null 3>&- &
		runs+=($!)
	done
	all_succeed
	equal "$(status 'map(.interface) | sort | join(" ")')" 'r0 r1 r2 r3 r4 r5 r6 r7'
	equal "$(status 'map(.slot) | unique | length')" 8
	equal "$(status 'map(.state) | unique | join(" ")')" attached
	id=$(counters_id)
	equal "$("$RIG" programs "$id" | wc -l)" 8
	runs=()
	for i in {0..7}; do
		"$CTL" -n "$A" detach "r$i" >/dev/null 3>&- &
		runs+=($!)
	done
	all_succeed
	equal "$(slots)" 0
	nothing_left "$A" r0 "$id"
}

@test "the first two of all, which both find no maps, share one set of them" {
	local i runs
	for ((i = 0; i < 4; i++)); do
		"$CTL" -n "$A" attach va --egress >/dev/null 3>&- &
		runs=($!)
		"$CTL" -n "$B" attach vb --ingress >/dev/null 3>&- &
		runs+=($!)
		all_succeed
		send "$A" va 5 udp 100
		equal "$(counts va tc-egress) $(counts vb tc-ingress)" '5 500 5 500'
		ctl purge
	done
}

@test "attach against purge ends attached or empty, never in between" {
	local i runs
	for ((i = 0; i < 6; i++)); do
		ctl -n "$A" attach va
		"$CTL" -n "$B" attach vb --ingress >/dev/null 3>&- &
		runs=($!)
		"$CTL" purge >/dev/null 3>&- &
		runs+=($!)
		all_succeed
		equal "$(hooks "$A" va)" ''
		equal "$("$RIG" -n "$B" hooks vb | wc -l)" "$(tcx_here && slots || echo 0)"
		equal "$(status 'map(select(.interface != "vb")) | length')" 0
	done
}

@test "readers beside writers see whole attachments, and never an error" {
	local i reader
	while :; do
		"$CTL" -j status && "$CTL" -j counters --per-cpu || exit 1
	done >"$BATS_TEST_TMPDIR/read" 2>&1 3>&- &
	reader=$!
	pids+=($!)
	for i in 1 2 3 4 5; do
		ctl -n "$A" attach va
		ctl -n "$A" attach va --replace
		ctl -n "$A" detach va
	done
	kill "$reader" || fail "a reader failed: $(tail -n 1 "$BATS_TEST_TMPDIR/read")"
	wait "$reader" || true
	pids=()
	# the last line may be cut
	sed '$d' "$BATS_TEST_TMPDIR/read" >"$BATS_TEST_TMPDIR/whole"
	equal "$(jq -rs '[.[] | objects | .attachments[] | select(.program_id == 0 or .interface != "va")] | length' \
		"$BATS_TEST_TMPDIR/whole")" 0
	(($(wc -l <"$BATS_TEST_TMPDIR/whole") > 4))
}

@test "two CPUs that send at once are counted at XDP, on each of both" {
	local runs
	ctl -n "$B" attach vb --xdp
	"$RIG" -n "$A" send -c 0 va 1000 udp 100 >/dev/null 3>&- &
	runs=($!)
	"$RIG" -n "$A" send -c 1 va 1500 udp 200 >/dev/null 3>&- &
	runs+=($!)
	all_succeed
	equal "$(counts vb xdp)" '2500 400000'
	equal "$(counts vb xdp '"\([.per_cpu[].packets] | add) \([.per_cpu[].bytes] | add)"')" '2500 400000'
}
