# shellcheck shell=bash
# probes.bash - functions that tests of ctl probe share, beside lib.bash.
# shellcheck disable=SC2034,SC2154 # variables of one file are used in another

USDT=${WEIR_USDT:-$build/netns-tests/usdt}

# mine: only the test's own directories; mine_too: by mkdir and rmdir.
mine='comm == "mkdir"'
mine_too='comm == "mkdir" or comm == "rmdir"'

# For tests to which any event would do. Under emulation, a CPU does not always see that another CPU
# switched on a hot tracepoint, such as those of system calls, and then hangs.
exec=tracepoint:sched:sched_process_exec

setup() {
	rig_setup
	work_new
}

teardown() {
	rig_teardown
	work_remove
}

# work_new: makes a directory in which one mkdir(2) is one call of vfs_mkdir(): a tmpfs of its own.
# On an overlay, as in containers, it would be two calls.
work_new() {
	work=$BATS_TEST_TMPDIR/work
	mkdir "$work"
	mount -t tmpfs "wt$$" "$work"
}

work_remove() {
	umount -l "$work"
}

# need kprobes|kernel-memory: skips on a machine that we did not choose and that forbids them
need() {
	local why
	# there the test itself fails, and each try would take a second
	[[ -z ${WEIR_VM-} ]] || return 0
	case $1 in
	kprobes) why=$("$CTL" probe run kprobe:vfs_mkdir -d 0.1 2>&1) && return ;;
	kernel-memory)
		why=$("$CTL" probe run rawtracepoint:sched_switch --print 'next->pid' -d 0.1 2>&1) &&
			return
		;;
	esac
	skip "no $1: ${why%%$'\n'*}"
}

# probing SPEC... OPTION...: starts `ctl -j probe run` in the background, until it is attached
probing() {
	start_probing -j "$@"
}

# The same with text for people.
ctl_probing() {
	start_probing "$@"
}

start_probing() {
	local json=()
	if [[ $1 == -j ]]; then
		json=(-j)
		shift
	fi
	: >"$BATS_TEST_TMPDIR/err"
	"$CTL" "${json[@]}" probe run "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	prober=$!
	pids+=("$prober")
	eventually attached || fail "$(<"$BATS_TEST_TMPDIR/err")"
}

over() {
	! kill -0 "$prober" 2>/dev/null
}

attached() {
	grep -q 'attached; Ctrl-C' "$BATS_TEST_TMPDIR/err" || ! kill -0 "$prober" 2>/dev/null
}

# probed: waits until all events are over
probed() {
	kill -INT "$prober" 2>/dev/null || true
	wait "$prober" || fail "ctl ended with $?: $(<"$BATS_TEST_TMPDIR/err")" || return
	forget "$prober"
}

# forget PID: it has ended, so do not end it with the test
forget() {
	local pid left=()
	for pid in "${pids[@]}"; do
		[[ $pid == "$1" ]] || left+=("$pid")
	done
	pids=("${left[@]}")
}

# finish: waits until it ends by itself
finish() {
	eventually over
	wait "$prober"
	forget "$prober"
}

# joins words of many lines to one line
words() {
	tr '\n' ' ' | sed 's/ $//'
}

# events JQ: prints JQ of each event
events() {
	jq -r "select(.values) | $1" "$BATS_TEST_TMPDIR/out" | words
}

# values JQ: prints JQ of the values of each event
values() {
	events ".values | $1"
}

summary() {
	jq -r "select(.probes) | $1" "$BATS_TEST_TMPDIR/out" | words
}

# sums JQ: prints JQ of each row, sorted by key
sums() {
	jq -r "select(.probes) | .sums | sort_by(.by | tostring) | .[] | $1" \
		"$BATS_TEST_TMPDIR/out" | words
}

counted() {
	equal "$(summary ".$1")" "$2" "$1"
}

# named COMMAND...: runs it as a process with a unique name
named() {
	(
		cp "$(type -P "$1")" "$work/weir-test-name" 2>/dev/null || true
		exec "$work/weir-test-name" "${@:2}"
	)
}

# python_named SCRIPT: runs Debian's python under that name
python_named() {
	(python_instead "$1")
}

# Replaces this shell, so that a background one can be killed.
python_instead() {
	exec /usr/bin/python3 -c "open('/proc/self/comm', 'w').write('weir-test-name')
$1"
}

# Writes 1, 100, 100 and 3000 bytes to fd 2.
writes() {
	python_named 'import os
for n in (1, 100, 100, 3000): os.write(2, b"x" * n)' 2>/dev/null
}

# Hides the lines of the caret.
only_sentence() {
	local status=0
	"$CTL" "$@" 2> >(head -n 1 >&2) || status=$?
	return "$status"
}
