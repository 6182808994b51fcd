#!/usr/bin/env bats
# kernel: any
# ctl serve: metrics and documents equal the sent packets, and wrong requests get the right answer.

# SC2013, SC2016: metric names are words, and the backquotes are Markdown.
# shellcheck disable=SC2030,SC2031,SC2034,SC2013,SC2016,SC2154
load lib
load cgroup
load serve
load sockets

teardown() {
	rig_teardown
	[[ -z ${C-} ]] || cgroup_teardown
}

get() {
	curl -sS --max-time 90 "${@:2}" "$url$1"
}

code() {
	get "$1" -o /dev/null -w '%{http_code}' "${@:2}"
}

# metric NAME{LABELS}: prints its value
metric() {
	get /metrics | awk -v name="$1" 'index($0, name " ") == 1 { print $2 }'
}

# metric_is NAME{LABELS} VALUE
metric_is() {
	[[ $(metric "$1") == "$2" ]]
}

labels_of() {
	printf 'netns="%s",interface="%s",hook="%s"' "$@"
}

@test "metrics equal the packets sent, and promtool finds no fault" {
	ctl -n "$A" attach va --egress
	serve
	send "$A" va 30 udp 200
	send "$A" va 7 tcp 100
	local at
	at=$(labels_of "$A" va tc-egress)
	equal "$(metric "weir_packets_total{$at,protocol=\"udp\"}")" 30
	equal "$(metric "weir_bytes_total{$at,protocol=\"udp\"}")" 6000
	equal "$(metric "weir_packets_total{$at,protocol=\"tcp\"}")" 7
	equal "$(metric "weir_ip_packets_total{$at,version=\"ipv4\"}")" 37
	equal "$(metric "weir_packet_size_bytes_count{$at}")" 37
	equal "$(metric "weir_attachments{$at,state=\"attached\"}")" 1
	equal "$(metric weir_flow_table_entries)" 0
	equal "$(metric weir_up)" 1
	get /metrics | promtool check metrics
	contains "$(get /metrics -H 'Accept: application/openmetrics-text' | tail -n 1)" '# EOF'
}

