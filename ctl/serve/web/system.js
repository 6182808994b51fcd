'use strict';
// Panels without the event stream: health, kernel drops, TCP connections, tuning, sockets. If the
// kernel does not support drops or health, the reply is a sentence, which the panel shows.

const system = { health: null, drops: null, tcp: [], sockets: [], dropsBefore: null };

function textOf(row) { return row.map((c) => Array.isArray(c) ? c[0] : c).join(' ').toLowerCase(); }

// Returns the rows that have all words of the search.
function searched(rows, id) {
	const words = $(id).value.toLowerCase().split(/\s+/).filter(Boolean);
	return rows.filter((row) => { const text = textOf(row); return words.every((w) => text.includes(w)); });
}

function note(id, text, bad) {
	$(id).classList.toggle('bad', Boolean(bad));
	if ($(id).textContent !== text) $(id).textContent = text;
}

function age(since) { return duration((Date.now() - Date.parse(since)) / 1000); }

function duration(seconds) {
	const s = Math.max(0, seconds);
	if (s < 60) return Math.floor(s) + 's';
	if (s < 3600) return Math.floor(s / 60) + 'm ' + Math.floor(s % 60) + 's';
	return s < 86400 ? Math.floor(s / 3600) + 'h ' + Math.floor(s % 3600 / 60) + 'm'
		: Math.floor(s / 86400) + 'd ' + Math.floor(s % 86400 / 3600) + 'h';
}

function micros(us) {
	if (us === null) return '-';
	return us < 1000 ? us + ' µs' : us < 1e6 ? (us / 1000).toPrecision(3) + ' ms' : (us / 1e6).toPrecision(3) + ' s';
}

// --- health

function showHealth() {
	const h = system.health;
	note('health-note', h.healthy ? 'No check deserves a look.'
		: h.items.filter((i) => i.verdict !== 'ok').length + ' of ' + h.items.length + ' checks deserve a look.', !h.healthy);
	$('health').replaceChildren(...h.items.map((item) => {
		const check = el('div', null, 'check ' + item.verdict), head = el('div');
		head.append(el('span', item.verdict, 'badge ' + item.verdict), ' ' + item.name.replace(/-/g, ' '));
		check.append(head, el('b', grouped(item.count)), el('span', scaled(item.per_second, '/s'), 'dim'));
		if (item.meaning) check.append(el('p', item.meaning));
		return check;
	}));
}

async function health() {
	try {
		system.health = await ask('api/v1/health');
		showHealth();
	} catch (e) {
		if (e.lost) return;
		system.health = null;
		$('health').replaceChildren();
		report('health-note', e, 'No health: ');
	}
}

// --- drops

// The rule of datapath/base/growth.h: if a number is less than before, counting has restarted from
// 0.
function growth(before, now) { return now >= before ? now - before : now; }

// Takes a reply. Returns a function for the packets per second of a row since the previous reply,
// or null if there was no previous reply. A new row has come since then.
function dropRates(d) {
	const before = system.dropsBefore, now = d && { since: d.since, seconds: d.seconds, packets: new Map() };
	const seconds = now && before && now.since === before.since ? now.seconds - before.seconds : 0;
	system.dropsBefore = now;
	return (keys, packets) => {
		const key = JSON.stringify(keys);
		if (now) now.packets.set(key, packets);
		return seconds > 0 ? growth(before.packets.get(key) || 0, packets) / seconds : null;
	};
}

// Verdicts of hooks. If the kernel does not support drops, these are the counts since attaching.
function verdicts() {
	if (system.drops) return system.drops.verdicts;
	return seen.counters.flatMap((c) => Object.entries(c.verdicts).filter(([name, v]) => name !== 'pass' && v.packets)
		.map(([name, v]) => ({ ...c, verdict: name, packets: v.packets })));
}

function showDrops() {
	const d = system.drops, rows = [], rateOfRow = dropRates(d);
	let rate = 0;
	for (const v of verdicts()) {
		const now = rateOfRow(['weir', v.slot, v.socket, v.verdict], v.packets);
		rows.push([v.verdict, 'weir', placeOf(v), v.hook, [grouped(v.packets), 'n'],
			[now === null ? '-' : scaled(now, 'pps'), 'n'], '', ['dropped by a rule of this hook', 'wrap']]);
	}
	for (const drop of d ? d.drops : []) {
		const now = rateOfRow([drop.source, drop.reason, drop.interface, drop.netns_cookie], drop.packets);
		rate += now || 0;
		rows.push([drop.reason || '?', drop.source, drop.interface ? placeOf(drop) : drop.netns ? '@' + drop.netns : '-', '-',
			[grouped(drop.packets), 'n'], [now === null ? '-' : scaled(now, 'pps'), 'n'],
			drop.weight ? [drop.weight, 'badge ' + drop.weight] : '', [drop.advice || '', 'wrap']]);
	}
	for (const i of d ? d.interfaces : [])
		for (const [name, count] of Object.entries(i.losses))
			if (count) rows.push([name, 'interface', placeOf(i), '-', [grouped(count), 'n'], ['-', 'n'], '', '']);
	system.dropRate = rate;
	table($('drops'), ['Reason', 'By', 'Where', 'Hook', '#Packets', '#Rate', 'Weight', 'What it means'], rows,
		d ? 'The kernel has not dropped any packets in that time.' : 'This would show only drops by hooks of weir. There are no such drops.');
	if (d) note('drops-note', 'Since ' + dateOf(d.since) + ' UTC, ' + duration(d.seconds) + ' ago' +
		(d.uncounted ? '; ' + grouped(d.uncounted) + ' found no room in the table' : ''));
}

