import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf, hashWith, routeOf, SCREENS, trendsHash } from '../../../src/dashboard/source/route';

test('an address comes back as it was said', () => {
    const route = routeOf(hashOf('site', 'nmn/lai châu', { point: 'a b&c' }));
    assert.deepEqual([route.screen, route.id, route.query.get('point')], ['site', 'nmn/lai châu', 'a b&c']);
});

test('whatever stands in the address, a screen comes of it', () => {
    for (const hash of ['', '#', '#/', '#/nowhere', '#/site/%zz', '#point=', '#/trends?points=%', '#/../x', '#token=abc']) assert.ok(SCREENS.includes(routeOf(hash).screen), hash);
    assert.equal(routeOf('#/site/%zz').id, null);
});

test('addresses of the first page still lead to their point', () => {
    assert.equal(routeOf('#point=lc.nmn.flow_out').query.get('point'), 'lc.nmn.flow_out');
});

test('one member of the query changes, the others stay', () => {
    const route = routeOf('#/trends?points=a,b&range=24h');
    assert.equal(routeOf(hashWith(route, 'range', '1h')).query.get('range'), '1h');
    assert.equal(routeOf(hashWith(route, 'range', null)).query.get('range'), null);
    assert.equal(routeOf(hashWith(route, 'range', '1h')).query.get('points'), 'a,b');
    assert.equal(routeOf(trendsHash(['a', 'b'])).query.get('points'), 'a,b');
});
