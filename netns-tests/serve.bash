# shellcheck shell=bash
# serve.bash - ctl serve in the background.

# serve [OPTION...]: serves on a port that the kernel chooses; sets url, server and reader. Loading
# the programs for drops and health takes long in a VM, so only with_probes loads them.
serve() {
	with_probes --no-probes "$@"
}

with_probes() {
	background "$CTL" serve --listen 127.0.0.1:0 "$@" >"$BATS_TEST_TMPDIR/serve"
	server=$!
	eventually grep -q 'reads the maps' "$BATS_TEST_TMPDIR/serve" || return
	reader=$(sed -nE 's/.*reads the maps \(pid ([0-9]+)\).*/\1/p' "$BATS_TEST_TMPDIR/serve")
	url=$(sed -nE 's|^(https?://[^ ]*)/ until.*|\1|p' "$BATS_TEST_TMPDIR/serve")
	port=${url##*:}
	: "$server" "$reader" "$port"
}
