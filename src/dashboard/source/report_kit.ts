/* Periods of reports and the cells of their tables.  Pure. */
import { instant, moment, number, type Lang } from './format';

export type PeriodKind = 'month' | 'quarter' | 'half' | 'year' | 'days';
export const PERIODS: PeriodKind[] = ['month', 'quarter', 'half', 'year', 'days'];

const MONTHS: Record<Exclude<PeriodKind, 'days'>, number> = { month: 1, quarter: 3, half: 6, year: 12 };
const LOCAL_MS = 7 * 3_600_000;
const two = (n: number): string => String(n).padStart(2, '0');
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The local day, `2026-11-27`. */
export const dayOf = (now: number): string => day(now + LOCAL_MS);

/** How many of them a year has. */
export const perYear = (kind: Exclude<PeriodKind, 'days'>): number => 12 / MONTHS[kind];

/** First and last day of the n-th (from 1) of a year. */
export function daysOf(kind: Exclude<PeriodKind, 'days'>, year: number, n: number): { from: string; to: string } {
    const first = (n - 1) * MONTHS[kind];
    return { from: `${year}-${two(first + 1)}-01`, to: day(Date.UTC(year, first + MONTHS[kind], 0)) };
}

/** The last one that has ended. */
export function lastEnded(kind: Exclude<PeriodKind, 'days'>, now: number): { year: number; n: number } {
    const [year = 0, month = 1] = dayOf(now).split('-').map(Number);
    const n = Math.floor((month - 1) / MONTHS[kind]); /* of those before the present one */
    return n > 0 ? { year, n } : { year: year - 1, n: perYear(kind) };
}

export const KINDS = ['incidents', 'water-quality'] as const;
export type Kind = (typeof KINDS)[number];

export interface Choice {
    kind: Kind;
    from: string;
    to: string;
    supplier: string;
}

const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && day(Date.parse(text)) === text;

/** What an address asks for; null: nothing whole. */
export function choiceOf(query: URLSearchParams): Choice | null {
    const kind = KINDS.find((k) => k === query.get('kind'));
    const from = query.get('from');
    const to = query.get('to');
    return kind && isDay(from) && isDay(to) && from <= to ? { kind, from, to, supplier: query.get('supplier') ?? '' } : null;
}

export const queryOf = (c: Choice): Record<string, string> => ({ kind: c.kind, from: c.from, to: c.to, ...(c.supplier && { supplier: c.supplier }) });

/** The period by its name, where it has one: the days of an address may be those of a month. */
export function periodOf(from: string, to: string): { kind: PeriodKind; year: number; n: number } {
    const year = Number(from.slice(0, 4));
    for (const kind of ['month', 'quarter', 'half', 'year'] as const)
        for (let n = 1; n <= perYear(kind); n++) {
            const d = daysOf(kind, year, n);
            if (d.from === from && d.to === to) return { kind, year, n };
        }
    return { kind: 'days', year, n: 1 };
}

export interface Column {
    name: string;
    title: string;
    title_en: string;
    unit: string | null;
    formula: string | null;
    formula_en: string | null;
    source: string | null;
}

export type Cell = number | string | boolean | null | { value: number | null; coverage: number | null };

export interface Table {
    title: string;
    title_en: string;
    columns: Column[];
    rows: ({ key: string; name: string } & Record<string, Cell>)[];
}

const plain = (value: number | null, unit: string | null, lang: Lang): string => {
    if (value === null) return '—';
    if (unit === '1') return `${number(value * 100, 1, lang)}${lang === 'vi' ? '%' : ' %'}`;
    return number(value, Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 3 : 1, lang);
};

/** What is known of too little is said in words, with how much of it is known; never as a number. */
export function cellText(cell: Cell | undefined, column: Column, lang: Lang, now: number): string {
    if (cell === null || cell === undefined) return '—';
    if (typeof cell === 'boolean') return cell ? '✓' : '';
    if (typeof cell === 'number') return plain(cell, column.unit, lang);
    if (typeof cell === 'string') return column.name.endsWith('_at') ? moment(instant(cell), now) : cell;
    if (cell.coverage === null) return '—';
    if (cell.coverage < 0.9) return `${lang === 'vi' ? 'không đủ số liệu' : 'not enough data'} (${number(Math.floor(cell.coverage * 1000) / 10, 1, lang)}${lang === 'vi' ? '%' : ' %'})`;
    return plain(cell.value, column.unit, lang);
}

/* Words for programs, and what the printed page alone has room for. */
const UNSHOWN = new Set(['class', 'site', 'at', 'parameter', 'set', 'layer', 'holds', 'unverified']);

export const shownColumns = (table: Table): Column[] => table.columns.filter((c) => !UNSHOWN.has(c.name));

export function tablesOf(report: Record<string, unknown>): [string, Table][] {
    return Object.entries(report).filter((entry): entry is [string, Table] =>
        typeof entry[1] === 'object' && entry[1] !== null && Array.isArray((entry[1] as Table).rows) && Array.isArray((entry[1] as Table).columns));
}
