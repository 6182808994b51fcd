#!/usr/bin/env bats
# kernel: each
# If ctl is killed at any system call, the next run finds the old or new state and cleans up.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031
load lib
load cgroup
load sockets

calls=bpf,sendto,unlink,unlinkat,rename,mkdir,flock,setns
socket_calls=$calls,setsockopt,pidfd_getfd

# Starting a process is slow in a VM, so there only some of the calls are tried.
stride=1
[[ -z ${WEIR_VM-} ]] || stride=79

# killed_at_each PREPARE AFTER COMMAND...: for every N, kills the command at its N-th call, runs
# it again undisturbed, then runs AFTER, which has to find nothing left.
killed_at_each() {
	local prepare=$1 after=$2 n status killed=0 id
	shift 2
	ids=()
	for ((n = 1; n < 400; n += stride)); do
		$prepare
		status=0
		# the redirection hides the shell's message about the killed process
		{
			strace -f -qq -o /dev/null -e trace=$calls \
				-e inject=$calls:signal=KILL:when=$n "$CTL" "$@"
		} >/dev/null 2>&1 || status=$?
		((status != 0)) || break
		killed=$((killed + 1))
		"$CTL" "$@" >"$BATS_TEST_TMPDIR/again" 2>&1 ||
			grep -q 'nothing is attached' "$BATS_TEST_TMPDIR/again" ||
			fail "killed at call $n: $(<"$BATS_TEST_TMPDIR/again")" || return
		$after || fail "killed at call $n of: $*" || return
	done
	((killed > 10 / stride)) || fail "only $killed calls were reached" || return
	# check this last, because the kernel frees a program some time after its last user
	for id in "${ids[@]}"; do
		equal "$("$RIG" programs "$id" 60000)" '' 'programs that are left' || return
	done
}

# leftovers: fails if a hook, a pin or one of libxdp's own pins is left
leftovers() {
	equal "$(hooks "$A" va)" '' 'hooks of va' || return
	equal "$(programs_of "$C/from")" '' 'programs of the cgroup' || return
	[[ ! -e $WEIR_ROOT ]] || equal "$(pins)" '' pins || return
	[[ ! -e $LIBXDP_BPFFS/xdp ]] ||
		equal "$(find "$LIBXDP_BPFFS/xdp" -mindepth 1)" '' 'pins of libxdp'
}

nothing() { :; }

# checks that each hook is attached once, and that purge removes everything
attached_once() {
	equal "$(status 'map(.state) | "\(length) \(unique | join(" "))"')" "$wanted attached" || return
	ids+=("$(counters_id)")
	"$CTL" purge >/dev/null || return
	leftovers
}

detached() {
	equal "$(slots)" 0 || return
	ids=("$(counters_id)")
	leftovers
}

attach_tc() { "$CTL" -n "$A" attach va >/dev/null; }
attach_clsact() { "$CTL" -n "$A" attach va --tc-method clsact >/dev/null; }
attach_xdp() { "$CTL" -n "$A" attach va --xdp >/dev/null; }

attach_cgroup() { "$CTL" attach --cgroup="$N/from" --ingress --sockops >/dev/null; }

attach_socket() { "$CTL" attach --socket "${holder:?}:${udp:?}" --keep 'udp' >/dev/null; }

# checks that the socket no longer has a filter
socket_attached_once() {
	attached_once && equal "$(filter_of "$udp")" none 'filter of the socket'
}

socket_detached() {
	detached && equal "$(filter_of "$udp")" none 'filter of the socket'
}

setup() {
	rig_setup
	cgroup_setup
	# ignore what others do with libxdp at the same time
	export LIBXDP_BPFFS=$WEIR_ROOT-libxdp
	mkdir "$LIBXDP_BPFFS"
}

teardown() {
	rig_teardown
	cgroup_teardown
	rm -rf "$LIBXDP_BPFFS"
}

@test "attach at tc" {
	wanted=2
	killed_at_each nothing attached_once -n "$A" attach va
}

@test "attach by clsact" {
	wanted=2
	killed_at_each nothing attached_once -n "$A" attach va --tc-method clsact
}

@test "attach at XDP" {
	wanted=1
	killed_at_each nothing attached_once -n "$A" attach va --xdp
}

@test "detach from tc" {
	killed_at_each attach_tc detached -n "$A" detach va
}

@test "detach from clsact" {
	killed_at_each attach_clsact detached -n "$A" detach va
}

@test "detach from XDP" {
	killed_at_each attach_xdp detached -n "$A" detach va
}

@test "replace at tc" {
	wanted=2
	killed_at_each attach_tc attached_once -n "$A" attach va --replace
}

@test "replace by clsact" {
	wanted=2
	killed_at_each attach_clsact attached_once -n "$A" attach va --replace
}

@test "replace at XDP" {
	wanted=1
	killed_at_each attach_xdp attached_once -n "$A" attach va --xdp --replace
}

