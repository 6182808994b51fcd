#!/usr/bin/env bats
# Options of new TCP connections: what each does to a real one, which entry is taken, and mistakes.
#
# A and B are joined by a veth pair; both ends of a connection are in one process (tcp.c), which is
# in a cgroup of the test's own. Every effect is measured beside a connection without the entry.

# What one test changes is not meant for the others; jq's programs have $ of their own.
# shellcheck disable=SC2030,SC2031,SC2016
load lib

TCP=${WEIR_TCP:-$top/build/netns-tests/tcp}

setup() {
	rig_setup
	cgroup2=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
	G=wt$$
	mkdir "$cgroup2/$G" "$cgroup2/$G/inner" "$cgroup2/$G-other"
	# one congestion control for all kernels; neither what was learned of a peer nor a pause of
	# this test changes the window
	for ns in "$A" "$B"; do
		in_ns "$ns" sysctl -qw net.ipv4.tcp_congestion_control=reno \
			net.ipv4.tcp_no_metrics_save=1 net.ipv4.tcp_slow_start_after_idle=0
	done
}

teardown() {
	rig_teardown
	rmdir "$cgroup2/$G/inner" "$cgroup2/$G" "$cgroup2/$G-other"
}

# tcp [OPTION...] -- STEP...: from A to B, both in the cgroup of the test.
tcp() {
	local options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	"$TCP" -c "$cgroup2/$G" -s "$cgroup2/$G" "${options[@]}" "$A" "$B" 192.0.2.2 7000 "${@:2}"
}

add() {
	ctl tune add --cgroup "/$G" "$@" >/dev/null
}

# ends JQ: of a connection now, both ends
ends() {
	tcp -- info | jq -r "$1"
}

# both JQ WANTED: of either end
both() {
	equal "$(ends "[.a, .b] | map($1) | unique | map(tostring) | join(\" \")")" "$2" "$1"
}

# entry N JQ
entry() {
	ctl -j tune list | jq -r ".[] | select(.number == $1) | $2"
}

# count_of N OPTION: "SET ERRORS"
count_of() {
	entry "$1" ".options[] | select(.option == \"$2\") | \"\(.set) \(.errors)\""
}

# deaf: a command by which A receives nothing from then on
deaf() {
	echo "echo 'table ip t { chain c { type filter hook input priority 0; drop; }; }' |" \
		"nsenter --net=/run/netns/$A nft -f -"
}
hear() {
	in_ns "$A" nft delete table ip t
}

@test "options that getsockopt tells are as asked for, at both ends" {
	local before
	before=$(ends '"\(.a.sndbuf) \(.b.keepidle) \(.a.mark) \(.b.tos)"')
	lacks "$before" '20000'
	add --sndbuf 10000 --rcvbuf 20kB --pacing 80Mbit --mark 0x2a --keepalive --keepidle 61s \
		--keepintvl 7s --keepcnt 3 --nodelay --user-timeout 31s --notsent-lowat 16KiB \
		--congestion cubic --dscp ef --window-clamp 12000
	both .sndbuf 20000
	both .rcvbuf 40000
	both .pacing 10000000
	both .mark 42
	both '"\(.keepalive) \(.keepidle) \(.keepintvl) \(.keepcnt)"' '1 61 7 3'
	both .nodelay 1
	both .user_timeout 31000
	both .lowat 16384
	both .congestion cubic
	both .tos 184
	both .window_clamp 12000
	equal "$(entry 1 '[.options[] | .set] | unique | tostring')" '[22]'
	equal "$(entry 1 '[.options[] | .errors] | add')" 0
	equal "$(entry 1 .hits)" 22
}

