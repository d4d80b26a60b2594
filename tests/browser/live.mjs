/* Walks the screens of a running daemon as an operator does.  Settings come as JSON on standard input; lines on standard output are
 * figures for people, a failure ends with its reason on standard error. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { launch } from './chromium.mjs';

const { address, tools, control, first } = JSON.parse(readFileSync(0, 'utf8'));
const FRESH = 'nước sạch mỗi ngày';
const DOSE = 'lc.nmn.chlorine_dose';

const field = (line) => new Promise((done, failed) => {
    const link = connect(control).setTimeout(5000, () => failed(new Error('the simulator is silent')));
    link.on('error', failed).on('data', (answer) => { link.end(); done(String(answer)); });
    link.write(`${line}\n`);
});

const { context, close } = await launch(tools, { width: 1366, height: 768 });
const page = context.pages()[0];
page.setDefaultTimeout(40_000);
const complaints = [];
page.on('console', (m) => m.type() === 'error' && !/401|503/.test(m.text()) && !/\/api\/v1\/incidents/.test(m.location().url) && complaints.push(m.text()));
page.on('pageerror', (e) => complaints.push(String(e)));
page.on('request', (r) => new URL(r.url()).origin === address || complaints.push(`asked ${r.url()}`));
const becomes = (what, arg) => page.waitForFunction(what, arg, { polling: 'raf' });
const to = (hash) => page.evaluate((h) => { location.hash = h; }, hash);
const enter = async (name, password) => {
    await page.locator('#name').fill(name);
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
};
const setOwn = async (once) => {
    await page.locator('#old-password').fill(once);
    await page.locator('#new-password').fill(FRESH);
    await page.locator('#new-again').fill(FRESH);
    await page.getByRole('button', { name: 'Lưu mật khẩu' }).click();
    await page.locator('.pill-live').waitFor();
};

async function administrator() {
    await page.goto(address);
    await enter('admin', first);
    await setOwn(first);
    await to('#/settings');
    await page.locator('#f-name').fill('lan');
    await page.locator('#f-full_name').fill('Lò Thị Lan');
    await page.getByLabel('trưởng ca').last().check();
    await page.getByRole('button', { name: 'Thêm người dùng' }).click();
    const once = await page.locator('.once code').innerText();
    await page.locator('#f-purpose').fill('Cổng thông tin của Sở');
    await page.getByRole('button', { name: 'Tạo mã' }).click();
    await page.locator('[data-token]').waitFor();
    await page.getByRole('button', { name: /^Phiên bản \d+$/ }).first().waitFor();
    await page.locator('.menu > summary').click();
    await page.getByRole('button', { name: 'Đăng xuất' }).click();
    return once;
}

async function overview() {
    await to('#/overview');
    await page.locator('[data-site]').nth(4).waitFor();
    await page.locator('.map .leaflet-marker-icon').first().waitFor();
    assert.ok(await page.locator('.map .commune').count() >= 38, 'the communes are drawn');
    assert.equal(await page.locator('.question').count(), 3);
}

/* A register changes: how long until a reader sees it? */
async function pixel() {
    await to('#/site/nmn-lai-chau');
    const shown = page.locator(`[data-step] [data-point="${DOSE}"] .number`);
    await shown.waitFor();
    const begin = Date.now();
    await field('raw plc-nmn 114 0');
    await becomes((id) => document.querySelector(`[data-step] [data-point="${id}"] .number`)?.textContent === '0,00', DOSE);
    console.log(`register to pixel: ${Date.now() - begin} ms (read every 2000 ms)`);
    for (const step of ['intake_screen', 'rapid_filtration', 'disinfection', 'storage', 'delivery']) await page.locator(`[data-step="${step}"]`).waitFor();
}

async function alarm() {
    await page.keyboard.press('2');
    const item = page.locator('[data-alarm]', { hasText: 'Ngừng châm clo' });
    await item.getByText('đang diễn ra, chưa xác nhận').waitFor();
    await item.getByText('Việc cần làm trước:').waitFor();
    await page.keyboard.press('1');
    await page.locator('.question-wrong').first().getByText('Ngừng châm clo').waitFor();
    assert.equal(await page.locator('[data-site]').first().getAttribute('data-site'), 'nmn-lai-chau', 'the worst site first');
    await page.keyboard.press('2');
    await item.locator('.act-acknowledge').click();
    await item.getByText('đang diễn ra, đã xác nhận').waitFor();
    await item.getByRole('button', { name: 'Tạm ẩn…' }).click();
    await item.getByLabel('Lý do').fill('đang thay bơm định lượng');
    await item.getByRole('button', { name: 'Tạm ẩn', exact: true }).click();
    const put = page.locator('.put-aside');
    await put.getByText('Đang tạm ẩn hoặc bị chặn (1)').waitFor();
    await put.evaluate((d) => { d.open = true; });
    await put.getByRole('button', { name: 'Bỏ tạm ẩn' }).click();
    await item.getByText('đang diễn ra, đã xác nhận').waitFor();
}

