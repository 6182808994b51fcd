# shellcheck shell=bash
# lib.bash - a rig of two network namespaces, traffic in them, and readers of the counts.
#
# Each test has its own namespaces and pin directory, so files can run side by side and never meet a
# weir in use. teardown removes everything, however the test ends.
# ctl enters a namespace by nsenter or -n, because `ip netns exec` would hide bpffs from it.

top=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)
# WEIR_BUILD has the programs for a VM of another machine
build=${WEIR_BUILD:-$top/build}
CTL=${WEIR_CTL:-$build/bin/ctl}
RIG=${WEIR_RIG:-$build/netns-tests/rig}
bpffs=/sys/fs/bpf

kernel=$(uname -r)
kernel_minor=${kernel#*.}
kernel_minor=${kernel_minor%%[!0-9]*}

# Decides by the version, so that a wrong trial in weir is found.
tcx_here() {
	((${kernel%%.*} > 6 || (${kernel%%.*} == 6 && kernel_minor >= 6)))
}

# Succeeds if the kernel can turn on callbacks of sockops for older connections. Decides by the
# version, as above.
adopt_here() {
	((${kernel%%.*} > 6 || (${kernel%%.*} == 6 && kernel_minor >= 12)))
}

# libxdp's dispatcher needs function replacement, which lockdown forbids. Our VMs are not locked
# down.
dispatcher_here() {
	[[ -n ${WEIR_VM-} ]] ||
		ctl -j doctor | jq -e '.[] | select(.feature | test("dispatcher")).health == "ok"' >/dev/null
}

vlan_here() {
	ip -n "$A" link add link va name probe type vlan id 9 2>/dev/null && ip -n "$A" link del probe
}

tc_method() {
	if tcx_here; then echo tcx; else echo clsact; fi
}

xdp_method() {
	if dispatcher_here; then echo libxdp; else echo xdp-single; fi
}

# with_tcx || return 0: ends a test of TCX. Without TCX, ctl has to refuse it by name.
with_tcx() {
	! tcx_here || return 0
	fails 1 'no TCX' ctl -n "$A" attach va --tc-method tcx || exit 1
	equal "$(hooks "$A" va)" '' || exit 1
	return 1
}

# Only on a machine that we did not choose may a feature be missing.
need() {
	case $1 in
	dispatcher) ! dispatcher_here || return 0 ;;
	vlan) ! vlan_here || return 0 ;;
	netem) ;;
	esac
	[[ -z ${WEIR_VM-} ]] || fail "kernel $kernel has no $1"
	skip "this kernel has no $1"
}

# --- assertions -----------------------------------------------------------------------------

fail() {
	printf '%s\n' "$*" >&2
	return 1
}

# equal GOT WANTED [WHAT]: fails unless both are equal
equal() {
	[[ $1 == "$2" ]] || fail "${3:-value}: got '$1', wanted '$2'"
}

# contains TEXT PART: fails unless TEXT has PART
contains() {
	[[ $1 == *"$2"* ]] || fail "no '$2' in: $1"
}

lacks() {
	[[ $1 != *"$2"* ]] || fail "'$2' in: $1"
}

# fails STATUS PART COMMAND...: expects nothing on stdout and one sentence with PART on stderr
fails() {
	local status=$1 part=$2 got=0 text
	shift 2
	text=$("$@" 2>&1 >"$BATS_TEST_TMPDIR/stdout") || got=$?
	equal "$got" "$status" "exit status of $* ($text)" || return
	contains "$text" "$part" || return
	[[ $text != *$'\n'* ]] || fail "more than one line: $text" || return
	[[ ! -s $BATS_TEST_TMPDIR/stdout ]] || fail "output: $(<"$BATS_TEST_TMPDIR/stdout")"
}

# nap SECONDS: sleep(1) without a process, because starting one is slow in a VM. Nobody writes to
# that pipe. It is made here, because making it changes $!.
exec {nobody}<> <(:)
nap() {
	read -r -t "$1" -u "$nobody" || true
}

# eventually COMMAND...: waits until it succeeds, as long as a busy or emulated machine may need. A
# test waits for the state that it checks, never for a time.
eventually() {
	local limit=$((SECONDS + ${patience:-90}))
	until "$@"; do
		((SECONDS < limit)) || fail "never true: $*" || return
		nap 0.05
	done
}

# asleep PID: succeeds if it waits for a timeout or a signal, after all its earlier work
asleep() {
	grep -qs poll "/proc/$1/wchan"
}

# --- the rig --------------------------------------------------------------------------------

# sweep_lock: keeps other tests from sweeping until the test ends or calls sweep.
sweep_lock() {
	exec {sweeping}>"${TMPDIR:-/tmp}/weir-sweep.lock"
	flock "$sweeping"
}

