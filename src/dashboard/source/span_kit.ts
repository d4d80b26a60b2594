/* Whole days that somebody asks history for.  Pure. */
import { localDay } from './incident_kit';

const DAY_MS = 86_400_000;

/** Days on the wall in Vietnam, the last one included; a day that is still being typed gives an empty end. */
export function daySpan(from: string, to: string): { from: string; to: string } {
    const last = Date.parse(`${to}T00:00:00+07:00`);
    return { from: `${from}T00:00:00+07:00`, to: Number.isNaN(last) ? '' : `${localDay(last + DAY_MS)}T00:00:00+07:00` };
}

/** From so many days before to today. */
export const lastDays = (days: number, at: number): { from: string; to: string } => ({ from: localDay(at - days * DAY_MS), to: localDay(at) });
