import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageOf, says, toldOf } from '../../../src/dashboard/source/alarm_past_kit';
import type { Alarm } from '../../../src/dashboard/source/shapes';

const alarm = (n: number, more: Partial<Alarm> = {}): Alarm => ({
    id: n.toString(16).padStart(16, '0'), point: 'lc.p', point_name: 'Áp lực ra mạng', site: 'nmn', unit: 'bar', rule: 'pressure-low', state: 'normal', below: 'normal', severity: 'high', stake: 'supply', value: 0.4, limit: 0.5,
    opened_at: '2026-11-27T01:00:00Z', changed_at: `2026-11-27T02:00:${String(n % 60).padStart(2, '0')}Z`, acknowledged_at: '2026-11-27T01:05:00Z', shelved_until: null, times: 1, name: { vi: 'Áp lực thấp', en: 'Low pressure' }, ...more });
const place = () => 'Nhà máy nước Lai Châu';

test('how long it lasted and how soon it was seen; what is not known is not a zero', () => {
    const told = toldOf(alarm(0));
    assert.deepEqual([told.lasted, told.seenAfter], [3_600_000, 300_000]);
    assert.equal(toldOf(alarm(0, { acknowledged_at: null })).seenAfter, null);
    assert.equal(toldOf(alarm(0, { opened_at: '' })).lasted, null);
    assert.equal(toldOf(alarm(0, { acknowledged_at: '2026-11-27T00:59:59Z' })).seenAfter, 0, 'clocks that differ');
});

test('it is found by any of its words without marks, in any order', () => {
    for (const words of ['ap luc', 'THẤP áp', 'lai chau pressure', 'lc.p', '']) assert.ok(says(alarm(0), words, place()), words);
    assert.ok(!says(alarm(0), 'áp lực cao', place()));
});

/* A daemon that has so many, and notes what it was asked. */
const daemon = (all: Alarm[]) => {
    const asked: number[] = [];
    return { asked, read: async (limit: number, next: string | null) => {
        asked.push(limit);
        const first = next ? Number(next) : 0;
        return { items: all.slice(first, first + limit), next: first + limit < all.length ? String(first + limit) : null };
    } };
};

test('without words a page is one question', async () => {
    const d = daemon(Array.from({ length: 70 }, (_, n) => alarm(n)));
    const one = await pageOf(null, '', d.read, place);
    const two = await pageOf(one, '', d.read, place);
    const three = await pageOf(two, '', d.read, place);
    assert.deepEqual([one.items.length, two.items.length, three.items.length, three.next], [30, 60, 70, null]);
    assert.deepEqual(d.asked, [30, 30, 30]);
});

test('with words it is looked through a few pages at once, and it is known how far', async () => {
    const d = daemon(Array.from({ length: 2500 }, (_, n) => alarm(n, n === 1500 ? { name: { vi: 'Rò khí clo', en: 'Chlorine leak' } } : {})));
    const one = await pageOf(null, 'ro khi', d.read, place);
    assert.deepEqual([one.items.length, one.looked, d.asked.length], [0, 1000, 5]);
    assert.ok(one.next && one.until);
    const two = await pageOf(one, 'ro khi', d.read, place);
    assert.deepEqual([two.items.map((a) => a.id), two.looked], [[alarm(1500).id], 2000]);
    const three = await pageOf(two, 'ro khi', d.read, place);
    assert.deepEqual([three.items.length, three.looked, three.next], [1, 2500, null]);
});

test('many that have the words end the search after a page', async () => {
    const d = daemon(Array.from({ length: 2500 }, (_, n) => alarm(n)));
    const one = await pageOf(null, 'thap', d.read, place);
    assert.deepEqual([d.asked, one.items.length], [[200], 200]);
});
