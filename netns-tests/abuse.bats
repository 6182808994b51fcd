#!/usr/bin/env bats
# kernel: any
# Under abuse, ctl serve answers the right status, its memory stays flat, and counting goes on.

# shellcheck disable=SC2030,SC2031,SC2154
load lib
load serve

abuse() {
	python3 "$top/netns-tests/abuse.py" "$1" "$port" "${@:2}"
}

code() {
	curl -s --max-time 90 -o /dev/null -w '%{http_code}' "$url$1"
}

answers() {
	[[ $(code /healthz) == 200 ]]
}

# flat: fails if either process has ever had 64 MiB
flat() {
	local pid peak
	for pid in "$server" "$reader"; do
		peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status")
		((peak < 65536)) || fail "process $pid had $peak KiB" || return
	done
}

# flows COUNT: makes flows of one datagram each
flows() {
	in_ns "$A" python3 -c '
import socket, sys
left = int(sys.argv[1])
for source in range(20000, 20020):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("192.0.2.1", source))
    for port in range(10000, min(60000, 10000 + left)):
        s.sendto(b"x" * 58, ("192.0.2.2", port))
    left -= min(left, 50000)
' "$1"
}

@test "a malformed request gets the right status, and the next one is answered" {
	ctl -n "$A" attach va --egress
	serve
	abuse wrong
	abuse pipelined
	abuse head
	abuse truncated
	answers
	flat
}

@test "ten thousand connections do no harm, and counting goes on" {
	ctl -n "$A" attach va --egress
	serve
	background abuse flood 10000 "$BATS_TEST_TMPDIR/flooded"
	eventually test -e "$BATS_TEST_TMPDIR/flooded"
	send "$A" va 1000 udp 100
	finish
	eventually answers
	equal "$(counts va tc-egress .packets)" 1000
	flat
	# shellcheck disable=SC2034
	pids=("$server") # finish has removed it; lib.bash ends what is in it
}

@test "connections are limited by address and in total" {
	ctl -n "$A" attach va --egress
	serve
	abuse per_address 64
	abuse full 256
	flat
}

@test "beyond the limit of documents the answer is 503" {
	ctl -n "$A" attach va --egress --flow-entries 65536
	serve --max-scrapes 1
	flows 20000
	abuse too_many
	flat
}

@test "a slow client is disconnected" {
	ctl -n "$A" attach va --egress
	serve
	abuse slow
	answers
}

# looked_at PATH: prints the header that says how many flows the answer covers
looked_at() {
	curl -sS --max-time 90 -o /dev/null -D - "$url$1" | sed -n 's/^Weir-Flows: \([0-9]* of [0-9]*\).*/\1/p'
}

@test "of 140,000 flows the answer covers those with the most bytes, and says so" {
	ctl -n "$A" attach va --egress --flow-entries 1048576
	serve
	flows 140000
	send "$A" va 3 udp 1000 # after the small ones
	local all
	all=$(ctl -j flows | jq length)
	((all > 135000)) || fail "only $all flows"
	equal "$(looked_at '/api/v1/flows?top=1')" "131072 of $all"
	equal "$(looked_at '/api/v1/where?q=udp')" "131072 of $all"
	equal "$(looked_at /api/v1/counters)" ''
	equal "$(curl -s "$url/api/v1/flows?by=proto&filter=udp" | jq '.[0].flows')" 131072
	equal "$(curl -s "$url/api/v1/flows?top=1" | jq '.[0].bytes')" 3000
	flat
}

@test "with 110,000 flows memory stays flat" {
	ctl -n "$A" attach va --egress --flow-entries 262144
	serve
	flows 110000
	local i seen all
	seen=$(curl -s "$url/metrics" | awk '/^weir_flow_table_entries/ { print $2 }')
	((seen > 90000)) || fail "only $seen flows"
	for ((i = 0; i < 3; i++)); do
		for path in '/api/v1/flows?top=100' '/api/v1/flows?rate=1&bidirectional=1&top=100' \
			'/api/v1/flows?by=host&filter=udp' '/api/v1/where?q=udp' /metrics; do
			equal "$(code "$path")" 200 "$path"
		done
		sleep 0.6
	done
	flat
	all=$(ctl -j flows | jq length)
	equal "$(looked_at '/api/v1/flows?top=1')" "$all of $all"
	# the server frees its reading for rates when nobody asks any more
	small() { (($(awk '/^VmRSS/ { print $2 }' "/proc/$server/status") < 16384)); }
	eventually small
}