# two_ports: UDP sockets at 47000 and 47001, which get 3 and 4 datagrams of 100 bytes when told to
two_ports() {
	exec nsenter --net="/run/netns/$A" python3 - "$BATS_TEST_TMPDIR/bound" "$BATS_TEST_TMPDIR/go" <<'END'
import os, socket, sys, time
def bound(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", port))
    return s
sockets = [bound(47000), bound(47001)]
open(sys.argv[1], "w").close()
while not os.path.exists(sys.argv[2]):
    time.sleep(0.05)
for s, count in zip(sockets, (3, 4)):
    for _ in range(count):
        sockets[0].sendto(b"x" * 100, s.getsockname())
time.sleep(600)
END
}

@test "sockets at two ports are two series, without an interface" {
	ip -n "$A" link set lo up
	background two_ports
	eventually test -e "$BATS_TEST_TMPDIR/bound"
	ctl -n "$A" attach --port 47000
	ctl -n "$A" attach --port 47001
	touch "$BATS_TEST_TMPDIR/go"
	serve
	local at="netns=\"$A\",socket=\"udp\",local_port=\"47000\",hook=\"socket-filter\""
	eventually metric_is "weir_packets_total{${at/47000/47001},protocol=\"udp\"}" 4
	equal "$(metric "weir_packets_total{$at,protocol=\"udp\"}")" 3
	equal "$(metric "weir_bytes_total{$at,protocol=\"udp\"}")" 324
	at=${at/47000/47001}
	equal "$(metric "weir_attachments{$at,state=\"attached\"}")" 1
	equal "$(get /metrics | grep -c 'interface=')" 0
	get /metrics | promtool check metrics
}

@test "a Prometheus server scrapes it, and a query equals the packets sent" {
	ctl -n "$A" attach va --egress
	serve
	cat >"$BATS_TEST_TMPDIR/prometheus.yml" <<-END
	global: {scrape_interval: 1s}
	scrape_configs: [{job_name: weir, static_configs: [{targets: ["127.0.0.1:$port"]}]}]
	END
	background prometheus --config.file "$BATS_TEST_TMPDIR/prometheus.yml" --log.level error \
		--storage.tsdb.path "$BATS_TEST_TMPDIR/tsdb" --web.listen-address 127.0.0.1:19435
	query() {
		curl -s 127.0.0.1:19435/api/v1/query --data-urlencode "query=$1" |
			jq -r '.data.result[0].value[1]'
	}
	sees() {
		[[ $(query 'sum(weir_packets_total{interface="va"})') == "$1" ]]
	}
	send "$A" va 123 udp 200
	eventually sees 123
	equal "$(query 'sum(weir_packets_total{interface="va"})')" 123
	equal "$(query 'weir_bytes_total{interface="va",protocol="udp"}')" 24600
	equal "$(query up)" 1
}

@test "the API answers as ctl -j does" {
	ctl -n "$A" attach va
	ctl -n "$B" attach vb --xdp --ingress
	serve
	send "$A" va 20 udp 100
	equal "$(get /api/v1/status)" "$(ctl -j status)"
	equal "$(get /api/v1/counters)" "$(ctl -j counters)"
	equal "$(get '/api/v1/counters?per_cpu=1')" "$(ctl -j counters --per-cpu)"
	equal "$(get '/api/v1/where?q=va')" "$(ctl -j where va)"
	equal "$(get '/api/v1/where?q=udp')" "$(ctl -j where udp)"
	local same='map(del(.first_seen, .last_seen)) | tostring'
	equal "$(get '/api/v1/flows?filter=udp' | jq "$same")" "$(ctl -j flows -f udp | jq "$same")"
	equal "$(get '/api/v1/flows?by=host&sort=packets&top=1' | jq '.[0].flows')" 1
	# rates cover the time since the last request, if that was half a second ago
	get '/api/v1/flows?rate=1' >/dev/null
	sleep 1
	send "$A" va 10 udp 100
	equal "$(get '/api/v1/flows?rate=1&filter=udp' |
		jq '.[0].rate | (.packets_per_second * .seconds * 1000 | round) / 1000')" 10
	background curl -sSN "$url/api/v1/stream" >"$BATS_TEST_TMPDIR/stream"
	eventually grep -q '"packets": 30' "$BATS_TEST_TMPDIR/stream"
}

# connections LISTENER_NETNS NETNS: opens two, both ends in the cgroup, and sends 3000 bytes on each
connections() {
	echo "$BASHPID" >"$C/cgroup.procs"
	exec python3 - "/run/netns/$A" "/run/netns/$B" "$BATS_TEST_TMPDIR/connected" <<'END'
import ctypes, os, socket, sys, time
def enter(path):
    ctypes.CDLL(None).setns(os.open(path, os.O_RDONLY), 0x40000000)
enter(sys.argv[2])
listener = socket.create_server(("192.0.2.2", 7000))
enter(sys.argv[1])
ends = []
for _ in range(2):
    ends += [socket.create_connection(("192.0.2.2", 7000)), listener.accept()[0]]
    ends[-2].sendall(b"x" * 3000)
open(sys.argv[3], "w").close()
time.sleep(600)
END
}

# many: starts 100 processes with 50 sockets each
many() {
	exec nsenter --net="/run/netns/$A" python3 -c '
import ctypes, os, signal, socket, sys
for _ in range(100):
    read, write = os.pipe()
    if not os.fork():
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        kept = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(50)]
        for s in kept:
            s.bind(("192.0.2.1", 0))
        os.write(write, b"x")
        signal.pause()
    os.read(read, 1)
open(sys.argv[1], "w").close()
signal.pause()' "$BATS_TEST_TMPDIR/many"
}

# Asks for all sockets, and until the answer comes, repeatedly for something else. Prints how
# many sockets have that address, and how often the other request was answered.
sockets_and_others() {
	python3 - "$port" <<'END'
import http.client, json, select, sys
slow, quick = (http.client.HTTPConnection("127.0.0.1", int(sys.argv[1])) for _ in range(2))
slow.request("GET", "/api/v1/sockets?pattern=192.0.2.1")
others = 0
while not select.select([slow.sock], [], [], 0)[0]:
    quick.request("GET", "/healthz")
    assert quick.getresponse().read() == b"ok\n"
    others += 1
print(len(json.load(slow.getresponse())), others)
END
}