# sweep: removes the remains of killed tests. Their names begin with wt and the test's pid.
sweep() {
	[[ -n ${sweeping-} ]] || sweep_lock
	sweep_dead
	exec {sweeping}>&-
	unset sweeping
}

sweep_dead() {
	local path name pid at='' type
	while read -r name path type _; do
		pid=${name#wt}
		[[ -n $at || $type != cgroup2 ]] || at=$path
		[[ $name != wt[0-9]* || $pid == *[!0-9]* || -e /proc/$pid ]] || umount -l "$path" || true
	done </proc/self/mounts
	for path in "$bpffs"/wt[0-9]* /run/netns/wt[0-9]* ${at:+"$at"/wt[0-9]*}; do
		name=${path##*/}
		pid=${name#wt}
		pid=${pid%%-*}
		[[ -e $path && $pid != *[!0-9]* && ! -e /proc/$pid ]] || continue
		case $path in
		"$bpffs"/*)
			[[ $name == *-* ]] || WEIR_ROOT=$path "$CTL" purge || true
			[[ ! -e $path ]] || rm -r "$path" || true
			;;
		/run/netns/*) ip netns delete "$name" || true ;;
		*) cgroup_remove "$path" ;;
		esac
	done
} >/dev/null 2>&1

# cgroup_remove DIRECTORY: removes it and all below, and ends the processes there, which takes a
# moment. It only removes cgroups with a test's name, because a failed set-up leaves the names
# empty.
cgroup_remove() {
	local i
	[[ ${1##*/} == wt[0-9]* && -e $1/cgroup.procs ]] || return 0
	echo 1 >"$1/cgroup.kill" || true
	for ((i = 0; i < 1000; i++)); do
		find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
		[[ -e $1 ]] || break
		nap 0.02
	done
}

# Sets A, B (namespaces), WEIR_ROOT and P (pins of foreign programs).
rig_names() {
	sweep
	A=wt$$-a B=wt$$-b
	export WEIR_ROOT=$bpffs/wt$$
	P=$bpffs/wt$$-foreign
	pids=() namespaces=()
}

# netns_new NAME...: makes them in one process
netns_new() {
	namespaces+=("$@")
	printf 'netns add %s\n' "$@" | ip -batch -
}

# Makes va in A and vb in B, with addresses and permanent neighbours. Nothing sends by itself there:
# without a link-local address, IPv6 solicits no router and reports no group. The indexes differ,
# because the kernel lets a veth wait up to a second for its carrier if both ends have the same
# index.
rig_setup() {
	local mac_a=02:00:00:00:00:0a mac_b=02:00:00:00:00:0b
	rig_names
	netns_new "$A" "$B"
	ip -n "$A" -batch - <<-END
	link add name va index 11 address $mac_a type veth peer name vb index 12 netns $B
	addr add 192.0.2.1/24 dev va
	link set va addrgenmode none
	link set va up
	neigh replace 192.0.2.2 lladdr $mac_b dev va nud permanent
	END
	ip -n "$B" -batch - <<-END
	addr add 192.0.2.2/24 dev vb
	link set vb address $mac_b addrgenmode none
	link set vb up
	neigh replace 192.0.2.1 lladdr $mac_a dev vb nud permanent
	END
	"$RIG" up "$A" va "$B" vb
}

# family PID...: prints them and their descendants, one a line
family() {
	local pid
	for pid; do
		echo "$pid"
		# shellcheck disable=SC2046 # numbers
		family $(pgrep -P "$pid")
	done
}

