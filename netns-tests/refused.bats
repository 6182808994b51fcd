#!/usr/bin/env bats
# kernel: each
# refuse.c makes the verifier refuse programs. Every command that loads one tells the user, and
# WEIR_DEBUG shows the log.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031,SC2154
load lib
load sockets
load cgroup

REFUSE=${RIG%/*}/refuse.so
reason="('invalid read from stack R10 off=8 size=8' in"

setup() {
	rig_setup
	cgroup_setup
}

teardown() {
	cgroup_teardown
	rig_teardown
}

# refusing PROGRAM WORD...: runs ctl with a bad version of that program
refusing() {
	LD_PRELOAD=$REFUSE WEIR_REFUSE=$1 "$CTL" "${@:2}"
}

# defect SENTENCE PROGRAM WORD...: the command fails with that sentence and the rest of the report
defect() {
	local text
	fails 1 "ctl: $1" refusing "$2" "${@:3}" || return
	text=$(refusing "$2" "${@:3}" 2>&1 >/dev/null) || true
	[[ $text =~ ^"ctl: $1: this kernel's verifier rejects it, which is a bug in weir $reason '$2', built by clang "[0-9]+\.[0-9]+\.[0-9]+[^\']*"): run it again with WEIR_DEBUG=1 and report the output as ctl(8) says under BUGS"$ ]] ||
		fail "not so: $text"
}

@test "for a refused program of a hook, the message has the reason, the compiler, and what to do" {
	defect "cannot load the tc-ingress program for 'va'" weir_tc -n "$A" attach va
	defect "cannot load the cgroup-egress program for '/$N'" weir_cgroup_skb attach --cgroup="/$N" --egress
	defect "cannot load the sockops program for '/$N'" weir_sockops attach --cgroup="/$N"
	equal "$(slots)" 0
	equal "$(hooks "$A" va)" ''
}

@test "the same at XDP, alone and in the dispatcher" {
	local text
	if dispatcher_here; then
		defect "cannot attach xdp to 'va'" weir_xdp -n "$A" attach va --xdp
	else
		defect "cannot load the xdp program for 'va'" weir_xdp -n "$A" attach va --xdp
	fi
	# the program that tries the dispatcher is refused: ctl falls back, and doctor says so
	text=$(refusing weir_feature_target -j doctor |
		jq -r '.[] | select(.feature == "XDP dispatcher (libxdp)") | "\(.health) \(.found)"')
	contains "$text" "limited no: replacing a program's function fails: this kernel's verifier"
	contains "$text" "$reason 'weir_feature_target', built by clang "
	equal "$(slots)" 0
}

@test "if a replacement is refused, the old program keeps counting" {
	ctl -n "$A" attach va --ingress --egress
	defect "cannot load the tc-ingress program for 'va'" weir_tc -n "$A" attach va --replace
	send "$A" va 10 udp 100
	equal "$(counts va tc-egress)" '10 1000'
	equal "$(state_of va tc-egress)" attached
}

@test "the filter of a socket" {
	holder_start "$A"
	defect "cannot load the socket-filter program for 'udp 127.0.0.1:7000'" weir_socket \
		attach --socket "$holder:$udp" --keep udp
	equal "$(filter_of "$udp")" none
}

@test "programs of reading commands: drops, health, probes, flows, TCP connections, options" {
	defect 'cannot observe drops' weir_drop drops -d 1
	defect 'cannot observe health' weir_raise health -d 1
	defect "cannot load the program for 'tracepoint:sched:sched_switch'" weir_tracepoint \
		probe run tracepoint:sched:sched_switch --count -d 1
	defect 'cannot try the options, which needs an iterator over TCP sockets (Linux 5.15 with BTF)' \
		weir_tune_trial tune add --cgroup "/$N" --rto-min 20ms
	ctl -n "$A" attach va
	defect "cannot read the kernel's ticks" weir_clock flows
	ctl attach --cgroup="/$N"
	defect "cannot read the kernel's ticks" weir_clock tcp --events
	defect 'cannot iterate over the TCP sockets' weir_tcp_adopt tcp --adopt
}

@test "WEIR_DEBUG=1: the log of a refused program is on stderr, and stdout is empty" {
	local status=0
	WEIR_DEBUG=1 refusing weir_tc -j -n "$A" attach va >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" ||
		status=$?
	equal "$status" 1
	[[ ! -s $BATS_TEST_TMPDIR/out ]]
	grep -qE "^weir [^ ]+: loading 'tc_bpf', built by clang [0-9.]+.*, with libbpf [0-9.]+$" "$BATS_TEST_TMPDIR/err"
	grep -qxF "libbpf: prog 'weir_tc': -- BEGIN PROG LOAD LOG --" "$BATS_TEST_TMPDIR/err"
	grep -qx 'invalid read from stack R10 off=8 size=8' "$BATS_TEST_TMPDIR/err"
	grep -qx -- '-- END PROG LOAD LOG --' "$BATS_TEST_TMPDIR/err"
	equal "$(grep -c '^ctl: ' "$BATS_TEST_TMPDIR/err")" 1 sentences
	contains "$(tail -n 1 "$BATS_TEST_TMPDIR/err")" '): report the output as ctl(8) says under BUGS'
	! grep -qaP '[^\x20-\x7e]' "$BATS_TEST_TMPDIR/err" || fail 'a byte that is not printable'
}

@test "WEIR_DEBUG=1: a command that succeeds prints its JSON, and libbpf's messages on stderr" {
	WEIR_DEBUG=1 ctl -j -n "$A" attach va >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err"
	equal "$(jq -r 'map(.hook) | join(" ")' "$BATS_TEST_TMPDIR/out")" 'tc-ingress tc-egress'
	grep -q "^libbpf: " "$BATS_TEST_TMPDIR/err"
	equal "$(grep -c "loading 'tc_bpf', built by clang " "$BATS_TEST_TMPDIR/err")" 2 programs
	lacks "$(<"$BATS_TEST_TMPDIR/err")" $'\nctl: '
	send "$A" va 10 udp 100
	equal "$(counts va tc-egress)" '10 1000'
}

@test "WEIR_DEBUG is off if it is empty or 0, and refused if it is neither 0 nor 1" {
	local value
	for value in '' 0; do
		equal "$(WEIR_DEBUG=$value "$CTL" -j -n "$A" attach va 2>&1 >/dev/null)" '' "WEIR_DEBUG='$value'"
	done
	for value in 2 yes ' 1'; do
		fails 2 "ctl: WEIR_DEBUG is 0 or 1, not '$value'" env WEIR_DEBUG="$value" "$CTL" -n "$A" attach va
	done
}

@test "failures that are not the program's fault have their usual messages" {
	local text
	fails 1 'not permitted: missing CAP_BPF' setpriv --bounding-set=-all --inh-caps=-all \
		"$CTL" -n "$A" attach va
	text=$(ctl -j doctor | jq -r '.[] | select(.feature == "programs") | "\(.health) \(.found)"')
	[[ $text =~ ^"ok built by clang "[0-9]+\.[0-9]+\.[0-9]+.*"; libbpf "[0-9]+\.[0-9]+$ ]] || fail "not so: $text"
	lacks "$(ctl doctor)" 'bug in weir'
}
