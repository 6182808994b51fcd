#!/usr/bin/env bats
# kernel: each
# The list of ctl tune: matching, counts, mistakes, and concurrent changes.

# Tests do not see each other's variables; $ in jq's programs is not the shell's.
# shellcheck disable=SC2030,SC2031,SC2016
load lib
load tune

@test "only the first match is applied" {
	add --remote-port 7000 --initcwnd 21
	add --initcwnd 22
	equal "$(ends '"\(.a.cwnd) \(.b.cwnd)"')" '21 22'
	ctl tune add --cgroup "/$G" --before 1 --local-port 6990-7010 --initcwnd 23 >/dev/null
	equal "$(ends '"\(.a.cwnd) \(.b.cwnd)"')" '21 23'
	equal "$(tcp -l 7005 -- info | jq -r '"\(.a.cwnd) \(.b.cwnd)"')" '23 23'
	equal "$(entry 1 .hits) $(entry 2 .hits) $(entry 3 .hits)" '2 1 3'
	ctl tune del 3 1
	both .cwnd 22
	equal "$(ctl -j tune list | jq -c 'map(.number)')" '[2]'
	# numbers are not reused
	add --initcwnd 24
	equal "$(ctl -j tune list | jq -c 'map(.number)')" '[2,4]'
}

@test "entries apply to connections of inner cgroups, but not of other cgroups" {
	add --initcwnd 31
	equal "$(tcp -c "$M/$G/inner" -s "$M/$G-other" -- info | jq -c '[.a.cwnd, .b.cwnd]')" \
		'[31,10]'
	equal "$(entry 1 .hits)" 1
}

@test "of nested cgroups the innermost with an entry decides, and applies one entry" {
	add --initcwnd 31
	ctl tune add --cgroup "/$G/inner" --remote-port 7000 --initcwnd 32 --mark 9 >/dev/null
	equal "$(tcp -c "$M/$G/inner" -s "$M/$G/inner" -- info |
		jq -c '[.a.cwnd, .b.cwnd, .a.mark, .b.mark]')" '[32,31,9,0]'
	equal "$(entry 1 .hits) $(entry 2 .hits)" '1 1'
	# an entry without a cgroup is for both programs, and counts once
	ctl tune del all
	ctl tune add --initcwnd 33 >/dev/null
	equal "$(tcp -c "$M/$G/inner" -s "$M/$G/inner" -- info |
		jq -c '[.a.cwnd, .b.cwnd]')" '[33,33]'
	equal "$(entry 3 .hits) $(count_of 3 initcwnd)" '2 2 0'
}

@test "hits and options are counted exactly, from all CPUs" {
	local i runs=()
	add --mark 3 --nodelay
	for i in 1 2 3 4; do
		for ((k = 0; k < 5; k++)); do
			"$TCP" -c "$M/$G" -s "$M/$G" "$A" "$B" 192.0.2.2 "700$i" || exit 1
		done 3>&- &
		runs+=($!)
	done
	for i in "${runs[@]}"; do wait "$i"; done
	equal "$(entry 1 .hits) $(count_of 1 mark) $(count_of 1 nodelay)" '40 40 0 40 0'
}

# Prints the element of tune_rules that is in force: settings.tune_list.
ctl_element() {
	bpftool -j map lookup pinned "$WEIR_ROOT/maps/settings" key 0 0 0 0 | jq -r '.value[8]'
}

@test "options that the kernel refuses for a connection are counted, by entry and option" {
	local value at
	add --local-port 7000 --nodelay --mark 4
	# options were tried, so few fail later. Damage the list: give the first option of the
	# first entry an unknown name (see struct weir_tune_setting)
	at=$(ctl_element)
	mapfile -t value < <(bpftool -j map lookup pinned "$WEIR_ROOT/maps/tune_rules" key "$at" 0 0 0 |
		jq -r '.value[]')
	value[16 + 80 + 4]=0x77 value[16 + 80 + 5]=0x77
	bpftool map update pinned "$WEIR_ROOT/maps/tune_rules" key "$at" 0 0 0 value "${value[@]}"
	equal "$(tcp -- info | jq -c '[.b.mark, .b.nodelay]')" '[4,0]'
	equal "$(entry 1 .hits) $(count_of 1 nodelay) $(count_of 1 mark)" '1 0 1 1 0'
	equal "$(entry 1 '.options[] | select(.option == "nodelay").last_error')" 'Invalid argument'
	contains "$(ctl tune list)" 'An error is an option that the kernel refused'
}

