import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventParser } from '../../../src/dashboard/source/sse';

const WIRE = ': keep-alive\n\nid: 7\nevent: full\ndata: {"a":1}\n\nevent: change\ndata: x\ndata: y\n\n';

test('events are the same however the bytes were cut', () => {
    const whole = new EventParser().push(WIRE);
    assert.deepEqual(whole.map((e) => [e.event, e.data]), [['full', '{"a":1}'], ['change', 'x\ny']]);
    for (let cut = 1; cut < WIRE.length; cut++) {
        const parser = new EventParser();
        assert.deepEqual([...parser.push(WIRE.slice(0, cut)), ...parser.push(WIRE.slice(cut))], whole);
    }
});

test('CRLF cut anywhere is one line end', () => {
    const wire = WIRE.replace(/\n/g, '\r\n');
    for (let cut = 1; cut < wire.length; cut++) {
        const parser = new EventParser();
        assert.equal([...parser.push(wire.slice(0, cut)), ...parser.push(wire.slice(cut))].length, 2);
    }
});

test('an event without an end is not kept for ever', () => {
    const parser = new EventParser();
    assert.throws(() => {
        for (let i = 0; i < 20; i++) parser.push('x'.repeat(1024 * 1024));
    });
});
