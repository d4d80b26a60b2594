/* node run.mjs KIND TOOLS DASHBOARD_MODULES DIST WORK: one kind of test by node's own runner. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [kind, tools, modules, dist, work] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));

/* The pure parts, bundled by the same esbuild that makes the page. */
function units() {
    const esbuild = createRequire(join(resolve(modules), 'here.js'))('esbuild');
    const names = readdirSync(join(here, 'unit')).filter((n) => n.endsWith('.test.ts'));
    mkdirSync(work, { recursive: true });
    esbuild.buildSync({ entryPoints: names.map((n) => join(here, 'unit', n)), outdir: resolve(work), outExtension: { '.js': '.mjs' },
        bundle: true, platform: 'node', format: 'esm', target: 'node18', nodePaths: [resolve(modules)], logLevel: 'warning' });
    return names.map((n) => join(resolve(work), n.replace(/\.ts$/, '.mjs')));
}

function pages() {
    if (!existsSync(join(tools, 'playwright-core'))) {
        console.log(`skipped: no playwright-core in ${tools}; "npm ci" in tests/node brings it`);
        process.exit(77);
    }
    if (!['/usr/bin/chromium', '/usr/bin/chromium-browser'].some(existsSync)) {
        console.log('skipped: no Chromium (apt-get install chromium)');
        process.exit(77);
    }
    return [join(here, 'dashboard.test.mjs')];
}

const files = kind === 'units' ? units() : pages();
const axe = kind.startsWith('axe'); /* every screen at every size takes its time: a test of its own */
const env = { ...process.env, CAPNUOC_AXE: axe ? kind : '', CAPNUOC_NODE_MODULES: resolve(tools), CAPNUOC_DASHBOARD: resolve(dist), CAPNUOC_SOURCE: join(here, '../../src') };
process.exit(spawnSync(process.execPath, [...(axe ? ['--test-name-pattern=^axe'] : []), '--test', ...files], { stdio: 'inherit', env }).status ?? 1);
