#!/usr/bin/env bats
# Killed at any system call, the next run finds the old state or the new and cleans the rest.

load lib

calls=bpf,sendto,unlink,unlinkat,rename,mkdir,flock,setns

# In a VM every process is dear: there each file steps through some of the calls only.
stride=1
[[ -z ${WEIR_VM-} ]] || stride=37

# killed_at_each PREPARE AFTER COMMAND...: kills the command at its N-th call for every N, runs
# it again in peace, then AFTER, which has to find nothing left.
killed_at_each() {
	local prepare=$1 after=$2 n status killed=0
	shift 2
	for ((n = 1; n < 400; n += stride)); do
		$prepare
		status=0
		strace -f -qq -o /dev/null -e trace=$calls -e inject=$calls:signal=KILL:when=$n \
			"$CTL" "$@" >/dev/null 2>&1 || status=$?
		((status != 0)) || break
		killed=$((killed + 1))
		"$CTL" "$@" >"$BATS_TEST_TMPDIR/again" 2>&1 ||
			grep -q 'nothing is attached' "$BATS_TEST_TMPDIR/again" ||
			fail "killed at call $n: $(<"$BATS_TEST_TMPDIR/again")" || return
		$after || fail "killed at call $n of: $*" || return
	done
	((killed > 0)) || fail "only $killed calls were reached"
}

nothing() { :; }

# attached is attached, each once, and detaching takes all of it
attached_once() {
	local id
	equal "$(status 'map(.state) | unique | join(" ")')" attached || return
	equal "$(slots)" "$wanted" || return
	id=$(counters_id)
	"$CTL" purge >/dev/null || return
	nothing_left "$A" va "$id" || return
	equal "$(find /sys/fs/bpf/xdp -mindepth 1 2>/dev/null)" "$xdp_before" 'pins of libxdp'
}

detached() {
	equal "$(slots)" 0 || return
	nothing_left "$A" va "$(counters_id)" || return
	equal "$(find /sys/fs/bpf/xdp -mindepth 1 2>/dev/null)" "$xdp_before" 'pins of libxdp'
}

attach_tc() { "$CTL" -n "$A" attach va >/dev/null; }
attach_clsact() { "$CTL" -n "$A" attach va --tc-method clsact >/dev/null; }
attach_xdp() { "$CTL" -n "$A" attach va --xdp >/dev/null; }

setup() {
	rig_setup
	xdp_before=$(find /sys/fs/bpf/xdp -mindepth 1 2>/dev/null || true)
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
