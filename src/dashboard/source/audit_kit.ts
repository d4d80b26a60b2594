/* The record of acts as people read it: what was done to what, and what of it became another.  Pure. */
import { date, instant, time, type Lang } from './format';
import { hashOf } from './route';
import type { Act } from './shapes';
import { daySpan } from './span_kit';
import { actWord, alarmStateWord, auditActWord, word, type Word } from './words';

/** Who can have acted, in the daemon's words. */
export const ACTORS = ['account', 'token', 'contact', 'local', 'system', 'nobody'];

const ROLES = ['viewer', 'operator', 'agency', 'laboratory', 'technician', 'authority', 'administrator', 'nobody'];

export interface Wanted { from: string; to: string; actor: string; kind: string; subject: string }

/** Only what was asked for; `next`: where older ones go on. */
export function auditQuery(w: Wanted, limit: number, next: string | null): string {
    const own = { actor: w.actor.trim(), kind: w.kind, subject: w.subject.trim() };
    return new URLSearchParams([...Object.entries(daySpan(w.from, w.to)), ...Object.entries(own).filter(([, text]) => text), ['limit', String(limit)], ...(next ? [['next', next]] : [])]).toString();
}

/** A step of an incident is said as its buttons say it; what this page does not know stays as it was recorded. */
export function actSaid(action: string, lang: Lang): string {
    const step = /^incident\.(.+)$/.exec(action)?.[1];
    return step && auditActWord(action, lang) === action ? `${word('incident', lang)}: ${actWord(step, lang).toLowerCase()}` : auditActWord(action, lang);
}

/** Somebody tried and was turned away. */
export const wasRefused = (act: Pick<Act, 'action'>): boolean => act.action.endsWith('.refused');

/** Where it can be looked at; null: there is no such place. */
export function subjectHash(subject: string): string | null {
    const [, kind, id = ''] = /^(\w+):(.+)$/.exec(subject) ?? [];
    if (kind === 'point') return hashOf('points', null, { point: id });
    return kind === 'site' || kind === 'incident' ? hashOf(kind === 'site' ? 'site' : 'incidents', id) : null;
}

export interface Change { member: string; before: string | null; after: string | null }

function membersOf(json: string): Map<string, unknown> | null {
    try {
        const read: unknown = json === '' ? {} : JSON.parse(json);
        return read !== null && typeof read === 'object' && !Array.isArray(read) ? new Map(Object.entries(read)) : null;
    } catch {
        return null;
    }
}

function saidOf(member: string, value: unknown, lang: Lang): string {
    const at = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? instant(value) : null;
    if (at !== null) return `${time(at)} ${date(at)}`;
    if (typeof value === 'boolean') return word(value ? 'yes' : 'no', lang);
    if (member === 'role' && ROLES.includes(String(value))) return word(`role_${value}` as Word, lang);
    if (member === 'state') return alarmStateWord(String(value), lang);
    return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What it was and is, member by member, also what stayed; a text that is no object is told whole. */
export function changesOf(act: Pick<Act, 'before' | 'after'>, lang: Lang): Change[] {
    const before = membersOf(act.before);
    const after = membersOf(act.after);
    if (!before || !after) return [{ member: '', before: act.before || null, after: act.after || null }];
    const said = (of: Map<string, unknown>, member: string) => (of.has(member) ? saidOf(member, of.get(member), lang) : null);
    return [...new Set([...before.keys(), ...after.keys()])].map((member) => ({ member, before: said(before, member), after: said(after, member) }));
}
