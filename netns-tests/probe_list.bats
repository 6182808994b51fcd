#!/usr/bin/env bats
# kernel: each
# The list has the probes of this kernel and its programs. Also tests trace_pipe.

# shellcheck disable=SC2030,SC2031,SC2154
load lib
export LC_ALL=C # sorted as strcmp(3) does

USDT=${WEIR_USDT:-$build/netns-tests/usdt}

setup() {
	rig_names
	tracing=$BATS_TEST_TMPDIR/tracing
	mkdir "$tracing"
	mount -t tracefs tracefs "$tracing"
}

teardown() {
	rig_teardown
	umount "$tracing"
}

kprobes_here() {
	cat "$tracing/available_filter_functions" >/dev/null 2>&1 &&
		[[ -e /sys/bus/event_source/devices/kprobe ]]
}

# Kprobes and a readable list of functions; our VMs always have them.
with_kprobes() {
	! kprobes_here || return 0
	[[ -z ${WEIR_VM-} ]] || fail "kernel $kernel has no kprobes"
	skip 'this kernel has no kprobes, or is locked down'
}

# list PATTERN [OPTION...]: lists probes without the notes
list() {
	ctl probe list "$@" 2>/dev/null
}

# Prints, sorted, the names that one function has that was not freed after boot.
unique_functions() {
	local begin end
	begin=$(sed -n 's/ [tT] _sinittext$//p' /proc/kallsyms)
	end=$(sed -n 's/ [tT] _einittext$//p' /proc/kallsyms)
	awk -v begin="$begin" -v end="$end" '$2 ~ /[tTwW]/ && $4 != "[bpf]" {
		print $3, ($1 >= begin && $1 < end)
	}' /proc/kallsyms | sort | awk '{ n[$1]++; gone[$1] = $2 }
		END { for (f in n) if (n[f] == 1 && !gone[f]) print f }' | sort
}

# Prints the functions, also of modules, whose prototypes are in BTF.
prototypes() {
	local file
	for file in /sys/kernel/btf/*; do
		bpftool -B /sys/kernel/btf/vmlinux btf dump file "$file" format raw
	done | sed -n "s/^\[[0-9]*\] FUNC '\([^']*\)'.*/\1/p" | sort -u
}

@test "kprobes: a known function has the prototype of the kernel's BTF" {
	equal "$(list kprobe:vfs_unlink | sed 's/  #.*//')" kprobe:vfs_unlink
	equal "$(list -v fentry:vfs_fsync)" 'fentry:vfs_fsync
    struct file *file
    int datasync
    returns int'
	equal "$(list -v fentry:tcp_v4_rcv | head -n 2 | tail -n 1)" '    struct sk_buff *skb'
	equal "$(list kretprobe:vfs_unlink | sed 's/  #.*//')" kretprobe:vfs_unlink
	equal "$(list fexit:vfs_fsync)" fexit:vfs_fsync
}

@test "kprobes: a glob matches the functions in kallsyms" {
	equal "$(list 'kprobe:vfs_*' | sed 's/kprobe://; s/  #.*//' | sort)" \
		"$(sed -nE 's/^[0-9a-f]+ [tTwW] (vfs_[^ \t]*)$/\1/p' /proc/kallsyms | sort -u)"
}

# instrumented: prints functions of ftrace by each name of their address; the kernel lists only one
instrumented() {
	awk 'NR == FNR { listed[$1]; next }
		FNR == 1 && ++pass == 2 {
			for (name in listed)
				if (copies[name] == 1)
					there[address[name]]
		}
		$2 !~ /[tTwW]/ { next }
		pass == 1 { copies[$3]++; address[$3] = $1 }
		pass == 2 && $1 in there { print $3 }' \
		"$tracing/available_filter_functions" /proc/kallsyms /proc/kallsyms | sort -u
}

