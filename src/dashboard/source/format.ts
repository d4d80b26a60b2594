/* Numbers, units and times as people here write them.  Pure: the clock is an argument. */
export type Lang = 'vi' | 'en';

const LOCAL_MS = 7 * 3600 * 1000; /* Viet Nam is +07:00, all year */
const NOTHING = '—';

function grouped(digits: string, mark: string): string {
    return digits.replace(/\B(?=(\d{3})+$)/g, mark);
}

/** `1.234,5` or `1,234.5`; a dash for what is not a number: never a zero that was not measured. */
export function number(value: number | null | undefined, decimals: number, lang: Lang): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
    const places = Math.min(Math.max(Math.trunc(decimals) || 0, 0), 6);
    const fixed = Math.abs(value).toFixed(places);
    const [whole = '0', part] = fixed.split('.');
    const sign = value < 0 && Number(fixed) !== 0 ? '\u2212' : '';
    const text = sign + grouped(whole, lang === 'vi' ? '.' : ',');
    return part ? text + (lang === 'vi' ? ',' : '.') + part : text;
}

const UNITS: Record<string, string> = {
    'm3/h': 'm³/h', 'm3/d': 'm³/ngày đêm', m3: 'm³', 'l/s': 'L/s', 'mg/l': 'mg/L', 'ug/l': 'µg/L',
    ntu: 'NTU', tcu: 'TCU', degc: '°C', celsius: '°C', percent: '%', ph: '', us_cm: 'µS/cm', 'us/cm': 'µS/cm',
    'kwh/m3': 'kWh/m³', kwh: 'kWh', kw: 'kW', mh2o: 'mH₂O', '1': '', none: '', bool: '',
};

export function unit(code: string | null | undefined, lang: Lang): string {
    if (!code) return '';
    const known = UNITS[code.toLowerCase()];
    const text = known === undefined ? code : known;
    return lang === 'en' ? text.replace('ngày đêm', 'day').replace(/^giờ$/, 'h') : text;
}

const two = (n: number): string => String(n).padStart(2, '0');

function local(ms: number): Date {
    return new Date(ms + LOCAL_MS);
}

export function instant(text: string | null | undefined): number | null {
    if (!text) return null;
    const ms = Date.parse(text);
    return Number.isFinite(ms) ? ms : null;
}

/** `14:05:09` */
export function time(ms: number | null): string {
    if (ms === null) return NOTHING;
    const d = local(ms);
    return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

/** `05/11/2026` */
export function date(ms: number): string {
    const d = local(ms);
    return `${two(d.getUTCDate())}/${two(d.getUTCMonth() + 1)}/${d.getUTCFullYear()}`;
}

const WEEKDAYS: Record<Lang, string[]> = {
    vi: ['Chủ nhật', 'thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy'],
    en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
};

/** What a field of a day or of a time has, as people here write it: `thứ Sáu 27/11/2026`, `14:05 thứ Sáu 27/11/2026`; null: nothing yet. */
export function understood(field: string, lang: Lang): string | null {
    const [day = '', clock] = field.split('T');
    const ms = Date.parse(`${day}T00:00:00+07:00`);
    if (!Number.isFinite(ms)) return null;
    return `${clock ? `${clock.slice(0, 5)} ` : ''}${WEEKDAYS[lang][local(ms).getUTCDay()]} ${date(ms)}`;
}

/** Time first, as the locale has it; the day only when it is not today. */
export function moment(ms: number | null, now: number): string {
    if (ms === null) return NOTHING;
    return date(ms) === date(now) ? time(ms) : `${time(ms).slice(0, 5)} ${date(ms)}`;
}

/** `4 giây`, `3 phút`, `2 giờ 5 phút`, `3 ngày`.  Negative ages (clocks) read as now. */
export function duration(ms: number, lang: Lang): string {
    const s = Math.max(0, Math.floor(ms / 1000));
    const word = lang === 'vi' ? { s: ' giây', m: ' phút', h: ' giờ', d: ' ngày' } : { s: ' s', m: ' min', h: ' h', d: ' d' };
    if (s < 60) return s + word.s;
    const m = Math.floor(s / 60);
    if (m < 60) return m + word.m;
    const h = Math.floor(m / 60);
    if (h < 24) return h + word.h + (m % 60 ? ` ${m % 60}${word.m}` : '');
    const d = Math.floor(h / 24);
    return d + word.d + (h % 24 ? ` ${h % 24}${word.h}` : '');
}

/** How long ago, in words that do not pretend to a precision the screen cannot show. */
export function age(at: number | null, now: number, lang: Lang): string {
    if (at === null) return NOTHING;
    const gone = now - at;
    if (gone < 1500) return lang === 'vi' ? 'vừa xong' : 'just now';
    return lang === 'vi' ? `${duration(gone, lang)} trước` : `${duration(gone, lang)} ago`;
}

export function period(ms: number, lang: Lang): string {
    if (ms > 0 && ms < 1000) return `${ms} ms`;
    return duration(ms, lang);
}

/** For searching without marks: `muong te` finds `Mường Tè`; đ does not decompose, so it is folded by hand. */
export function folded(text: string): string {
    return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase();
}
