#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# HACKING.md lists the files that a change touches. Every path in it exists. Every source file that
# mentions an existing thing of a kind is in the list of that kind. Paths and links of other pages
# lead to files that exist. docs/design.md has the floors that lint checks, and decisions are
# complete.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
}

# links FILE: prints the files of the tree that a page links to, one a line.
links() {
	grep -oE '\]\([^)#]+' "$1" | sed 's/^..//' | grep -v '://' | sed "s|^|$(dirname "$1")/|"
}

# page FILE: prints the paths in backquotes and the links of a page, one a line.
page() {
	{
		# shellcheck disable=SC2016 # Markdown
		grep -oE '`[^` ]+`' "$1" | tr -d '`' | grep -E '/|\.(md|8|c|h|sh|bats)$' | grep -v '^/'
		[[ $1 == /dev/stdin ]] || links "$1"
	} | sort -u
}

# as_pattern PATH: turns NAME and ROOM into patterns.
as_pattern() {
	sed -E 's/NAME|ROOM/*/g' <<<"$1"
}

# missing FILE: prints the paths of a page that do not exist.
missing() {
	local path
	page "$1" | while read -r path; do
		compgen -G "$(as_pattern "$path")" >/dev/null || printf '%s: %s\n' "$1" "$path"
	done
}

# section HEADING: prints that section of HACKING.md.
section() {
	awk -v heading="## $1" '/^## /{ inside = $0 == heading } inside' HACKING.md
}

# unlisted HEADING PATTERN: prints files of the program that match and are not in that section.
unlisted() {
	local file listed known
	mapfile -t listed < <(as_pattern "$(section "$1" | page /dev/stdin)")
	((${#listed[@]} > 3)) || echo "no section '$1'"
	grep -rlE --exclude-dir=tests "$2" bpf ctl datapath | sort | while read -r file; do
		for known in "${listed[@]}"; do
			# shellcheck disable=SC2053 # a pattern
			[[ $file != $known ]] || continue 2
		done
		printf '%s: %s\n' "$1" "$file"
	done
}

nothing() {
	[[ -z $1 ]] || {
		printf '%s\n' "$1"
		return 1
	}
}

@test 'every path in HACKING.md exists' {
	(($(page HACKING.md | wc -l) > 100))
	nothing "$(missing HACKING.md)"
}

@test 'missing paths and patterns without a file are found' {
	local page=$BATS_TEST_TMPDIR/page.md
	# shellcheck disable=SC2016 # Markdown
	printf '%s\n' '`ctl/main.c` `ctl/attic/main.c` `ctl/ROOM/command.c` `ctl/ROOM/cellar.c`' >"$page"
	run -0 missing "$page"
	[[ $output == "$page: ctl/ROOM/cellar.c
$page: ctl/attic/main.c" ]]
}

@test 'HACKING.md lists every file with a row for each map' {
	nothing "$(unlisted 'A room' '^\s*(\[WEIR_MAP_META\] =|WEIR_MAP_META,)')"
}

@test 'HACKING.md lists every file that knows a hook of interfaces' {
	nothing "$(unlisted 'A hook' '\bWEIR_HOOK_(XDP|TC_EGRESS)\b|\bhook_(xdp|tc)_ops\b')"
}

@test 'HACKING.md lists every file that knows a command' {
	nothing "$(unlisted 'A command' '\bcmd_(doctor|health|flows)\b')"
}

@test 'HACKING.md lists every file with options of one command or of all' {
	nothing "$(unlisted 'An option' '^(static )?const struct arg [a-z_]*args\[\]')"
}

@test 'HACKING.md lists every file that makes metrics' {
	nothing "$(unlisted 'A metric' '\bprom_family\($|\bprom_family\(w, "|\banswer_tune\b|READER_QUESTION\(.n., tune')"
}

@test 'HACKING.md lists every file that knows a panel and a document of the page' {
	nothing "$(unlisted 'A panel of the page' \
		'tune-panel|/api/v1/(tune|health)\b|\bhttp_(tune|health)\(|\b(asset_|ASSET\()system_js')"
}

@test 'HACKING.md lists every file that knows a panel of ctl top' {
	nothing "$(unlisted 'A panel of ctl top' '\bTOP_PANEL_(TCP|DROPS)\b|\btop_draw_tcp\b|"1-8"|"1 to 8"')"
}

@test 'HACKING.md lists every file that knows a type of probe' {
	nothing "$(unlisted 'A probe bundle' '\bWEIR_PROBE_(USDT|ITER|FENTRY)\b|\blist_iterators\b')"
}

@test 'paths and links of the other pages exist' {
	local page
	for page in README.md CONTRIBUTING.md SECURITY.md docs/*.md docs/decisions/*.md; do
		[[ -f $page ]]
		nothing "$(links "$page" | while read -r path; do
			[[ -e $path ]] || printf '%s: %s\n' "$page" "$path"
		done)"
		nothing "$(missing "$page" | grep -E ': (bpf|datapath|ctl|netns-tests|scripts|docs)/')"
	done
}

@test 'docs/design.md has the floors that lint checks' {
	floors() {
		tr -s ' \t\n' ' ' <"$1" | sed -E "s/ '?(bpf|datapath|ctl): /\\n\\1: /g" |
			grep -oE '^(bpf|datapath|ctl): [a-z, <]+[a-z]'
	}
	local hall
	for hall in bpf datapath ctl; do
		run -0 grep "^$hall: .* < " <(floors scripts/lint)
		((${#lines[@]} == 1))
		grep -qxF "$output" <(floors docs/design.md) || {
			printf 'lint has   %s\n' "$output"
			floors docs/design.md
			return 1
		}
	done
}

@test 'decisions are numbered, dated, complete and in the list' {
	local file number=0 heading
	for file in docs/decisions/[0-9]*.md; do
		((++number))
		[[ $file == docs/decisions/$(printf '%04d' "$number")-* ]] ||
			nothing "$file is not number $number"
		run -0 head -n 5 "$file"
		[[ $output =~ ^"# $number. "[^$'\n']+$'\n\n'"Status: "(accepted|superseded\ by\ [0-9]+)$'\n\n'"Date: "20[0-9]{2}-[0-9]{2}-[0-9]{2}$ ]] ||
			nothing "$file: $output"
		for heading in Decision Alternatives Why; do
			grep -qx "## $heading" "$file" || nothing "$file has no '$heading'"
		done
		grep -qF "(${file##*/})" docs/decisions/README.md || nothing "$file is not in the list"
	done
	((number >= 10))
}

@test 'a file that is missing from a list is found' {
	# files of metrics do not mention panels
	run -0 unlisted 'A metric' '\bTOP_PANEL_TCP\b'
	[[ $output == *'A metric: ctl/top/panels.c'* ]]
	run -0 unlisted 'A carpet' '\bTOP_PANEL_TCP\b'
	[[ $output == *"no section 'A carpet'"* ]]
}
