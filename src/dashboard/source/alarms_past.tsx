/* Alarms that are over: of a span, from the database, a page at a time; found by site and by words. */
import { useEffect, useRef, useState } from 'preact/hooks';
import * as api from './api';
import { pageOf, toldOf, type PastPage } from './alarm_past_kit';
import { actSaid, auditQuery } from './audit_kit';
import { Understood } from './form';
import { duration, instant, moment, number, unit, type Lang } from './format';
import { localDay } from './incident_kit';
import { Mark, SeverityMark } from './marks';
import { Older, Said, usePages } from './pages';
import { hashOf } from './route';
import type { Act, Alarm } from './shapes';
import { daySpan, lastDays } from './span_kit';
import { openPoint, siteHash, type State } from './state';
import { actorKindWord, alarmEndWord, severityWord, word } from './words';

const DAYS = 7;
const ACTS_MOST = 50;

interface Wanted { from: string; to: string; site: string; words: string }

/* All that was done about it stands in the record of acts, for administrators. */
function Acts({ alarm, lang, at }: { alarm: Alarm; lang: Lang; at: number }) {
    const [acts, setActs] = useState<Act[] | null>(null);
    const [trouble, setTrouble] = useState<string | null>(null);
    useEffect(() => {
        const stop = new AbortController();
        const { began, ended } = toldOf(alarm);
        const days = { from: localDay(began ?? at), to: localDay(ended ?? at) };
        api.get<{ acts: Act[] }>(`/api/v1/audit?${auditQuery({ ...days, actor: '', kind: '', subject: `alarm:${alarm.id}` }, ACTS_MOST, null)}`, stop.signal).then((got) => setActs(got.acts),
            (error) => stop.signal.aborted || setTrouble(error instanceof api.Refused ? error.message : word('unreachable', lang)));
        return () => stop.abort();
    }, [alarm.id]);
    if (trouble) return <p class="problem" role="alert"><Mark kind="bad" />{trouble}</p>;
    if (!acts) return <p class="quiet">{word('loading', lang)}</p>;
    return acts.length === 0 ? <p class="quiet">{word('noActs', lang)}</p> : <ul class="past-acts">{acts.map((a) => <li key={a.seq}>{moment(instant(a.at), at)} · {actSaid(a.action, lang)} · <strong>{a.actor || actorKindWord(a.kind, lang)}</strong></li>)}</ul>;
}

function Row({ alarm, s, at }: { alarm: Alarm; s: State; at: number }) {
    const { lang } = s;
    const [acts, setActs] = useState(false);
    const told = toldOf(alarm);
    const said = (lang === 'en' && alarm.name?.en) || alarm.name?.vi || alarm.rule;
    return (
        <li class="past-alarm" data-past-alarm={alarm.id}>
            <div>
                <p class="alarm-head"><SeverityMark severity={alarm.severity} quiet /><strong>{said}</strong><span class="quiet">{severityWord(alarm.severity, lang)}{alarm.name && ` · ${alarm.rule}`}</span></p>
                <p class="alarm-where">
                    {alarm.point ? <button type="button" class="link" onClick={() => openPoint(alarm.point)}>{alarm.point_name}</button> : <span class="quiet">{word('pointGone', lang)}</span>}
                    {alarm.site && <a href={siteHash(alarm.site)}>{s.sites?.find((x) => x.id === alarm.site)?.name ?? alarm.site}</a>}
                    {alarm.value !== null && <span class="quiet">{number(alarm.value, 2, lang)} {unit(alarm.unit, lang)}{alarm.limit !== null && ` (${word('limit', lang)} ${number(alarm.limit, 2, lang)})`}</span>}
                </p>
            </div>
            <div class="past-when">
                <p>{moment(told.began, at)} → {moment(told.ended, at)}</p>
                <p class="quiet">{told.lasted !== null && `${word('lasted', lang)} ${duration(told.lasted, lang)}`}{alarm.times > 1 && ` · ${alarm.times} ${word('times', lang)}`}{alarm.ended && alarm.ended !== 'ended' && ` · ${alarmEndWord(alarm.ended, lang)}`}</p>
            </div>
            <div class="past-when">
                <p>{told.seenAfter === null ? word('seenByNobody', lang) : `${word(alarm.times > 1 ? 'seenLastAfter' : 'seenAfter', lang)} ${duration(told.seenAfter, lang)}`}{alarm.acknowledged_by && <> · <strong>{alarm.acknowledged_by}</strong></>}</p>
                {alarm.shelved && <p class="quiet">{word('shelve', lang)} {moment(instant(alarm.shelved.at), at)}{alarm.shelved.until && ` ${word('until', lang)} ${moment(instant(alarm.shelved.until), at)}`} · <strong>{alarm.shelved.by}</strong>{alarm.shelved.why && `: ${alarm.shelved.why}`}</p>}
                {s.who?.role === 'administrator' && <button type="button" class="link quiet" aria-expanded={acts} onClick={() => setActs(!acts)}>{word('whoActed', lang)}<span class="unseen">: {said}</span></button>}
                {acts && <Acts alarm={alarm} lang={lang} at={at} />}
            </div>
        </li>
    );
}

