#!/usr/bin/env bats
# kernel: each
# Filters of other processes' sockets.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031,SC2154
load lib
load sockets

setup() {
	rig_names
	netns_new "$A"
	ip -n "$A" link set lo up
	holder_start "$A"
}

@test "datagrams of a UDP socket and of a pair are counted to the byte" {
	ctl attach --socket "$holder:$udp"
	ctl attach --socket "$holder:$unix_b"
	equal "$(tell udp 10 100 7100)" '10 1000'
	equal "$(tell unix 7 50)" '7 350'
	# the UDP header counts
	equal "$(counts 'udp 127.0.0.1:7000' socket-filter)" '10 1080'
	equal "$(counts 'udp 127.0.0.1:7000' socket-filter '"\(.protocols.udp.packets) \(.protocols.ipv4.bytes) \(.wire_packets)"')" '10 1080 10'
	equal "$(counts 'udp 127.0.0.1:7000' socket-filter '.sizes[] | select(.packets > 0) | "\(.le) \(.packets)"')" '127 10'
	equal "$(counts "unix-dgram $holder:$unix_b" socket-filter '"\(.packets) \(.bytes) \(.protocols["other-l3"].packets)"')" '7 350 7'
	equal "$(status 'map("\(.method) \(.state) \(.socket.pid) \(.socket.fd)") | sort | join(", ")')" \
		"socket attached $holder $unix_b, socket attached $holder $udp"
	equal "$(status 'map(.netns) | unique | join(" ")')" "$A"
}

@test "packets that do not match the expression are dropped and counted" {
	ctl attach --socket "$holder:$udp" --keep 'udp src port 7100 and src host 127.0.0.1 and udp[8] = 0x78'
	equal "$(tell udp 10 100 7100)" '10 1000'
	equal "$(tell udp 20 100 7101)" '0 0'
	equal "$(drops 'udp 127.0.0.1:7000')" '10 20'
	equal "$(counts 'udp 127.0.0.1:7000' socket-filter)" '30 3240'
	contains "$(ctl counters --verdicts)" socket-filter
	ctl attach --socket "$holder:$unix_b" --keep 'less 60'
	equal "$(tell unix 3 60)" '3 180'
	equal "$(tell unix 4 61)" '0 0'
	equal "$(drops "unix-dgram $holder:$unix_b")" '3 4'
}

@test "another expression replaces the first, --replace keeps it, and counts go on" {
	ctl attach --socket "$holder:$udp" --keep 'src port 7100' --snap 10
	contains "$(ctl attach --socket "$holder:$udp")" already
	contains "$(ctl attach --socket "$holder:$udp" --replace)" 'counts go on'
	equal "$(tell udp 5 100 7100)" '5 50'
	equal "$(tell udp 5 100 7101)" '0 0'
	contains "$(ctl attach --socket "$holder:$udp" --keep 'src port 7101')" 'counts go on'
	equal "$(tell udp 5 100 7100)" '0 0'
	equal "$(tell udp 5 100 7101)" '5 500'
	equal "$(drops 'udp 127.0.0.1:7000')" '10 10'
}

@test "--snap cuts datagrams, and the process reads that many bytes" {
	ctl attach --socket "$holder:$udp" --snap 30
	ctl attach --socket "$holder:$unix_b" --snap 30
	equal "$(tell udp 4 100 7100)" '4 120'
	equal "$(tell udp 4 10 7100)" '4 40'
	equal "$(tell unix 4 100)" '4 120'
	equal "$(counts 'udp 127.0.0.1:7000' socket-filter)" '8 504'
	fails 1 'TCP would acknowledge bytes that the process never gets' \
		ctl attach --socket "$holder:$tcp" --snap 30
	equal "$(slots)" 2
}