async function incidents() {
    await to('#/incidents');
    await page.locator('[data-incident] a').first().click();
    const tell = async (step, fill = {}) => {
        await page.getByRole('button', { name: step, exact: true }).click();
        for (const [label, text] of Object.entries(fill)) await page.getByLabel(label, { exact: true }).fill(text);
        await page.getByRole('button', { name: 'Ghi', exact: true }).click();
        await page.locator('.step-form').waitFor({ state: 'detached' });
    };
    await tell('Phân công', { 'Phân công cho': 'tổ quản lý mạng' });
    await tell('Đã đến hiện trường', { 'Ghi chú': 'bơm định lượng dừng' });
    await page.locator('section', { has: page.locator('#facts-title') }).getByText('bơm định lượng dừng').waitFor();
    await page.locator('.incident-head').getByText('đã đến hiện trường').waitFor();
    await call();
    await tell('Xác nhận loại');
    await tell('Nguyên nhân', { 'Ghi chú': 'vòi châm tắc' });
    await tell('Khắc phục xong');
    await tell('Cấp nước trở lại', { 'Ghi chú': 'đo bằng máy cầm tay: đạt' });
    await tell('Đóng sự cố');
    await page.locator('.incident-head').getByText('đã đóng').waitFor();
    await tell('Đánh giá', { 'Ghi chú': 'thay vòi dự phòng mỗi quý' });
    await page.locator('section', { has: page.locator('#facts-title') }).getByText('thay vòi dự phòng mỗi quý').waitFor();
}

/* The works' own customers call: what is open there is offered, and joined. */
async function call() {
    const id = await page.evaluate(() => location.hash.split('/').pop());
    await to('#/incidents');
    await page.keyboard.press('g');
    await page.getByLabel('Nơi xảy ra').selectOption('site=nmn-lai-chau');
    await page.locator('.near', { hasText: `#${id}` }).click();
    await page.getByLabel('Khách hàng nói gì').fill('nước có mùi lạ');
    await page.getByRole('button', { name: 'Ghi vào sự cố này' }).click();
    await page.locator('.incident-head').getByText(`#${id}`).waitFor();
    await page.locator('section', { has: page.locator('#facts-title') }).getByText('nước có mùi lạ').waitFor();
}

async function modes() {
    await to('#/alarms');
    await page.getByText('Chất lượng cảnh báo').click();
    await page.locator('.performance').getByText('Tổng số cảnh báo').waitFor();
    await to('#/site/nmn-lai-chau');
    await page.getByRole('button', { name: 'Đặt chế độ…' }).click();
    await page.getByLabel('Chế độ').selectOption('calibration');
    await page.getByLabel('Lý do').fill('hiệu chuẩn đầu đo clo');
    await page.getByRole('button', { name: 'Đặt chế độ', exact: true }).click();
    const mode = page.locator('[data-mode]');
    await mode.getByText('hiệu chuẩn đầu đo clo').waitFor();
    await mode.getByRole('button', { name: 'Kết thúc' }).click();
    await mode.waitFor({ state: 'detached' });
}

async function trends() {
    await to(`#/trends?points=lc.nmn.flow_out,lc.treated.free_chlorine,${DOSE}&range=1h`);
    await becomes(() => document.querySelectorAll('.panel canvas').length === 2 && !document.querySelector('.panel .plot-note'));
    await page.getByRole('button', { name: 'Thu nhỏ' }).click();
    await becomes(() => /from=/.test(location.hash));
    const csv = await page.getByRole('link', { name: 'Tải CSV' }).getAttribute('href');
    const table = await page.evaluate(async (path) => { const r = await fetch(path); return [r.status, await r.text()]; }, csv);
    assert.equal(table[0], 200, table[1]);
}

async function rest() {
    await page.keyboard.press('3');
    await page.locator('[data-point="lc.nmn.flow_out"]').waitFor();
    await page.keyboard.press('5');
    await page.locator('[data-wire="tcp-nmn-lai-chau"]').getByText('bình thường').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Phím tắt' }).waitFor();
    await page.keyboard.press('Escape');
}

try {
    const once = await administrator();
    await enter('lan', once);
    await setOwn(once);
    for (const part of [overview, pixel, alarm, incidents, modes, trends, rest]) {
        await part();
        console.log(`${part.name}: walked`);
    }
    assert.deepEqual(complaints, []);
} catch (error) {
    console.error(await page.locator('body').innerText().catch(() => ''));
    console.error(error);
    process.exitCode = 1;
}
await close();
