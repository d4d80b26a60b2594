/* Which shift is this reader's, and what of a sheet can be shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentOf, notesOf, sheetOf, type Entry, type Notes, type Shift, type ShiftList } from '../../../src/dashboard/source/shift_kit';

const shift = (id: string, more: Partial<Shift> = {}): Shift => ({ id, state: 'on', who: 'lan', to: null, supplier: null, ...more }) as Shift;
const list = (...current: Shift[]): ShiftList => ({ current, items: [], next: null });

test('the one that waits for them, then theirs, else the first', () => {
    const all = list(shift('a', { who: 'minh' }), shift('b', { who: 'lan' }), shift('c', { who: 'páo', state: 'offered', to: 'lan' }));
    assert.equal(currentOf(all, 'lan')?.id, 'c');
    assert.equal(currentOf(list(all.current![0]!, all.current![1]!), 'lan')?.id, 'b');
    assert.equal(currentOf(all, 'hùng')?.id, 'a');
    assert.equal(currentOf({ items: [], next: null }, 'lan'), null);
});

const said = (...ids: string[]): Entry[] => ids.map((id) => ({ id }) as Entry);

/* A daemon: page by page as they are given; null: it cannot. */
function daemon(...pages: (Notes | null)[]): { get(path: string): Promise<Notes>; asked: string[] } {
    const asked: string[] = [];
    return { asked, get: (path) => { asked.push(path.split('?')[1]!); const page = pages[asked.length - 1]; return page ? Promise.resolve(page) : Promise.reject(new Error('away')); } };
}

test('the latest notes of a site: where memory has little the database is asked, too', async () => {
    const full = daemon({ items: said('5', '4', '3', '2', '1'), next: 'x' });
    assert.deepEqual(await notesOf(full.get, 'nmn', null), { items: said('5', '4', '3', '2', '1'), next: 'x' });
    assert.deepEqual(full.asked, ['site=nmn&limit=5']);
    const some = daemon({ items: said('5', '4'), next: 'x y' }, { items: said('3', '2', '1'), next: 'z' }, { items: said('0'), next: null });
    const first = await notesOf(some.get, 'nmn', null);
    assert.deepEqual(first, { items: said('5', '4', '3', '2', '1'), next: 'z' });
    assert.deepEqual(await notesOf(some.get, 'nmn', first), { items: said('5', '4', '3', '2', '1', '0'), next: null });
    assert.deepEqual(some.asked, ['site=nmn&limit=5', 'site=nmn&limit=3&next=x+y', 'site=nmn&limit=5&next=z']);
    const away = daemon({ items: said('5'), next: 'x' }, null);
    assert.deepEqual(await notesOf(away.get, 'nmn', null), { items: said('5'), next: 'x' }, 'what there is stays, and the rest can be asked for');
    await assert.rejects(notesOf(daemon(null).get, 'nmn', null));
});

test('what is no list is left out, and what is not known is not shown as a row', () => {
    const sheet = sheetOf({ kept: true, made: 't', incidents: { total: 2, items: [{ id: '1' }, null] }, alarms: 'none', duties: { total: 'x', items: [] } });
    assert.equal(sheet.kept, true);
    assert.deepEqual(sheet.lists, { incidents: { total: 2, items: [{ id: '1' }] } });
    assert.deepEqual(sheetOf({}), { kept: false, made: '', lists: {} });
});
