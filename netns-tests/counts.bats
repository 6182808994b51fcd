#!/usr/bin/env bats
# kernel: each, quick
# Every hook counts as many packets and bytes as were sent.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031,SC2154
load lib

# expect IFACE HOOK "PACKETS BYTES"
expect() {
	equal "$(counts "$1" "$2")" "$3" "$1 $2"
}

@test "tc counts sent packets, at egress of the sender and ingress of the receiver" {
	ctl -n "$A" attach va
	ctl -n "$B" attach vb
	send "$A" va 100 udp 200
	expect va tc-egress '100 20000'
	expect vb tc-ingress '100 20000'
	expect va tc-ingress '0 0'
	expect vb tc-egress '0 0'
}

@test "native XDP counts received packets only" {
	ctl -n "$B" attach vb --xdp=native
	equal "$(status '.[0].mode')" native
	send "$A" va 100 udp 200
	send "$B" vb 7 udp 200
	expect vb xdp '100 20000'
}

@test "generic XDP counts received packets only" {
	ctl -n "$B" attach vb --xdp=generic
	equal "$(status '.[0].mode')" generic
	send "$A" va 100 udp 200
	send "$B" vb 7 udp 200
	expect vb xdp '100 20000'
}

@test "all three hooks of one interface count each packet once" {
	ctl -n "$B" attach vb --xdp --ingress --egress
	ping_b 20
	expect vb xdp '20 1960'
	expect vb tc-ingress '20 1960'
	expect vb tc-egress '20 1960'
}

