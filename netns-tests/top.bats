#!/usr/bin/env bats
# kernel: any
# ctl top in a terminal of tmux: numbers, sizes, keys, and the state of the terminal afterwards.

# bats runs each test in its own process, so tests do not see each other's variables.
# shellcheck disable=SC2030,SC2031
load lib

# The test has its own tmux server with its own configuration.
tm() {
	LC_ALL=C.UTF-8 tmux -L "weir-$$" -f /dev/null "$@" 3>&-
}

setup() {
	rig_setup
}

teardown() {
	tm kill-server 2>/dev/null || true
	rig_teardown
}

# terminal COLS ROWS: starts a shell that waits for lines
terminal() {
	tm new-session -d -x "$1" -y "$2" "PS1='ready> ' WEIR_ROOT=$WEIR_ROOT bash --norc --noprofile"
	tm set-option -g window-size manual
	tm resize-window -x "$1" -y "$2"
	sees 'ready>'
}

type_in() {
	tm send-keys -l "$1"
	tm send-keys Enter
}

screen() {
	tm capture-pane -p
}

shows() {
	[[ "$(screen)" == *"$1"* ]]
}

sees() {
	eventually shows "$1" || fail "$(screen)"
}

hides() {
	! shows "$1"
}

unseen() {
	eventually hides "$1" || fail "$(screen)"
}

# frame COLS ROWS: sets shot to a whole frame of that size. The first rule has all the columns, and
# the footer is in the last row. Until then the screen may show part of it, or the last frame.
frame() {
	eventually whole_frame "$@" || fail "$shot"
}

