#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# The project's own checks of lint find the mistakes that they are for. Each test puts one mistake
# into a copy of the tree.

bats_require_minimum_version 1.5.0

setup_file() {
	export copy=$BATS_FILE_TMPDIR/tree
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	mkdir "$copy"
	git ls-files -co --exclude-standard -z -- bpf ctl datapath netns-tests scripts |
		xargs -0 ls -d 2>/dev/null | tar -c -T - | tar -x -C "$copy"
	git -C "$copy" init --quiet
}

setup() {
	cd "$copy" || return 1
}

# put FILE HEADER: includes HEADER in FILE, before its first include.
put() {
	cp "$1" "$BATS_TEST_TMPDIR/before"
	sed -i "0,/^#include/s||#include \"$2\"\n&|" "$1"
	! cmp -s "$1" "$BATS_TEST_TMPDIR/before"
}

# refused CHECK FILE HEADER SENTENCE: with HEADER in FILE, the check fails with that sentence only.
refused() {
	put "$2" "$3"
	run -1 scripts/lint --only "$1"
	cp "$BATS_TEST_TMPDIR/before" "$2"
	[[ ${lines[0]} == FAIL* ]]
	[[ ${lines[1]} =~ ^\ *$2:[0-9]+:\ $4$ ]]
	((${#lines[@]} == 2))
}

# added CHECK FILE TEXT SENTENCE: the check fails with FILE, once the text is appended, and says
# no more than that.
added() {
	cp "$2" "$BATS_TEST_TMPDIR/before"
	printf '%s\n' "$3" >>"$2"
	run -1 scripts/lint --only "$1"
	cp "$BATS_TEST_TMPDIR/before" "$2"
	[[ ${lines[0]} == FAIL* ]]
	[[ ${lines[1]} =~ ^\ *$2:[0-9]+:\ (.*)$ ]]
	[[ ${BASH_REMATCH[1]} == "$4" ]]
	((${#lines[@]} == 2))
}

@test 'the present tree keeps to its floors and public headers' {
	run -0 scripts/lint --only floors kernel_side_knows_nothing library_knows_no_command \
		library_is_silent commands_know_the_library
	((${#lines[@]} == 5))
	[[ $output != *FAIL* ]]
}

@test 'an include of a higher floor is refused' {
	refused floors datapath/state/pin.c datapath/hooks/hook.h \
		'state includes datapath/hooks/hook.h, which is not below it'
	refused floors bpf/packet/parse.bpf.h bpf/flows/flows.bpf.h \
		'packet includes bpf/flows/flows.bpf.h, which is not below it'
	refused floors ctl/write/table.c ctl/serve/server.h \
		'write includes ctl/serve/server.h, which is not below it'
}

@test 'an include of a room on the same floor is refused' {
	refused floors datapath/elf/file.c datapath/kernel/netns.h \
		'elf includes datapath/kernel/netns.h, which is not below it'
	refused floors ctl/tcp/rows.c ctl/drops/rows.h \
		'tcp includes ctl/drops/rows.h, which is not below it'
}

@test 'a library that includes its own umbrella is refused' {
	refused floors datapath/base/error.c datapath/weir.h \
		'base includes datapath/weir.h, which is not below it'
}

@test 'a room without a floor is refused, and a floor without a room' {
	mkdir datapath/attic
	echo '/* SPDX-License-Identifier: GPL-2.0 */' >datapath/attic/trunk.h
	run -1 scripts/lint --only floors
	rm -r datapath/attic
	[[ $output == *'datapath/attic/trunk.h: the room attic has no floor'* ]]
	mv ctl/where elsewhere
	run -1 scripts/lint --only floors
	mv elsewhere ctl/where
	[[ $output == *'ctl: there is no room where'* ]]
}

@test 'a command that includes a private header is refused' {
	refused commands_know_the_library ctl/flows/rows.c datapath/flows/cache.h \
		'ctl/ includes datapath/flows/cache.h'
	refused commands_know_the_library ctl/frame/ctl.h datapath/state/context.h \
		'ctl/ includes datapath/state/context.h'
}

@test 'a library that includes a command is refused, and a kernel program that includes either' {
	refused library_knows_no_command datapath/tune/tune.c ctl/tune/words.h \
		'datapath/ includes ctl/tune/words.h'
	refused kernel_side_knows_nothing bpf/hooks/tc.bpf.c datapath/base/error.h \
		'bpf/ includes datapath/base/error.h'
}

@test 'a library that prints is refused' {
	echo 'static void say(void) { puts("hello"); }' >>datapath/base/error.c
	run -1 scripts/lint --only library_is_silent
	[[ $output == *'datapath/base/error.c:'*'puts("hello")'* ]]
}

@test 'sentences that begin with a relative are refused, and questions are not' {
	mkdir docs
	# shellcheck disable=SC2016 # Markdown
	printf '%s\n' '## What a page is' '' 'What is it? A page.' '' 'It is `as of`. What is bad' \
		'is 0.' '' '    What is code' >docs/page.md
	run -1 scripts/lint --only plain_words
	rm docs/page.md
	[[ $output == *'docs/page.md:5: not a question: What is bad is 0.' ]]
	((${#lines[@]} == 2))
	printf '%s\n' '.Sh NAME' '.It "this kernel lacks it"' 'The page' '.Nm' 'lacks words.' >docs/page.8
	run -1 scripts/lint --only plain_words
	rm -r docs
	[[ $output == *'docs/page.8:3: lacks '* ]]
	((${#lines[@]} == 2))
}

@test 'bad phrases are refused in comments of sources and scripts, and in names of tests' {
	mkdir -p netns-tests
	printf '%s\n' '// SPDX-License-Identifier: GPL-2.0' 'int a; /* Whether it is 1. */' \
		'/*' ' * This one tells' ' * of nothing.' ' */' 'char *b = "but for";' >netns-tests/odd.c
	printf '%s\n' '@test "all but for one" {' '	echo "of ours" # what is of ours' '}' \
		'# Whether it is 1?' >netns-tests/odd.bats
	run -1 scripts/lint --only plain_words
	rm netns-tests/odd.*
	[[ $output == *'odd.c:2: not a question:'*'odd.c:4: tells of '* ]]
	[[ $output == *'odd.bats:1: but for '*'odd.bats:2: of ours '* ]]
	((${#lines[@]} == 5))
}

@test 'a comment of several lines ends where it ends' {
	mkdir -p netns-tests
	printf '%s\n' '// SPDX-License-Identifier: GPL-2.0' '/*' ' * Two' ' * lines.' ' */' \
		'int lacks ;' '/* What it is. */' 'int b;' >netns-tests/odd.c
	run -1 scripts/lint --only plain_words
	rm netns-tests/odd.c
	[[ $output == *'odd.c:7: not a question:'* ]]
	((${#lines[@]} == 2))
}

@test 'an unknown check is a mistake' {
	run -2 scripts/lint --only floors no_such_check
	[[ $output == *"no check 'no_such_check'; there are "*' floors '* ]]
}

@test 'the tree as it is names outputs, descriptors and what is public as it should' {
	run -0 scripts/lint --only outputs_are_last descriptors_begin_closed names_have_prefixes
	((${#lines[@]} == 3))
}

@test 'an output that is not last is refused, and one that does not say of what' {
	added outputs_are_last datapath/state/pin.h 'int pin_x(int *ret_fd, const char *path);' \
		'const char *path stands behind the output int *ret_fd'
	added outputs_are_last ctl/flows/rows.c $'static int x(char *ret_text, size_t size,\n\t     bool all)\n{' \
		'bool all stands behind the output char *ret_text'
	added outputs_are_last datapath/state/pin.h 'int pin_x(struct weir *weir, size_t *ret);' \
		'the output ret does not say of what: ret_x'
}

@test 'behind an output there may be its room, another, and the error' {
	echo 'int x(char *ret_text, size_t size, int *ret_fd, struct weir_error *err);' \
		>>datapath/state/pin.h
	run -0 scripts/lint --only outputs_are_last
	sed -i '$d' datapath/state/pin.h
}

@test 'a descriptor that begins as anything is refused' {
	added descriptors_begin_closed datapath/state/pin.c $'void x(void)\n{\n\tint fd;\n}' \
		'a descriptor that does not begin at -1'
	added descriptors_begin_closed datapath/state/pin.c $'void x(void)\n{\n\tint ret = y(1, 2), map_fd;\n}' \
		'a descriptor that does not begin at -1'
	added descriptors_begin_closed ctl/serve/loop.c $'void x(void)\n{\n\t_cleanup_close_ int file;\n}' \
		'a descriptor that does not begin at -1'
}

@test 'a public name without prefix is refused' {
	added names_have_prefixes datapath/flows/flows.h 'int flows_count(void);' \
		'flows_count is public and does not begin with weir_'
	added names_have_prefixes datapath/flows/flows.h $'struct flow_info {\n};' \
		'flow_info is public and does not begin with weir_'
	added names_have_prefixes datapath/flows/flows.h '#define FLOWS_MAX 1' \
		'FLOWS_MAX is public and does not begin with weir_'
	added names_have_prefixes ctl/flows/rows.h 'int build(void);' \
		'build is seen in all of ctl and has no prefix'
	added names_have_prefixes ctl/flows/rows.h 'extern const char *const names[3];' \
		'names is seen in all of ctl and has no prefix'
}

@test 'a rig that does not name its kernels is refused' {
	run -0 scripts/lint --only rigs_name_their_kernels
	sed -i '2s/each/old/' netns-tests/flows.bats
	run -1 scripts/lint --only rigs_name_their_kernels
	sed -i '2s/old/each/' netns-tests/flows.bats
	[[ ${lines[1]} == *'netns-tests/flows.bats:2: no line "# kernel: any"'* ]]
	((${#lines[@]} == 2))
}
