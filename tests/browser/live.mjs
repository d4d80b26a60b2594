/* Walks the screens of a running daemon as an operator does.  Settings come as JSON on standard input; lines on standard output are
 * figures for people, a failure ends with its reason on standard error. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { launch } from './chromium.mjs';

const { address, tools, control, first } = JSON.parse(readFileSync(0, 'utf8'));
const FRESH = 'nước sạch mỗi ngày';
const DOSE = 'lc.nmn.chlorine_dose';
const CABINET = 'lc.nmn.cabinet_temp';
const SITE = 'dma-doan-ket';
const FLOW_HIGH = 'Lưu lượng vào cao bất thường';

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
    const shown = page.locator(`[data-step] [data-point="${CABINET}"] .number`);
    await shown.waitFor();
    const begin = Date.now();
    await field('raw plc-nmn 118 314');
    await becomes((id) => document.querySelector(`[data-step] [data-point="${id}"] .number`)?.textContent === '31,4', CABINET);
    console.log(`register to pixel: ${Date.now() - begin} ms (read every 2000 ms)`);
    await field('clear plc-nmn');
    for (const step of ['intake_screen', 'rapid_filtration', 'disinfection', 'storage', 'delivery']) await page.locator(`[data-step="${step}"]`).waitFor();
}

/* A pipe breaks: the zone's inflow jumps and stays up. */
async function burst() {
    assert.match(await field('burst zone-1 20 L/s place 80'), /burst-1/);
    await to('#/overview');
    await page.locator('.question-wrong').getByText(FLOW_HIGH).first().waitFor();
    assert.equal(await page.locator('[data-site]').first().getAttribute('data-site'), SITE, 'the worst site first');
}

async function alarm() {
    await page.keyboard.press('2');
    const item = page.locator('[data-alarm]', { hasText: FLOW_HIGH });
    await item.getByText('đang diễn ra, chưa xác nhận').waitFor();
    await item.getByText('Việc cần làm trước:').waitFor();
    await item.locator('.act-acknowledge').click();
    await item.getByText('đang diễn ra, đã xác nhận').waitFor();
    await item.getByRole('button', { name: 'Tạm ẩn…' }).click();
    await item.getByLabel('Lý do').fill('đang đóng van khoanh vùng');
    await item.getByRole('button', { name: 'Tạm ẩn', exact: true }).click();
    const put = page.locator('.put-aside');
    await put.getByText('Đang tạm ẩn hoặc bị chặn (1)').waitFor();
    await put.evaluate((d) => { d.open = true; });
    await put.getByRole('button', { name: 'Bỏ tạm ẩn' }).click();
    await item.getByText('đang diễn ra, đã xác nhận').waitFor();
}

const timeline = () => page.locator('section', { has: page.locator('#facts-title') });
const headSays = (text) => page.locator('.incident-head').getByText(text).first().waitFor();

/* From what was seen to what is written down of it afterwards, as people tell it. */
async function incident() {
    await to('#/incidents');
    const row = page.locator('[data-incident]', { hasText: 'Đoàn Kết' });
    const id = await row.first().getAttribute('data-incident');
    await row.locator('a').first().click();
    const tell = async (step, fill = {}, choose = {}) => {
        await page.getByRole('button', { name: step, exact: true }).click();
        for (const [label, value] of Object.entries(choose)) await page.locator('.step-form').getByLabel(label, { exact: true }).selectOption(value);
        for (const [label, text] of Object.entries(fill)) await page.locator('.step-form').getByLabel(label, { exact: true }).fill(text);
        await page.getByRole('button', { name: 'Ghi', exact: true }).click();
        await page.locator('.step-form').waitFor({ state: 'detached' });
    };
    await tell('Xác nhận đã thấy');
    await timeline().getByText('đã có người thấy').first().waitFor();
    await tell('Phân công', { 'Phân công cho': 'tổ quản lý mạng' });
    await headSays('đã phân công');
    await tell('Đã đến hiện trường', { 'Ghi chú': 'nước phun lên mặt đường' });
    await timeline().getByText('nước phun lên mặt đường').waitFor();
    await headSays('đã đến hiện trường');
    await call(id);
    await tell('Xác nhận loại', { 'Ghi chú': 'ống D200 trên phố chính' }, { Loại: 'distribution_main' });
    await headSays('Ống phân phối');
    await page.locator('.incident-head').getByText('chưa xác nhận loại').waitFor({ state: 'detached' });
    await tell('Nguyên nhân', { 'Ghi chú': 'ống gang cũ nứt dọc' }, { 'Nguyên nhân': 'burst', 'Trong tầm kiểm soát?': 'controllable' });
    await headSays('đã rõ nguyên nhân');
    await tell('Khắc phục xong', { 'Ghi chú': 'đã lắp đai sửa chữa' });
    await timeline().getByText('đã lắp đai sửa chữa').waitFor();
    assert.match(await field('end burst'), /ok|burst-1/);
    await to('#/alarms');
    await page.locator('[data-alarm]', { hasText: FLOW_HIGH }).waitFor({ state: 'detached' });
    await to(`#/incidents/${id}`);
    await tell('Cấp nước trở lại', { 'Ghi chú': 'áp lực điểm bất lợi đã về như cũ' });
    await timeline().getByText('áp lực điểm bất lợi đã về như cũ').waitFor();
    await tell('Đóng sự cố');
    await headSays('đã đóng');
    await tell('Đánh giá', { 'Ghi chú': 'thay tuyến ống gang trong quý sau' });
    await timeline().getByText('thay tuyến ống gang trong quý sau').waitFor();
}

