import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownQuality, qualityWord, reasonWord, stateWord } from '../../../src/dashboard/source/words';

const REASONS = ['never_read', 'no_answer', 'no_connection', 'exception', 'bad_answer', 'sentinel', 'not_finite', 'implausible', 'stale', 'time_uncertain', 'stopped', 'bad_digit', 'inexact', 'unknown_state', 'busy', 'not_valid', 'wire_fault', 'clipped', 'frozen', 'forced'];

test('every reason of the API has words in both languages', () => {
    for (const reason of REASONS)
        for (const lang of ['vi', 'en'] as const) {
            const text = reasonWord(reason, lang);
            assert.ok(text.length > 0 && !text.includes('_'), reason);
            assert.equal(text, text.normalize('NFC'));
        }
    assert.equal(reasonWord('none', 'vi'), '');
    assert.equal(reasonWord(null, 'vi'), '');
});

test('a quality, reason or state this page does not know is never shown as normal', () => {
    assert.equal(knownQuality('splendid'), 'bad');
    assert.equal(knownQuality(undefined), 'bad');
    assert.equal(knownQuality('uncertain'), 'uncertain');
    assert.equal(reasonWord('wet_cable', 'vi'), 'wet cable');
    assert.equal(stateWord('dreaming', 'vi'), 'dreaming');
});

test('bad has no data', () => {
    assert.equal(qualityWord('bad', 'vi'), 'không có dữ liệu');
});