@test "initial cwnd: that many packets are sent before the first ACK" {
	local steps=(info "run=$(deaf)" push=50000 info)
	local packets='"\(.a.cwnd) \(.a.unacked)"' window sent
	equal "$(tcp -- "${steps[@]}" | tail -n 1 | jq -r "$packets")" '10 10'
	hear
	add --initcwnd 23 --sndbuf 200kB # and room for what is sent
	# the last one or two may wait, to leave in a larger segment (tcp_tso_should_defer())
	read -r window sent <<<"$(tcp -- "${steps[@]}" | tail -n 1 | jq -r "$packets")"
	((window == 23 && sent >= 21 && sent <= 23)) || fail "$sent packets, window $window"
	hear
	both .cwnd 23
	equal "$(count_of 1 initcwnd)" '4 0'
}

@test "cwnd clamp: no transfer gets above it" {
	local above
	above=$(tcp -- send=3000000 info | jq .a.cwnd)
	((above > 12)) || fail "without an entry the window is only $above"
	add --cwnd-clamp 12
	equal "$(tcp -- send=3000000 info | jq .a.cwnd)" 12
	equal "$(count_of 1 cwnd-clamp)" '2 0'
}

@test "initial rwnd: the first window is that many segments" {
	local window
	# as the other end was told, up to the next multiple of its window scale, 1 KiB at most
	window=$(ends .b.peer_window)
	((window > 60000)) || fail "without an entry the window is only $window"
	add --initrwnd 4
	for end in a b; do
		window=$(ends .$end.peer_window)
		((window > 4 * 1380 && window <= 4 * 1460 + 1024)) || fail "$end was told $window"
	done
}

@test "least RTO: sooner than 200 ms" {
	local rto
	rto=$(tcp -- send=1000 sleep=100 info | jq .a.rto_us)
	((rto >= 200000)) || fail "without an entry the RTO is $rto us"
	add --rto-min 20ms
	rto=$(tcp -- send=1000 sleep=100 info | jq .a.rto_us)
	((rto >= 20000 && rto < 150000)) || fail "the RTO is $rto us"
	equal "$(count_of 1 rto-min)" '2 0'
}

# gaps NETNS IFACE FILTER COMMAND...: ms between packets of the filter that leave while it runs
gaps() {
	local ns=$1 iface=$2 filter=$3 dump
	shift 3
	in_ns "$ns" tcpdump -i "$iface" -Q out -n -tt -l --immediate-mode "$filter" \
		>"$BATS_TEST_TMPDIR/dump" 2>"$BATS_TEST_TMPDIR/dump.err" 3>&- &
	dump=$!
	pids+=("$dump")
	eventually grep -q listening "$BATS_TEST_TMPDIR/dump.err" || return
	"$@" >/dev/null
	sleep 0.2
	kill "$dump"
	wait "$dump" || true
	pids=()
	awk 'NR > 1 { printf("%d ", ($1 - last) * 1000) } { last = $1 }' "$BATS_TEST_TMPDIR/dump"
}

# near GOT WANTED: ms, and up to 120 more, for timers are late and machines busy
near() {
	((${1:-0} >= $2 - 8 && ${1:-0} <= $2 + 120)) || fail "$1 ms, wanted $2"
}