@test "kprobes: functions on the blacklist or not traceable are marked" {
	with_kprobes
	local name
	# one with a unique name
	name=$(comm -12 <(awk 'NF == 2 { print $2 }' /sys/kernel/debug/kprobes/blacklist | sort -u) \
		<(unique_functions) | sed -n '1p')
	[[ $name ]] || fail 'nothing on the blacklist'
	equal "$(list "kprobe:$name")" \
		"kprobe:$name  # on the kernel's blacklist of kprobes (noinstr, NOKPROBE_SYMBOL)"
	equal "$(ctl -j probe list "kprobe:$name" | jq -c '.probes[0] | [.attachable, .module]')" '[false,null]'

	# this one is noinstr and global on all our kernels
	contains "$(list fentry:irqentry_enter)" '  # not in available_filter_functions'
	# without a mark: unique functions of ftrace with a prototype
	comm -12 <(comm -12 <(unique_functions) <(instrumented)) <(prototypes) >"$BATS_TEST_TMPDIR/wanted"
	(($(wc -l <"$BATS_TEST_TMPDIR/wanted") > 1000)) || fail 'few functions'
	# there are tens of thousands, so show only differences
	list 'fentry:*' | sed -n 's/^fentry:\([^ ]*\)$/\1/p' | diff "$BATS_TEST_TMPDIR/wanted" - | head -n 20 \
		>"$BATS_TEST_TMPDIR/differs"
	equal "$(<"$BATS_TEST_TMPDIR/differs")" ''
}

@test "kprobes: variants of the compiler are named" {
	local name
	name=$(sed -nE 's/^[0-9a-f]+ t ([a-z0-9_]+\.(constprop|isra)\.[0-9]+)$/\1/p' /proc/kallsyms |
		sort | uniq -u | head -n 1)
	contains "$(list "kprobe:$name")" 'a variant made by the compiler: arguments may be missing or differ'
	contains "$(list "fentry:$name")" 'a variant made by the compiler: no BTF'
}

# takes NAME: succeeds if the kernel accepts a kprobe there, and removes it
takes() {
	echo "p:wt$$/p $1" 2>/dev/null >>"$tracing/kprobe_events" || return
	echo "-:wt$$/p" >>"$tracing/kprobe_events"
}

@test "kprobes: the kernel accepts functions without a mark, and refuses marked ones" {
	with_kprobes
	local name
	ctl -j probe list 'kprobe:*' >"$BATS_TEST_TMPDIR/all"
	# some hundred functions across the list, with variants among them
	jq -r '.probes[] | select(.attachable) | .probe[7:]' "$BATS_TEST_TMPDIR/all" |
		awk 'NR % 400 == 1' | while read -r name; do
		takes "$name" || echo "$name"
	done >"$BATS_TEST_TMPDIR/refused"
	equal "$(<"$BATS_TEST_TMPDIR/refused")" '' 'refused'
	# if several have one name, older kernels take the first
	jq -r '.probes[] | select(.obstacle and (.obstacle | startswith("several") | not)) | .probe[7:]' \
		"$BATS_TEST_TMPDIR/all" | awk 'NR % 70 == 1' | while read -r name; do
		! takes "$name" || echo "$name"
	done >"$BATS_TEST_TMPDIR/taken"
	equal "$(<"$BATS_TEST_TMPDIR/taken")" '' 'taken'
	(($(jq '[.probes[] | select(.obstacle)] | length' "$BATS_TEST_TMPDIR/all") > 1000)) ||
		fail 'few obstacles'
}

@test "functions: listing all takes well under a second of a CPU, in a VM under ten" {
	local before ticks limit=100
	[[ -z ${WEIR_VM-} ]] || limit=1000
	child_ticks
	before=$ticks
	list 'kprobe:*' >"$BATS_TEST_TMPDIR/all"
	child_ticks
	((ticks - before < limit)) || fail "$((ticks - before))0 ms"
	(($(wc -l <"$BATS_TEST_TMPDIR/all") > 20000)) || fail "$(wc -l <"$BATS_TEST_TMPDIR/all") functions"
}

