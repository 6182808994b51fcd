'use strict';
// The event stream has counters and attachments; the page requests flows and paths. Text from the
// network is never inserted as HTML. Each panel is a function in `panels`, called for each reading.

const $ = (id) => document.getElementById(id);
const colors = ['#3b8fe0', '#e8832a', '#2fa872', '#b05fd0', '#d6486a', '#8b8f2c'];
const seen = { counters: [], status: null, flows: [], lookedAt: '' };
const charts = new Map(); // by namespace and target
let paused = false;

// The legend of dygraphs sets style attributes, which the Content-Security-Policy forbids. The page
// has its own.
Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);

function el(name, text, className) {
	const e = document.createElement(name);
	if (text !== undefined && text !== null) e.textContent = text;
	if (className) e.className = className;
	return e;
}

// --- numbers: three digits, decimal prefixes, as in ctl

function scaled(value, unit) {
	const prefixes = ['', 'k', 'M', 'G', 'T'];
	let i = 0;
	while (value >= 999.5 && i < 4) { value /= 1000; i++; }
	const digits = i === 0 && Number.isInteger(value) || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
	return value.toFixed(value === 0 ? 0 : digits) + ' ' + prefixes[i] + unit;
}

function unit() { return $('unit').value; }

function rateOf(rate) {
	if (!rate) return null;
	if (unit() === 'packets') return rate.packets_per_second;
	return unit() === 'bits' ? rate.bits_per_second : rate.bits_per_second / 8;
}

function rateText(value) {
	return scaled(value || 0, { bits: 'bit/s', bytes: 'B/s', packets: 'pps' }[unit()]);
}

// As in ctl: UTC, to the second.
function dateOf(time) { return time.slice(0, 19).replace('T', ' '); }

function grouped(n) { return n.toLocaleString('en').replace(/,/g, '\u202f'); }

function targetOf(item) { return item.cgroup || item.interface || (item.socket && (item.socket.name || item.socket)) || '?'; }
function placeOf(item) { return targetOf(item) + (item.netns ? '@' + item.netns : ''); }

// --- tables

function table(node, heads, rows, nothing) {
	const head = el('tr');
	for (const h of heads) head.append(el('th', h.replace('#', ''), h.startsWith('#') ? 'n' : ''));
	for (const th of head.children) th.scope = 'col';
	const thead = el('thead'), tbody = el('tbody');
	thead.append(head);
	for (const row of rows) {
		const tr = el('tr');
		for (const cell of row) {
			const [text, className, title] = Array.isArray(cell) ? cell : [cell];
			const td = el('td', text, className);
			if (title) td.title = title;
			tr.append(td);
		}
		tbody.append(tr);
	}
	if (!rows.length) {
		const tr = el('tr'), td = el('td', nothing, 'nothing');
		tr.append(td);
		tbody.append(tr);
		node.replaceChildren(tbody);
		return;
	}
	node.replaceChildren(thead, tbody);
}

// --- panels

const egress = new Set(); // hooks
const isOut = (hook) => egress.has(hook);

// The rate of an interface. A packet may pass several hooks, but counts once.
function totals() {
	const places = new Map(), sum = { in: 0, out: 0, packets: 0 };
	for (const c of seen.counters) {
		if (!c.interface || !c.rate) continue;
		const key = (c.netns || '') + '\0' + c.interface, place = places.get(key) || {};
		places.set(key, place);
		if (isOut(c.hook)) place.out = c.rate;
		else place.in = c.rate; // tc-ingress, which comes after xdp, if both are there
	}
	for (const place of places.values()) {
		sum.in += rateOf(place.in) || 0;
		sum.out += rateOf(place.out) || 0;
		for (const rate of [place.in, place.out]) if (rate) sum.packets += rate.packets_per_second;
	}
	return sum;
}

const tileMakers = [
	() => { const t = totals(); return [['in', rateText(t.in), 'in, all interfaces'],
		['out', rateText(t.out), 'out, all interfaces'],
		['packets', scaled(t.packets, 'pps'), 'packets in and out']]; },
	() => {
		const all = seen.status ? seen.status.attachments : [];
		const bad = all.filter((a) => a.state !== 'attached').length;
		return [['attachments', grouped(all.length), bad ? bad + ' of these gone or drifted'
			: all.length === 1 ? 'attachment' : 'attachments', bad ? 'bad' : '']];
	},
];

function tiles() {
	const list = tileMakers.flatMap((make) => make());
	const old = $('tiles').children;
	if (old.length === list.length) { // keep the elements for screen readers and selections
		list.forEach(([, value, label, className], i) => {
			old[i].className = 'tile ' + (className || '');
			if (old[i].firstChild.textContent !== value) old[i].firstChild.textContent = value;
			if (old[i].lastChild.textContent !== label) old[i].lastChild.textContent = label;
		});
		return;
	}
	$('tiles').replaceChildren(...list.map(([, value, label, className]) => {
		const tile = el('div', null, 'tile ' + (className || ''));
		tile.append(el('b', value), el('span', label));
		return tile;
	}));
}

