/* From what the API sends to the arrays a plot wants.  Pure.
 *
 * A raw series is a step function: a value holds until the next sample.  It is drawn as one: before each sample
 * the value held so far is repeated at the new instant, so that a straight line between neighbours is the step.
 * What is not known is null, and null is a gap: nothing is ever drawn across it. */
import { date, instant, time } from './format';
import type { Bucket, Quality, Sample, Series } from './shapes';
import { knownQuality } from './words';

/** x in seconds since 1970, UTC; the arrays have one length.  low and high are null except for buckets. */
export interface Plot {
    x: number[];
    good: (number | null)[];
    doubtful: (number | null)[];
    low: (number | null)[];
    high: (number | null)[];
}

/** One thing known about the point: a sample (width 0) or a bucket. */
export interface Step {
    at: number; /* ms */
    width: number; /* ms; 0: a sample that holds until the next */
    value: number | null;
    low: number | null;
    high: number | null;
    quality: Quality;
}

const finite = (v: unknown): number | null => (typeof v === 'number' && Number.isFinite(v) ? v : null);

export function sampleStep(s: Sample): Step | null {
    const at = instant(s.at);
    if (at === null) return null;
    const quality = knownQuality(s.quality);
    const value = quality === 'bad' ? null : finite(s.value);
    return { at, width: 0, value, low: null, high: null, quality: value === null ? 'bad' : quality };
}

function bucketStep(b: Bucket, width: number): Step | null {
    const at = instant(b.at);
    if (at === null) return null;
    const value = finite(b.mean);
    const share = finite(b.good_share) ?? 0;
    /* its numbers are of all that was known: mostly doubtful is doubtful */
    const quality: Quality = value === null ? 'bad' : share >= 0.5 ? 'good' : 'uncertain';
    return { at, width, value, low: finite(b.min), high: finite(b.max), quality };
}

export function stepsOf(series: Series): Step[] {
    const width = finite(series.width_ms) ?? 0;
    const steps = series.kind === 'buckets'
        ? (series.buckets ?? []).map((b) => bucketStep(b, width))
        : (series.samples ?? []).map(sampleStep);
    return steps.filter((s): s is Step => s !== null).sort((a, b) => a.at - b.at);
}

/** Adds a live sample.  What is not newer than the last is not drawn twice; what left the window is dropped,
 * but for the one sample that still holds at its beginning. */
export function withLive(steps: Step[], live: Step, from: number): Step[] {
    const last = steps[steps.length - 1];
    if (last && (last.width ? live.at < last.at : live.at <= last.at)) return steps;
    return trimmed([...steps, live], from);
}

export function trimmed(steps: Step[], from: number): Step[] {
    let first = 0;
    while (first + 1 < steps.length && steps[first + 1]!.at <= from) first++;
    return first ? steps.slice(first) : steps;
}

function put(plot: Plot, at: number, value: number | null, step: Step): void {
    plot.x.push(at / 1000);
    plot.good.push(step.quality === 'good' ? value : null);
    plot.doubtful.push(step.quality === 'uncertain' ? value : null);
    plot.low.push(step.low);
    plot.high.push(step.high);
}

/** heldUntil: up to when the last sample is known to hold (now while the link is live), or null: not beyond itself. */
export function plotOf(steps: Step[], from: number, heldUntil: number | null): Plot {
    const plot: Plot = { x: [], good: [], doubtful: [], low: [], high: [] };
    steps.forEach((step, i) => {
        const next = steps[i + 1];
        if (step.width) {
            put(plot, step.at + step.width / 2, step.value, step);
            return;
        }
        const begin = Math.max(step.at, from);
        const end = next ? next.at : Math.max(heldUntil ?? step.at, step.at);
        if (end < from) return;
        put(plot, begin, step.value, step);
        if (end > begin && step.value !== null) put(plot, end, step.value, step);
    });
    return plot;
}

/** What is known at an instant, for the reading under the pointer. */
export function stepAt(steps: Step[], at: number): Step | null {
    let found: Step | null = null;
    for (const step of steps) {
        if (step.at > at) break;
        found = step;
    }
    if (found && found.width && at >= found.at + found.width) return null;
    return found;
}

/** The span of what is drawn, with a little air; a flat line gets room above and below. */
export function valueSpan(plot: Plot, decimals: number): [number, number] {
    let low = Infinity;
    let high = -Infinity;
    for (const row of [plot.good, plot.doubtful, plot.low, plot.high])
        for (const v of row)
            if (v !== null) {
                if (v < low) low = v;
                if (v > high) high = v;
            }
    if (low > high) return [0, 1];
    const least = 4 * 10 ** -decimals;
    const spread = Math.max(high - low, least, Math.abs(high) * 0.02);
    const middle = (low + high) / 2;
    const floor = middle - spread * 0.6;
    return [low >= 0 && floor < 0 ? 0 : floor, middle + spread * 0.6];
}

const YEAR_S = 31_536_000;
const TICKS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 15552000, 31536000];

/** So many decimals that neighbours on the axis do not read alike: 0.025 wants three. */
export function placesOf(step: number): number {
    for (let places = 0; places < 6; places++)
        if (Math.abs(step * 10 ** places - Math.round(step * 10 ** places)) < 1e-6 * 10 ** places) return places;
    return 6;
}

/** What stands below a tick, `step` apart from the next: the clock, or the day where that changes; its year too, of a window that
 *  shows more than one (`years`). */
export function tickText(seconds: number, step: number, years: boolean): string {
    const text = time(seconds * 1000);
    if (step >= 86400 || (step >= 3600 && text === '00:00:00')) return date(seconds * 1000).slice(0, years ? 10 : 5);
    return step < 60 ? text : text.slice(0, 5);
}

/** Round instants of Viet Nam time (+07:00), at most `most` of them, in seconds. */
export function timeTicks(from: number, to: number, most: number): number[] {
    const local = 7 * 3600;
    const every = TICKS_S.find((t) => (to - from) / t <= Math.max(most, 1)) ?? YEAR_S * Math.ceil((to - from) / YEAR_S / Math.max(most, 1));
    const ticks: number[] = [];
    for (let t = Math.ceil((from + local) / every) * every - local; t <= to; t += every) ticks.push(t);
    return ticks;
}