@test "functions that do not exist: near names, or the reason" {
	local found
	# if a whole type is forbidden, there is a note first
	found=$(ctl probe list kprobe:vfs_unlikn 2>&1 >/dev/null) && fail 'found'
	contains "$found" "no probe matches 'kprobe:vfs_unlikn'; similar: 'vfs_unlink'"
	found=$(ctl probe list kprobe:no_such_function_anywhere 2>&1 >/dev/null) && fail 'found'
	contains "$found" 'the function may be inlined everywhere, or in a module that is not loaded'
	found=$(ctl probe list iter:taks 2>&1 >/dev/null) && fail 'found'
	contains "$found" "no probe matches 'iter:taks'; similar: 'task'"
}

@test "tracepoints: all of the kernel's, and every format is understood" {
	equal "$(list tracepoint | sed 's/^tracepoint://' | sort)" \
		"$(sort -u "$tracing/available_events")"
	ctl probe list -v tracepoint >/dev/null 2>"$BATS_TEST_TMPDIR/notes"
	equal "$(<"$BATS_TEST_TMPDIR/notes")" ''
	# each field except the common ones
	equal "$(ctl -j probe list -v 'tracepoint:skb:*' | jq -r '.probes[] | .probe as $p |
		.arguments[] | "\($p | sub("tracepoint:skb:"; "")) \(.name)"' | sort)" \
		"$(for file in "$tracing"/events/skb/*/format; do
			event=${file%/format}
			sed -nE "s,.*field:.*[ *]([a-z_0-9A-Z]+)(\\[.*\\])?;\toffset.*,${event##*/} \\1,p" "$file" |
				grep -v ' common_'
		done | sort)"
}

@test "tracepoints: names, categories and globs" {
	equal "$(list tracepoint:syscalls:sys_enter_openat)" tracepoint:syscalls:sys_enter_openat
	equal "$(list t:sys_enter_openat)" tracepoint:syscalls:sys_enter_openat
	contains "$(list 'tracepoint:syscalls:*open*')" tracepoint:syscalls:sys_exit_open
	equal "$(list -v tracepoint:syscalls:sys_enter_openat)" 'tracepoint:syscalls:sys_enter_openat
    int __syscall_nr
    int dfd
    const char *filename
    int flags
    umode_t mode'
	contains "$(list -v tracepoint:sched:sched_process_exec)" '    char filename[]'
	contains "$(list -v tracepoint:sched:sched_switch)" '    char prev_comm[16]'
}

@test "raw tracepoints: the arguments in the source" {
	contains "$(list -v rawtracepoint:kfree_skb)" '    struct sk_buff *skb
    void *location
    enum skb_drop_reason reason'
	equal "$(list -v rawtp:sched_switch | grep -c 'struct task_struct \*\(prev\|next\)')" 2
	equal "$(list -v rawtracepoint:sys_enter)" 'rawtracepoint:sys_enter
    struct pt_regs *regs
    long int id'
	# one for each event made for BPF, and every argument has a name
	equal "$(ctl -j probe list -v rawtracepoint 2>/dev/null |
		jq '[.probes[] | select(.arguments == null or any(.arguments[]; .name == ""))] | length')" 0
}

@test "iterators: members of their struct, and a mark if they need a map" {
	equal "$(list -v iter:task_file)" 'iter:task_file
    struct bpf_iter_meta *meta
    struct task_struct *task
    u32 fd
    struct file *file'
	contains "$(list iter)" 'iter:bpf_map_elem  # iterates over the elements of a map'
	equal "$(list iter | grep -cE '^iter:(task|tcp|udp|bpf_map|bpf_prog)$')" 5
}

@test "events of perf" {
	equal "$(list software | wc -l)" 11
	equal "$(list -v software:faults)" 'software:page-faults
    also faults; every 100'
	equal "$(list 'hardware:*' | wc -l)" 10
}

