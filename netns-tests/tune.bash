# shellcheck shell=bash
# tune.bash - a rig for ctl tune. A veth pair joins A and B. Both ends of a connection are
# in one process (tcp.c), which is in a cgroup of the test.

TCP=${WEIR_TCP:-${build:?}/netns-tests/tcp}

setup() {
	rig_setup
	M=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
	G=wt$$
	mkdir "$M/$G" "$M/$G/inner" "$M/$G-other"
	# one congestion control for all kernels; neither cached metrics of a peer nor a pause of
	# this test may change the window
	for ns in "$A" "$B"; do
		in_ns "$ns" sysctl -qw net.ipv4.tcp_congestion_control=reno \
			net.ipv4.tcp_no_metrics_save=1 net.ipv4.tcp_slow_start_after_idle=0
	done
}

teardown() {
	rig_teardown
	cgroup_remove "$M/$G"
	cgroup_remove "$M/$G-other"
}

# Decides by the version, so that a wrong trial in weir is found.
rto_max_here() {
	local major=${kernel:?}
	major=${major%%.*}
	((major > 6 || (major == 6 && ${kernel_minor:?} >= 15)))
}

# tcp [OPTION...] -- STEP...: connects from A to B, both in the cgroup of the test.
tcp() {
	local options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	"$TCP" -c "$M/$G" -s "$M/$G" "${options[@]}" "$A" "$B" 192.0.2.2 7000 "${@:2}"
}

add() {
	ctl tune add --cgroup "/$G" "$@" >/dev/null
}

# ends JQ: prints JQ of both ends of a new connection
ends() {
	tcp -- info | jq -r "$1"
}

# both JQ WANTED: checks both ends
both() {
	equal "$(ends "[.a, .b] | map($1) | unique | map(tostring) | join(\" \")")" "$2" "$1"
}

# entry N JQ: prints JQ of that entry
entry() {
	ctl -j tune list | jq -r ".[] | select(.number == $1) | $2"
}

# count_of N OPTION: prints "SET ERRORS"
count_of() {
	entry "$1" ".options[] | select(.option == \"$2\") | \"\(.set) \(.errors)\""
}
