/* The shift: who is on, what they write down, and what they hand over. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import * as api from './api';
import { all, most, needed, past, reason } from './checks';
import { DutyCard } from './duty';
import { Box, Choice, fieldOf, Line, Send, tellOnce, useForm, type Trouble } from './form';
import { instant, moment, number, type Lang } from './format';
import { localTime, typedTime } from './incident_form';
import { numberOf } from './incident_kit';
import { Mark } from './marks';
import { hashOf } from './route';
import { currentOf, LISTS, sheetOf, type Entry, type Row, type Sheet, type Shift, type ShiftList, type ShiftWhole } from './shift_kit';
import { onShift, openPoint, type State } from './state';
import { ToPrint } from './to_print';
import { alarmStateWord, dutyWord, incidentClassWord, incidentStateWord, modeWord, reasonWord, severityWord, word, type Word } from './words';

const PAGE = 20; /* of the list, as the daemon gives it */
const AGAIN_MS = 20_000; /* the stream tells of the log; this is for the sheet, and for what the stream may have lost */

type Act = (body: Record<string, string>) => Promise<Trouble | null>;

interface Known { list: ShiftList | null; shift: ShiftWhole | null; sheet: Sheet | null; trouble: string | null }

function useShift(me: string): [Known, () => Promise<void>] {
    const [known, setKnown] = useState<Known>({ list: null, shift: null, sheet: null, trouble: null });
    const turn = useRef(0); /* an answer that was overtaken brings nothing */
    const load = useCallback(async () => {
        const mine = ++turn.current;
        try {
            const list = await api.get<ShiftList>('/api/v1/shifts');
            const on = currentOf(list, me);
            const [shift, sheet] = on
                ? await Promise.all([api.get<ShiftWhole>(`/api/v1/shifts/${on.id}`), api.get<Record<string, unknown>>(`/api/v1/shifts/${on.id}/sheet?format=json`).then(sheetOf, () => null)])
                : [null, null];
            if (mine === turn.current) setKnown({ list, shift, sheet, trouble: null });
        } catch (error) {
            if (mine === turn.current) setKnown((before) => ({ ...before, trouble: error instanceof api.Refused ? error.detail : '' }));
        }
    }, [me]);
    useEffect(() => {
        void load();
        const timer = setInterval(() => void load(), AGAIN_MS);
        const off = onShift(() => void load());
        return () => { clearInterval(timer); off(); };
    }, [load]);
    return [known, load];
}

function Problem({ said }: { said: { text: string } | null }) {
    return said ? <p class="problem" role="alert"><Mark kind="bad" />{said.text}</p> : null;
}

/* Who is on, and the one step that follows from it. */
function Now({ shift, list, me, leads, person, act, lang, at }: { shift: ShiftWhole | null; list: ShiftList; me: string; leads: boolean; person: boolean; act: Act; lang: Lang; at: number }) {
    const [said, setSaid] = useState<Trouble | null>(null);
    const [busy, setBusy] = useState(false);
    const relief = useForm({ id: 'relief', lang, checks: { text: all(reason, most(240)) }, labels: { text: word('why', lang) }, draft: 'shift relief' });
    const over = useForm({ id: 'shift', lang, checks: { to: needed, text: most(1000) }, labels: { to: word('handOverTo', lang), text: word('handOverSay', lang) }, draft: 'shift over' });
    const mine = shift?.who === me;
    const name = (who: string) => list.people?.find((p) => p.name === who)?.full_name ?? who;
    const tell = async (body: Record<string, string>) => {
        if (busy) return;
        setBusy(true);
        setSaid(await act(body));
        setBusy(false);
    };
    const supplier: Record<string, string> = shift?.supplier ? { supplier: shift.supplier } : {};
    const relieve = (e: Event) => void relief.send(e, ({ text }) => act({ act: 'take', text: text!.trim(), ...supplier }));
    const handOver = (e: Event) => void over.send(e, ({ to, text }) => act({ act: 'hand_over', shift: shift!.id, to: to!, ...(text?.trim() ? { text: text.trim() } : {}) }));
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
            {person && !shift && <p class="new"><button type="button" class="primary small" disabled={busy} onClick={() => void tell({ act: 'take' })}>{word('takeShift', lang)}</button></p>}
            {person && shift && (mine || leads) && (
                <form class="new" onSubmit={handOver} noValidate>
                    <Choice form={over} name="to" label={word('handOverTo', lang)}>
                        <option value="">{word('choose', lang)}</option>
                        {(list.people ?? []).filter((p) => p.name !== shift.who).map((p) => <option key={p.name} value={p.name}>{p.full_name ? `${p.full_name} (${p.name})` : p.name}</option>)}
                    </Choice>
                    <Line form={over} name="text" label={word('handOverSay', lang)} more="grow" />
                    <Send form={over} label={word('handOver', lang)} />
                </form>
            )}
            {person && shift && !mine && leads && shift.to !== me && (
                <details class="shift-relieve"><summary>{word('relieve', lang)}</summary>
                    <form class="new" onSubmit={relieve} noValidate>
                        <Line form={relief} name="text" label={word('why', lang)} more="grow" />
                        <Send form={relief} label={word('relieveNow', lang)} />
                    </form></details>
            )}
            <Problem said={said} />
        </section>
    );
}