@test "uprobes: functions that the file names" {
	local at
	equal "$(list -v "uprobe:$RIG:main" | head -n 1)" "uprobe:$RIG:main"
	at=$(nm "$RIG" | sed -nE 's/^0*([0-9a-f]+) T main$/\1/p')
	# the text of a position-independent program has no fixed address
	contains "$(list -v "uprobe:$RIG:main")" "offset 0x$at, "
	equal "$(list uprobe:bash:readline)" "uprobe:$(realpath "$(command -v bash)"):readline"
	contains "$(list 'uprobe:libc:getaddrinfo')" /libc.so.6:getaddrinfo
	equal "$(list "uprobe:$RIG:mai*")" "uprobe:$RIG:main"
	contains "$(ctl probe list uprobe:bash 2>&1 >/dev/null)" 'stripped'
}

@test "USDT probes: places, semaphores, sizes" {
	equal "$(list "usdt:$USDT")" "usdt:$USDT:weirtest:global
usdt:$USDT:weirtest:guarded
usdt:$USDT:weirtest:nothing
usdt:$USDT:weirtest:several
usdt:$USDT:weirtest:sizes"
	equal "$(ctl -j probe list -v "usdt:$USDT:sizes" | jq -r '.probes[0].arguments | map(.type) | join(" ")')" \
		'int8_t uint8_t int16_t uint16_t int32_t uint32_t int64_t uint64_t uint64_t int32_t'
	contains "$(list -v "usdt:$USDT:weirtest:several")" '3 places, offset 0x'
	contains "$(list -v "usdt:$USDT:weirtest:guarded")" 'has a semaphore'
	contains "$(list -v "usdt:$USDT:nothing")" 'no arguments'
	fails 1 'has no USDT probes' ctl probe list usdt:/bin/true
}

@test "a plain pattern matches any type of kernel probe" {
	local found
	found=$(list '*unlinkat*')
	contains "$found" kprobe:
	contains "$found" fentry:
	contains "$found" tracepoint:syscalls:sys_enter_unlinkat
	lacks "$found" kretprobe:
	equal "$(list 'task' | sed 's/  #.*//' | grep -x iter:task)" iter:task
	equal "$(list '*probe:vfs_unlink' | sed 's/  #.*//')" 'kprobe:vfs_unlink
kretprobe:vfs_unlink'
}

@test "JSON is one document with the same contents as the text" {
	ctl -j probe list 'vfs_*' >"$BATS_TEST_TMPDIR/list"
	equal "$(jq -r '.probes[] | .probe + (if .obstacle or .remark then
		"  # \(.obstacle // .remark)" else "" end)' "$BATS_TEST_TMPDIR/list")" "$(list 'vfs_*')"
	(($(jq '.probes | length' "$BATS_TEST_TMPDIR/list") > 50)) || fail 'few of them'
	equal "$(jq -r '.notes | length' "$BATS_TEST_TMPDIR/list")" \
		"$(ctl probe list 'vfs_*' 2>&1 >/dev/null | wc -l)"
}

@test "a forbidden type is one sentence" {
	if kprobes_here; then
		equal "$(ctl probe list 'vfs_*' 2>&1 >/dev/null)" ''
		return
	fi
	contains "$(ctl probe list 'kprobe:vfs_*' 2>&1 >/dev/null)" 'no kprobes: '
	equal "$(ctl -j probe list 'kprobe:vfs_open' | jq -c '.probes[0].attachable')" false
	equal "$(ctl probe list 'kprobe:vfs_*' 2>&1 >/dev/null | wc -l)" 1
	equal "$(ctl probe list 'tracepoint:skb:*' 2>&1 >/dev/null)" ''
}

@test "tracefs need not be mounted" {
	run unshare -m bash -c "umount -l '$tracing' /sys/kernel/tracing /sys/kernel/debug 2>/dev/null
		'$CTL' probe list tracepoint:skb:kfree_skb && ! grep -q tracefs /proc/self/mounts"
	equal "$output" tracepoint:skb:kfree_skb
	equal "$status" 0
}

