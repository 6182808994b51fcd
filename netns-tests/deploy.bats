#!/usr/bin/env bats
# kernel: any
# The files for systemd, Kubernetes and Grafana: under the restrictions of the unit and manifest,
# ctl serve still reads everything it should. The rest is checked as far as possible without them.
# These tests run only on the host, because most of them do not depend on the kernel.

# shellcheck disable=SC2013,SC2016,SC2030,SC2031,SC2034,SC2154
load lib
load serve
load sockets

unit=${BATS_TEST_DIRNAME}/../docs/serve/weir-serve.service

deploy() {
	/usr/bin/python3 "$top/netns-tests/deploy.py" "$@"
}

# setting NAME: prints that setting of the unit
setting() {
	sed -n "s/^$1=//p" "$unit"
}

# prints setpriv's list of the capabilities CAP...
bounding() {
	local name list=-all
	for name; do
		name=${name,,}
		list+=,+${name#cap_}
	done
	echo "$list"
}

# restricted BOUNDING SCRIPT: makes `serve` and `with_probes` start ctl with at most these
# capabilities and in its own mount namespace, after SCRIPT. $! is still its pid.
restricted() {
	real=$CTL
	CTL=$BATS_TEST_TMPDIR/restricted
	cat >"$CTL" <<-END
	#!/bin/sh
	exec unshare --mount sh -euc '
	mount -t tmpfs none /usr/local
	mkdir -p /usr/local/sbin /usr/local/libexec/weir
	cp "$real" /usr/local/sbin/ctl
	cp "${real%/*}/weir-serve" /usr/local/libexec/weir/
	$2
	mount -o remount,bind,ro /
	exec setpriv --no-new-privs --bounding-set=$1 /usr/local/sbin/ctl "\$@"' sh "\$@"
	END
	chmod +x "$CTL"
}

# the unit has other devices, homes and temporary files
unit_script='mount -t tmpfs none /root
	[ ! -d /home ] || mount -t tmpfs none /home
	mount -t tmpfs none /mnt
	for name in null zero full random urandom tty; do
		touch /mnt/$name
		mount --bind /dev/$name /mnt/$name
	done
	mount --move /mnt /dev
	mount -t tmpfs none /tmp'

# Opens a socket of another user's process, on port 7000 of A
stranger() {
	exec nsenter --net="/run/netns/$A" setpriv --reuid 65534 --regid 65534 --clear-groups \
		/usr/bin/python3 -E -c '
import signal, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2.1", 7000))
signal.pause()'
}

drop_25() {
	in_ns "$A" python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(25):
    s.sendto(b"x" * 100, ("192.0.2.2", 9))'
	settle
}

get() {
	curl -sS --max-time 90 "${@:2}" "$url$1"
}

# reads: checks counters, flows, kernel drops and health, which work under all restrictions
reads() {
	lacks "$(<"$BATS_TEST_TMPDIR/serve")" 'no kernel drops'
	lacks "$(<"$BATS_TEST_TMPDIR/serve")" 'no health'
	contains "$(<"$BATS_TEST_TMPDIR/serve")" 'user nobody, no capability'
	send "$A" va 30 udp 200
	drop_25
	equal "$(get /api/v1/counters | jq '.[0].protocols.udp.packets')" 55
	equal "$(get '/api/v1/flows?filter=udp' | jq 'map(.packets) | add')" 55
	equal "$(get '/api/v1/status' | jq -r '.attachments[0].state')" attached
	equal "$(get '/api/v1/drops?by=reason,interface,netns' | jq ".drops[] |
		select(.reason == \"NO_SOCKET\" and .netns == \"$B\").packets")" 25
	equal "$(get /api/v1/health | jq '.items | length')" 11
	equal "$(get /metrics | awk '$1 == "weir_up" { print $2 }')" 1
}

# kept: prints the capabilities that the reader says it kept, sorted
kept() {
	sed -n 's/.*reads the maps (pid .*capabilities: //p' "$BATS_TEST_TMPDIR/serve" | tr -d , |
		tr ' ' '\n' | sort | xargs
}

@test "under the unit's restrictions it reads other users' sockets and the kernel's names, too" {
	ctl -n "$A" attach va --egress
	background stranger
	# shellcheck disable=SC2046
	restricted "$(bounding $(setting CapabilityBoundingSet))" "$unit_script"
	with_probes
	CTL=$real
	reads
	equal "$(kept)" 'dac_read_search sys_admin sys_ptrace syslog'
	equal "$(get '/api/v1/sockets?pattern=192.0.2.1' | jq -r 'map("\(.protocol) \(.local) \(.netns)") | join(",")')" \
		"udp 192.0.2.1:7000 $A"
	contains "$(get '/api/v1/drops' | jq -r '.drops[] | select(.reason == "NO_SOCKET").location')" +0x
	local tasks
	tasks=$(cat /proc/{"$server","$reader"}/status | awk '/^Threads/ { n += $2 } END { print n }')
	((tasks <= $(setting TasksMax))) || fail "$tasks tasks"
}

@test "it opens only socket families that the unit allows" {
	ctl -n "$A" attach va --egress
	background strace -f -qq -e trace=socket,socketpair -o "$BATS_TEST_TMPDIR/trace" \
		"$CTL" serve --listen 127.0.0.1:0 --no-probes >"$BATS_TEST_TMPDIR/serve"
	eventually grep -q 'reads the maps' "$BATS_TEST_TMPDIR/serve"
	url=$(sed -nE 's|^(https?://[^ ]*)/ until.*|\1|p' "$BATS_TEST_TMPDIR/serve")
	local path family count=0
	for path in /metrics /api/v1/{status,counters,flows,tcp,tune,sockets} '/api/v1/where?q=va'; do
		equal "$(get "$path" -o /dev/null -w '%{http_code}')" 200 "$path"
	done
	for family in $(grep -oE 'AF_[A-Z0-9]+' "$BATS_TEST_TMPDIR/trace" | sort -u); do
		contains " $(setting RestrictAddressFamilies) " " $family "
		count=$((count + 1))
	done
	((count >= 3)) || fail "only $count families: $(<"$BATS_TEST_TMPDIR/trace")"
}

@test "under the manifest's capabilities it reads everything except what it says it cannot" {
	ctl -n "$A" attach va --egress
	local added
	added=$(deploy manifest "$top/docs/serve/daemonset.yml")
	# a container's /sys has no tracefs, and the manifest mounts bpffs
	# shellcheck disable=SC2086
	restricted "$(bounding $added)" 'mount -t tmpfs none /mnt
	mkdir /mnt/bpf
	mount --bind /sys/fs/bpf /mnt/bpf
	umount -l /sys
	mount -t sysfs none /sys
	mount -o remount,bind,ro /sys
	mount --move /mnt/bpf /sys/fs/bpf'
	with_probes
	CTL=$real
	reads
	equal "$(kept)" 'sys_admin'
}

@test "systemd accepts the unit" {
	[[ -x /usr/bin/systemd-analyze ]] || fail 'no systemd-analyze; scripts/deps installs it'
	sed "s|^ExecStart=[^ ]*|ExecStart=$CTL|" "$unit" >"$BATS_TEST_TMPDIR/weir-serve.service"
	equal "$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no \
		"$BATS_TEST_TMPDIR/weir-serve.service" 2>&1)" ''
	# systemd's own measure of exposure, from 0 (the safest) to 10, in tenths
	systemd-analyze security --no-pager --offline=yes --threshold=60 "$BATS_TEST_TMPDIR/weir-serve.service" \
		>/dev/null
	# an unknown word is found
	sed -i 's/^ProtectSystem=.*/ProtectSystem=strictly/' "$BATS_TEST_TMPDIR/weir-serve.service"
	contains "$(systemd-analyze verify --man=no "$BATS_TEST_TMPDIR/weir-serve.service" 2>&1)" strictly
}

@test "the queries of dashboard and rules name existing labels" {
	ctl -n "$A" attach va --egress
	with_probes
	drop_25
	get /metrics >"$BATS_TEST_TMPDIR/metrics"
	(($(deploy queries "$top/docs/serve/grafana.json" "$BATS_TEST_TMPDIR/metrics") >= 30))
	(($(deploy queries "$top/docs/serve/alerts.yml" "$BATS_TEST_TMPDIR/metrics") >= 3))
	# an unknown label is found
	sed 's/protocol/protocoll/' "$top/docs/serve/grafana.json" >"$BATS_TEST_TMPDIR/wrong.json"
	contains "$(deploy queries "$BATS_TEST_TMPDIR/wrong.json" "$BATS_TEST_TMPDIR/metrics" 2>&1 || true)" \
		'no label protocoll'
}
