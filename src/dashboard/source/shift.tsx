/* The shift: who is on, what they write down, and what they hand over. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { instant, moment, number, type Lang } from './format';
import { localTime } from './incident_form';
import { keyOf, settled } from './keys';
import { Mark } from './marks';
import { hashOf } from './route';
import { currentOf, LISTS, sheetOf, type Entry, type Row, type Sheet, type Shift, type ShiftList, type ShiftWhole } from './shift_kit';
import { openPoint, type State } from './state';
import { alarmStateWord, dutyWord, incidentClassWord, incidentStateWord, modeWord, reasonWord, severityWord, word, type Word } from './words';

const AGAIN_MS = 20_000;

type Act = (body: Record<string, string>) => Promise<{ field: string | null; text: string } | null>;

/* Sent again after a lost answer it is done once; what was typed stays until it is done. */
async function send(body: Record<string, string>, lang: Lang): Promise<{ field: string | null; text: string } | null> {
    const of = `shift ${JSON.stringify(body)}`;
    try {
        await api.post('/api/v1/shifts', { key: keyOf(of), ...body });
        settled(of);
        return null;
    } catch (error) {
        if (error instanceof api.Refused && error.status < 500 && error.status !== 429) settled(of);
        return error instanceof api.Refused ? { field: error.field, text: error.detail } : { field: null, text: word('unreachable', lang) };
    }
}

interface Known { list: ShiftList | null; shift: ShiftWhole | null; sheet: Sheet | null; trouble: boolean }

function useShift(me: string): [Known, () => Promise<void>] {
    const [known, setKnown] = useState<Known>({ list: null, shift: null, sheet: null, trouble: false });
    const load = useCallback(async () => {
        try {
            const list = await api.get<ShiftList>('/api/v1/shifts');
            const on = currentOf(list, me);
            const [shift, sheet] = on
                ? await Promise.all([api.get<ShiftWhole>(`/api/v1/shifts/${on.id}`), api.get<Record<string, unknown>>(`/api/v1/shifts/${on.id}/sheet?format=json`).then(sheetOf, () => null)])
                : [null, null];
            setKnown({ list, shift, sheet, trouble: false });
        } catch {
            setKnown((before) => ({ ...before, trouble: true }));
        }
    }, [me]);
    useEffect(() => {
        void load();
        const timer = setInterval(() => void load(), AGAIN_MS);
        return () => clearInterval(timer);
    }, [load]);
    return [known, load];
}

function Problem({ said }: { said: { text: string } | null }) {
    return said ? <p class="problem" role="alert"><Mark kind="bad" />{said.text}</p> : null;
}

