/* The open alarms: what is wrong, what to do first, and whether somebody has seen it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { actOn, type Outcome } from './act';
import { foldsOf, grave, shelfMinutes, shownOf, stateOf, together, worstFoldFirst, worstFirst, type Fold } from './alarm_kit';
import { PastAlarms } from './alarms_past';
import { all, most, reason } from './checks';
import { Line, Send, useForm } from './form';
import { age, folded, instant, moment, number, time, unit, type Lang } from './format';
import { active, aside, waits } from './judged';
import { Mark, SeverityMark } from './marks';
import { AlarmPerformance } from './performance';
import { trendsHash } from './route';
import type { Alarm, Session, StateWord } from './shapes';
import { go, now, openPoint, siteHash, state, type State } from './state';
import { alarmStateWord, severityWord, stakeWord, word } from './words';

const MINUTE_MS = 60_000;
const MARGIN_MS = 5_000; /* the daemon's clock decides what "at most an hour" is */
const MOST_SHOWN = 60;
const FIRST_AT_SITE = 3; /* the process picture stays in sight */

const alarmsIn = (folds: Fold[]): Alarm[] => folds.flatMap((f) => [f.head, ...f.within]);
const say = (text: StateWord | undefined, lang: Lang): string => (lang === 'en' && text?.en ? text.en : text?.vi ?? '');
const refused = (o: Outcome, lang: Lang): string | null => (o.done ? null : o.said || word('unreachable', lang));

function Shelf({ alarm, lang, done }: { alarm: Alarm; lang: Lang; done: () => void }) {
    const form = useForm({ id: `shelf-${alarm.id}`, lang, first: { minutes: String(shelfMinutes(alarm.stake)[0]) }, checks: { why: all(reason, most(240)) }, labels: { why: word('why', lang) }, draft: `shelf ${alarm.id}` });
    const asked = useRef<{ minutes: number; until: string } | null>(null);
    const put = async (e: Event) => {
        const sent = await form.send(e, async (values) => {
            const minutes = Number(values.minutes);
            /* Sent again, it is the same act: the same end, so that it is not put aside twice. */
            if (asked.current?.minutes !== minutes) asked.current = { minutes, until: new Date(now() + minutes * MINUTE_MS - MARGIN_MS).toISOString() };
            const outcome = await actOn(alarm, 'shelve', { why: values.why!.trim(), until: asked.current.until });
            return outcome.done ? null : { field: outcome.field, text: refused(outcome, lang)! };
        });
        if (sent) done();
    };
    return (
        <form class="shelf" onSubmit={put} noValidate>
            <label>{word('shelveFor', lang)} <select value={form.values.minutes} onChange={(e) => form.put('minutes', e.currentTarget.value)}>
                {shelfMinutes(alarm.stake).map((m) => <option key={m} value={m}>{m < 60 ? `${m} ${word('minutes', lang)}` : `${m / 60} ${word('hours', lang)}`} ({word('until', lang)} {time(now() + m * MINUTE_MS).slice(0, 5)})</option>)}
            </select></label>
            <Line form={form} name="why" label={word('why', lang)} more="grow" auto />
            <Send form={form} label={word('shelve', lang)}><button type="button" class="plain" onClick={() => { form.clear(); done(); }}>{word('cancel', lang)}</button></Send>
        </form>
    );
}

function Buttons({ alarm, who, lang, act, shelve }: { alarm: Alarm; who: Session; lang: Lang; act: (verb: 'acknowledge' | 'reset' | 'unshelve') => void; shelve: () => void }) {
    const below = alarm.below;
    const mayShelve = !grave(alarm.stake) || who.leads || who.role === 'administrator';
    return (
        <div class="alarm-buttons">
            {(below === 'unacknowledged' || below === 'returned') && <button type="button" class="plain act-acknowledge" onClick={() => act('acknowledge')}>{word('acknowledge', lang)}</button>}
            {below === 'latched' && <button type="button" class="plain" onClick={() => act('reset')}>{word('reset', lang)}</button>}
            {alarm.shelved_until === null
                ? <button type="button" class="plain" disabled={!mayShelve} title={mayShelve ? undefined : word('leadersShelve', lang)} onClick={shelve}>{word('shelve', lang)}…</button>
                : <button type="button" class="plain" onClick={() => act('unshelve')}>{word('unshelve', lang)}</button>}
        </div>
    );
}

