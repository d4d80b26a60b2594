import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { knows, told } from '../../../src/dashboard/source/told';

const SOURCE = process.env.CAPNUOC_SOURCE!;
const SPOKEN: [file: string, call: string][] = [['acquire/answer.c', 'fault_set'], ['acquire/exchange.c', 'fault_set'], ['acquire/rtu.c', 'fault_set'], ['acquire/line_rtu.c', 'fault_set'], ['acquire/line_tcp.c', 'fault_set'],
    ['acquire/way_dial.c', 'fault_set'], ['acquire/way_listen.c', 'fault_set'], ['acquire/way_serial.c', 'fault_set'], ['acquire/cycle.c', 'snprintf'], ['app/health.c', 'snprintf'], ['app/channels.c', 'snprintf'], ['app/people.c', 'snprintf'], ['store/schema.c', 'fault_set'], ['store/pg.c', 'fault_set']];
/* Of starting, not of a line that runs; or put together of pieces, which the next test says whole. */
const EXEMPT = /no memory|the client has gone|^no reason$|^ ms$|descriptor|^line |^modbus: |^eventfd|^socket: |^% ?not heard|not heard % %|^%clock of|^since the start,$|^ahead of$|^stopping$|letters lost|letters taken|^compared with/;

/* What stands between the brackets of each call, its texts put together, and what changes as %. */
function sentences(file: string, call: string): string[] {
    const text = readFileSync(join(SOURCE, file), 'utf8');
    return [...text.matchAll(new RegExp(`\\b${call}\\(((?:"(?:[^"\\\\]|\\\\.)*"|[^;"])*);`, 'g'))].flatMap((m) =>
        [...m[1]!.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*/g)].map((l) => l[0].replace(/"\s*"/g, '').slice(1, -1).replace(/%[-+ 0-9.]*(?:ll|z|l)?[a-zA-Z]/g, '%').replace(/%%+/g, '%')))
        .filter((s) => / /.test(s) && /[a-z]{2}/.test(s) && !EXEMPT.test(s));
}

for (const [file, call] of SPOKEN)
    test(`what src/${file} says has Vietnamese words`, () => {
        const said = sentences(file, call);
        assert.deepEqual(said.filter((s) => !knows(s)), []);
        assert.ok(said.length > 0 || /people|channels/.test(file), 'there are sentences to look at');
    });

test('sentences of the daemon are said in Vietnamese, with what they hold', () => {
    assert.equal(told('no whole answer in 1000 ms', 'vi'), 'không có trả lời trọn vẹn trong 1000 ms');
    assert.equal(told('bom-tan-uyen-2: no whole answer in 1000 ms', 'vi'), 'bom-tan-uyen-2: không có trả lời trọn vẹn trong 1000 ms');
    assert.equal(told('connect 10.0.0.7:502: Connection refused', 'vi'), 'kết nối 10.0.0.7:502: kết nối bị từ chối');
    assert.equal(told('send to /dev/ttyUSB0: not taken', 'vi'), 'gửi đến /dev/ttyUSB0: không nhận');
    assert.equal(told('holding 100 to 107: exception 2, illegal data address', 'vi'), 'thanh ghi giữ 100 đến 107: thiết bị báo lỗi 2, không có địa chỉ này');
    assert.equal(told('wrong answer: byte count 6, asked 8', 'vi'), 'trả lời sai: số byte 6, đã hỏi 8');
    assert.equal(told('far not heard for 12 s; clock of near 4 s ahead of ours', 'vi'), 'far: không thấy tín hiệu 12 giây; đồng hồ của near nhanh hơn 4 giây');
    assert.equal(told('compared with the database: 2026-11-27T13:02:55.470+07:00', 'vi'), 'đã đối chiếu với cơ sở dữ liệu: 2026-11-27T13:02:55.470+07:00');
    assert.equal(told('sms: 3 letters taken, 0 wait, 1 refused; mail: 2 letters taken, 0 wait, 0 refused', 'vi'), 'sms: đã nhận 3 thư, 0 đang chờ, 1 bị từ chối; mail: đã nhận 2 thư, 0 đang chờ, 0 bị từ chối');
});

test('what the database server and its library say has a Vietnamese sentence; what nobody knows stands in one as it was said', () => {
    assert.equal(told('database: connection to server at "10.0.0.5", port 5432 failed: Connection refused', 'vi'), 'không kết nối được máy chủ cơ sở dữ liệu "10.0.0.5", cổng 5432: kết nối bị từ chối');
    assert.equal(told('database: connection to server on socket "/run/postgresql/.s.PGSQL.5432" failed: No such file or directory', 'vi'), 'không kết nối được cơ sở dữ liệu qua "/run/postgresql/.s.PGSQL.5432": không có tệp hoặc cổng này');
    assert.equal(told('database: connection to server at "db", port 5432 failed: FATAL:  too many connections for database "capnuoc"', 'vi'), 'không kết nối được máy chủ cơ sở dữ liệu "db", cổng 5432: quá nhiều kết nối cho database "capnuoc"');
    assert.equal(told('database: FATAL:  terminating connection due to administrator command', 'vi'), 'cơ sở dữ liệu báo: người quản trị ngắt kết nối');
    assert.equal(told('database: ERROR:  relation "x" is odd', 'vi'), 'cơ sở dữ liệu báo: ERROR:  relation "x" is odd');
    assert.equal(told('database: no answer within 5000 ms', 'vi'), 'cơ sở dữ liệu không trả lời trong 5000 ms');
    assert.equal(told('3 days wait to be packed; last done: nothing yet; database: server closed the connection unexpectedly', 'vi'), '3 ngày chờ nén; xong lần cuối: chưa có; máy chủ cơ sở dữ liệu ngắt kết nối');
});

test('in English, and where there are no words for it, it stays as it was said', () => {
    assert.equal(told('no answer in 800 ms', 'en'), 'no answer in 800 ms');
    assert.equal(told('the cable is wet', 'vi'), 'the cable is wet');
});
