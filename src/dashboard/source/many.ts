/* Several points in one picture: what is asked for, how it is divided into panels, one time axis for all.  Pure. */
import { instant } from './format';
import type { Plot } from './series';
import type { Point } from './shapes';

const MINUTE = 60_000;
const DAY = 86_400_000;
export const POINTS_MOST = 12;
const SHORTEST_MS = 10_000;
const LONGEST_MS = 5 * 366 * DAY;

export const SPANS = [
    { key: '1h', ms: 60 * MINUTE, vi: '1 giờ', en: '1 h' },
    { key: '6h', ms: 360 * MINUTE, vi: '6 giờ', en: '6 h' },
    { key: '24h', ms: DAY, vi: '24 giờ', en: '24 h' },
    { key: '7d', ms: 7 * DAY, vi: '7 ngày', en: '7 days' },
    { key: '30d', ms: 30 * DAY, vi: '30 ngày', en: '30 days' },
    { key: '1y', ms: 365 * DAY, vi: '1 năm', en: '1 year' },
] as const;

export type Span = (typeof SPANS)[number];
export type Against = 'none' | 'day' | 'week';
export const BACK_MS: Record<Against, number> = { none: 0, day: DAY, week: 7 * DAY };

/** Either the newest `span`, or a window that stays. */
export interface View {
    points: string[];
    span: Span;
    fixed: { from: number; to: number } | null;
    against: Against;
}

export function viewOf(query: URLSearchParams): View {
    const points = [...new Set((query.get('points') ?? '').split(',').filter(Boolean))].slice(0, POINTS_MOST);
    const from = instant(query.get('from'));
    const to = instant(query.get('to'));
    const asked = query.get('range');
    const against = query.get('against');
    return {
        points, span: SPANS.find((s) => s.key === asked) ?? SPANS[asked === '5m' || asked === '15m' ? 0 : 1],
        fixed: from !== null && to !== null && to > from ? bounded(from, to) : null,
        against: against === 'day' || against === 'week' ? against : 'none',
    };
}

export function queryOf(view: View): Record<string, string> {
    const query: Record<string, string> = {};
    if (view.points.length) query.points = view.points.join(',');
    query.range = view.span.key;
    if (view.fixed) Object.assign(query, { from: new Date(view.fixed.from).toISOString(), to: new Date(view.fixed.to).toISOString() });
    if (view.against !== 'none') query.against = view.against;
    return query;
}

export const windowOf = (view: View, now: number): { from: number; to: number } => view.fixed ?? { from: now - view.span.ms, to: now };

function bounded(from: number, to: number): { from: number; to: number } {
    const wide = Math.min(Math.max(to - from, SHORTEST_MS), LONGEST_MS);
    const middle = (from + to) / 2;
    return { from: Math.round(middle - wide / 2), to: Math.round(middle + wide / 2) };
}

/** Wider (by > 1) or narrower about its middle; never into the future. */
export function zoomed(w: { from: number; to: number }, by: number, now: number): { from: number; to: number } {
    const middle = (w.from + w.to) / 2;
    const half = ((w.to - w.from) / 2) * by;
    return notAhead(bounded(middle - half, middle + half), now);
}

export function moved(w: { from: number; to: number }, share: number, now: number): { from: number; to: number } {
    const step = (w.to - w.from) * share;
    return notAhead({ from: Math.round(w.from + step), to: Math.round(w.to + step) }, now);
}

function notAhead(w: { from: number; to: number }, now: number): { from: number; to: number } {
    return w.to <= now ? w : { from: Math.round(w.from - (w.to - now)), to: Math.round(now) };
}

export interface Panel {
    unit: string;
    points: Point[];
}

/** One panel for each unit, in the order the points were asked for. */
export function panelsOf(points: Point[]): Panel[] {
    const panels = new Map<string, Point[]>();
    for (const p of points) panels.set(p.unit, [...(panels.get(p.unit) ?? []), p]);
    return [...panels].map(([unit, mine]) => ({ unit, points: mine }));
}

/** `A`, `B`, … by place among all that are shown. */
export const letterOf = (index: number): string => String.fromCharCode(65 + (index % 26));

type Column = (number | null | undefined)[];

/** One axis for all: a plot has `undefined` where it says nothing (uPlot draws on) and null where nothing is known (a gap). */
export function joined(plots: Plot[]): { x: number[]; columns: Column[][] } {
    const apart = plots.map((p) => p.x.map((x, i) => (p.x[i + 1] === x ? x - 0.001 : x))); /* the end of a step, before the next begins */
    const x = [...new Set(apart.flat())].sort((a, b) => a - b);
    const place = new Map(x.map((v, i) => [v, i]));
    const columns = plots.map((p, n) => [p.good, p.doubtful, p.low, p.high].map((row) => {
        const column: Column = new Array(x.length).fill(undefined);
        row.forEach((v, i) => { column[place.get(apart[n]![i]!)!] = v; });
        return column;
    }));
    return { x, columns };
}

/** Lowest and highest of what is drawn, with air; a limit that is near is let in. */
export function spanOf(columns: Column[], limits: number[], decimals: number): [number, number] {
    let low = Infinity;
    let high = -Infinity;
    for (const column of columns)
        for (const v of column)
            if (v !== null && v !== undefined) {
                if (v < low) low = v;
                if (v > high) high = v;
            }
    if (low > high) return limits.length ? [Math.min(...limits) - 1, Math.max(...limits) + 1] : [0, 1];
    const wide = Math.max(high - low, 4 * 10 ** -decimals, Math.abs(high) * 0.02);
    for (const limit of limits)
        if (limit >= low - 1.5 * wide && limit <= high + 1.5 * wide) {
            low = Math.min(low, limit);
            high = Math.max(high, limit);
        }
    const spread = Math.max(high - low, wide) * 0.6;
    const middle = (low + high) / 2;
    return [low >= 0 && middle - spread < 0 ? 0 : middle - spread, middle + spread];
}
