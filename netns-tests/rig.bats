#!/usr/bin/env bats
# kernel: any, quick
# The rig removes everything that a test made, and the next test removes what a killed one left.

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
	rmdir "${M:-/nonexistent}"/{wtx,weir-none-*} 2>/dev/null || true
	rig_teardown
	cgroup_teardown
}

# ended PID: succeeds if it no longer runs
ended() {
	[[ ! -e /proc/$1 || $(awk '$1 == "State:" { print $2 }' "/proc/$1/status" 2>/dev/null) == [ZX] ]]
}

runs() {
	! ended "$1" || fail "process $1 has ended"
}

# waits, in a process started by two shells
waits() {
	sh -c 'echo $$ >"$0"; sleep 1000; :' "$BATS_TEST_TMPDIR/pid"
	:
}

@test "processes end with the test, also those that a shell function started" {
	local pid
	holder_start "$A"
	ended 4194304
	runs "$holder"
	background waits
	eventually test -s "$BATS_TEST_TMPDIR/pid"
	pid=$(<"$BATS_TEST_TMPDIR/pid")
	runs "$pid"
	rig_teardown
	eventually ended "$holder"
	eventually ended "$pid"
	equal "$(pgrep -P "$pid" || true)" ''
	[[ ! -e /run/netns/$A && ! -e /run/netns/$B ]]
}

@test "the process that holds sockets ends if its test is killed" {
	local in=$BATS_TEST_TMPDIR/pid
	# shellcheck disable=SC2016 # of the inner shell
	bash -c 'load() { :; }; . "$1/lib.bash"; . "$1/sockets.bash"; pids=(); BATS_TEST_TMPDIR=$2
		holder_start "$4"; echo "$holder" >"$3"; kill -KILL $$' - "${top:?}/netns-tests" \
		"$(mktemp -d -p "$BATS_TEST_TMPDIR")" "$in" "$A" 3>&- || true
	eventually ended "$(<"$in")"
}

# dead_pid: prints the pid of an ended process
dead_pid() {
	sh -c 'echo $$'
}

@test "the next test removes what a killed one left, and nothing else" {
	local pid own=$WEIR_ROOT
	sweep_lock # other tests run beside this one
	pid=$(dead_pid)
	mkdir "$M/wt$pid" "$M/wt$pid/inner" "$M/wt$pid-cg" "$M/wtx" "$M/weir-none-$pid"
	ip netns add "wt$pid-a"
	WEIR_ROOT=$bpffs/wt$pid ctl attach --cgroup="wt$pid/inner" --egress
	equal "$(programs_of "$M/wt$pid/inner" | wc -l)" 1
	ctl attach --cgroup="$N/from" --egress
	sweep
	[[ ! -e $M/wt$pid && ! -e $M/wt$pid-cg && ! -e /run/netns/wt$pid-a && ! -e $bpffs/wt$pid ]]
	[[ -e $M/wtx && -e $M/weir-none-$pid && -e $C/from && -e /run/netns/$A ]]
	rmdir "$M/wtx" "$M/weir-none-$pid"
	equal "$WEIR_ROOT" "$own"
	equal "$(slots)" 1
}

@test "a set-up that failed early leaves the file system alone" {
	local dir=$BATS_TEST_TMPDIR/tree
	mkdir -p "$dir/empty" "$dir/wt1-cg/empty"
	cgroup_remove "$dir"
	cgroup_remove "$dir/wt1-cg"
	[[ -d $dir/empty && -d $dir/wt1-cg/empty && ! -e $dir/cgroup.kill ]] || fail "directories went"
	# this is "$M/$G" with both empty; find(1) must not see it
	# shellcheck disable=SC2317 # cgroup_remove would call it
	find() { fail "looked through $*"; }
	cgroup_remove ""
	cgroup_remove /
	cgroup_remove "$M"
	unset -f find
}
