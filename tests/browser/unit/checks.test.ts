import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountName, addresses, ahead, all, count, dayAhead, dayBehind, faultsOf, incidentNumber, like, most, needed, password, past, phone, type Check } from '../../../src/dashboard/source/checks';
import { draftOf, dropDraft, keepDraft, ownedBy } from '../../../src/dashboard/source/drafts';

const AT = Date.parse('2026-11-26T23:30:00+07:00');
const of = (check: Check, text: string, values = {}) => check(text, { values, lang: 'vi', at: AT });
const fine = (check: Check, ...texts: string[]) => texts.forEach((t) => assert.equal(of(check, t), null, t));
const wrong = (check: Check, ...texts: string[]) => texts.forEach((t) => assert.notEqual(of(check, t), null, t));

test('what must be there is more than blanks', () => {
    wrong(needed, '', '   ');
    fine(needed, 'x');
    assert.equal(of(all(needed, most(3)), ''), 'Bắt buộc.');
});

test('a text is as long as the daemon counts it: in bytes', () => {
    fine(most(9), 'nước sạch'.slice(0, 4), 'abcdefghi', '  abcdefghi  ');
    assert.match(of(most(9), 'nước sạch')!, /khoảng 5/);
});

test('a time that is told has passed, but for the minute that clocks differ', () => {
    fine(past, '', '2026-11-26T23:30', '2026-11-26T23:31', '2020-01-01T00:00');
    wrong(past, '2026-11-26T23:32', '2027-01-01T00:00', 'soon');
});

test('days are on the side of today where they must be, today included', () => {
    fine(dayAhead, '', '2026-11-26', '2027-04-30');
    wrong(dayAhead, '2026-11-25', '2026-13-01', 'mai');
    fine(dayBehind, '', '2026-11-26', '2020-02-29');
    wrong(dayBehind, '2026-11-27');
});

test('what is to end ends later than now, on the clock of the wall', () => {
    fine(ahead, '', '2026-11-26T23:31', '2026-12-27T06:00');
    wrong(ahead, '2026-11-26T23:30', '2026-11-26T06:00', '2026-11-31T', 'tối nay');
});

test('counts are whole, and no sign or letter is thrown away in silence', () => {
    fine(count, '', '0', '1200', '999999999');
    wrong(count, '1200x', '12.5', '-1', '1e3', '1234567890');
});

test('telephones, incidents and names are as they are written', () => {
    fine(phone, '', '0912345678', '+84 213 3876 543', '(0213) 3.876.543', '113');
    wrong(phone, 'lan', '09-', '12a', '--');
    fine(incidentNumber, '', '473812', 'thung-lung:473812');
    wrong(incidentNumber, '#473812', 'abc', '12 34');
    fine(accountName, '', 'lan', 'a1', 'vang.a_pao-2');
    wrong(accountName, 'Lan', '1a', 'a', 'lân', 'x'.repeat(41));
});

test('addresses are addresses, one by one', () => {
    fine(addresses, '', '10.0.0.7', '10.1.0.0/16 192.168.1.1', '2001:db8::/32', '::1', '::ffff:10.0.0.1');
    for (const [text, named] of [['10.0.0.256', '10.0.0.256'], ['10.0.0.1 abc', 'abc'], ['10.0.0.0/33', '10.0.0.0/33'], ['1.2.3', '1.2.3'], ['2001:::1', '2001:::1'], ['a::b::c', 'a::b::c'], ['10.0.0.1/8/9', '10.0.0.1/8/9']])
        assert.ok(of(addresses, text!)!.includes(named!), text);
});

test('a password is as the daemon wants it, counted in letters', () => {
    const check = password('hung');
    const old = { old: 'mật khẩu trước đây' };
    assert.equal(of(check, 'nước sạch mỗi ngày', old), null);
    assert.match(of(check, 'ngắn', old)!, /đang có 4/);
    wrong(check, 'aaaaaaaaaaaa', 'toi la hung day');
    assert.notEqual(of(check, old.old, old), null);
    assert.equal(of(password('an'), 'lan van an nhien'), null, 'a name of two letters is in every sentence');
    assert.equal(of(like('fresh'), 'a', { fresh: 'a' }), null);
    assert.notEqual(of(like('fresh'), 'a', { fresh: 'b' }), null);
});

test('faults come in the order of the form', () => {
    assert.deepEqual([...faultsOf({ b: needed, a: needed, c: count }, { values: { c: 'x' }, lang: 'en', at: AT }).keys()], ['b', 'a', 'c']);
});

test('what was typed stays for its writer only, and not without end', () => {
    ownedBy('lan');
    keepDraft('call', { note: 'nước đục' });
    ownedBy('lan');
    assert.equal(draftOf('call')?.note, 'nước đục');
    for (let i = 0; i < 50; i++) keepDraft(`d${i}`, {});
    assert.equal(draftOf('call'), undefined);
    assert.ok(draftOf('d49'));
    dropDraft('d49');
    assert.equal(draftOf('d49'), undefined);
    ownedBy('hung');
    assert.equal(draftOf('d48'), undefined);
});
