/* A daemon for the browser to talk to: the shapes of the API, values that move, and failures on demand.
 * `node fake-server.mjs DIST [PORT]` serves it for people to look at; tests use startFake(). */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const TOKEN = 'fake-viewer-token';
export const NAME = 'lan', PASSWORD = 'nước sạch mỗi ngày', ONCE = 'abcde-fghjk-mnpqr-stuvw';
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/* Of what is to be printed, as src/serve/reply.c has it. */
const PAPER = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox; frame-ancestors 'none'";
const SESSION = '0123456789abcdef';

const rfc3339 = (ms) => new Date(ms + 7 * 3600e3).toISOString().replace('Z', '+07:00');

const SITES = [
    ['nmn-lai-chau', 'Nhà máy nước thành phố Lai Châu', 'plc-nmn', [
        ['flow_out', 'Lưu lượng phát ra mạng', 'flow', 'm3/h', 1, 412, 30],
        ['flow_raw', 'Lưu lượng nước thô', 'flow', 'm3/h', 1, 436, 24],
        ['level_clear', 'Mực nước bể chứa nước sạch', 'level', 'm', 2, 3.42, 0.3],
        ['turbidity_raw', 'Độ đục nước thô', 'turbidity', 'NTU', 1, 38.5, 6],
        ['turbidity', 'Độ đục nước sau lọc', 'turbidity', 'NTU', 2, 0.35, 0.08],
        ['ph', 'pH nước sạch', 'ph', 'pH', 2, 7.21, 0.1],
        ['chlorine', 'Clo dư tự do', 'free_chlorine', 'mg/L', 2, 0.48, 0.06],
        ['temperature', 'Nhiệt độ nước', 'temperature', 'degC', 1, 19.6, 0.4],
        ['pressure_out', 'Áp lực đầu mạng', 'pressure', 'bar', 2, 4.85, 0.15],
        ['pump1_a', 'Dòng điện bơm cấp 2 số 1', 'current', 'A', 1, 86.4, 3],
        ['pump2_a', 'Dòng điện bơm cấp 2 số 2', 'current', 'A', 1, 85.1, 3],
        ['pump1_hz', 'Tần số biến tần số 1', 'frequency', 'Hz', 1, 46.2, 1],
        ['volume', 'Tổng tích lũy phát ra mạng', 'volume', 'm3', 0, 1834512, 0],
        ['power', 'Công suất điện trạm bơm cấp 2', 'power', 'kW', 1, 92.7, 4],
        ['pac', 'Lưu lượng châm PAC', 'dosing', 'L/h', 1, 12.4, 1],
    ]],
    ['tta-quyet-thang', 'Trạm bơm tăng áp Quyết Thắng', 'plc-tta', [
        ['pressure_in', 'Áp lực đầu vào', 'pressure', 'bar', 2, 1.62, 0.1],
        ['pressure_out', 'Áp lực đầu ra', 'pressure', 'bar', 2, 5.31, 0.2],
        ['flow', 'Lưu lượng qua trạm', 'flow', 'm3/h', 1, 64.2, 6],
        ['level', 'Mực nước bể hút', 'level', 'm', 2, 2.18, 0.2],
        ['pump1_a', 'Dòng điện bơm số 1', 'current', 'A', 1, 21.8, 1],
        ['pump2_a', 'Dòng điện bơm số 2', 'current', 'A', 1, 0, 0],
        ['pump1_hours', 'Giờ chạy bơm số 1', 'run_hours', 'h', 0, 18244, 0],
        ['pump1_hz', 'Tần số biến tần', 'frequency', 'Hz', 1, 44.1, 1],
        ['voltage', 'Điện áp lưới', 'voltage', 'V', 0, 398, 4],
        ['chlorine', 'Clo dư tự do', 'free_chlorine', 'mg/L', 2, 0.41, 0.04],
    ]],
    ['dma-tan-phong-1', 'DMA Tân Phong 1', 'rtu-tan-phong', [
        ['flow_in', 'Lưu lượng vào vùng', 'flow', 'm3/h', 1, 38.6, 5],
        ['volume_in', 'Tổng tích lũy vào vùng', 'volume', 'm3', 0, 512904, 0],
        ['pressure_in', 'Áp lực điểm vào', 'pressure', 'bar', 2, 3.94, 0.2],
        ['pressure_critical', 'Áp lực điểm bất lợi nhất', 'pressure', 'bar', 2, 1.38, 0.15],
        ['pressure_end', 'Áp lực cuối tuyến đường Trần Phú kéo dài qua tổ dân phố số 12', 'pressure', 'bar', 2, 1.71, 0.15],
        ['chlorine_end', 'Clo dư cuối nguồn', 'free_chlorine', 'mg/L', 2, 0.24, 0.04],
        ['turbidity_end', 'Độ đục cuối nguồn', 'turbidity', 'NTU', 2, 0.62, 0.1],
        ['battery', 'Điện áp ắc quy', 'voltage', 'V', 1, 12.7, 0.1],
        ['signal', 'Cường độ tín hiệu', 'signal', 'dBm', 0, -71, 3],
        ['valve', 'Độ mở van giảm áp', 'position', '%', 0, 62, 3],
    ]],
];

/* id -> [quality, reason, keeps its value] */
const TROUBLED = {
    'nmn-lai-chau.turbidity_raw': ['uncertain', 'implausible', true],
    'nmn-lai-chau.pac': ['bad', 'sentinel'],
    'tta-quyet-thang.level': ['uncertain', 'stale', true],
    'dma-tan-phong-1.chlorine_end': ['bad', 'no_answer'],
    'dma-tan-phong-1.turbidity_end': ['bad', 'never_read'],
};

const KINDS = { 'nmn-lai-chau': ['treatment_plant', 22.3964, 103.4582, ['intake_screen', 'sedimentation', 'rapid_filtration', 'disinfection', 'storage']],
    'tta-quyet-thang': ['booster_station', 22.3889, 103.4701, []], 'dma-tan-phong-1': ['dma', 22.3812, 103.4786, []] };

const RULES = `\ufeffpoint,rule,kind,severity,stake,limit,deadband,on_delay_s,off_delay_s,respond_s,name,cause,consequence,first_response
nmn-lai-chau.chlorine,chlorine-low,low,critical,health,0.3,0.03,300,300,1800,Clo dư thấp,"Hết hóa chất, bơm hỏng",Nước không được khử trùng,Đo đối chứng
nmn-lai-chau.turbidity,turbidity-high,high,high,health,1.5,0.2,300,300,1800,Độ đục cao,,,
nmn-lai-chau.flow_out,flow-high,high,high,supply,500,0,120,120,1800,Lưu lượng cao,,,
dma-tan-phong-1.pressure_critical,pressure-low,low,medium,supply,0.8,0,120,120,1800,Áp lực thấp,,,
`;