whole_frame() {
	local rule LC_ALL=C.UTF-8
	shot=$(screen)
	rule=$(sed -n 2p <<<"$shot")
	[[ ${#rule} == "$1" && $(wc -l <<<"$shot") == "$2" && $(tail -n 1 <<<"$shot") == *quit* ]]
}

# top_in COLS ROWS [ARGUMENT...]: runs ctl top in such a terminal
top_in() {
	terminal "$1" "$2"
	type_in "$CTL top ${*:3}; echo ended with \$?"
	sees 'weir top'
}

# row HOOK: prints its row of the table of attachments, without the sparkline
row() {
	screen | row_of "$1"
}

row_of() {
	awk -v hook="$1" '$3 == hook { print; exit }' | tr -cd '\040-\176' | tr -s ' '
}

# Sends 100 frames of 1000 bytes a second, in step with the clock
steady() {
	in_ns "$A" python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2.1", 20000))
begin = time.monotonic()
for i in range(int(sys.argv[1])):
    time.sleep(max(0, begin + i / 100 - time.monotonic()))
    s.sendto(b"x" * 958, ("192.0.2.2", 9999))
' "$1"
}

@test "without a terminal it fails with one sentence and exit code 1; mistakes have exit code 2" {
	ctl -n "$A" attach va
	fails 1 'this is not a terminal' ctl top
	fails 1 'this is not a terminal' ctl top </dev/null
	fails 2 '--interval takes' ctl top --interval 0
	fails 2 '--unit is' ctl top --unit miles
	fails 2 '--sort is' ctl top --sort colour
	fails 2 'JSON' ctl -j top
	terminal 80 24
	type_in "$CTL top nosuch; echo ended with \$?"
	sees "nothing is attached to 'nosuch'"
	sees 'ended with 1'
	type_in "TERM=nosuch $CTL top; echo again \$?"
	sees "TERM='nosuch'"
	sees 'again 1'
	type_in "TERM=dumb $CTL top; echo third \$?"
	sees "cannot move its cursor, TERM='dumb'"
	sees 'third 1'
}

@test "totals equal the sent packets at three screen sizes, and a tiny screen has a message" {
	local size text shot
	ctl -n "$A" attach va
	send "$A" va 1234 udp 1000
	send "$A" va 66 tcp 100
	top_in 80 24
	for size in '80 24' '120 40' '200 60'; do
		# shellcheck disable=SC2086
		set -- $size
		tm resize-window -x "$1" -y "$2"
		frame "$1" "$2"
		text=$(row_of tc-egress <<<"$shot")
		contains "$text" "va $A tc-egress" || contains "$text" 'va wt'
		contains "$text" ' 1300 '
		if (($1 == 80)); then contains "$text" '1.24 MB'; else contains "$text" ' 1240600'; fi
		contains "$shot" 'sorted by'
		tm send-keys Down
		sees '94.9%' # 1234 of 1300 packets are from 512 to 1023 bytes
	done
	# the chart is there if it has room
	sees 'peak'
	tm resize-window -x 30 -y 6
	sees 'too small'
	sees 'is 30x6'
	tm resize-window -x 80 -y 24
	sees ' 1300 '
	tm send-keys q
	sees 'ended with 0'
}

@test "rates equal the sender's in each unit" {
	local pid text value
	ctl -n "$A" attach va --egress
	top_in 80 24 --interval 2
	background steady 100000
	pid=$!
	# rates of whole intervals are steady
	has_rate() {
		text=$(row tc-egress)
		[[ $text =~ ([0-9.]+)\ $1 ]] || return
		value=${BASH_REMATCH[1]}
		awk -v v="$value" -v l="$2" -v h="$3" 'BEGIN { exit !(v >= l && v <= h) }'
	}
	check() { # PATTERN LOW HIGH
		eventually has_rate "$@" || fail "no rate of $2 to $3 $1: $text"
	}
	check 'kbit/s' 720 880
	tm send-keys u
	check 'kB/s' 90 110
	tm send-keys u
	check 'pps' 90 110
	# the flow has it too
	sees '192.0.2.1:20000'
	kill "$pid" && wait "$pid" || true
	# shellcheck disable=SC2034
	pids=() # lib.bash ends the processes in it
}

@test "keys sort, filter, pause and explain" {
	ctl -n "$A" attach va
	ctl -n "$B" attach vb --ingress
	send "$A" va 500 udp 300
	send "$A" va 20 tcp 100
	top_in 120 40 --interval 0.5
	sees '3 attachments'
	tm send-keys s s
	sees 'by packets'
	tm send-keys /
	tm send-keys -l vb
	sees 'Show targets like: vb'
	tm send-keys Enter
	sees "1 attachment"
	sees "like 'vb'"
	tm send-keys Escape
	sees '3 attachments'
	# a wrong filter of flows has a message, and can be corrected
	tm send-keys f
	tm send-keys -l 'prot tcp'
	tm send-keys Enter
	sees "'prot'"
	tm send-keys C-u
	tm send-keys -l 'proto tcp'
	tm send-keys Enter
	sees '2 of 2 by flow'
	tm send-keys b
	sees 'by host'
	tm send-keys Escape
	# numbers stop while it is paused, then go on
	tm send-keys p
	sees 'PAUSED'
	send "$A" va 7000 udp 300
	sleep 1.5 # three intervals
	contains "$(row tc-egress)" ' 520 '
	tm send-keys p
	sees ' 7520 '
	tm send-keys 6
	unseen 'sorted by'
	tm send-keys '?'
	sees 'press any key to go back'
	tm send-keys x
	unseen 'press any key to go back'
	tm send-keys +
	sees 'every 1 s'
	tm send-keys q
	sees 'ended with 0'
}

# Sends ten datagrams a second from A to a port of B where nobody listens
lost() {
	exec nsenter --net="/run/netns/$A" python3 -c '
import itertools, socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
begin = time.monotonic()
for i in itertools.count():
    time.sleep(max(0, begin + i / 10 - time.monotonic()))
    s.sendto(b"x", ("192.0.2.2", 9))'
}

@test "kernel drops are shown by reason, and connections have an empty state" {
	ctl -n "$A" attach va
	background lost
	# nobody else drops packets in B
	terminal 120 44
	type_in "$CTL -n $B top; echo ended with \$?"
	sees 'Drops of the kernel'
	sees 'NO_SOCKET'
	check() {
		screen | grep -qE '^NO_SOCKET +vb +[0-9]+ +(8|9|10|11|12)[.0-9]* /s'
	}
	eventually check || fail "$(screen)"
	sees 'No cgroup is watched'
	tm send-keys 7 8
	unseen 'Drops of the kernel'
	tm send-keys q
	sees 'ended with 0'
}

# left_clean COMMAND...: checks that the terminal afterwards is as before ctl top
left_clean() {
	terminal 80 24
	type_in 'echo before; stty -a >'"$BATS_TEST_TMPDIR/before"
	type_in "$CTL top; echo ended with \$?"
	sees 'weir top'
	"$@"
	sees 'ended with 0'
	sees 'before'
	lacks "$(screen)" 'weir top'
	equal "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" '0 1' 'screen and cursor'
	type_in 'stty -a >'"$BATS_TEST_TMPDIR/after; echo compared"
	sees compared
	cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

# prints the pid of the ctl in the terminal
pid_of_top() {
	pgrep -P "$(tm display-message -p '#{pane_pid}')" -f 'ctl top'
}

terminate() {
	kill -TERM "$(pid_of_top)"
}

@test "q leaves the terminal as it was" {
	ctl -n "$A" attach va
	left_clean tm send-keys q
}

@test "Ctrl-C leaves the terminal as it was" {
	ctl -n "$A" attach va
	left_clean tm send-keys C-c
}

@test "SIGTERM leaves the terminal as it was" {
	ctl -n "$A" attach va
	left_clean terminate
}

@test "it ends when its terminal closes" {
	local pid
	ctl -n "$A" attach va
	top_in 80 24
	pid=$(pid_of_top)
	tm kill-server
	eventually eval "! kill -0 $pid 2>/dev/null"
}

@test "output to a closed pipe is a sentence, not a dashboard" {
	ctl -n "$A" attach va
	terminal 80 24
	type_in "$CTL top | true; echo \${PIPESTATUS[0]} ended"
	sees 'this is not a terminal'
	sees '1 ended'
}

# succeeds if the screen has one of the eight colours, other than the terminal's own
colored() {
	tm capture-pane -p -e | grep -qE $'\e\\[([0-9]+;)*3[0-7]m'
}

@test "without UTF-8 and colours everything is ASCII, with the same numbers" {
	ctl -n "$A" attach va
	send "$A" va 321 udp 1000
	terminal 120 40
	type_in "LC_ALL=C TERM=vt100 $CTL top; echo ended with \$?"
	sees 'weir top'
	sees ' 321 '
	sees '- Attachments ---'
	equal "$(screen | LC_ALL=C tr -d '\n\040-\176' | wc -c)" 0 'bytes beyond ASCII'
	! colored || fail colours
	tm send-keys q
	sees 'ended with 0'
	type_in "LC_ALL=C.UTF-8 $CTL top"
	sees '─ Attachments'
	colored
}

@test "it follows attach, detach and purge" {
	top_in 80 24 --interval 0.3
	sees 'Nothing is attached'
	ctl -n "$A" attach va
	sees '2 attachments'
	send "$A" va 77 udp 1000
	sees ' 77 '
	ctl -n "$A" detach va --ingress
	sees '1 attachment '
	ctl purge
	sees 'Nothing is attached'
	ctl -n "$A" attach va
	send "$A" va 55 udp 1000
	sees ' 55 '
	ip -n "$A" link del va
	sees gone
}
