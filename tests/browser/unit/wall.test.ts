/* What the wall shows, and when it stands still. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm, Point } from '../../../src/dashboard/source/shapes';
import { holdingAlarm, pageAt, WALL_LINES, WALL_VALUES, wallPages } from '../../../src/dashboard/source/wall_kit';

const PARAMETERS = ['free_chlorine', 'turbidity', 'pressure', 'flow', 'level', 'ph', 'chlorine_dose', 'chemical_dose', 'chlorine_gas'];
const point = (site: string, parameter: string, more = {}): Point => ({ id: `${site}.${parameter}`, name: parameter, site, site_name: site, parameter, quality: 'good', value: 1, ...more }) as unknown as Point;
const site = (name: string, n: number): Point[] => PARAMETERS.slice(0, n).map((p) => point(name, p));
const alarm = (more = {}): Alarm => ({ id: 'a', point: 's3.flow', site: 's3', severity: 'critical', state: 'unacknowledged', below: 'unacknowledged', opened_at: '2026-11-26T10:00:00+07:00', ...more }) as unknown as Alarm;
const world = (n: number): Point[] => Array.from({ length: n }, (_, i) => site(`s${i}`, 9)).flat();

test('a page has at most forty values, whole sites, eight of each', () => {
    const pages = wallPages(world(12), [], null);
    assert.equal(pages.length, 3);
    for (const page of pages) assert.ok(page.reduce((n, w) => n + w.points.length, 0) <= WALL_VALUES);
    assert.deepEqual(pages.flat().map((w) => w.points.length), Array(12).fill(8));
    assert.equal(new Set(pages.flat().map((w) => w.site)).size, 12);
});

test('the site of an alarm comes first, and its point is among those shown', () => {
    const points = [...world(6), point('s3', 'iron')];
    const pages = wallPages(points, [alarm({ point: 's3.chlorine_gas' })], null);
    assert.equal(pages[0]![0]!.site, 's3');
    assert.ok(pages[0]![0]!.points.some((p) => p.id === 's3.chlorine_gas'));
});

test('no page is higher than the wall: small sites take more lines for their names', () => {
    const small = Array.from({ length: 24 }, (_, i) => site(`t${i}`, 2)).flat();
    const pages = wallPages([...site('big', 8), ...small], [], null);
    for (const page of pages) {
        const rows = page.filter((_, i) => i % 2 === 0).map((w, n) => 1 + Math.ceil(Math.max(w.points.length, page[2 * n + 1]?.points.length ?? 0) / 4));
        assert.ok(rows.reduce((a, b) => a + b, 0) <= WALL_LINES, String(rows));
    }
    assert.deepEqual(pages.map((p) => p.length), [10, 10, 5]);
});

test('nothing known makes no page', () => assert.deepEqual(wallPages([], null, null), []));

test('pages follow the clock, until a critical alarm that nobody has seen', () => {
    const pages = wallPages(world(12), [], null);
    assert.deepEqual([0, 19_999, 20_000, 40_000, 60_000].map((at) => pageAt(pages, null, at)), [0, 0, 1, 2, 0]);
    const far = alarm({ site: pages[2]![0]!.site });
    assert.deepEqual([0, 20_000, 40_000].map((at) => pageAt(pages, far, at)), [2, 2, 2]);
    assert.equal(pageAt(pages, alarm({ site: 'nowhere' }), 40_000), 0);
    assert.equal(pageAt([], null, 40_000), 0);
});

test('what is seen, put aside or less than critical holds nothing', () => {
    assert.equal(holdingAlarm([alarm()])?.id, 'a');
    assert.equal(holdingAlarm([alarm({ state: 'returned', below: 'returned' })])?.id, 'a');
    for (const more of [{ state: 'acknowledged' }, { state: 'shelved' }, { severity: 'high' }]) assert.equal(holdingAlarm([alarm(more)]), null);
    assert.equal(holdingAlarm(null), null);
});

test('an alarm on a point whose value is not known holds the wall as any other, and the point is among those shown', () => {
    const lost = point('s3', 'status', { quality: 'bad', value: null, parameter: null, id: 's3.watchdog' });
    const mine = alarm({ point: 's3.watchdog', value: null });
    const pages = wallPages([...world(12), lost], [mine], null);
    const held = holdingAlarm([mine]);
    assert.equal(held?.id, 'a');
    const page = pageAt(pages, held, 40_000);
    assert.ok(pages[page]!.some((w) => w.points.some((p) => p.id === 's3.watchdog')));
});

test('the wall stands still at the worst sites while the alarms are not known', () => {
    const pages = wallPages(world(12), null, null);
    assert.deepEqual([0, 20_000, 40_000].map((at) => pageAt(pages, null, at, false)), [0, 0, 0]);
});