const KIND: Record<Entry['kind'], Word | null> = { taken: 'tookShift', note: null, handed_over: 'handedShift', accepted: 'acceptedShift', relieved: 'relievedShift' };

/** here: the page is that of its site, where numbers of several shifts would mean nothing. */
export function LogRow({ e, log, s, correct, here, at }: { e: Entry; log: Entry[]; s: State; correct?(e: Entry): void; here?: boolean; at: number }) {
    const { lang } = s;
    const kind = KIND[e.kind];
    const later = log.find((x) => x.corrects === e.id);
    const was = e.corrects ? log.find((x) => x.id === e.corrects) : undefined;
    const late = Math.abs((instant(e.recorded_at) ?? 0) - (instant(e.at) ?? 0)) > 60_000;
    return (
        <li class={later ? 'entry-put-right' : ''}>
            <span class="fact-at">{moment(instant(e.at), at)}</span>
            <span class="entry-text">{kind && <em>{word(kind, lang)}{e.to && ` ${e.to}`}{e.text && ': '}</em>}{e.text}</span>
            {e.site && !here && <a href={hashOf('site', e.site)}>{(s.sites ?? []).find((x) => x.id === e.site)?.name ?? e.site}</a>}
            {e.point && <button type="button" class="link" onClick={() => openPoint(e.point!)}>{s.points.get(e.point)?.name ?? e.point}</button>}
            {e.incident && <a href={hashOf('incidents', e.incident)}>{word('incident', lang)} {numberOf({ id: e.incident })}</a>}
            <span class="quiet">{[!here && `#${e.n}`, e.who, was && (here ? word('correction', lang) : `${word('corrects', lang)} #${was.n}`), later && (here ? word('corrected', lang) : `${word('correctedBy', lang)} #${later.n}`), late && `${word('recordedAt', lang)} ${moment(instant(e.recorded_at), at)}`].filter(Boolean).join(' · ')}</span>
            {correct && e.kind === 'note' && !later && <button type="button" class="plain" onClick={() => correct(e)}>{word('correct', lang)}</button>}
        </li>
    );
}

function Log({ shift, s, act, at }: { shift: ShiftWhole; s: State; act: Act; at: number }) {
    const { lang } = s;
    const labels = { text: word('newEntry', lang), site: word('site', lang), incident: word('incident', lang), at: word('entryAt', lang) };
    const form = useForm({ id: 'note', lang, checks: { text: all(needed, most(1000)), at: past }, labels, draft: `note ${shift.id}` });
    const of = shift.log.find((e) => e.id === form.values.corrects);
    const correct = (e: Entry) => { for (const [name, was] of Object.entries({ corrects: e.id, text: e.text ?? '', site: e.site ?? '', incident: e.incident ?? '', at: typedTime(instant(e.at) ?? at) })) form.put(name, was); document.getElementById('note-text')?.focus(); };
    const write = async (e: Event) => {
        await form.send(e, ({ text, site, incident, at: when }) => act({ act: 'note', shift: shift.id, text: text!.trim(), ...(site ? { site } : {}), ...(incident ? { incident } : {}), ...(when ? { at: localTime(when) } : {}), ...(of ? { corrects: of.id } : {}) }));
    };
    return (
        <section class="card" aria-labelledby="log-title">
            <header><h2 id="log-title">{word('shiftLog', lang)}</h2><span class="quiet">{number(shift.log.length, 0, lang)}</span></header>
            <form class="new note-form" onSubmit={write} noValidate>
                <Box form={form} name="text" label={of ? `${word('correctEntry', lang)} #${of.n}` : labels.text} more="note-words"><textarea {...fieldOf(form, 'text')} rows={2} onInput={(e) => form.put('text', e.currentTarget.value)} /></Box>
                <Choice form={form} name="site" label={labels.site}><option value="">—</option>{(s.sites ?? []).map((x) => <option key={x.id} value={x.id}>{x.name}</option>)}</Choice>
                {(s.incidents ?? []).length > 0 && <Choice form={form} name="incident" label={labels.incident}><option value="">—</option>{s.incidents!.map((i) => <option key={i.id} value={i.id}>{`${numberOf(i)} ${incidentClassWord(i.class.word, lang)}`}</option>)}</Choice>}
                <Line form={form} name="at" label={labels.at} type="datetime-local" />
                <span class="note-do"><Send form={form} label={word('writeDown', lang)}>
                    {of && <button type="button" class="plain" onClick={() => form.clear()}>{word('cancel', lang)}</button>}</Send></span>
            </form>
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
        case 'incidents': return <><a href={hashOf('incidents', text('id'))}>{numberOf({ id: text('id') })} {incidentClassWord(text('class'), lang)}</a><span>{text('place')}</span>
            <span class={r.overdue ? 'late' : 'quiet'}>{incidentStateWord(text('state'), lang)} · {word(r.overdue ? 'overdue' : 'due', lang)} {when('due')} · {word(r.legal ? 'legalLimit' : 'ownTarget', lang)}</span></>;
        case 'alarms': return <>{point()}<span>{text('name')}</span><span class="quiet">{[text('place'), severityWord(text('severity'), lang), alarmStateWord(text('state'), lang), `${word('since', lang)} ${when('opened')}`].join(' · ')}</span></>;
        case 'shelved': return <>{point()}<span>{text('name')}</span><span class="quiet">{[`${word('until', lang)} ${when('until')}`, text('who'), text('why')].filter(Boolean).join(' · ')}</span></>;
        case 'suppressed':
        case 'out_of_service': return <>{point()}<span>{text('name')}</span><span class="quiet">{text('place')} · {word('since', lang)} {when('opened')}</span></>;
        case 'modes': return <><span>{modeWord(text('kind'), lang)}</span><span>{text('place')}</span><span class="quiet">{[`${word('until', lang)} ${when('until')}`, text('who'), text('why')].join(' · ')}</span></>;
        case 'points': return <>{point()}<span class="quiet">{[text('place'), reasonWord(text('reason'), lang)].join(' · ')}</span></>;
        case 'maintenance': return <>{point()}<span class="quiet">{text('place')} · {word('overdue', lang)} {number(r.over as number | null, 0, lang)} {word('hours', lang)}</span></>;
        case 'duties': return <><a href={hashOf('incidents', text('incident'))}>{numberOf({ id: text('incident') })}</a><span>{dutyWord(text('duty'), lang)}</span>{r.target === true && <span class="stage">{word('ownTarget', lang)}</span>}<span class="late">{word('due', lang)} {when('due')}</span></>;
        default: return null;
    }
}