async function drops() {
	try {
		system.drops = await ask('api/v1/drops?by=reason,interface,netns');
	} catch (e) {
		if (e.lost) return;
		system.drops = null;
		report('drops-note', e, 'No drops of the kernel: ');
	}
	showDrops();
}

// --- TCP connections

function showTcp() {
	const rows = searched(system.tcp.map((c) => [c.state, [end(c.local, c.local_port), 'mono'],
		[end(c.remote, c.remote_port), 'mono'], c.command ? c.command + ' ' + (c.pid || '') : '-',
		c.cgroup || '-', c.netns || '-', [micros(c.srtt_us), 'n'], [grouped(c.retransmits), c.retransmits ? 'n warn' : 'n'],
		[grouped(c.bytes_acked), 'n'], [grouped(c.bytes_received), 'n'],
		[c.established_at ? age(c.established_at) : '-', 'n']]), 'tcp-search');
	const watched = seen.status && seen.status.attachments.some((a) => a.hook === 'sockops');
	table($('tcp'), ['State', 'Local', 'Remote', 'Process', 'Cgroup', 'Namespace', '#Round trip', '#Retransmits', '#Acked', '#Received', '#Age'],
		rows, system.tcp.length ? 'None of these ' + system.tcp.length + ' connections match the search.'
			: watched ? 'No open connections since attaching. To add older ones: ctl tcp --adopt'
				: 'No cgroup is watched. To watch all processes: ctl attach --cgroup');
	if (!$('tcp-note').classList.contains('bad'))
		$('tcp-note').textContent = system.tcp.length ? rows.length + ' of ' + system.tcp.length + ' shown' : '';
}

async function tcp() {
	const query = new URLSearchParams({ top: 100, sort: $('tcp-sort').value });
	if ($('tcp-filter').value.trim()) query.set('filter', $('tcp-filter').value.trim());
	try {
		system.tcp = await ask('api/v1/tcp?' + query);
		$('tcp-note').classList.remove('bad');
		showTcp();
	} catch (e) {
		report('tcp-note', e);
	}
}

// --- tuning

async function tune() {
	let list;
	try { list = await ask('api/v1/tune'); } catch (e) { return; } // other panels report the error
	$('tune-panel').hidden = !list.length;
	table($('tune'), ['#Entry', 'Cgroup', 'Remote', 'Ports', 'Options', '#Connections'], list.map((t) => [
		[t.number, 'n'], t.cgroup || 'any', t.remote || 'any',
		[t.local_ports && 'local ' + t.local_ports, t.remote_ports && 'remote ' + t.remote_ports].filter(Boolean).join(', ') || 'any',
		[t.options.map((o) => o.option + ' ' + (o.unit === 'us' ? micros(o.value) : o.value + (o.unit ? ' ' + o.unit : '')) +
			(o.errors ? ' (' + o.errors + ' refused)' : '')).join(', '), 'wrap'], [grouped(t.hits), 'n']]), '');
}

// --- sockets: a walk through all processes is expensive, so only while the panel is open

function showSockets() {
	const rows = searched(system.sockets.map((s) => [(s.command || '?') + ' ' + s.pid, s.protocol || '-', s.state || '-',
		[s.local || '-', 'mono'], [s.remote || '-', 'mono'], s.netns || '-',
		(s.slot === null ? s.filter : 'slot ' + s.slot) + (s.locked ? ', locked' : '')]), 'sockets-search');
	table($('sockets'), ['Process', 'Protocol', 'State', 'Local', 'Remote', 'Namespace', 'Filter'], rows.slice(0, 500),
		system.sockets.length ? 'No socket matches the search.' : 'No sockets of processes.');
	note('sockets-note', rows.length > 500 ? '500 of ' + rows.length + ' shown' : rows.length + ' of ' + system.sockets.length + ' shown');
}

async function sockets() {
	if (!$('sockets-panel').open) return;
	try {
		system.sockets = await ask('api/v1/sockets');
		showSockets();
	} catch (e) {
		report('sockets-note', e);
	}
}

tileMakers.push(() => {
	const open = system.tcp.length, h = system.health, looks = h ? h.items.filter((i) => i.verdict !== 'ok').length : 0;
	return [
		['tcp', grouped(open) + (open === 100 ? '+' : ''), 'open TCP connections'],
		['drops', system.drops ? scaled(system.dropRate || 0, 'pps') : '-', 'dropped by the kernel'],
		['health', !h ? '-' : looks ? looks + ' to look at' : 'healthy', 'in the last minute', looks ? 'bad' : ''],
	];
});

$('tcp-search').addEventListener('input', showTcp);
for (const id of ['tcp-sort', 'tcp-filter']) $(id).addEventListener('change', tcp);
$('tcp-form').addEventListener('submit', (e) => { e.preventDefault(); tcp(); });
$('sockets-search').addEventListener('input', showSockets);
$('sockets-form').addEventListener('submit', (e) => { e.preventDefault(); sockets(); });
$('sockets-panel').addEventListener('toggle', sockets);
repeat(5, health);
repeat(2, drops);
repeat(3, tcp);
repeat(10, tune);
repeat(10, sockets);