@test "an option that the kernel refuses is not added, and nothing is attached" {
	fails 1 "refuses rto-min '300 ms'" ctl tune add --cgroup "/$G" --rto-min 300ms
	fails 1 "refuses delack-max '1 ms'" ctl tune add --cgroup "/$G" --delack-max 1ms
	fails 1 "congestion 'nonesuch'" ctl tune add --cgroup "/$G" --mark 1 --congestion nonesuch
	fails 1 "net.core.wmem_max" ctl tune add --cgroup "/$G" --sndbuf 1G
	fails 1 "the two lowest bits are for ECN" ctl tune add --cgroup "/$G" --tos 3
	fails 1 "keepidle '40000 s'" ctl tune add --cgroup "/$G" --keepidle 40000s
	fails 1 "no cgroup" ctl tune add --cgroup "/$G-nowhere" --mark 1
	[[ ! -e $WEIR_ROOT ]]
	equal "$(ctl -j tune list)" '[]'
}

# bats test_tags=any-kernel
@test "each wrong word has one sentence, and nothing is attached" {
	fails 2 "add, list, del or test, not 'ad'" ctl tune ad
	fails 2 'no option to set' ctl tune add --remote 10.0.0.0/8
	fails 2 'without host bits' ctl tune add --remote 10.0.0.1/8 --nodelay
	fails 2 '--local-port is a port' ctl tune add --local-port 9-8 --nodelay
	fails 2 '--rto-min is a time with its unit' ctl tune add --rto-min 20
	fails 2 'out of range, or too precise' ctl tune add --keepidle 1500ms
	fails 2 '--pacing is a rate' ctl tune add --pacing 10MB
	fails 2 '--initcwnd is a number' ctl tune add --initcwnd many
	fails 2 '--dscp is a class' ctl tune add --dscp gold
	fails 2 'exclude each other' ctl tune add --dscp ef --tos 16
	fails 2 'goes with `tune add`' ctl tune list --mark 1
	fails 2 'which entry' ctl tune del
	fails 2 'not the number of an entry' ctl tune del one
	fails 2 'is not ADDRESS:PORT' ctl tune test 192.0.2.1
	fails 2 'which connection' ctl tune test
	fails 1 'there is no entry 5' ctl tune del 5
	[[ ! -e $WEIR_ROOT ]]
	add --mark 1
	fails 1 'there is no entry 5; nothing was deleted' ctl tune del 1 5
	fails 1 'there is no entry 7' ctl tune add --before 7 --mark 1
	equal "$(ctl -j tune list | jq -c 'map(.number)')" '[1]'
}

@test "test shows what a connection would get, without making one" {
	add --remote 192.0.2.0/24 --remote-port 7000 --initcwnd 21
	ctl tune add --cgroup "/$G/inner" --initcwnd 22 >/dev/null
	match() { ctl -j tune test "$@" | jq -c '[.entry, .options[].value]'; }
	equal "$(match 192.0.2.2:7000)" '[1,21]'
	equal "$(match 192.0.2.2:7001)" '[2,22]'
	equal "$(match --cgroup "/$G" 192.0.2.2:7001)" '[null]'
	equal "$(match --cgroup "/$G/inner" 192.0.2.2:7000)" '[2,22]'
	equal "$(match --cgroup "/$G-other" 192.0.2.2:7000)" '[null]'
	equal "$(match '[2001:db8::1]:7000')" '[2,22]'
	contains "$(ctl tune test --cgroup "/$G-other" 192.0.2.2:7000)" 'No program uses the list'
	equal "$(entry 1 .hits)" 0
}

@test "adding an entry keeps the program's features, and says if no program applies it" {
	contains "$(ctl tune add --mark 1)" 'No program uses the list yet'
	ctl attach "--cgroup=/$G" --features tcp >/dev/null
	contains "$(ctl tune list)" 'No program uses this list'
	contains "$(ctl tune add --cgroup "/$G" --mark 2)" "replaced sockops at '/$G'"
	equal "$(status '.[].features | join(" ")')" 'tcp tune'
	lacks "$(ctl tune add --cgroup "/$G" --mark 3)" sockops
	both .mark 1
	equal "$(slots)" 1
}

@test "skip-loopback leaves loopback connections alone" {
	local own=("$TCP" -c "$M/$G" -s "$M/$G" "$A" "$A" 127.0.0.1 7000 info)
	ip -n "$A" link set lo up
	add --mark 6
	equal "$("${own[@]}" | jq -c '[.a.mark, .b.mark]')" '[6,6]'
	ctl skip-loopback on
	equal "$("${own[@]}" | jq -c '[.a.mark, .b.mark]')" '[0,0]'
	both .mark 6
}