@test "an impossible request is an error that changes nothing" {
	fails 1 'there is no process 4194305' ctl attach --socket 4194305:3
	fails 1 "process $holder has no descriptor 999" ctl attach --socket "$holder:999"
	fails 1 "descriptor 0 of process $holder is not a socket but 'pipe:" ctl attach --socket "$holder:0" ||
		fails 1 "descriptor 0 of process $holder is not a socket but '/" ctl attach --socket "$holder:0"
	fails 1 'the kernel does not run filters for UNIX stream sockets' ctl attach --socket "$holder:$stream"
	fails 1 "cannot compile 'udp port': " ctl attach --socket "$holder:$udp" --keep 'udp port'
	fails 1 "cannot compile 'ether host 02:00:00:00:00:01': " \
		ctl attach --socket "$holder:$udp" --keep 'ether host 02:00:00:00:00:01'
	fails 1 'its packets have no IP header, so only their length can be tested' \
		ctl attach --socket "$holder:$unix_b" --keep 'host 127.0.0.1'
	fails 1 'no process listens on TCP port 7002' ctl -n "$A" attach --listen-port 7002
	fails 1 'no process has a UDP socket with local port 7001' ctl -n "$A" attach --port 7001 --proto udp
	fails 1 'nothing is attached to descriptor' ctl detach --socket "$holder:$udp"
	fails 2 'PID:FD' ctl attach --socket "$holder"
	fails 2 'PID:FD' ctl attach --socket "$holder:"
	fails 2 'from 1 to 65535' ctl attach --port 65536
	fails 2 '--proto is tcp or udp' ctl attach --port 53 --proto sctp
	fails 2 'exclude each other' ctl attach --port 53 --listen-port 53
	fails 2 '--keep goes with --socket' ctl attach lo --keep udp
	fails 2 'sockets go without interfaces' ctl attach lo --socket 1:1
	[[ ! -e $WEIR_ROOT ]]
	equal "$(filter_of "$udp")" none
}

@test "a foreign filter stays without --force, and a locked one always stays" {
	tell classic "$udp"
	equal "$(filter_of "$udp")" classic
	fails 1 'it already has a classic BPF filter' ctl attach --socket "$holder:$udp"
	equal "$(slots)" 0
	equal "$(pins)" ''
	equal "$(filter_of "$udp")" classic
	ctl attach --socket "$holder:$udp" --force
	equal "$(filter_of "$udp")" weir
	ctl detach --socket "$holder:$udp"
	equal "$(filter_of "$udp")" none
	tell classic "$udp"
	tell lock "$udp"
	equal "$(ctl -j socket list "$holder" | jq ".[] | select(.fd == $udp).locked")" true
	fails 1 'SO_LOCK_FILTER' ctl attach --socket "$holder:$udp" --force
	equal "$(filter_of "$udp")" classic
	equal "$(slots)" 0
}

@test "if our filter is locked later, it passes everything once it is detached" {
	ctl attach --socket "$holder:$udp" --keep 'src port 7100'
	tell lock "$udp"
	equal "$(tell udp 5 100 7101)" '0 0'
	ctl detach --socket "$holder:$udp"
	equal "$(tell udp 5 100 7101)" '5 500'
	equal "$(filter_of "$udp")" ebpf
	# the slot's next owner counts only its own packets
	ctl attach --socket "$holder:$unix_b"
	tell udp 5 100 7101
	equal "$(counts "unix-dgram $holder:$unix_b" socket-filter)" '0 0'
	equal "$(slots)" 1
}

@test "accepted sockets inherit the filter, count in the listener's slot, and are detached with it" {
	contains "$(ctl -n "$A" attach --listen-port 7001)" 'inherit'
	local fd before
	fd=$(tell connect)
	equal "$(filter_of "$fd")" ebpf
	before=$(counts 'tcp 127.0.0.1:7001' socket-filter .wire_packets)
	# the handshake has SYN and ACK
	equal "$before" 2
	equal "$(tell send 100000)" 100000
	(($(counts 'tcp 127.0.0.1:7001' socket-filter '.bytes - 32 * .packets') >= 100000))
	fails 1 'already has an eBPF filter' ctl attach --socket "$holder:$fd"
	ctl -n "$A" detach --listen-port 7001
	ctl attach --socket "$holder:$unix_b"
	equal "$(tell send 100000)" 100000
	equal "$(counts "unix-dgram $holder:$unix_b" socket-filter)" '0 0'
	ctl attach --socket "$holder:$fd" --force
	tell send 1000
	(($(counts 'tcp 127.0.0.1:7001 *' socket-filter .packets) >= 1))
}

