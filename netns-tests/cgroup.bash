# shellcheck shell=bash
# cgroup.bash - cgroups with names of the test's own, below the first cgroup2 mount.

# The program for the ends of conversations, peer.c.
export PEER=${build:?}/netns-tests/peer

# Call after rig_setup. Sets M (the mount), N (a name below it) and C (its directory, with children
# from and to).
cgroup_setup() {
	M=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
	N=wt$$-cg
	C=$M/$N
	mkdir -p "$C/from" "$C/to"
	ip -n "$A" link set lo up
}

cgroup_teardown() {
	cgroup_remove "$C"
}

# in_cgroup DIRECTORY COMMAND...: runs it in that cgroup
in_cgroup() {
	(
		echo "$BASHPID" >"$1/cgroup.procs"
		"${@:2}"
	)
}

# programs_of DIRECTORY: prints the ids of all programs attached there, one a line
programs_of() {
	bpftool -j cgroup show "$1" | jq -r '.[]?.id'
}
