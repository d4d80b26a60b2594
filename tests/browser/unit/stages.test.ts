import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arranged, running, stageFor, stagesOf } from '../../../src/dashboard/source/stages';
import type { Point, SiteInfo } from '../../../src/dashboard/source/shapes';

const point = (name: string, parameter: string | null, more: Partial<Point> = {}) => ({ id: name, name, parameter, quality: 'good', value: 1, ...more }) as Point;
const site = (kind: string, chain: string[] = []) => ({ id: 's', kind, chain }) as unknown as SiteInfo;
const SURFACE = ['intake_screen', 'pre_settling', 'mixing', 'flocculation', 'sedimentation', 'rapid_filtration', 'disinfection', 'storage'];

test('the words of the trade find the step', () => {
    const kinds = stagesOf(site('treatment_plant', SURFACE), []);
    const cases: [string, string, string][] = [
        ['Độ đục nước thô', 'turbidity', 'intake_screen'], ['Công suất điện bơm cấp 1 số 1', 'power', 'intake_screen'], ['Độ đục nước sau lắng sơ bộ', 'turbidity', 'pre_settling'],
        ['Liều châm PAC', 'chemical_dose', 'mixing'], ['Tốc độ máy khuấy phản ứng 1', 'speed', 'flocculation'], ['Độ đục sau bể lắng 2', 'turbidity', 'sedimentation'],
        ['Độ đục nước sau lọc', 'turbidity', 'rapid_filtration'], ['Mực nước bể nước rửa lọc', 'level', 'rapid_filtration'], ['Clo dư tự do sau xử lý', 'free_chlorine', 'disinfection'],
        ['Khối lượng clo còn bình 1', 'mass', 'disinfection'], ['Mực nước bể chứa nước sạch', 'level', 'storage'], ['Lưu lượng phát ra mạng', 'flow', 'delivery'],
        ['Tần số biến tần bơm cấp 2', 'frequency', 'delivery'], ['Nhiệt độ tủ điều khiển', 'temperature', 'other'],
    ];
    for (const [name, parameter, step] of cases) assert.equal(stageFor(point(name, parameter), kinds), step, name);
});

test('a step the site does not have is not where a point goes', () => {
    const booster = stagesOf(site('booster_station'), [point('Mực nước đài nước', 'level')]);
    assert.deepEqual(booster, ['inlet', 'pumps', 'storage', 'delivery']);
    assert.equal(stageFor(point('Clo dư tự do tại đài nước', 'free_chlorine'), booster), 'storage');
    assert.equal(stageFor(point('Áp lực đầu hút', 'pressure'), booster), 'inlet');
    assert.equal(stageFor(point('Công suất điện bơm số 1', 'power'), booster), 'pumps');
});

test('every point stands somewhere, once', () => {
    const points = ['Nhịp sống PLC', 'Lưu lượng lạ', 'Một điều chưa ai đặt tên'].map((n, i) => point(n, i ? 'flow' : null));
    for (const kind of ['treatment_plant', 'dma', 'reservoir', 'intake', 'chamber', 'booster_station']) {
        const found = arranged(site(kind), points).flatMap((s) => s.points);
        assert.equal(found.length, points.length, kind);
    }
    assert.equal(arranged(null, points).flatMap((s) => s.points).length, points.length);
});

test('what is not known is neither running nor stopped', () => {
    const pump = (value: number | null, quality: 'good' | 'bad' = 'good') => point('Số bơm đang chạy', 'pumps_running', { value, quality });
    assert.equal(running([pump(2)]), true);
    assert.equal(running([pump(0)]), false);
    assert.equal(running([pump(null, 'bad')]), null);
    assert.equal(running([pump(0), pump(null, 'bad')]), null, 'the other one may run');
    assert.equal(running([point('Áp lực', 'pressure')]), null);
});
