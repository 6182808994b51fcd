# shellcheck shell=bash
# lib.bash - a rig of two network namespaces, what sends in them, and what reads the counts.
#
# Each test has namespaces and a pin directory of its own names, so that files can run side by
# side and never meet a weir in use. All of it goes in teardown, whatever became of the test.
# ctl enters a namespace by nsenter or -n: `ip netns exec` would hide bpffs from it.

top=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)
# WEIR_BUILD: in VMs of another machine, where the programs for it are
build=${WEIR_BUILD:-$top/build}
CTL=${WEIR_CTL:-$build/bin/ctl}
RIG=${WEIR_RIG:-$build/netns-tests/rig}
bpffs=/sys/fs/bpf

kernel=$(uname -r)
kernel_minor=${kernel#*.}
kernel_minor=${kernel_minor%%[!0-9]*}

# Decided by the version, so that a weir that probes wrongly is found out.
tcx_here() {
	((${kernel%%.*} > 6 || (${kernel%%.*} == 6 && kernel_minor >= 6)))
}

# Callbacks of sockops for connections that are there already. By the version, as above.
adopt_here() {
	((${kernel%%.*} > 6 || (${kernel%%.*} == 6 && kernel_minor >= 12)))
}

# libxdp's dispatcher needs function replacement, which lockdown forbids; never so in our VMs.
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

# with_tcx || return 0: for what only TCX has. Elsewhere it has to be refused by name.
with_tcx() {
	! tcx_here || return 0
	fails 1 'no TCX' ctl -n "$A" attach va --tc-method tcx || exit 1
	equal "$(hooks "$A" va)" '' || exit 1
	return 1
}

# Only a machine that is not ours to choose may lack something.
need() {
	case $1 in
	dispatcher) ! dispatcher_here || return 0 ;;
	vlan) ! vlan_here || return 0 ;;
	netem) ;;
	esac
	[[ -z ${WEIR_VM-} ]] || fail "kernel $kernel lacks $1"
	skip "this kernel has no $1"
}

# --- assertions -----------------------------------------------------------------------------

fail() {
	printf '%s\n' "$*" >&2
	return 1
}

# equal GOT WANTED [WHAT]
equal() {
	[[ $1 == "$2" ]] || fail "${3:-value}: got '$1', wanted '$2'"
}

# contains TEXT PART
contains() {
	[[ $1 == *"$2"* ]] || fail "no '$2' in: $1"
}

lacks() {
	[[ $1 != *"$2"* ]] || fail "'$2' in: $1"
}

# fails STATUS PART COMMAND...: nothing on stdout, one sentence with PART on stderr.
fails() {
	local status=$1 part=$2 got=0 text
	shift 2
	text=$("$@" 2>&1 >"$BATS_TEST_TMPDIR/stdout") || got=$?
	equal "$got" "$status" "exit status of $* ($text)" || return
	contains "$text" "$part" || return
	[[ $text != *$'\n'* ]] || fail "more than one line: $text" || return
	[[ ! -s $BATS_TEST_TMPDIR/stdout ]] || fail "output: $(<"$BATS_TEST_TMPDIR/stdout")"
}

# nap SECONDS: sleep(1) without a process, which is dear in a VM. Nobody writes to that pipe. It is
# made here, for it changes $!.
exec {nobody}<> <(:)
nap() {
	read -r -t "$1" -u "$nobody" || true
}

# eventually COMMAND...: waits until it is true, as long as a busy or emulated machine may need. A
# test waits for what it is about to look at, never for a time.
eventually() {
	local limit=$((SECONDS + ${patience:-90}))
	until "$@"; do
		((SECONDS < limit)) || fail "never true: $*" || return
		nap 0.05
	done
}

# asleep PID: it waits for a time to pass, or a signal; all that it does before is done
asleep() {
	grep -qs poll "/proc/$1/wchan"
}

# --- the rig --------------------------------------------------------------------------------

