/* node screenshots.mjs TOOLS FOLDER ADDRESS NAME PASSWORD [WORD ...]: a picture of every screen of a running page at three sizes in
 * both themes, for people to look at.  With words, only the pictures whose name has one of them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './chromium.mjs';

const [tools, folder, address, name, password, ...only] = process.argv.slice(2);
const SIZES = [[1920, 1080], [1366, 768], [390, 844]];

export const screens = async (page) => {
    const first = await page.evaluate(async () => {
        const get = (path) => fetch(path).then((r) => r.json());
        const { sites } = await get('/api/v1/sites');
        const { points } = await get('/api/v1/points?limit=1000');
        const of = (parameter) => points.find((p) => p.parameter === parameter)?.id;
        const seen = new Map(sites.map((s) => [s.kind, s.id]).reverse());
        const { items: incidents } = await get('/api/v1/incidents?state=open');
        return { incident: incidents[0]?.id, sites: Object.fromEntries(seen), points: ['flow', 'pressure', 'free_chlorine', 'turbidity'].map(of).filter(Boolean) };
    });
    const p = first.points.map(encodeURIComponent);
    return {
        overview: '#/overview', alarms: '#/alarms', 'alarms-past': '#/alarms?past=', points: '#/points', wires: '#/wires', wall: '#/wall', shift: '#/shift', settings: '#/settings', reports: '#/reports', places: '#/places',
        ...Object.fromEntries(Object.entries(first.sites).map(([kind, id]) => [`site-${kind}`, `#/site/${id}`])),
        incidents: '#/incidents', call: '#/incidents?call=', 'incident-open': '#/incidents?open=', 'incidents-closed': '#/incidents?past=', ...(first.incident ? { incident: `#/incidents/${first.incident}` } : {}),
        trends: `#/trends?points=${p.join(',')}&range=1h`, 'trends-empty': '#/trends', point: `#/points?point=${p[0]}`,
    };
};

mkdirSync(folder, { recursive: true });
for (const scheme of ['light', 'dark'])
    for (const [width, height] of SIZES) {
        if (only.length && !only.some((o) => `${width}-${scheme}`.includes(o) || !/^\d|light|dark/.test(o))) continue;
        const { context, close } = await launch(tools, { width, height, scheme });
        const page = context.pages()[0];
        page.on('console', (m) => m.type() === 'error' && console.log(`${width} ${scheme}: ${m.text()}`));
        await page.goto(address);
        await page.locator('#name').fill(name);
        await page.locator('#password').fill(password);
        await page.screenshot({ path: join(folder, `sign-in-${width}-${scheme}.png`) });
        await page.keyboard.press('Enter');
        await page.locator('.pill-live').waitFor();
        for (const [screen, hash] of Object.entries(await screens(page))) {
            const file = `${screen}-${width}-${scheme}.png`;
            if (only.length && !only.every((o) => file.includes(o))) continue;
            await page.evaluate((h) => { location.hash = h; }, hash);
            await page.waitForTimeout(1500); /* a person looks after it has settled */
            await page.screenshot({ path: join(folder, file), fullPage: width < 500 });
        }
        await close();
    }