const NOT_ACCEPTED = new Set(['tta-quyet-thang.level']);

async function textOf(request) {
    let body = '';
    for await (const part of request) body += part;
    return body;
}

const COLUMN = (name, title, title_en, unit, formula) => ({ name, title, title_en, unit, formula, formula_en: formula && 'by a formula', source: formula && 'bảng incident' });
const REPORT = (kind, from, to) => ({
    schema: 'capnuoc-report-1', kind, title: kind === 'incidents' ? 'Tình hình sự cố cấp nước và kết quả khắc phục' : 'Kết quả giám sát trực tuyến chất lượng nước sạch', id: null, version: null, from, to, ended: false, supplier: null,
    supplier_name: null, node: 'demo', configuration: 1, generated_at: rfc3339(Date.now()), record_of_acts: { seq: '7', hash: 'cd'.repeat(32) }, coverage_wanted: 0.9, delivered: [{ node: 'demo', until: rfc3339(Date.now()) }],
    total: { title: 'Kết quả chung', title_en: 'In all', columns: [COLUMN('incidents', 'Tổng số', 'Incidents', null, 'số sự cố bắt đầu trong kỳ'), COLUMN('share_on_time', 'Tỷ lệ đúng hạn', 'Share on time', '1', 'đúng hạn ÷ (đúng hạn + quá hạn)'),
        COLUMN('mean_repair', 'Thời gian TB', 'Mean repair time', 'giờ', 'tổng ÷ số')], rows: [{ key: 'total', name: 'Tổng', incidents: 12, share_on_time: { value: 0.75, coverage: 1 }, mean_repair: { value: null, coverage: 0.824 } }] },
    drills: { title: 'Diễn tập', title_en: 'Drills', columns: [COLUMN('drills', 'Số cuộc', 'Drills', null, 'diễn tập trong kỳ')], rows: [] },
});

class Fake {
    constructor(dist) {
        this.password = PASSWORD;
        this.personRole = 'operator';
        this.who = null;
        this.dist = dist;
        this.manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')).assets;
        this.streams = new Set();
        this.cut = false;
        this.frozen = false;
        this.database = true;
        this.generation = 1;
        this.requests = [];
        this.alarms = [];
        this.mute = false; /* takes requests, answers none */
        this.accounts = [{ name: 'lan', full_name: 'Lò Thị Lan', role: 'operator', supplier: null, language: 'vi', leads: true, disabled: false, must_change: false,
            made: rfc3339(Date.now() - 9e8), password_set: rfc3339(Date.now() - 8e8), changed: rfc3339(Date.now() - 8e8), changed_by: 'admin' }];
        this.tokens = [];
        this.record = []; /* of acts, the newest first */
        this.recordAsked = [];
        this.trials = []; /* of channels, by hand */
        this.modes = [];
        this.dutyChanges = [];
        this.noRosters = false; /* a reload took them away */
        this.dutyActs = [];
        this.refuseDuty = null;
        this.reports = [];
        this.spots = [];
        this.measures = [];
        this.candidates = [
            { reason: 'repeated_incidents', site: null, zone: 'kv-tan-phong', point: null, count: 4, known_hours: 0, low_limit: null, lowest_m: null, highest_m: null, last_at: rfc3339(Date.now()), incidents: [{ incident: '473812', node: 'demo', start_at: rfc3339(Date.now() - 8.64e7), class: 'service_network' }] },
            { reason: 'low_pressure', site: 'nmn-lai-chau', zone: 'kv-doan-ket', point: 'lc.dk.p', count: 31, known_hours: 702, low_limit: 1, lowest_hour: 0.24, highest_m: null, last_at: rfc3339(Date.now()), incidents: [] }];
        this.closed = []; /* incidents that only the database has */
        this.pastAsked = [];
        this.historyAway = false;
        this.shifts = [];
        this.shiftsPast = [];
        this.notesPast = [];
        this.shiftActs = [];
        this.refuseShift = null;
        this.incidents = null; /* null: a daemon that does not keep any */
        this.handed = []; /* steps for incidents of other nodes */
        this.acts = [];
        this.points = SITES.flatMap(([site, site_name, wire, rows]) => rows.map(([id, name, parameter, unit, decimals, base, swing], i) => ({
            id: `${site}.${id}`, name, site, site_name, wire, device: `${wire}-${1 + (i % 2)}`, parameter, unit, decimals, every_ms: 2000, commissioning: NOT_ACCEPTED.has(`${site}.${id}`),
            value: base, quality: 'good', reason: 'none', at: rfc3339(Date.now()), base, swing, phase: i * 1.7, beyond_this_page: { kept: null },
        })));
        for (const p of this.points) this.trouble(p.id, ...(TROUBLED[p.id] ?? ['good', 'none', true]));
    }

    point(id) {
        return this.points.find((p) => p.id === id);
    }

    trouble(id, quality, reason, keeps = false) {
        const p = this.point(id);
        Object.assign(p, { quality, reason, value: keeps ? p.base : null });
        if (reason === 'never_read') p.at = null;
    }

    valueAt(p, ms) {
        const t = ms / 1000;
        const noise = Math.sin(t * 0.9 + p.phase * 3) * 0.12 + Math.sin(t * 2.7 + p.phase) * 0.06;
        const v = p.base + p.swing * (0.6 * Math.sin(t / 97 + p.phase) + 0.3 * Math.sin(t / 31 + p.phase * 2) + noise);
        return p.parameter === 'volume' ? Math.floor(p.base + (t % 86400) / 9) : Number(v.toFixed(p.decimals + 1));
    }

    /* One turn of the field: a third of the points read anew. */
    step(turn) {
        if (this.frozen) return;
        this.tellAlarms();
        const at = Date.now();
        const changed = this.points.filter((p, i) => i % 3 === turn % 3 && p.reason !== 'never_read' && p.reason !== 'stale');
        for (const p of changed) {
            p.at = rfc3339(at);
            if (p.quality !== 'bad') p.value = this.valueAt(p, at);
        }
        this.tell('change', changed);
    }

