#!/usr/bin/env bats
# kernel: any
# The page of ctl serve in a browser. Runs only on the host, because a browser is too slow in a VM.

# shellcheck disable=SC2030,SC2031,SC2154
load ../lib
load ../cgroup
load ../sockets

setup() {
	[[ -x /usr/bin/chromedriver ]] || fail 'no chromedriver; scripts/deps installs it'
	rig_setup
	cgroup_setup
}

teardown() {
	rig_teardown
	cgroup_teardown
}

# serve [OPTION...]: sets url and server
serve() {
	background "$CTL" serve --listen 127.0.0.1:0 "$@" >"$BATS_TEST_TMPDIR/serve"
	server=$!
	eventually grep -q 'reads the maps' "$BATS_TEST_TMPDIR/serve"
	url=$(sed -nE 's|^(http://[^ ]*)/ until.*|\1|p' "$BATS_TEST_TMPDIR/serve")
}

# look SCENE [PID]: checks the page in that scene
look() {
	WEIR_CTL=$CTL /usr/bin/python3 "$top/netns-tests/web/page.py" "$1" "$url" "${@:2}"
}

# Opens two connections, both ends in the cgroup, with some traffic.
connections() {
	echo "$BASHPID" >"$C/cgroup.procs"
	exec /usr/bin/python3 - "/run/netns/$A" "/run/netns/$B" <<'END'
import os, socket, sys, time
def enter(path):
    fd = os.open(path, os.O_RDONLY)
    os.setns(fd, os.CLONE_NEWNET) if hasattr(os, "setns") else __import__("ctypes").CDLL(None).setns(fd, 0x40000000)
enter(sys.argv[2])
listener = socket.create_server(("192.0.2.2", 7000))
enter(sys.argv[1])
ends = []
for _ in range(2):
    ends += [socket.create_connection(("192.0.2.2", 7000)), listener.accept()[0]]
while True:
    for client, server in (ends[:2], ends[2:]):
        client.sendall(b"x" * 3000)
        got = 0
        while got < 3000:
            got += len(server.recv(3000 - got))
    time.sleep(0.2)
END
}

@test "charts move, search narrows, numbers equal ctl -j, and the console has no errors" {
	ctl -n "$A" attach va
	ctl -n "$B" attach vb --xdp --ingress
	ctl attach "--cgroup=/$N" --sockops
	ctl tune add --cgroup "/$N" --remote 10.0.0.0/8 --rto-min 20ms >/dev/null
	background connections
	ip -n "$A" link set lo up
	holder_start "$A"
	ctl attach --socket "$holder:$udp" --keep 'src port 7100'
	tell udp 3 100 7101 # before ctl serve counts
	serve
	tell udp 6 100 7101
	background in_ns "$A" ping -q -i 0.02 -w 300 192.0.2.2 >/dev/null
	send "$A" va 400 udp 700
	send "$A" va 300 tcp 1400
	send "$A" va 50 udp6 300
	# nobody listens there
	in_ns "$A" python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(25):
    s.sendto(b"x" * 100, ("192.0.2.2", 9))'
	settle
	look traffic
}

@test "without attachments the page says what to do" {
	serve
	look empty
}

@test "if the kernel refuses tracing, the page says so, and the rest works" {
	ctl -n "$A" attach va
	serve --no-probes
	background in_ns "$A" ping -q -i 0.1 -w 300 192.0.2.2 >/dev/null
	look refused
}

@test "if the server ends, the page says so, and the last numbers stay" {
	ctl -n "$A" attach va
	serve
	look lost "$server"
}
