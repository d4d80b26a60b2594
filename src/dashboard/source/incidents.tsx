/* Incidents: each with its clock, sorted by consequence; one from near, with what is told of it. */
import { useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { duration, instant, moment, number, type Lang } from './format';
import { CallForm } from './calls';
import { all, most, needed } from './checks';
import { Line, Send, tellOnce, useForm } from './form';
import { Handed, useHanded } from './handed';
import { IncidentActs } from './incident_form';
import { byConsequence, isElsewhere, moreActs, nodeOf, numberOf, reachParts, spent, STEPS } from './incident_kit';
import { PastIncidents } from './incidents_past';
import { Mark } from './marks';
import { callHash, hashOf, openHash, pastHash } from './route';
import type { Incident, IncidentWhole } from './shapes';
import { go, loadIncidents, openPoint, siteHash, type State } from './state';
import { ToPrint } from './to_print';
import { dutyWord, evidenceWord, factWord, incidentClassWord, incidentStateWord, reachWord, tieWord, word } from './words';

const AGAIN_MS = 5_000;

const classOf = (i: Incident, lang: Lang): string => incidentClassWord(i.class.word, lang) || i.class.vi;
const siteName = (s: State, id: string): string => s.sites?.find((x) => x.id === id)?.name ?? id;
const zoneName = (s: State, id: string): string => s.zones.find((z) => z.id === id)?.name ?? id;

/* Which limit, how much of it is left, and when it ends; the law and a target never look alike. */
function Clock({ i, lang, at }: { i: Incident; lang: Lang; at: number }) {
    const due = instant(i.due_at) ?? at;
    const share = spent(i, at);
    /* all that has a limit has ended: nothing runs any more, and it was on time or not for ever */
    if (!i.overdue && (i.closed || i.on_time === 'yes' || i.on_time === 'no'))
        return (
            <div class={`clock-of ${i.on_time === 'no' ? 'clock-over' : ''}`}>
                <p><strong>{i.on_time === 'yes' || i.on_time === 'no' ? word(i.on_time === 'no' ? 'endedLate' : 'endedOnTime', lang) : incidentStateWord(i.state, lang)}</strong> <span class="quiet">{word('due', lang)} {moment(due, at).replace(/:\d\d$/, '')}</span></p>
                <p class="quiet">{word(i.legal ? 'legalLimit' : 'ownTarget', lang)} {number(i.limit_h, 0, lang)} {word('hours', lang)}</p>
            </div>
        );
    return (
        <div class={`clock-of ${i.overdue ? 'clock-over' : share >= 0.75 ? 'clock-near' : ''}`}>
            <p><strong>{word(i.overdue ? 'overdueBy' : 'timeLeft', lang)} {duration(i.overdue ? at - due : Math.max(due - at, 0), lang)}</strong> <span class="quiet">{word('due', lang)} {moment(due, at).replace(/:\d\d$/, '')}</span></p>
            <svg class="spent" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="spent-ground" width="100" height="6" /><rect class="spent-part" width={share * 100} height="6" /></svg>
            <p class="quiet">{word(i.legal ? 'legalLimit' : 'ownTarget', lang)} {number(i.limit_h, 0, lang)} {word('hours', lang)}</p>
        </div>
    );
}

function Marks({ i, lang }: { i: Incident; lang: Lang }) {
    return (
        <span class="incident-marks">
            {i.drill && <span class="stage">{word('drill', lang)}</span>}
            {!i.class_confirmed && i.legal && <span class="stage">{word('classOpen', lang)}</span>}
            {i.large_since && <span class="stage stage-grave">{word('largeEffect', lang)}</span>}
            {i.repair_unconfirmed && <span class="stage">{word('repairOpen', lang)}</span>}
            {i.waiting_for && <span class="stage">{word('waitingFor', lang)} {i.waiting_for}</span>}
            {i.unacknowledged && <span class="stage stage-grave">{word('unseen', lang)}</span>}
        </span>
    );
}

export function Row({ i, s, at }: { i: Incident; s: State; at: number }) {
    const { lang } = s;
    const names = [...i.sites.map((id) => siteName(s, id)), ...i.zones.map((id) => zoneName(s, id))];
    return (
        <li class={`incident ${i.overdue ? 'incident-over' : ''}`} data-incident={i.id}>
            <a href={hashOf('incidents', i.id)}>
                <span><span class="incident-name"><span class="incident-number">{numberOf(i)}</span> {classOf(i, lang)}</span><Marks i={i} lang={lang} /><span class="quiet incident-where">{names.join(', ') || '—'} · {incidentStateWord(i.state, lang)} · {i.member_count} {word('members', lang)}</span></span>
                <Clock i={i} lang={lang} at={at} />
            </a>
        </li>
    );
}

function Waive({ id, duty, lang, done }: { id: string; duty: string; lang: Lang; done(): void }) {
    const form = useForm({ id: 'waive', lang, checks: { note: all(needed, most(240)) }, labels: { note: word('waiveWhy', lang) }, draft: `waive ${id} ${duty}` });
    const tell = async (e: Event) => {
        if (await form.send(e, ({ note }) => tellOnce(`/api/v1/incidents/${id}/duties`, { duty, waive: true, note: note!.trim() }, lang, () => undefined))) done();
    };
    return <form class="new step-form waive-form" onSubmit={tell} noValidate><Line form={form} name="note" label={word('waiveWhy', lang)} more="grow" auto /><Send form={form} label={word('tell', lang)} /></form>;
}

function Duties({ i, may, lang, at, load }: { i: IncidentWhole; may: boolean; lang: Lang; at: number; load(): void }) {
    const [trouble, setTrouble] = useState<string | null>(null);
    const [waives, setWaives] = useState<string | null>(null);
    const told = async (duty: string) => {
        setTrouble((await tellOnce(`/api/v1/incidents/${i.id}/duties`, { duty }, lang, () => undefined))?.text ?? null);
        load();
    };
    return (
        <section class="card" aria-labelledby="duties-title">
            <header><h2 id="duties-title">{word('duties', lang)}</h2></header>
            {trouble && <p class="problem" role="alert"><Mark kind="bad" />{trouble}</p>}
            {i.duties.length === 0 && <p class="nothing">{word('noDuties', lang)}</p>}
            <ul class="plain-list">{i.duties.map((d) => (
                <li key={d.duty.word} class={d.overdue && !d.done_at ? 'duty-over' : ''}><Mark kind={d.done_at || d.waived ? 'good' : d.overdue ? 'bad' : 'wait'} /><span>{(lang === 'vi' && d.duty.vi) || dutyWord(d.duty.word, lang)}{d.target && <span class="stage">{word('ownTarget', lang)}</span>}</span>
                    <span class="quiet">{d.voided ? word('voided', lang) : d.waived ? word('waived', lang) : d.done_at ? `${moment(instant(d.done_at), at)} · ${d.who ?? ''}` : `${word('due', lang)} ${moment(instant(d.due_at), at)}`}</span>
                    {may && (!d.done_at || d.voided) && !d.waived && <span class="duty-acts"><button type="button" class="plain" onClick={() => void told(d.duty.word)}>{word('dutyDone', lang)}</button>{!d.voided && <button type="button" class="plain" aria-expanded={waives === d.duty.word} onClick={() => setWaives(waives === d.duty.word ? null : d.duty.word)}>{word('waive', lang)}</button>}</span>}
                    {waives === d.duty.word && !d.done_at && !d.waived && <Waive id={i.id} duty={d.duty.word} lang={lang} done={() => { setWaives(null); load(); }} />}</li>
            ))}</ul>
        </section>
    );
}

function Timeline({ i, lang, at }: { i: IncidentWhole; lang: Lang; at: number }) {
    return (
        <section class="card" aria-labelledby="facts-title">
            <header><h2 id="facts-title">{word('timeline', lang)}</h2></header>
            <ol class="plain-list">{[...i.facts].sort((a, b) => b.claimed_at.localeCompare(a.claimed_at)).map((f, n) => (
                <li key={n}><span class="fact-at">{moment(instant(f.claimed_at), at)}</span><span>{factWord(f.fact, lang)}{f.note && `: ${f.note}`}</span>
                    <span class="quiet">{[f.who, Math.abs((instant(f.recorded_at) ?? 0) - (instant(f.claimed_at) ?? 0)) > 60_000 && `${word('recordedAt', lang)} ${moment(instant(f.recorded_at), at)}`].filter(Boolean).join(' · ')}</span></li>
            ))}</ol>
        </section>
    );
}

function Members({ i, s, at }: { i: IncidentWhole; s: State; at: number }) {
    const { lang } = s;
    const depth = (id: string, hops = 0): number => {
        const cause = i.members.find((m) => m.id === id)?.cause;
        return cause && hops < 5 ? 1 + depth(cause, hops + 1) : 0;
    };
    return (
        <section class="card" aria-labelledby="members-title">
            <header><h2 id="members-title">{word('membersTitle', lang)}</h2></header>
            <ul class="plain-list">{i.members.map((m) => (
                <li key={m.id} class={`member member-${Math.min(depth(m.id), 3)}`}><Mark kind={m.restored_at ? 'good' : 'bad'} /><span>{evidenceWord(m.evidence, lang)}</span>
                    {m.point && <button type="button" class="link" onClick={() => openPoint(m.point)}>{s.points.get(m.point)?.name ?? m.point}</button>}
                    {m.site && <a href={siteHash(m.site)}>{siteName(s, m.site)}</a>}
                    {m.zone && <span>{zoneName(s, m.zone)}</span>}
                    <span class="quiet">{incidentClassWord(m.class, lang)} · {m.restored_at ? `${word('restoredAt', lang)} ${moment(instant(m.restored_at), at)}` : `${word('due', lang)} ${moment(instant(m.due_at), at)}`}</span></li>
            ))}</ul>
        </section>
    );
}

/* Whom it may reach by the data of its zones, beside what people say; what it belongs with. */
function Reach({ i, lang }: { i: IncidentWhole; lang: Lang }) {
    const parts = reachParts(i.reach);
    const said = reachParts(i.impact && { zones: 1, ...i.impact });
    const list = (of: [string, number][]) => of.map(([k, n]) => `${number(n, 0, lang)} ${reachWord(k, lang)}`).join(' · ');
    return (
        <section class="card" aria-labelledby="reach-title">
            <header><h2 id="reach-title">{word('reach', lang)}</h2></header>
            <p class={parts.length ? 'said' : 'nothing'}>{parts.length ? list(parts) : word('reachUnknown', lang)}</p>
            {said.length > 0 && <p class="said"><strong>{word('saidWithout', lang)}</strong>: {list(said)}</p>}
            {!!i.ties?.length && <><header><h2>{word('ties', lang)}</h2></header><ul class="plain-list">{i.ties.map((t) => <li key={`${t.incident} ${t.kind}`}><span class="quiet">{tieWord(t.kind, lang)}</span> <a href={hashOf('incidents', t.incident)}>{numberOf({ id: t.incident })}</a></li>)}</ul></>}
        </section>
    );
}

function One({ id, s, at }: { id: string; s: State; at: number }) {
    const { lang } = s;
    const [i, setI] = useState<IncidentWhole | null>(null);
    const [trouble, setTrouble] = useState<string | null>(null);
    const load = () => api.get<IncidentWhole>(`/api/v1/incidents/${encodeURIComponent(id)}`).then((got) => { setI(got); setTrouble(null); }, (e) => setTrouble(e instanceof api.Refused ? e.message : word('unreachable', lang)));
    useEffect(() => {
        void load();
        const timer = setInterval(load, AGAIN_MS);
        return () => clearInterval(timer);
    }, [id]);
    const [handed, loadHanded] = useHanded(id, isElsewhere({ id }));
    const again = () => { void load(); void loadIncidents(); loadHanded(); };
    if (!i) return <p class="nothing" role="status">{trouble ?? word('loading', lang)}</p>;
    const here = !isElsewhere(i);
    const may = s.who?.role === 'operator' || s.who?.role === 'administrator';
    return (
        <>
            <nav aria-label={word('path', lang)} class="quiet"><a href={hashOf('incidents')}>{word('screen_incidents', lang)}</a> ›</nav>
            {trouble && <p class="problem" role="alert"><Mark kind="bad" />{trouble}</p>}
            <section class="card incident-head" aria-labelledby="incident-title">
                <div><h2 id="incident-title"><span class="incident-number">{numberOf(i)}</span> {classOf(i, lang)}</h2><Marks i={i} lang={lang} /><p>{incidentStateWord(i.state, lang)}{i.controllability !== 'unknown' && ` · ${word(i.controllability === 'controllable' ? 'controllable' : 'beyondControl', lang)}`}{i.impact?.people ? ` · ${number(i.impact.people, 0, lang)} ${word('people', lang)}` : ''}</p></div>
                <Clock i={i} lang={lang} at={at} />
                <p class="incident-out"><ToPrint href={`/api/v1/incidents/${encodeURIComponent(i.id)}/record`}>{word('writtenRecord', lang)}</ToPrint></p>
            </section>
            {!here && <p class="elsewhere" role="status"><Mark kind="wait" />{word('elsewhere', lang)} {nodeOf(i)}.</p>}
            {handed && <Handed steps={handed} node={nodeOf(i)} lang={lang} at={at} />}
            {(may || s.who?.role === 'technician') && !i.closed && <IncidentActs id="steps-title" title={word('tellStep', lang)} acts={STEPS} big i={i} s={s} load={again} />}
            <div class="two"><div><Members i={i} s={s} at={at} /><Timeline i={i} lang={lang} at={at} /></div>
                <div><Duties i={i} may={may} lang={lang} at={at} load={again} /><IncidentActs id="more-title" title={word('moreActs', lang)} acts={moreActs(s.who?.role, i)} i={i} s={s} load={again} /><Reach i={i} lang={lang} /></div></div>
        </>
    );
}

function Board({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    const calling = s.route.query.get('call') !== null;
    const opening = s.route.query.get('open') !== null;
    const may = s.who?.role === 'operator' || s.who?.role === 'administrator';
    const shut = () => { if (calling || opening) go(hashOf('incidents')); };
    return (
        <>
            <p class="board-acts">{may && !calling && !opening && <><button type="button" class="primary" onClick={() => go(callHash)}>{word('takeCall', lang)}</button> <kbd>g</kbd> <button type="button" class="plain" onClick={() => go(openHash)}>{word('openByHand', lang)}</button></>}
                <a class="plain" href={pastHash}>{word('closedIncidents', lang)}</a></p>
            {may && calling && <CallForm key="call" s={s} at={at} done={shut} />}
            {may && opening && <CallForm key="open" found s={s} at={at} done={shut} />}
            <section class="card" aria-label={word('screen_incidents', lang)}>
                {s.incidents === null && <p class="nothing unknown-box" role="status"><Mark kind="wait" />{word('incidentsUnknown', lang)}</p>}
                {s.incidents?.length === 0 && <p class="nothing" role="status">{word('noIncidents', lang)}</p>}
                <ul class="incident-list">{byConsequence(s.incidents ?? []).map((i) => <Row key={i.id} i={i} s={s} at={at} />)}</ul>
            </section>
        </>
    );
}

/** Those with something at that site; nothing when there are none. */
export function SiteIncidents({ s, site, at }: { s: State; site: string; at: number }) {
    const here = (s.incidents ?? []).filter((i) => i.sites.includes(site));
    if (s.incidents === null && s.keepsIncidents) return <p class="card nothing unknown-box" role="status"><Mark kind="wait" />{word('incidentsUnknown', s.lang)}</p>;
    if (!here.length) return null;
    return (
        <section class="card site-incidents" aria-labelledby="site-incidents">
            <header><h2 id="site-incidents">{word('screen_incidents', s.lang)}</h2></header>
            <ul class="incident-list">{byConsequence(here).map((i) => <Row key={i.id} i={i} s={s} at={at} />)}</ul>
        </section>
    );
}

export function Incidents({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    if (s.keepsIncidents === false) return <p class="nothing" role="status">{word('noIncidentsHere', lang)}</p>;
    if (s.route.id) return <One key={s.route.id} id={s.route.id} s={s} at={at} />;
    if (s.route.query.get('past') !== null)
        return <><nav aria-label={word('path', lang)} class="quiet"><a href={hashOf('incidents')}>{word('screen_incidents', lang)}</a> ›</nav><PastIncidents s={s} at={at} /></>;
    return <Board s={s} at={at} />;
}