    /* Somebody else writes into the log. */
    writeElsewhere(text) {
        const now = rfc3339(Date.now());
        const { log } = this.shifts[0];
        log.push({ id: `${log.length}`.padStart(16, 'd'), n: log.length + 1, kind: 'note', at: now, recorded_at: now, key: 'elsewhere', who: 'minh', to: null, text, site: null, point: null, incident: null, corrects: null });
        for (const s of this.streams) s.write(`event: shifts\ndata: ${JSON.stringify({ at: now, current: [] })}\n\n`);
    }

    /* What the stream of alarms says when they were changed from outside. */
    tellAlarms() {
        const now = JSON.stringify(this.alarms);
        if (now === this.alarmsTold) return;
        const was = JSON.parse(this.alarmsTold ?? '[]');
        this.alarmsTold = now;
        const ended = was.map((a) => a.id).filter((id) => !this.alarms.some((a) => a.id === id));
        for (const s of this.streams) s.write(`event: alarms-change\ndata: ${JSON.stringify({ at: rfc3339(Date.now()), items: this.alarms, ended })}\n\n`);
    }

    tell(kind, points) {
        this.generation++;
        for (const s of this.streams) this.write(s, kind, points);
    }

    write(stream, kind, points) {
        const slim = points.map(({ id, value, quality, reason, at }) => ({ id, value, quality, reason, at, extra: true }));
        stream.write(`id: ${this.generation}\nevent: ${kind}\ndata: ${JSON.stringify({ at: rfc3339(this.pictureAt ?? Date.now()), generation: this.generation, points: slim })}\n\n`);
    }

    /* Refuses everything and drops every connection, as a stopped daemon does. */
    cutOff() {
        this.cut = true;
        for (const s of this.streams) s.destroy();
        this.streams.clear();
    }

    restore() {
        this.cut = false;
    }

    series(p, query) {
        const from = Date.parse(query.get('from'));
        const to = Date.parse(query.get('to'));
        const most = Number(query.get('buckets') ?? 300);
        const base = { id: p.id, unit: p.unit, from: rfc3339(from), to: rfc3339(to) };
        const away = (t) => Math.floor(t / 1000) % 240 < 14 && p.id.endsWith('flow_out');
        const doubt = (t) => Math.floor(t / 1000) % 240 > 200 && p.id.endsWith('flow_out');
        if (p.reason === 'never_read') return { ...base, kind: 'raw', samples: [] };
        if ((to - from) / 2000 <= most) {
            const samples = [];
            for (let t = Math.floor(from / 2000) * 2000; t <= to; t += 2000)
                samples.push(away(t) ? { at: rfc3339(t), value: null, quality: 'bad', reason: 'no_answer' }
                    : { at: rfc3339(t), value: this.valueAt(p, t), quality: doubt(t) ? 'uncertain' : 'good', reason: doubt(t) ? 'implausible' : 'none' });
            return { ...base, kind: 'raw', samples };
        }
        const width = Math.ceil((to - from) / most);
        const buckets = [];
        for (let t = from; t < to; t += width) {
            const gap = Math.floor((t - from) / ((to - from) / 12)) === 4;
            const values = [0, 0.25, 0.5, 0.75].map((part) => this.valueAt(p, t + width * part));
            buckets.push(gap ? { at: rfc3339(t), min: null, max: null, mean: null, good_share: 0, n: 0 }
                : { at: rfc3339(t), min: Math.min(...values) - p.swing * 0.2, max: Math.max(...values) + p.swing * 0.2, mean: values.reduce((a, b) => a + b) / 4, good_share: 1, n: 30 });
        }
        return { ...base, kind: 'buckets', width_ms: width, buckets };
    }

    many(query) {
        const series = query.get('points').split(',').map((id) => this.point(id)).filter(Boolean).map((p) => {
            const { from, to, ...rest } = this.series(p, query);
            return rest;
        });
        return { from: rfc3339(Date.parse(query.get('from'))), to: rfc3339(Date.parse(query.get('to'))), series };
    }

    async call(request, reply, query) {
        const near = this.incidents.filter((i) => !i.closed && (i.zones.includes(query.get('zone')) || i.sites.includes(query.get('site'))));
        if (request.method === 'GET') return this.json(reply, 200, { incidents: near.map(({ members, facts, duties, ...brief }) => brief), calls: near.map((i) => ({ incident: i.id, site: null, zone: i.zones[0] ?? null, since: i.start_at, note: 'nước yếu từ sáng', restored_at: null })) });
        const said = JSON.parse(await textOf(request));
        this.acts.push({ verb: 'call', ...said });
        const joined = this.incidents.find((i) => i.id === said.incident);
        const made = joined ?? { ...this.incidents[0], id: '474000', sites: [], zones: [said.zone], facts: [], duties: [], members: [] };
        if (!joined) this.incidents.push(made);
        made.facts.push({ fact: 'called', claimed_at: said.claimed_at ?? rfc3339(Date.now()), recorded_at: rfc3339(Date.now()), source: 'phone', who: NAME, note: said.note ?? null });
        return this.json(reply, joined ? 200 : 201, made);
    }

    async incident(request, reply, path, query) {
        const [, , , , coded, verb] = path.split('/');
        const id = coded && decodeURIComponent(coded);
        const found = [...this.incidents, ...this.closed].find((i) => i.id === id);
        if (!id && request.method === 'POST') return this.opened(request, reply);
        if (!id && query.get('from')) return this.past(reply, query);
        if (!id) return this.json(reply, 200, { at: rfc3339(Date.now()), items: this.incidents.map(({ members, facts, duties, ...brief }) => brief), next: null });
        if (!found) return this.refuse(reply, 404, 'no such incident');
        if (request.method === 'GET') return this.json(reply, 200, verb === 'steps' ? { items: this.handed.filter((h) => h.incident === id) } : found);
        const said = JSON.parse(await textOf(request));
        this.acts.push({ id, verb, ...said });
        const at = said.claimed_at ?? rfc3339(Date.now());
        if (id.includes(':')) {
            this.handed.push({ incident: id, key: said.key, step: said.step ?? verb, from: 'demo', who: NAME, note: said.note ?? '', claimed_at: said.claimed_at ?? null, told_at: rfc3339(Date.now()), state: 'handed_over', settled_at: null, reason: null, sentence: null });
            return this.json(reply, 202, this.handed.at(-1));
        }
        if (verb === 'unlink' && said.note === 'sai') return this.refuse(reply, 409, 'không gỡ được: đã khắc phục', 'member');
        if (verb === 'duties') Object.assign(found.duties.find((d) => d.duty.word === said.duty), { done_at: at, waived: !!said.waive, voided: false, who: NAME });
        else found.facts.push({ fact: { assign: 'assigned', cause: 'cause_found' }[said.step] ?? said.step ?? verb, claimed_at: at, recorded_at: rfc3339(Date.now()), source: 'operator', who: NAME, note: said.note ?? null });
        if (said.step === 'assign') found.state = 'assigned';
        return this.json(reply, 200, found);
    }