@test "the list has room for sixty-four entries" {
	local i
	for ((i = 0; i < 64; i++)); do
		ctl tune add --remote-port $((7000 + i)) --mark $((100 + i)) >/dev/null
	done
	fails 1 'the list is full (64 entries)' ctl tune add --cgroup "/$G" --mark 1
	equal "$(slots)" 0
	ctl attach "--cgroup=/$G" --features tune >/dev/null
	equal "$("$TCP" -c "$M/$G" -s "$M/$G" "$A" "$B" 192.0.2.2 7063 info | jq .a.mark)" 163
	equal "$(ctl -j tune list | jq '[.[].hits] | add')" 1
}

@test "entries that are added at once are all in the list, and connections see whole entries" {
	local i runs=()
	for i in 1 2 3 4; do
		"$CTL" tune add --cgroup "/$G" --mark "$i" >/dev/null 3>&- &
		runs+=($!)
	done
	for i in "${runs[@]}"; do wait "$i" || fail 'one of them failed'; done
	equal "$(ctl -j tune list | jq -c 'map(.number)')" '[1,2,3,4]'
	equal "$(ctl -j tune list | jq -c 'map(.options[0].value) | sort')" '[1,2,3,4]'
	equal "$(slots)" 1
	both '.mark > 0' true
	runs=()
	for i in 1 2 3; do
		"$CTL" tune del "$i" >/dev/null 3>&- &
		runs+=($!)
	done
	for i in "${runs[@]}"; do wait "$i" || fail 'one of them failed'; done
	equal "$(ctl -j tune list | jq -c 'map(.number)')" '[4]'
}

@test "while the list changes, each connection gets the old entry or the new one, never a mixture" {
	local writer i mark timeout
	add --mark 1 --user-timeout 1s
	# the mark and the timeout of an entry are equal
	while :; do
		for i in 2 3; do
			"$CTL" tune add --before 1 --mark "$i" --user-timeout "${i}s" >/dev/null || exit 1
			"$CTL" -j tune list | jq -r .[0].number |
				xargs "$CTL" tune del >/dev/null || exit 1
		done
	done 3>&- &
	writer=$!
	pids+=("$writer")
	for ((i = 0; i < 30; i++)); do
		while read -r mark timeout; do
			((mark >= 1 && mark <= 3 && timeout == 1000 * mark)) ||
				fail "mark $mark and time-out $timeout"
		done < <(tcp -- info | jq -r '.a, .b | "\(.mark) \(.user_timeout)"')
	done
	kill "$writer" || fail 'the writer failed'
	wait "$writer" || true
	pids=()
}

@test "if adding is killed at any call, the list is old or new" {
	local n status killed=0 stride=1 list calls=bpf,unlink,rename,mkdir,flock,membarrier
	[[ -z ${WEIR_VM-} ]] || stride=13
	add --mark 1
	for ((n = 1; n < 400; n += stride)); do
		status=0
		{
			strace -f -qq -o /dev/null -e "trace=$calls" \
				-e "inject=$calls:signal=KILL:when=$n" \
				"$CTL" tune add --cgroup "/$G/inner" --mark 2 --nodelay
		} >/dev/null 2>&1 || status=$?
		list=$(ctl -j tune list | jq -c 'map([.number, (.options | length)])')
		((status != 0)) || break
		killed=$((killed + 1))
		[[ $list == '[[1,1]]' || $list == '[[1,1],['*',2]]' ]] || fail "at call $n: $list"
		both .mark 1
		ctl tune list | grep -q . || return
		ctl detach "--cgroup=/$G/inner" >/dev/null 2>&1 || true
		ctl -j tune list | jq -r '.[1:][].number' | xargs -r "$CTL" tune del >/dev/null
	done
	((killed > 20 / stride)) || fail "only $killed calls were reached"
	[[ $list == '[[1,1],['*',2]]' ]] || fail "in the end: $list"
}

@test "a removed cgroup is gone, and its entry stays until it is deleted" {
	ctl tune add --cgroup "/$G-other" --mark 1 >/dev/null
	equal "$(entry 1 '"\(.cgroup) \(.gone)"')" "/$G-other false"
	rmdir "$M/$G-other"
	equal "$(entry 1 '"\(.cgroup) \(.gone)"')" 'null true'
	contains "$(ctl tune list)" '(gone)'
	ctl tune del 1
	mkdir "$M/$G-other"
}