# --- trace_pipe ---

mark() {
	local i
	for ((i = 1; i <= $1; i++)); do
		echo "mark $i of $$" >"$tracing/trace_marker"
	done
}

# Waits until the readers that ctl starts are there.
reading() {
	local fd
	for fd in /proc/"$1"/fd/*; do
		[[ $(readlink "$fd") != *trace_pipe ]] || return 0
	done
	return 1
}

follow() {
	exec "$CTL" "$@" trace-pipe -d 600 >"$BATS_TEST_TMPDIR/lines" 2>"$BATS_TEST_TMPDIR/stderr"
}

@test "trace-pipe prints each line, and ends cleanly on Ctrl-C" {
	background follow
	eventually reading "${pids[-1]}"
	mark 50
	eventually grep -q "mark 50 of $$" "$BATS_TEST_TMPDIR/lines"
	kill -INT "${pids[-1]}"
	finish
	equal "$(grep -c "mark [0-9]* of $$" "$BATS_TEST_TMPDIR/lines")" 50
}

@test "trace-pipe ends after a number of lines, or a time" {
	"$CTL" trace-pipe -c 3 >"$BATS_TEST_TMPDIR/lines" 3>&- &
	pids+=($!)
	eventually reading "$!"
	mark 5
	finish
	equal "$(wc -l <"$BATS_TEST_TMPDIR/lines")" 3
	local begin=$SECONDS
	ctl trace-pipe -d 1 >/dev/null
	((SECONDS - begin < 60)) || fail 'it went on'
}

@test "trace-pipe as JSON: an object for each line" {
	background follow -j
	eventually reading "${pids[-1]}"
	mark 4
	eventually grep -q "mark 4 of $$" "$BATS_TEST_TMPDIR/lines"
	kill -INT "${pids[-1]}"
	finish
	equal "$(jq -r "select(.text == \"mark 2 of $$\") | \"\(.function) \(.pid)\"" "$BATS_TEST_TMPDIR/lines")" \
		"tracing_mark_write $BASHPID"
}

@test "trace-pipe: another reader is named" {
	cat "$tracing/trace_pipe" >/dev/null 3>&- &
	local other=$!
	pids+=("$other")
	eventually reading "$other"
	# since Linux 6.6, and in updates of 6.1, there is only one reader at a time
	if (exec <"$tracing/trace_pipe") 2>/dev/null; then
		equal "$(ctl trace-pipe -d 1 2>&1)" \
			"ctl: note: 'cat' (process $other) reads it too; each line goes to one of us"
	else
		fails 1 "is in use by 'cat' (process $other)" ctl trace-pipe -d 1
	fi
}

@test "trace-pipe says that tracing is off" {
	echo 0 >"$tracing/tracing_on"
	local found
	found=$(ctl trace-pipe -d 0.2 2>&1) || true
	echo 1 >"$tracing/tracing_on"
	contains "$found" "'tracing_on' of tracefs is 0"
}

# bats test_tags=any-kernel
@test "each mistake on the command line has a sentence" {
	fails 2 "unknown type of probe 'nosuch'" ctl probe list nosuch:x
	fails 2 'give a program:' ctl probe list uprobe
	fails 2 'one pattern at a time' ctl probe list a b
	fails 2 '--count goes with' ctl probe list --count software
	fails 2 '--pid goes with' ctl probe list -p 1
	fails 2 'what about probes?' ctl probe
	fails 2 "not 'stop'" ctl probe stop
	fails 1 "no program 'nosuch'" ctl probe list uprobe:nosuch:main
	fails 1 'is not a program or shared object' ctl probe list uprobe:/etc/passwd:x
	fails 2 '--duration takes seconds' ctl trace-pipe -d 0
	fails 2 '--count takes a number' ctl trace-pipe -c 0
	fails 2 "unexpected 'now'" ctl trace-pipe now
}