@test "thousands of sockets do not delay other requests" {
	background many
	eventually test -e "$BATS_TEST_TMPDIR/many"
	serve
	local counted others
	read -r counted others <<<"$(sockets_and_others)"
	equal "$counted" 5000
	equal "$(ctl -j socket list 192.0.2.1 | jq length)" 5000
	# 29 us a socket, in steps of 10 ms
	((others >= 5)) || fail "only $others answers meanwhile"
	# two clients that ask at once get the same answer, from one walk
	get '/api/v1/sockets?pattern=192.0.2.1' -o "$BATS_TEST_TMPDIR/one" & wait_for=$!
	get '/api/v1/sockets?pattern=192.0.2.1' -o "$BATS_TEST_TMPDIR/two"
	wait "$wait_for"
	cmp "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
	equal "$(jq length "$BATS_TEST_TMPDIR/one")" 5000
	# the server ends while a client waits
	sleep 1.1
	get /api/v1/sockets -o "$BATS_TEST_TMPDIR/cut" 2>/dev/null & wait_for=$!
	sleep 0.02
	kill "$server"
	wait "$server"
	wait "$wait_for" || true
}

# udp COUNT: sends to a port of B where nobody listens
udp() {
	in_ns "$A" python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(int(sys.argv[1])):
    s.sendto(b"x" * 100, ("192.0.2.2", 9))' "$1"
	settle
}

@test "connections, tuning and sockets equal the commands' output" {
	cgroup_setup
	ctl attach "--cgroup=/$N" --sockops
	ctl tune add --cgroup "/$N" --remote 192.0.2.0/24 --rto-min 20ms >/dev/null
	background connections
	eventually test -e "$BATS_TEST_TMPDIR/connected"
	serve
	local rest='map(del(.srtt_us, .min_rtt_us, .delivery_rate_bits_per_second)) | tostring'
	equal "$(get '/api/v1/tcp?sort=age' | jq "$rest")" "$(ctl -j tcp --sort age | jq "$rest")"
	equal "$(get '/api/v1/tcp?filter=dst%20port%207000' | jq 'map(.command) | tostring')" \
		'"[\"python3\",\"python3\"]"'
	equal "$(get '/api/v1/tcp?state=nonsense&top=3' -o /dev/null -w '%{http_code}')" 400
	equal "$(get '/api/v1/tcp?closed=1')" '[]'
	equal "$(get '/api/v1/tcp?histogram=1' | jq length)" "$(ctl -j tcp --histogram | jq length)"
	equal "$(get /api/v1/tune)" "$(ctl -j tune)"
	# of both ends
	equal "$(get /api/v1/tune | jq '.[0].hits')" 4
	equal "$(get '/api/v1/sockets?pattern=7000' | jq 'map(del(.inode)) | tostring')" \
		"$(ctl -j socket list 7000 | jq 'map(del(.inode)) | tostring')"
	equal "$(get '/api/v1/sockets?pattern=7000' | jq length)" 5
	equal "$(metric 'weir_tcp_connections{state="established"}')" 4
	equal "$(metric 'weir_tcp_connections{state="close-wait"}')" 0
	equal "$(metric 'weir_tune_hits_total{entry="1"}')" 4
	equal "$(metric weir_up)" 1
}

@test "drops by reason and interface, and health, are exact" {
	with_probes
	udp 25
	local drop='.drops[] | select(.reason == "NO_SOCKET" and .interface == "vb") | '
	equal "$(get '/api/v1/drops?by=reason,interface,netns' | jq -c "$drop [.netns, .packets]")" \
		"[\"$B\",25]"
	equal "$(metric "weir_interface_kernel_drop_packets_total{netns=\"$B\",interface=\"vb\",source=\"kernel\",reason=\"NO_SOCKET\"}")" 25
	(($(metric 'weir_kernel_drop_packets_total{source="kernel",reason="NO_SOCKET"}') >= 25))
	equal "$(get /api/v1/health | jq '[(.items | length), .seconds > 0] | tostring')" '"[11,true]"'
	equal "$(metric 'weir_probe_up{probe="drops"}')$(metric 'weir_probe_up{probe="health"}')" 11
	contains "$(get /metrics)" 'weir_health_well{check="udp-receive-overflow"} '
	get /metrics | promtool check metrics
	# a deleted interface loses its series, but the sum by reason stays
	ip -n "$B" link del vb
	lacks "$(get /metrics)" "netns=\"$B\",interface=\"vb\",source"
	(($(metric 'weir_kernel_drop_packets_total{source="kernel",reason="NO_SOCKET"}') >= 25))
}