@test "connections are found by port, listeners and other namespaces are not" {
	tell connect
	fails 1 'no process has a UDP or TCP socket with local port 7001' ctl attach --port 7001
	ctl -n "$A" attach --port 7001
	equal "$(status 'map(.socket.name | sub(":[0-9]+$"; "")) | join(" ")')" 'tcp 127.0.0.1:7001 127.0.0.1'
	tell send 10
	equal "$(ctl -j counters | jq '.[0].protocols.tcp.packets')" 1
	ctl -n "$A" attach --port 7000 --proto udp
	equal "$(slots)" 2
	ctl -n "$A" detach --port 7001
	equal "$(status 'map(.socket.name) | join(" ")')" 'udp 127.0.0.1:7000'
}

@test "many sockets at once keep their own filters when they are loaded anew" {
	local i
	for ((i = 0; i < 4; i++)); do
		tell connect
	done
	fails 1 "breaks when --keep drops its segments; --force does it anyway" \
		ctl -n "$A" attach --port 7001 --keep 'tcp'
	equal "$(slots)" 0
	ctl -n "$A" attach --port 7001 --keep 'tcp' --force
	contains "$(ctl -n "$A" attach --port 7001 --replace)" 'counts go on'
	equal "$(tell send 1000)" 1000
	equal "$(ctl -j counters | jq 'map(.verdicts["socket-filter"].packets) | add')" 0
	fails 1 "breaks when --keep" ctl -n "$A" attach --port 7001 --keep 'tcp port 1'
	equal "$(tell send 1000)" 1000
	ctl -n "$A" attach --port 7001 --keep 'tcp port 1' --force
	ctl -n "$A" attach --port 7001 --replace
	equal "$(slots)" 4
	tell push 1000
	dropped() { (($(ctl -j counters | jq 'map(.verdicts["socket-filter"].packets) | add') >= 1)); }
	eventually dropped
}

@test "a closed socket is gone, keeps its counts, and its port is free" {
	ctl attach --socket "$holder:$udp"
	tell udp 3 100 7100
	echo end >&"$holder_in"
	no_more() { [[ $(status '.[0].state') == gone ]]; }
	eventually no_more
	contains "$(ctl status)" "socket 'udp 127.0.0.1:7000' no longer exists"
	equal "$(counts 'udp 127.0.0.1:7000' socket-filter)" '3 324'
	equal "$(in_ns "$A" ss -uan | grep -c :7000 || true)" 0
	local id
	id=$(counters_id)
	contains "$(ctl detach --socket "$holder:$udp")" "detached socket-filter from 'udp 127.0.0.1:7000'"
	equal "$(slots)" 0
	equal "$(pins)" ''
	equal "$("$RIG" programs "$id" 60000)" ''
}

@test "another socket with the same descriptor is left alone" {
	ctl attach --socket "$holder:$udp"
	tell reopen "$udp"
	tell classic "$udp"
	equal "$(status '.[0].state')" gone
	equal "$(filter_of "$udp")" classic
	ctl detach --socket "$holder:$udp"
	equal "$(slots)" 0
	equal "$(filter_of "$udp")" classic
}

