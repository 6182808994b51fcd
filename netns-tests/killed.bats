#!/usr/bin/env bats
# Killed at any system call, the next run finds the old state or the new and cleans the rest.

# bats runs each test in a process of its own: what one changes is not meant for the others.
# shellcheck disable=SC2030,SC2031
load lib
load cgroup
load sockets

calls=bpf,sendto,unlink,unlinkat,rename,mkdir,flock,setns
socket_calls=$calls,setsockopt,pidfd_getfd

# In a VM every process is dear: there each file steps through some of the calls only.
stride=1
[[ -z ${WEIR_VM-} ]] || stride=37

# killed_at_each PREPARE AFTER COMMAND...: kills the command at its N-th call for every N, runs
# it again in peace, then AFTER, which has to find nothing left.
killed_at_each() {
	local prepare=$1 after=$2 n status killed=0 id
	shift 2
	ids=()
	for ((n = 1; n < 400; n += stride)); do
		$prepare
		status=0
		# the redirection is for what the shell says of a process that was killed
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
	# last of all, for the kernel frees a program some time after its last user went
	for id in "${ids[@]}"; do
		equal "$("$RIG" programs "$id" 2000)" '' 'programs that are left' || return
	done
}

# leftovers: of hooks, pins and libxdp's own pins there is none
leftovers() {
	equal "$(hooks "$A" va)" '' 'hooks of va' || return
	equal "$(programs_of "$C/from")" '' 'programs of the cgroup' || return
	[[ ! -e $WEIR_ROOT ]] || equal "$(pins)" '' pins || return
	equal "$(find /sys/fs/bpf/xdp -mindepth 1 2>/dev/null)" "$xdp_before" 'pins of libxdp'
}

nothing() { :; }

# attached is attached, each once, and purging takes all of it
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

# the socket has no filter any more
socket_attached_once() {
	attached_once && equal "$(filter_of "$udp")" none 'filter of the socket'
}

socket_detached() {
	detached && equal "$(filter_of "$udp")" none 'filter of the socket'
}

setup() {
	rig_setup
	cgroup_setup
	xdp_before=$(find /sys/fs/bpf/xdp -mindepth 1 2>/dev/null || true)
}

teardown() {
	rig_teardown
	cgroup_teardown
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

@test "attach to a socket" {
	wanted=1 calls=$socket_calls
	holder_start
	killed_at_each nothing socket_attached_once attach --socket "$holder:$udp" --keep udp
}

@test "detach from a socket" {
	calls=$socket_calls
	holder_start
	killed_at_each attach_socket socket_detached detach --socket "$holder:$udp"
}

@test "replace at a socket" {
	wanted=1 calls=$socket_calls
	holder_start
	killed_at_each attach_socket socket_attached_once attach --socket "$holder:$udp" --replace
}
