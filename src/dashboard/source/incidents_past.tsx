/* Incidents that are over: of a span, from the database, a page at a time; their operation book beside them. */
import * as api from './api';
import { Understood } from './form';
import { CLASSES, localDay } from './incident_kit';
import { Row } from './incidents';
import { Older, Said, usePages } from './pages';
import { hashOf } from './route';
import type { Incident } from './shapes';
import type { State } from './state';
import { ToPrint } from './to_print';
import { incidentClassWord, word } from './words';

const PAGE = 20;
const DAY_MS = 86_400_000;

interface Filter { from: string; to: string; site: string; kind: string }

/* Whole days on the wall, the last one included. */
const spanOf = (f: Filter) => {
    const last = Date.parse(`${f.to}T00:00:00+07:00`);
    return { from: `${f.from}T00:00:00+07:00`, to: Number.isNaN(last) ? '' : `${localDay(last + DAY_MS)}T00:00:00+07:00` }; /* a day that is being typed */
};

interface Page { items: Incident[]; next: string | null }

export function PastIncidents({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    const asked = s.route.query;
    const wanted: Filter = { from: asked.get('from') ?? localDay(at - 31 * DAY_MS), to: asked.get('to') ?? localDay(at), site: asked.get('site') ?? '', kind: asked.get('class') ?? '' };
    const pages = usePages<Page, Filter>(wanted, asked.toString(), lang, async (before, of) => {
        const q = new URLSearchParams({ state: 'closed', ...spanOf(of), limit: String(PAGE), ...(of.site && { site: of.site }), ...(of.kind && { class: of.kind }), ...(before?.next && { next: before.next }) });
        const got = await api.get<Page>(`/api/v1/incidents?${q}`);
        return { items: [...(before?.items ?? []), ...got.items], next: got.next };
    });
    const { page, filter, change } = pages;
    const { from, to, site, kind } = filter;
    const show = (e: Event) => {
        e.preventDefault();
        pages.ask(hashOf('incidents', null, { past: '', from, to, ...(site && { site }), ...(kind && { class: kind }) }));
    };
    const day = (id: string, label: 'fromDay' | 'toDay', value: string, set: (v: string) => void) => (
        <span class="field"><label for={id}>{word(label, lang)}</label><input id={id} type="date" value={value} onInput={(e) => set(e.currentTarget.value)} /><Understood field={value} lang={lang} /></span>
    );
    return (
        <section class="card" aria-labelledby="past-title">
            <header><h2 id="past-title">{word('closedIncidents', lang)}</h2></header>
            <form class="new past-form" onSubmit={show} noValidate>
                {day('past-from', 'fromDay', from, (v) => change({ from: v }))}
                {day('past-to', 'toDay', to, (v) => change({ to: v }))}
                <span class="field"><label for="past-site">{word('place', lang)}</label><select id="past-site" value={site} onChange={(e) => change({ site: e.currentTarget.value })}><option value="">{word('anyOf', lang)}</option>{(s.sites ?? []).map((x) => <option key={x.id} value={x.id}>{x.name}</option>)}</select></span>
                <span class="field"><label for="past-class">{word('incidentClass', lang)}</label><select id="past-class" value={kind} onChange={(e) => change({ kind: e.currentTarget.value })}><option value="">{word('anyOf', lang)}</option>{CLASSES.map((c) => <option key={c} value={c}>{incidentClassWord(c, lang)}</option>)}</select></span>
                <button type="submit" class="primary small">{word('showThese', lang)}</button>
            </form>
            {site && <p class="incident-out"><ToPrint href={`/api/v1/operation-book?${new URLSearchParams({ site, ...spanOf(filter), format: 'html' })}`}>{word('operationBook', lang)}</ToPrint></p>}
            <Said of={pages} empty={!page?.items.length} nothing={word('noneInPeriod', lang)} lang={lang} />
            <ul class="incident-list">{page?.items.map((i) => <Row key={i.id} i={i} s={s} at={at} />)}</ul>
            <Older of={pages} lang={lang} />
        </section>
    );
}
