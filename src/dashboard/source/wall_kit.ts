/* What the wall shows, and which page of it.  Pure. */
import { active, aside, graver, keyPoints, siteViews, waits } from './judged';
import type { Alarm, Point, SiteInfo } from './shapes';

export const WALL_VALUES = 40; /* of a page: more is not readable at three metres */
const OF_A_SITE = 8;
/* Of a page, in lines: two sites side by side, each a line for its name and one for four values. */
export const WALL_LINES = 11;
const linesOf = (counts: number[]): number => counts.reduce((sum, n, i) => (i % 2 ? sum : sum + 1 + Math.ceil(Math.max(n, counts[i + 1] ?? 0) / 4)), 0);
const PAGE_MS = 20_000;

export interface WallPlace {
    site: string;
    name: string;
    points: Point[];
}

/** Whole sites, the worst first, as many on a page as have room, none cut off below; one with more than fits is cut at its key points. */
export function wallPages(points: Iterable<Point>, alarms: Alarm[] | null, sites: SiteInfo[] | null): WallPlace[][] {
    const alarmed = new Set((alarms ?? []).filter((a) => active(a) && !aside(a)).map((a) => a.point ?? ''));
    const pages: WallPlace[][] = [];
    let counts: number[] = [];
    for (const v of siteViews(points, alarms, sites)) {
        const chosen = keyPoints(v.points, alarmed, OF_A_SITE);
        if (!chosen.length) continue;
        const more = [...counts, chosen.length];
        const full = more.reduce((a, b) => a + b) > WALL_VALUES || linesOf(more) > WALL_LINES;
        if (full || !pages.length) pages.push([]);
        counts = full ? [chosen.length] : more;
        pages[pages.length - 1]!.push({ site: v.id, name: v.name, points: chosen });
    }
    return pages;
}

/** What nobody has seen and cannot wait: the wall stands still while there is one. */
export function holdingAlarm(alarms: Alarm[] | null): Alarm | null {
    return [...(alarms ?? [])].filter((a) => a.severity === 'critical' && waits(a) && !aside(a)).sort(graver)[0] ?? null;
}

/** By the clock, so that several walls show the same; the page of the alarm while one holds it, and the worst sites
 * while it is not known whether there is one. */
export function pageAt(pages: WallPlace[][], held: Alarm | null, now: number, known = true): number {
    const at = held ? pages.findIndex((p) => p.some((w) => w.site === held.site)) : -1;
    if (held || !known) return Math.max(at, 0);
    return pages.length ? Math.floor(now / PAGE_MS) % pages.length : 0;
}
