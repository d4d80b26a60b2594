import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shelfMinutes, together, worstFirst } from '../../../src/dashboard/source/alarm_kit';
import { dueAgain, ringing, stillRinging } from '../../../src/dashboard/source/bell';
import { keyOf, settled } from '../../../src/dashboard/source/keys';
import type { Alarm } from '../../../src/dashboard/source/shapes';

const alarm = (state: string, severity = 'high', stake = 'supply') => ({ id: `${state}-${severity}`, state, below: state, severity, stake, opened_at: '', changed_at: '' }) as Alarm;

test('only what is new and not put aside rings, by the gravest', () => {
    assert.equal(ringing([alarm('acknowledged'), alarm('returned'), alarm('shelved'), alarm('latched')]), null);
    assert.equal(ringing([alarm('unacknowledged', 'low'), alarm('unacknowledged', 'critical')]), 'critical');
    assert.equal(ringing(null), null);
});

test('it rings again until somebody has seen it, and at once for a graver one', () => {
    assert.equal(dueAgain('high', null), 0);
    assert.ok(dueAgain('high', { at: 1000, severity: 'high' }) > 1000);
    assert.equal(dueAgain('critical', { at: 1000, severity: 'high' }), 0);
    assert.ok(dueAgain('critical', { at: 0, severity: 'critical' }) < dueAgain('low', { at: 0, severity: 'low' }));
});

test('health and safety are seen one by one and put aside for an hour at most', () => {
    assert.deepEqual(together([alarm('unacknowledged', 'high', 'health'), alarm('unacknowledged', 'high', 'safety'), alarm('unacknowledged'), alarm('acknowledged')]).length, 1);
    assert.ok(Math.max(...shelfMinutes('health')) <= 60 && Math.max(...shelfMinutes('supply')) <= 480);
});

test('those nobody has seen come first, then the gravest', () => {
    assert.deepEqual(worstFirst([alarm('acknowledged', 'critical'), alarm('unacknowledged', 'low'), alarm('returned', 'high')]).map((a) => a.id), ['returned-high', 'unacknowledged-low', 'acknowledged-critical']);
});

test('one intention has one key until it is settled', () => {
    const first = keyOf('a');
    assert.equal(keyOf('a'), first);
    assert.notEqual(keyOf('b'), first);
    settled('a');
    assert.notEqual(keyOf('a'), first);
    assert.match(first, /^[A-Za-z0-9_.-]{8,64}$/);
});

test('what rang goes on ringing while the alarms are not known', () => {
    assert.equal(stillRinging(null, 'critical'), 'critical');
    assert.equal(stillRinging(null, null), null);
    assert.equal(stillRinging([], 'critical'), null);
});
