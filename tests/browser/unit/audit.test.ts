import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actSaid, auditQuery, changesOf, subjectHash, wasRefused } from '../../../src/dashboard/source/audit_kit';
import { daySpan, lastDays } from '../../../src/dashboard/source/span_kit';

const NOTHING = { actor: '', kind: '', subject: '' };

test('days are whole ones on the wall, the last included', () => {
    assert.deepEqual(daySpan('2026-11-20', '2026-11-30'), { from: '2026-11-20T00:00:00+07:00', to: '2026-12-01T00:00:00+07:00' });
    assert.equal(daySpan('2026-11-20', '').to, '');
    assert.deepEqual(lastDays(7, Date.parse('2026-11-27T18:00:00Z')), { from: '2026-11-21', to: '2026-11-28' });
});

test('only what is asked for is asked', () => {
    const days = { from: '2026-11-26', to: '2026-11-26' };
    assert.deepEqual(Object.fromEntries(new URLSearchParams(auditQuery({ ...days, ...NOTHING }, 30, null))), { from: '2026-11-26T00:00:00+07:00', to: '2026-11-27T00:00:00+07:00', limit: '30' });
    const asked = new URLSearchParams(auditQuery({ ...days, actor: ' lan ', kind: 'account', subject: 'point:lc.q1' }, 30, '1.2.3.a'));
    assert.deepEqual([asked.get('actor'), asked.get('kind'), asked.get('subject'), asked.get('next')], ['lan', 'account', 'point:lc.q1', '1.2.3.a']);
});

test('an act is said in words, a step of an incident as its button says it, an unknown one as it came', () => {
    assert.equal(actSaid('alarm.shelve', 'vi'), 'Tạm ẩn cảnh báo');
    assert.equal(actSaid('incident.assign', 'vi'), 'Sự cố: phân công');
    assert.equal(actSaid('incident.close', 'vi'), 'Đóng sự cố');
    assert.equal(actSaid('valve.turn', 'en'), 'valve.turn');
    assert.equal(actSaid('constructor', 'vi'), 'constructor');
    assert.ok(wasRefused({ action: 'session.refused' }) && !wasRefused({ action: 'session.open' }));
});

test('what it was done to can be opened where there is a place for it', () => {
    assert.equal(subjectHash('point:lc.q1'), '#/points?point=lc.q1');
    assert.equal(subjectHash('incident:far-valley:1024'), '#/incidents/far-valley%3A1024');
    assert.equal(subjectHash('site:nmn'), '#/site/nmn');
    for (const none of ['account:lan', 'address:10.0.0.7', '', 'nonsense']) assert.equal(subjectHash(none), null);
});

test('what changed is told member by member, what cannot be read whole', () => {
    const changed = { before: '{"role":"viewer","leads":true}', after: '{"role":"operator","until":"2026-11-27T02:00:00Z"}' };
    assert.deepEqual(changesOf(changed, 'vi'), [
        { member: 'role', before: 'người xem', after: 'người vận hành' }, { member: 'leads', before: 'có', after: null }, { member: 'until', before: null, after: '09:00:00 27/11/2026' }]);
    assert.deepEqual(changesOf({ before: '', after: '' }, 'vi'), []);
    for (const odd of ['{"cut', '[1]', 'null', '7']) assert.deepEqual(changesOf({ before: '', after: odd }, 'vi'), [{ member: '', before: null, after: odd }]);
    assert.deepEqual(changesOf({ before: '', after: '{"a":{"b":1},"role":"duke"}' }, 'en'), [{ member: 'a', before: null, after: '{"b":1}' }, { member: 'role', before: null, after: 'duke' }]);
});
