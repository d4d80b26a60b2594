/* What happened while a trend was drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmsOf, factsOf, marksOf } from '../../../src/dashboard/source/happened';
import type { Alarm, IncidentWhole } from '../../../src/dashboard/source/shapes';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 1, minute)).toISOString();
const ms = (minute: number) => Date.parse(at(minute));
const alarm = (id: string, minute: number, more = {}) => ({ id, point: 'a.flow', point_name: 'Lưu lượng', rule: 'high', severity: 'high', opened_at: at(minute), changed_at: at(minute + 5), ...more }) as unknown as Alarm;
const incident = (more = {}) => ({ id: '7', sites: ['a'], drill: false, closed: false, facts: [{ fact: 'detected', claimed_at: at(3), note: null }, { fact: 'on_site', claimed_at: at(40), note: 'đã đến' }], ...more }) as unknown as IncidentWhole;

test('alarms of these points, each once: an open one has no end, one that is over has', () => {
    const found = alarmsOf(new Set(['a.flow']), [alarm('1', 10)], [alarm('1', 10), alarm('2', 20), alarm('3', 20, { point: 'b.flow' }), alarm('4', 20, { point: null })]);
    assert.deepEqual(found.map((h) => [h.id, h.open, h.until]), [['1', true, null], ['2', false, ms(25)]]);
});

test('facts of incidents at these sites, no exercise', () => {
    assert.deepEqual(factsOf(new Set(['a']), [incident(), incident({ drill: true }), incident({ sites: ['b'] })]).map((h) => h.word), ['detected', 'on_site']);
});

test('marks stand inside the window, those of one kind that are near together are one', () => {
    const all = [...alarmsOf(new Set(['a.flow']), [], [alarm('1', -1), alarm('2', 10), alarm('3', 11), alarm('4', 30)]), ...factsOf(new Set(['a']), [incident()])];
    const marks = marksOf(all, ms(0), ms(60));
    assert.deepEqual(marks.map((m) => [m.kind, m.all.length]), [['fact', 1], ['alarm', 2], ['alarm', 1], ['fact', 1]]);
    assert.ok(Math.abs(marks[1]!.share - 10 / 60) < 1e-9);
    assert.deepEqual(marksOf(all, ms(100), ms(120)), []);
});
