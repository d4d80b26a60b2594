/* What the history of alarms says of one, and how one is found by its words.  Pure. */
import { folded, instant } from './format';
import type { Alarm } from './shapes';

export interface Told {
    began: number | null;
    ended: number | null;
    lasted: number | null; /* ms; null: not known */
    seenAfter: number | null; /* ms from its beginning to the last acknowledgement; null: nobody did */
}

const between = (from: number | null, to: number | null): number | null => (from === null || to === null ? null : Math.max(to - from, 0));

/** Of one that is over: it changed last when it closed. */
export function toldOf(a: Pick<Alarm, 'opened_at' | 'changed_at' | 'acknowledged_at'>): Told {
    const began = instant(a.opened_at);
    const ended = instant(a.changed_at);
    return { began, ended, lasted: between(began, ended), seenAfter: between(began, instant(a.acknowledged_at)) };
}

/** Every word of it, in any order and without marks. */
export function says(a: Alarm, text: string, siteName: string): boolean {
    const all = folded(`${a.name?.vi ?? ''} ${a.name?.en ?? ''} ${a.rule} ${a.point ?? ''} ${a.point_name ?? ''} ${a.site ?? ''} ${siteName}`);
    return folded(text).split(/\s+/).every((part) => all.includes(part));
}

export interface PastPage { items: Alarm[]; next: string | null; looked: number; until: string | null }

const ROWS = 30;
const ROWS_SEARCHED = 200;
const PAGES_AT_ONCE = 5;

/** The next page; with words the pages are looked through, a few at once, until there is a page of those that have them.
 * `looked`: how many were; `until`: when the oldest of them closed. */
export async function pageOf(before: PastPage | null, words: string, read: (limit: number, next: string | null) => Promise<{ items: Alarm[]; next: string | null }>, siteName: (a: Alarm) => string): Promise<PastPage> {
    const page: PastPage = { items: [...(before?.items ?? [])], next: before?.next ?? null, looked: before?.looked ?? 0, until: before?.until ?? null };
    const enough = page.items.length + ROWS;
    for (let n = 0; n < PAGES_AT_ONCE; n++) {
        const got = await read(words.trim() ? ROWS_SEARCHED : ROWS, page.next);
        page.items.push(...got.items.filter((a) => !words.trim() || says(a, words, siteName(a))));
        page.next = got.next;
        page.looked += got.items.length;
        page.until = got.items[got.items.length - 1]?.changed_at ?? page.until;
        if (!page.next || page.items.length >= enough || !words.trim()) break;
    }
    return page;
}
