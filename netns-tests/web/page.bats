#!/usr/bin/env bats
# The page of ctl serve in a browser. Of the host's suites only: a browser is too slow in a VM.

# shellcheck disable=SC2154
load ../lib

@test "charts move, search narrows, numbers equal ctl -j, nothing is wrong in the console" {
	[[ -x /usr/bin/chromedriver ]] || fail 'no chromedriver; scripts/deps installs it'
	ctl -n "$A" attach va
	ctl -n "$B" attach vb --xdp --ingress
	background "$CTL" serve --listen 127.0.0.1:0 >"$BATS_TEST_TMPDIR/serve"
	eventually grep -q 'reads the maps' "$BATS_TEST_TMPDIR/serve"
	local url
	url=$(sed -nE 's|^(http://[^ ]*)/ until.*|\1|p' "$BATS_TEST_TMPDIR/serve")
	background in_ns "$A" ping -q -i 0.02 -w 90 192.0.2.2 >/dev/null
	send "$A" va 400 udp 700
	send "$A" va 300 tcp 1400
	send "$A" va 50 udp6 300
	WEIR_CTL=$CTL WEIR_SHOTS=${WEIR_SHOTS:-$BATS_TEST_TMPDIR} \
		/usr/bin/python3 "$top/netns-tests/web/page.py" "$url"
}
