/* node types.mjs NODE_MODULES DASHBOARD_MODULES WORK: checks the types of src/dashboard with tsc. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [tools, modules, work] = process.argv.slice(2).map((p) => resolve(p));
const source = resolve(dirname(fileURLToPath(import.meta.url)), '../../src/dashboard');
const tsc = join(tools, 'typescript/bin/tsc');
if (!existsSync(tsc)) {
    console.log(`skipped: no TypeScript in ${tools}; "npm ci" in tests/node brings it`);
    process.exit(77);
}
mkdirSync(work, { recursive: true });
const settings = join(work, 'tsconfig.json');
writeFileSync(settings, JSON.stringify({
    extends: join(source, 'tsconfig.json'),
    compilerOptions: { paths: { preact: [join(modules, 'preact')], 'preact/*': [join(modules, 'preact/*')], uplot: [join(modules, 'uplot')],
        leaflet: [join(tools, '@types/leaflet')], geojson: [join(tools, '@types/geojson')] } },
    include: [join(source, 'source')],
}));
process.exit(spawnSync(process.execPath, [tsc, '-p', settings], { stdio: 'inherit' }).status ?? 1);
