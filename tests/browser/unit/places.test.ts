import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayText, evidenceOf, type Candidate } from '../../../src/dashboard/source/places_kit';

const candidate = (more: Partial<Candidate>): Candidate => ({ reason: 'low_pressure', site: 's', zone: 'z', point: 'p', count: 30, known_hours: 700, low_limit: 1, lowest_hour: 0.25, highest_m: null, incidents: [], ...more });

test('evidence says what is known, and that it is not', () => {
    assert.equal(evidenceOf(candidate({}), 'vi'), '30 giờ dưới 1,00 trong 700 giờ có số liệu; giờ thấp nhất 0,25');
    assert.equal(evidenceOf(candidate({}), 'en'), '30 hours below 1.00 of 700 with data; the lowest hour 0.25');
    assert.equal(evidenceOf(candidate({ known_hours: 0, count: 0, lowest_hour: null }), 'en'), 'No data of its pressure');
    assert.equal(evidenceOf(candidate({ low_limit: null }), 'en'), 'No rule says what low pressure is');
    assert.equal(evidenceOf(candidate({ reason: 'high_place', lowest_m: 850, highest_m: 912 }), 'vi'), 'Độ cao 850–912 m');
    assert.equal(evidenceOf(candidate({ reason: 'repeated_incidents', count: 4 }), 'vi'), '4 sự cố');
});

test('evidence fits into the register', () => {
    const long = evidenceOf(candidate({ count: 99999, known_hours: 99999, low_limit: 12345.678, lowest_hour: -12345.678 }), 'vi');
    assert.ok(new TextEncoder().encode(long).length <= 240);
});

test('days are written as people here write them', () => {
    assert.equal(dayText('2027-04-30'), '30/04/2027');
    assert.equal(dayText(null), '—');
});
