#!/usr/bin/env bats
# kernel: each
# TCP connections of a cgroup have the figures of ss(8), and ended connections stay listed.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031
load lib

setup() {
	rig_setup
	cgroup=wt$$-tcp
	cgroup_dir=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)/$cgroup
	mkdir "$cgroup_dir"
	peer_script
}

teardown() {
	rig_teardown
	cgroup_remove "$cgroup_dir"
}

# A peer that carries out its arguments, one after the other.
peer_script() {
	cat >"$BATS_TEST_TMPDIR/peer.py" <<'END'
import errno, os, select, socket, struct, sys, threading, time

def echo(s):
    try:
        while True:
            data = s.recv(65536)
            if not data:
                break
            s.sendall(data)
    except OSError:
        pass
    s.close()

def serve(address, port):
    l = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    l.bind((address, int(port)))
    l.listen(1000)
    def accept():
        while True:
            threading.Thread(target=echo, args=(l.accept()[0],), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()

s = None
kept = []
for word in sys.argv[1:]:
    verb, *rest = word.split(",")
    try:
        if verb == "serve":
            serve(*rest)
        elif verb == "connect":
            s = socket.create_connection((rest[0], int(rest[1])), 90)
            kept.append(s)
        elif verb == "many":
            for _ in range(int(rest[2])):
                socket.create_connection((rest[0], int(rest[1])), 90).close()
        elif verb == "each":  # the peer has seen the end before the next begins
            for _ in range(int(rest[2])):
                s = socket.create_connection((rest[0], int(rest[1])), 90)
                s.shutdown(socket.SHUT_WR)
                s.recv(1)
                s.close()
        elif verb == "dial":  # a call that blocks: the kernel gives up, not the process
            s = socket.socket()
            s.connect((rest[0], int(rest[1])))
        elif verb == "ask":  # does not block, waits for the end, and reads SO_ERROR
            s = socket.socket()
            s.setblocking(False)
            error = s.connect_ex((rest[0], int(rest[1])))
            if error == errno.EINPROGRESS:
                poll = select.poll()
                poll.register(s, select.POLLOUT)
                poll.poll(90000)
                error = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            with open("errors", "a") as file:
                print(rest[1], errno.errorcode.get(error, error), file=file)
            s.close()
        elif verb == "begin":  # without waiting
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex((rest[0], int(rest[1])))
        elif verb == "leave":  # in any state
            s.close()
        elif verb == "mapped":
            s = socket.socket(socket.AF_INET6)
            s.connect(("::ffff:" + rest[0], int(rest[1])))
            kept.append(s)
        elif verb == "send":
            s.sendall(b"x" * int(rest[0]))
        elif verb == "echo":
            left = int(rest[0])
            threading.Thread(target=s.sendall, args=(b"x" * left,)).start()
            while left:
                left -= len(s.recv(65536))
        elif verb == "read":
            left = int(rest[0])
            while left:
                left -= len(s.recv(65536))
        elif verb == "limit":
            s.setsockopt(socket.IPPROTO_TCP, 18, int(rest[0]))  # TCP_USER_TIMEOUT, ms
        elif verb == "reset":
            # sends an acknowledgement that is still delayed, which the reset would cancel
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()
        elif verb == "close":
            s.shutdown(socket.SHUT_WR)
            s.recv(1)
            s.close()
        elif verb == "touch":
            open(rest[0], "w").close()
        elif verb == "wait":
            while not os.path.exists(rest[0]):
                time.sleep(0.02)
    except OSError as error:
        print(error, file=sys.stderr)
END
}

# become_peer NETNS WORD...: runs the peer in the cgroup and in the test's own directory.
become_peer() {
	echo "$BASHPID" >"$cgroup_dir/cgroup.procs"
	cd "$BATS_TEST_TMPDIR" || exit
	exec nsenter --net="/run/netns/$1" python3 peer.py "${@:2}" 2>/dev/null 3>&-
}

peer() {
	(become_peer "$@")
}

# peer_until FILE WORD...: runs a peer in the background, and waits until it has made FILE.
peer_until() {
	local file=$1
	shift
	background become_peer "$@"
	eventually test -e "$BATS_TEST_TMPDIR/$file"
}

server() {
	peer_until up "$B" serve,192.0.2.2,5000 touch,up wait,never
}

# state_is STATE: checks the state of the only open connection
state_is() {
	[[ $(tcp 'map(.state) | join(",")') == "$1" ]]
}

none_open() {
	[[ $(tcp length) == 0 ]]
}

# stat NAME: prints the table's statistic, summed over CPUs
stat() {
	bpftool -j map dump pinned "$WEIR_ROOT/maps/tcp_stats" |
		jq "[.[0].formatted.values[].value.$1] | add"
}

# lose: drops everything on its way to the server.
lose() {
	in_ns "$B" nft 'add table inet lossy; add chain inet lossy input { type filter hook input priority 0; };
		add rule inet lossy input tcp dport 5000 drop'
}

lose_no_more() {
	in_ns "$B" nft delete table inet lossy
}

# lease_set BYTE: fills the lease of events, in jiffies, with BYTE; 0 means never, 255 for ever
lease_set() {
	bpftool map update pinned "$WEIR_ROOT/maps/tcp_lease" key 0 0 0 0 value "$1" "$1" "$1" "$1" "$1" "$1" "$1" $(($1 / 2))
}

lease_given() {
	[[ $(bpftool -j map dump pinned "$WEIR_ROOT/maps/tcp_lease" | jq '.[0].formatted.value') != 0 ]]
}

# events_to FILE: reads events in the background from now on, and sets reader. A slow reader
# has not yet read the number of earlier losses.
events_to() {
	lease_set 0
	background "$CTL" -j tcp --events >"$1" 2>"$1.err"
	reader=$!
	eventually lease_given
}

# tcp JQ [OPTION...]: runs JQ on the list of connections
tcp() {
	ctl -j tcp "${@:2}" | jq -r "$1"
}

# ss_line NETNS REMOTE_PORT: prints the line of ss for the one socket with that remote port
ss_line() {
	ss -N "$1" -tinOH state all "dport = :$2" | head -n 1
}

# ss_values LINE: prints state, bytes acked and received, retransmitted, segments, cwnd, mss
ss_values() {
	local state name values
	state=${1%%[[:space:]]*}
	values=${state,,}
	for name in bytes_acked bytes_received segs_out segs_in cwnd mss; do
		values+=" $(grep -oP "(?<= $name:)\d+" <<<"$1" || echo 0)"
	done
	echo "$values $(grep -oP '(?<= retrans:\d/)\d+' <<<"$1" || echo 0)"
}

# near GOT WANTED PERCENT
near() {
	awk -v a="$1" -v b="$2" -v p="$3" 'BEGIN { d = a - b; exit !(d * d <= (b * p / 100) ^ 2) }' ||
		fail "$1 is not within $3 % of $2"
}

# read_both: reads a connection with ctl, between two equal readings of ss
read_both() {
	line=$(ss_line "$1" "$2")
	wanted=$(ss_values "$line")
	ours=$(tcp "map(select(.netns == \"$1\" and .remote_port == $2))[0] |
		\"\(.state) \(.bytes_acked) \(.bytes_received) \(.segs_out) \(.segs_in) \(.cwnd) \(.mss) \(.retransmits) \(.srtt_us)\"")
	[[ $(ss_values "$(ss_line "$1" "$2")") == "$wanted" ]]
}

# same_as_ss NETNS REMOTE_PORT: checks that all figures are equal, the smoothed RTT within 1 %
same_as_ss() {
	local line ours wanted
	# an ACK may be in flight
	eventually read_both "$@" || return
	equal "${ours% *}" "${wanted/#estab /established }" "figures beside: $line" || return
	near "${ours##* }" "$(grep -oP '(?<= rtt:)[0-9.]+' <<<"$line" | awk '{ print $1 * 1000 }')" 1
}

@test "open connections have the figures of ss, at both ends" {
	local port
	ctl attach --cgroup="$cgroup"
	server
	peer_until ready "$A" connect,192.0.2.2,5000 echo,200000 touch,ready wait,never
	port=$(tcp '.[] | select(.direction == "active").local_port')
	same_as_ss "$A" 5000
	same_as_ss "$B" "$port"
	equal "$(tcp 'map("\(.direction) \(.state) \(.bytes_acked) \(.bytes_received)") | sort | join(", ")')" \
		'active established 200001 200000, passive established 200000 200000'
	equal "$(tcp 'map(select(.direction == "active"))[0] | "\(.command) \(.cgroup) \(.netns) \(.local) \(.remote):\(.remote_port) \(.close_reason)"')" \
		"python3 /$cgroup $A 192.0.2.1 192.0.2.2:5000 null"
	equal "$(tcp 'map(select(.direction == "active"))[0].pid')" \
		"$(ss -N "$A" -tpnOH 'dport = :5000' | grep -oP '(?<=pid=)\d+')"
	# the table for people has both
	contains "$(ctl tcp)" '192.0.2.2:5000'
}

@test "a SYN that is lost makes the latency a second" {
	local latency client lost
	# the timeout doubles from the first, so the third SYN leaves after three seconds
	in_ns "$A" sysctl -qw net.ipv4.tcp_syn_linear_timeouts=0 2>/dev/null || true
	ctl attach --cgroup="$cgroup"
	server
	lose
	background become_peer "$A" connect,192.0.2.2,5000 echo,10 touch,ready wait,never
	client=$!
	eventually state_is syn-sent
	equal "$(tcp '.[0] | "\(.connect_latency_us) \(.established_at) \(.pid)"')" "null null $client"
	lose_no_more
	eventually test -e "$BATS_TEST_TMPDIR/ready"
	latency=$(tcp '.[] | select(.direction == "active").connect_latency_us')
	# the number of lost SYNs depends on how soon they may pass again
	lost=$(tcp '.[] | select(.direction == "active").retransmits')
	((lost >= 1 && latency >= 900000 * ((1 << lost) - 1) &&
		latency < 1000000 * ((2 << lost) - 1))) ||
		fail "active: $latency us, $lost retransmitted"
	equal "$(tcp '.[] | select(.direction == "active") | "\(.retransmits > 0) \(.rtos > 0)"')" 'true true'
	latency=$(tcp '.[] | select(.direction == "passive").connect_latency_us')
	((latency > 0 && latency < 900000)) || fail "passive: $latency us"
	contains "$(ctl tcp --histogram)" 'Connections by latency: 2'
}

@test "connect latency and RTT are the delay of the network" {
	local latency
	ctl attach --cgroup="$cgroup"
	tc -n "$A" qdisc add dev va root netem delay 60ms 2>/dev/null || need netem
	server
	# a busy machine can only make them longer
	peer_until ready "$A" connect,192.0.2.2,5000 echo,10 connect,192.0.2.2,5000 echo,10 connect,192.0.2.2,5000 echo,10 \
		connect,192.0.2.2,5000 echo,10 connect,192.0.2.2,5000 echo,10 touch,ready wait,never
	latency=$(tcp 'map(select(.direction == "active").connect_latency_us) | min')
	((latency >= 60000 && latency < 120000)) || fail "active: $latency us"
	latency=$(tcp 'map(select(.direction == "passive").connect_latency_us) | min')
	((latency >= 60000 && latency < 120000)) || fail "passive: $latency us"
	near "$(tcp 'map(select(.direction == "active").min_rtt_us) | min')" 75000 25
	# the histogram has both ends of each, in powers of two
	# shellcheck disable=SC2016 # of jq
	equal "$(ctl -j tcp --histogram |
		jq -c '.[0].connect_latency | map(select(.count > 0) | [.below_us, .count])')" \
		"$(tcp 'map(.connect_latency_us) |
			map(. as $us | first(range(40) | pow(2; .) | select(. > $us))) |
			group_by(.) | map([.[0], length]) | tostring')"
	contains "$(ctl tcp --histogram)" 'Connections by latency: 10'
}

@test "retransmissions and timeouts are those of ss, and each is an event" {
	local events=$BATS_TEST_TMPDIR/events
	ctl attach --cgroup="$cgroup"
	server
	events_to "$events"
	peer_until ready "$A" connect,192.0.2.2,5000 echo,10 touch,ready wait,lossy send,1000 touch,sent read,1000 \
		touch,read wait,never
	eventually grep -q '"connect"' "$events"
	lose
	touch "$BATS_TEST_TMPDIR/lossy"
	eventually grep -q '"rto"' "$events"
	lose_no_more
	eventually test -e "$BATS_TEST_TMPDIR/read"
	same_as_ss "$A" 5000
	local retransmits rtos
	retransmits=$(tcp '.[] | select(.direction == "active").retransmits')
	rtos=$(tcp '.[] | select(.direction == "active").rtos')
	((retransmits >= 1 && rtos >= 1)) || fail "$retransmits retransmits, $rtos timeouts"
	# the reader has read all events
	written() { [[ $(wc -l <"$events") == $(stat events) ]]; }
	eventually written
	equal "$(jq -s "[.[] | select(.event == \"retransmit\").segments] | add" "$events")" "$retransmits" segments
	equal "$(jq -s "[.[] | select(.event == \"rto\")] | length" "$events")" "$rtos" timeouts
	equal "$(jq -r -s '[.[].event] | unique | join(" ")' "$events")" 'accept connect retransmit rto'
	equal "$(tcp 'map(.retransmits) | join(",")' --sort retrans --top 1)" "$retransmits"
}

@test "ended connections stay in the table, with the reason" {
	ctl attach --cgroup="$cgroup"
	server
	peer "$A" connect,192.0.2.2,5000 echo,70000 close
	peer "$A" connect,192.0.2.2,5000 echo,10 reset
	peer "$A" connect,192.0.2.2,5999
	eventually none_open
	equal "$(tcp 'map("\(.direction) \(.close_reason) \(.bytes_acked) \(.bytes_received)") | sort | join(", ")' --closed)" \
		'active active-close 70002 70001, active refused 0 0, active reset-sent 11 10, passive passive-close 70001 70001, passive reset-received 10 10'
	# the kernel's remains of it
	equal "$(tcp 'map("\(.direction) \(.local)") | join(",")' --state time-wait)" 'active 192.0.2.1'
	equal "$(tcp 'map(select(.closed_at == null or .started_at > .closed_at)) | length' --closed)" 0
	contains "$(ctl tcp --closed)" 'passive-close'
	equal "$(tcp length --state all)" 5
}

# rule STATEMENT...: adds a rule for packets that arrive at the server
rule() {
	in_ns "$B" nft -f - <<-END
	table inet rules { chain c { type filter hook prerouting priority -150; }; }
	add rule inet rules c $*
	END
}

# unwilling RULES: A sends SYNs twice; B rejects ports 5901 to 5903 by ICMP, and applies RULES
unwilling() {
	in_ns "$A" sysctl -qw net.ipv4.tcp_syn_retries=1
	in_ns "$B" nft 'add table inet no; add chain inet no in { type filter hook input priority 0; };
		add rule inet no in tcp dport 5901 reject with icmp type host-unreachable;
		add rule inet no in tcp dport 5902 reject with icmp type net-unreachable;
		add rule inet no in tcp dport 5903 reject with icmp type prot-unreachable;
		'"$1"
}

@test "connections that were never established have a reason" {
	ctl attach --cgroup="$cgroup"
	unwilling 'add rule inet no in tcp dport { 5904, 5905 } drop'
	peer "$A" dial,192.0.2.2,5900 dial,192.0.2.2,5901 dial,192.0.2.2,5902 dial,192.0.2.2,5903 \
		begin,192.0.2.2,5904 leave dial,192.0.2.2,5905
	equal "$(tcp 'sort_by(.remote_port) | map("\(.remote_port) \(.close_reason) \(.established_at) \(.connect_latency_us)") | join(", ")' --closed)" \
		'5900 refused null null, 5901 unreachable null null, 5902 unreachable null null, 5903 failed null null, 5904 aborted null null, 5905 timed-out null null'
	# the kernel chooses how many SYNs have equal distances; the last timeout sends nothing
	equal "$(tcp 'map(select(.remote_port == 5905))[0] | "\(.retransmits >= 1) \(.rtos - .retransmits)"' --closed)" 'true 1'
	contains "$(ctl tcp --closed)" unreachable
	equal "$(tcp length)" 0
}

# If an ICMP error arrives while connect(2) holds the socket's lock, the process ends the
# connection, not the error.
@test "a client that does not block gets the reason from SO_ERROR, and so does ctl" {
	ctl attach --cgroup="$cgroup"
	unwilling 'add rule inet no in tcp dport 5904 drop;
		add rule inet no in tcp dport 5905 reject with icmp type host-unreachable'
	peer_until begun "$A" ask,192.0.2.2,5900 ask,192.0.2.2,5901 ask,192.0.2.2,5902 \
		ask,192.0.2.2,5903 ask,192.0.2.2,5904 begin,192.0.2.2,5905 touch,begun \
		wait,settled leave touch,left wait,never
	settle
	touch "$BATS_TEST_TMPDIR/settled"
	eventually test -e "$BATS_TEST_TMPDIR/left"
	equal "$(paste -sd, "$BATS_TEST_TMPDIR/errors")" \
		'5900 ECONNREFUSED,5901 EHOSTUNREACH,5902 ENETUNREACH,5903 ENOPROTOOPT,5904 ETIMEDOUT'
	equal "$(tcp 'sort_by(.remote_port) | map("\(.remote_port) \(.close_reason)") | join(", ")' --closed)" \
		'5900 refused, 5901 unreachable, 5902 unreachable, 5903 failed, 5904 timed-out, 5905 unreachable'
}

@test "a connection that a third party ends is aborted" {
	ctl attach --cgroup="$cgroup"
	server
	peer_until ready "$A" connect,192.0.2.2,5000 echo,10 touch,ready wait,never
	ss -N "$A" -tnKH 'dport = :5000' >"$BATS_TEST_TMPDIR/ended" 2>&1
	if [[ ! -s $BATS_TEST_TMPDIR/ended ]]; then
		[[ -z ${WEIR_VM-} ]] || fail 'ss -K ended nothing'
		skip 'this kernel has no sock_diag destroy'
	fi
	eventually none_open
	equal "$(tcp 'map("\(.direction) \(.close_reason)") | sort | join(", ")' --closed)" \
		'active aborted, passive reset-received'
}

# diag NAME: prints a figure of the client's socket from ss
diag() {
	ss_line "$A" 5000 | grep -oP "(?<= $1:)\d+" || echo 0
}

@test "congestion marks are counted as the kernel counts them" {
	ctl attach --cgroup="$cgroup"
	in_ns "$A" sysctl -qw net.ipv4.tcp_ecn=1
	in_ns "$B" sysctl -qw net.ipv4.tcp_ecn=1
	rule tcp dport 5000 ip ecn ect0 ip ecn set ce
	server
	peer_until ready "$A" connect,192.0.2.2,5000 echo,300000 touch,ready wait,go close touch,closed wait,never
	local marks
	marks=$(tcp 'map(select(.direction == "active"))[0].ecn_marks')
	((marks > 10)) || fail "only $marks marks"
	equal "$marks" "$(diag delivered_ce)"
	equal "$(tcp 'map(select(.direction == "passive"))[0].ecn_marks')" 0
	# also at the end, when the program itself reads it
	touch "$BATS_TEST_TMPDIR/go"
	eventually none_open
	((marks <= $(tcp 'map(select(.direction == "active"))[0].ecn_marks' --closed)))
}

@test "reordering is shown as the kernel sees it" {
	ctl attach --cgroup="$cgroup"
	tc -n "$A" qdisc add dev va root netem delay 3ms reorder 70% 25% 2>/dev/null || need netem
	in_ns "$A" ethtool -K va tso off gso off >/dev/null 2>&1 || true
	server
	peer_until ready "$A" connect,192.0.2.2,5000 echo,3000000 touch,ready wait,never
	local seen
	seen=$(tcp 'map(select(.direction == "active"))[0].reorderings_seen')
	((seen >= 1)) || fail 'none was seen'
	equal "$seen" "$(diag reord_seen)"
	equal "$(tcp 'map(select(.direction == "active"))[0].reordering')" "$(diag reordering)"
}

@test "--sort sorts rows, and a histogram has each connection once" {
	ctl attach --cgroup="$cgroup"
	server
	peer_until ready "$A" connect,192.0.2.2,5000 echo,10 connect,192.0.2.2,5000 echo,70000 connect,192.0.2.2,5000 \
		echo,500 touch,ready wait,go close touch,closed wait,never
	equal "$(tcp 'map(.bytes_acked) | join(" ")' --sort bytes -f 'dst port 5000')" '70001 501 11'
	equal "$(tcp 'map(.bytes_acked) | join(" ")' --sort age -f 'dst port 5000')" '11 70001 501'
	equal "$(tcp 'map(.bytes_acked) | join(" ")' --sort bytes --top 1 -f 'dst port 5000')" 70001
	equal "$(tcp 'map(.srtt_us) | . == (sort | reverse)' --sort rtt)" true
	equal "$(tcp 'map(.retransmits) | . == (sort | reverse)' --sort retrans)" true
	rtts() { ctl -j tcp --histogram | jq "[.[0].$1[].count] | add"; }
	equal "$(rtts connect_latency) $(rtts rtt)" '6 6'
	touch "$BATS_TEST_TMPDIR/go"
	eventually test -e "$BATS_TEST_TMPDIR/closed"
	two_ended() { [[ $(tcp length --closed) == 2 ]]; }
	eventually two_ended
	equal "$(rtts connect_latency) $(rtts rtt)" '6 6'
}

# bats test_tags=any-kernel
@test "--watch prints again until it is interrupted" {
	ctl attach --cgroup="$cgroup"
	server
	peer_until ready "$A" connect,192.0.2.2,5000 echo,10 touch,ready wait,go echo,5000 touch,again wait,never
	local watched=$BATS_TEST_TMPDIR/watched pid
	"$CTL" tcp --watch=0.3 -f 'dst port 5000' >"$watched" 3>&- &
	pid=$!
	pids+=("$pid")
	has() { grep -q "192.0.2.2:5000 .* $1 " "$watched"; }
	eventually has 11
	touch "$BATS_TEST_TMPDIR/go"
	eventually has 5011
	kill -INT "$pid"
	wait "$pid"
	(($(grep -c '192.0.2.2:5000' "$watched") >= 2))
}

@test "a connection without answers times out" {
	ctl attach --cgroup="$cgroup"
	server
	peer_until ready "$A" connect,192.0.2.2,5000 echo,10 limit,300 touch,ready wait,lossy send,10 read,10 touch,over
	lose
	touch "$BATS_TEST_TMPDIR/lossy"
	eventually test -e "$BATS_TEST_TMPDIR/over"
	equal "$(tcp 'map("\(.direction) \(.close_reason)") | join(",")' --closed -f 'dst port 5000')" 'active timed-out'
}

@test "filters of flows choose connections, and so do states and namespaces" {
	ctl attach --cgroup="$cgroup"
	server
	peer_until ready "$A" connect,192.0.2.2,5000 echo,10 touch,ready wait,never
	equal "$(tcp 'map(.direction) | join(",")' -f 'dst port 5000 and net 192.0.2.0/24')" active
	equal "$(tcp 'map(.direction) | join(",")' -f "netns $B")" passive
	equal "$(tcp length -f 'bytes > 1000')" 0
	equal "$(tcp length --state established) $(tcp length --state syn-sent)" '2 0'
	equal "$(ctl -j -n "$A" tcp | jq -r 'map(.direction) | join(",")')" active
	equal "$(tcp length "/$cgroup")" 2
	fails 1 "nothing is attached to cgroup '/other'" ctl tcp /other
	fails 2 '--state is' ctl tcp --state open
	fails 2 '--sort is' ctl tcp --sort name
	fails 2 'exclude each other' ctl tcp --events --watch
}

@test "IPv6 and mapped IPv4 connections have the right addresses" {
	ctl attach --cgroup="$cgroup"
	ip -n "$A" link set lo up
	peer_until up "$A" serve,::,5001 connect,127.0.0.1,5001 echo,10 connect,::1,5001 echo,20 touch,up wait,never
	equal "$(tcp 'map("\(.local) \(.remote) \(.bytes_received)") | unique | join(", ")')" \
		'127.0.0.1 127.0.0.1 10, ::1 ::1 20'
	peer_until mapped "$A" serve,::,5002 mapped,127.0.0.1,5002 touch,mapped wait,never
	equal "$(tcp 'map("\(.direction) \(.local) \(.remote)") | sort | join(", ")' -f 'port 5002')" \
		'active 127.0.0.1 127.0.0.1, passive 127.0.0.1 127.0.0.1'
}

@test "loopback connections are left out while skip-loopback is on" {
	ip -n "$A" link set lo up
	ctl attach --cgroup="$cgroup"
	ctl skip-loopback on
	server
	peer "$A" serve,127.0.0.1,5001 connect,127.0.0.1,5001 echo,10 connect,::1,5001
	equal "$(tcp length --state all)" 0
	peer "$A" connect,192.0.2.2,5000 echo,10 close
	equal "$(tcp 'map(.remote) | sort | join(" ")' --state all)" '192.0.2.1 192.0.2.2'
	ctl skip-loopback off
	equal "$(tcp length --state all)" 2
	peer "$A" serve,127.0.0.1,5001 connect,127.0.0.1,5001 echo,10
	equal "$(tcp 'map(select(.local == "127.0.0.1")) | length' --state all)" 2
	ctl skip-loopback on
	equal "$(tcp length --state all)" 2
}

@test "a full table evicts the connections that ended first, never open ones, and says how many" {
	local text
	ctl attach --cgroup="$cgroup" --tcp-entries 1024
	ip -n "$A" link set lo up
	# these are open, and older than all others
	peer_until ready "$A" serve,127.0.0.1,5001 connect,127.0.0.1,5001 connect,127.0.0.1,5001 echo,10 touch,ready \
		wait,go each,127.0.0.1,5001,1500 touch,done wait,never
	equal "$(tcp length --state all)" 4
	equal "$(stat evicted)" 0
	touch "$BATS_TEST_TMPDIR/go"
	eventually test -e "$BATS_TEST_TMPDIR/done"
	text=$(ctl tcp --state all --top 1)
	# evicted and present ones add up to both ends of 1502 connections
	equal "$(grep -oP '\d+(?= connections made room)' <<<"$text")" "$(stat evicted)"
	equal "$(($(stat evicted) + $(grep -oP '\d+(?= of 1024 entries)' <<<"$text")))" 3004
	equal "$(stat failures)" 0
	(($(stat evicted) >= 3004 - 1024)) || fail "only $(stat evicted) evicted"
	equal "$(tcp length)" 4
	equal "$(tcp length --state all)" $((3004 - $(stat evicted)))
	# the remaining ones are the last
	equal "$(tcp 'map(select(.closed_at != null and .adopted)) | length' --closed)" 0
	fails 1 'room for 1024 connections' ctl attach --cgroup="$cgroup" --ingress --tcp-entries 2048
	# detaching makes room for others
	ctl detach --cgroup="$cgroup"
	ctl attach --cgroup="$cgroup"
	contains "$(ctl tcp --state all)" 'No TCP connections since'
	equal "$("$RIG" tcp-tags "$WEIR_ROOT")" 0
}

@test "--tcp-entries is rounded up to a power of two" {
	ctl attach --cgroup="$cgroup" --tcp-entries 3000
	contains "$(ctl attach --cgroup="$cgroup" --ingress --tcp-entries 2049)" attached
	fails 1 'room for 4096 connections, not 8192' ctl attach --cgroup="$cgroup" --egress --tcp-entries 4097
}

@test "if too many connections are open, the oldest is evicted, and comes back at its end" {
	ctl attach --cgroup="$cgroup" --tcp-entries 1024
	ip -n "$A" link set lo up
	peer "$A" serve,127.0.0.1,5001 many,127.0.0.1,5001,600 2>/dev/null
	eventually none_open
	equal "$(stat failures)" 0
	equal "$(tcp 'map(select(.close_reason == null)) | length' --closed)" 0
	# two CPUs in step do not fill the same sets
	(($(tcp length --closed) <= 1024 && $(tcp length --closed) >= 650)) || fail "$(tcp length --closed) remembered"
}

@test "connections older than the attachment are adopted, if the kernel can" {
	server
	peer_until ready "$A" connect,192.0.2.2,5000 echo,10 touch,ready wait,more echo,5000 touch,again wait,close close \
		touch,closed
	ctl attach --cgroup="$cgroup"
	equal "$(tcp length)" 0
	if ! adopt_here; then
		fails 1 'this kernel cannot enable callbacks for existing connections' ctl tcp --adopt
		return
	fi
	contains "$(ctl tcp --adopt)" '2 connections adopted'
	equal "$(tcp 'map("\(.adopted) \(.direction) \(.established_at) \(.bytes_received)") | join(",")')" \
		'true null null 10,true null null 10'
	same_as_ss "$A" 5000
	touch "$BATS_TEST_TMPDIR/more"
	eventually test -e "$BATS_TEST_TMPDIR/again"
	same_as_ss "$A" 5000
	# adopting again is not an error, and finds no connection
	contains "$(ctl tcp --adopt)" '0 connections adopted'
	touch "$BATS_TEST_TMPDIR/close"
	eventually test -e "$BATS_TEST_TMPDIR/closed"
	equal "$(tcp 'map("\(.close_reason) \(.bytes_received)") | sort | join(", ")' --closed)" \
		'active-close 5011, passive-close 5011'
}

@test "events have one reader, and a killed reader does not block the next" {
	local events=$BATS_TEST_TMPDIR/events first second
	ip -n "$A" link set lo up
	ctl attach --cgroup="$cgroup"
	events_to "$events"
	first=$reader
	fails 1 'reads the events' ctl tcp --events
	kill -KILL "$first"
	wait "$first" || true
	events_to "$events"
	second=$reader
	peer "$A" serve,127.0.0.1,5001 many,127.0.0.1,5001,3
	all_there() { (($(wc -l <"$events") >= 12)); }
	eventually all_there
	equal "$(jq -s -r '[.[].event] | group_by(.) | map("\(.[0]) \(length)") | join(", ")' "$events")" \
		'accept 3, close 6, connect 3'
	kill -INT "$second"
	wait "$second"
}

@test "events without room in the buffer are counted" {
	local events=$BATS_TEST_TMPDIR/events
	ip -n "$A" link set lo up
	ctl attach --cgroup="$cgroup"
	events_to "$events"
	kill -STOP "$reader"
	# the lease does not end, however slow this machine is
	lease_set 255
	peer "$A" serve,127.0.0.1,5001 many,127.0.0.1,5001,1500
	kill -CONT "$reader"
	eventually grep -q 'events were lost' "$events.err"
	kill -INT "$reader"
	wait "$reader"
	local lost seen
	lost=$(awk '{ n += $2 } END { print n }' "$events.err")
	seen=$(wc -l <"$events")
	equal "$seen $lost" "$(stat events) $(stat events_lost)"
	# connect, accept and two closes each
	((seen + lost >= 6000)) || fail "$seen seen, $lost lost"
}

@test "without a reader no event is written" {
	ip -n "$A" link set lo up
	ctl attach --cgroup="$cgroup"
	peer "$A" serve,127.0.0.1,5001 many,127.0.0.1,5001,3
	equal "$(stat events) $(stat events_lost)" '0 0'
	equal "$(tcp length --state all)" 6
}

@test "two attachments see the same connection, and detaching one leaves the other" {
	mkdir "$cgroup_dir/inner"
	ctl attach --cgroup="$cgroup"
	ctl attach --cgroup="$cgroup/inner"
	server
	local outer=$cgroup_dir
	cgroup_dir=$cgroup_dir/inner
	peer_until ready "$A" connect,192.0.2.2,5000 echo,10 touch,ready wait,never
	local client=$!
	cgroup_dir=$outer
	equal "$(tcp 'map("\(.slot) \(.cgroup) \(.bytes_acked)") | sort | join(", ")' -f 'dst port 5000')" \
		"0 /$cgroup/inner 11, 1 /$cgroup/inner 11"
	ctl detach --cgroup="$cgroup/inner"
	equal "$(tcp 'map(.slot) | unique | join(",")')" 0
	# the slot is reused, and begins at 0
	ctl attach --cgroup="$cgroup/inner"
	equal "$(tcp length "/$cgroup/inner")" 0
	equal "$(ctl -j tcp --histogram "/$cgroup/inner" | jq '[.[0].connect_latency[].count, .[0].rtt[].count] | add')" 0
	kill "$client"
	eventually rmdir "$cgroup_dir/inner" 2>/dev/null
}