rig_teardown() {
	local name pid
	# processes that a function started would outlive its shell
	for pid in $(family "${pids[@]}"); do
		kill "$pid" || true
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || true
	done
	pids=()
	[[ ! -e $WEIR_ROOT ]] || "$CTL" purge || true
	((${#namespaces[@]} == 0)) || printf 'netns delete %s\n' "${namespaces[@]}" | ip -force -batch - || true
	for name in "$WEIR_ROOT" "$P"; do
		[[ ! -e $name ]] || rm -r "$name"
	done
} >/dev/null 2>&1

setup() {
	rig_setup
}

teardown() {
	rig_teardown
}

ctl() {
	"$CTL" "$@"
}

# gojq has the same language and starts at once; jq 1.6 takes 30 ms, and in an emulated VM more than
# the rest of a test. But gojq sorts keys, so tests of their order use jq.
jq() {
	if [[ $* =~ keys_unsorted|_entries ]]; then
		command jq "$@"
	else
		gojq "$@"
	fi
}

# child_ticks: sets ticks to the CPU time of ended children, in hundredths of a second. $(times)
# cannot be used, because its subshell has no children.
child_ticks() {
	local stat
	read -r stat </proc/self/stat
	# shellcheck disable=SC2086 # the fields after the name
	set -- ${stat##*) }
	ticks=$((${14} + ${15}))
}

# within SECONDS COMMAND...: checks its CPU time, and that it takes at most ten times as long in
# all, because others may use the CPU. VMs are emulated, and 20 times slower.
within() {
	local start=$SECONDS limit=$1 before ticks
	[[ -z ${WEIR_VM-} ]] || limit=$((limit * 20))
	child_ticks
	before=$ticks
	"${@:2}"
	child_ticks
	((ticks - before <= limit * 100)) || fail "$((ticks - before))0 ms, not $limit s: ${*:2}" || return
	((SECONDS - start <= limit * 10)) || fail "$((SECONDS - start)) s, not $((limit * 10)): ${*:2}"
}

# in_ns NETNS COMMAND...: runs it there, with the same mounts.
in_ns() {
	nsenter --net="/run/netns/$1" "${@:2}"
}

# background COMMAND...: runs it until the test ends at the latest. Its pid is in $!.
background() {
	"$@" 3>&- &
	pids+=($!)
}

# finish: waits for the last background command, which has to succeed.
finish() {
	wait "${pids[-1]}"
	unset 'pids[-1]'
}

# --- traffic --------------------------------------------------------------------------------

# send NETNS [OPTION...] IFACE COUNT KIND SIZE: sends frames of SIZE bytes from one process; see
# rig.c. When it returns, all of them have been handled.
send() {
	"$RIG" -n "$1" send "${@:2}" >/dev/null
}

# settle: waits until the other end has handled all packets sent so far; see rig_wait.c.
settle() {
	"$RIG" settle
}

# sending NETNS [OPTION...] IFACE KIND SIZE: sends frames in the background until `sent`. When it
# returns, they have begun.
sending() {
	local begun
	begun=$(frames_of "$1" "${@:(-3):1}")
	"$RIG" -n "$1" send "${@:2:$#-3}" 0 "${@:(-2)}" >"$BATS_TEST_TMPDIR/sent" 3>&- &
	sender=$!
	pids+=("$sender")
	eventually more_frames "$begun" "$1" "${@:(-3):1}"
}

frames_of() {
	ip -n "$1" -s -j link show dev "$2" | jq '.[0].stats64.tx.packets'
}

more_frames() {
	(($(frames_of "$2" "$3") > $1))
}

# sent: ends that, and sets frames to the number of frames
sent() {
	kill -TERM "$sender"
	finish
	frames=$(<"$BATS_TEST_TMPDIR/sent")
	: "$frames"
}

# ping_b COUNT [SIZE]: pings with SIZE bytes of payload from A to B; every answer has to come.
ping_b() {
	"$RIG" -n "$A" ping 192.0.2.2 "$1" "${2:-56}"
}

# --- reading --------------------------------------------------------------------------------

# counts IFACE HOOK: prints "PACKETS BYTES"; a third argument is another jq filter on the record.
counts() {
	ctl -j counters "$1" --hook "$2" --per-cpu | jq -r ".[0] | ${3:-\"\(.packets) \(.bytes)\"}"
}

# stats NETNS IFACE rx|tx: prints the kernel's "PACKETS BYTES"
stats() {
	ip -n "$1" -s -j link show dev "$2" | jq -r ".[0].stats64.$3 | \"\(.packets) \(.bytes)\""
}

# status JQ: runs JQ on all attachments
status() {
	ctl -j status | jq -r ".attachments | $1"
}

state_of() {
	status ".[] | select(.interface == \"$1\" and .hook == \"$2\").state"
}

# slots: prints the number of attachments
slots() {
	status length
}

# pins: prints every path below the pin directory, except the permanent directories and maps
pins() {
	find "$WEIR_ROOT" -mindepth 1 ! -path "$WEIR_ROOT/maps*" ! -path "$WEIR_ROOT/links" \
		! -path "$WEIR_ROOT/programs" | sort
}

counters_id() {
	"$RIG" map-id "$WEIR_ROOT/maps/counters"
}

# Prints all programs attached to IFACE of NETNS.
hooks() {
	"$RIG" -n "$1" hooks "$2"
	tc -n "$1" qdisc show dev "$2" | grep -oE '^qdisc (clsact|ingress)' || true
}

# nothing_left NETNS IFACE MAP_ID: checks that no program, link, qdisc or pin of weir remains.
nothing_left() {
	equal "$(hooks "$1" "$2")" '' "hooks of $2" || return
	equal "$("$RIG" programs "$3" 60000)" '' "programs that use the counters" || return
	[[ ! -e $WEIR_ROOT ]] || equal "$(pins)" '' pins
}
