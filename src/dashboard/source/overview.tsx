/* Three questions, and where to look first. */
import { age, duration, instant, type Lang } from './format';
import { numberOf } from './incident_kit';
import { answer, aside, lateOnes, siteViews, type Answer, type Late, type Verdict } from './judged';
import { ProvinceMap } from './map';
import { Mark, SeverityMark, VerdictMark } from './marks';
import { hashOf } from './route';
import { SiteRow } from './site_row';
import type { Alarm, Incident, Point } from './shapes';
import { incidentsOf, openPoint, type State } from './state';
import { incidentClassWord, word, type Word } from './words';

/* Which points; how many only, where something graver is said above. */
function Why({ text, points, few, lang }: { text: string; points: Point[]; few: boolean; lang: Lang }) {
    if (!points.length) return null;
    if (few) return <li class="why"><span>{text}</span><a href={hashOf('points')}>{points.length} {word('points', lang)}</a></li>;
    const shown = points.slice(0, 2);
    return (
        <li class="why">
            <span>{text}</span>
            {shown.map((p) => <button type="button" class="link" key={p.id} onClick={() => openPoint(p.id)}>{p.name} ({p.site_name})</button>)}
            {points.length > shown.length && <span class="quiet">+{points.length - shown.length} {word('points', lang)}</span>}
        </li>
    );
}

function AlarmLine({ a, place, lang, at }: { a: Alarm; place: string | undefined; lang: Lang; at: number }) {
    return (
        <li class="why">
            <SeverityMark severity={a.severity} quiet={a.state === 'acknowledged'} />
            <a href={hashOf('alarms', a.id)}>{a.name?.[lang] || a.rule}</a>
            <span class="quiet">{place ?? a.point_name} · {age(instant(a.opened_at), at, lang)}{aside(a) && ` · ${word('putAside', lang)}`}</span>
        </li>
    );
}

/* What it is, where, and how long it may still last. */
function IncidentLine({ i, s, at }: { i: Incident; s: State; at: number }) {
    const { lang } = s;
    const places = [...i.zones.map((id) => s.zones.find((z) => z.id === id)?.name ?? id), ...i.sites.map((id) => s.sites?.find((x) => x.id === id)?.name ?? id)];
    const left = (instant(i.due_at) ?? at) - at;
    return (
        <li class="why">
            <Mark kind="bad" />
            <a href={hashOf('incidents', i.id)}>{numberOf(i)} {incidentClassWord(i.class.word, lang) || i.class.vi}</a>
            <span class="quiet">{places[0]}{places.length > 1 && ` +${places.length - 1}`} · {word(i.overdue ? 'overdueBy' : 'timeLeft', lang).toLowerCase()} {duration(Math.abs(left), lang)}</span>
        </li>
    );
}

const LINES = 3;

const SAID: Record<'safe' | 'supplied', Record<Verdict, Word>> = {
    safe: { well: 'safeWell', doubt: 'safeDoubt', unknown: 'safeUnknown', wrong: 'safeWrong' },
    supplied: { well: 'suppliedWell', doubt: 'suppliedDoubt', unknown: 'suppliedUnknown', wrong: 'suppliedWrong' },
};

function Question({ name, found, s, at }: { name: 'safe' | 'supplied'; found: Answer; s: State; at: number }) {
    const { lang } = s;
    const alarms = Math.max(LINES - found.incidents.length, 1);
    const good = found.points - found.unknown.length - found.doubtful.length;
    return (
        <section class={`card question question-${found.verdict}`} aria-labelledby={`question-${name}`}>
            <h2 id={`question-${name}`}>{word(name === 'safe' ? 'isSafe' : 'isSupplied', lang)}</h2>
            <p class="verdict"><VerdictMark verdict={found.verdict} />{word(SAID[name][found.verdict], lang)}</p>
            <ul class="whys">
                {found.incidents.slice(0, LINES - 1).map((i) => <IncidentLine key={i.id} i={i} s={s} at={at} />)}
                {found.incidents.length >= LINES && <li class="why"><a href={hashOf('incidents')}>+{found.incidents.length - LINES + 1} {word('incidentsNow', lang)}</a></li>}
                {found.alarms.slice(0, alarms).map((a) => <AlarmLine key={a.id} a={a} place={s.sites?.find((x) => x.id === a.site)?.name} lang={lang} at={at} />)}
                {found.alarms.length > alarms && <li class="why"><a href={hashOf('alarms')}>+{found.alarms.length - alarms} {word('alarmsNow', lang)}</a></li>}
                <Why text={word('notKnownAt', lang)} points={found.unknown} few={found.verdict === 'wrong'} lang={lang} />
                <Why text={word('doubtfulAt', lang)} points={found.doubtful} few={found.verdict === 'wrong'} lang={lang} />
            </ul>
            <p class="quiet">{found.points ? `${good}/${found.points} ${word('watchedGood', lang)}` : word('nothingWatched', lang)}</p>
        </section>
    );
}

