/* For a screen on the wall: three answers, forty values that are readable at three metres, the gravest alarm. */
import { age, date, instant, time, type Lang } from './format';
import { active, answer, aside, lateOnes, type Verdict } from './judged';
import { SeverityMark, VerdictMark } from './marks';
import { Value } from './points';
import { hashOf } from './route';
import type { Point } from './shapes';
import { incidentsOf, type State } from './state';
import { holdingAlarm, pageAt, wallPages, type WallPlace } from './wall_kit';
import { shortName, word, type Word } from './words';

const SAID: Record<'safe' | 'supplied', Record<Verdict, Word>> = {
    safe: { well: 'safeWell', doubt: 'safeDoubt', unknown: 'safeUnknown', wrong: 'safeWrong' },
    supplied: { well: 'suppliedWell', doubt: 'suppliedDoubt', unknown: 'suppliedUnknown', wrong: 'suppliedWrong' },
};

function Big({ title, verdict, said }: { title: string; verdict: Verdict; said: string }) {
    return <section class={`wall-answer question-${verdict}`}><h2>{title}</h2><p><VerdictMark verdict={verdict} />{said}</p></section>;
}

/* At three metres one word is more than half a name; the name where the word would be said twice. */
const nameOf = (p: Point, all: Point[], lang: Lang): string => (all.filter((x) => x.parameter === p.parameter).length === 1 ? shortName(p, lang) : p.name);

function Place({ w, alarmed, lang }: { w: WallPlace; alarmed: ReadonlySet<string>; lang: Lang }) {
    return (
        <section class="wall-place" data-site={w.site}><h2>{w.name}</h2>
            <ul>{w.points.map((p) => <li key={p.id} class={`row-${p.quality} ${alarmed.has(p.id) ? 'wall-alarm' : ''}`} data-wall={p.id}><span class="wall-name" title={p.name}>{nameOf(p, w.points, lang)}</span><Value point={p} lang={lang} /></li>)}</ul>
        </section>
    );
}

const full = () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.())?.catch?.(() => undefined);

export function Wall({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    const believed = s.link.state === 'live' ? s.alarms : null;
    const safe = answer(['health', 'safety'], believed, s.rules, s.points, incidentsOf(s));
    const supplied = answer(['supply'], believed, s.rules, s.points, incidentsOf(s));
    const late = lateOnes(s.alarms, s.rules, s.wires, s.systems, at, s.incidents);
    const lateKnown = believed !== null && s.wires !== null && s.systems !== null && s.rules !== null && (s.keepsIncidents === false || s.incidents !== null);
    const pages = wallPages(s.points.values(), s.alarms, s.sites);
    const held = holdingAlarm(s.alarms);
    const page = pageAt(pages, held, at, s.alarms !== null);
    const alarmed = new Set((s.alarms ?? []).filter((a) => active(a) && !aside(a)).map((a) => a.point ?? ''));
    const grave = late.some((l) => l.kind === 'alarm' || l.kind === 'incident');
    return (
        <div class="wall">
            <div class="wall-top">
                <Big title={word('isSafe', lang)} verdict={safe.verdict} said={word(SAID.safe[safe.verdict], lang)} />
                <Big title={word('isSupplied', lang)} verdict={supplied.verdict} said={word(SAID.supplied[supplied.verdict], lang)} />
                <Big title={word('isLate', lang)} verdict={grave ? 'wrong' : !lateKnown ? 'unknown' : late.length ? 'doubt' : 'well'} said={!grave && !lateKnown ? word('lateUnknown', lang) : late.length ? `${late.length} ${word('lateSome', lang)}` : word('lateNone', lang)} />
                <p class="wall-clock"><span>{time(at).slice(0, 5)}</span> <span class="quiet">{date(at)}</span></p>
            </div>
            {s.link.state === 'lost' && <p class="wall-held" role="alert">{word('staleBanner', lang)} {time(s.link.since)}</p>}
            {held && <p class="wall-held" role="alert"><SeverityMark severity={held.severity} /><strong>{held.name?.[lang] || held.rule}</strong> {s.sites?.find((x) => x.id === held.site)?.name ?? held.point_name} · {age(instant(held.opened_at), at, lang)}</p>}
            <div class="wall-places">{(pages[page] ?? []).map((w) => <Place key={w.site} w={w} alarmed={alarmed} lang={lang} />)}</div>
            {pages.length === 0 && <p class="nothing" role="status">{word(s.loaded ? 'noSites' : 'loading', lang)}</p>}
            <p class="wall-foot quiet"><span>{pages.length > 1 && `${page + 1}/${pages.length}`}{held && ` · ${word('wallHeld', lang)}`}{s.alarms === null && ` · ${word('alarmsUnknown', lang)}`}</span>
                <button type="button" class="plain" onClick={full}>{word('fullScreen', lang)}</button><a class="plain" href={hashOf('overview')}>{word('leaveWall', lang)}</a></p>
        </div>
    );
}
