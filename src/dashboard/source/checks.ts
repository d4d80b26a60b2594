/* What may stand in a field, said while it is typed.  Pure: each check has the text, its neighbours and the time, and gives a
 * sentence or null.  The daemon checks all of it again; this is so that nobody has to ask it first. */
import type { Lang } from './format';
import { word, type Word } from './words';

export type Values = Readonly<Record<string, string>>;
export interface Around { values: Values; lang: Lang; at: number }
export type Check = (text: string, around: Around) => string | null;
export type Checks = Readonly<Record<string, Check>>;

const say = (key: Word, { lang }: Around, n: string | number = ''): string => word(key, lang).replace('{}', String(n));

/** The first that has something to say. */
export const all = (...checks: Check[]): Check => (text, around) => checks.reduce<string | null>((said, check) => said ?? check(text, around), null);

/** What may be left out is checked when it is there. */
const given = (check: Check): Check => (text, around) => (text.trim() === '' ? null : check(text.trim(), around));

export const needed: Check = (text, around) => (text.trim() ? null : say('needed', around));
export const reason: Check = (text, around) => (text.trim() ? null : say('whyMissing', around));

/* The daemon counts bytes, and a Vietnamese letter has up to three. */
export const most = (bytes: number): Check => (text, around) => {
    const over = new TextEncoder().encode(text.trim()).length - bytes;
    return over > 0 ? say('tooLong', around, over) : null;
};

const MARGIN_MS = 60_000; /* the clocks of people and of the daemon */

/** Of a field of date and time, on Vietnam's clock. */
export const past: Check = given((text, around) => {
    const ms = Date.parse(`${text}:00+07:00`);
    if (!Number.isFinite(ms)) return say('noTime', around);
    return ms > around.at + MARGIN_MS ? say('notYet', around) : null;
});

export const ahead: Check = given((text, around) => {
    const ms = Date.parse(`${text}:00+07:00`);
    if (!Number.isFinite(ms)) return say('noTime', around);
    return ms <= around.at ? say('timeGone', around) : null;
});

export const day: Check = given((text, around) => (/^\d{4}-\d\d-\d\d$/.test(text) && Number.isFinite(Date.parse(text)) ? null : say('noDay', around)));
const today = (at: number): string => new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);
export const dayAhead: Check = all(day, given((text, around) => (text < today(around.at) ? say('dayGone', around) : null)));
export const dayBehind: Check = all(day, given((text, around) => (text > today(around.at) ? say('notYet', around) : null)));

export const count: Check = given((text, around) => (/^\d{1,9}$/.test(text) ? null : say('wholeNumber', around)));

export const phone: Check = given((text, around) => (/^[+(\d][\d .()/-]*$/.test(text) && (text.match(/\d/g) ?? []).length >= 3 ? null : say('phoneRules', around)));

export const incidentNumber: Check = given((text, around) => (/^([\w.-]+:)?\d{1,18}$/.test(text) ? null : say('incidentRules', around)));

export const accountName: Check = (text, around) => (text === '' || /^[a-z][a-z0-9._-]{1,39}$/.test(text) ? null : say('nameRules', around));

const byte = (part: string): boolean => /^\d{1,3}$/.test(part) && Number(part) <= 255;

function isRange(text: string): boolean {
    const [address = '', bits, ...rest] = text.split('/');
    if (rest.length) return false;
    const six = address.includes(':');
    const fine = six
        ? /^[0-9a-f:.]{2,45}$/i.test(address) && address.split('::').length <= 2 && !/:::/.test(address) && address.split(':').every((p) => p === '' || p.includes('.') || p.length <= 4)
        : address.split('.').length === 4 && address.split('.').every(byte);
    return fine && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (six ? 128 : 32)));
}

/** Addresses and ranges with blanks between. */
export const addresses: Check = given((text, around) => {
    const wrong = text.split(/ +/).find((part) => !isRange(part));
    return wrong === undefined ? null : say('addressRules', around, wrong);
});

const PASSWORD_LEAST = 10, PASSWORD_KINDS = 5;

/** A new password of that account; the old one stands in the field `old`. */
export const password = (account: string): Check => (text, around) => {
    const letters = [...text];
    if (letters.length < PASSWORD_LEAST) return say('passwordShort', around, letters.length);
    if (new Set(letters).size < PASSWORD_KINDS) return say('passwordFew', around);
    if (account.length >= 4 && text.includes(account)) return say('passwordName', around);
    if (text === around.values.old) return say('passwordSame', around);
    return most(128)(text, around);
};

/** The same as another field. */
export const like = (other: string): Check => (text, around) => (text === around.values[other] ? null : say('notAlike', around));

/** Which fields are wrong, in the order of the form, and why. */
export function faultsOf(checks: Checks, around: Around): Map<string, string> {
    const found = new Map<string, string>();
    for (const [name, check] of Object.entries(checks)) {
        const said = check(around.values[name] ?? '', around);
        if (said !== null) found.set(name, said);
    }
    return found;
}
