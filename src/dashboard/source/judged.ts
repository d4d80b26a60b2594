/* What the overview says: is the water safe, does everyone have water, what is late; and which site first.  Pure.
 * Nothing here turns "not known" into "well". */
import { instant } from './format';
import { byConsequence, numberOf } from './incident_kit';
import type { Alarm, Incident, Point, Quality, Rule, SiteInfo, System, Wire } from './shapes';

export type Verdict = 'well' | 'doubt' | 'unknown' | 'wrong';

export interface Answer {
    verdict: Verdict;
    alarms: Alarm[]; /* that are so now, the gravest first; put aside or not */
    incidents: Incident[]; /* that are not over, by consequence */
    returned: number; /* over, seen by nobody */
    points: number;
    unknown: Point[];
    doubtful: Point[];
}

export const SEVERITIES = ['low', 'medium', 'high', 'critical'];
export const graver = (a: Alarm, b: Alarm): number => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || b.opened_at.localeCompare(a.opened_at);

export const active = (a: Alarm): boolean => a.below === 'unacknowledged' || a.below === 'acknowledged';
export const waits = (a: Alarm): boolean => a.state === 'unacknowledged' || a.state === 'returned';
export const aside = (a: Alarm): boolean => a.state === 'shelved' || a.state === 'suppressed' || a.state === 'out_of_service';

/* What an incident is about, also one that no device saw: somebody called. */
const STAKE: Record<string, string> = { service_network: 'supply', distribution_main: 'supply', transmission_main: 'supply', source_loss: 'supply', water_quality: 'health', safety: 'safety' };
const OVER = ['restored', 'evaluated', 'closed', 'merged'];
const concerns = (stakes: string[], i: Incident): boolean => stakes.includes(STAKE[i.class.word] ?? '') && !i.drill && !i.closed && !OVER.includes(i.state);

/** Stakes tell which points the question is about: those that have a rule for it.  Incidents: null, not known. */
export function answer(stakes: string[], alarms: Alarm[] | null, rules: Rule[] | null, points: ReadonlyMap<string, Point>, incidents: Incident[] | null = []): Answer {
    const asked = new Set((rules ?? []).filter((r) => stakes.includes(r.stake)).map((r) => r.point));
    const watched = [...asked].map((id) => points.get(id)).filter((p): p is Point => p !== undefined);
    const concerned = (alarms ?? []).filter((a) => stakes.includes(a.stake));
    const now = concerned.filter(active).sort(graver);
    const unknown = watched.filter((p) => p.quality === 'bad');
    const doubtful = watched.filter((p) => p.quality === 'uncertain');
    const happening = byConsequence((incidents ?? []).filter((i) => concerns(stakes, i)));
    const blind = alarms === null || incidents === null || rules === null || watched.length === 0 || unknown.length > 0;
    return {
        verdict: now.length || happening.length ? 'wrong' : blind ? 'unknown' : doubtful.length ? 'doubt' : 'well',
        alarms: now, incidents: happening, returned: concerned.filter((a) => a.below === 'returned').length, points: watched.length, unknown, doubtful,
    };
}

export interface Late {
    kind: 'incident' | 'alarm' | 'wire' | 'device' | 'plan';
    id: string;
    name: { vi: string; en: string };
    since: number | null;
    by: number; /* ms over its time */
}

const both = (text: string) => ({ vi: text, en: text });

/** An alarm nobody has seen is late when the time its rule gives is over. */
export function lateOnes(alarms: Alarm[] | null, rules: Rule[] | null, wires: Wire[] | null, systems: System[] | null, now: number, incidents: Incident[] | null = null): Late[] {
    const allowed = new Map((rules ?? []).map((r) => [`${r.point} ${r.rule}`, r.respondMs]));
    const late: Late[] = (incidents ?? []).filter((i) => i.overdue && !i.drill && !i.closed).map((i) => ({
        kind: 'incident', id: i.id, name: { vi: `${numberOf(i)} ${i.class.vi || i.class.word}`, en: `${numberOf(i)} ${i.class.word.replace(/_/g, ' ')}` }, since: instant(i.due_at), by: now - (instant(i.due_at) ?? now) }));
    for (const a of alarms ?? []) {
        const since = instant(a.opened_at);
        const within = allowed.get(`${a.point} ${a.rule}`) ?? null;
        if (a.state === 'unacknowledged' && since !== null && within !== null && now - since > within)
            late.push({ kind: 'alarm', id: a.id, name: { vi: a.name?.vi || a.rule, en: a.name?.en || a.name?.vi || a.rule }, since, by: now - since - within });
    }
    for (const w of wires ?? []) {
        const since = instant(w.last_valid_reply);
        if (w.state === 'down') late.push({ kind: 'wire', id: w.id, name: both(w.id), since, by: since === null ? 0 : now - since });
        else for (const d of w.devices ?? [])
            if (d.state === 'down') late.push({ kind: 'device', id: d.id, name: both(d.id), since: instant(d.last_valid_reply), by: now - (instant(d.last_valid_reply) ?? now) });
    }
    for (const s of systems ?? []) {
        const due = instant(s.safety_plan.next_review ? `${s.safety_plan.next_review}T23:59:59+07:00` : null);
        if (due !== null && due < now) late.push({ kind: 'plan', id: s.id, name: both(s.name), since: due, by: now - due });
    }
    const order = ['incident', 'alarm', 'wire', 'device', 'plan'];
    return late.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.by - a.by);
}

