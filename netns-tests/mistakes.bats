#!/usr/bin/env bats
# kernel: each
# A mistake has one sentence and the right exit code, and leaves nothing half done.

load lib

# bats test_tags=any-kernel
@test "unknown words end with status 2 and change nothing" {
	fails 2 "no command 'atach'" ctl atach va
	fails 2 "unknown option '--ingres-x'" ctl -n "$A" attach va --ingres-x
	fails 2 "needs a value" ctl -n "$A" attach va --tc-method
	fails 2 "needs a value" ctl attach va -n
	fails 2 "which interface" ctl -n "$A" attach
	fails 2 "exclude each other" ctl -n "$A" attach --all va
	fails 2 "goes with --all" ctl -n "$A" attach va --skip-loopback
	fails 2 "--xdp is auto, native or generic" ctl -n "$A" attach va --xdp=fast
	fails 2 "--features is a list" ctl -n "$A" attach va --features nonsense
	fails 2 "--flow-entries is a number" ctl -n "$A" attach va --flow-entries many
	fails 2 "--hook is" ctl counters --hook nowhere
	fails 2 "on or off, not 'maybe'" ctl skip-loopback maybe
	fails 2 "--watch takes seconds" ctl counters --watch=never
	[[ ! -e $WEIR_ROOT ]]
}

# bats test_tags=any-kernel
@test "an unknown namespace or interface" {
	fails 1 "no network namespace 'nowhere'" ctl -n nowhere status
	fails 1 "no interface 'nope'" ctl -n "$A" attach nope
	[[ ! -e $WEIR_ROOT ]]
}

@test "without privileges the missing capabilities are named" {
	fails 1 CAP_BPF setpriv --reuid=65534 --regid=65534 --clear-groups "$CTL" attach lo
	fails 1 CAP_NET_ADMIN in_ns "$A" setpriv --bounding-set=-net_admin,-sys_admin \
		--inh-caps=-net_admin,-sys_admin "$CTL" attach va
	equal "$(hooks "$A" va)" ''
	ctl -n "$A" attach va --ingress
	fails 1 CAP_ setpriv --reuid=65534 --regid=65534 --clear-groups "$CTL" status
}

@test "inside ip netns exec, ctl says what to do instead" {
	ctl -n "$A" attach va
	fails 1 'ctl -n NETNS' ip netns exec "$A" "$CTL" status
	fails 1 'ctl -n NETNS' ip netns exec "$A" "$CTL" attach va
}

@test "a read-only bpffs" {
	mkdir "$BATS_TEST_TMPDIR/bpf"
	# shellcheck disable=SC2016
	fails 1 'read-only' unshare -m bash -c 'mount -t bpf -o ro bpf "$1" && WEIR_ROOT=$1/weir exec "$2" -n "$3" attach va' \
		- "$BATS_TEST_TMPDIR/bpf" "$CTL" "$A"
	equal "$(hooks "$A" va)" ''
}

@test "a pin directory that is not on a bpffs" {
	WEIR_ROOT=$BATS_TEST_TMPDIR/weir fails 1 'not on a bpffs' ctl -n "$A" attach va
	WEIR_ROOT=relative fails 1 'not an absolute path' ctl status
}

@test "the slot table is full" {
	ctl -n "$A" attach va --ingress
	"$RIG" fill "$WEIR_ROOT" 1
	fails 1 'slots are free' ctl -n "$A" attach va --egress --xdp
	equal "$(status 'map(select(.interface == "va")) | length')" 1
	ctl -n "$A" attach va --egress
	fails 1 'slots are free' ctl -n "$A" attach va --xdp
	ctl purge
}

# If ctl cannot read the table of slots, it does not know whether it made clsact, and leaves it.
programs_gone() {
	equal "$(hooks "$A" va | grep -v clsact)" '' 'hooks of va' || return
	lacks "$(tc -n "$A" filter show dev va ingress; tc -n "$A" filter show dev va egress)" weir
}

