/* Shifts as the API sends them, and which of them is this reader's.  Pure. */
import type { Word } from './words';

export interface Shift {
    id: string;
    state: 'on' | 'offered' | 'handed_over' | 'relieved';
    supplier: string | null;
    who: string;
    leads: boolean;
    from: string;
    to: string | null;
    offered_at: string | null;
    ended_at: string | null;
    entries: number;
    sheet: boolean;
}

export interface Entry {
    id: string;
    n: number;
    kind: 'taken' | 'note' | 'handed_over' | 'accepted' | 'relieved';
    at: string;
    recorded_at: string;
    who: string;
    to: string | null;
    text: string | null;
    site: string | null;
    point: string | null;
    incident: string | null;
    corrects: string | null;
}

export interface Notes { items: Entry[]; next: string | null }

const NOTES = 5;

/** The latest of a site, or `before` with what follows it.  What memory has comes first; where that is little the database is asked at
 *  once, and while that is away what there is stays. */
export async function notesOf(get: (path: string) => Promise<Notes>, site: string, before: Notes | null): Promise<Notes> {
    const ask = (most: number, next: string | null) => get(`/api/v1/shifts/notes?${new URLSearchParams({ site, limit: String(most), ...(next && { next }) })}`);
    const first = await ask(NOTES, before?.next ?? null);
    const items = [...(before?.items ?? []), ...first.items];
    const left = NOTES - first.items.length;
    if (before || left <= 0 || !first.next) return { items, next: first.next };
    return ask(left, first.next).then((more) => ({ items: [...items, ...more.items], next: more.next }), () => ({ items, next: first.next }));
}

export interface ShiftWhole extends Shift { log: Entry[] }

export interface ShiftList { current?: Shift[]; people?: { name: string; full_name: string | null }[]; items: Shift[]; next: string | null }

export interface DutyPerson { id: string; name: string; account: string | null; instead_of: string | null; change: string | null }

/** What people changed for a while, without the configuration. */
export interface DutyChange {
    id: string;
    kind: 'substitute' | 'guest' | 'addresses';
    state: 'open' | 'withdrawn' | 'ran_out';
    void: 'roster' | 'who' | 'by' | null;
    roster: string | null;
    who: string | null;
    who_name: string | null;
    by: string | null;
    by_name: string | null;
    from: string;
    until: string;
    told_by: string;
    why: string | null;
}

export interface RosterTurns { id: string; name: string | null; members: { id: string; name: string }[] }

/** Who is told of incidents by a roster; not the shift at the desk. */
export interface DutyRoster {
    id: string;
    name: string | null;
    classes: string[];
    until: string | null;
    gap: boolean;
    people: DutyPerson[];
    leader: DutyPerson | null;
    authority: DutyPerson | null;
    next_gap: { from: string; to: string } | null;
}

export type Row = Record<string, string | number | boolean | null>;

export interface Sheet { kept: boolean; made: string; lists: Record<string, { total: number; items: Row[] }> }

/** In the order of what must not be forgotten; calm: no reason to look. */
export const LISTS: { name: string; title: Word; calm?: boolean }[] = [
    { name: 'incidents', title: 'sheet_incidents' },
    { name: 'duties', title: 'sheet_duties' },
    { name: 'alarms', title: 'sheet_alarms' },
    { name: 'shelved', title: 'sheet_shelved' },
    { name: 'modes', title: 'sheet_modes' },
    { name: 'points', title: 'sheet_points' },
    { name: 'maintenance', title: 'sheet_maintenance' },
    { name: 'suppressed', title: 'sheet_suppressed', calm: true },
    { name: 'out_of_service', title: 'sheet_out_of_service', calm: true },
];

/** Of several that are on: the one that waits for them, theirs; else the first. */
export function currentOf(list: ShiftList, me: string): Shift | null {
    const on = list.current ?? [];
    return on.find((x) => x.state === 'offered' && x.to === me) ?? on.find((x) => x.who === me) ?? on[0] ?? null;
}

/** What is no list of rows is left out. */
export function sheetOf(body: Record<string, unknown>): Sheet {
    const lists: Sheet['lists'] = {};
    for (const { name } of LISTS) {
        const l = body[name] as { total?: unknown; items?: unknown } | null | undefined;
        if (l && typeof l === 'object' && typeof l.total === 'number' && Array.isArray(l.items)) lists[name] = { total: l.total, items: l.items.filter((r) => r && typeof r === 'object') as Row[] };
    }
    return { kept: body.kept === true, made: typeof body.made === 'string' ? body.made : '', lists };
}