export type SiteState = 'alarm' | 'unknown' | 'doubt' | 'quiet';

export interface SiteView {
    id: string;
    name: string;
    info: SiteInfo | null;
    state: SiteState;
    points: Point[];
    alarms: Alarm[]; /* active */
    unknown: number;
    doubtful: number;
    rank: number; /* the lowest first */
}

/* A site that is not seen at all stands beside one with a grave alarm. */
function rankOf(alarms: Alarm[], unknown: number, doubtful: number, points: number): number {
    const worst = Math.max(-1, ...alarms.map((a) => SEVERITIES.indexOf(a.severity)));
    if (worst === 3) return 0;
    if (worst === 2 || (points > 0 && unknown === points)) return 1;
    if (worst >= 0) return 2;
    if (unknown > 0 || points === 0) return 3;
    return doubtful > 0 ? 4 : 5;
}

export function siteViews(points: Iterable<Point>, alarms: Alarm[] | null, sites: SiteInfo[] | null): SiteView[] {
    const own = new Map<string, Point[]>((sites ?? []).map((s) => [s.id, []]));
    for (const p of points) {
        const list = own.get(p.site) ?? [];
        list.push(p);
        own.set(p.site, list);
    }
    const info = new Map((sites ?? []).map((s) => [s.id, s]));
    const views = [...own].filter(([id]) => id).map(([id, mine]): SiteView => {
        const now = (alarms ?? []).filter((a) => a.site === id && active(a) && !aside(a)).sort(graver);
        const unknown = mine.filter((p) => p.quality === 'bad').length;
        const doubtful = mine.filter((p) => p.quality === 'uncertain').length;
        const state: SiteState = now.length ? 'alarm' : unknown || !mine.length || alarms === null ? 'unknown' : doubtful ? 'doubt' : 'quiet';
        return { id, name: info.get(id)?.name ?? mine[0]?.site_name ?? id, info: info.get(id) ?? null, state, points: mine, alarms: now, unknown, doubtful,
            rank: rankOf(now, unknown, doubtful, mine.length) };
    });
    return views.sort((a, b) => a.rank - b.rank || b.alarms.length - a.alarms.length || b.unknown - a.unknown || b.doubtful - a.doubtful || a.name.localeCompare(b.name, 'vi'));
}

/* What a person looks at first. */
const WEIGHT = ['free_chlorine', 'turbidity', 'pressure', 'flow', 'level', 'ph', 'pumps_running', 'chlorine_dose', 'chemical_dose', 'chlorine_gas', 'status',
    'valve_position', 'frequency', 'speed', 'head_loss', 'sludge_level', 'iron', 'volume', 'power', 'temperature'];

const WEIGHTS = new Map(WEIGHT.map((parameter, n) => [parameter, n]));

export const weight = (p: Point): number => WEIGHTS.get(p.parameter ?? '') ?? WEIGHT.length;

const WORTH_A_ROW = WEIGHT.indexOf('status');
const QUALITIES: Quality[] = ['bad', 'uncertain', 'good'];

/** The points most worth a place, one of a parameter; those with an alarm, then those not known, before all others. */
export function keyPoints(points: Point[], alarmed: ReadonlySet<string>, most: number): Point[] {
    const sorted = [...points].filter((p) => alarmed.has(p.id) || (p.parameter && weight(p) < WORTH_A_ROW))
        .sort((a, b) => Number(alarmed.has(b.id)) - Number(alarmed.has(a.id)) || weight(a) - weight(b)
            || QUALITIES.indexOf(a.quality) - QUALITIES.indexOf(b.quality));
    const seen = new Set<string>();
    const chosen: Point[] = [];
    for (const p of sorted) {
        if (chosen.length === most) break;
        if (seen.has(p.parameter!) && !alarmed.has(p.id)) continue;
        seen.add(p.parameter!);
        chosen.push(p);
    }
    return chosen;
}