@test "if a process removes its filter, status says so, and attaching sets it again" {
	ctl attach --socket "$holder:$udp"
	tell udp 3 100 7100
	tell unfilter "$udp"
	equal "$(status '.[0].state')" drifted
	contains "$(ctl status)" 'was detached by somebody'
	tell udp 3 100 7100
	contains "$(ctl attach --socket "$holder:$udp")" again
	tell udp 4 100 7100
	equal "$(counts 'udp 127.0.0.1:7000' socket-filter)" '7 756'
	tell classic "$udp"
	contains "$(ctl status)" 'was replaced by a classic BPF filter'
	ctl detach --all
	equal "$(filter_of "$udp")" classic
}

@test "two at once attach once, and purge leaves nothing" {
	local first second id
	"$CTL" attach --socket "$holder:$udp" --keep udp >/dev/null 3>&- &
	first=$!
	"$CTL" attach --socket "$holder:$udp" --keep udp >/dev/null 3>&- &
	second=$!
	wait "$first"
	wait "$second"
	equal "$(slots)" 1
	equal "$(tell udp 10 100 7100)" '10 1000'
	equal "$(counts 'udp 127.0.0.1:7000' socket-filter)" '10 1080'
	id=$(counters_id)
	ctl purge
	equal "$(filter_of "$udp")" none
	equal "$("$RIG" programs "$id" 60000)" ''
}

@test "the list finds sockets by process, port, address and command, in every namespace" {
	equal "$(ctl -j socket list "$holder" | jq length)" 6
	equal "$(ctl -j socket list 7000 | jq -r '.[] | select(.netns == "'"$A"'") | "\(.pid):\(.fd) \(.protocol) \(.local) \(.filter)"')" \
		"$holder:$udp udp 127.0.0.1:7000 none"
	equal "$(ctl -n "$A" -j socket list tcp | jq -r '.[] | "\(.state) \(.local)"')" 'listening 127.0.0.1:7001'
	equal "$(ctl -n "$A" -j socket list '127.0.0.*' | jq length)" 2
	equal "$(ctl -n "$A" -j socket list 'python*' | jq 'map(.pid) | unique | .[0]')" "$holder"
	contains "$(ctl socket list no-such-command)" 'No socket matches'
	contains "$(ctl socket list "$holder")" "$holder:$udp"
	fails 2 'ctl socket list' ctl socket
	fails 2 "unexpected 'x'" ctl socket list tcp x
}

@test "the list has thousands of sockets, each once, in seconds" {
	local list=$BATS_TEST_TMPDIR/list all
	tell fill 1000 >/dev/null
	all=$(find "/proc/$holder/fd" -lname 'socket:*' | wc -l)
	equal "$all" 5006
	within 5 ctl -j socket list "$holder" >"$list"
	equal "$(jq length "$list")" "$all"
	equal "$(jq -r '.[].fd' "$list" | sort)" \
		"$(find "/proc/$holder/fd" -lname 'socket:*' -printf '%f\n' | sort)" descriptors
	equal "$(jq -r 'group_by(.protocol) | map("\(.[0].protocol) \(length)") | join(", ")' "$list")" \
		'tcp 2001, udp 1001, unix-dgram 2, unix-stream 2002'
	# both ends of each connection, and no address twice
	equal "$(jq -r '[.[] | select(.state == "established") | .local + " " + .remote] | unique | length' "$list")" 2000
	within 5 ctl socket list "$holder" >"$list"
	equal "$(grep -c "^ *$holder:" "$list")" "$all"
	equal "$(within 5 ctl -n "$A" -j socket list udp | jq length)" 1001
}

@test "filters of hundreds of sockets are set at once, and purge removes them" {
	local id
	tell fill 300 >/dev/null
	ctl -n "$A" attach --port 7001 >/dev/null
	equal "$(slots)" 300
	equal "$(ctl -j socket list "$holder" | jq -r 'map(select(.slot != null)) | length')" 300
	id=$(counters_id)
	within 10 ctl purge
	equal "$(ctl -j socket list "$holder" | jq -r 'map(.filter) | unique | join(" ")')" none
	equal "$("$RIG" programs "$id" 60000)" ''
	[[ ! -e $WEIR_ROOT ]]
}