function bars(node, rows, nothing) {
	const sum = rows.reduce((n, r) => n + r[1], 0);
	const parts = [];
	for (const [name, count] of rows) {
		const bar = el('progress');
		bar.max = sum || 1;
		bar.value = count;
		bar.setAttribute('aria-label', name);
		const share = sum ? (100 * count / sum).toFixed(1) + '%' : '-';
		parts.push(el('span', name), bar, el('span', grouped(count), 'n'), el('span', share, 'n dim'));
	}
	node.replaceChildren(...(sum ? parts : [el('span', nothing, 'dim')]));
}

function protocols() {
	const sums = new Map();
	for (const c of seen.counters)
		for (const [name, count] of Object.entries(c.protocols))
			if (name !== 'ipv4' && name !== 'ipv6')
				sums.set(name, (sums.get(name) || 0) + count.packets);
	const rows = [...sums].filter((r) => r[1]).sort((a, b) => b[1] - a[1]);
	bars($('protocols'), rows, 'No packets counted yet.');
}

function sizes() {
	const sums = new Map();
	let low = 0;
	for (const c of seen.counters) {
		low = 0;
		for (const s of c.sizes) {
			const name = s.le === null ? '> ' + low : low ? (low + 1) + '–' + s.le : '≤ ' + s.le;
			sums.set(name, (sums.get(name) || 0) + s.packets);
			low = s.le;
		}
	}
	bars($('sizes'), [...sums], 'No packets counted yet.');
}

function makeChart(key, item) {
	const box = el('div', null, 'chart'), title = el('h3', targetOf(item) + ' ');
	const legend = el('div', null, 'legend'), plot = el('div', null, 'plot');
	title.append(el('small', item.netns || (item.cgroup ? 'cgroup' : item.socket ? 'socket' : '')));
	plot.setAttribute('role', 'img');
	plot.setAttribute('aria-label', 'Rates of ' + placeOf(item));
	box.append(title, legend, plot);
	$('charts').append(box);
	return { box, legend, plot, hooks: [], rows: [], graph: null };
}

function rem() { return parseFloat(getComputedStyle(document.documentElement).fontSize); }

function draw(chart) {
	const span = Number($('span').value) * 1000, now = Date.now();
	const pick = { packets: 0, bits: 1, bytes: 2 }[unit()];
	const data = chart.rows.map((r) => [new Date(r.t), ...chart.hooks.map((h) => {
		const v = r.v[h];
		return v ? [v[0], v[1], v[1] / 8][pick] * (isOut(h) ? -1 : 1) : null;
	})]);
	if (!data.length) return;
	const options = {
		file: data, labels: ['time', ...chart.hooks],
		// Do not squeeze a new chart into a corner.
		dateWindow: [Math.max(now - span, Math.min(chart.rows[0].t, now - 30000)), now],
		colors: chart.hooks.map((_, i) => colors[i % colors.length]),
	};
	if (!chart.graph) {
		delete options.file;
		const style = getComputedStyle(document.documentElement);
		chart.graph = new Dygraph(chart.plot, data, Object.assign(options, {
			// If two hooks see the same packets, fill one area only.
			series: Object.fromEntries(chart.hooks.map((h, i) =>
				[h, { fillGraph: i === chart.hooks.findIndex((o) => isOut(o) === isOut(h)) }])),
			legend: 'never', fillGraph: true, fillAlpha: .18, strokeWidth: rem() / 10, includeZero: true,
			gridLineColor: style.getPropertyValue('--line').trim(),
			axisLineColor: style.getPropertyValue('--line').trim(),
			drawHighlightPointCallback: () => {}, interactionModel: {}, animatedZooms: false,
			axes: {
				y: { axisLabelFormatter: (v) => scaled(Math.abs(v), '').trim(), axisLabelWidth: 2.8 * rem(), pixelsPerLabel: 1.9 * rem() },
				x: { pixelsPerLabel: 5.5 * rem(), axisLabelWidth: 5 * rem(), axisHeight: 1.4 * rem() },
			},
		}));
	} else {
		chart.graph.updateOptions(options);
	}
	const last = chart.rows[chart.rows.length - 1].v;
	chart.legend.replaceChildren(...chart.hooks.map((h, i) => {
		const span = el('span'), v = last[h];
		span.append(el('i', null, 'c' + i % colors.length), h + ' ',
			el('b', v ? rateText([v[0], v[1], v[1] / 8][pick]) : '-'));
		return span;
	}));
}

