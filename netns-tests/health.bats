#!/usr/bin/env bats
# kernel: each
# Health has the counts of one namespace, and its verdict is the exit status.

# shellcheck disable=SC2030,SC2031
load lib

# examine NETNS: starts ctl health for that namespace, until verdict.
examine() {
	"$CTL" -n "$1" -j health -d 60 >"$BATS_TEST_TMPDIR/health" 3>&- &
	patient=$! pids+=($!)
	# wait until all programs are attached and all counters are read
	eventually asleep "$patient"
}

# verdict: ends the ctl of examine, and sets status to its exit status
verdict() {
	status=0
	settle
	kill -INT "$patient"
	wait "$patient" || status=$?
	pids=()
}

# item NAME: prints "COUNT VERDICT"
item() {
	jq -r ".items[] | select(.name == \"$1\") | \"\(.count) \(.verdict)\"" "$BATS_TEST_TMPDIR/health"
}

# connect COUNT: connects to a closed port of B, which answers with resets
connect() {
	in_ns "$A" python3 -c '
import socket, sys
for _ in range(int(sys.argv[1])):
    try:
        socket.create_connection(("192.0.2.2", 9), 60)
    except ConnectionRefusedError:
        pass
' "$1"
}

@test "a quiet namespace is healthy" {
	ctl -n "$B" -j health -d 0.5 >"$BATS_TEST_TMPDIR/health" || [[ $(item softirq-wait-long) == *look ]] ||
		[[ $(item softirq-run-long) == *look ]] || fail "$(<"$BATS_TEST_TMPDIR/health")"
	equal "$(item tcp-retransmits)" '0 ok'
	equal "$(item udp-receive-overflow)" '0 ok'
	equal "$(jq -r '.items | length' "$BATS_TEST_TMPDIR/health")" 11
}

@test "resets sent and received are exact, with the kernel's reason if it has one" {
	examine "$B"
	connect 7
	verdict
	equal "$(item tcp-resets-sent)" '7 ok'
	local reasons='null'
	# shellcheck disable=SC2154 # of lib.bash
	((${kernel%%.*} == 6 && kernel_minor < 10)) || reasons='NO_SOCKET 7'
	equal "$(jq -r 'if .reset_reasons then .reset_reasons | map("\(.reason) \(.count)") | join(",")
		else "null" end' "$BATS_TEST_TMPDIR/health")" "$reasons"
	local samples
	samples=$(jq '.softirq_run | map(.count) | add' "$BATS_TEST_TMPDIR/health")
	((samples >= 7)) || fail "only $samples softirqs"
}

@test "a UDP buffer that overflows is not healthy" {
	examine "$B"
	# not with in_ns, because only its shell would be killed
	nsenter --net="/run/netns/$B" python3 -c '
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
s.bind(("192.0.2.2", 7777))
open("'"$BATS_TEST_TMPDIR"'/bound", "w")
time.sleep(1000)
' 3>&- &
	local reader=$!
	eventually test -e "$BATS_TEST_TMPDIR/bound"
	in_ns "$A" python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(50):
    s.sendto(b"x" * 1000, ("192.0.2.2", 7777))
'
	local overflow
	verdict
	kill "$reader"
	equal "$status" 1 'exit status'
	overflow=$(in_ns "$B" cat /proc/net/snmp | awk '/^Udp: [0-9]/ { print $6 }')
	((overflow > 10)) || fail "the kernel counted $overflow"
	equal "$(item udp-receive-overflow)" "$overflow look"
	equal "$(jq .healthy "$BATS_TEST_TMPDIR/health")" false
}

@test "a full queue is not healthy, by the qdisc's own count" {
	tc -n "$A" qdisc add dev va root tbf rate 8kbit burst 1600 limit 1600
	examine "$A"
	in_ns "$A" python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(40):
    s.sendto(b"x" * 100, ("192.0.2.2", 4444))
'
	verdict
	equal "$(item qdisc-drops)" "$(tc -n "$A" -s -j qdisc show dev va | jq '.[0].drops') look"
}

@test "lost segments are retransmitted as often as the kernel says, and that is not healthy" {
	local before after probes
	# every fourth segment with data is lost
	in_ns "$B" nft 'table inet t { chain c { type filter hook input priority 0;
		tcp dport 7778 ip length > 60 numgen inc mod 4 == 0 drop; }; }'
	in_ns "$B" python3 -c '
import socket
s = socket.socket()
s.bind(("192.0.2.2", 7778))
s.listen()
open("'"$BATS_TEST_TMPDIR"'/bound", "w")
c, _ = s.accept()
while c.recv(65536):
    pass
' 3>&- &
	local reader=$!
	eventually test -e "$BATS_TEST_TMPDIR/bound"
	before=$(retransmits)
	probes=$(loss_probes)
	examine "$A"
	in_ns "$A" timeout 300 python3 -c '
import socket, time
s = socket.create_connection(("192.0.2.2", 7778))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for _ in range(80):
    s.sendall(b"x" * 100)
    time.sleep(0.01)
'
	wait "$reader" # everything has arrived, so nothing is retransmitted any more
	verdict
	after=$(retransmits)
	((after - before >= 10)) || fail "the kernel retransmitted $((after - before))"
	equal "$(item tcp-retransmits)" "$((after - before)) look"
	equal "$(item tcp-loss-probes | cut -d' ' -f1)" $(($(loss_probes) - probes))
	equal "$status" 1 'exit status'
	contains "$(jq -r '.items[] | select(.name == "tcp-retransmits").meaning' "$BATS_TEST_TMPDIR/health")" ' '
}

# Prints the loss probes of A since A was made; looks up the column by name.
loss_probes() {
	in_ns "$A" cat /proc/net/netstat | awk '$1 == "TcpExt:" {
		if (!at) { for (i = 2; i <= NF; i++) if ($i == "TCPLossProbes") at = i } else print $at }'
}

# Prints the retransmits of A since A was made.
retransmits() {
	in_ns "$A" cat /proc/net/snmp | awk '/^Tcp: [0-9]/ { print $13 }'
}

# Prints how often a CPU gave up polling, on the whole machine.
exhausted() {
	local of_cpu sum=0
	while read -r _ _ of_cpu _; do
		((sum += 16#$of_cpu))
	done </proc/net/softnet_stat
	echo "$sum"
}

@test "exhausted budgets are as many as the kernel counts" {
	[[ -n ${WEIR_VM-} ]] || skip 'a setting of the whole machine: in a VM only'
	local all some count pinged=0
	all=$(exhausted)
	examine "$A"
	some=$(exhausted)
	sysctl -qw net.core.netdev_budget=1
	in_ns "$A" ping -qfc 300 192.0.2.2 >"$BATS_TEST_TMPDIR/ping" || pinged=$?
	sysctl -qw net.core.netdev_budget=300 # restore it before any check can fail
	equal "$pinged" 0 'exit status of ping'
	some=$(($(exhausted) - some))
	verdict
	all=$(($(exhausted) - all))
	((some > 100)) || fail "only $some budgets were exhausted"
	count=$(item napi-budget-exhausted | cut -d' ' -f1)
	((count >= some && count <= all)) || fail "$count, but the kernel counted $some to $all"
}

@test "each mistake has a sentence" {
	fails 2 '--duration takes seconds' ctl health -d x
	fails 2 "unexpected 'now'" ctl health now
}