    async opened(request, reply) {
        const said = JSON.parse(await textOf(request));
        this.acts.push({ verb: 'open', ...said });
        const made = { ...this.incidents[0], id: '474001', sites: said.site ? [said.site] : [], zones: said.zone ? [said.zone] : [], drill: !!said.drill, facts: [], duties: [], members: [] };
        this.incidents.push(made);
        return this.json(reply, 201, made);
    }

    /* Of a span, as the database would: page by page; away when it is. */
    past(reply, query) {
        this.pastAsked.push(Object.fromEntries(query));
        if (this.historyAway) return this.refuse(reply, 503, 'Cơ sở dữ liệu hiện không trả lời');
        const all = this.closed.filter((i) => (!query.get('site') || i.sites.includes(query.get('site'))) && (!query.get('class') || i.class.word === query.get('class')));
        const first = query.get('next') ? all.findIndex((i) => i.id === query.get('next')) + 1 : 0;
        const items = all.slice(first, first + Number(query.get('limit')));
        return this.json(reply, 200, { at: rfc3339(Date.now()), from: query.get('from'), to: query.get('to'), items, next: first + items.length < all.length ? items.at(-1).id : null });
    }

    /* Alarms that are over, the last that closed first. */
    overPage(reply, query) {
        this.pastAsked.push(Object.fromEntries(query));
        const all = this.over.filter((a) => !query.get('site') || a.site === query.get('site'));
        const first = query.get('next') ? all.findIndex((a) => a.id === query.get('next')) + 1 : 0;
        const items = all.slice(first, first + Number(query.get('limit')));
        return this.json(reply, 200, { from: query.get('from'), to: query.get('to'), items, next: first + items.length < all.length ? items.at(-1).id : null });
    }

    /* The record of acts, page by page; away when the database is. */
    audit(reply, query) {
        this.recordAsked.push(Object.fromEntries(query));
        if (this.historyAway) return this.refuse(reply, 503, 'Cơ sở dữ liệu hiện không trả lời');
        const fits = (a) => ['actor', 'kind', 'subject'].every((k) => !query.get(k) || a[k] === query.get(k));
        const all = this.record.filter(fits);
        const first = query.get('next') ? all.findIndex((a) => String(a.seq) === query.get('next')) + 1 : 0;
        const acts = all.slice(first, first + Number(query.get('limit')));
        return this.json(reply, 200, { acts, next: first + acts.length < all.length ? String(acts.at(-1).seq) : null });
    }

    sites() {
        return SITES.map(([id, name]) => {
            const [kind, latitude, longitude, chain] = KINDS[id];
            return { id, name, kind, system: 'lai-chau', system_name: 'Hệ thống cấp nước Lai Châu', area: '03388', area_name: 'Đoàn Kết', location: { latitude, longitude }, elevation_m: 948, chain };
        });
    }

    channel(channel, up) {
        const test = this.trials.findLast((t) => t.channel === channel);
        return { channel, up, said: up ? null : 'no route to host', waiting: up ? 0 : 3, taken: 7, later: 0, refused: 1, down: 2, heard: 0, aside: 0, last_taken_at: rfc3339(Date.now() - 6e4),
            next_try_at: up ? null : rfc3339(Date.now() + 3e4), last_test: test ? { state: test.state, to: test.to, by: test.by, at: test.at, answered_at: test.answered_at, said: test.said } : null };
    }

    async tryChannel(request, reply, channel) {
        const { key, to } = JSON.parse(await textOf(request));
        const trial = { channel, key, state: channel === 'email' ? 'down' : 'under_way', to, by: 'lan', at: rfc3339(Date.now()), answered_at: null, said: channel === 'email' ? 'no route to host' : null };
        this.trials.push(trial);
        const { key: _, ...shown } = trial;
        return this.json(reply, trial.state === 'under_way' ? 202 : 200, shown);
    }

    async administer(request, reply, path) {
        const [, , , kind, id, verb] = path.split('/');
        const body = request.method === 'POST' ? JSON.parse(await textOf(request)) : {};
        const account = this.accounts.find((a) => a.name === id);
        if (kind === 'accounts') {
            if (request.method === 'GET') return this.json(reply, 200, { accounts: this.accounts });
            if (verb === 'reset') return this.json(reply, 200, { account, password: 'fresh-once-only' });
            if (account) return this.json(reply, 200, { account: Object.assign(account, body), password: null });
            if (this.accounts.some((a) => a.name === body.name)) return this.json(reply, 409, { type: '/problems/conflict', title: 'x', status: 409, detail: 'Tên này đã có.', field: 'name' });
            this.accounts.push({ ...this.accounts[0], ...body, must_change: true });
            return this.json(reply, 201, { account: this.accounts.at(-1), password: 'once-upon-a-time' });
        }
        if (request.method === 'GET') return this.json(reply, 200, { tokens: this.tokens });
        if (request.method === 'DELETE') {
            this.tokens.find((t) => t.id === id).revoked = true;
            return this.json(reply, 204);
        }
        this.tokens.push({ id: `tok${this.tokens.length}`, purpose: body.purpose, role: body.role, supplier: null, sites: null, addresses: body.addresses ?? null, revoked: false, made: rfc3339(Date.now()),
            expires: body.expires ?? null, used: null, changed: rfc3339(Date.now()), changed_by: 'lan' });
        return this.json(reply, 201, { token: this.tokens.at(-1), secret: 'deadbeef' });
    }