@test "every protocol class counts its packets and bytes" {
	local kind all want
	ctl -n "$A" attach va
	ctl -n "$B" attach vb --xdp --ingress
	set -- udp 1 tcp 2 icmp 3 sctp 4 gre 5 udp6 6 tcp6 7 icmp6 8 arp 9 lldp 10
	while (($#)); do
		kind=$1
		send "$A" va "$2" "$kind" 120
		shift 2
	done
	want='arp 9 1080 ipv4 15 1800 ipv6 21 2520 other-l3 10 1200 tcp 9 1080 udp 7 840 icmp 3 360'
	want+=' icmpv6 8 960 sctp 4 480 other-l4 5 600 fragment 0 0 malformed 0 0'
	all='.protocols | to_entries | map("\(.key) \(.value.packets) \(.value.bytes)") | join(" ")'
	equal "$(counts va tc-egress "$all")" "$want" egress
	equal "$(counts vb tc-ingress "$all")" "$want" ingress
	equal "$(counts vb xdp "$all")" "$want" xdp
}

@test "sizes are in the RMON buckets, on both sides of each bound" {
	local size want='6 1 2 2 2 2 1' sizes='[.sizes[].packets] | join(" ")'
	ctl -n "$A" attach va --egress
	ctl -n "$B" attach vb --ingress --xdp
	in_ns "$A" ip link set va mtu 3000
	in_ns "$B" ip link set vb mtu 3000
	send "$A" va 5 arp 42
	for size in 64 65 128 255 256 511 512 1023 1024 1518 1519; do
		send "$A" va 1 arp "$size"
	done
	equal "$(counts va tc-egress "$sizes")" "$want" egress
	equal "$(counts vb tc-ingress "$sizes")" "$want" ingress
	equal "$(counts vb xdp "$sizes")" "$want" xdp
	equal "$(counts vb xdp '[.sizes[].le | tostring] | join(" ")')" '64 127 255 511 1023 1518 null'
}

@test "every packet is passed, and the verdicts say so" {
	ctl -n "$A" attach va
	send "$A" va 12 udp 100
	equal "$(counts va tc-egress '.verdicts | "\(keys | join(" ")) \(.pass.packets) \(.pass.bytes)"')" \
		'pass 12 1200'
}

@test "the sum over CPUs equals the total and the kernel's own statistics" {
	# no XDP here, because with it veth's own statistics leave out the Ethernet header
	ctl -n "$A" attach va --egress
	ctl -n "$B" attach vb --ingress --egress
	# the statistics began earlier
	local tx0 rx0 tx rx
	tx0=$(stats "$A" va tx) rx0=$(stats "$B" vb rx)
	send "$A" va 300 udp 100
	send "$A" va 200 tcp 1400
	tx=$(stats "$A" va tx) rx=$(stats "$B" vb rx)
	tx="$((${tx% *} - ${tx0% *})) $((${tx#* } - ${tx0#* }))"
	rx="$((${rx% *} - ${rx0% *})) $((${rx#* } - ${rx0#* }))"
	equal "$tx" '500 310000'
	equal "$rx" '500 310000'
	expect va tc-egress "$tx"
	expect vb tc-ingress "$rx"
	local sum='"\([.per_cpu[].packets] | add) \([.per_cpu[].bytes] | add)"'
	equal "$(counts vb tc-ingress "$sum")" "$rx"
	equal "$(counts va tc-egress "$sum")" "$tx"
}

@test "two CPUs that send at once are counted separately and add up" {
	local first second
	ctl -n "$A" attach va --egress
	ctl -n "$B" attach vb --ingress
	"$RIG" -n "$A" send -c 0 va 2000 udp 100 >/dev/null 3>&- &
	first=$!
	"$RIG" -n "$A" send -c 1 va 3000 udp 100 >/dev/null 3>&- &
	second=$!
	wait "$first" "$second"
	expect va tc-egress '5000 500000'
	equal "$(counts va tc-egress '[.per_cpu[:2][].packets] | join(" ")')" '2000 3000'
	expect vb tc-ingress '5000 500000'
}

@test "ping is counted in both directions on both ends" {
	ctl -n "$A" attach va
	ctl -n "$B" attach vb --ingress --egress --xdp
	ping_b 25 100
	for end in 'va tc-ingress' 'va tc-egress' 'vb tc-ingress' 'vb tc-egress' 'vb xdp'; do
		# headers: Ethernet 14, IP 20, ICMP 8
		# shellcheck disable=SC2086
		expect $end '25 3550'
		# shellcheck disable=SC2086
		equal "$(counts $end .protocols.icmp.packets)" 25
	done
}

@test "ARP between two hosts is counted" {
	ip -n "$A" neigh del 192.0.2.2 dev va
	ctl -n "$A" attach va
	ctl -n "$B" attach vb --xdp
	ping_b 1
	equal "$(counts va tc-egress .protocols.arp.packets)" 1
	equal "$(counts va tc-ingress .protocols.arp.packets)" 1
	equal "$(counts vb xdp .protocols.arp.packets)" 1
	equal "$(counts va tc-egress .packets)" 2
}

@test "IPv6 echo is counted, and so are IPv6's own messages" {
	local tx0 tx
	in_ns "$A" sysctl -qw net.ipv6.conf.va.disable_ipv6=0
	ctl -n "$A" attach va
	tx0=$(stats "$A" va tx)
	ip -n "$A" addr add 2001:db8::1/64 dev va nodad
	ip -n "$B" addr add 2001:db8::2/64 dev vb nodad
	"$RIG" -n "$A" ping 2001:db8::2 10
	equal "$(counts va tc-egress '.protocols | .ipv6 == .icmpv6 and .ipv4.packets == 0')" true
	(($(counts va tc-ingress .protocols.icmpv6.packets) >= 10))
	# between the two readings, IPv6 sends at most once every few seconds
	same_as_kernel() {
		tx=$(stats "$A" va tx)
		[[ $(counts va tc-egress) == "$((${tx% *} - ${tx0% *})) $((${tx#* } - ${tx0#* }))" ]]
	}
	eventually same_as_kernel
}

@test "fragments are counted as such, one by one" {
	ctl -n "$A" attach va
	ctl -n "$B" attach vb --ingress --xdp
	# 4008 bytes of ICMP make fragments of 1480, 1480 and 1048 bytes, after headers of 34
	ping_b 5 4000
	expect va tc-egress '15 20550'
	expect vb tc-ingress '15 20550'
	expect vb xdp '15 20550'
	equal "$(counts vb xdp '.protocols | "\(.fragment.packets) \(.ipv4.packets) \(.icmp.packets)"')" '15 15 0'
	equal "$(counts va tc-egress .protocols.fragment.packets)" 15
}

@test "--rate shows the packets of its second, and the count stays exact" {
	local begin took text
	ctl -n "$A" attach va --egress
	sending "$A" -b 1 -u 2000 va udp 1000
	begin=$(date +%s%N)
	ctl -j counters va --rate >"$BATS_TEST_TMPDIR/rate"
	took=$(($(date +%s%N) - begin))
	sent
	expect va tc-egress "$frames $((frames * 1000))"
	# at most one every 2 ms
	text=$(jq -r ".[0].rate | \"\(.seconds >= 1 and .seconds * 1e9 < $took) \(.packets_per_second > 20 and .packets_per_second <= 510) \(.bits_per_second / .packets_per_second | round)\"" "$BATS_TEST_TMPDIR/rate")
	equal "$text" 'true true 8000'
}

more() {
	(($(wc -l <"$BATS_TEST_TMPDIR/watch") > seen + 1))
}

# at COUNT: packets of the last document
at() {
	[[ $(tail -n 1 "$BATS_TEST_TMPDIR/watch" | jq '.[0].packets') == "$1" ]]
}

# watching: a document each 0.1 s into watch, until watched
watching() {
	"$CTL" -j counters --watch=0.1 >"$BATS_TEST_TMPDIR/watch" 3>&- &
	pids+=($!)
	eventually test -s "$BATS_TEST_TMPDIR/watch"
}

# watched: two more documents, the last of which has been read after all that was sent
watched() {
	local seen
	seen=$(wc -l <"$BATS_TEST_TMPDIR/watch")
	eventually more
	kill -INT "${pids[0]}"
	wait "${pids[0]}"
	pids=()
}

# grown: packets of all rates
grown() {
	jq -s 'map(.[0].rate | .packets_per_second * .seconds) | add | round' "$BATS_TEST_TMPDIR/watch"
}

@test "--watch prints a document for each interval, and the rates add up to the sent packets" {
	ctl -n "$A" attach va --egress
	watching
	send "$A" va 300 udp 500
	watched
	equal "$(jq -s 'last[0].packets' "$BATS_TEST_TMPDIR/watch")" 300
	equal "$(grown)" 300
}

@test "a reset by another ctl is neither a negative rate nor a huge one" {
	ctl -n "$A" attach va --egress
	send "$A" va 300 udp 500
	watching
	send "$A" va 200 udp 500
	eventually at 500
	equal "$(ctl -j counters --reset | jq '.[0].packets')" 500
	# without a reading between reset and traffic they could be as many as before
	eventually at 0
	send "$A" va 40 udp 500
	watched
	equal "$(grown)" 240
	equal "$(jq -s 'all(.[]; .[0].rate.packets_per_second >= 0)' "$BATS_TEST_TMPDIR/watch")" true
}

@test "after a stop of ctl, a rate is over the time that has passed" {
	ctl -n "$A" attach va --egress
	watching
	kill -STOP "${pids[0]}"
	send "$A" va 300 udp 500
	nap 0.5
	kill -CONT "${pids[0]}"
	watched
	equal "$(grown)" 300
	equal "$(jq -s 'map(.[0].rate.seconds) | max >= 0.5' "$BATS_TEST_TMPDIR/watch")" true
}

@test "--rate that is interrupted prints the rate until then" {
	ctl -n "$A" attach va --egress
	"$CTL" -j counters --rate >"$BATS_TEST_TMPDIR/rate" 3>&- &
	pids+=($!)
	eventually asleep "${pids[0]}"
	kill -INT "${pids[0]}"
	wait "${pids[0]}"
	pids=()
	equal "$(jq '.[0].rate.seconds > 0' "$BATS_TEST_TMPDIR/rate")" true
}

@test "--hook, names and globs choose the attachments that are shown" {
	ctl -n "$A" attach va
	ctl -n "$B" attach vb --ingress --xdp
	equal "$(ctl -j counters | jq length)" 4
	equal "$(ctl -j counters --hook tc-ingress | jq -r 'map(.interface) | sort | join(" ")')" 'va vb'
	equal "$(ctl -j counters 'v*' --hook xdp | jq -r '.[].interface')" vb
	equal "$(ctl -j -n "$A" counters | jq -r 'map("\(.interface) \(.hook)") | sort | join(" ")')" \
		'va tc-egress va tc-ingress'
	fails 1 "nothing is attached to 'vx'" ctl counters va vx
}