function Numbers({ alarm, lang, at }: { alarm: Alarm; lang: Lang; at: number }) {
    const says = stateOf(alarm, alarm.point === null ? undefined : state.points.get(alarm.point)); /* a state has a word, and no limit */
    const amount = (v: number) => `${number(v, 2, lang)} ${unit(alarm.unit, lang)}`.trim();
    return (
        <p class="alarm-numbers">
            {alarm.value !== null && <span class="alarm-value">{says?.[lang] ?? amount(alarm.value)}</span>}
            {alarm.limit !== null && says === null && <span class="quiet">{word('limit', lang)} {amount(alarm.limit)}</span>}
            <span class="quiet">{moment(instant(alarm.opened_at), at)} · {age(instant(alarm.opened_at), at, lang)}{alarm.times > 1 && ` · ${alarm.times} ${word('times', lang)}`} · {severityWord(alarm.severity, lang)} · {stakeWord(alarm.stake, lang)}</span>
        </p>
    );
}

/* What is folded into a row, and that some of it may wait. */
function FoldLine({ fold, lang, open, toggle }: { fold: Fold; lang: Lang; open: boolean; toggle(): void }) {
    const waiting = fold.within.filter(waits).length;
    const worst = worstFirst(fold.within)[0]!;
    return (
        <button type="button" class={`fold ${waiting ? 'fold-waits' : ''}`} aria-expanded={open} onClick={toggle}>
            <span aria-hidden="true">{open ? '▾' : '▸'}</span><SeverityMark severity={worst.severity} quiet={!active(worst) || !waits(worst)} />
            <span>{fold.within.length} {word('consequences', lang)}{waiting > 0 && <strong> · {waiting} {word('unseen', lang).toLowerCase()}</strong>}</span><span class="unseen">: {say(fold.head.name, lang) || fold.head.rule}</span>
        </button>
    );
}

function AlarmItem({ alarm, who, lang, at, chosen, of, children }: { alarm: Alarm; who: Session | null; lang: Lang; at: number; chosen: boolean; of?: Alarm; children?: ComponentChildren }) {
    const [shelving, setShelving] = useState(false);
    const [trouble, setTrouble] = useState<string | null>(null);
    const box = useRef<HTMLLIElement>(null);
    const response = say(alarm.first_response, lang);
    const why = [say(alarm.cause, lang), say(alarm.consequence, lang)];
    useEffect(() => { if (chosen) box.current?.scrollIntoView({ block: 'nearest' }); }, [chosen]);
    const act = async (verb: 'acknowledge' | 'reset' | 'unshelve') => setTrouble(refused(await actOn(alarm, verb), lang));
    return (
        <li ref={box} class={`alarm alarm-${alarm.state} ${chosen ? 'alarm-chosen' : ''} ${of ? 'alarm-within' : ''}`} data-alarm={alarm.id} tabIndex={-1} data-point-of={alarm.point ?? ''}>
            <div class="alarm-main">
                <div class="alarm-head">
                    <SeverityMark severity={alarm.severity} quiet={!active(alarm) || !waits(alarm)} />
                    <h3>{say(alarm.name, lang) || alarm.rule}{of && <span class="unseen"> ({word('consequenceOf', lang)} {say(of.name, lang) || of.rule})</span>}</h3>
                    <span class={`alarm-state ${waits(alarm) ? 'alarm-state-waits' : ''}`}>{alarmStateWord(alarm.state, lang)}{alarm.shelved_until && ` ${word('until', lang)} ${time(instant(alarm.shelved_until)).slice(0, 5)}`}</span>
                </div>
                <p class="alarm-where">
                    {alarm.point ? <button type="button" class="link" onClick={() => openPoint(alarm.point)}>{alarm.point_name}</button> : <span>{alarm.point_name}</span>}
                    {alarm.site && state.route.screen !== 'site' && <a href={siteHash(alarm.site)}>{state.sites?.find((x) => x.id === alarm.site)?.name ?? alarm.site}</a>}
                </p>
                <Numbers alarm={alarm} lang={lang} at={at} />
            </div>
            <div class="alarm-do">
                <div class="alarm-said">
                    {response && <p class="first-response"><strong>{word('firstResponse', lang)}:</strong> {response}</p>}
                    {why.some(Boolean) && (
                        <details class="alarm-why"><summary>{word('causeAndEffect', lang)}</summary>
                            {why[0] && <p><strong>{word('cause', lang)}:</strong> {why[0]}</p>}{why[1] && <p><strong>{word('consequence', lang)}:</strong> {why[1]}</p>}
                        </details>
                    )}
                </div>
                {who && !shelving && <Buttons alarm={alarm} who={who} lang={lang} act={(v) => void act(v)} shelve={() => setShelving(true)} />}
                {who && shelving && <Shelf alarm={alarm} lang={lang} done={() => setShelving(false)} />}
                {trouble && <p class="problem" role="alert"><Mark kind="bad" />{trouble}</p>}
            </div>
            {children}
        </li>
    );
}