function rateCharts() {
	const now = Date.now(), here = new Set();
	for (const c of seen.counters) {
		const key = (c.netns || '') + '\0' + targetOf(c);
		if (!charts.has(key)) charts.set(key, makeChart(key, c));
		const chart = charts.get(key);
		if (!here.has(key)) {
			here.add(key);
			chart.rows.push({ t: now, v: {} });
			while (chart.rows.length > 900) chart.rows.shift();
		}
		if (!chart.hooks.includes(c.hook)) {
			chart.hooks.push(c.hook);
			if (chart.graph) { chart.graph.destroy(); chart.graph = null; }
		}
		if (c.rate)
			chart.rows[chart.rows.length - 1].v[c.hook] = [c.rate.packets_per_second, c.rate.bits_per_second];
	}
	for (const [key, chart] of charts) {
		if (here.has(key)) { draw(chart); continue; }
		if (chart.graph) chart.graph.destroy();
		chart.box.remove();
		charts.delete(key);
	}
	$('charts').parentElement.hidden = !here.size;
}

const panels = [tiles, rateCharts, protocols, sizes];

function attachments() {
	const list = seen.status.attachments;
	$('empty').hidden = list.length > 0;
	document.body.classList.toggle('bare', !list.length);
	$('version').textContent = 'weir ' + seen.status.version;
	table($('attachments'), ['#Slot', 'Target', 'Namespace', 'Hook', 'Method', 'Mode', '#Program', 'Features', 'Since (UTC)', 'State'],
		list.map((a) => [[a.slot, 'n'], targetOf(a), a.netns || '-', a.hook, a.method, a.mode || '-',
			[a.program_id, 'n'], a.features.join(', '), dateOf(a.attached_at),
			[a.state + (a.detail ? ': ' + a.detail : ''), a.state]]),
		'Nothing is attached: ctl attach IFACE');
	const names = [...new Set(list.filter((a) => a.interface).map(placeOf))];
	$('interfaces').replaceChildren(...names.map((n) => { const o = el('option'); o.value = n; return o; }));
	if (!$('question').value && names.length) { $('question').value = names[0]; look(); }
	fault('drift', list.some((a) => a.state === 'drifted') &&
		'Somebody removed or replaced a program: `ctl status` shows which one, `ctl attach` attaches it again.');
}

// One sentence for each kind of fault. The page shows the most serious one.
const faults = {};

function fault(kind, text) {
	faults[kind] = text || '';
	const shown = faults.connection || faults.maps || faults.drift || '';
	$('fault').hidden = !shown;
	if ($('fault').textContent !== shown) $('fault').textContent = shown;
}

// Without a connection, the last numbers stay, and one sentence covers all panels.
function report(id, error, before) {
	if (error.lost) return;
	$(id).classList.add('bad');
	$(id).textContent = (before || '') + error.message;
}

async function ask(path, onHeaders) {
	let response;
	try {
		response = await fetch(path);
	} catch (e) {
		e.lost = true;
		throw e;
	}
	const body = await response.json();
	if (!response.ok) throw new Error(body.error || response.statusText);
	if (onHeaders) onHeaders(response.headers);
	return body;
}

// Returns a sentence if the server left out flows of a very large table, else ''.
function lookedAt(headers) {
	const [count, of] = (headers.get('Weir-Flows') || '0 of 0').split(' of ').map(Number);
	return count < of ? 'looked at the ' + grouped(count) + ' with the most bytes, of ' + grouped(of) + ' flows' : '';
}

function end(address, port) {
	if (port === null || port === undefined) return address;
	return (address.includes(':') ? '[' + address + ']' : address) + ':' + port;
}

function showFlows() {
	const words = $('search').value.toLowerCase().split(/\s+/).filter(Boolean);
	const rows = [];
	for (const f of seen.flows) {
		const row = [f.protocol, [end(f.src, f.src_port), 'mono'], [end(f.dst, f.dst_port), 'mono'],
			placeOf(f), [f.rate ? rateText(rateOf(f.rate)) : '-', 'n'],
			[grouped(f.there.packets), 'n'], [grouped(f.there.bytes), 'n'],
			[grouped(f.back.packets), 'n'], [grouped(f.back.bytes), 'n'], (f.tcp_flags || []).join(',')];
		const text = row.map((c) => Array.isArray(c) ? c[0] : c).join(' ').toLowerCase();
		if (words.every((w) => text.includes(w))) rows.push(row);
	}
	table($('flows'), ['Protocol', 'Source', 'Destination', 'Interface', '#Rate', '#Packets', '#Bytes', '#Back', '#Bytes back', 'TCP flags'],
		rows, seen.flows.length ? 'No flow among the first ' + seen.flows.length + ' matches the search. The filter searches all flows.'
			: 'No flows yet. Flows are counted at tc hooks: ctl attach IFACE --features counters,flows');
	if (!$('flow-note').classList.contains('bad'))
		$('flow-note').textContent = rows.length + ' of ' + seen.flows.length + ' shown' + (seen.lookedAt ? '; ' + seen.lookedAt : '');
}

