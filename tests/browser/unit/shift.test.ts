/* Which shift is this reader's, and what of a sheet can be shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentOf, sheetOf, type Shift, type ShiftList } from '../../../src/dashboard/source/shift_kit';

const shift = (id: string, more: Partial<Shift> = {}): Shift => ({ id, state: 'on', who: 'lan', to: null, supplier: null, ...more }) as Shift;
const list = (...current: Shift[]): ShiftList => ({ current, items: [], next: null });

test('the one that waits for them, then theirs, else the first', () => {
    const all = list(shift('a', { who: 'minh' }), shift('b', { who: 'lan' }), shift('c', { who: 'páo', state: 'offered', to: 'lan' }));
    assert.equal(currentOf(all, 'lan')?.id, 'c');
    assert.equal(currentOf(list(all.current![0]!, all.current![1]!), 'lan')?.id, 'b');
    assert.equal(currentOf(all, 'hùng')?.id, 'a');
    assert.equal(currentOf({ items: [], next: null }, 'lan'), null);
});

test('what is no list is left out, and what is not known is not shown as a row', () => {
    const sheet = sheetOf({ kept: true, made: 't', incidents: { total: 2, items: [{ id: '1' }, null] }, alarms: 'none', duties: { total: 'x', items: [] } });
    assert.equal(sheet.kept, true);
    assert.deepEqual(sheet.lists, { incidents: { total: 2, items: [{ id: '1' }] } });
    assert.deepEqual(sheetOf({}), { kept: false, made: '', lists: {} });
});