const acting = (who: Session | null): Session | null => (who?.role === 'operator' || who?.role === 'administrator' ? who : null);

/* j and k go from one to the next, a has seen it, t shows its trend. */
function onListKey(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey || (e.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName))) return;
    const items = [...document.querySelectorAll<HTMLElement>('[data-alarm]')];
    const current = items.findIndex((i) => i.contains(document.activeElement));
    if (e.key === 'j' || e.key === 'k') items[Math.min(Math.max(current + (e.key === 'j' ? 1 : -1), 0), items.length - 1)]?.focus();
    else if (e.key === 'a' && current >= 0) items[current]!.querySelector<HTMLButtonElement>('.act-acknowledge')?.click();
    else if (e.key === 't' && current >= 0 && items[current]!.dataset.pointOf) go(trendsHash([items[current]!.dataset.pointOf!], '6h'));
    else return;
    e.preventDefault();
}

/* Before the rows are painted: who sees one may press a key. */
function useListKeys(): void {
    useLayoutEffect(() => {
        document.addEventListener('keydown', onListKey);
        return () => document.removeEventListener('keydown', onListKey);
    }, []);
}

interface Opened { isOpen(f: Fold): boolean; toggle(f: Fold): void }

/* Folded away until somebody opens it, or asks for one that is inside. */
function useOpened(chosen: string | null): Opened {
    const [told, setTold] = useState<ReadonlyMap<string, boolean>>(() => new Map());
    useEffect(() => { if (chosen) setTold(new Map()); }, [chosen]);
    const isOpen = (f: Fold) => f.within.length > 0 && (told.get(f.head.id) ?? f.within.some((a) => a.id === chosen));
    return { isOpen, toggle: (f) => setTold(new Map(told).set(f.head.id, !isOpen(f))) };
}

const chosenOf = (s: State): string | null => (s.route.screen === 'alarms' ? s.route.id : null);

/* The worst of them, and how many more may be asked for; `most` is told to whoever acts on what is shown. */
function Items({ s, folds, at, opened, first = MOST_SHOWN, onMost }: { s: State; folds: Fold[]; at: number; opened: Opened; first?: number; onMost?: (most: number) => void }) {
    const [most, setOwn] = useState(first);
    const setMost = (n: number) => (setOwn(n), onMost?.(n));
    const sorted = worstFoldFirst(folds);
    const more = alarmsIn(sorted.slice(most)).length;
    const item = (a: Alarm, of?: Alarm, line?: ComponentChildren) => <AlarmItem key={a.id} alarm={a} of={of} who={acting(s.who)} lang={s.lang} at={at} chosen={chosenOf(s) === a.id}>{line}</AlarmItem>;
    return (
        <>
            <ul class="alarm-list">{sorted.slice(0, most).flatMap((f) => {
                const open = opened.isOpen(f);
                const line = f.within.length > 0 && <FoldLine fold={f} lang={s.lang} open={open} toggle={() => opened.toggle(f)} />;
                return [item(f.head, undefined, line), ...(open ? f.within.map((a) => item(a, f.head)) : [])];
            })}</ul>
            {more > 0 && <button type="button" class="link more" onClick={() => setMost(most + MOST_SHOWN)}>+{more} {word('alarmsMore', s.lang)}</button>}
        </>
    );
}

/** Those of one place; null: not known whether there are any. */
export function AlarmList({ s, alarms, at, title }: { s: State; alarms: Alarm[] | null; at: number; title: string }) {
    useListKeys();
    const opened = useOpened(null);
    return (
        <section class="card alarms" aria-labelledby="alarms-title">
            <header><h2 id="alarms-title">{title}{alarms !== null && alarms.length > 0 && ` (${alarms.length})`}</h2></header>
            {alarms === null ? <p class="nothing unknown-box">{word('alarmsUnknown', s.lang)}</p> : <Items s={s} folds={foldsOf(alarms)} at={at} opened={opened} first={FIRST_AT_SITE} />}
        </section>
    );
}

