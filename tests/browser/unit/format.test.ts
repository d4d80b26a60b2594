import assert from 'node:assert/strict';
import { test } from 'node:test';
import { age, duration, folded, moment, number, time, understood, unit } from '../../../src/dashboard/source/format';

const AT = Date.parse('2026-11-23T19:10:38.123+07:00');

test('Vietnamese numbers have a decimal comma and dots between thousands', () => {
    assert.equal(number(1234.56, 1, 'vi'), '1.234,6');
    assert.equal(number(1234567, 0, 'vi'), '1.234.567');
    assert.equal(number(1234.56, 1, 'en'), '1,234.6');
    assert.equal(number(0, 2, 'vi'), '0,00');
    assert.equal(number(-71, 0, 'vi'), '\u221271');
});

test('what is not a number is a dash, never a zero', () => {
    for (const v of [null, undefined, NaN, Infinity, -Infinity]) assert.equal(number(v, 2, 'vi'), '—');
});

test('a negative that rounds to zero has no sign, and odd decimals are bounded', () => {
    assert.equal(number(-0.001, 1, 'vi'), '0,0');
    assert.equal(number(-0, 0, 'vi'), '0');
    assert.equal(number(1.5, 99, 'en'), '1.500000');
    assert.equal(number(1.5, -3, 'en'), '2');
    assert.equal(number(1.5, NaN, 'en'), '2');
});

test('units are written as people write them', () => {
    assert.equal(unit('m3/h', 'vi'), 'm³/h');
    assert.equal(unit('m3/d', 'vi'), 'm³/ngày đêm');
    assert.equal(unit('m3/d', 'en'), 'm³/day');
    assert.equal(unit('pH', 'vi'), '');
    assert.equal(unit('bar', 'vi'), 'bar');
    assert.equal(unit(null, 'vi'), '');
});

test('times are Viet Nam times wherever the browser stands', () => {
    assert.equal(time(AT), '19:10:38');
    assert.equal(time(Date.parse('2026-11-23T17:30:00Z')), '00:30:00');
    assert.equal(moment(Date.parse('2026-11-22T12:00:00Z'), AT), '19:00 22/11/2026');
    assert.equal(moment(AT - 1000, AT), '19:10:37');
    assert.equal(time(null), '—');
});

test('ages and durations', () => {
    assert.equal(age(AT, AT + 400, 'vi'), 'vừa xong');
    assert.equal(age(AT, AT - 60_000, 'vi'), 'vừa xong');
    assert.equal(age(AT, AT + 4200, 'vi'), '4 giây trước');
    assert.equal(age(null, AT, 'vi'), '—');
    assert.equal(duration(3.34 * 3600e3, 'vi'), '3 giờ 20 phút');
    assert.equal(duration(52 * 3600e3, 'vi'), '2 ngày 4 giờ');
});

test('searching folds tone marks and đ', () => {
    assert.equal(folded('Mường Tè'), 'muong te');
    assert.equal(folded('Đoàn Kết'), 'doan ket');
});

test('a day that was typed is said with its weekday, in the order people here write it', () => {
    assert.equal(understood('2026-11-27', 'vi'), 'thứ Sáu 27/11/2026');
    assert.equal(understood('2026-11-29', 'vi'), 'Chủ nhật 29/11/2026');
    assert.equal(understood('2026-02-03T00:05', 'en'), '00:05 Tuesday 03/02/2026');
    assert.equal(understood('2026-02-03T23:59:30', 'vi'), '23:59 thứ Ba 03/02/2026');
    assert.equal(understood('', 'vi'), null);
    assert.equal(understood('2026-1', 'vi'), null);
});
