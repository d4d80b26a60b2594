/* The link on a clock of our own: how late a reader is told that what is shown is old. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveStream, type Link } from '../../../src/dashboard/source/stream';

const turn = () => new Promise((done) => setImmediate(done));

/* Timers that run when the test says so; a daemon that speaks, or does not. */
async function world() {
    const w = { at: 1_000_000, alive: true, talk: null as null | ((text: string) => void), opened: 0, links: [] as (Link & { told: number })[] };
    const timers = new Map<number, { due: number; every: number; call: () => void }>();
    let last = 0;
    const put = (call: () => void, ms: number, every: number) => (timers.set(++last, { due: w.at + ms, every, call }), last);
    const took = (id: number) => void timers.delete(id);
    const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, fetch: globalThis.fetch, now: Date.now };
    const fake = { setInterval: (c: () => void, ms: number) => put(c, ms, ms), clearInterval: took, setTimeout: (c: () => void, ms: number) => put(c, ms, 0), clearTimeout: took, addEventListener() {}, removeEventListener() {} };
    Object.assign(globalThis, { window: fake, document: { hidden: false, addEventListener() {}, removeEventListener() {} }, setTimeout: fake.setTimeout, clearTimeout: took,
        fetch: (path: string, { signal }: { signal: AbortSignal }) => new Promise((done, failed) => {
            signal.addEventListener('abort', () => failed(new Error('aborted')));
            if (!w.alive) return;
            if (path === '/healthz') return done(new Response('{}'));
            w.opened++;
            const bytes = new TextEncoder();
            done(new Response(new ReadableStream({ start(c) {
                w.talk = (text) => c.enqueue(bytes.encode(text));
                signal.addEventListener('abort', () => c.error(new Error('aborted')));
                w.talk('event: full\ndata: {"at":"","generation":1,"points":[]}\n\n');
            } })));
        }) });
    Date.now = () => w.at;
    const run = async (ms: number) => {
        const end = w.at + ms;
        for (;;) {
            const next = [...timers].filter(([, t]) => t.due <= end).sort((a, b) => a[1].due - b[1].due)[0];
            w.at = Math.max(w.at, next ? next[1].due : end);
            if (!next) break;
            if (next[1].every) next[1].due = w.at + next[1].every;
            else timers.delete(next[0]);
            next[1].call();
            await turn();
        }
        await turn();
    };
    const sleep = (ms: number) => { w.at += ms; for (const t of timers.values()) t.due = Math.max(t.due, w.at); };
    const stream = new LiveStream('/stream', { picture() {}, alarms() {}, shifts() {}, link: (l) => void w.links.push({ ...l, told: w.at }) });
    await run(0);
    await turn();
    const end = () => { stream.stop(); Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout, fetch: real.fetch }); Date.now = real.now; };
    return { w, run, sleep, end };
}

test('a daemon that falls silent is told as lost within 2.6 s, whenever it fell silent', async () => {
    for (let phase = 0; phase < 2000; phase += 70) {
        const { w, run, end } = await world();
        try {
            await run(5000 + phase);
            assert.equal(w.links.at(-1)!.state, 'live');
            w.talk!(': here\n\n');
            await run(0);
            w.alive = false;
            const silent = w.at;
            await run(4000);
            const told = w.links.find((l) => l.state === 'lost');
            assert.ok(told && told.told - silent <= 2600, `${phase}: ${told ? told.told - silent : 'never'}`);
        } finally {
            end();
        }
    }
});

test('a quiet stream of a daemon that answers is believed', async () => {
    const { w, run, end } = await world();
    try {
        await run(14_000);
        assert.deepEqual([...new Set(w.links.map((l) => l.state))], ['live']);
    } finally {
        end();
    }
});

test('after sleep the page says so at the first tick, makes the connection anew and is live again', async () => {
    const { w, run, sleep, end } = await world();
    try {
        await run(3000);
        sleep(8 * 3600_000);
        const woke = w.at;
        await run(200);
        assert.equal(w.links.at(-1)!.state, 'lost');
        await run(2000);
        assert.equal(w.links.at(-1)!.state, 'live');
        assert.ok(w.links.at(-1)!.told - woke <= 2000);
        assert.equal(w.opened, 2);
    } finally {
        end();
    }
});