# sweep: what tests left that were killed. All of it begins with wt and the test's pid.
sweep() {
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

# cgroup_remove DIRECTORY: with all below it. It ends the processes there, which takes a moment. It
# leaves alone what is no cgroup of a test's name: a set-up that failed leaves the names empty.
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

# Sets A, B (namespaces), WEIR_ROOT and P (pins of foreigners).
rig_names() {
	sweep
	A=wt$$-a B=wt$$-b
	export WEIR_ROOT=$bpffs/wt$$
	P=$bpffs/wt$$-foreign
	pids=() namespaces=()
}

# netns_new NAME...: by one process
netns_new() {
	namespaces+=("$@")
	printf 'netns add %s\n' "$@" | ip -batch -
}

# va in A and vb in B, with addresses and permanent neighbours. Nothing speaks by itself there:
# without a link-local address IPv6 solicits no router and reports no group. The indexes differ,
# because the kernel lets a veth wait up to a second for its carrier if both ends have the same.
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

# family PID...: they and what they started, a line each
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
	# what a function started would outlive the shell that runs it
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
# all else that a test does. But gojq sorts keys: who asks for their order gets jq itself.
jq() {
	if [[ $* =~ keys_unsorted|_entries ]]; then
		command jq "$@"
	else
		gojq "$@"
	fi
}

# child_ticks: sets ticks to the time that a CPU gave children that have ended, in hundredths of a
# second. Not by $(times), whose subshell has no children.
child_ticks() {
	local stat
	read -r stat </proc/self/stat
	# shellcheck disable=SC2086 # the fields behind the name
	set -- ${stat##*) }
	ticks=$((${14} + ${15}))
}

# within SECONDS COMMAND...: of a CPU, and ten times as long in all, for others may use it too. VMs
# are emulated, and 20 times slower.
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

# in_ns NETNS COMMAND...: with the mounts as they are.
in_ns() {
	nsenter --net="/run/netns/$1" "${@:2}"
}

# background COMMAND...: ends with the test at the latest. Its pid is in $!.
background() {
	"$@" 3>&- &
	pids+=($!)
}

# finish: waits for what was begun last in the background; it has to succeed.
finish() {
	wait "${pids[-1]}"
	unset 'pids[-1]'
}

# --- traffic --------------------------------------------------------------------------------

# send NETNS [OPTION...] IFACE COUNT KIND SIZE: frames of SIZE bytes, one process; see rig.c. When
# it returns, all of them have been handled.
send() {
	"$RIG" -n "$1" send "${@:2}" >/dev/null
}

# settle: what anybody has sent by now has been handled by the other end; see rig_wait.c.
settle() {
	"$RIG" settle
}

# sending NETNS [OPTION...] IFACE KIND SIZE: frames in the background, until sent; they have begun
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

# sent: ends that, and sets frames to their number
sent() {
	kill -TERM "$sender"
	finish
	frames=$(<"$BATS_TEST_TMPDIR/sent")
	: "$frames"
}

# ping_b COUNT with SIZE bytes of payload from A to B; every answer has to come.
ping_b() {
	"$RIG" -n "$A" ping 192.0.2.2 "$1" "${2:-56}"
}

# --- reading --------------------------------------------------------------------------------

# counts IFACE HOOK: "PACKETS BYTES"; a third argument is another jq filter on the record.
counts() {
	ctl -j counters "$1" --hook "$2" --per-cpu | jq -r ".[0] | ${3:-\"\(.packets) \(.bytes)\"}"
}

# stats NETNS IFACE rx|tx: "PACKETS BYTES" of the kernel
stats() {
	ip -n "$1" -s -j link show dev "$2" | jq -r ".[0].stats64.$3 | \"\(.packets) \(.bytes)\""
}

# status JQ: of all attachments
status() {
	ctl -j status | jq -r ".attachments | $1"
}

state_of() {
	status ".[] | select(.interface == \"$1\" and .hook == \"$2\").state"
}

# slots: how many attachments there are
slots() {
	status length
}

# pins: every path below the pin directory but the directories and maps that always stand there
pins() {
	find "$WEIR_ROOT" -mindepth 1 ! -path "$WEIR_ROOT/maps*" ! -path "$WEIR_ROOT/links" \
		! -path "$WEIR_ROOT/programs" | sort
}

counters_id() {
	"$RIG" map-id "$WEIR_ROOT/maps/counters"
}

# What is attached to IFACE of NETNS, by whomever.
hooks() {
	"$RIG" -n "$1" hooks "$2"
	tc -n "$1" qdisc show dev "$2" | grep -oE '^qdisc (clsact|ingress)' || true
}

# nothing_left NETNS IFACE MAP_ID: no program, link, qdisc or pin of ours remains.
nothing_left() {
	equal "$(hooks "$1" "$2")" '' "hooks of $2" || return
	equal "$("$RIG" programs "$3" 60000)" '' "programs that use the counters" || return
	[[ ! -e $WEIR_ROOT ]] || equal "$(pins)" '' pins
}
