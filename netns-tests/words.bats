#!/usr/bin/env bats
# kernel: any, quick
# The output of ctl: help, words for completion, JSON. It needs few privileges and little memory.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031
load lib

# Help does not depend on the kernel. Starting ctl is slow in a VM, so one command is enough
# there.
some_commands() {
	ctl help --words | grep -v '^--' | if [[ -n ${WEIR_VM-} ]]; then head -n 1; else cat; fi
}

@test "every command has help, the same in three ways" {
	local command all
	all=$(some_commands)
	contains "$all" attach
	for command in $all; do
		ctl help "$command" >"$BATS_TEST_TMPDIR/a"
		ctl "$command" --help >"$BATS_TEST_TMPDIR/b"
		ctl "$command" -h >"$BATS_TEST_TMPDIR/c"
		cmp "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
		cmp "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/c"
		equal "$(head -c 11 "$BATS_TEST_TMPDIR/a")" 'Usage: ctl '
		contains "$(ctl help)" "  $command "
	done
	[[ ! -e $WEIR_ROOT ]]
}

@test "help explains every option that completion offers" {
	local command word
	for command in $(some_commands); do
		ctl help "$command" >"$BATS_TEST_TMPDIR/help"
		for word in $(ctl help "$command" --words | grep '^--'); do
			grep -qE -- "(^|[ ,])$word([[ ]|$)" "$BATS_TEST_TMPDIR/help" || fail "$command: $word"
		done
	done
}

@test "ctl without a command is a usage error with the overview; ctl --version names the version" {
	local status=0
	"$CTL" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	equal "$status" 2
	[[ ! -s $BATS_TEST_TMPDIR/out ]]
	contains "$(<"$BATS_TEST_TMPDIR/err")" 'Usage: ctl'
	equal "$(ctl --version)" "ctl (weir) $(ctl -j version | jq -r .version)"
	equal "$(ctl -j version | jq -r '.layout | type')" number
}

@test "commands that change something report it in JSON, too" {
	local keys='map(keys_unsorted | join(" ")) | unique | join(",")'
	ctl -j -n "$A" attach va >"$BATS_TEST_TMPDIR/json"
	equal "$(jq -r "$keys" "$BATS_TEST_TMPDIR/json")" \
		'action slot netns interface cgroup socket hook method'
	equal "$(jq -r 'map("\(.action) \(.hook)") | join(", ")' "$BATS_TEST_TMPDIR/json")" \
		'attach tc-ingress, attach tc-egress'
	equal "$(ctl -j -n "$A" attach va | jq -r 'map(.action) | unique | join(" ")')" none
	equal "$(ctl -j -n "$A" attach va --replace | jq -r 'map(.action) | unique | join(" ")')" replace
	equal "$(ctl -j -n "$A" detach va --ingress | jq -r 'map("\(.action) \(.hook)") | join(", ")')" \
		'detach tc-ingress'
	equal "$(ctl -j skip-loopback on)" '{"skip_loopback": true}'
	equal "$(ctl -j purge)" '{"detached": 1}'
	equal "$(ctl -j doctor | jq -r "$keys")" 'feature health found cost'
}

@test "JSON with -n covers and names that namespace" {
	ctl -n "$A" attach va --ingress
	ctl -n "$B" attach vb --ingress
	equal "$(ctl -j -n "$A" status | jq -r '.attachments | map("\(.netns) \(.interface)") | join(" ")')" "$A va"
	equal "$(ctl -j -n "/run/netns/$B" counters | jq -r 'map("\(.netns) \(.interface)") | join(" ")')" "$B vb"
	equal "$(in_ns "$A" "$CTL" -j status | jq -r '.attachments | length')" 2
	ctl -n "$A" detach --all
	equal "$(status 'map(.interface) | join(" ")')" vb
}

@test "the age agrees with the clock, and the time is RFC 3339" {
	local at
	ctl -n "$A" attach va --ingress
	at=$(status '.[0].attached_at')
	[[ $at =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$ ]] || fail "$at"
	(($(date +%s) - $(date -d "$at" +%s) < 60))
}

@test "tables in a pipe have colours only if asked for" {
	ctl -n "$A" attach va
	lacks "$(ctl status)" $'\e['
	contains "$(ctl --color=always status)" $'\e['
	lacks "$(NO_COLOR=1 ctl status)" $'\e['
	fails 2 '--color is' ctl --color=pink status
}

@test "all lines of a table are equally wide, and agree with the JSON" {
	ctl -n "$A" attach va
	send "$A" va 1234 udp 1000
	contains "$(ctl counters va --hook tc-egress)" 1234
	contains "$(ctl counters va --protocols)" udp
	contains "$(ctl counters va --sizes)" 1023
	contains "$(ctl counters va --verdicts)" pass
	equal "$(ctl counters --hook tc-egress | wc -l)" 2
	equal "$(ctl status | wc -l)" 3
}

@test "if output cannot be written, the exit code is 1, with one sentence" {
	local words status text
	ctl -n "$A" attach va
	for words in status counters '-j status' '-j counters' 'counters --per-cpu' 'help attach' version; do
		status=0
		# shellcheck disable=SC2086
		text=$("$CTL" $words 2>&1 >/dev/full) || status=$?
		equal "$status" 1 "$words"
		contains "$text" 'cannot write'
		[[ $text != *$'\n'* ]] || fail "$words: $text"
	done
}

@test "without BTF of the kernel tc counts, XDP is refused, and doctor says so" {
	# in no place where libbpf looks for it
	local hide='mount -t tmpfs none /sys/kernel/btf && mount -t tmpfs none /boot && exec "$@"'
	unshare -m bash -c "$hide" - "$CTL" -j doctor >"$BATS_TEST_TMPDIR/doctor"
	contains "$(jq -r '.[] | select(.feature == "kernel BTF") | "\(.health) \(.cost)"' "$BATS_TEST_TMPDIR/doctor")" \
		'limited no XDP'
	unshare -m bash -c "$hide" - "$CTL" -n "$A" attach va
	send "$A" va 10 udp 100
	equal "$(counts va tc-egress)" '10 1000'
	fails 1 'BTF' unshare -m bash -c "$hide" - "$CTL" -n "$B" attach vb --ingress --xdp
	equal "$(hooks "$B" vb)" ''
	equal "$(slots)" 2
}

@test "a small limit of locked memory does not matter" {
	prlimit --memlock=65536 "$CTL" -n "$A" attach va
	send "$A" va 10 udp 100
	equal "$(counts va tc-egress)" '10 1000'
}

@test "reading needs only CAP_BPF and access to the pins" {
	ctl -n "$A" attach va
	send "$A" va 10 udp 100
	setpriv --bounding-set=-net_admin,-sys_admin --inh-caps=-net_admin,-sys_admin \
		"$CTL" -j counters va --hook tc-egress >"$BATS_TEST_TMPDIR/json"
	equal "$(jq '.[0].packets' "$BATS_TEST_TMPDIR/json")" 10
}