/* Who is on, and the one step that follows from it. */
function Now({ shift, list, me, leads, person, act, lang, at }: { shift: ShiftWhole | null; list: ShiftList; me: string; leads: boolean; person: boolean; act: Act; lang: Lang; at: number }) {
    const [why, setWhy] = useState('');
    const [to, setTo] = useState('');
    const [last, setLast] = useState('');
    const [said, setSaid] = useState<{ field: string | null; text: string } | null>(null);
    const [busy, setBusy] = useState(false);
    const mine = shift?.who === me;
    const name = (who: string) => list.people?.find((p) => p.name === who)?.full_name ?? who;
    const tell = async (body: Record<string, string>, done?: () => void) => {
        if (busy) return;
        setBusy(true);
        const trouble = await act(body);
        setSaid(trouble);
        if (!trouble) done?.();
        setBusy(false);
    };
    const take = (e: Event) => {
        e.preventDefault();
        if (shift && !why.trim()) return setSaid({ field: 'text', text: word('whyMissing', lang) });
        void tell({ act: 'take', ...(why.trim() ? { text: why.trim() } : {}), ...(shift?.supplier ? { supplier: shift.supplier } : {}) }, () => setWhy(''));
    };
    const handOver = (e: Event) => {
        e.preventDefault();
        if (!to) return setSaid({ field: 'to', text: word('needed', lang) });
        void tell({ act: 'hand_over', shift: shift!.id, to, ...(last.trim() ? { text: last.trim() } : {}) }, () => { setTo(''); setLast(''); });
    };
    return (
        <section class="card shift-now" aria-labelledby="shift-title">
            <header><h2 id="shift-title">{word('onShift', lang)}</h2>{shift?.supplier && <span class="quiet">{shift.supplier}</span>}</header>
            {shift
                ? <p class="shift-who"><strong>{name(shift.who)}</strong>{shift.leads && <span class="tag">{word('leads', lang)}</span>}<span class="quiet">{word('since', lang)} {moment(instant(shift.from), at)}</span></p>
                : <p class="nothing">{word('nobodyOn', lang)}</p>}
            {shift?.state === 'offered' && shift.to && (
                <p class="shift-offer"><Mark kind="wait" /><span>{word('offeredTo', lang)} <strong>{name(shift.to)}</strong> · {moment(instant(shift.offered_at), at)}</span>
                    {shift.to === me && person && <button type="button" class="primary small" disabled={busy} onClick={() => void tell({ act: 'accept', shift: shift.id })}>{word('acceptShift', lang)}</button>}</p>
            )}
            {!person && <p class="nothing">{word('shiftPeople', lang)}</p>}
            {person && !shift && <form class="new" onSubmit={take}><button type="submit" class="primary small" disabled={busy}>{word('takeShift', lang)}</button></form>}
            {person && shift && (mine || leads) && (
                <form class="new" onSubmit={handOver} noValidate>
                    <span class="field"><label for="shift-to">{word('handOverTo', lang)}</label>
                        <select id="shift-to" value={to} aria-invalid={said?.field === 'to'} onChange={(e) => { setTo(e.currentTarget.value); setSaid(null); }}>
                            <option value="">{word('choose', lang)}</option>
                            {(list.people ?? []).filter((p) => p.name !== shift.who).map((p) => <option key={p.name} value={p.name}>{p.full_name ? `${p.full_name} (${p.name})` : p.name}</option>)}
                        </select><span class="field-said" role="alert">{said?.field === 'to' && said.text}</span></span>
                    <span class="field grow"><label for="shift-last">{word('handOverSay', lang)}</label><input id="shift-last" maxLength={240} autoComplete="off" value={last} onInput={(e) => { setLast(e.currentTarget.value); setSaid(null); }} /></span>
                    <button type="submit" class="primary small" disabled={busy}>{word('handOver', lang)}</button>
                </form>
            )}
            {person && shift && !mine && leads && shift.to !== me && (
                <details class="shift-relieve"><summary>{word('relieve', lang)}</summary>
                    <form class="new" onSubmit={take} noValidate>
                        <span class="field grow"><label for="shift-why">{word('why', lang)}</label><input id="shift-why" maxLength={240} value={why} aria-invalid={said?.field === 'text'} onInput={(e) => { setWhy(e.currentTarget.value); setSaid(null); }} /><span class="field-said" role="alert">{said?.field === 'text' && said.text}</span></span>
                        <button type="submit" class="plain" disabled={busy}>{word('relieveNow', lang)}</button>
                    </form></details>
            )}
            <Problem said={said && said.field !== 'to' && said.field !== 'text' ? said : null} />
        </section>
    );
}

const KIND: Record<Entry['kind'], Word | null> = { taken: 'tookShift', note: null, handed_over: 'handedShift', accepted: 'acceptedShift', relieved: 'relievedShift' };

