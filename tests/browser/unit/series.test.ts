import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plotOf, sampleStep, stepAt, stepsOf, tickText, timeTicks, valueSpan, withLive, type Step } from '../../../src/dashboard/source/series';
import type { Quality, Sample, Series } from '../../../src/dashboard/source/shapes';

const T0 = Date.parse('2026-11-23T19:00:00+07:00');
const iso = (s: number): string => new Date(T0 + s * 1000).toISOString();
const sample = (s: number, value: number | null, quality: Quality = 'good'): Sample => ({ at: iso(s), value, quality, reason: 'none' });
const raw = (...samples: Sample[]): Step[] => stepsOf({ id: 'p', unit: '', from: iso(0), to: iso(60), kind: 'raw', samples } as Series);
const seconds = (x: number[]): number[] => x.map((v) => v - T0 / 1000);

test('a raw series is drawn as the step function it is', () => {
    const plot = plotOf(raw(sample(0, 5), sample(10, 7)), T0, T0 + 15_000);
    assert.deepEqual(seconds(plot.x), [0, 10, 10, 15]);
    assert.deepEqual(plot.good, [5, 5, 7, 7]);
});

test('a bad sample ends the line where it happened and nothing is drawn until a good one', () => {
    const plot = plotOf(raw(sample(0, 5), sample(10, null, 'bad'), sample(20, 6)), T0, null);
    assert.deepEqual(seconds(plot.x), [0, 10, 10, 20]);
    assert.deepEqual(plot.good, [5, 5, null, 6]);
});

test('a number that comes with a bad quality is not drawn', () => {
    assert.equal(sampleStep(sample(0, 0, 'bad'))!.value, null);
    assert.deepEqual(plotOf(raw(sample(0, 0, 'bad')), T0, T0 + 5000).good, [null]);
});

test('uncertain is a line of its own', () => {
    const plot = plotOf(raw(sample(0, 5), sample(10, 9, 'uncertain')), T0, T0 + 20_000);
    assert.deepEqual(plot.good, [5, 5, null, null]);
    assert.deepEqual(plot.doubtful, [null, null, 9, 9]);
});

test('the value held when the window begins is drawn from its edge', () => {
    const plot = plotOf(raw(sample(-500, 3), sample(10, 4)), T0, null);
    assert.deepEqual(seconds(plot.x), [0, 10, 10]);
    assert.deepEqual(plot.good, [3, 3, 4]);
});

test('the last value is not stretched to now when the link is down', () => {
    assert.deepEqual(seconds(plotOf(raw(sample(0, 5)), T0, null).x), [0]);
});

test('buckets give mean, band and gaps', () => {
    const series = { id: 'p', unit: '', from: iso(0), to: iso(40), kind: 'buckets', width_ms: 10_000, buckets: [
        { at: iso(0), min: 1, max: 3, mean: 2, good_share: 1, n: 5 },
        { at: iso(10), min: null, max: null, mean: null, good_share: 0, n: 0 },
        { at: iso(20), min: 4, max: 6, mean: 5, good_share: 0, n: 5 },
        { at: iso(30), min: 4, max: 6, mean: 7, good_share: 0.01, n: 5 }, /* its mean is of what was doubtful */
    ] } as Series;
    const plot = plotOf(stepsOf(series), T0, T0 + 60_000);
    assert.deepEqual(seconds(plot.x), [5, 15, 25, 35]);
    assert.deepEqual(plot.good, [2, null, null, null]);
    assert.deepEqual(plot.doubtful, [null, null, 5, 7]);
    assert.deepEqual(plot.low, [1, null, 4, 4]);
    assert.deepEqual(plot.high, [3, null, 6, 6]);
});

test('what cannot be read is left out: no NaN reaches the plot', () => {
    const steps = raw({ ...sample(0, 1), at: 'yesterday' }, sample(1, NaN), sample(2, 'x' as unknown as number), sample(3, 4));
    const plot = plotOf(steps, T0, null);
    for (const v of [...plot.x, ...plot.good, ...plot.doubtful]) assert.ok(v === null || Number.isFinite(v));
    assert.equal(steps.length, 3);
});

test('live samples follow the history, once each, and what left the window goes', () => {
    let steps = raw(sample(0, 1), sample(10, 2));
    steps = withLive(steps, sampleStep(sample(10, 2))!, T0);
    assert.equal(steps.length, 2);
    steps = withLive(steps, sampleStep(sample(20, 3))!, T0 + 15_000);
    assert.deepEqual(steps.map((s) => s.value), [2, 3]);
});

test('the x values never go back, for any order and any mixture', () => {
    let seed = 42;
    const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
    for (let round = 0; round < 300; round++) {
        const qualities: Quality[] = ['good', 'uncertain', 'bad'];
        const steps = raw(...Array.from({ length: 20 }, () => sample(Math.floor(random() * 60) - 20, random(), qualities[Math.floor(random() * 3)])));
        const plot = plotOf(steps, T0, random() > 0.5 ? T0 + 70_000 : null);
        for (let i = 1; i < plot.x.length; i++) assert.ok(plot.x[i]! >= plot.x[i - 1]!, `round ${round}`);
        assert.equal(plot.x.length, plot.good.length);
    }
});

test('the reading under the pointer is the one that held then', () => {
    const steps = raw(sample(0, 1), sample(10, null, 'bad'), sample(20, 2));
    assert.equal(stepAt(steps, T0 + 9_000)!.value, 1);
    assert.equal(stepAt(steps, T0 + 12_000)!.value, null);
    assert.equal(stepAt(steps, T0 - 1)?.value, undefined);
});

test('a flat line has room above and below, and zero is not crossed without need', () => {
    const [low, high] = valueSpan({ x: [0], good: [5], doubtful: [null], low: [null], high: [null] }, 1);
    assert.ok(low < 5 && high > 5);
    assert.equal(valueSpan({ x: [0], good: [0], doubtful: [null], low: [null], high: [null] }, 1)[0], 0);
    assert.deepEqual(valueSpan({ x: [], good: [], doubtful: [], low: [], high: [] }, 1), [0, 1]);
});

test('ticks are round instants of Viet Nam time and never too many', () => {
    const from = Date.parse('2026-11-22T19:10:38+07:00') / 1000;
    const ticks = timeTicks(from, from + 86400, 9);
    assert.ok(ticks.length <= 10 && ticks.length >= 4);
    for (const t of ticks) assert.equal((t + 7 * 3600) % 10800, 0);
});

test('ticks of many years are no more than there is room for', () => {
    const from = Date.parse('2016-01-01T00:00:00+07:00') / 1000;
    for (const years of [1, 3, 5, 10, 30]) {
        const ticks = timeTicks(from, from + years * 31_557_600, 8);
        assert.ok(ticks.length >= 1 && ticks.length <= 9, `${years} years: ${ticks.length}`);
    }
});

test('a tick says the day where it changes, and the year of a window that has two', () => {
    const midnight = Date.parse('2026-03-01T00:00:00+07:00') / 1000;
    assert.equal(tickText(midnight, 3600, false), '01/03');
    assert.equal(tickText(midnight + 3600, 3600, true), '01:00');
    assert.equal(tickText(midnight, 2592000, false), '01/03');
    assert.equal(tickText(midnight, 2592000, true), '01/03/2026');
    assert.equal(tickText(midnight + 5, 5, false), '00:00:05');
});
