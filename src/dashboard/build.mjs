/* Makes the browser part: `node build.mjs OUTDIR [MODULES]`.
 *
 * OUTDIR receives the files as a browser asks for them, each also gzip-compressed, a manifest.json for people,
 * and two sources for the daemon: dashboard_assets.c (the table) and dashboard_bytes.S (the bytes, by .incbin).
 * MODULES is the node_modules folder to take esbuild, preact, uPlot and Leaflet from; default: the one beside this file. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { outline } from './outline.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'dist'));
const modules = resolve(process.argv[3] ?? join(here, 'node_modules'));
const esbuild = createRequire(join(modules, 'here.js'))('esbuild');

const CONTENT_TYPES = {
    html: 'text/html; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    svg: 'image/svg+xml; charset=utf-8',
    txt: 'text/plain; charset=utf-8',
    json: 'application/json; charset=utf-8',
};
const FIRST_LOAD_CEILING = 200 * 1000; /* compressed bytes of everything the first screen needs */

const BOUNDARIES = join(here, '../../config/demo');

const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function bundle(mapPath) {
    const made = await esbuild.build({
        entryPoints: { app: join(here, 'source/main.tsx'), style: join(here, 'page/style.css') },
        nodePaths: [modules],
        outdir: out,
        write: false,
        bundle: true,
        minify: true,
        format: 'esm',
        target: ['es2021'],
        charset: 'utf8',
        legalComments: 'none',
        jsx: 'automatic',
        jsxImportSource: 'preact',
        define: { 'process.env.NODE_ENV': '"production"', OUTLINE_PATH: JSON.stringify(mapPath) },
        loader: { '.png': 'dataurl' }, /* of Leaflet's style; the policy lets no other host be asked */
        logLevel: 'warning',
    });
    const text = (ending) => Buffer.from(made.outputFiles.find((f) => f.path.endsWith(ending)).contents);
    return { js: text('.js'), css: text('.css') };
}

/* What those ask whose work is passed on. */
function licences() {
    const parts = ['preact', 'uplot', 'leaflet'].map((name) => {
        const version = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version;
        return `${name} ${version}\n\n${readFileSync(join(modules, name, 'LICENSE'), 'utf8').trim()}\n`;
    });
    parts.push(readFileSync(join(BOUNDARIES, 'boundaries-licence.txt'), 'utf8'));
    return Buffer.from(parts.join('\n----------------------------------------\n\n'));
}

function named(stem, ending, bytes) {
    return { path: `/${stem}.${hash(bytes).slice(0, 12)}.${ending}`, ending, bytes, immutable: true };
}

function asset({ path, ending, bytes, immutable }) {
    return {
        path,
        immutable,
        file: path === '/' ? 'index.html' : path.slice(1),
        contentType: CONTENT_TYPES[ending],
        etag: `"${hash(bytes).slice(0, 20)}"`,
        plain: bytes,
        gzip: gzipSync(bytes, { level: 9 }),
    };
}

const quoted = (text) => `"${text.replace(/[\\"]/g, '\\$&')}"`;

function table(assets) {
    const lines = assets.map((a, i) => `    { ${quoted(a.path)}, ${quoted(a.contentType)}, ${quoted(a.etag)}, ${a.immutable}, ` +
        `dashboard_gzip_${i}, dashboard_plain_${i}, ${a.gzip.length}, ${a.plain.length} },`);
    const names = assets.flatMap((_, i) => [`dashboard_gzip_${i}[]`, `dashboard_plain_${i}[]`]);
    return `/* Made by src/dashboard/build.mjs. */
#include "ports/assets.h"

extern const unsigned char ${names.join(', ')};

static const struct asset items[] = {
${lines.join('\n')}
};

const struct assets dashboard_assets = { items, sizeof items / sizeof *items };
`;
}

function bytesSource(assets) {
    const one = (symbol, file) => `    .global ${symbol}\n    .balign 16\n${symbol}:\n    .incbin ${quoted(join(out, file))}\n    .byte 0\n`;
    return '/* Made by src/dashboard/build.mjs. */\n    .section .rodata\n' +
        assets.map((a, i) => one(`dashboard_gzip_${i}`, `${a.file}.gz`) + one(`dashboard_plain_${i}`, a.file)).join('') +
        '    .section .note.GNU-stack,"",%progbits\n';
}

async function main() {
    const map = named('communes', 'json', Buffer.from(JSON.stringify(outline(join(BOUNDARIES, 'lai-chau-communes-2025.topojson')))));
    const { js, css } = await bundle(map.path);
    const app = named('app', 'js', js);
    const style = named('style', 'css', css);
    const icon = named('icon', 'svg', readFileSync(join(here, 'page/icon.svg')));
    const html = readFileSync(join(here, 'page/index.html'), 'utf8')
        .replace('@app@', app.path).replace('@style@', style.path).replace('@icon@', icon.path);
    const assets = [
        { path: '/', ending: 'html', bytes: Buffer.from(html), immutable: false },
        app, style, icon, map,
        { path: '/licences.txt', ending: 'txt', bytes: licences(), immutable: false },
    ].map(asset);

    const total = assets.reduce((sum, a) => sum + a.gzip.length, 0);
    if (total > FIRST_LOAD_CEILING)
        throw new Error(`the first load is ${total} bytes compressed, more than ${FIRST_LOAD_CEILING}`);

    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    for (const a of assets) {
        writeFileSync(join(out, a.file), a.plain);
        writeFileSync(join(out, `${a.file}.gz`), a.gzip);
    }
    const manifest = assets.map(({ path, file, contentType, etag, immutable, plain, gzip }) =>
        ({ path, file, contentType, etag, immutable, plain: plain.length, gzip: gzip.length }));
    writeFileSync(join(out, 'manifest.json'), JSON.stringify({ first_load_gzip: total, assets: manifest }, null, 2) + '\n');
    writeFileSync(join(out, 'dashboard_assets.c'), table(assets));
    writeFileSync(join(out, 'dashboard_bytes.S'), bytesSource(assets));
    console.log(`dashboard: ${assets.length} files, first load ${(total / 1000).toFixed(1)} kB compressed`);
}

main().catch((error) => {
    console.error(`dashboard: ${error.message}`);
    process.exit(1);
});
