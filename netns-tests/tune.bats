#!/usr/bin/env bats
# kernel: each
# Measures each option of ctl tune on a real connection, beside one without the entry.

# Tests do not see each other's variables; $ in jq's programs is not the shell's.
# shellcheck disable=SC2030,SC2031,SC2016
load lib
load tune

# deaf: prints a command after which A receives nothing
deaf() {
	echo "echo 'table ip t { chain c { type filter hook input priority 0; drop; }; }' |" \
		"nsenter --net=/run/netns/$A nft -f -"
}
hear() {
	in_ns "$A" nft delete table ip t
}

@test "getsockopt returns the requested options at both ends" {
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
	add --initcwnd 23 --sndbuf 200kB # with room for the data
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
	# as advertised, rounded up to a multiple of the window scale, 1 KiB at most
	window=$(ends .b.peer_window)
	((window > 60000)) || fail "without an entry the window is only $window"
	add --initrwnd 4
	for end in a b; do
		window=$(ends .$end.peer_window)
		((window > 4 * 1380 && window <= 4 * 1460 + 1024)) || fail "$end was told $window"
	done
}

@test "least RTO: it is below 200 ms" {
	local rto
	rto=$(tcp -- send=1000 acked info | jq .a.rto_us)
	((rto >= 200000)) || fail "without an entry the RTO is $rto us"
	add --rto-min 20ms
	tcp -- info >/dev/null
	equal "$(count_of 1 rto-min)" '2 0'
	few 20000 150000 rto
}

# rto: prints the RTO in us, of a connection with little traffic
rto() {
	tcp -- send=1000 acked info | jq .a.rto_us
}

# few LEAST BELOW COMMAND...: checks that its number is always at least LEAST, and once below BELOW.
# A busy machine may make anything take longer.
few() {
	local number tries
	for ((tries = 0; tries < 20; tries++)); do
		number=$("${@:3}") || return
		((${number:-0} >= $1)) || fail "$number, not from $1 on: ${*:3}" || return
		((number >= $2)) || return 0
	done
	fail "$number, never below $2: ${*:3}"
}

has_lines() {
	(($(wc -l <"$1") >= $2))
}

# gaps COUNT NETNS IFACE FILTER COMMAND...: prints ms between COUNT packets of the filter that leave
# while the command runs, then ends it
gaps() {
	local count=$1 ns=$2 iface=$3 filter=$4 dump runs
	shift 4
	in_ns "$ns" tcpdump -i "$iface" -Q out -n -tt -l --immediate-mode "$filter" \
		>"$BATS_TEST_TMPDIR/dump" 2>"$BATS_TEST_TMPDIR/dump.err" 3>&- &
	dump=$!
	pids+=("$dump")
	eventually grep -q listening "$BATS_TEST_TMPDIR/dump.err" || return
	"$@" >/dev/null 3>&- &
	runs=$!
	pids+=("$runs")
	eventually has_lines "$BATS_TEST_TMPDIR/dump" $((count + 1)) || return
	# shellcheck disable=SC2046 # numbers
	kill $(family "$runs" "$dump")
	wait "$runs" "$dump" || true
	pids=()
	awk 'NR > 1 { printf("%d ", ($1 - last) * 1000) } { last = $1 }' "$BATS_TEST_TMPDIR/dump"
}

# first_gap NETNS IFACE FILTER COMMAND...: prints the first gap
first_gap() {
	gaps 1 "$@" | cut -d' ' -f1
}