/* A customer of the zone calls: what is open there is offered, and joined; in at most twelve clicks and keys (what is typed as text counts once). */
async function call(id) {
    let acts = 0;
    const act = (done) => { acts++; return done; };
    await to('#/overview');
    await page.locator('.to-incidents').waitFor();
    const begin = Date.now();
    await act(page.keyboard.press('g'));
    acts++; /* a list is opened, then chosen from */
    await act(page.getByLabel('Nơi xảy ra').selectOption('zone=kvcn-doan-ket'));
    await act(page.locator('.near', { hasText: `#${id}` }).click());
    acts++; /* into the field */
    await act(page.getByLabel('Khách hàng nói gì').fill('mất nước từ 5 giờ'));
    await act(page.getByRole('button', { name: 'Ghi vào sự cố này' }).click());
    await page.locator('.incident-head').getByText(`#${id}`).waitFor();
    await timeline().getByText('mất nước từ 5 giờ').waitFor();
    assert.ok(acts <= 12, `a call took ${acts} acts`);
    console.log(`call: ${acts} acts, ${Date.now() - begin} ms without the hands`);
}

/* Who saw it, who put it aside: of an alarm that is over, from the database. */
async function history() {
    await page.evaluate(async () => { while (!(await (await fetch('/api/v1/alarms?state=closed')).json()).items?.length) await new Promise((again) => setTimeout(again, 250)); }); /* delivered */
    await to('#/alarms?past=');
    const past = page.locator('[data-past-alarm]', { hasText: FLOW_HIGH }).first();
    await past.waitFor();
    const said = await past.innerText();
    assert.match(said, /xác nhận (lần cuối )?sau [^\n]*· lan/);
    assert.match(said, /Tạm ẩn [^\n]*· lan: đang đóng van khoanh vùng/);
}

/* Two kinds, at two places: each says who and why, silences, and ends. */
async function modes() {
    await to('#/alarms');
    await page.getByText('Chất lượng cảnh báo').click();
    await page.locator('.performance').getByText('Tổng số cảnh báo').waitFor();
    for (const [site, kind, why, said] of [['nmn-lai-chau', 'calibration', 'hiệu chuẩn đầu đo clo', 'Hiệu chuẩn'], [SITE, 'maintenance', 'súc xả tuyến ống sau sửa chữa', 'Bảo trì']]) {
        await to(`#/site/${site}`);
        await page.getByRole('button', { name: 'Đặt chế độ…' }).click();
        await page.getByLabel('Chế độ').selectOption(kind);
        await page.getByLabel('Lý do').fill(why);
        await page.getByRole('button', { name: 'Đặt chế độ', exact: true }).click();
        const mode = page.locator(`[data-mode].mode-${kind}`);
        await mode.locator('strong').getByText(said).waitFor();
        await mode.getByText(`${why} · lan`).waitFor();
        await mode.getByRole('button', { name: 'Kết thúc' }).click();
        await mode.waitFor({ state: 'detached' });
    }
}

/* What is written down at a site stands there, and in the log of the shift. */
async function notes() {
    await to('#/shift');
    await page.getByRole('button', { name: 'Nhận ca', exact: true }).click();
    await page.locator('.shift-who').getByText('Lò Thị Lan').waitFor();
    await to(`#/site/${SITE}`);
    const here = page.locator('.site-notes');
    await here.getByLabel('Ghi vào sổ').fill('theo dõi áp lực đêm nay');
    await here.getByRole('button', { name: 'Ghi', exact: true }).click();
    await here.locator('li', { hasText: 'theo dõi áp lực đêm nay' }).getByText('lan').waitFor();
    await to('#/shift');
    await page.locator('.log li', { hasText: 'theo dõi áp lực đêm nay' }).getByText('DMA Đoàn Kết').waitFor();
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
    for (const part of [overview, pixel, burst, alarm, incident, history, modes, notes, trends, rest]) {
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