@test "least RTO: retransmissions on the wire come after that, and double" {
	local gap
	add --rto-min 60ms
	read -ra gap <<<"$(gaps "$A" va 'tcp dst port 7000 and greater 900' \
		tcp -- send=1 sleep=50 "run=$(deaf)" push=1000 sleep=900)"
	# the first may be a tail loss probe, the others double
	((${#gap[@]} >= 3)) || fail "gaps ${gap[*]}"
	((gap[0] < 200)) || fail "the first took ${gap[0]} ms"
	((gap[2] > gap[1] + gap[1] / 2 && gap[2] < 3 * gap[1])) || fail "gaps ${gap[*]}"
}

@test "greatest RTO: time-outs do not double beyond it, or the kernel has none" {
	local rto
	if ! ctl tune add --cgroup "/$G" --rto-max 1s >/dev/null 2>"$BATS_TEST_TMPDIR/why"; then
		((${kernel%%.*} == 6 && kernel_minor < 15)) || fail "$(<"$BATS_TEST_TMPDIR/why")"
		contains "$(<"$BATS_TEST_TMPDIR/why")" 'since Linux 6.15'
		equal "$(ctl -j tune list)" '[]'
		equal "$(slots)" 0
		return 0
	fi
	both .rto_max 1000
	rto=$(tcp -- "run=$(deaf)" push=1000 sleep=3500 info | jq .a.rto_us)
	((rto <= 1000000)) || fail "the RTO is $rto us"
}

@test "time-out of the SYN, at both ends" {
	local gap
	add --syn-rto 300ms
	sh -c "$(deaf)"
	# B answers each, and answers again by itself
	near "$(gaps "$A" va 'tcp[tcpflags] == tcp-syn' tcp -t 800 -- | cut -d' ' -f1)" 300
	ctl tune del 1
	near "$(gaps "$A" va 'tcp[tcpflags] == tcp-syn' tcp -t 1500 -- | cut -d' ' -f1)" 1000
	add --local-port 7000 --syn-rto 300ms
	near "$(gaps "$B" vb 'tcp[tcpflags] & tcp-syn != 0' tcp -t 800 -- | cut -d' ' -f1)" 300
	hear
}

@test "longest delay of an ACK" {
	local ms
	ms=$(tcp -- delack | jq '.delack_ms | floor')
	((ms >= 30)) || fail "without an entry an ACK came after $ms ms"
	add --delack-max 10ms
	ms=$(tcp -- delack | jq '.delack_ms | floor')
	((ms >= 4 && ms < 30)) || fail "an ACK came after $ms ms"
}

@test "pacing: a transfer takes as long as the rate says" {
	local ms
	ms=$(tcp -- send=400000 lap | jq .lap_ms)
	((ms < 300)) || fail "without an entry it took $ms ms"
	add --pacing 4Mbit
	ms=$(tcp -- send=400000 lap | jq .lap_ms)
	# the first ten packets leave at once
	((ms > 600 && ms < 1500)) || fail "it took $ms ms, wanted 800"
}

@test "window clamp: what the other end may send" {
	local window
	window=$(tcp -- info | jq .b.peer_window)
	((window > 12000)) || fail "without an entry it is $window"
	add --window-clamp 12000
	window=$(tcp -- info | jq .b.peer_window)
	((window <= 12000 && window > 6000)) || fail "it is $window"
}

@test "nodelay: a small segment does not wait for an ACK" {
	local steps=("run=$(deaf)" push=1 push=1 info)
	equal "$(tcp -- "${steps[@]}" | jq .a.unacked)" 1
	hear
	add --nodelay
	equal "$(tcp -- "${steps[@]}" | jq .a.unacked)" 2
	hear
}

@test "keepalive: an idle connection is probed, and ends where nobody answers" {
	add --keepalive --keepidle 1s --keepintvl 1s --keepcnt 1
	equal "$(tcp -- "run=$(deaf)" sleep=2700 error | jq .error)" 110
	hear
	equal "$(tcp -- sleep=1300 error | jq .error)" 0
}

@test "user timeout: what is not acknowledged ends the connection" {
	add --user-timeout 500ms
	equal "$(tcp -- "run=$(deaf)" push=100 sleep=1700 error | jq .error)" 110
	hear
	ctl tune del 1
	equal "$(tcp -- "run=$(deaf)" push=100 sleep=1700 error | jq .error)" 0
	hear
}

# counted NETNS HOOK EXPR: a rule that counts packets
counted() {
	in_ns "$1" nft -f - <<<"table inet n { chain c { type filter hook $2 priority 0; $3 counter; tcp dport 7000 counter; tcp sport 7000 counter; }; }"
}

# seen NETNS: packets by rule
seen() {
	in_ns "$1" nft -j list table inet n | jq -r '[.nftables[] | .rule? // empty | .expr[] | .counter? // empty | .packets] | join(" ")'
}

@test "DSCP and mark: every packet from the SYN on has them" {
	local some all
	add --remote-port 7000 --dscp af21 --mark 77
	counted "$A" output 'ip dscp af21 meta mark 77'
	tcp -- send=5000
	read -r some all _ <<<"$(seen "$A")"
	((all > 3)) || fail "only $all packets"
	equal "$some" "$all" 'packets of that class and mark'
}

@test "ECN: whatever the sysctl says, at both ends" {
	in_ns "$A" sysctl -qw net.ipv4.tcp_ecn=0
	in_ns "$B" sysctl -qw net.ipv4.tcp_ecn=0
	both .ecn false
	add --ecn
	both .ecn true
	ctl tune del 1
	# the end that is asked has to be willing too
	add --remote-port 7000 --ecn
	both .ecn false
	[[ $(count_of 2 ecn) == [1-9]*' 0' ]] || fail "$(count_of 2 ecn)"
}

@test "IPv6, and IPv4 in a socket of both families" {
	local window
	ip -n "$A" addr add 2001:db8::1/64 dev va nodad
	ip -n "$B" addr add 2001:db8::2/64 dev vb nodad
	add --remote 2001:db8::/32 --initcwnd 17 --dscp ef
	add --remote 192.0.2.0/24 --initcwnd 19 --initrwnd 4 --mark 5
	equal "$("$TCP" -c "$cgroup2/$G" -s "$cgroup2/$G" "$A" "$B" 2001:db8::2 7000 info |
		jq -c '[.a.cwnd, .b.cwnd, .a.tclass, .b.tclass]')" '[17,17,184,184]'
	equal "$(tcp -6 -- info | jq -c '[.a.cwnd, .b.cwnd, .a.mark, .b.mark]')" '[19,19,5,5]'
	equal "$(entry 1 .hits) $(entry 2 .hits)" '2 2'
	equal "$(count_of 1 tos)" '2 0'
	# whether IP_TOS is refused in such a socket is the kernel's; it is counted either way
	ctl tune del all
	add --local-port 7000 --dscp ef
	case $(tcp -6 -- info | jq .b.tos) in
	184) equal "$(count_of 3 tos)" '1 0' ;;
	0) equal "$(count_of 3 tos)" '0 1' ;;
	*) fail 'another byte' ;;
	esac
	add --before 3 --remote 192.0.2.0/24 --initrwnd 4
	window=$(tcp -6 -- info | jq .a.peer_window)
	((window > 4 * 1380 && window <= 4 * 1460 + 1024)) || fail "A was told $window"
}