@test "least RTO: retransmissions on the wire come after that, and double" {
	local gap tries
	add --rto-min 60ms
	for ((tries = 0; tries < 20; tries++)); do
		read -ra gap <<<"$(gaps 4 "$A" va 'tcp dst port 7000 and greater 900' \
			tcp -- send=1 acked "run=$(deaf)" push=1000 ended)"
		hear
		# the first may be a tail loss probe, the others double; timers are late on a
		# busy machine
		((${#gap[@]} >= 3)) || fail "gaps ${gap[*]}"
		((gap[0] >= 200 || gap[2] <= gap[1] + gap[1] / 2 || gap[2] >= 3 * gap[1])) ||
			return 0
	done
	fail "gaps ${gap[*]}"
}

@test "greatest RTO: timeouts do not double beyond it, or the kernel has no such option" {
	local rto
	local options
	options=$(ctl -j doctor | jq -r '.[] | select(.feature == "options of TCP connections").found')
	if ! rto_max_here; then
		equal "$options" 'all except rto-max'
		fails 1 'since Linux 6.15' ctl tune add --cgroup "/$G" --rto-max 1s
		equal "$(ctl -j tune list)" '[]'
		equal "$(slots)" 0
		return 0
	fi
	equal "$options" 'all options of `ctl tune`'
	add --rto-max 1s
	both .rto_max 1000
	# without the option it would double from 200 ms to 3.2 s
	rto=$(tcp -- "run=$(deaf)" push=1000 retransmitted=4 info | jq .a.rto_us)
	((rto <= 1000000)) || fail "the RTO is $rto us"
}

@test "timeout of the SYN, at both ends" {
	add --syn-rto 300ms
	sh -c "$(deaf)"
	# B answers each SYN, and also retransmits its answer
	few 292 420 first_gap "$A" va 'tcp[tcpflags] == tcp-syn' tcp --
	ctl tune del 1
	few 992 1120 first_gap "$A" va 'tcp[tcpflags] == tcp-syn' tcp --
	add --local-port 7000 --syn-rto 300ms
	few 292 420 first_gap "$B" vb 'tcp[tcpflags] & tcp-syn != 0' tcp --
	hear
}

@test "longest delay of an ACK" {
	local ms
	ms=$(delack)
	((ms >= 30)) || fail "without an entry an ACK came after $ms ms"
	add --delack-max 10ms
	few 4 30 delack
}

delack() {
	tcp -- delack | jq '.delack_ms | floor'
}

@test "pacing: a transfer takes as long as the rate says" {
	few 0 300 lap
	add --pacing 4Mbit
	# 800 ms; the first ten packets leave at once
	few 601 1500 lap
}

# lap: prints the ms that sending 400,000 bytes takes
lap() {
	tcp -- send=400000 lap | jq .lap_ms
}

@test "window clamp: it bounds what the other end may send" {
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

@test "keepalive: an idle connection is probed, and ends without an answer" {
	add --keepalive --keepidle 1s --keepintvl 1s --keepcnt 1
	equal "$(tcp -- "run=$(deaf)" ended error | jq .error)" 110
	hear
	# the ends probe each other every second; two unanswered probes would end it
	equal "$(tcp -- answered answered answered error | jq .error)" 0
}

@test "user timeout: unacknowledged data ends the connection" {
	add --user-timeout 500ms
	equal "$(tcp -- "run=$(deaf)" push=100 ended error | jq .error)" 110
	hear
	ctl tune del 1
	# the third retransmission leaves after at least 1.4 s
	equal "$(tcp -- "run=$(deaf)" push=100 retransmitted=3 error | jq .error)" 0
	hear
}

# counted NETNS HOOK EXPR: adds a rule that counts packets
counted() {
	local counters="$3 counter; tcp dport 7000 counter; tcp sport 7000 counter"
	in_ns "$1" nft -f - <<<"table inet n { chain c { type filter hook $2 priority 0; $counters; }; }"
}

# seen NETNS: prints packets by rule
seen() {
	in_ns "$1" nft -j list table inet n |
		jq -r '[.nftables[] | .rule? // empty | .expr[] | .counter? // empty | .packets] |
			join(" ")'
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

@test "ECN: it is used at both ends, whatever the sysctl says" {
	in_ns "$A" sysctl -qw net.ipv4.tcp_ecn=0
	in_ns "$B" sysctl -qw net.ipv4.tcp_ecn=0
	both .ecn false
	add --ecn
	both .ecn true
	ctl tune del 1
	# the other end has to accept ECN, too
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
	equal "$("$TCP" -c "$M/$G" -s "$M/$G" "$A" "$B" 2001:db8::2 7000 info |
		jq -c '[.a.cwnd, .b.cwnd, .a.tclass, .b.tclass]')" '[17,17,184,184]'
	equal "$(tcp -6 -- info | jq -c '[.a.cwnd, .b.cwnd, .a.mark, .b.mark]')" '[19,19,5,5]'
	equal "$(entry 1 .hits) $(entry 2 .hits)" '2 2'
	equal "$(count_of 1 tos)" '2 0'
	# some kernels refuse IP_TOS in such a socket; both results are counted
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
