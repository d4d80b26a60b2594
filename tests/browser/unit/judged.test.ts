import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, keyPoints, lateOnes, siteViews } from '../../../src/dashboard/source/judged';
import type { Alarm, Incident, Point, Quality, Rule, Wire } from '../../../src/dashboard/source/shapes';

const NOW = Date.parse('2026-11-26T10:00:00+07:00');

const point = (id: string, quality: Quality = 'good', more: Partial<Point> = {}): Point => ({
    id, name: id, site: id.split('.')[0]!, site_name: id.split('.')[0]!, wire: 'w', device: 'd', parameter: 'flow', unit: 'm3/h', decimals: 1, every_ms: 2000,
    value: quality === 'bad' ? null : 1, quality, reason: 'none', at: null, ...more,
});
const points = (...all: Point[]) => new Map(all.map((p) => [p.id, p]));
const rule = (p: string, stake: string, respondMs: number | null = 60_000): Rule => ({ point: p, rule: 'r', kind: 'low', severity: 'high', stake, limit: 1, respondMs, name: '' });
const alarm = (p: string, more: Partial<Alarm> = {}): Alarm => ({
    id: `id-${p}`, point: p, point_name: p, site: p.split('.')[0]!, unit: null, rule: 'r', state: 'unacknowledged', below: 'unacknowledged', severity: 'high', stake: 'health', value: 1, limit: 2,
    opened_at: '2026-11-26T09:50:00+07:00', changed_at: '2026-11-26T09:50:00+07:00', acknowledged_at: null, shelved_until: null, times: 1, ...more,
});

const incident = (more: object) => ({ id: '1', class: { word: 'telemetry', vi: 'Mất kết nối' }, due_at: '2026-11-26T09:00:00+07:00', overdue: true, drill: false, closed: false, ...more }) as Incident;

test('well is said only when everything watched is known and good', () => {
    const rules = [rule('a.x', 'health'), rule('a.y', 'health'), rule('a.z', 'supply')];
    const say = (x: Quality, y: Quality, alarms: Alarm[] | null = []) => answer(['health', 'safety'], alarms, rules, points(point('a.x', x), point('a.y', y), point('a.z', 'bad'))).verdict;
    assert.equal(say('good', 'good'), 'well');
    assert.equal(say('good', 'uncertain'), 'doubt');
    assert.equal(say('uncertain', 'bad'), 'unknown');
    assert.equal(say('good', 'good', null), 'unknown', 'alarms not known');
    assert.equal(say('good', 'bad', [alarm('a.x')]), 'wrong');
});

test('nothing to judge by is not well', () => {
    assert.equal(answer(['health'], [], null, points(point('a.x'))).verdict, 'unknown');
    assert.equal(answer(['health'], [], [], points(point('a.x'))).verdict, 'unknown');
});

test('an alarm put aside is still so; one that is over is not', () => {
    const rules = [rule('a.x', 'health')];
    const all = points(point('a.x'));
    assert.equal(answer(['health'], [alarm('a.x', { state: 'shelved' })], rules, all).verdict, 'wrong');
    const over = answer(['health'], [alarm('a.x', { state: 'returned', below: 'returned' })], rules, all);
    assert.deepEqual([over.verdict, over.returned], ['well', 1]);
});

test('an alarm is late when its time is over and nobody has seen it', () => {
    const late = (respond: number | null, state = 'unacknowledged') => lateOnes([alarm('a.x', { state })], [rule('a.x', 'health', respond)], [], [], NOW).length;
    assert.equal(late(9 * 60_000), 1);
    assert.equal(late(11 * 60_000), 0);
    assert.equal(late(null), 0);
    assert.equal(late(60_000, 'acknowledged'), 0);
});

test('a wire that is down is late itself, not each of its devices', () => {
    const wire = (state: string): Wire => ({ id: 'w', endpoint: '', state, since: null, last_valid_reply: null, transactions: 0, timeouts: 0, reconnects: 0, overruns: 0, next_try: null, last_error: null,
        devices: [{ id: 'd', unit: 1, state: 'down', last_valid_reply: null, every_ms: 1, points: 1, last_error: null, next_try: null }] });
    assert.deepEqual(lateOnes([], [], [wire('down')], [], NOW).map((l) => l.kind), ['wire']);
    assert.deepEqual(lateOnes([], [], [wire('up')], [], NOW).map((l) => l.kind), ['device']);
});

test('an overdue incident is late, before everything; an exercise is not', () => {
    const late = lateOnes([alarm('a.x')], [rule('a.x', 'health')], [], [], NOW, [incident({}), incident({ id: '2', drill: true }), incident({ id: '3', overdue: false })]);
    assert.deepEqual(late.map((l) => [l.kind, l.by]), [['incident', 3_600_000], ['alarm', 540_000]]);
});

test('the worst site first; one that is not seen at all stands beside a grave alarm', () => {
    const all = [point('quiet.a'), point('doubt.a', 'uncertain'), point('part.a', 'bad'), point('part.b'), point('blind.a', 'bad'), point('low.a'), point('grave.a')];
    const alarms = [alarm('low.a', { severity: 'low' }), alarm('grave.a', { severity: 'critical' })];
    const views = siteViews(all, alarms, null);
    assert.deepEqual(views.map((v) => v.id), ['grave', 'blind', 'low', 'part', 'doubt', 'quiet']);
    assert.deepEqual(views.map((v) => v.state), ['alarm', 'unknown', 'alarm', 'unknown', 'doubt', 'quiet']);
    assert.ok(siteViews(all, null, null).every((v) => v.state === 'unknown'), 'without alarms nothing is quiet');
});

test('points with an alarm, then those not known, have their place first', () => {
    const mine = [point('a.1'), point('a.2', 'bad'), point('a.3', 'good', { parameter: 'free_chlorine' }), point('a.4', 'good', { parameter: 'x-odd' }), point('a.5', 'good', { parameter: 'level' })];
    assert.deepEqual(keyPoints(mine, new Set(['a.5']), 3).map((p) => p.id), ['a.5', 'a.3', 'a.2']);
});

test('where people called, water is missing, though no device saw it', () => {
    const all = points(point('a.x'));
    const rules = [rule('a.x', 'supply'), rule('a.x', 'health')];
    const about = (stake: string, incidents: Incident[] | null) => answer([stake], [], rules, all, incidents);
    const called = (word: string, more: Partial<Incident> = {}) => ({ ...incident({}), class: { word, vi: '' }, state: 'assigned', overdue: false, ...more });
    assert.deepEqual([about('supply', [called('service_network')]).verdict, about('health', [called('service_network')]).verdict], ['wrong', 'well']);
    assert.equal(about('health', [called('water_quality')]).verdict, 'wrong');
    for (const over of [{ drill: true }, { closed: true }, { state: 'restored' }, { state: 'merged' }]) assert.equal(about('supply', [called('service_network', over)]).verdict, 'well');
    assert.equal(about('supply', [called('telemetry')]).verdict, 'well');
    assert.equal(about('supply', null).verdict, 'unknown', 'whether there are any is not known');
});
