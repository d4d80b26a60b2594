import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellText, daysOf, lastEnded, type Column, choiceOf, periodOf, queryOf } from '../../../src/dashboard/source/report_kit';

const at = (text: string) => Date.parse(text);
const column = (unit: string | null, name = 'x'): Column => ({ name, title: '', title_en: '', unit, formula: null, formula_en: null, source: null });

test('periods are whole, their last day included', () => {
    assert.deepEqual(daysOf('month', 2024, 2), { from: '2024-02-01', to: '2024-02-29' });
    assert.deepEqual(daysOf('quarter', 2026, 3), { from: '2026-07-01', to: '2026-09-30' });
    assert.deepEqual(daysOf('half', 2026, 2), { from: '2026-07-01', to: '2026-12-31' });
    assert.deepEqual(daysOf('year', 2026, 1), { from: '2026-01-01', to: '2026-12-31' });
});

test('the last that ended is told by the local day', () => {
    assert.deepEqual(lastEnded('month', at('2026-11-27T00:00:00+07:00')), { year: 2026, n: 10 });
    assert.deepEqual(lastEnded('month', at('2025-12-31T16:59:59Z')), { year: 2025, n: 11 });
    assert.deepEqual(lastEnded('month', at('2025-12-31T17:00:00Z')), { year: 2025, n: 12 });
    assert.deepEqual(lastEnded('quarter', at('2026-01-01T00:00:00+07:00')), { year: 2025, n: 4 });
    assert.deepEqual(lastEnded('half', at('2026-07-01T00:00:00+07:00')), { year: 2026, n: 1 });
    assert.deepEqual(lastEnded('year', at('2026-11-27T00:00:00+07:00')), { year: 2025, n: 1 });
});

test('a figure of too little is words, and nothing is a dash, never zero', () => {
    assert.equal(cellText({ value: 0.5, coverage: 0.9 }, column('1'), 'vi', 0), '50,0%');
    assert.equal(cellText({ value: null, coverage: 0.8999 }, column('1'), 'vi', 0), 'không đủ số liệu (89,9%)');
    assert.equal(cellText({ value: null, coverage: null }, column(null), 'en', 0), '—');
    assert.equal(cellText(null, column(null), 'vi', 0), '—');
    assert.equal(cellText({ value: null, coverage: 1 }, column(null), 'vi', 0), '—');
    assert.equal(cellText(0, column(null), 'vi', 0), '0');
});

test('an address says which report, and nothing half', () => {
    const of = (text: string) => choiceOf(new URLSearchParams(text));
    const whole = { kind: 'incidents' as const, from: '2026-07-01', to: '2026-09-30', supplier: '' };
    assert.deepEqual(of('kind=incidents&from=2026-07-01&to=2026-09-30'), whole);
    assert.deepEqual(of(new URLSearchParams(queryOf({ ...whole, supplier: 'cn-lai-chau' })).toString()), { ...whole, supplier: 'cn-lai-chau' });
    for (const half of ['', 'kind=incidents', 'kind=x&from=2026-07-01&to=2026-09-30', 'kind=incidents&from=2026-02-30&to=2026-09-30', 'kind=incidents&from=2026-10-01&to=2026-09-30', 'kind=incidents&from=1&to=2']) assert.equal(of(half), null, half);
});

test('the days of an address are called by the name of their period', () => {
    assert.deepEqual(periodOf('2026-07-01', '2026-07-31'), { kind: 'month', year: 2026, n: 7 });
    assert.deepEqual(periodOf('2026-07-01', '2026-09-30'), { kind: 'quarter', year: 2026, n: 3 });
    assert.deepEqual(periodOf('2026-07-01', '2026-12-31'), { kind: 'half', year: 2026, n: 2 });
    assert.deepEqual(periodOf('2024-01-01', '2024-12-31'), { kind: 'year', year: 2024, n: 1 });
    assert.equal(periodOf('2026-07-02', '2026-07-31').kind, 'days');
});
