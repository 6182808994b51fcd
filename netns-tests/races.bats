#!/usr/bin/env bats
# kernel: each
# Several ctl at once, in random order, leave the same state as one after the other.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031,SC2154
load lib
load cgroup
load sockets

setup() {
	rig_setup
	cgroup_setup
}

teardown() {
	rig_teardown
	cgroup_teardown
}

# Waits for all pids in the array `runs`; each has to succeed.
all_succeed() {
	local pid
	for pid in "${runs[@]}"; do
		wait "$pid" || fail 'one of them failed'
	done
}

@test "eight at once attach eight interfaces" {
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

@test "the first two, which both find no maps, share one set of maps" {
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

@test "attach and purge in a race end attached or empty, never in between" {
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
	# until enough has been read
	for ((i = 0; i < 5 || $(wc -l <"$BATS_TEST_TMPDIR/read") < 6; i++)); do
		((i < 100)) || fail "$i rounds: $(<"$BATS_TEST_TMPDIR/read")"
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

@test "two CPUs that send at once are both counted at XDP" {
	local runs lost sizes small large
	ctl -n "$B" attach vb --xdp
	"$RIG" -n "$A" send -c 0 va 1000 udp 100 >/dev/null 3>&- &
	runs=($!)
	"$RIG" -n "$A" send -c 1 va 1500 udp 200 >/dev/null 3>&- &
	runs+=($!)
	all_succeed
	settle
	# a veth drops before XDP what its ring of 256 frames has no room for, as on a busy machine
	lost=$(ip -n "$A" -s -j link show dev va | jq '.[0].stats64.tx.dropped')
	sizes=$(counts vb xdp '"\(.sizes[1].packets) \(.sizes[2].packets)"')
	read -r small large <<<"$sizes"
	equal "$((small + large + lost))" 2500
	((small > 0 && small <= 1000 && large > 0 && large <= 1500)) || fail "$sizes"
	equal "$(counts vb xdp)" "$((small + large)) $((small * 100 + large * 200))"
	equal "$(counts vb xdp '"\([.per_cpu[].packets] | add) \([.per_cpu[].bytes] | add)"')" \
		"$((small + large)) $((small * 100 + large * 200))"
}

# connecting: makes connections within the cgroup, one after the other, until it is ended
connecting() {
	in_cgroup "$C/from" in_ns "$A" /usr/bin/python3 -c 'import socket, threading
listener = socket.create_server(("127.0.0.1", 7000), backlog=64)
def answer():
    while True:
        end = listener.accept()[0]
        end.recv(1)
        end.close()
threading.Thread(target=answer, daemon=True).start()
while True:
    with socket.create_connection(("127.0.0.1", 7000)) as end:
        end.send(b"x")
        end.recv(1)'
}

@test "connections are recorded completely while their programs change" {
	local i reader runs read_by_then rounds=4
	readings() { grep -o '"local":' "$BATS_TEST_TMPDIR/read" | wc -l; }
	reads_on() { (($(readings) > read_by_then + 30)); }
	[[ -z ${WEIR_VM-} ]] || rounds=2
	background connecting
	connects() { [[ -n $(in_ns "$A" ss -Hltn 'sport = 7000') ]]; }
	eventually connects
	while :; do
		"$CTL" -j tcp --state all || exit 1
		# under emulation it would take the time of all others
		[[ -z ${WEIR_VM-} ]] || nap 0.3
	done >"$BATS_TEST_TMPDIR/read" 2>&1 3>&- &
	reader=$!
	pids+=("$reader")
	for ((i = 0; i < rounds; i++)); do
		read_by_then=$(readings)
		"$CTL" attach --cgroup="$N/from" --tcp-entries 1024 >/dev/null
		# they are in the table, and have been read
		eventually reads_on
		"$CTL" attach --cgroup="$N" >/dev/null 3>&- &
		runs=($!)
		"$CTL" attach --cgroup="$N/from" --replace >/dev/null 3>&- &
		runs+=($!)
		all_succeed
		equal "$(status 'map(.state) | join(" ")')" 'attached attached'
		"$CTL" detach --cgroup="$N" >/dev/null 3>&- &
		runs=($!)
		"$CTL" detach --cgroup="$N/from" >/dev/null 3>&- &
		runs+=($!)
		all_succeed
		equal "$(slots) $(programs_of "$C/from")$(programs_of "$C")" '0 '
	done
	kill "$reader" || fail "a reader failed: $(tail -n 1 "$BATS_TEST_TMPDIR/read")"
	wait "$reader" || true
	sed '$d' "$BATS_TEST_TMPDIR/read" >"$BATS_TEST_TMPDIR/whole"
	# an incomplete record would have no cgroup, no address, or an end before its beginning
	# jq would take two seconds
	equal "$(python3 - "/$N/from" "$BATS_TEST_TMPDIR/whole" <<-'END'
		import json, sys
		cgroup, path = sys.argv[1:]
		text, at, seen, bad = open(path).read(), 0, 0, []
		while at < len(text):
		    reading, at = json.JSONDecoder().raw_decode(text, at)
		    at += 1
		    seen += len(reading)
		    bad += [c for c in reading if c["local"] != "127.0.0.1" or c["remote"] != "127.0.0.1"
		            or not c["netns_cookie"] or 7000 not in (c["local_port"], c["remote_port"])
		            or c["cgroup"] != cgroup
		            or c["closed_at"] is not None and c["closed_at"] < (c["started_at"] or "")]
		print("enough" if seen > 50 else seen, bad[:2])
	END
	)" 'enough []'
}

@test "two that adopt at once list each connection once" {
	local runs
	in_cgroup "$C/from" in_ns "$A" /usr/bin/python3 -c 'import socket, time
listener = socket.create_server(("127.0.0.1", 7000))
ends = [(socket.create_connection(("127.0.0.1", 7000)), listener.accept()) for _ in range(20)]
print("ready", flush=True)
time.sleep(1000)' >"$BATS_TEST_TMPDIR/to" 3>&- &
	pids+=($!)
	eventually grep -q ready "$BATS_TEST_TMPDIR/to"
	ctl attach --cgroup="$N/from"
	adopt_here || {
		fails 1 'Linux 6.12' ctl tcp --adopt
		return 0
	}
	"$CTL" tcp --adopt >/dev/null 3>&- &
	runs=($!)
	"$CTL" tcp --adopt >/dev/null 3>&- &
	runs+=($!)
	all_succeed
	equal "$(ctl -j tcp | jq '[length, (map([.local_port, .remote_port]) | unique | length)] | join(" ")' -r)" '40 40'
}

@test "the list of ctl tune and its programs change at once, and both stay consistent" {
	local i runs
	"$CTL" tune add --cgroup="/$N/from" --mark 1 >/dev/null
	for i in 1 2 3 4; do
		"$CTL" tune add --cgroup="/$N/from" --mark 2 --nodelay >/dev/null 3>&- &
		runs=($!)
		"$CTL" attach --cgroup="$N/from" --replace >/dev/null 3>&- &
		runs+=($!)
		"$CTL" tune add --cgroup="/$N/to" --mark 3 >/dev/null 3>&- &
		runs+=($!)
		all_succeed
		equal "$(ctl -j tune list | jq -c 'map([.options[].value]) | sort')" '[[true,2],[1],[3]]'
		equal "$(status 'map(.state) | join(" ")')" 'attached attached'
		runs=()
		for number in $(ctl -j tune list | jq '.[1:][].number'); do
			"$CTL" tune del "$number" >/dev/null 3>&- &
			runs+=($!)
		done
		"$CTL" detach --cgroup="$N/to" >/dev/null 3>&- &
		runs+=($!)
		all_succeed
		equal "$(ctl -j tune list | jq -c 'map([.options[].value])')" '[[1]]'
		equal "$(slots)" 1
	done
}

@test "attach and detach of a socket in a race end attached or detached, and its filter agrees" {
	local i runs filter
	holder_start "$A"
	for i in 1 2 3 4 5; do
		ctl attach --socket "$holder:$udp" >/dev/null
		"$CTL" detach --socket "$holder:$udp" >/dev/null 3>&- &
		runs=($!)
		"$CTL" attach --socket "$holder:$udp" --keep 'udp' >/dev/null 3>&- &
		runs+=($!)
		all_succeed
		filter=$(filter_of "$udp")
		[[ "$(slots) $filter" == '1 weir' || "$(slots) $filter" == '0 none' ]] || fail "$(slots) slots, filter $filter"
		equal "$(tell udp 3 100 7100)" '3 300'
	done
	ctl purge
	equal "$(filter_of "$udp")" none
}
