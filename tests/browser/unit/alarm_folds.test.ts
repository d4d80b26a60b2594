import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldsOf, shownOf, stateOf, together, worstFoldFirst, worstOf } from '../../../src/dashboard/source/alarm_kit';
import type { Alarm } from '../../../src/dashboard/source/shapes';

const alarm = (id: string, cause: string | null = null, more: Partial<Alarm> = {}): Alarm => ({
    id, point: `lc.${id}`, point_name: id, site: 'nmn', unit: null, rule: 'r', state: 'unacknowledged', below: 'unacknowledged', severity: 'medium', stake: 'supply', value: 0, limit: 1, opened_at: '2026-11-27T01:00:00Z',
    changed_at: '2026-11-27T01:00:00Z', acknowledged_at: null, shelved_until: null, times: 1, caused_by: cause === null ? null : { point: `lc.${cause}`, rule: 'r' }, ...more });
const told = (alarms: Alarm[]) => Object.fromEntries(foldsOf(alarms).map((f) => [f.head.id, f.within.map((a) => a.id).sort()]));
const is = (state: string, below = state) => ({ state, below });

test('consequences stand under their cause, whichever came first', () => {
    assert.deepEqual(told([alarm('flow', 'mains'), alarm('mains'), alarm('dose', 'mains'), alarm('leak')]), { mains: ['dose', 'flow'], leak: [] });
});

test('a cause that is not among them folds nothing, nor one of another rule of its point', () => {
    assert.deepEqual(told([alarm('flow', 'mains'), alarm('dose', 'mains')]), { flow: [], dose: [] });
    assert.deepEqual(told([alarm('flow', 'mains'), alarm('mains', null, { rule: 'stale' })]), { flow: [], mains: [] });
    assert.deepEqual(told([alarm('gone', null, { point: null }), alarm('flow', 'mains', { caused_by: undefined })]), { gone: [], flow: [] }, 'servers that do not tell, points that are no more');
});

test('of two of one rule the worse is the cause', () => {
    for (const two of [[alarm('old', null, { point: 'lc.mains', ...is('shelved', 'acknowledged') }), alarm('mains')], [alarm('mains'), alarm('old', null, { point: 'lc.mains', ...is('shelved', 'acknowledged') })]])
        assert.deepEqual(told([...two, alarm('flow', 'mains')]), { mains: ['flow'], old: [] });
});

test('a chain is one row, under its first cause', () => {
    assert.deepEqual(told([alarm('pressure', 'flow'), alarm('flow', 'pump'), alarm('pump', 'mains'), alarm('mains')]), { mains: ['flow', 'pressure', 'pump'] });
    assert.deepEqual(told([alarm('pressure', 'flow'), alarm('flow', 'pump'), alarm('pump', 'mains')]), { pump: ['flow', 'pressure'] });
});

test('causes in a circle stand for themselves; none is lost or doubled', () => {
    assert.deepEqual(told([alarm('self', 'self')]), { self: [] });
    assert.deepEqual(told([alarm('a', 'b'), alarm('b', 'a')]), { a: [], b: [] });
    const circle = [alarm('tail', 'a'), alarm('a', 'b'), alarm('b', 'c'), alarm('c', 'a'), alarm('end', 'tail')];
    assert.deepEqual(told(circle), { a: ['end', 'tail'], b: [], c: [] });
    assert.equal(foldsOf(circle).flatMap((f) => [f.head, ...f.within]).length, circle.length);
});

test('what still is so does not hide behind what is over; what is over may', () => {
    assert.deepEqual(told([alarm('mains', null, is('returned')), alarm('flow', 'mains')]), { mains: [], flow: [] });
    assert.deepEqual(told([alarm('mains', null, is('returned')), alarm('flow', 'mains', is('returned'))]), { mains: ['flow'] });
    assert.deepEqual(told([alarm('mains', null, is('acknowledged')), alarm('flow', 'mains')]), { mains: ['flow'] });
});

test('suppressed consequences stand under their cause; what may ring does not hide behind a shelf', () => {
    const quiet = is('suppressed', 'unacknowledged');
    assert.deepEqual(told([alarm('mains'), alarm('flow', 'mains', quiet)]), { mains: ['flow'] });
    assert.deepEqual(told([alarm('mains', null, is('shelved', 'unacknowledged')), alarm('flow', 'mains')]), { mains: [], flow: [] });
    assert.deepEqual(told([alarm('mains', null, is('shelved', 'unacknowledged')), alarm('flow', 'mains', quiet)]), { mains: ['flow'] });
});

test('a row stands where the worst of it belongs, unless that is put aside', () => {
    const all = [alarm('leak', null, { severity: 'high' }), alarm('mains', null, { severity: 'low', ...is('acknowledged') }), alarm('dose', 'mains', { severity: 'critical', stake: 'health' })];
    assert.deepEqual(worstFoldFirst(foldsOf(all)).map((f) => f.head.id), ['mains', 'leak']);
    assert.equal(worstOf(foldsOf(all)[1]!).id, 'dose');
    all[2] = { ...all[2]!, state: 'suppressed' };
    assert.deepEqual(worstFoldFirst(foldsOf(all)).map((f) => f.head.id), ['leak', 'mains']);
});

test('what is folded away is not shown: nobody acknowledges it with all that is', () => {
    const folds = foldsOf([alarm('mains'), alarm('flow', 'mains'), alarm('dose', 'mains', { stake: 'health' })]);
    assert.deepEqual(together(shownOf(folds, () => false)).map((a) => a.id), ['mains']);
    assert.deepEqual(together(shownOf(folds, () => true)).map((a) => a.id).sort(), ['flow', 'mains']);
});

test('a state is said in words while it is the state the alarm saw', () => {
    const fault = { word: 'fault', vi: 'Lỗi', en: 'Fault' };
    assert.equal(stateOf(alarm('pump', null, { value: 1 }), { value: 1, state: fault }), fault);
    assert.equal(stateOf(alarm('pump', null, { value: 1 }), { value: 0, state: { word: 'normal', vi: 'Bình thường', en: 'Normal' } }), null, 'it has gone on');
    assert.equal(stateOf(alarm('flow', null, { value: 1 }), { value: 1 }), null, 'a measurement');
    assert.equal(stateOf(alarm('gone', null, { value: 1 }), undefined), null);
});
