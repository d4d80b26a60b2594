/* Starts Debian's Chromium under playwright-core, or says why this cannot be (exit 77: skipped). */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];

function skip(why) {
    console.log(`skipped: ${why}`);
    process.exit(77);
}

/** Gives { browser context, close }.  size: { width, height }; scheme: light or dark. */
export async function launch(tools, { width = 1440, height = 900, scheme = 'light' } = {}) {
    const program = PROGRAMS.find(existsSync);
    if (!program) skip('no Chromium (apt-get install chromium)');
    if (!existsSync(join(tools, 'playwright-core'))) skip(`no playwright-core in ${tools}; "npm ci" in tests/node brings it`);
    const { chromium } = createRequire(join(resolve(tools), 'here.js'))('playwright-core');
    const profile = mkdtempSync(join(tmpdir(), 'capnuoc-browser-'));
    const context = await chromium.launchPersistentContext(profile, {
        executablePath: program, headless: true, viewport: { width, height }, colorScheme: scheme, locale: 'vi-VN', timezoneId: 'UTC',
        args: ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
            '--disable-dev-shm-usage', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
    });
    const close = async () => {
        await context.close();
        rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    };
    return { context, close };
}
