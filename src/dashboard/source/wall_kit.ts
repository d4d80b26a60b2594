/* What the wall shows, and which page of it.  Pure. */
import { active, aside, graver, keyPoints, siteViews, waits } from './judged';
import type { Alarm, Point, SiteInfo } from './shapes';

export const WALL_VALUES = 40; /* of a page: more is not readable at three metres */
const OF_A_SITE = 8;
const PAGE_MS = 20_000;

export interface WallPlace {
    site: string;
    name: string;
    points: Point[];
}

/** Whole sites, the worst first, as many on a page as have room; one with more than fits is cut at its key points. */
export function wallPages(points: Iterable<Point>, alarms: Alarm[] | null, sites: SiteInfo[] | null): WallPlace[][] {
    const alarmed = new Set((alarms ?? []).filter((a) => active(a) && !aside(a)).map((a) => a.point ?? ''));
    const pages: WallPlace[][] = [];
    let room = 0;
    for (const v of siteViews(points, alarms, sites)) {
        const chosen = keyPoints(v.points, alarmed, OF_A_SITE);
        if (!chosen.length) continue;
        if (chosen.length > room) {
            pages.push([]);
            room = WALL_VALUES;
        }
        pages[pages.length - 1]!.push({ site: v.id, name: v.name, points: chosen });
        room -= chosen.length;
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