    /** A substitute, a guest or other addresses, put or withdrawn. */
    async changeDuty(request, reply, path, query) {
        if (this.refuseDuty) return this.refuse(reply, this.refuseDuty.status, this.refuseDuty.detail, this.refuseDuty.field);
        if (request.method === 'DELETE') {
            const id = path.split('/').pop();
            this.dutyActs.push({ withdrawn: path, key: query.get('key') });
            const gone = this.dutyChanges.find((c) => c.id === id);
            this.dutyChanges = this.dutyChanges.filter((c) => c.id !== id);
            return this.json(reply, 200, { ...gone, state: 'withdrawn', ended_at: rfc3339(Date.now()), ended_by: NAME });
        }
        const said = JSON.parse(await textOf(request));
        this.dutyActs.push(said);
        const names = { lan: 'Lò Thị Lan', minh: 'Giàng A Minh', 'truong-ca': 'Trưởng ca' };
        const kind = path.endsWith('/roster') ? 'substitute' : said.contact ? 'addresses' : 'guest';
        const guest = kind === 'guest';
        const who = said.who ?? said.contact;
        this.dutyChanges.push({ id: `${this.dutyActs.length}`.padStart(16, '0'), kind, state: 'open', void: null, supplier: null, roster: said.roster ?? null,
            who: guest ? 'guest-0a1b2c3d' : who ?? null, who_name: guest ? said.name : names[who] ?? null, by: said.by ?? null, by_name: names[said.by] ?? null, channels: guest ? ['sms'] : [], without: [],
            from: said.from ?? rfc3339(Date.now()), until: said.until, entered_at: rfc3339(Date.now()), ended_at: null, told_by: NAME, why: said.why, ended_by: null, end_why: null });
        return this.json(reply, 201, this.dutyChanges.at(-1));
    }

    async actOnAlarm(request, reply, id, verb) {
        const said = JSON.parse(await textOf(request));
        const again = this.acts.some((a) => a.key === said.key);
        if (!again) this.acts.push({ id, verb, ...said });
        const alarm = this.alarms.find((a) => a.id === id);
        if (!alarm) return this.refuse(reply, 404, 'no such alarm');
        if (verb === 'acknowledge') alarm.state = alarm.below = 'acknowledged';
        if (verb === 'shelve') alarm.shelved_until = rfc3339(Date.now() + 900_000), alarm.state = 'shelved';
        return this.json(reply, 200, alarm);
    }

    /* Who is on, as the daemon says it: one shift, its log, its sheet. */
    async shift(request, reply, path) {
        if (this.who.role !== 'operator' && this.who.role !== 'administrator') return this.refuse(reply, 403, 'not your role');
        const now = rfc3339(Date.now());
        const brief = ({ log, ...rest }) => ({ ...rest, entries: log.length });
        const query = new URL(request.url, 'http://fake').searchParams;
        const older = query.get('next') === 'past';
        const pastOf = (items) => ({ items, next: null });
        if (older && !this.database) return this.refuse(reply, 503, 'Cơ sở dữ liệu đang mất kết nối.');
        if (older && path === '/api/v1/shifts') return this.json(reply, 200, pastOf(this.shiftsPast));
        const current = this.shifts.find((x) => x.state === 'on' || x.state === 'offered');
        if (request.method === 'POST') {
            const said = JSON.parse(await textOf(request));
            this.shiftActs.push(said);
            if (this.refuseShift) return this.refuse(reply, this.refuseShift.status, this.refuseShift.detail, this.refuseShift.field);
            const entry = { id: `${said.key.length}${this.shiftActs.length}`.padStart(16, 'e'), n: 1, kind: { take: 'taken', note: 'note', hand_over: 'handed_over', accept: 'accepted' }[said.act], at: said.at ?? now, recorded_at: now, key: said.key,
                who: NAME, to: said.to ?? null, text: said.text ?? null, site: said.site ?? null, point: null, incident: said.incident ?? null, corrects: said.corrects ?? null };
            let on = current;
            if (said.act === 'take' || said.act === 'accept') {
                if (on) Object.assign(on, { state: said.act === 'accept' ? 'handed_over' : 'relieved', ended_at: now });
                on = { id: `${this.shifts.length + 1}`.padStart(16, 'a'), state: 'on', supplier: null, who: NAME, leads: false, from: now, taken_at: now, to: null, offered_at: null, ended_at: null, follows: on?.id ?? null, entries: 0, sheet: false, log: [] };
                this.shifts.unshift(on);
            }
            if (said.act === 'hand_over') Object.assign(on, { state: 'offered', to: said.to, offered_at: now, sheet: true });
            on.log.push({ ...entry, n: on.log.length + 1 });
            return this.json(reply, 201, { shift: brief(on), entry });
        }
        if (path === '/api/v1/shifts') return this.json(reply, 200, { at: now, current: current ? [brief(current)] : [], people: [{ name: NAME, full_name: 'Lò Thị Lan' }, { name: 'hung', full_name: 'Vừ A Hùng' }], items: this.shifts.map(brief), next: 'past' });
        if (path === '/api/v1/shifts/notes') {
            const known = this.shifts.flatMap((x) => x.log).filter((e) => e.site === query.get('site')).reverse();
            const { items, next } = older ? pastOf(this.notesPast) : { items: known, next: 'past' };
            const most = Number(query.get('limit'));
            return this.json(reply, 200, { items: items.slice(0, most), next: items.length > most ? 'more' : next });
        }
        const one = this.shifts.find((x) => path.includes(x.id));
        if (!one) return this.refuse(reply, 404, 'there is no such shift');
        if (!path.endsWith('/sheet')) return this.json(reply, 200, { ...one, entries: one.log.length });
        const none = { total: 0, items: [] };
        return this.json(reply, 200, { shift: one.id, kept: one.sheet, supplier: null, who: one.who, leads: false, from: one.from, to: one.to, made: now, incidents: { total: 1, items: [{ id: '473812', class: 'distribution_main', state: 'assigned', place: 'Khu vực Đoàn Kết', start: now, due: now, legal: true, overdue: true, waiting: null, drill: false }] },
            alarms: { total: 250, items: [{ id: '10f3a2b1c4d5e6f7', state: 'unacknowledged', severity: 'high', point: 'nmn-lai-chau.flow_out', point_name: 'Lưu lượng', place: 'Nhà máy', rule: 'low', name: 'Lưu lượng thấp', opened: now }] },
            shelved: { total: 1, items: [{ id: '30f3a2b1c4d5e6f7', point: 'nmn-lai-chau.flow_out', point_name: 'Lưu lượng', place: 'Nhà máy', name: 'Lưu lượng cao', until: now, who: 'minh', why: 'thay cảm biến' }] }, suppressed: none, out_of_service: none, modes: none, points: none, maintenance: none, duties: { total: 2, items: [{ incident: '473812', duty: 'sample', due: now, target: true }, { incident: '473812', duty: 'people', due: now, target: false }] }, entries: none });
    }

