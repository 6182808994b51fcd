# shellcheck shell=bash
# cgroup.bash - cgroups of the test's own names, below the first cgroup2 mount.

# Ends of conversations, see peer.c.
export PEER=${build:?}/netns-tests/peer

# After rig_setup. Sets M (the mount), N (a name below it), C (its directory, with children from and
# to).
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

# in_cgroup DIRECTORY COMMAND...
in_cgroup() {
	(
		echo "$BASHPID" >"$1/cgroup.procs"
		"${@:2}"
	)
}

# programs_of DIRECTORY: an id a line, of whatever is attached there
programs_of() {
	bpftool -j cgroup show "$1" | jq -r '.[]?.id'
}
