/* node screenshots.mjs TOOLS DIST FOLDER: pictures of the page, for people to look at. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './chromium.mjs';
import { startFake, TOKEN } from './fake-server.mjs';

const [tools, dist, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const fake = await startFake(dist);
for (const scheme of ['light', 'dark'])
    for (const [width, height] of [[1440, 900], [390, 844]]) {
        const { context, close } = await launch(tools, { width, height, scheme });
        const page = context.pages()[0];
        const shot = (name, fullPage = false) => page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage });
        await page.goto(fake.address);
        await page.locator('#name').waitFor();
        await shot('sign-in');
        await page.goto(`${fake.address}/#token=${TOKEN}`);
        await page.locator('.wire').first().waitFor();
        await page.waitForFunction(() => !document.querySelector('.top-trend .plot-note'));
        await shot('first');
        await shot('whole', true);
        await page.locator('[data-point="nmn-lai-chau.flow_out"] button').click();
        for (const range of ['15 phút', '24 giờ']) {
            await page.locator('dialog').getByRole('button', { name: range, exact: true }).click();
            await page.waitForFunction(() => !document.querySelector('dialog .plot-note'));
            await shot(`trend-${range.slice(0, 2)}`);
        }
        await page.keyboard.press('Escape');
        fake.cutOff();
        await page.locator('.banner').waitFor();
        await shot('lost');
        fake.restore();
        await close();
    }
await fake.stop();