    wires() {
        const soon = Date.now();
        return {
            at: rfc3339(soon),
            wires: SITES.map(([, , wire, rows], i) => ({
                id: wire, endpoint: `127.0.0.1:${8490 + i}`, state: i === 2 ? 'suspect' : 'up', since: rfc3339(soon - 3e6), last_valid_reply: rfc3339(soon - 400 * (i + 1)),
                response_ms: { p50: 3.2 + i, p99: 18 + 7 * i }, transactions: 91234, timeouts: i, refused_answers: 0, reconnects: i, overruns: 0,
                next_try: null, last_error: null,
                devices: [1, 2].map((n) => {
                    const down = i === 2 && n === 2;
                    return { id: `${wire}-${n}`, unit: n, state: down ? 'down' : 'up', last_valid_reply: rfc3339(soon - (down ? 754e3 : 600 * n)), every_ms: 2000,
                        points: Math.round(rows.length / 2), last_error: down ? 'no answer in 800 ms, 3 times' : null, next_try: down ? rfc3339(soon + 17e3) : null };
                }),
            })),
        };
    }

    ready() {
        return { ready: true, parts: [
            { name: 'journal', state: 'ok', text: 'durable to 182223, 4 ms a commit' },
            { name: 'database', state: this.database ? 'ok' : 'degraded', text: this.database ? 'delivered to 182220' : 'no answer for 12 s; 4812 records wait in the journal' },
            { name: 'wires', state: 'ok', text: '5 of 6 devices answer' },
        ] };
    }

