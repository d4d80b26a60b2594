/* node long_day.mjs TOOLS DIST [SECONDS]: a tab that is left open.  2,000 points on one page: how many frames a second while all of them
 * change; then a day (or SECONDS of one) of the stream, as fast as the page takes it, with somebody who goes from screen to screen and alarms
 * that come and go.  What is held after the garbage is gone must not grow from the first round to the last. */
import assert from 'node:assert/strict';
import { launch } from './chromium.mjs';
import { startFake, TOKEN } from './fake-server.mjs';

const [tools, dist, length = '86400'] = process.argv.slice(2);
const DAY_S = Number(length);
const POINTS = 2000;
const POINTS_OF_A_SITE = 40;
const AT_ONCE = 20; /* points of a message, one message a second: each is told each 100 s */
const ROUNDS = 8;
const FRAMES_MS = 10_000;
const GROWTH_BYTES = 3e6;
const SCREENS = ['#/overview', '#/points', '#/alarms', '#/wires', '#/site/nmn-lai-chau', '#/trends?points=nmn-lai-chau.flow_out,nmn-lai-chau.chlorine&range=1h', '#/wall'];

const instant = (ms) => new Date(ms + 7 * 3600e3).toISOString().replace('Z', '+07:00');

function many(fake) {
    const own = [...fake.points];
    for (let n = own.length; n < POINTS; n++) {
        const like = own[n % own.length];
        const site = `tram-${Math.floor(n / POINTS_OF_A_SITE)}`;
        fake.points.push({ ...like, id: `${site}.${n}`, name: `${like.name} ${n}`, site, site_name: `Trạm ${Math.floor(n / POINTS_OF_A_SITE)}`, phase: n });
    }
}

/* The stream goes at the pace of its reader. */
const told = (stream, text) => (stream.destroyed || stream.write(text) ? undefined : new Promise((done) => {
    const go = () => { stream.off('drain', go).off('close', go); done(); };
    stream.on('drain', go).on('close', go);
}));

async function framesOf(page) {
    return page.evaluate((ms) => new Promise((done) => {
        const begun = performance.now();
        let frames = 0;
        let longest = 0;
        let last = begun;
        const draw = (at) => {
            frames++;
            longest = Math.max(longest, at - last);
            last = at;
            if (at - begun < ms) requestAnimationFrame(draw);
            else done({ each: frames / ((at - begun) / 1000), longest });
        };
        requestAnimationFrame(draw);
    }), FRAMES_MS);
}

async function held(cdp) {
    for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage');
    const { metrics } = await cdp.send('Performance.getMetrics');
    const of = (name) => metrics.find((m) => m.name === name).value;
    return { bytes: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
}

const ALARM = (n, at) => ({ id: n.toString(16).padStart(16, '0'), point: 'nmn-lai-chau.flow_out', point_name: 'Lưu lượng', site: 'nmn-lai-chau', unit: 'm3/h', rule: 'r', state: 'acknowledged', below: 'acknowledged', severity: 'high', stake: 'supply',
    value: 1, limit: 2, opened_at: at, changed_at: at, acknowledged_at: at, shelved_until: null, times: 1, name: { vi: `Lưu lượng thấp ${n}`, en: `Low flow ${n}` } });

/* A part of the day, second by second; the alarms of each hour take the place of those before. */
async function hours(fake, from, seconds) {
    while (fake.streams.size === 0) await new Promise((done) => setTimeout(done, 100)); /* it comes anew, where the machine was too busy */
    const [stream] = fake.streams;
    for (let n = from; n < from + seconds; n++) {
        const at = instant(Date.now() - (DAY_S - n) * 1000);
        const points = Array.from({ length: AT_ONCE }, (_, i) => fake.points[(n * AT_ONCE + i) % POINTS]).map((p) => ({ id: p.id, value: fake.valueAt(p, n * 1000), quality: n % 97 ? p.quality : 'uncertain', reason: n % 97 ? p.reason : 'stale', at }));
        await told(stream, `id: ${n}\nevent: change\ndata: ${JSON.stringify({ at, generation: n, points })}\n\n`);
        if (n % 3600 === 0) fake.alarms = Array.from({ length: 30 }, (_, i) => ALARM(n * 30 + i, at));
        if (n % 3600 === 0) fake.tellAlarms();
    }
}

const fake = await startFake(dist);
many(fake);
const { context, close } = await launch(tools, { width: 1366, height: 768 });
const page = context.pages()[0];
page.setDefaultTimeout(120_000);
const complaints = [];
page.on('pageerror', (e) => complaints.push(String(e)));
try {
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable');
    await page.goto(`${fake.address}/#token=${TOKEN}`);
    await page.locator('.pill-live').waitFor();
    for (const [name, hash, there] of [['2,000 rows', '#/points', '[data-point]'], ['the overview', '#/overview', '[data-site]'], ['the wall', '#/wall', '[data-wall]']]) {
        await page.evaluate((h) => { location.hash = h; }, hash);
        await page.locator(there).first().waitFor();
        const { each, longest } = await framesOf(page);
        console.log(`${name}, 2,200 readings a second: ${each.toFixed(1)} frames a second, the longest ${longest.toFixed(0)} ms`);
    }
    fake.frozen = true; /* from here on the day speaks */
    const begun = Date.now();
    const all = [];
    for (let round = 0; round < ROUNDS; round++) {
        for (const [i, hash] of SCREENS.entries()) {
            await page.evaluate((h) => { location.hash = h; }, hash);
            const part = DAY_S / ROUNDS / SCREENS.length;
            await hours(fake, Math.round((round * SCREENS.length + i) * part), Math.round(part));
        }
        await page.evaluate(() => { location.hash = '#/overview'; });
        await page.locator('[data-site]').first().waitFor();
        all.push(await held(cdp));
        console.log(`after ${((round + 1) * DAY_S / ROUNDS / 3600).toFixed(1)} h of the day: ${(all[round].bytes / 1e6).toFixed(1)} MB, ${all[round].nodes} nodes, ${all[round].listeners} listeners`);
    }
    console.log(`${DAY_S} messages in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
    const first = all[1]; /* the first round makes what is made once */
    const last = all.at(-1);
    assert.ok(last.bytes - first.bytes < GROWTH_BYTES, `${last.bytes - first.bytes} bytes more`);
    assert.ok(last.nodes <= first.nodes * 1.1 + 200 && last.listeners <= first.listeners * 1.1 + 50, JSON.stringify([first, last]));
    assert.deepEqual(complaints, []);
} catch (error) {
    console.error(error);
    process.exitCode = 1;
}
await close();
await fake.stop();
