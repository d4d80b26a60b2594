/* Which alarm first, which together, and for how long one may be put aside.  Pure. */
import { active, graver, SEVERITIES, waits } from './judged';
import type { Alarm } from './shapes';

const gravity = (a: Alarm): number => SEVERITIES.indexOf(a.severity);

/** Those nobody has seen first, then the gravest, of those what still is so, then the newest. */
export function worstFirst(alarms: Alarm[]): Alarm[] {
    return [...alarms].sort((a, b) => Number(waits(b)) - Number(waits(a)) || gravity(b) - gravity(a) || Number(active(b)) - Number(active(a)) || graver(a, b) || b.changed_at.localeCompare(a.changed_at));
}

/** How long it may be put aside: health and safety an hour, the rest a shift. */
export function shelfMinutes(stake: string): number[] {
    return grave(stake) ? [15, 60] : [15, 60, 240, 480];
}

/** Of health or safety: seen one by one, put aside by who leads the shift only. */
export const grave = (stake: string): boolean => stake === 'health' || stake === 'safety';

/** Which of these one act may acknowledge. */
export const together = (alarms: Alarm[]): Alarm[] => alarms.filter((a) => waits(a) && !grave(a.stake));
