/* Acts on alarms.  One intention has one key, kept until the daemon has said what became of it: sent again after a
 * lost answer it is done once. */
import * as api from './api';
import type { Alarm } from './shapes';
import { loadAlarms } from './state';

export type Outcome = { done: true } | { done: false; said: string; field: string | null };

const keys = new Map<string, string>();

const fresh = (): string => `page-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

/** The same intention, the same key, until it is `settled`. */
export function keyOf(intention: string): string {
    const known = keys.get(intention) ?? fresh();
    keys.set(intention, known);
    return known;
}

export function settled(intention: string): void {
    keys.delete(intention);
}

export async function actOn(alarm: Alarm, verb: 'acknowledge' | 'reset' | 'shelve' | 'unshelve', body: Record<string, string> = {}): Promise<Outcome> {
    const intention = `${alarm.id} ${verb} ${alarm.changed_at} ${JSON.stringify(body)}`;
    try {
        await api.post(`/api/v1/alarms/${alarm.id}/${verb}`, { key: keyOf(intention), ...body });
        settled(intention);
        await loadAlarms();
        return { done: true };
    } catch (error) {
        if (!(error instanceof api.Refused)) return { done: false, said: '', field: null };
        if (error.status < 500 && error.status !== 429) settled(intention);
        return { done: false, said: error.detail, field: error.field };
    }
}