    json(reply, status, body, headers = {}) {
        reply.writeHead(status, { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json', 'Cache-Control': 'no-store', ...headers });
        reply.end(body === undefined ? undefined : JSON.stringify(body));
    }

    refuse(reply, status, detail, field) {
        this.json(reply, status, { type: 'about:blank', title: 'Refused', status, detail, field });
    }

    asset(reply, found) {
        reply.writeHead(200, { 'Content-Type': found.contentType, 'Content-Encoding': 'gzip', ETag: found.etag, 'Content-Security-Policy': CSP,
            'X-Content-Type-Options': 'nosniff', 'Cache-Control': found.immutable ? 'public, max-age=31536000, immutable' : 'no-cache' });
        reply.end(readFileSync(join(this.dist, `${found.file}.gz`)));
    }

    async session(request, reply, known) {
        if (request.method === 'GET') return known ? this.json(reply, 200, this.who) : this.refuse(reply, 401, 'sign in first');
        if (request.method === 'DELETE') return this.json(reply, 204, undefined, { 'Set-Cookie': 'capnuoc_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0' });
        const said = JSON.parse(await textOf(request));
        const person = said.name === NAME && (said.password === this.password || said.password === ONCE);
        if (said.token !== TOKEN && !person) return this.refuse(reply, 401, 'unknown');
        this.who = { role: person ? this.personRole : 'viewer', name: person ? NAME : 'viewer', person, leads: person, must_change: said.password === ONCE,
            language: person ? 'vi' : null, supplier: null, sites: null, expires: null, grants: { as_of: null, stale: false } };
        return this.json(reply, 204, undefined, { 'Set-Cookie': `capnuoc_session=${SESSION}; HttpOnly; SameSite=Strict; Path=/` });
    }

    async changePassword(request, reply) {
        const { password, new_password } = JSON.parse(await textOf(request));
        if (password !== this.password && password !== ONCE) return this.refuse(reply, 403, 'wrong');
        if (new_password.length < 10) return this.refuse(reply, 422, 'Mật khẩu mới chưa đạt.');
        this.password = new_password;
        this.who.must_change = false;
        return this.json(reply, 204);
    }

    stream(reply) {
        reply.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
        reply.flushHeaders();
        if (!this.frozen) {
            this.write(reply, 'full', this.points);
            reply.write(`event: alarms\ndata: ${JSON.stringify({ at: rfc3339(Date.now()), items: this.alarms })}\n\n`);
        }
        this.streams.add(reply);
        reply.on('close', () => this.streams.delete(reply));
    }

    /* As the daemon: due on the next 30 April, late when its day is over. */
    async prevention(request, reply, path, query) {
        const [, , , kind, id, act] = path.split('/');
        const today = rfc3339(Date.now()).slice(0, 10);
        const common = (said) => ({ id: Math.random().toString(16).slice(2).padEnd(16, '0').slice(0, 16), key: said.key, site: said.site ?? null, zone: said.zone ?? null, entered_at: rfc3339(Date.now()), who: NAME });
        const measure = (said) => ({ ...common(said), what: said.what, responsible: said.responsible, due: said.due ?? `${Number(today.slice(0, 4)) + 1}-04-30`, state: 'open', overdue: (said.due ?? today) < today, late: (said.due ?? today) < today,
            incident: said.incident ?? null, black_spot: said.black_spot ?? null, ended_on: null, closed_at: null, ended_by: null, end_why: null });
        if (request.method === 'GET' && id === 'candidates') return this.database ? this.json(reply, 200, { at: rfc3339(Date.now()), rule: {}, items: this.candidates }) : this.refuse(reply, 503, 'the database is away');
        if (request.method === 'GET' && kind === 'black-spots') return this.json(reply, 200, { at: rfc3339(Date.now()), next: null, items: this.spots.filter((s) => s.state === 'open').map((s) => ({ ...s, measures: this.measures.filter((m) => m.black_spot === s.id) })) });
        if (request.method === 'GET') {
            const state = query.get('state');
            const is = { open: (m) => m.state === 'open', late: (m) => m.late, done: (m) => m.state === 'done', all: () => true };
            const n = (f) => this.measures.filter(f).length;
            return this.json(reply, 200, { at: rfc3339(Date.now()), next: null, counts: { open: n(is.open), overdue: n((m) => m.overdue), late: n(is.late), done: n(is.done), dropped: 0 }, items: this.measures.filter(is[state]) });
        }
        const said = JSON.parse(await textOf(request));
        if (kind === 'measures' && !id && !said.site && !said.zone && !said.incident) return this.refuse(reply, 400, 'Cần “site” hoặc “zone” có thật.');
        if (kind === 'measures' && !id) this.measures.push(measure(said));
        else if (kind === 'measures') Object.assign(this.measures.find((m) => m.id === id), { state: said.state, overdue: false, ended_on: said.on ?? today, end_why: said.why ?? null });
        else if (!id) this.spots.push({ ...common(said), reason: said.reason, what: said.what, evidence: said.evidence ?? null, state: 'open', ended_on: null, closed_at: null, ended_by: null, end_why: null, next_on: '2027-02-23', round_overdue: false, inspections: [] });
        else if (act === 'measures') this.measures.push(measure({ ...said, black_spot: id, zone: this.spots.find((s) => s.id === id).zone }));
        else if (act === 'closure') Object.assign(this.spots.find((s) => s.id === id), { state: 'closed', end_why: said.why });
        else this.spots.find((s) => s.id === id).inspections.unshift({ ...common(said), black_spot: id, on: said.on ?? today, looked_by: said.looked_by, found: said.found, next_on: said.next_on ?? '2027-02-23' });
        return this.json(reply, 201, {});
    }

    async report(request, reply, path, query) {
        if (!this.database) return this.refuse(reply, 503, 'the database is away');
        if (path === '/api/v1/reports/preview') {
            this.reportAsked = Object.fromEntries(query);
            return this.json(reply, 200, REPORT(query.get('kind'), query.get('from'), query.get('to')));
        }
        if (path === '/api/v1/reports' && request.method === 'POST') {
            const said = JSON.parse(await textOf(request));
            const version = this.reports.filter((r) => r.kind === said.kind && r.from === said.from && r.to === said.to).length + 1;
            const text = { hash: 'ab'.repeat(32), bytes: 1234 };
            this.reports.unshift({ id: `${said.kind}-${said.from.replaceAll('-', '')}-${said.to.replaceAll('-', '')}-v${version}`, supplier: null, version, node: 'demo', issued_at: rfc3339(Date.now()), issued_by: NAME,
                record_of_acts: { seq: '7', hash: 'cd'.repeat(32) }, texts: { json: text, csv: text, html: text }, ...said });
            return this.json(reply, 201, this.reports[0]);
        }
        if (path === '/api/v1/reports') return this.json(reply, 200, { items: this.reports, next: null });
        if (path.endsWith('.html')) return void reply.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Disposition': 'inline; filename="report.html"', 'Content-Security-Policy': PAPER })
            .end('<!DOCTYPE html><title>as it was</title><style>p{text-align:center}</style><p>BÁO CÁO</p><script>document.title = "changed"</script>');
        return void reply.writeHead(200, { 'Content-Type': 'text/csv; charset=utf-8' }).end('section,key\r\n');
    }

    async answer(request, reply) {
        const url = new URL(request.url, 'http://fake');
        const path = decodeURIComponent(url.pathname);
        this.requests.push(`${request.method} ${path}`);
        if (this.cut) return void request.socket.destroy();
        if (this.mute) return undefined;
        const found = this.manifest.find((a) => a.path === path);
        if (found) return this.asset(reply, found);
        if (path === '/healthz') return this.json(reply, 200, { alive: true, version: 'fake', uptime_s: 1 });
        if (path === '/readyz') return this.json(reply, 200, this.ready());
        const known = (request.headers.cookie ?? '').includes(`capnuoc_session=${SESSION}`) && !this.expired;
        if (path === '/api/v1/session') return this.session(request, reply, known);
        if (!known) return this.refuse(reply, 401, 'sign in first');
        if (path === '/api/v1/session/password') return this.changePassword(request, reply);
        if (this.who.must_change) return this.refuse(reply, 403, 'change first');
        if (path === '/api/v1/stream') return this.stream(reply);
        if (path === '/api/v1/alarms' && url.searchParams.get('state') === 'closed') return this.over ? this.overPage(reply, url.searchParams) : this.refuse(reply, 503, 'the database is away');
        if (path === '/api/v1/alarms') return this.json(reply, 200, { at: rfc3339(Date.now()), items: this.alarms });
        const acted = /^\/api\/v1\/alarms\/([0-9a-f]+)\/(\w+)$/.exec(path);
        if (acted) return this.actOnAlarm(request, reply, acted[1], acted[2]);
        if (path === '/api/v1/alarm-rules.csv') return void reply.writeHead(200, { 'Content-Type': 'text/csv; charset=utf-8' }).end(RULES);
        if (path === '/api/v1/sites') return this.json(reply, 200, { sites: this.sites(), next: null });
        if (path.startsWith('/api/v1/shifts')) return this.shift(request, reply, path);
        if (path === '/api/v1/modes' && request.method === 'POST') {
            const said = JSON.parse(await textOf(request));
            if (!this.modes.some((m) => m.key === said.key)) this.modes.push({ id: `${this.modes.length}`.padStart(16, '0'), from: rfc3339(Date.now()), ended: 'open', ended_at: null, who: NAME, ended_by: null, end_why: null, ...said });
            return this.json(reply, 201, this.modes.at(-1));
        }
        if (path === '/api/v1/modes') return this.json(reply, 200, { items: this.modes });
        if (path.startsWith('/api/v1/modes/')) {
            this.modes = this.modes.filter((m) => m.id !== path.split('/').pop());
            return this.json(reply, 204);
        }
        if (path === '/api/v1/alarms/performance') return this.json(reply, 200, { from: url.searchParams.get('from'), to: url.searchParams.get('to'), operators: 1, alarms: 31, by_severity: { low: 20, medium: 6, high: 4, critical: 1 },
            mean_in_10min: 0.22, most_in_10min: 12, floods: 1, flood_share: 0.013, chattering: 1, chatter: [], worst: [{ point: 'tta-quyet-thang.level', rule: 'level', alarms: 9 }], stale: 0, oldest: [] });
        if (path.startsWith('/api/v1/incidents') && this.incidents) return this.incident(request, reply, path, url.searchParams);
        if (path.startsWith('/api/v1/measures') || path.startsWith('/api/v1/black-spots')) return this.prevention(request, reply, path, url.searchParams);
        if (path.startsWith('/api/v1/reports')) return this.report(request, reply, path, url.searchParams);
        if (path === '/api/v1/suppliers') return this.json(reply, 200, { suppliers: [{ id: 'cn-lai-chau', name: 'Cấp nước Lai Châu' }, { id: 'nong-thon', name: 'Nước sạch nông thôn' }], next: null });
        if (path === '/api/v1/mains') return this.json(reply, 200, { mains: [{ id: 'ong-dn300', name: 'Tuyến ống DN300', system: 'lai-chau', system_name: 'Hệ thống cấp nước Lai Châu', diameter_mm: 300, path: [[22.3964, 103.4582], [22.392, 103.464], [22.3889, 103.4701]] }], next: null });
        if (path === '/api/v1/zones') return this.json(reply, 200, { zones: [{ id: 'kv-doan-ket', name: 'Khu vực Đoàn Kết' }, { id: 'kv-tan-phong', name: 'Khu vực Tân Phong' }], next: null });
        if (path === '/api/v1/calls' && this.incidents) return this.call(request, reply, url.searchParams);
        if (path === '/api/v1/systems') return this.json(reply, 200, { systems: [{ id: 'lai-chau', name: 'Hệ thống cấp nước Lai Châu', supplier: null, supplier_name: null, kind: 'urban', capacity_m3_per_day: 9000,
            people: 21000, chain: [], safety_plan: { status: 'approved', approved_on: null, valid_until: null, next_review: '2026-01-01' } }], next: null });
        if (path === '/api/v1/duty') {
            this.dutyAt = url.searchParams.get('at');
            const lan = { id: 'lan', name: 'Lò Thị Lan', account: 'lan', instead_of: url.searchParams.get('at') ? 'Giàng A Minh' : null, change: null };
            return this.json(reply, 200, { at: url.searchParams.get('at') ?? rfc3339(Date.now()), rosters: [
                { id: 'nha-may', name: 'Trực nhà máy', supplier: null, classes: ['water_quality'], until: rfc3339(Date.now() + 3.6e6), gap: false, people: [lan], leader: { ...lan, id: 'ca', name: 'Vừ A Hùng', instead_of: null }, authority: null, next_gap: { from: rfc3339(Date.now() + 7.2e7), to: rfc3339(Date.now() + 8e7) } },
                { id: 'mang-luoi', name: null, supplier: null, classes: ['service_network'], until: null, gap: true, people: [lan], leader: lan, authority: null, next_gap: null }] });
        }
        if (/^\/api\/v1\/(roster|contacts)/.test(path) && request.method !== 'GET') return this.changeDuty(request, reply, path, url.searchParams);
        if (path === '/api/v1/roster') return this.json(reply, 200, { from: url.searchParams.get('from'), to: url.searchParams.get('to'), changes: this.dutyChanges.filter((c) => c.kind === 'substitute'), rosters: this.noRosters ? [] : [
            { id: 'nha-may', name: 'Trực nhà máy', supplier: null, classes: ['water_quality'], authority: null, members: [{ id: 'lan', name: 'Lò Thị Lan' }, { id: 'minh', name: 'Giàng A Minh' }], turns: [], gaps: [], until: url.searchParams.get('to') }] });
        if (path === '/api/v1/contacts') return this.json(reply, 200, { changes: this.dutyChanges.filter((c) => c.kind !== 'substitute'), items: [{ id: 'truong-ca', name: 'Trưởng ca', language: 'vi', account: null, supplier: null, channels: ['sms', 'email'] }, { id: 'so-xay-dung', name: 'Sở Xây dựng', language: 'vi', account: null, supplier: null, channels: ['email'] }] });
        if (path === '/api/v1/channels') return this.json(reply, 200, { items: [this.channel('email', false), this.channel('sms', true)] });
        if (/^\/api\/v1\/channels\/(email|sms)\/test$/.test(path)) return this.tryChannel(request, reply, path.split('/')[4]);
        if (path === '/api/v1/sessions') return this.json(reply, 200, { sessions: [{ id: 's1', account: 'lan', from: '10.0.0.7', made: rfc3339(Date.now() - 3e6), seen: rfc3339(Date.now()), expires: rfc3339(Date.now() + 3e7) }] });
        if (path === '/api/v1/config-versions') return this.json(reply, 200, { versions: [{ id: '2', at: rfc3339(Date.now() - 4e6), author: 'lan', digest: '4fb395b292a5a45e' }], next: null });
        if (path === '/api/v1/config-versions/2') return this.json(reply, 200, { id: '2', at: rfc3339(Date.now() - 4e6), author: 'lan', digest: '4fb395b292a5a45e', difference: '+ point nmn-lai-chau.pac\n~ point nmn-lai-chau.ph' });
        if (/^\/api\/v1\/(accounts|tokens)/.test(path)) return this.who.role === 'administrator' ? this.administer(request, reply, path) : this.refuse(reply, 403, 'not your role');
        if (path === '/api/v1/audit') return this.who.role === 'administrator' ? this.audit(reply, url.searchParams) : this.refuse(reply, 403, 'not your role');
        if (path === '/api/v1/series') return this.database ? this.json(reply, 200, this.many(url.searchParams)) : this.refuse(reply, 503, 'the database is away');
        if (path === '/api/v1/wires') return this.json(reply, 200, this.wires());
        const clean = ({ base, swing, phase, ...p }) => p;
        if (path === '/api/v1/points') {
            const begin = Number(url.searchParams.get('next') ?? 0);
            const next = begin + 20 < this.points.length ? String(begin + 20) : null;
            return this.json(reply, 200, { at: rfc3339(Date.now()), generation: this.generation, points: this.points.slice(begin, begin + 20).map(clean), next });
        }
        const named = /^\/api\/v1\/points\/([^/]+)(\/series)?$/.exec(path);
        const p = named && this.point(named[1]);
        if (!p) return this.refuse(reply, 404, 'no such thing');
        if (!named[2]) return this.json(reply, 200, { ...clean(p), plausible: { low: 0, high: p.base * 3 || null }, deadband: 0.05, heartbeat_ms: 300000 });
        return this.database ? this.json(reply, 200, this.series(p, url.searchParams)) : this.refuse(reply, 503, 'the database is away');
    }
}

/** Serves DIST on 127.0.0.1 and a free port (or the given one). */
export async function startFake(dist, port = 0) {
    const fake = new Fake(resolve(dist));
    const server = createServer((request, reply) => void fake.answer(request, reply).catch((e) => fake.refuse(reply, 500, e.message)));
    await new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
    let turn = 0;
    const timer = setInterval(() => fake.step(turn++), 300);
    fake.address = `http://127.0.0.1:${server.address().port}`;
    fake.stop = () => {
        clearInterval(timer);
        fake.cutOff();
        server.closeAllConnections();
        return new Promise((done) => server.close(done));
    };
    return fake;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
    const fake = await startFake(process.argv[2], Number(process.argv[3] ?? 0));
    console.log(`${fake.address}/#token=${TOKEN}`);
}