@test "the first match is taken, and none below it" {
	add --remote-port 7000 --initcwnd 21
	add --initcwnd 22
	equal "$(ends '"\(.a.cwnd) \(.b.cwnd)"')" '21 22'
	ctl tune add --cgroup "/$G" --before 1 --local-port 6990-7010 --initcwnd 23 >/dev/null
	equal "$(ends '"\(.a.cwnd) \(.b.cwnd)"')" '21 23'
	equal "$(tcp -l 7005 -- info | jq -r '"\(.a.cwnd) \(.b.cwnd)"')" '23 23'
	equal "$(entry 1 .hits) $(entry 2 .hits) $(entry 3 .hits)" '2 1 3'
	ctl tune del 3 1
	both .cwnd 22
	equal "$(ctl -j tune list | jq -c 'map(.number)')" '[2]'
	# numbers are not given again
	add --initcwnd 24
	equal "$(ctl -j tune list | jq -c 'map(.number)')" '[2,4]'
}

@test "connections of other cgroups are left alone, and those of inner ones are not" {
	add --initcwnd 31
	equal "$(tcp -c "$cgroup2/$G/inner" -s "$cgroup2/$G-other" -- info | jq -c '[.a.cwnd, .b.cwnd]')" \
		'[31,10]'
	equal "$(entry 1 .hits)" 1
}