async function flows() {
	const query = new URLSearchParams({ bidirectional: 1, rate: 1, top: 100, sort: $('sort').value });
	if ($('filter').value.trim()) query.set('filter', $('filter').value.trim());
	try {
		seen.flows = await ask('api/v1/flows?' + query, (headers) => { seen.lookedAt = lookedAt(headers); });
		$('flow-note').classList.remove('bad');
		showFlows();
	} catch (e) {
		report('flow-note', e);
	}
}

async function look() {
	const q = $('question').value.trim();
	if (!q) return;
	try {
		let some = '';
		const where = await ask('api/v1/where?' + new URLSearchParams({ q, top: 20 }), (headers) => { some = lookedAt(headers); });
		$('where-note').classList.remove('bad');
		const lost = where.paths.reduce((n, p) => n + p.vanished, 0);
		$('where-note').textContent = !where.paths.length ? 'No packets on any path yet.'
			: lost ? grouped(lost) + ' packets vanish.' : 'Nothing vanishes between these hooks.';
		if (some) $('where-note').textContent += ' It ' + some + '.';
		$('where').replaceChildren(...where.paths.map((p) => {
			const path = el('div', null, 'path');
			p.hops.forEach((h, i) => {
				const hop = el('div', null, 'hop ' + (h.change || h.comparison || ''));
				hop.append(el('b', placeOf(h)), el('span', h.hook + ' ', 'dim'),
					el('span', h.packets === null ? 'not counted' : grouped(h.packets) + ' packets'));
				if (h.vanished) { hop.classList.add('fewer'); hop.append(el('div', '−' + grouped(h.vanished), 'loss')); }
				if (i) path.append(el('span', '→', 'arrow'));
				path.append(hop);
			});
			return path;
		}));
	} catch (e) {
		report('where-note', e);
	}
}

// --- the stream

function state(text, className) {
	$('state').className = className;
	document.body.classList.toggle('stale', className === 'lost');
	$('state-text').textContent = text;
}

function connect() {
	const stream = new EventSource('api/v1/stream');
	stream.addEventListener('counters', (e) => {
		if (paused) return;
		seen.counters = JSON.parse(e.data);
		for (const c of seen.counters) if (c.direction === 'egress') egress.add(c.hook);
		state('live', 'live');
		fault('connection');
		fault('maps');
		for (const panel of panels) panel();
	});
	stream.addEventListener('status', (e) => {
		if (paused) return;
		seen.status = JSON.parse(e.data);
		attachments();
		tiles();
	});
	stream.addEventListener('fault', (e) => fault('maps', 'The maps cannot be read: ' + JSON.parse(e.data).error));
	stream.onerror = () => {
		state('no connection', 'lost');
		fault('connection', 'No connection to `ctl serve`. The kernel continues to count, and this page continues when the server is back.');
		if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
	};
}

function theme(name) {
	document.documentElement.dataset.theme = name;
	$('theme').textContent = name === 'dark' ? 'Light' : 'Dark';
	redraw();
}

function redraw() {
	for (const chart of charts.values())
		if (chart.graph) { chart.graph.destroy(); chart.graph = null; draw(chart); }
}

$('theme').addEventListener('click', () =>
	theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'));
$('pause').addEventListener('click', () => {
	paused = !paused;
	$('pause').setAttribute('aria-pressed', paused);
	$('pause').textContent = paused ? 'Resume' : 'Pause';
	state(paused ? 'paused' : 'live', paused ? '' : 'live');
});
for (const id of ['unit', 'span']) $(id).addEventListener('change', () => { tiles(); for (const c of charts.values()) draw(c); showFlows(); });
$('search').addEventListener('input', showFlows);
$('sort').addEventListener('change', flows);
$('filter').addEventListener('change', flows);
$('flow-form').addEventListener('submit', (e) => { e.preventDefault(); flows(); });
$('where-form').addEventListener('submit', (e) => { e.preventDefault(); look(); });

// Repeats a request, but only after the previous reply, and only while the page is visible.
function repeat(seconds, question) {
	const turn = async () => {
		if (!paused && !document.hidden) await question();
		setTimeout(turn, seconds * 1000);
	};
	turn();
}

// Another screen may have another font size.
let letters = rem();
addEventListener('resize', () => {
	if (rem() === letters) return;
	letters = rem();
	redraw();
});

theme(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
connect();
repeat(2, flows);
repeat(5, look);
