#!/usr/bin/env bats
# kernel: each
# Runs the recipes of docs/probes.md unchanged, while something happens.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154
load lib
load probes

# recipes: prints the commands, one a line
recipes() {
	sed -n '/^## Recipes/,/^## /s/^    ctl probe run/run/p' "$top/docs/probes.md"
}

# Background work ends when this file is gone, however the test ends.
setup() {
	rig_setup
	work_new
	go=$work/go
	: >"$go"
}

teardown() {
	rm -f "$go"
	rig_teardown
	work_remove
}

# Does something for every recipe to see, in rounds, and records each round.
happen() {
	cd "$work" || return
	# shellcheck disable=SC2016 # of that shell
	in_ns "$A" timeout 3600 /usr/bin/python3 -c '
import os, signal, socket, subprocess, sys, time
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
listener = socket.create_server(("127.0.0.1", 4000))
rounds = open("happened", "a", buffering=1)
while os.path.exists("go"):
    os.mkdir("a")
    try:
        os.unlink("a")
    except OSError:
        pass
    os.rmdir("a")
    client = socket.create_connection(("127.0.0.1", 4000))
    server, _ = listener.accept()
    client.send(b"x" * 1000)
    server.recv(2000)
    client.close()
    server.close()
    try:
        socket.create_connection(("127.0.0.1", 4001))
    except OSError:
        pass
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 4002))
    socket.getaddrinfo("localhost", 80)
    subprocess.run(["cat", "/etc/hostname"], stdout=subprocess.DEVNULL)
    os.kill(os.getpid(), signal.SIGUSR1)
    bytes(bytearray(1 << 20))
    print("round", file=rounds)
    time.sleep(0.05)
'
}

types_into_bash() {
	while [[ -e $go ]] && sleep 0.1; do echo "echo round >>'$work/typed'"; done |
		timeout 3600 script -qec "bash --norc -i" /dev/null >/dev/null
}

happens() {
	[[ -s $work/happened && -s $work/typed && -s $work/slept ]]
}

# rounds_of FILE...: prints the number of rounds of each
rounds_of() {
	local file
	for file; do
		wc -l <"$work/$file"
	done | words
}

rounds_begin() {
	read -ra rounds <<<"$(rounds_of happened typed slept)"
}

# Succeeds after a whole round of each: the first one may have begun earlier.
rounds_over() {
	local now i
	read -ra now <<<"$(rounds_of happened typed slept)"
	for i in 0 1 2; do
		((now[i] >= rounds[i] + 2)) || return
	done
}

# Recipes that may find nothing, because no task has to wait for a disk here.
is_quiet() {
	[[ $1 == *iter:task* ]]
}

@test "twenty recipes and more, each with hits" {
	local line count=0 failed='' mount words beside rounds
	need kprobes
	mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
	mkdir "$mount/weir-recipe"
	in_ns "$A" ip link set lo up
	background happen
	background types_into_bash
	background bash -c "echo \$BASHPID >$mount/weir-recipe/cgroup.procs
		while [[ -e '$go' ]]; do /bin/sleep 0.1; echo round >>'$work/slept'; done"
	beside=("${pids[@]}")
	eventually happens
	while read -r line; do
		count=$((count + 1))
		eval "words=($line)"
		if probing "${words[@]:1}" && rounds_begin && eventually rounds_over && probed; then
			is_quiet "$line" || [[ $(summary '.hits > 0') == true ]] || failed+="$line: no hits"$'\n'
		else
			failed+="$line: $(<"$BATS_TEST_TMPDIR/err")"$'\n'
		fi
	done < <(recipes)
	rm "$go"
	wait "${beside[@]}" || true
	eventually rmdir "$mount/weir-recipe"
	equal "$failed" '' 'recipes that failed'
	((count >= 20)) || fail "$count recipes"
}