@test "of nested cgroups the innermost that has an entry decides, and one entry alone" {
	add --initcwnd 31
	ctl tune add --cgroup "/$G/inner" --remote-port 7000 --initcwnd 32 --mark 9 >/dev/null
	equal "$(tcp -c "$cgroup2/$G/inner" -s "$cgroup2/$G/inner" -- info |
		jq -c '[.a.cwnd, .b.cwnd, .a.mark, .b.mark]')" '[32,31,9,0]'
	equal "$(entry 1 .hits) $(entry 2 .hits)" '1 1'
	# without a cgroup it is for both programs, and counted once
	ctl tune del all
	ctl tune add --initcwnd 33 >/dev/null
	equal "$(tcp -c "$cgroup2/$G/inner" -s "$cgroup2/$G/inner" -- info |
		jq -c '[.a.cwnd, .b.cwnd]')" '[33,33]'
	equal "$(entry 3 .hits) $(count_of 3 initcwnd)" '2 2 0'
}

@test "hits and options are counted exactly, from all CPUs" {
	local i runs=()
	add --mark 3 --nodelay
	for i in 1 2 3 4; do
		for ((k = 0; k < 5; k++)); do
			"$TCP" -c "$cgroup2/$G" -s "$cgroup2/$G" "$A" "$B" 192.0.2.2 "700$i" || exit 1
		done 3>&- &
		runs+=($!)
	done
	for i in "${runs[@]}"; do wait "$i"; done
	equal "$(entry 1 .hits) $(count_of 1 mark) $(count_of 1 nodelay)" '40 40 0 40 0'
}

# The element of tune_rules that is in force: settings.tune_list.
ctl_element() {
	bpftool -j map lookup pinned "$WEIR_ROOT/maps/settings" key 0 0 0 0 | jq -r '.value[8]'
}

@test "what the kernel refuses for one connection is counted, by entry and option" {
	local value at
	add --local-port 7000 --nodelay --mark 4
	# trying leaves little that fails later, so the list is damaged: the first option of the
	# first entry gets a name that is none (see struct weir_tune_setting)
	at=$(ctl_element)
	mapfile -t value < <(bpftool -j map lookup pinned "$WEIR_ROOT/maps/tune_rules" key "$at" 0 0 0 |
		jq -r '.value[]')
	value[16 + 80 + 4]=0x77 value[16 + 80 + 5]=0x77
	bpftool map update pinned "$WEIR_ROOT/maps/tune_rules" key "$at" 0 0 0 value "${value[@]}"
	equal "$(tcp -- info | jq -c '[.b.mark, .b.nodelay]')" '[4,0]'
	equal "$(entry 1 .hits) $(count_of 1 nodelay) $(count_of 1 mark)" '1 0 1 1 0'
	equal "$(entry 1 '.options[] | select(.option == "nodelay").last_error')" 'Invalid argument'
	contains "$(ctl tune list)" 'An error is an option that the kernel refused'
}

@test "an option that the kernel refuses is told when it is added, and nothing is attached" {
	fails 1 "does not take rto-min '300 ms'" ctl tune add --cgroup "/$G" --rto-min 300ms
	fails 1 "does not take delack-max '1 ms'" ctl tune add --cgroup "/$G" --delack-max 1ms
	fails 1 "congestion 'nonesuch'" ctl tune add --cgroup "/$G" --mark 1 --congestion nonesuch
	fails 1 "net.core.wmem_max" ctl tune add --cgroup "/$G" --sndbuf 1G
	fails 1 "the two lowest bits are ECN's" ctl tune add --cgroup "/$G" --tos 3
	fails 1 "keepidle '40000 s'" ctl tune add --cgroup "/$G" --keepidle 40000s
	fails 1 "no cgroup" ctl tune add --cgroup "/$G-nowhere" --mark 1
	[[ ! -e $WEIR_ROOT ]]
	equal "$(ctl -j tune list)" '[]'
}

