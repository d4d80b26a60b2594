/* Preventive measures, black spots with their rounds, and what the rule proposes. */
import { useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { all, day, dayAhead, dayBehind, incidentNumber, most, needed, type Check, type Checks } from './checks';
import { Choice, Line, Send, tellOnce, useForm, type Trouble } from './form';
import { instant, moment, type Lang } from './format';
import { Mark } from './marks';
import { dayText, evidenceOf, type Candidate } from './places_kit';
import { hashOf } from './route';
import type { State } from './state';
import { word, type Word } from './words';

interface Measure {
    id: string;
    site: string | null;
    zone: string | null;
    what: string;
    responsible: string;
    due: string;
    state: 'open' | 'done' | 'dropped';
    overdue: boolean;
    late: boolean;
    incident: string | null;
    black_spot: string | null;
    ended_on: string | null;
    end_why: string | null;
}

interface Round { id: string; on: string; looked_by: string; found: string; next_on: string }

interface Spot {
    id: string;
    site: string | null;
    zone: string | null;
    reason: string;
    what: string;
    evidence: string | null;
    state: 'open' | 'closed';
    next_on: string | null;
    round_overdue: boolean;
    inspections: Round[];
    measures: Measure[];
    end_why: string | null;
}

interface Counts { open: number; overdue: number; late: number; done: number; dropped: number }

type Place = { id: string; name: string };
type Names = { sites: Place[]; zones: Place[] };

const REASONS = ['repeated_incidents', 'low_pressure', 'end_of_network', 'high_place', 'missing_pipes', 'other'];
const STATES = ['open', 'late', 'done', 'all'];
const reasonWord = (reason: string, lang: Lang): string => word(`spot_${reason}` as Word, lang);
const said = (error: unknown, lang: Lang): string => (error instanceof api.Refused ? error.detail || `HTTP ${error.status}` : word('unreachable', lang));

function placeText(of: { site: string | null; zone: string | null }, names: Names): string {
    const name = (list: Place[], id: string) => list.find((p) => p.id === id)?.name ?? id;
    return [of.zone && name(names.zones, of.zone), of.site && name(names.sites, of.site)].filter(Boolean).join(' · ');
}

type Ask = (path: string, body: Record<string, string>) => Promise<Trouble | null>;

interface Field { name: string; label: Word; kind?: 'date'; needed?: boolean; value?: string; check?: Check }

const checksOf = (fields: Field[]): Checks => Object.fromEntries(fields.map((f) => [f.name, all(...(f.needed ? [needed] : []), f.check ?? (f.kind ? day : most(240)))]));
const given = (values: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(values).map(([k, v]): [string, string] => [k, v.trim()]).filter(([, v]) => v));

/* A few fields that are sent once; what was typed stays when it is refused. */
function Form({ id, fields, path, more, send, label, lang, ask, done }: { id: string; fields: Field[]; path: string; more?: Record<string, string>; send: Word; label: string; lang: Lang; ask: Ask; done(): void }) {
    const form = useForm({ id, lang, first: Object.fromEntries(fields.map((f) => [f.name, f.value ?? ''])), draft: `${path} ${id}`, labels: Object.fromEntries(fields.map((f) => [f.name, word(f.label, lang)])),
        checks: checksOf(fields) });
    const put = async (e: Event) => {
        const sent = await form.send(e, (values) => ask(path, { ...more, ...given(values) }));
        if (sent) done();
    };
    return (
        <form class="new place-form" onSubmit={put} noValidate aria-label={label}>
            {fields.map((f) => <Line key={f.name} form={form} name={f.name} label={word(f.label, lang)} type={f.kind} more={f.kind ? '' : 'grow'} />)}
            <Send form={form} label={word(send, lang)}><button type="button" class="plain" onClick={() => { form.clear(); done(); }}>{word('cancel', lang)}</button></Send>
        </form>
    );
}

const MEASURE: Field[] = [{ name: 'what', label: 'measureWhat', needed: true }, { name: 'responsible', label: 'responsible', needed: true, check: most(100) }, { name: 'due', label: 'measureDue', kind: 'date' }];
const NEW_MEASURE: Field[] = [...MEASURE, { name: 'incident', label: 'ofIncident', check: incidentNumber }];
const ROUND: Field[] = [{ name: 'found', label: 'roundFound', needed: true }, { name: 'looked_by', label: 'lookedBy', needed: true, check: most(100) }, { name: 'on', label: 'onDay', kind: 'date', check: dayBehind }, { name: 'next_on', label: 'nextRound', kind: 'date', check: dayAhead }];
const SPOT: Field[] = [{ name: 'what', label: 'spotWhat', needed: true }];
const DONE: Field[] = [{ name: 'on', label: 'onDay', kind: 'date', check: dayBehind }, { name: 'why', label: 'note' }];
const REASONED: Field[] = [{ name: 'why', label: 'why', needed: true }];

function MeasureRow({ m, names, may, lang, ask }: { m: Measure; names: Names; may: boolean; lang: Lang; ask: Ask }) {
    const [ending, setEnding] = useState<'done' | 'dropped' | null>(null);
    return (
        <li class="place-row" data-measure={m.id}>
            <p><strong>{m.what}</strong> <span class="quiet">{placeText(m, names)}</span></p>
            <p>{m.late && <Mark kind={m.state === 'open' ? 'bad' : 'uncertain'} />}{word('measureDue', lang)} {dayText(m.due)}{m.overdue && <strong> · {word('overdue', lang)}</strong>} · {m.responsible}
                {m.incident && <> · <a href={hashOf('incidents', m.incident)}>{word('screen_incidents', lang)} {m.incident}</a></>}
                {m.state !== 'open' && <> · {word(m.state === 'done' ? 'measureDone' : 'measureDropped', lang)} {dayText(m.ended_on)} {m.end_why ?? ''}{m.late && ` · ${word('notOnTime', lang)}`}</>}</p>
            {may && m.state === 'open' && !ending && <p><button type="button" class="plain" onClick={() => setEnding('done')} aria-label={`${word('markDone', lang)}: ${m.what}`}>{word('markDone', lang)}</button>
                <button type="button" class="plain" onClick={() => setEnding('dropped')} aria-label={`${word('drop', lang)}: ${m.what}`}>{word('drop', lang)}</button></p>}
            {ending && <Form id={`end-${m.id}`} fields={ending === 'done' ? DONE : REASONED} more={{ state: ending }} path={`/api/v1/measures/${m.id}`} send={ending === 'done' ? 'markDone' : 'drop'} label={`${word(ending === 'done' ? 'markDone' : 'drop', lang)}: ${m.what}`} lang={lang} ask={ask} done={() => setEnding(null)} />}
        </li>
    );
}

function SpotCard({ spot, names, may, looks, lang, ask }: { spot: Spot; names: Names; may: boolean; looks: boolean; lang: Lang; ask: Ask }) {
    const [open, setOpen] = useState<'round' | 'measure' | 'close' | null>(null);
    const path = `/api/v1/black-spots/${spot.id}`;
    const close = () => setOpen(null);
    return (
        <li class="place-row" data-spot={spot.id}>
            <p><strong>{spot.what}</strong> <span class="quiet">{reasonWord(spot.reason, lang)} · {placeText(spot, names)}</span></p>
            {spot.evidence && <p class="quiet">{spot.evidence}</p>}
            <p>{spot.state === 'open' ? <>{spot.round_overdue && <Mark kind="bad" />}{word('nextRound', lang)} {dayText(spot.next_on)}{spot.round_overdue && <strong> · {word('overdue', lang)}</strong>}</> : <>{word('spotClosed', lang)}: {spot.end_why}</>}</p>
            {spot.inspections.length > 0 && <ul class="place-parts">{spot.inspections.map((r) => <li key={r.id}>{dayText(r.on)} · {r.looked_by}: {r.found}</li>)}</ul>}
            {spot.measures.length > 0 && <ul class="place-parts">{spot.measures.map((m) => <MeasureRow key={m.id} m={m} names={names} may={may} lang={lang} ask={ask} />)}</ul>}
            {spot.state === 'open' && !open && (may || looks) && <p>
                <button type="button" class="plain" onClick={() => setOpen('round')} aria-label={`${word('addRound', lang)}: ${spot.what}`}>{word('addRound', lang)}</button>
                {may && <button type="button" class="plain" onClick={() => setOpen('measure')} aria-label={`${word('addMeasure', lang)}: ${spot.what}`}>{word('addMeasure', lang)}</button>}
                {may && <button type="button" class="plain" onClick={() => setOpen('close')} aria-label={`${word('closeSpot', lang)}: ${spot.what}`}>{word('closeSpot', lang)}</button>}</p>}
            {open === 'round' && <Form id={`r-${spot.id}`} fields={ROUND} path={`${path}/inspections`} send="tell" label={`${word('addRound', lang)}: ${spot.what}`} lang={lang} ask={ask} done={close} />}
            {open === 'measure' && <Form id={`m-${spot.id}`} fields={MEASURE} path={`${path}/measures`} send="tell" label={`${word('addMeasure', lang)}: ${spot.what}`} lang={lang} ask={ask} done={close} />}
            {open === 'close' && <Form id={`c-${spot.id}`} fields={REASONED} path={`${path}/closure`} send="closeSpot" label={`${word('closeSpot', lang)}: ${spot.what}`} lang={lang} ask={ask} done={close} />}
        </li>
    );
}

function Candidates({ names, may, lang, at, ask }: { names: Names; may: boolean; lang: Lang; at: number; ask: Ask }) {
    const [items, setItems] = useState<Candidate[] | null>(null);
    const [trouble, setTrouble] = useState<string | null>(null);
    const [taking, setTaking] = useState<number | null>(null);
    const look = async () => {
        try {
            setItems((await api.get<{ items: Candidate[] }>('/api/v1/black-spots/candidates')).items);
            setTrouble(null);
        } catch (error) {
            setTrouble(said(error, lang));
        }
    };
    useEffect(() => void look(), []);
    return (
        <section class="card">
            <header><h2>{word('candidates', lang)}</h2><span class="quiet">{word('candidatesWhy', lang)}</span></header>
            {trouble && <p class="problem" role="status"><Mark kind="bad" />{trouble}</p>}
            {items === null && !trouble && <p class="quiet">{word('loading', lang)}</p>}
            {items?.length === 0 && <p class="quiet">{word('noCandidates', lang)}</p>}
            <ul class="place-list">{items?.map((c, i) => {
                const text = evidenceOf(c, lang);
                return (
                    <li key={i} class="place-row candidate" data-candidate={c.reason}>
                        <div>
                            <p><strong>{reasonWord(c.reason, lang)}</strong> {placeText(c, names)} {c.point && <span class="quiet">{c.point}</span>}</p>
                            <p class="candidate-why">{text}{c.incidents.map((e) => <a key={`${e.node} ${e.incident}`} href={hashOf('incidents', e.incident)}>{moment(instant(e.start_at), at).replace(/:\d\d$/, '')}</a>)}</p>
                        </div>
                        {may && taking !== i && <button type="button" class="plain" onClick={() => setTaking(i)} aria-label={`${word('register', lang)}: ${reasonWord(c.reason, lang)} ${placeText(c, names)} ${c.point ?? ''}`}>{word('register', lang)}</button>}
                        {taking === i && <Form id={`k-${i}`} fields={SPOT.map((f) => ({ ...f, value: `${reasonWord(c.reason, lang)}: ${placeText(c, names)}`.slice(0, 150) }))} more={{ reason: c.reason, evidence: text, ...(c.site ? { site: c.site } : {}), ...(c.zone ? { zone: c.zone } : {}) }} path="/api/v1/black-spots" send="register" label={word('register', lang)} lang={lang} ask={ask} done={() => setTaking(null)} />}
                    </li>
                );
            })}</ul>
        </section>
    );
}

/* Where a new one is, before what it is; a measure may come from an incident instead. */
function New({ spot, names, lang, ask, done }: { spot: boolean; names: Names; lang: Lang; ask: Ask; done(): void }) {
    const fields = spot ? SPOT : NEW_MEASURE;
    const labels = { place: word('path', lang), reason: word('spotReason', lang), ...Object.fromEntries(fields.map((f) => [f.name, word(f.label, lang)])) };
    const placed: Check = (text, around) => (around.values.incident?.trim() ? null : needed(text, around));
    const checks: Checks = { place: spot ? needed : placed, ...checksOf(fields) };
    const form = useForm({ id: 'new', lang, first: { reason: 'other' }, labels, checks, draft: spot ? 'new spot' : 'new measure', renamed: { site: 'place', zone: 'place' } });
    const put = async (e: Event) => {
        const sent = await form.send(e, ({ place, reason, ...values }) => {
            const [kind, id] = (place ?? '').split(' ');
            return ask(spot ? '/api/v1/black-spots' : '/api/v1/measures', { ...(id ? { [kind!]: id } : {}), ...(spot ? { reason: reason! } : {}), ...given(values) });
        });
        if (sent) done();
    };
    return (
        <form class="new place-form" onSubmit={put} noValidate aria-label={word(spot ? 'addSpot' : 'addMeasure', lang)}>
            <Choice form={form} name="place" label={labels.place}><option value="">—</option>
                <optgroup label={word('sites', lang)}>{names.sites.map((p) => <option key={p.id} value={`site ${p.id}`}>{p.name}</option>)}</optgroup>
                <optgroup label={word('zones', lang)}>{names.zones.map((p) => <option key={p.id} value={`zone ${p.id}`}>{p.name}</option>)}</optgroup></Choice>
            {spot && <Choice form={form} name="reason" label={labels.reason}>{REASONS.map((r) => <option key={r} value={r}>{reasonWord(r, lang)}</option>)}</Choice>}
            {fields.map((f) => <Line key={f.name} form={form} name={f.name} label={word(f.label, lang)} type={f.kind} more={f.kind ? '' : 'grow'} />)}
            <Send form={form} label={word('tell', lang)}><button type="button" class="plain" onClick={() => { form.clear(); done(); }}>{word('cancel', lang)}</button></Send>
        </form>
    );
}

export function Places({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    const [wanted, setWanted] = useState('open');
    const [measures, setMeasures] = useState<{ counts: Counts; items: Measure[] } | null>(null);
    const [spots, setSpots] = useState<Spot[] | null>(null);
    const [names, setNames] = useState<Names>({ sites: [], zones: [] });
    const [adding, setAdding] = useState<'measure' | 'spot' | null>(null);
    const [trouble, setTrouble] = useState<string | null>(null);
    const may = s.who?.role === 'operator' || s.who?.role === 'administrator';
    const load = async () => {
        try {
            setMeasures(await api.get<{ counts: Counts; items: Measure[] }>(`/api/v1/measures?state=${wanted}`));
            setSpots((await api.get<{ items: Spot[] }>('/api/v1/black-spots')).items);
            setTrouble(null);
        } catch (error) {
            setTrouble(said(error, lang));
        }
    };
    useEffect(() => void load(), [wanted]);
    useEffect(() => {
        void Promise.all([api.pages<Place>('/api/v1/sites', 'sites'), api.pages<Place>('/api/v1/zones', 'zones')]).then(([sites, zones]) => setNames({ sites, zones }), () => undefined);
    }, []);
    const ask: Ask = (path, body) => tellOnce(path, body, lang, load);
    return (
        <>
            {trouble && <p class="problem" role="status"><Mark kind="bad" />{trouble}</p>}
            <section class="card">
                <header><h2>{word('measures', lang)}</h2><span class="quiet">{word('measuresWhy', lang)}</span></header>
                <div class="place-tools">
                    <span class="field"><label for="place-state">{word('show', lang)}</label>
                        <select id="place-state" value={wanted} onChange={(e) => setWanted(e.currentTarget.value)}>{STATES.map((w) => <option key={w} value={w}>{word(`measures_${w}` as Word, lang)}{measures && w !== 'all' ? ` (${measures.counts[w as keyof Counts]})` : ''}</option>)}</select></span>
                    {may && adding !== 'measure' && <button type="button" class="plain" onClick={() => setAdding('measure')}>{word('addMeasure', lang)}</button>}
                </div>
                {adding === 'measure' && <New spot={false} names={names} lang={lang} ask={ask} done={() => setAdding(null)} />}
                {measures?.items.length === 0 && <p class="quiet">{word('noMeasures', lang)}</p>}
                <ul class="place-list">{measures?.items.map((m) => <MeasureRow key={m.id} m={m} names={names} may={may} lang={lang} ask={ask} />)}</ul>
            </section>
            <section class="card">
                <header><h2>{word('spots', lang)}</h2><span class="quiet">{word('spotsWhy', lang)}</span></header>
                {may && adding !== 'spot' && <div class="place-tools"><button type="button" class="plain" onClick={() => setAdding('spot')}>{word('addSpot', lang)}</button></div>}
                {adding === 'spot' && <New spot names={names} lang={lang} ask={ask} done={() => setAdding(null)} />}
                {spots?.length === 0 && <p class="quiet">{word('noSpots', lang)}</p>}
                <ul class="place-list">{spots?.map((p) => <SpotCard key={p.id} spot={p} names={names} may={may} looks={s.who?.role === 'technician'} lang={lang} ask={ask} />)}</ul>
            </section>
            <Candidates names={names} may={may} lang={lang} at={at} ask={ask} />
        </>
    );
}
