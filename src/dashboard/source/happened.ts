/* What happened while a trend was drawn: alarms and facts of incidents, as marks on its time axis.  Pure. */
import { instant } from './format';
import type { Alarm, IncidentWhole } from './shapes';

export interface Happening {
    kind: 'alarm' | 'fact';
    id: string; /* of the alarm or incident */
    at: number;
    until: number | null; /* when the alarm ended; null: it has not, or it is a fact */
    severity: string;
    name: { vi: string; en: string } | null; /* of the alarm */
    point: string | null;
    word: string; /* rule of the alarm; the fact */
    open: boolean;
    note: string | null;
}

export interface Mark {
    kind: 'alarm' | 'fact';
    share: number; /* of the axis, 0 to 1 */
    all: Happening[];
}

const APART = 0.025; /* of the axis: nearer marks are one with a number */

function alarmAs(a: Alarm, open: boolean): Happening | null {
    const at = instant(a.opened_at);
    return at === null ? null : { kind: 'alarm', id: a.id, at, until: open ? null : instant(a.changed_at), severity: a.severity, point: a.point_name, word: a.rule, open, note: null,
        name: a.name ? { vi: a.name.vi || a.rule, en: a.name.en || a.name.vi || a.rule } : null };
}

/** Alarms of these points: the open ones as they are known, those that are over from the history; each once. */
export function alarmsOf(points: ReadonlySet<string>, open: readonly Alarm[], over: readonly Alarm[]): Happening[] {
    const mine = (a: Alarm) => a.point !== null && points.has(a.point);
    const known = new Set(open.map((a) => a.id));
    return [...open.filter(mine).map((a) => alarmAs(a, true)), ...over.filter((a) => mine(a) && !known.has(a.id)).map((a) => alarmAs(a, false))].filter((h): h is Happening => h !== null);
}

/** Facts of the incidents that have something at one of these sites. */
export function factsOf(sites: ReadonlySet<string>, incidents: readonly IncidentWhole[]): Happening[] {
    return incidents.filter((i) => !i.drill && i.sites.some((s) => sites.has(s))).flatMap((i) => i.facts.flatMap((f): Happening[] => {
        const at = instant(f.claimed_at);
        return at === null ? [] : [{ kind: 'fact', id: i.id, at, until: null, severity: '', name: null, point: null, word: f.fact, open: !i.closed, note: f.note }];
    }));
}

/** Those inside the window, in the order of time; what stands too near together of one kind is one mark. */
export function marksOf(all: readonly Happening[], from: number, to: number): Mark[] {
    const marks: Mark[] = [];
    const last: Partial<Record<Happening['kind'], Mark>> = {};
    for (const h of [...all].filter((x) => x.at >= from && x.at <= to).sort((a, b) => a.at - b.at)) {
        const share = (h.at - from) / Math.max(to - from, 1);
        const near = last[h.kind];
        if (near && share - near.share < APART) near.all.push(h);
        else marks.push((last[h.kind] = { kind: h.kind, share, all: [h] }));
    }
    return marks;
}
