import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordsOf, rowsOf } from '../../../src/dashboard/source/sheet';

test('quotes, commas, line ends and a byte order mark', () => {
    assert.deepEqual(rowsOf('\ufeffa,b\r\n"x, ""y""","1\n2"\n,\n'), [['a', 'b'], ['x, "y"', '1\n2'], ['', '']]);
    assert.deepEqual(rowsOf(''), []);
    assert.deepEqual(rowsOf('a'), [['a']]);
});

test('rows by the names of the first; what is missing is empty', () => {
    assert.deepEqual(recordsOf('point,limit\nlc.x,0.3\nlc.y\n'), [{ point: 'lc.x', limit: '0.3' }, { point: 'lc.y', limit: '' }]);
});