function LogRow({ e, log, s, correct, at }: { e: Entry; log: Entry[]; s: State; correct(e: Entry): void; at: number }) {
    const { lang } = s;
    const kind = KIND[e.kind];
    const later = log.find((x) => x.corrects === e.id);
    const was = e.corrects ? log.find((x) => x.id === e.corrects) : undefined;
    const late = Math.abs((instant(e.recorded_at) ?? 0) - (instant(e.at) ?? 0)) > 60_000;
    return (
        <li class={later ? 'entry-put-right' : ''}>
            <span class="fact-at">{moment(instant(e.at), at)}</span>
            <span class="entry-text">{kind && <em>{word(kind, lang)}{e.to && ` ${e.to}`}{e.text && ': '}</em>}{e.text}</span>
            {e.site && <a href={hashOf('site', e.site)}>{(s.sites ?? []).find((x) => x.id === e.site)?.name ?? e.site}</a>}
            {e.point && <button type="button" class="link" onClick={() => openPoint(e.point!)}>{s.points.get(e.point)?.name ?? e.point}</button>}
            {e.incident && <a href={hashOf('incidents', e.incident)}>{word('incident', lang)} {e.incident}</a>}
            <span class="quiet">{[`#${e.n}`, e.who, was && `${word('corrects', lang)} #${was.n}`, later && `${word('correctedBy', lang)} #${later.n}`, late && `${word('recordedAt', lang)} ${moment(instant(e.recorded_at), at)}`].filter(Boolean).join(' · ')}</span>
            {e.kind === 'note' && !later && <button type="button" class="plain" onClick={() => correct(e)}>{word('correct', lang)}</button>}
        </li>
    );
}

function Log({ shift, s, act, at }: { shift: ShiftWhole; s: State; act: Act; at: number }) {
    const { lang } = s;
    const [text, setText] = useState('');
    const [site, setSite] = useState('');
    const [incident, setIncident] = useState('');
    const [when, setWhen] = useState('');
    const [of, setOf] = useState<Entry | null>(null);
    const [said, setSaid] = useState<{ field: string | null; text: string } | null>(null);
    const [busy, setBusy] = useState(false);
    const correct = (e: Entry) => { setOf(e); setText(e.text ?? ''); setSite(e.site ?? ''); document.getElementById('note-text')?.focus(); };
    const write = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        if (!text.trim()) return setSaid({ field: 'text', text: word('needed', lang) });
        setBusy(true);
        const trouble = await act({ act: 'note', shift: shift.id, text: text.trim(), ...(site ? { site } : {}), ...(incident ? { incident } : {}), ...(when ? { at: localTime(when) } : {}), ...(of ? { corrects: of.id } : {}) });
        setSaid(trouble);
        if (!trouble) { setText(''); setSite(''); setIncident(''); setWhen(''); setOf(null); }
        setBusy(false);
    };
    const under = (f: string) => <span class="field-said" role="alert">{said?.field === f && said.text}</span>;
    return (
        <section class="card" aria-labelledby="log-title">
            <header><h2 id="log-title">{word('shiftLog', lang)}</h2><span class="quiet">{number(shift.log.length, 0, lang)}</span></header>
            <form class="new note-form" onSubmit={write} noValidate>
                <span class="field note-words"><label for="note-text">{of ? `${word('correctEntry', lang)} #${of.n}` : word('newEntry', lang)}</label>
                    <textarea id="note-text" rows={2} maxLength={300} value={text} aria-invalid={said?.field === 'text'} onInput={(e) => { setText(e.currentTarget.value); setSaid(null); }} />{under('text')}</span>
                <span class="field"><label for="note-site">{word('site', lang)}</label><select id="note-site" value={site} onChange={(e) => setSite(e.currentTarget.value)}><option value="">—</option>{(s.sites ?? []).map((x) => <option key={x.id} value={x.id}>{x.name}</option>)}</select>{under('site')}</span>
                {(s.incidents ?? []).length > 0 && <span class="field"><label for="note-incident">{word('incident', lang)}</label><select id="note-incident" value={incident} onChange={(e) => setIncident(e.currentTarget.value)}><option value="">—</option>{s.incidents!.map((i) => <option key={i.id} value={i.id}>{`#${i.id} ${incidentClassWord(i.class.word, lang)}`}</option>)}</select>{under('incident')}</span>}
                <span class="field"><label for="note-when">{word('entryAt', lang)}</label><input id="note-when" type="datetime-local" value={when} onInput={(e) => setWhen(e.currentTarget.value)} />{under('at')}</span>
                <span class="note-do"><button type="submit" class="primary small" disabled={busy}>{word('writeDown', lang)}</button>
                    {of && <button type="button" class="plain" onClick={() => { setOf(null); setText(''); }}>{word('cancel', lang)}</button>}</span>
            </form>
            <Problem said={said && !['text', 'site', 'incident', 'at'].includes(said.field ?? '') ? said : null} />
            <ol class="plain-list log">{[...shift.log].reverse().map((e) => <LogRow key={e.id} e={e} log={shift.log} s={s} correct={correct} at={at} />)}</ol>
        </section>
    );
}

