/* Cards of rows, broken into columns. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf, heightOf } from '../../../src/dashboard/source/columns';

const same = (n: number) => n;
const longest = (columns: number[][]): number => Math.max(...columns.map((c) => c.reduce((sum, n) => sum + heightOf(n), 0)));

test('cards keep their order, none is lost, and there are no more columns than wanted', () => {
    const cards = Array.from({ length: 53 }, (_, i) => (i * 17) % 41);
    for (let most = 1; most <= 60; most++) {
        const columns = columnsOf(cards, most, same);
        assert.deepEqual(columns.flat(), cards);
        assert.ok(columns.length <= most, `${columns.length} of ${most}`);
        assert.ok(columns.every((c) => c.length));
    }
    assert.deepEqual(columnsOf([], 3, same), []);
});

test('the longest column is as short as any way to break them makes it', () => {
    const cards = [15, 10, 10, 3, 0, 24, 7];
    let best = Infinity;
    for (let a = 0; a <= cards.length; a++)
        for (let b = a; b <= cards.length; b++) best = Math.min(best, longest([cards.slice(0, a), cards.slice(a, b), cards.slice(b)]));
    assert.equal(longest(columnsOf(cards, 3, same)), best);
});
