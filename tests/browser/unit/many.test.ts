import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined, letterOf, moved, panelsOf, queryOf, spanOf, viewOf, zoomed } from '../../../src/dashboard/source/many';
import { placesOf, type Plot } from '../../../src/dashboard/source/series';
import type { Point } from '../../../src/dashboard/source/shapes';

const plot = (x: number[], good: (number | null)[]): Plot => ({ x, good, doubtful: x.map(() => null), low: x.map(() => null), high: x.map(() => null) });

test('a view comes back from its address', () => {
    const view = viewOf(new URLSearchParams(queryOf({ points: ['a', 'b'], span: viewOf(new URLSearchParams('range=7d')).span, fixed: { from: 1_000_000, to: 2_000_000 }, against: 'week' })));
    assert.deepEqual([view.points, view.span.key, view.fixed, view.against], [['a', 'b'], '7d', { from: 1_000_000, to: 2_000_000 }, 'week']);
});

test('nonsense in an address is a view, too', () => {
    const view = viewOf(new URLSearchParams('points=,,a,a&range=century&from=x&to=y&against=mars'));
    assert.deepEqual([view.points, view.span.key, view.fixed, view.against], [['a'], '6h', null, 'none']);
    assert.equal(viewOf(new URLSearchParams('from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).fixed, null);
    assert.equal(viewOf(new URLSearchParams({ points: Array.from({ length: 40 }, (_, i) => `p${i}`).join(',') })).points.length, 12);
});

test('zoom keeps the middle, no window reaches into the future or below ten seconds', () => {
    assert.deepEqual(zoomed({ from: 0, to: 100_000 }, 0.5, 1e9), { from: 25_000, to: 75_000 });
    assert.equal(zoomed({ from: 900_000, to: 1_000_000 }, 2, 1_000_000).to, 1_000_000);
    assert.deepEqual(moved({ from: 0, to: 100 }, 5, 300), { from: 200, to: 300 });
    const close = zoomed({ from: 50_000, to: 60_000 }, 0.01, 1e9);
    assert.equal(close.to - close.from, 10_000);
});

test('one panel for each unit, letters in the order asked', () => {
    const p = (id: string, unit: string) => ({ id, unit }) as Point;
    assert.deepEqual(panelsOf([p('a', 'bar'), p('b', 'm3/h'), p('c', 'bar')]).map((x) => [x.unit, x.points.map((y) => y.id)]), [['bar', ['a', 'c']], ['m3/h', ['b']]]);
    assert.equal(letterOf(2), 'C');
});

test('joined: a gap stays a gap, what says nothing is undefined, a step keeps its edge', () => {
    const { x, columns } = joined([plot([1, 3, 3, 5], [10, 10, 20, null]), plot([2], [7])]);
    assert.deepEqual(x, [1, 2, 2.999, 3, 5]);
    assert.deepEqual(columns[0]![0], [10, undefined, 10, 20, null]);
    assert.deepEqual(columns[1]![0], [undefined, 7, undefined, undefined, undefined]);
});

test('a limit that is near is let in, one far away is not', () => {
    const [low, high] = spanOf([[1, 2]], [2.5], 1);
    assert.ok(low < 1 && high > 2.5);
    assert.ok(spanOf([[1, 2]], [400], 1)[1] < 5);
    assert.deepEqual(spanOf([[null, undefined]], [], 1), [0, 1]);
});

test('neighbours on an axis never read alike', () => {
    assert.deepEqual([1, 0.5, 0.025, 0.2, 50, 0.001].map(placesOf), [0, 1, 3, 1, 0, 3]);
});