# verdicts: prints the API's drops by our own programs
verdicts() {
	get /api/v1/drops | jq -r '.verdicts | map("\(.netns) \(.socket) \(.hook) \(.verdict) \(.packets) \(.bytes)") | join(", ")'
}

@test "drops by our own programs have a table, counted from the start, also across a purge" {
	ip -n "$A" link set lo up
	holder_start "$A"
	ctl attach --socket "$holder:$udp" --keep 'src port 7100'
	tell udp 3 100 7101 # before it starts
	local began since
	began=$(date -u +%FT%T.%3NZ)
	with_probes
	equal "$(verdicts)" ''
	tell udp 4 100 7100
	tell udp 5 100 7101
	local all="$A udp 127.0.0.1:7000 socket-filter socket-filter"
	equal "$(verdicts)" "$all 5 540"
	since=$(get /api/v1/drops | jq -r .since)
	[[ $since > $began && $since < $(date -u +%FT%T.%3NZ) ]] || fail "since $since, begun $began"
	# new maps, whose first attachment has the old number
	ctl purge
	equal "$(verdicts)" ''
	ctl attach --socket "$holder:$udp" --keep 'src port 7100'
	tell udp 7 100 7101
	equal "$(verdicts)" "$all 7 756"
	equal "$(get /api/v1/drops | jq -r .since)" "$since"
	# the metrics have the same numbers since attaching
	equal "$(metric "weir_verdict_packets_total{netns=\"$A\",socket=\"udp\",local_port=\"7000\",hook=\"socket-filter\",verdict=\"socket-filter\"}")" 7
}

@test "if the kernel refuses tracing, a sentence says so, and the rest works" {
	ctl -n "$A" attach va --egress
	# root without the capabilities that a program on a tracepoint needs
	background setpriv --bounding-set=-sys_admin,-perfmon "$CTL" serve --listen 127.0.0.1:0 \
		>"$BATS_TEST_TMPDIR/serve"
	eventually grep -q 'reads the maps' "$BATS_TEST_TMPDIR/serve"
	url=$(sed -nE 's|^(https?://[^ ]*)/ until.*|\1|p' "$BATS_TEST_TMPDIR/serve")
	contains "$(<"$BATS_TEST_TMPDIR/serve")" 'no kernel drops: '
	contains "$(<"$BATS_TEST_TMPDIR/serve")" 'no health: '
	equal "$(code /api/v1/drops)$(code /api/v1/health)" 501501
	contains "$(get /api/v1/drops | jq -r .error)" 'cannot observe drops: '
	send "$A" va 30 udp 200
	equal "$(metric "weir_packets_total{$(labels_of "$A" va tc-egress),protocol=\"udp\"}")" 30
	equal "$(metric 'weir_probe_up{probe="drops"}')" 0
	equal "$(code /)$(code /api/v1/counters)$(code /api/v1/tcp)" 200200200
}

@test "it follows attach, detach and purge" {
	serve
	equal "$(get /api/v1/status | jq '.attachments | length')" 0
	ctl -n "$A" attach va
	equal "$(get /api/v1/status | jq '.attachments | length')" 2
	ctl purge
	equal "$(get /api/v1/status | jq '.attachments | length')" 0
	ctl -n "$A" attach va --egress
	send "$A" va 5 udp 100
	equal "$(get /api/v1/counters | jq '.[0].packets')" 5
}

@test "if it is killed, its reader ends too, and no count is lost" {
	ctl -n "$A" attach va --egress
	serve
	kill -9 "$server"
	wait "$server" || true
	pids=()
	gone() { [[ ! -e /proc/$reader ]] || grep -q '^State:.*Z' "/proc/$reader/status"; }
	eventually gone
	send "$A" va 4 udp 100
	equal "$(counts va tc-egress .packets)" 4
}