function AcknowledgeShown({ alarms, lang }: { alarms: Alarm[]; lang: Lang }) {
    const [asked, setAsked] = useState<Alarm[] | null>(null); /* those that were shown when it was asked for, no later ones */
    const [busy, setBusy] = useState(false);
    const [trouble, setTrouble] = useState<string | null>(null);
    const asking = asked !== null;
    const these = asked ?? together(alarms);
    const left = alarms.filter((a) => waits(a) && grave(a.stake)).length;
    if (these.length < 2 && !asking) return trouble ? <span class="problem" role="alert"><Mark kind="bad" />{trouble}</span> : null;
    const all = async () => {
        setBusy(true);
        let failed: string | null = null;
        for (const a of these) failed = refused(await actOn(a, 'acknowledge'), lang) ?? failed;
        setBusy(false);
        setAsked(null);
        setTrouble(failed);
    };
    return (
        <span class="together">
            {!asking && <button type="button" class="plain" onClick={() => setAsked(these)}>{word('acknowledgeShown', lang)} ({these.length})</button>}
            {asking && <>
                <span>{word('sure', lang)} {left > 0 && `${left} ${word('oneByOne', lang)}`}</span>
                <button type="button" class="primary small" disabled={busy} onClick={() => void all()}>{word('acknowledge', lang)} {these.length}</button>
                <button type="button" class="plain" onClick={() => setAsked(null)}>{word('cancel', lang)}</button>
            </>}
            {trouble && <span class="problem" role="alert"><Mark kind="bad" />{trouble}</span>}
        </span>
    );
}

type Kind = 'all' | 'unseen' | 'grave';
const KINDS: [Kind, 'all' | 'unseen' | 'healthSafety'][] = [['all', 'all'], ['unseen', 'unseen'], ['grave', 'healthSafety']];
const fits = (a: Alarm, kind: Kind): boolean => kind === 'all' || (kind === 'unseen' ? waits(a) : grave(a.stake));

export function Alarms({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    const [kind, setKind] = useState<Kind>('all');
    const [search, setSearch] = useState('');
    const [most, setMost] = useState(MOST_SHOWN);
    const opened = useOpened(chosenOf(s));
    useListKeys();
    if (s.alarms === null) return <section class="card alarms"><p class="nothing unknown-box" role="status"><Mark kind="wait" />{word('alarmsUnknown', lang)}</p></section>;
    const needle = folded(search.trim());
    const site = (a: Alarm) => s.sites?.find((x) => x.id === a.site)?.name ?? '';
    const found = s.alarms.filter((a) => fits(a, kind) && (!needle || folded(`${a.name?.vi} ${a.name?.en} ${a.point_name} ${site(a)} ${a.point}`).includes(needle)));
    const folds = foldsOf(found);
    const open = folds.filter((f) => !aside(f.head));
    const put = folds.filter((f) => aside(f.head));
    const shown = shownOf(worstFoldFirst(open).slice(0, most), opened.isOpen);
    return (
        <>
            <div class="tools">
                <div class="ranges" role="group" aria-label={word('show', lang)}>
                    {KINDS.map(([k, text]) => <button type="button" key={k} aria-pressed={kind === k} onClick={() => setKind(k)}>{word(text, lang)} ({s.alarms!.filter((a) => fits(a, k)).length})</button>)}
                </div>
                {acting(s.who) && <AcknowledgeShown alarms={shown} lang={lang} />}
                <a class="plain" href="/api/v1/alarm-rules.csv" download="alarm-rules.csv">{word('rulesSheet', lang)}</a>
                <input type="search" value={search} placeholder={word('searchAlarms', lang)} aria-label={word('searchAlarms', lang)} onInput={(e) => setSearch(e.currentTarget.value)} />
            </div>
            <section class="card alarms" aria-labelledby="open-alarms">
                <h2 id="open-alarms" class="unseen">{word('alarms', lang)}</h2>
                {open.length === 0 && <p class="nothing" role="status">{word(s.alarms.length && found.length === 0 ? 'noMatchAlarms' : 'noAlarms', lang)}</p>}
                <Items s={s} folds={open} at={at} opened={opened} onMost={setMost} />
            </section>
            {put.length > 0 && (
                <details class="card alarms put-aside" open={alarmsIn(put).some((a) => a.id === s.route.id) || open.length === 0}>
                    <summary><h2>{word('putAside', lang)} ({alarmsIn(put).length})</h2><span class="quiet">{word('putAsideWhy', lang)}</span></summary>
                    <Items s={s} folds={put} at={at} opened={opened} />
                </details>
            )}
            <PastAlarms s={s} at={at} />
            <AlarmPerformance lang={lang} />
        </>
    );
}