function Body({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    const asked = s.route.query;
    const usual = lastDays(DAYS, at);
    const wanted: Wanted = { from: asked.get('from') ?? usual.from, to: asked.get('to') ?? usual.to, site: asked.get('site') ?? '', words: asked.get('words') ?? '' };
    const siteName = (a: Alarm) => s.sites?.find((x) => x.id === a.site)?.name ?? '';
    const pages = usePages<PastPage, Wanted>(wanted, JSON.stringify(asked.has('past') ? wanted : null), lang, (before, of) =>
        pageOf(before, of.words, (limit, next) => api.get(`/api/v1/alarms?${new URLSearchParams({ state: 'closed', ...daySpan(of.from, of.to), limit: String(limit), ...(of.site && { site: of.site }), ...(next && { next }) })}`), siteName));
    const { page, filter, change } = pages;
    const show = (e: Event) => {
        e.preventDefault();
        pages.ask(hashOf('alarms', null, { past: '', ...Object.fromEntries(Object.entries(filter).map(([k, v]) => [k, v.trim()]).filter(([, v]) => v)) }));
    };
    const day = (name: 'from' | 'to') => (
        <span class="field"><label for={`past-alarm-${name}`}>{word(name === 'from' ? 'fromDay' : 'toDay', lang)}</label><input id={`past-alarm-${name}`} type="date" value={filter[name]} onInput={(e) => change({ [name]: e.currentTarget.value })} /><Understood field={filter[name]} lang={lang} /></span>
    );
    return (
        <>
            <form class="new past-form" onSubmit={show} noValidate>
                {day('from')}{day('to')}
                <span class="field"><label for="past-alarm-site">{word('site', lang)}</label><select id="past-alarm-site" value={filter.site} onChange={(e) => change({ site: e.currentTarget.value })}><option value="">{word('anyOf', lang)}</option>{(s.sites ?? []).map((x) => <option key={x.id} value={x.id}>{x.name}</option>)}</select></span>
                <span class="field"><label for="past-alarm-words">{word('pastWords', lang)}</label><input id="past-alarm-words" type="text" maxLength={100} autoComplete="off" value={filter.words} onInput={(e) => change({ words: e.currentTarget.value })} /></span>
                <button type="submit" class="primary small">{word('showThese', lang)}</button>
            </form>
            <Said of={pages} empty={!page?.items.length && !page?.next} nothing={word('noPastAlarms', lang)} lang={lang} />
            <ul class="past-alarms">{page?.items.map((a) => <Row key={a.id} alarm={a} s={s} at={at} />)}</ul>
            {page && wanted.words && <p class="said quiet" role="status">{word('lookedThrough', lang).replace('{}', number(page.looked, 0, lang))}{page.next && page.until && `, ${word('pastSince', lang)} ${moment(instant(page.until), at)}`}</p>}
            <Older of={pages} lang={lang} />
        </>
    );
}

/** Asked for when it is opened; the address `#/alarms?past=` opens it. */
export function PastAlarms({ s, at }: { s: State; at: number }) {
    const asked = s.route.query.has('past');
    const [open, setOpen] = useState(asked);
    const box = useRef<HTMLDetailsElement>(null);
    useEffect(() => {
        if (!asked) return;
        setOpen(true);
        box.current?.scrollIntoView({ block: 'start' });
    }, [asked]);
    return (
        <details class="card alarms performance past" ref={box} open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
            <summary><h2>{word('pastAlarms', s.lang)}</h2><span class="quiet">{word('pastAlarmsWhy', s.lang)}</span></summary>
            {open && <Body s={s} at={at} />}
        </details>
    );
}