@test "every command refuses maps of a newer layout by name, and purge removes them" {
	ctl -n "$A" attach va
	"$RIG" layout "$WEIR_ROOT" 99
	local words
	for words in 'status' 'counters' "-n $A attach va" "-n $A detach va" 'skip-loopback on' 'skip-loopback'; do
		# shellcheck disable=SC2086
		fails 1 'layout 99' ctl $words
	done
	ctl purge
	[[ ! -e $WEIR_ROOT ]]
	programs_gone
}

@test "purge of a newer layout also removes clsact filters and XDP" {
	ctl -n "$A" attach va --tc-method clsact
	ctl -n "$B" attach vb --xdp
	local id
	id=$(counters_id)
	"$RIG" layout "$WEIR_ROOT" 99
	ctl purge
	lacks "$(tc -n "$A" filter show dev va egress)" weir
	equal "$("$RIG" -n "$B" hooks vb)" ''
	equal "$("$RIG" programs "$id" 60000)" ''
}

@test "a pinned map of another shape is refused" {
	ctl -n "$A" attach va --ingress
	rm "$WEIR_ROOT/maps/counters"
	fails 1 'is missing' ctl status
	"$RIG" misfit "$WEIR_ROOT/maps/counters"
	fails 1 'does not have the shape' ctl status
	fails 1 'does not have the shape' ctl -n "$A" attach va
	ctl purge
	programs_gone
}

@test "changing the size of the flow table needs a purge" {
	ctl -n "$A" attach va --ingress --flow-entries 4096
	fails 1 'room for 4096 flows' ctl -n "$A" attach va --egress --flow-entries 8192
	ctl -n "$A" attach va --egress
	equal "$(slots)" 2
}

# bats test_tags=any-kernel
@test "output that cannot be written is an error" {
	ctl -n "$A" attach va
	local words
	for words in status counters '-j status' '-j counters' doctor version help; do
		# shellcheck disable=SC2086
		if "$CTL" $words >/dev/full 2>/dev/null; then fail "$words"; fi
	done
}

# bats test_tags=any-kernel
@test "without attachments, commands say what to do" {
	contains "$(ctl status)" 'ctl attach IFACE'
	contains "$(ctl counters)" 'ctl attach IFACE'
	equal "$(ctl detach --all)" 'nothing was attached'
	equal "$(ctl -j status | jq -c '[.attachments, .settings]')" '[[],{"skip_loopback":false}]'
	equal "$(ctl -j counters)" '[]'
}

# bats test_tags=any-kernel
@test "JSON has the documented keys, and nothing else is on stdout" {
	ctl -n "$A" attach va --ingress
	equal "$(ctl -j status | jq -r '.attachments[0] | keys_unsorted | join(" ")')" \
		'slot netns netns_cookie interface ifindex cgroup cgroup_id socket hook method mode program_id features attached_at state detail peer'
	equal "$(ctl -j counters --per-cpu | jq -r '.[0] | keys_unsorted | join(" ")')" \
		'slot netns interface cgroup socket hook direction packets bytes wire_packets wire_bytes protocols verdicts sizes per_cpu'
	equal "$(ctl -j counters | jq -s length)" 1
	equal "$(ctl -p status | wc -l)" "$(ctl -j status | jq . | wc -l)"
}

@test "doctor shows every feature and finds what is needed" {
	ctl -j doctor >"$BATS_TEST_TMPDIR/doctor"
	equal "$(jq 'map(select(.health == "missing")) | length' "$BATS_TEST_TMPDIR/doctor")" 0
	equal "$(jq -r '.[] | select(.feature == "TCX links at tc").health' "$BATS_TEST_TMPDIR/doctor")" \
		"$(if tcx_here; then echo ok; else echo limited; fi)"
	contains "$(ctl doctor)" 'BPF JIT'
}