/* One row of a list as people would say it. */
function SheetRow({ of, r, lang, at }: { of: string; r: Row; lang: Lang; at: number }) {
    const text = (name: string) => (r[name] === null || r[name] === undefined ? '' : String(r[name]));
    const when = (name: string) => moment(instant(text(name) || null), at);
    const point = () => <button type="button" class="link" onClick={() => openPoint(text('point'))}>{text('point_name')}</button>;
    switch (of) {
        case 'incidents': return <><a href={hashOf('incidents', text('id'))}>#{text('id')} {incidentClassWord(text('class'), lang)}</a><span>{text('place')}</span>
            <span class={r.overdue ? 'late' : 'quiet'}>{incidentStateWord(text('state'), lang)} · {word(r.overdue ? 'overdue' : 'due', lang)} {when('due')} · {word(r.legal ? 'legalLimit' : 'ownTarget', lang)}</span></>;
        case 'alarms': return <>{point()}<span>{text('name')}</span><span class="quiet">{[text('place'), severityWord(text('severity'), lang), alarmStateWord(text('state'), lang), `${word('since', lang)} ${when('opened')}`].join(' · ')}</span></>;
        case 'shelved': return <>{point()}<span>{text('name')}</span><span class="quiet">{[`${word('until', lang)} ${when('until')}`, text('who'), text('why')].filter(Boolean).join(' · ')}</span></>;
        case 'suppressed':
        case 'out_of_service': return <>{point()}<span>{text('name')}</span><span class="quiet">{text('place')} · {word('since', lang)} {when('opened')}</span></>;
        case 'modes': return <><span>{modeWord(text('kind'), lang)}</span><span>{text('place')}</span><span class="quiet">{[`${word('until', lang)} ${when('until')}`, text('who'), text('why')].join(' · ')}</span></>;
        case 'points': return <>{point()}<span class="quiet">{[text('place'), reasonWord(text('reason'), lang)].join(' · ')}</span></>;
        case 'maintenance': return <>{point()}<span class="quiet">{text('place')} · {word('overdue', lang)} {number(r.over as number | null, 0, lang)} {word('hours', lang)}</span></>;
        case 'duties': return <><a href={hashOf('incidents', text('incident'))}>#{text('incident')}</a><span>{dutyWord(text('duty'), lang)}</span><span class="late">{word('due', lang)} {when('due')}</span></>;
        default: return null;
    }
}

