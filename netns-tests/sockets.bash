# shellcheck shell=bash
# sockets.bash - a process that holds sockets and uses them on command.

# holder_start [NETNS]: starts it; sets holder (its pid) and its descriptors: unix_a and unix_b
# (a pair), udp (port 7000), tcp (a listener at port 7001), stream (one of another pair).
holder_start() {
	local in=$BATS_TEST_TMPDIR/holder.in out=$BATS_TEST_TMPDIR/holder.out
	mkfifo "$in" "$out"
	# open both for reading and writing, or each open would wait for the other end
	exec {holder_in}<>"$in" {holder_out}<>"$out"
	local command=(/usr/bin/python3 -E "${top:?}/netns-tests/holder.py" "$in" "$out")
	# no function: its shell would keep the pipes open after the test
	[[ -z ${1-} ]] || command=(nsenter --net="/run/netns/$1" "${command[@]}")
	background "${command[@]}"
	read -r -t 90 holder unix_a unix_b udp tcp stream <&"$holder_out"
	: "$unix_a" "$unix_b" "$udp" "$tcp" "$stream"
	# the holder outlives the shell that `background` starts
	pids+=("$holder")
}

# tell WORD...: prints the holder's answer
tell() {
	local answer
	echo "$*" >&"$holder_in"
	read -r -t 300 answer <&"$holder_out" || fail "no answer to: $*"
	echo "$answer"
}

# filter_of FD: prints the filter in `ctl socket list`
filter_of() {
	ctl -j socket list "$holder" | jq -r ".[] | select(.fd == $1).filter"
}

# drops TARGET: prints "PASSED DROPPED" packets
drops() {
	counts "$1" socket-filter '.verdicts | "\(.pass.packets) \(.["socket-filter"].packets)"'
}