@test "bad words are told in one sentence, and nothing is attached" {
	fails 2 "add, list, del or test, not 'ad'" ctl tune ad
	fails 2 'what is it to set' ctl tune add --remote 10.0.0.0/8
	fails 2 'without host bits' ctl tune add --remote 10.0.0.1/8 --nodelay
	fails 2 '--local-port is a port' ctl tune add --local-port 9-8 --nodelay
	fails 2 '--rto-min is a time with its unit' ctl tune add --rto-min 20
	fails 2 'out of range, or too fine' ctl tune add --keepidle 1500ms
	fails 2 '--pacing is a rate' ctl tune add --pacing 10MB
	fails 2 '--initcwnd is a number' ctl tune add --initcwnd many
	fails 2 '--dscp is a class' ctl tune add --dscp gold
	fails 2 'exclude each other' ctl tune add --dscp ef --tos 16
	fails 2 'goes with `tune add`' ctl tune list --mark 1
	fails 2 'which entry' ctl tune del
	fails 2 'no number of an entry' ctl tune del one
	fails 2 'is no ADDRESS:PORT' ctl tune test 192.0.2.1
	fails 2 'which connection' ctl tune test
	fails 1 'there is no entry 5' ctl tune del 5
	[[ ! -e $WEIR_ROOT ]]
	add --mark 1
	fails 1 'there is no entry 5; nothing was deleted' ctl tune del 1 5
	fails 1 'there is no entry 7' ctl tune add --before 7 --mark 1
	equal "$(ctl -j tune list | jq -c 'map(.number)')" '[1]'
}

@test "test tells what a connection would get, and makes none" {
	add --remote 192.0.2.0/24 --remote-port 7000 --initcwnd 21
	ctl tune add --cgroup "/$G/inner" --initcwnd 22 >/dev/null
	match() { ctl -j tune test "$@" | jq -c '[.entry, .options[].value]'; }
	equal "$(match 192.0.2.2:7000)" '[1,21]'
	equal "$(match 192.0.2.2:7001)" '[2,22]'
	equal "$(match --cgroup "/$G" 192.0.2.2:7001)" '[null]'
	equal "$(match --cgroup "/$G/inner" 192.0.2.2:7000)" '[2,22]'
	equal "$(match --cgroup "/$G-other" 192.0.2.2:7000)" '[null]'
	equal "$(match '[2001:db8::1]:7000')" '[2,22]'
	contains "$(ctl tune test --cgroup "/$G-other" 192.0.2.2:7000)" 'No program looks at the list'
	equal "$(entry 1 .hits)" 0
}

@test "an entry keeps what the program has, and says where none looks" {
	contains "$(ctl tune add --mark 1)" 'No program looks at the list yet'
	ctl attach "--cgroup=/$G" --features tcp >/dev/null
	contains "$(ctl tune list)" 'No program looks at this list'
	contains "$(ctl tune add --cgroup "/$G" --mark 2)" "replaced sockops at '/$G'"
	equal "$(status '.[].features | join(" ")')" 'tcp tune'
	lacks "$(ctl tune add --cgroup "/$G" --mark 3)" sockops
	both .mark 1
	equal "$(slots)" 1
}

@test "skip-loopback leaves loopback connections alone" {
	local own=("$TCP" -c "$cgroup2/$G" -s "$cgroup2/$G" "$A" "$A" 127.0.0.1 7000 info)
	ip -n "$A" link set lo up
	add --mark 6
	equal "$("${own[@]}" | jq -c '[.a.mark, .b.mark]')" '[6,6]'
	ctl skip-loopback on
	equal "$("${own[@]}" | jq -c '[.a.mark, .b.mark]')" '[0,0]'
	both .mark 6
}

@test "sixty-four entries are all there is room for" {
	local i
	for ((i = 0; i < 64; i++)); do
		ctl tune add --remote-port $((7000 + i)) --mark $((100 + i)) >/dev/null
	done
	fails 1 'the list has its 64 entries' ctl tune add --cgroup "/$G" --mark 1
	equal "$(slots)" 0
	ctl attach "--cgroup=/$G" --features tune >/dev/null
	equal "$("$TCP" -c "$cgroup2/$G" -s "$cgroup2/$G" "$A" "$B" 192.0.2.2 7063 info | jq .a.mark)" 163
	equal "$(ctl -j tune list | jq '[.[].hits] | add')" 1
}