@test "attach to a cgroup" {
	wanted=2
	killed_at_each nothing attached_once attach --cgroup="$N/from" --ingress --sockops
}

@test "detach from a cgroup" {
	killed_at_each attach_cgroup detached detach --cgroup="$N/from"
}

@test "replace at a cgroup" {
	wanted=2
	killed_at_each attach_cgroup attached_once attach --cgroup="$N/from" --ingress --sockops --replace
}

# tags: prints the number of connections in the table
tags() {
	"$RIG" tcp-tags "$WEIR_ROOT"
}

# makes a connection that is in the table, open at one end
attach_and_connect() {
	"$CTL" attach --cgroup="$N/from" --tcp-entries 1024 >/dev/null
	rm -f "$BATS_TEST_TMPDIR/to"
	in_cgroup "$C/from" in_ns "$A" "$PEER" tcp-receive 127.0.0.1 7000 10 >"$BATS_TEST_TMPDIR/to" 3>&- &
	eventually grep -qs ready "$BATS_TEST_TMPDIR/to" || return
	in_ns "$A" "$PEER" tcp-send 127.0.0.1 7000 10 && wait $!
	(($(tags) > 0)) || fail 'no connection is remembered'
}

forgotten() {
	detached && equal "$(tags)" 0 'connections that are left'
}

@test "detach from a cgroup with connections in the table" {
	killed_at_each attach_and_connect forgotten detach --cgroup="$N/from"
}

add_entries() {
	"$CTL" tune add --cgroup="/$N/from" --mark 1 >/dev/null
	"$CTL" tune add --cgroup="/$N/from" --mark 2 --nodelay >/dev/null
	number=$("$CTL" -j tune list | jq '.[1].number')
	echo "$number" >"$BATS_TEST_TMPDIR/number"
}

# checks that the other entry is intact, and that the program is attached
one_entry() {
	equal "$("$CTL" -j tune list | jq -c 'map([.options[].value])')" '[[1]]' || return
	wanted=1 attached_once
}

@test "delete an entry of ctl tune" {
	local n status killed=0 list calls=bpf,unlink,rename,mkdir,flock,membarrier
	for ((n = 1; n < 400; n += stride)); do
		add_entries
		status=0
		{
			strace -f -qq -o /dev/null -e trace=$calls \
				-e inject=$calls:signal=KILL:when=$n \
				"$CTL" tune del "$(<"$BATS_TEST_TMPDIR/number")"
		} >/dev/null 2>&1 || status=$?
		list=$("$CTL" -j tune list | jq -c 'map([.options[].value])')
		[[ $list == '[[1],[true,2]]' || $list == '[[1]]' ]] ||
			fail "killed at call $n: $list"
		((status != 0)) || break
		killed=$((killed + 1))
		[[ $list == '[[1]]' ]] || "$CTL" tune del "$(<"$BATS_TEST_TMPDIR/number")" >/dev/null
		one_entry || fail "killed at call $n"
	done
	((killed > 10 / stride)) || fail "only $killed calls were reached"
	equal "$list" '[[1]]' 'in the end'
}

@test "adopt connections" {
	local n status killed=0 calls=bpf,setns
	in_cgroup "$C/from" in_ns "$A" /usr/bin/python3 -c 'import socket, time
listener = socket.create_server(("127.0.0.1", 7000))
ends = socket.create_connection(("127.0.0.1", 7000)), listener.accept()
print("ready", flush=True)
time.sleep(1000)' >"$BATS_TEST_TMPDIR/to" 3>&- &
	pids+=($!)
	eventually grep -q ready "$BATS_TEST_TMPDIR/to"
	"$CTL" attach --cgroup="$N/from" >/dev/null
	for ((n = 1; n < 400; n += stride)); do
		status=0
		{
			strace -f -qq -o /dev/null -e trace=$calls \
				-e inject=$calls:signal=KILL:when=$n \
				"$CTL" tcp --adopt
		} >/dev/null 2>&1 || status=$?
		((status == 137)) || break
		killed=$((killed + 1))
	done
	((killed > 10 / stride)) || fail "only $killed calls were reached"
	if adopt_here; then
		ctl tcp --adopt
		equal "$(ctl -j tcp | jq -c 'map([.adopted, .state]) | sort')" '[[true,"established"],[true,"established"]]'
	fi
	wanted=1 ids=()
	attached_once
}

@test "attach to a socket" {
	wanted=1 calls=$socket_calls
	holder_start "$A"
	killed_at_each nothing socket_attached_once attach --socket "$holder:$udp" --keep udp
}

@test "detach from a socket" {
	calls=$socket_calls
	holder_start "$A"
	killed_at_each attach_socket socket_detached detach --socket "$holder:$udp"
}

@test "replace at a socket" {
	wanted=1 calls=$socket_calls
	holder_start "$A"
	killed_at_each attach_socket socket_attached_once attach --socket "$holder:$udp" --replace
}