function SheetCard({ sheet, shift, lang, at }: { sheet: Sheet | null; shift: ShiftWhole; lang: Lang; at: number }) {
    return (
        <section class="card" aria-labelledby="sheet-title">
            <header><h2 id="sheet-title">{word('handOverSheet', lang)}</h2><ToPrint href={`/api/v1/shifts/${shift.id}/sheet`}>{word('printSheet', lang)}</ToPrint></header>
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
    const older = async (quiet = false) => {
        try {
            const page = await api.get<ShiftList>(`/api/v1/shifts?next=${encodeURIComponent(from!)}`);
            setMore([...more, ...page.items]);
            setNext(page.next);
            setSaid(null);
        } catch (error) {
            if (!quiet) setSaid({ text: error instanceof api.Refused ? error.detail : word('unreachable', lang) });
        }
    };
    /* whether the database has older ones is not known before it is asked */
    useEffect(() => { if (from && list.items.length < PAGE) void older(true); }, []);
    return (
        <section class="card" aria-labelledby="before-title">
            <header><h2 id="before-title">{word('shiftsBefore', lang)}</h2></header>
            {shown.length === 0 && <p class="nothing">{word('noShiftsBefore', lang)}</p>}
            <ul class="plain-list">{shown.map((x) => (
                <li key={x.id}><strong>{x.who}</strong><span class="fact-at">{moment(instant(x.from), at)} – {moment(instant(x.ended_at), at)}</span>
                    <span class="quiet">{[x.supplier, x.state === 'relieved' ? word('relievedShort', lang) : `${word('handedTo', lang)} ${x.to}`, `${x.entries} ${word('entries', lang)}`].filter(Boolean).join(' · ')}</span>
                    {x.sheet && <ToPrint href={`/api/v1/shifts/${x.id}/sheet`}>{word('printSheet', lang)}</ToPrint>}</li>
            ))}</ul>
            {from && <p class="sheet-made"><button type="button" class="plain" onClick={() => void older()}>{word('olderShifts', lang)}</button></p>}
            <Problem said={said} />
        </section>
    );
}

export function ShiftScreen({ s, at }: { s: State; at: number }) {
    const { lang, who } = s;
    const [known, load] = useShift(who?.name ?? '');
    const act: Act = (body) => tellOnce('/api/v1/shifts', body, lang, load);
    if (!known.list) return <p class="nothing" role="status">{known.trouble || word(known.trouble === null ? 'loading' : 'unreachable', lang)}</p>;
    return (
        <div class="shift-columns">
            <div class="shift-column">
                <Now shift={known.shift} list={known.list} me={who?.name ?? ''} leads={!!who?.leads} person={!!who?.person} act={act} lang={lang} at={at} />
                {known.shift && <Log key={known.shift.id} shift={known.shift} s={s} act={act} at={at} />}
            </div>
            <div class="shift-column">
                <DutyCard lang={lang} at={at} />
                {known.shift && <SheetCard sheet={known.sheet} shift={known.shift} lang={lang} at={at} />}
                <Before list={known.list} lang={lang} at={at} />
            </div>
        </div>
    );
}
