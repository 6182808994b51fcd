#!/usr/bin/env bats
# The recipes of docs/probes.md, as they stand there, while something happens.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154
load lib
load probes

# recipes: the commands, one a line
recipes() {
	sed -n '/^## Recipes/,/^## /s/^    ctl probe run/run/p' "$top/docs/probes.md"
}

# What runs beside ends when this file is gone, whatever became of the test.
setup() {
	rig_setup
	work=$BATS_TEST_TMPDIR/work
	mkdir "$work"
	go=$work/go
	: >"$go"
}

teardown() {
	rm -f "$go"
	rig_teardown
}

# Something for all of them to see, again and again.
happen() {
	cd "$work" || return
	# shellcheck disable=SC2016 # of that shell
	in_ns "$A" timeout 600 /usr/bin/python3 -c '
import os, signal, socket, subprocess, sys, time
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
listener = socket.create_server(("127.0.0.1", 4000))
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
    time.sleep(0.05)
'
}

types_into_bash() {
	while [[ -e $go ]] && sleep 0.3; do echo true; done |
		timeout 600 script -qec "bash --norc -i" /dev/null >/dev/null
}

# Those that may find nothing on a machine without a disk, which sleeps well.
is_quiet() {
	[[ $1 == *iter:task* ]]
}

@test "twenty recipes and more, each with hits" {
	local line count=0 failed='' mount words
	need kprobes
	mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
	mkdir "$mount/weir-recipe"
	in_ns "$A" ip link set lo up
	background happen
	background types_into_bash
	background bash -c "echo \$BASHPID >$mount/weir-recipe/cgroup.procs
		while [[ -e '$go' ]]; do /bin/sleep 0.1; done"
	while read -r line; do
		count=$((count + 1))
		eval "words=($line)"
		ctl -j probe "${words[@]}" -d 2 >"$work/out" 2>"$work/err" ||
			failed+="$line: $(<"$work/err")"$'\n'
		is_quiet "$line" || jq -e 'select(.probes) | .hits > 0' "$work/out" >/dev/null ||
			failed+="$line: no hits"$'\n'
	done < <(recipes)
	rm "$go"
	wait "${pids[@]}" || true
	pids=()
	eventually rmdir "$mount/weir-recipe"
	equal "$failed" '' 'recipes that failed'
	((count >= 20)) || fail "$count recipes"
}