@test "several that add at once all come into the list, and connections see whole entries" {
	local i runs=()
	for i in 1 2 3 4; do
		"$CTL" tune add --cgroup "/$G" --mark "$i" >/dev/null 3>&- &
		runs+=($!)
	done
	for i in "${runs[@]}"; do wait "$i" || fail 'one of them failed'; done
	equal "$(ctl -j tune list | jq -c 'map(.number)')" '[1,2,3,4]'
	equal "$(ctl -j tune list | jq -c 'map(.options[0].value) | sort')" '[1,2,3,4]'
	equal "$(slots)" 1
	both '.mark > 0' true
	runs=()
	for i in 1 2 3; do
		"$CTL" tune del "$i" >/dev/null 3>&- &
		runs+=($!)
	done
	for i in "${runs[@]}"; do wait "$i" || fail 'one of them failed'; done
	equal "$(ctl -j tune list | jq -c 'map(.number)')" '[4]'
}

@test "a list that changes under connections: each gets the old entry or the new, never half" {
	local writer i mark timeout
	add --mark 1 --user-timeout 1s
	# an entry has its mark and time-out alike
	while :; do
		for i in 2 3; do
			"$CTL" tune add --before 1 --mark "$i" --user-timeout "${i}s" >/dev/null || exit 1
			"$CTL" -j tune list | jq -r .[0].number |
				xargs "$CTL" tune del >/dev/null || exit 1
		done
	done 3>&- &
	writer=$!
	pids+=("$writer")
	for ((i = 0; i < 30; i++)); do
		while read -r mark timeout; do
			((mark >= 1 && mark <= 3 && timeout == 1000 * mark)) ||
				fail "mark $mark and time-out $timeout"
		done < <(tcp -- info | jq -r '.a, .b | "\(.mark) \(.user_timeout)"')
	done
	kill "$writer" || fail 'the writer failed'
	wait "$writer" || true
	pids=()
}

@test "killed at any call, adding leaves the list old or new" {
	local n status killed=0 stride=1 list
	[[ -z ${WEIR_VM-} ]] || stride=13
	add --mark 1
	for ((n = 1; n < 400; n += stride)); do
		status=0
		{
			strace -f -qq -o /dev/null -e trace=bpf,unlink,rename,mkdir,flock,membarrier \
				-e inject=bpf,unlink,rename,mkdir,flock,membarrier:signal=KILL:when=$n \
				"$CTL" tune add --cgroup "/$G/inner" --mark 2 --nodelay
		} >/dev/null 2>&1 || status=$?
		list=$(ctl -j tune list | jq -c 'map([.number, (.options | length)])')
		((status != 0)) || break
		killed=$((killed + 1))
		[[ $list == '[[1,1]]' || $list == '[[1,1],['*',2]]' ]] || fail "at call $n: $list"
		both .mark 1
		ctl tune list | grep -q . || return
		ctl detach "--cgroup=/$G/inner" >/dev/null 2>&1 || true
		ctl -j tune list | jq -r '.[1:][].number' | xargs -r "$CTL" tune del >/dev/null
	done
	((killed > 20 / stride)) || fail "only $killed calls were reached"
	[[ $list == '[[1,1],['*',2]]' ]] || fail "in the end: $list"
}

@test "a cgroup that is removed is gone, and its entry stays until it is deleted" {
	ctl tune add --cgroup "/$G-other" --mark 1 >/dev/null
	equal "$(entry 1 '"\(.cgroup) \(.gone)"')" "/$G-other false"
	rmdir "$cgroup2/$G-other"
	equal "$(entry 1 '"\(.cgroup) \(.gone)"')" 'null true'
	contains "$(ctl tune list)" '(gone)'
	ctl tune del 1
	mkdir "$cgroup2/$G-other"
}
