/* Which alarm first, which together, which is a mere consequence, and for how long one may be put aside.  Pure. */
import { active, aside, graver, SEVERITIES, waits } from './judged';
import type { Alarm, Point, StateWord } from './shapes';

const gravity = (a: Alarm): number => SEVERITIES.indexOf(a.severity);

const worse = (a: Alarm, b: Alarm): number => Number(waits(b)) - Number(waits(a)) || gravity(b) - gravity(a) || Number(active(b)) - Number(active(a)) || graver(a, b) || b.changed_at.localeCompare(a.changed_at);

/** Those nobody has seen first, then the gravest, of those what still is so, then the newest. */
export function worstFirst(alarms: Alarm[]): Alarm[] {
    return [...alarms].sort(worse);
}

/** An alarm and what is there only because of it, the worst first. */
export interface Fold {
    head: Alarm;
    within: Alarm[];
}

/* What still is so never hides behind what is over, nor what may ring behind what is put aside. */
const mayHide = (a: Alarm, behind: Alarm): boolean => (active(behind) || !active(a)) && (!aside(behind) || aside(a));

/** Each stands once: under the first cause of its chain that is among them, or for itself.  Causes in a circle stand for themselves. */
export function foldsOf(alarms: Alarm[]): Fold[] {
    const of = new Map(worstFirst(alarms).reverse().map((a) => [`${a.point} ${a.rule}`, a])); /* of two of one rule, the worse */
    const causeOf = (a: Alarm): Alarm | undefined => {
        const cause = a.caused_by ? of.get(`${a.caused_by.point} ${a.caused_by.rule}`) : undefined;
        return cause && mayHide(a, cause) ? cause : undefined;
    };
    const headOf = (a: Alarm): Alarm => {
        const seen = new Set([a]);
        let at = a;
        for (let up = causeOf(at); up; up = causeOf(at)) {
            if (seen.has(up)) return up; /* where the circle was entered */
            seen.add(up);
            at = up;
        }
        return at;
    };
    const folds = new Map<Alarm, Fold>();
    const foldOf = (head: Alarm): Fold => folds.get(head) ?? folds.set(head, { head, within: [] }).get(head)!;
    for (const a of alarms) {
        const head = headOf(a);
        if (head === a) foldOf(a);
        else foldOf(head).within.push(a);
    }
    return [...folds.values()].map((f) => ({ head: f.head, within: worstFirst(f.within) }));
}

/** The worst of it; what is put aside makes nothing worse that is not. */
export const worstOf = ({ head, within }: Fold): Alarm => worstFirst([head, ...within.filter((a) => aside(head) || !aside(a))])[0]!;

export function worstFoldFirst(folds: Fold[]): Fold[] {
    return folds.map((f) => ({ f, worst: worstOf(f) })).sort((a, b) => worse(a.worst, b.worst)).map(({ f }) => f);
}

/** What is seen of them: what is folded away is not. */
export const shownOf = (folds: Fold[], isOpen: (f: Fold) => boolean): Alarm[] => folds.flatMap((f) => (isOpen(f) ? [f.head, ...f.within] : [f.head]));

/** How long it may be put aside: health and safety an hour, the rest a shift. */
export function shelfMinutes(stake: string): number[] {
    return grave(stake) ? [15, 60] : [15, 60, 240, 480];
}

/** Of health or safety: seen one by one, put aside by who leads the shift only. */
export const grave = (stake: string): boolean => stake === 'health' || stake === 'safety';

/** Which of these one act may acknowledge. */
export const together = (alarms: Alarm[]): Alarm[] => alarms.filter((a) => waits(a) && !grave(a.stake));

/** What the number of the alarm means, where the numbers of its point are states; null: it is a measurement, or the point has gone on since. */
export function stateOf(alarm: Alarm, point: Pick<Point, 'value' | 'state'> | undefined): StateWord | null {
    return point?.state && point.value === alarm.value ? point.state : null;
}
