/* Acts on alarms, each done once however often it is sent. */
import * as api from './api';
import { keyOf, settled } from './keys';
import type { Alarm } from './shapes';
import { loadAlarms } from './state';

export type Outcome = { done: true } | { done: false; said: string; field: string | null };

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
