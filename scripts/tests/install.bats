#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# `make install` and `make uninstall`, which libraries the programs load, and how `ctl serve` finds
# weir-serve.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export to=$BATS_FILE_TMPDIR/to MAKEFLAGS=
	make_it install
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	cp -r "$to/opt" "$BATS_TEST_TMPDIR/opt"
	bin=$BATS_TEST_TMPDIR/opt/weir/sbin libexec=$BATS_TEST_TMPDIR/opt/weir/libexec/weir
}

make_it() {
	make --no-print-directory "$1" DESTDIR="$to" PREFIX=/opt/weir >"$BATS_FILE_TMPDIR/log" 2>&1 || {
		cat "$BATS_FILE_TMPDIR/log"
		return 1
	}
}

# sections PROGRAM: their names
sections() {
	readelf -SW "$1" | sed -nE 's/^ *\[ *[0-9]+\] (\.[^ ]+) .*/\1/p'
}

# loaded PROGRAM: the libraries that it names itself, in one line
loaded() {
	readelf -d "$1" | sed -nE 's/.*\(NEEDED\).*\[([^]]+)\.so.*/\1/p' | xargs
}

@test 'installed programs are stripped; debug information has files of its own' {
	local program
	for program in sbin/ctl libexec/weir/weir-serve; do
		[[ -x $to/opt/weir/$program ]]
		run -1 grep -E '^\.(debug_|symtab)' <(sections "$to/opt/weir/$program")
		run -0 grep -x .debug_info <(sections "$to/opt/weir/lib/debug/opt/weir/$program.debug")
		run -0 readelf --debug-dump=links "$to/opt/weir/$program"
		[[ $output == *": ${program##*/}.debug"* ]]
	done
}

@test 'ctl loads no library for HTTP, TLS and passwords, which weir-serve does' {
	local library
	for library in libmicrohttpd libgnutls libcap-ng libyaml-0 libcrypt; do
		[[ " $(loaded build/bin/ctl) " != *" $library "* ]]
		[[ " $(loaded build/bin/weir-serve) " == *" $library "* ]]
	done
}

@test 'ctl serve finds weir-serve in libexec, through a symbolic link too' {
	ln -s "$bin/ctl" "$BATS_TEST_TMPDIR/ctl"
	run -2 "$BATS_TEST_TMPDIR/ctl" serve --listen here
	[[ $output == 'ctl: --listen takes ADDR:PORT, '*", not 'here'; see \`ctl serve --help\`" ]]
}

@test 'ctl serve finds weir-serve beside itself, as in the build tree' {
	mv "$libexec/weir-serve" "$bin"
	run -1 "$bin/ctl" -n no-such-namespace serve --no-probes --listen=127.0.0.1:0
	[[ $output == "ctl: no network namespace 'no-such-namespace': "* ]]
}

@test 'without weir-serve ctl serve says where it looked, and help needs none' {
	rm "$libexec/weir-serve"
	run -1 "$bin/ctl" serve
	[[ $output == "ctl: \`ctl serve\` executes weir-serve, which is neither in '$bin' nor in "*': install weir again' ]]
	run -2 "$bin/ctl" serve --no-such-option
	[[ $output == "ctl: unknown option '--no-such-option'; see \`ctl serve --help\`" ]]
	run -0 "$bin/ctl" serve --help
	[[ $output == 'Usage: ctl serve'*'--max-scrapes N'* ]]
	run -0 "$bin/ctl" help --words serve
	[[ $output == *--max-scrapes* ]]
}

@test 'a weir-serve that cannot be executed is named' {
	chmod -x "$libexec/weir-serve"
	run -1 "$bin/ctl" serve
	[[ $output == "ctl: cannot execute '$bin/../libexec/weir/weir-serve': Permission denied" ]]
}

@test 'weir-serve refuses a ctl of another version, and to be started by hand' {
	WEIR_SERVE_CALLER='0.0.9 with map layout 4' run -1 "$libexec/weir-serve" serve
	[[ $output == 'ctl: ctl is version 0.0.9 with map layout 4, weir-serve is version '*': install both from one build' ]]
	run -2 "$libexec/weir-serve" serve
	[[ $output == "weir-serve: run \`ctl serve\`, which executes this program" ]]
}

@test 'uninstall removes every file that install made' {
	(($(find "$to" -type f | wc -l) > 8))
	make_it uninstall
	run -0 find "$to" -type f
	[[ -z $output ]]
}