@test "the server process has no privilege" {
	serve
	equal "$(awk '/^Cap(Prm|Eff|Inh|Bnd)/ { print $2 }' "/proc/$server/status" | sort -u)" \
		0000000000000000
	equal "$(awk '/^Uid/ { print ($2 != 0) ($3 != 0) ($4 != 0) }' "/proc/$server/status")" 111
	equal "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$server/status")" 1
}

@test "wrong requests get the right status" {
	serve
	equal "$(code /)" 200
	equal "$(code /nothing)" 404
	equal "$(code /../etc/passwd --path-as-is)" 404
	equal "$(code /metrics%00)" 400
	equal "$(code /%zz)" 400
	equal "$(code / -X POST)" 405
	equal "$(code /metrics -X DELETE)" 405
	equal "$(code /metrics -I)" 200
	equal "$(code /metrics -X GET -d body)" 413
	equal "$(code '/api/v1/flows?top=0')" 400
	equal "$(code '/api/v1/flows?top=10001')" 400
	equal "$(code '/api/v1/flows?filter=prt%2080')" 400
	equal "$(code '/api/v1/flows?nothing=1')" 400
	equal "$(code '/api/v1/flows?top=1&top=2')" 400
	equal "$(code /api/v1/where)" 400
	equal "$(code /metrics -H 'Host: elsewhere.example')" 421
	equal "$(code / -H "X: $(printf '%020000d' 0)")" 431
	contains "$(get / -D - -o /dev/null)" "default-src 'none'"
}

@test "other addresses are refused without TLS and token" {
	fails 1 'is not loopback' ctl serve --listen 0.0.0.0:0
	printf '0123456789abcdef\n' >"$BATS_TEST_TMPDIR/token"
	printf 'bearer_token_file: token\n' >"$BATS_TEST_TMPDIR/web.yml"
	fails 1 'certificate and key, or --insecure' \
		ctl serve --listen 0.0.0.0:0 --config "$BATS_TEST_TMPDIR/web.yml"
	fails 2 '--listen takes' ctl serve --listen nowhere
}

@test "with TLS, a client with the token may read" {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
		-addext subjectAltName=IP:127.0.0.1 -keyout "$BATS_TEST_TMPDIR/key.pem" \
		-out "$BATS_TEST_TMPDIR/cert.pem" 2>/dev/null
	printf '0123456789abcdef\n' >"$BATS_TEST_TMPDIR/token"
	cat >"$BATS_TEST_TMPDIR/web.yml" <<-END
	tls_server_config: {cert_file: cert.pem, key_file: key.pem}
	bearer_token_file: token
	END
	serve --config "$BATS_TEST_TMPDIR/web.yml"
	contains "$url" https://
	local tls=(--cacert "$BATS_TEST_TMPDIR/cert.pem")
	equal "$(code /metrics "${tls[@]}")" 401
	equal "$(code / "${tls[@]}")" 401
	equal "$(code /metrics "${tls[@]}" -H 'Authorization: Bearer 0123456789abcdef')" 200
	equal "$(code /healthz "${tls[@]}")" 200
}

@test "our rules and dashboard use existing metrics" {
	ctl -n "$A" attach va --egress
	with_probes
	promtool check rules "$top/docs/serve/alerts.yml"
	jq -e '[.panels[] | .targets[].expr] | length > 10' "$top/docs/serve/grafana.json" >/dev/null
	equal "$(jq -r '[.panels[].id] | length - (unique | length)' "$top/docs/serve/grafana.json")" 0
	# Prometheus understands the dashboard's queries, too
	jq '{groups: [{name: "dashboard", rules: [.panels[].targets[].expr |
		gsub("\\$__rate_interval"; "5m") | {record: "x:y", expr: .}]}]}' \
		"$top/docs/serve/grafana.json" >"$BATS_TEST_TMPDIR/dashboard.yml"
	promtool check rules --lint=none "$BATS_TEST_TMPDIR/dashboard.yml"
	local name metrics
	metrics=$(get /metrics)
	for name in $(grep -ohE 'weir_[a-z_]+' "$top/docs/serve/grafana.json" \
		"$top/docs/serve/alerts.yml" | sort -u); do
		contains "$metrics" "# TYPE ${name%_bucket} "
	done
}