function SheetCard({ sheet, shift, lang, at }: { sheet: Sheet | null; shift: ShiftWhole; lang: Lang; at: number }) {
    return (
        <section class="card" aria-labelledby="sheet-title">
            <header><h2 id="sheet-title">{word('handOverSheet', lang)}</h2><a class="plain" href={`/api/v1/shifts/${shift.id}/sheet`} download>{word('printSheet', lang)}</a></header>
            {!sheet && <p class="nothing" role="status">{word('loading', lang)}</p>}
            {sheet && <p class="quiet sheet-made">{word(sheet.kept ? 'asHandedOver' : 'asOfNow', lang)} {moment(instant(sheet.made), at)}</p>}
            {sheet && LISTS.map(({ name, title, calm }) => {
                const l = sheet.lists[name];
                if (!l) return null;
                return (
                    <details key={name} class="sheet-list" open={l.total > 0 && !calm}>
                        <summary><span>{word(title, lang)}</span><span class={l.total > 0 && !calm ? 'sheet-count sheet-some' : 'sheet-count'}>{number(l.total, 0, lang)}</span></summary>
                        {l.total === 0 && <p class="nothing">{word('none', lang)}</p>}
                        <ul class="plain-list">{l.items.map((r, n) => <li key={n}><SheetRow of={name} r={r} lang={lang} at={at} /></li>)}</ul>
                        {l.total > l.items.length && <p class="nothing">{number(l.total - l.items.length, 0, lang)} {word('leftOff', lang)}</p>}
                    </details>
                );
            })}
        </section>
    );
}

function Before({ list, lang, at }: { list: ShiftList; lang: Lang; at: number }) {
    const [more, setMore] = useState<Shift[]>([]);
    const [next, setNext] = useState<string | null | undefined>(undefined);
    const [said, setSaid] = useState<{ text: string } | null>(null);
    const from = next === undefined ? list.next : next;
    const shown = [...list.items, ...more.filter((m) => !list.items.some((i) => i.id === m.id))].filter((x) => x.state === 'handed_over' || x.state === 'relieved');
    const older = async () => {
        try {
            const page = await api.get<ShiftList>(`/api/v1/shifts?next=${encodeURIComponent(from!)}`);
            setMore([...more, ...page.items]);
            setNext(page.next);
            setSaid(null);
        } catch (error) {
            setSaid({ text: error instanceof api.Refused ? error.detail : word('unreachable', lang) });
        }
    };
    return (
        <section class="card" aria-labelledby="before-title">
            <header><h2 id="before-title">{word('shiftsBefore', lang)}</h2></header>
            {shown.length === 0 && <p class="nothing">{word('noShiftsBefore', lang)}</p>}
            <ul class="plain-list">{shown.map((x) => (
                <li key={x.id}><strong>{x.who}</strong><span class="fact-at">{moment(instant(x.from), at)} – {moment(instant(x.ended_at), at)}</span>
                    <span class="quiet">{[x.supplier, x.state === 'relieved' ? word('relievedShort', lang) : `${word('handedTo', lang)} ${x.to}`, `${x.entries} ${word('entries', lang)}`].filter(Boolean).join(' · ')}</span>
                    {x.sheet && <a class="plain" href={`/api/v1/shifts/${x.id}/sheet`} download>{word('printSheet', lang)}</a>}</li>
            ))}</ul>
            {from && <p class="sheet-made"><button type="button" class="plain" onClick={() => void older()}>{word('olderShifts', lang)}</button></p>}
            <Problem said={said} />
        </section>
    );
}

export function ShiftScreen({ s, at }: { s: State; at: number }) {
    const { lang, who } = s;
    const [known, load] = useShift(who?.name ?? '');
    const act: Act = async (body) => {
        const trouble = await send(body, lang);
        if (!trouble) await load();
        return trouble;
    };
    if (!known.list) return <p class="nothing" role="status">{word(known.trouble ? 'unreachable' : 'loading', lang)}</p>;
    return (
        <div class="shift-columns">
            <div class="shift-column">
                <Now shift={known.shift} list={known.list} me={who?.name ?? ''} leads={!!who?.leads} person={!!who?.person} act={act} lang={lang} at={at} />
                {known.shift && <Log key={known.shift.id} shift={known.shift} s={s} act={act} at={at} />}
            </div>
            <div class="shift-column">
                {known.shift && <SheetCard sheet={known.sheet} shift={known.shift} lang={lang} at={at} />}
                <Before list={known.list} lang={lang} at={at} />
            </div>
        </div>
    );
}
