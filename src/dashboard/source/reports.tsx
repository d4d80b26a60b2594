/* Reports of a period: chosen, looked at, issued, fetched again. */
import { useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { Understood } from './form';
import { instant, moment, unit, type Lang } from './format';
import { Mark } from './marks';
import { cellText, choiceOf, dayOf, daysOf, KINDS, lastEnded, periodOf, PERIODS, perYear, queryOf, shownColumns, tablesOf, type Choice, type Kind, type PeriodKind, type Table } from './report_kit';
import { hashOf } from './route';
import { go, now, type State } from './state';
import { ToPrint } from './to_print';
import { word, type Word } from './words';

const FILES = ['csv', 'json'] as const;
const ROWS_MOST = 200;
const YEARS_BACK = 6;

interface Issued {
    id: string;
    kind: Kind;
    from: string;
    to: string;
    supplier: string | null;
    version: number;
    issued_at: string;
    issued_by: string;
    texts: Record<string, { hash: string; bytes: number }>;
}

interface Preview {
    title: string;
    ended: boolean;
    generated_at: string;
    laboratory?: { words: string; words_en: string };
    [table: string]: unknown;
}

const kindWord = (kind: Kind, lang: Lang): string => word(kind === 'incidents' ? 'screen_incidents' : 'waterQuality', lang);
const dayText = (iso: string): string => iso.split('-').reverse().join('/');
const said = (error: unknown, lang: Lang): string => (error instanceof api.Refused ? error.detail || `HTTP ${error.status}` : word('unreachable', lang));

const asked = (c: Choice): string => new URLSearchParams(queryOf(c)).toString();

function Periods({ first, lang, choose }: { first: { from: string; to: string }; lang: Lang; choose(from: string, to: string): void }) {
    const [begin] = useState(() => periodOf(first.from, first.to));
    const [period, setPeriod] = useState<PeriodKind>(begin.kind);
    const [at, setAt] = useState({ year: begin.year, n: begin.n });
    const [days, setDays] = useState(first);
    const take = (kind: PeriodKind, year: number, n: number) => {
        setAt({ year, n });
        if (kind === 'days') return;
        const d = daysOf(kind, year, n);
        setDays(d);
        choose(d.from, d.to);
    };
    const turn = (kind: PeriodKind) => {
        setPeriod(kind);
        if (kind === 'days') return;
        const last = lastEnded(kind, now());
        take(kind, last.year, last.n);
    };
    const type = (change: Partial<typeof days>) => {
        const d = { ...days, ...change };
        setDays(d);
        choose(d.from, d.to);
    };
    const thisYear = Number(dayOf(now()).slice(0, 4));
    return (
        <>
            <span class="field"><label for="r-period">{word('period', lang)}</label>
                <select id="r-period" value={period} onChange={(e) => turn(e.currentTarget.value as PeriodKind)}>{PERIODS.map((p) => <option key={p} value={p}>{word(`period_${p}` as Word, lang)}</option>)}</select></span>
            {period !== 'days' && perYear(period) > 1 && <span class="field"><label for="r-n">{word(`period_${period}` as Word, lang)}</label>
                <select id="r-n" value={at.n} onChange={(e) => take(period, at.year, Number(e.currentTarget.value))}>{Array.from({ length: perYear(period) }, (_, i) => <option key={i} value={i + 1}>{i + 1}</option>)}</select></span>}
            {period !== 'days' && <span class="field"><label for="r-year">{word('period_year', lang)}</label>
                <select id="r-year" value={at.year} onChange={(e) => take(period, Number(e.currentTarget.value), at.n)}>{Array.from({ length: YEARS_BACK }, (_, i) => <option key={i} value={thisYear - i}>{thisYear - i}</option>)}</select></span>}
            {period === 'days' && <>
                <span class="field"><label for="r-from">{word('fromDay', lang)}</label><input id="r-from" type="date" value={days.from} onInput={(e) => type({ from: e.currentTarget.value })} /></span>
                <span class="field"><label for="r-to">{word('toDay', lang)}</label><input id="r-to" type="date" value={days.to} onInput={(e) => type({ to: e.currentTarget.value })} /></span>
            </>}
        </>
    );
}

function TableView({ name, table, lang, at }: { name: string; table: Table; lang: Lang; at: number }) {
    const columns = shownColumns(table);
    const title = lang === 'vi' ? table.title : table.title_en;
    const formulas = columns.filter((c) => c.formula);
    return (
        <section class="report-table" data-table={name}>
            <h3 id={`t-${name}`}>{title}</h3>
            {!table.rows.length ? <p class="quiet">{word('noneInPeriod', lang)}</p> : <div class="table-box" tabIndex={0} role="group" aria-labelledby={`t-${name}`}>
                <table>
                    <thead><tr><th scope="col">{word('subject', lang)}</th>{columns.map((c) => <th key={c.name} scope="col" class="number-cell">{lang === 'vi' ? c.title : c.title_en}{c.unit && c.unit !== '1' ? ` (${unit(c.unit, lang)})` : ''}</th>)}</tr></thead>
                    <tbody>{table.rows.slice(0, ROWS_MOST).map((row) => (
                        <tr key={row.key}><th scope="row">{row.name}</th>{columns.map((c) => <td key={c.name} class={typeof row[c.name] === 'string' ? '' : 'number-cell'}>{cellText(row[c.name], c, lang, at)}</td>)}</tr>
                    ))}</tbody>
                </table>
            </div>}
            {table.rows.length > ROWS_MOST && <p class="quiet">{word('restInFiles', lang)}: {table.rows.length - ROWS_MOST}</p>}
            {formulas.length > 0 && table.rows.length > 0 && <details class="formulas"><summary>{word('formulas', lang)}</summary>
                <dl>{formulas.map((c) => <div key={c.name}><dt>{lang === 'vi' ? c.title : c.title_en}</dt><dd>{lang === 'vi' ? c.formula : c.formula_en} <span class="quiet">({c.source})</span></dd></div>)}</dl></details>}
        </section>
    );
}

function Downloads({ path, of, lang }: { path(format: string): string; of: string; lang: Lang }) {
    return <span class="downloads"><ToPrint href={path('html')} label={`${word('toPrint', lang)} ${of}`}>{word('toPrint', lang)}</ToPrint>{FILES.map((f) => <a key={f} class="plain" href={path(f)} download={`${of}.${f}`} aria-label={`${word('download', lang)} ${of} ${f.toUpperCase()}`}>{f.toUpperCase()}</a>)}</span>;
}

function Shown({ preview, choice, lang, at }: { preview: Preview; choice: Choice; lang: Lang; at: number }) {
    return (
        <section class="card report-shown">
            <header><h2>{lang === 'vi' ? preview.title : kindWord(choice.kind, lang)}</h2><span class="quiet">{dayText(choice.from)} – {dayText(choice.to)}, {word('asOf', lang)} {moment(instant(preview.generated_at), at)}</span>
                <Downloads path={(f) => `/api/v1/reports/preview?${asked(choice)}&format=${f}`} of={word('preview', lang)} lang={lang} /></header>
            {!preview.ended && <p class="problem"><Mark kind="uncertain" />{word('periodRuns', lang)}</p>}
            {tablesOf(preview).map(([name, table]) => <TableView key={name} name={name} table={table} lang={lang} at={at} />)}
            {preview.laboratory && <p class="quiet">{lang === 'vi' ? preview.laboratory.words : preview.laboratory.words_en}</p>}
        </section>
    );
}

function List({ items, trouble, more, lang, at }: { items: Issued[] | null; trouble: string | null; more: (() => void) | null; lang: Lang; at: number }) {
    return (
        <section class="card">
            <header><h2 id="issued-title">{word('issued', lang)}</h2><span class="quiet">{word('issuedWhy', lang)}</span></header>
            {trouble && <p class="problem" role="status"><Mark kind="bad" />{trouble}</p>}
            {items === null && !trouble && <p class="nothing">{word('loading', lang)}</p>}
            {items?.length === 0 && <p class="nothing">{word('noneIssued', lang)}</p>}
            {items && items.length > 0 && <div class="table-box" tabIndex={0} role="group" aria-labelledby="issued-title">
                <table>
                    <thead><tr>{(['reportKind', 'period', 'supplier', 'version', 'issuedAt', 'download'] as Word[]).map((w) => <th key={w} scope="col">{word(w, lang)}</th>)}</tr></thead>
                    <tbody>{items.map((i) => (
                        <tr key={i.id} data-report={i.id}>
                            <th scope="row">{kindWord(i.kind, lang)}</th><td class="nowrap">{dayText(i.from)} – {dayText(i.to)}</td><td>{i.supplier ?? word('allSuppliers', lang)}</td><td>{i.version}</td>
                            <td>{moment(instant(i.issued_at), at)} <span class="quiet">{i.issued_by}</span></td>
                            <td><Downloads path={(f) => `/api/v1/reports/${encodeURIComponent(i.id)}.${f}`} of={i.id} lang={lang} /></td>
                        </tr>
                    ))}</tbody>
                </table>
            </div>}
            {more && <button type="button" class="link more" onClick={more}>{word('older', lang)}</button>}
        </section>
    );
}

function useIssued(lang: Lang) {
    const [items, setItems] = useState<Issued[] | null>(null);
    const [next, setNext] = useState<string | null>(null);
    const [trouble, setTrouble] = useState<string | null>(null);
    const load = async (from: string | null) => {
        try {
            const page = await api.get<{ items: Issued[]; next: string | null }>(`/api/v1/reports?limit=20${from ? `&next=${encodeURIComponent(from)}` : ''}`);
            setItems((old) => (from && old ? [...old, ...page.items] : page.items));
            setNext(page.next);
            setTrouble(null);
        } catch (error) {
            setTrouble(said(error, lang));
        }
    };
    useEffect(() => void load(null), []);
    return { items, trouble, more: next ? () => void load(next) : null, again: () => load(null) };
}

export function Reports({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    const [choice, setChoice] = useState<Choice>(() => { const last = lastEnded('month', now()); return choiceOf(s.route.query) ?? { kind: 'incidents', supplier: '', ...daysOf('month', last.year, last.n) }; });
    const [shown, setShown] = useState<{ preview: Preview; choice: Choice } | null>(null);
    const [suppliers, setSuppliers] = useState<{ id: string; name: string }[]>([]);
    const [busy, setBusy] = useState(false);
    const [sure, setSure] = useState(false);
    const [trouble, setTrouble] = useState<string | null>(null);
    const [done, setDone] = useState<string | null>(null);
    const list = useIssued(lang);
    useEffect(() => void api.pages<{ id: string; name: string }>('/api/v1/suppliers', 'suppliers').then(setSuppliers, () => undefined), []);
    const may = s.who?.role === 'operator' || s.who?.role === 'authority' || s.who?.role === 'administrator';
    const change = (more: Partial<Choice>) => { setChoice({ ...choice, ...more }); setSure(false); setDone(null); };
    const run = async (act: () => Promise<void>) => {
        if (busy) return;
        setBusy(true);
        setTrouble(null);
        try { await act(); } catch (error) { setTrouble(said(error, lang)); }
        setBusy(false);
    };
    const show = (of: Choice) => void run(async () => setShown({ preview: await api.get<Preview>(`/api/v1/reports/preview?${asked(of)}`), choice: of }));
    /* The address says what is shown: it may be sent to somebody, and Back leads to the report before. */
    const wanted = choiceOf(s.route.query);
    const address = wanted && asked(wanted);
    useEffect(() => {
        if (!wanted) return;
        setChoice(wanted);
        show(wanted);
    }, [address]);
    const look = (e: Event) => {
        e.preventDefault();
        const wrong = !choiceOf(new URLSearchParams(queryOf(choice)));
        setTrouble(wrong ? word('daysWrong', lang) : null);
        if (wrong) return;
        const hash = hashOf('reports', null, queryOf(choice));
        if (hash === location.hash) show(choice);
        else go(hash);
    };
    const issue = () => void run(async () => {
        setSure(false);
        try {
            const item = await api.post<Issued>('/api/v1/reports', { kind: choice.kind, from: choice.from, to: choice.to, ...(choice.supplier ? { supplier: choice.supplier } : {}) });
            setDone(item?.id ?? '');
        } catch (error) {
            /* without an answer nobody knows whether it is stored: the list below is asked again */
            if (error instanceof api.Refused && error.status < 500) throw error;
            setTrouble(word('perhapsDone', lang));
        }
        await list.again();
    });
    return (
        <>
            <form class="card new report-form" onSubmit={look} noValidate>
                <span class="field"><label for="r-kind">{word('reportKind', lang)}</label>
                    <select id="r-kind" value={choice.kind} onChange={(e) => change({ kind: e.currentTarget.value as Kind })}>{KINDS.map((k) => <option key={k} value={k}>{kindWord(k, lang)}</option>)}</select></span>
                <Periods key={address ?? ''} first={wanted ?? choice} lang={lang} choose={(from, to) => change({ from, to })} />
                {suppliers.length > 1 && <span class="field"><label for="r-supplier">{word('supplier', lang)}</label>
                    <select id="r-supplier" value={choice.supplier} onChange={(e) => change({ supplier: e.currentTarget.value })}><option value="">{word('allSuppliers', lang)}</option>{suppliers.map((x) => <option key={x.id} value={x.id}>{x.name}</option>)}</select></span>}
                <span class="form-acts"><button type="submit" class="primary" disabled={busy}>{word('preview', lang)}</button>
                    {may && !sure && <button type="button" class="plain" disabled={busy} onClick={() => setSure(true)}>{word('issue', lang)}…</button>}</span>
                {may && sure && <span class="sure"><span>{word('issueSure', lang)}</span> <button type="button" class="primary small" disabled={busy} onClick={issue}>{word('issue', lang)}</button> <button type="button" class="plain" onClick={() => setSure(false)}>{word('cancel', lang)}</button></span>}
                <p class="quiet report-days"><Understood field={choice.from} lang={lang} /> – <Understood field={choice.to} lang={lang} />{choice.to >= dayOf(at) ? `, ${word('periodRuns', lang)}` : ''}</p>
                <p class="report-said" role="status">{busy ? word('loading', lang) : done !== null ? `${word('issuedNow', lang)} ${done}` : ''}</p>
                {trouble && <p class="problem" role="alert"><Mark kind="bad" />{trouble}</p>}
            </form>
            {shown && <Shown preview={shown.preview} choice={shown.choice} lang={lang} at={at} />}
            <List items={list.items} trouble={list.trouble} more={list.more} lang={lang} at={at} />
        </>
    );
}