function LateLine({ l, lang }: { l: Late; lang: Lang }) {
    const href = l.kind === 'incident' ? hashOf('incidents', l.id) : l.kind === 'alarm' ? hashOf('alarms', l.id) : l.kind === 'plan' ? null : hashOf('wires');
    return (
        <li class="why">
            <span>{word(`late_${l.kind}` as Word, lang)}</span>
            {href ? <a href={href}>{l.name[lang]}</a> : <strong>{l.name[lang]}</strong>}
            <span class="quiet">{l.by > 0 && `${word(l.kind === 'wire' || l.kind === 'device' ? 'lostFor' : 'lateBy', lang)} ${duration(l.by, lang)}`}</span>
        </li>
    );
}

function LateOnes({ late, known, waiting, lang }: { late: Late[]; known: boolean; waiting: number; lang: Lang }) {
    const verdict: Verdict = late.some((l) => l.kind === 'alarm' || l.kind === 'incident') ? 'wrong' : !known ? 'unknown' : late.length ? 'doubt' : 'well';
    const said: Word = verdict === 'unknown' ? 'lateUnknown' : late.length ? 'lateSome' : 'lateNone';
    return (
        <section class={`card question question-${verdict}`} aria-labelledby="question-late">
            <h2 id="question-late">{word('isLate', lang)}</h2>
            <p class="verdict"><VerdictMark verdict={verdict} />{late.length ? `${late.length} ` : ''}{word(said, lang)}</p>
            <ul class="whys">
                {late.slice(0, 4).map((l) => <LateLine key={l.kind + l.id} l={l} lang={lang} />)}
                {late.length > 4 && <li class="why quiet">+{late.length - 4}</li>}
            </ul>
            <p class="quiet">{known && (waiting ? <a href={hashOf('alarms')}>{waiting} {word('waitToBeSeen', lang)}</a> : word('allSeen', lang))}</p>
        </section>
    );
}

export function Overview({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    const believed = s.link.state === 'live' ? s.alarms : null;
    const views = siteViews(s.points.values(), s.alarms, s.sites);
    const late = lateOnes(s.alarms, s.rules, s.wires, s.systems, at, s.incidents);
    const waiting = (s.alarms ?? []).filter((a) => a.state === 'unacknowledged' || a.state === 'returned').length;
    const known = believed !== null && s.wires !== null && s.systems !== null && s.rules !== null && (s.keepsIncidents === false || s.incidents !== null);
    return (
        <>
            <div class="questions">
                <Question name="safe" found={answer(['health', 'safety'], believed, s.rules, s.points, incidentsOf(s))} s={s} at={at} />
                <Question name="supplied" found={answer(['supply'], believed, s.rules, s.points, incidentsOf(s))} s={s} at={at} />
                <LateOnes late={late} known={known} waiting={waiting} lang={lang} />
            </div>
            <div class="places">
                <section class="card site-list" aria-labelledby="sites-title">
                    <header><h2 id="sites-title">{word('sites', lang)}</h2><span class="quiet">{views.length} {word('worstFirst', lang)}</span></header>
                    {views.length === 0 && <p class="nothing">{word(s.loaded ? 'noSites' : 'loading', lang)}</p>}
                    <ul>{views.map((v) => <SiteRow key={v.id} v={v} lang={lang} />)}</ul>
                </section>
                <ProvinceMap views={views} mains={s.mains} lang={lang} />
            </div>
        </>
    );
}
