import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byConsequence, isElsewhere, localDay, moreActs, numberOf, reachParts, spent, stepsOf } from '../../../src/dashboard/source/incident_kit';
import type { Incident } from '../../../src/dashboard/source/shapes';

const incident = (id: string, more: Partial<Incident> = {}) => ({ id, legal: true, overdue: false, drill: false, large_since: null, start_at: '2026-11-26T00:00:00Z', due_at: '2026-11-26T12:00:00Z', ...more }) as Incident;

test('overdue before what runs, the law before a target, large before small, then the earliest due; exercises last', () => {
    const all = [incident('drill', { drill: true, overdue: true }), incident('target', { legal: false }), incident('later', { due_at: '2026-11-27T00:00:00Z' }), incident('soon'),
        incident('large', { large_since: '2026-11-26T01:00:00Z', due_at: '2026-11-28T00:00:00Z' }), incident('over', { overdue: true })];
    assert.deepEqual(byConsequence(all).map((i) => i.id), ['over', 'large', 'soon', 'later', 'target', 'drill']);
});

test('the part of the time that is gone stays within its bar', () => {
    const at = (text: string) => spent(incident('x'), Date.parse(text));
    assert.equal(at('2026-11-26T06:00:00Z'), 0.5);
    assert.equal(at('2026-11-25T06:00:00Z'), 0);
    assert.equal(at('2026-11-29T06:00:00Z'), 1);
    assert.equal(spent(incident('x', { due_at: '2026-11-26T00:00:00Z' }), 0), 1);
});

test('a day is that of the wall clock in Vietnam', () => {
    assert.equal(localDay(Date.parse('2026-11-25T16:59:59Z')), '2026-11-25');
    assert.equal(localDay(Date.parse('2026-11-25T17:00:00Z')), '2026-11-26');
});

test('of whom it may reach only what is known is told', () => {
    assert.deepEqual(reachParts({ zones: 2, people: 5200, connections: null, hospitals: 0, highest_m: 1012.5, rural: true }), [['people', 5200], ['highest_m', 1012.5]]);
    assert.deepEqual(reachParts({ zones: 0, people: 5200 }), []);
    assert.deepEqual(reachParts(undefined), []);
});

test('one of another node has its name in front', () => {
    assert.deepEqual(['473812', 'far:473812'].map((id) => isElsewhere({ id })), [false, true]);
});

test('an evaluation plans measures where they can be written, at the node of the incident', () => {
    const of = (id: string, closed: boolean) => moreActs('operator', { id, closed, member_count: 1 }).find((a) => a.name === 'evaluation')?.fields;
    assert.deepEqual([false, true].map((closed) => of('473812', closed)), Array(2).fill(['note', 'what', 'responsible', 'due']));
    assert.deepEqual([false, true].map((closed) => of('far:473812', closed)), Array(2).fill(['note']));
});

test('an incident is called by its number, one of another node by that and its node', () => {
    assert.equal(numberOf({ id: '473812' }), '#473812');
    assert.equal(numberOf({ id: 'far-valley:1024' }), '#1024 (far-valley)');
});

test('the next step is the one behind the furthest that was told; first somebody must have seen it', () => {
    const of = (facts: string[], more = {}) => stepsOf({ facts: facts.map((fact) => ({ fact })), unacknowledged: false, class_confirmed: false, repair_unconfirmed: false, ...more } as unknown as Parameters<typeof stepsOf>[0]);
    assert.equal(of(['detected'], { unacknowledged: true }).next, 'acknowledge');
    assert.equal(of(['detected', 'acknowledged']).next, 'report');
    assert.equal(of(['detected', 'on_site']).next, 'verify', 'what was passed over is not asked for');
    assert.equal(of(['verified'], { class_confirmed: true }).next, 'cause');
    assert.equal(of(['repaired']).next, 'restored');
    assert.equal(of(['repaired'], { repair_unconfirmed: true }).next, 'confirm_repair');
    assert.equal(of(['restored', 'closed']).next, null);
    assert.deepEqual([...of(['acknowledged', 'assigned']).done], ['acknowledge', 'assign']);
});
