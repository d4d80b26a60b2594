/* One site: what happens to the water there, what is wrong, what is measured, and by what it is reached. */
import { useState } from 'preact/hooks';
import { AlarmList } from './alarms';
import { number, type Lang } from './format';
import { mayOpen } from './header';
import { SiteIncidents } from './incidents';
import { keyPoints, siteViews, weight, type SiteView } from './judged';
import { VerdictMark } from './marks';
import { Modes, modesOf } from './modes';
import { PointRows } from './points';
import { SiteNotes } from './notes';
import { ProcessPicture } from './process';
import { hashOf, trendsHash } from './route';
import { siteSaid } from './site_row';
import { arranged } from './stages';
import type { Point } from './shapes';
import { openPoint, type State } from './state';
import { RANGES, Trend } from './trend';
import { WireList } from './wires';
import { siteKindWord, word } from './words';

const POINTS_FIRST = 16;
const RANGE = RANGES.find((r) => r.key === '6h')!;

function Head({ v, s, lang }: { v: SiteView; s: State; lang: Lang }) {
    const system = s.systems?.find((y) => y.id === v.info?.system);
    const alarmed = new Set(v.alarms.map((a) => a.point ?? ''));
    const at = [siteKindWord(v.info?.kind ?? '', lang), v.info?.area_name, v.info?.system_name,
        system?.people != null && `${number(system.people, 0, lang)} ${word('people', lang)}`,
        v.info?.elevation_m != null && `${word('elevation', lang)} ${number(v.info.elevation_m, 0, lang)} m`].filter(Boolean);
    return (
        <div class="site-head">
            <nav aria-label={word('path', lang)} class="quiet"><a href={hashOf('overview')}>{word('screen_overview', lang)}</a> ›</nav>
            <h2 class="site-title">{v.name}</h2>
            <p class="quiet">{at.join(' · ')}</p>
            <p class={`site-said site-said-${v.state}`}><VerdictMark verdict={v.state === 'alarm' ? 'wrong' : v.state === 'unknown' ? 'unknown' : v.state === 'doubt' ? 'doubt' : 'well'} />{siteSaid(v, lang)}</p>
            <p class="site-links">
                <a class="plain" href={trendsHash(keyPoints(v.points, alarmed, 4).map((p) => p.id), '24h')}>{word('inTrends', lang)}</a>
            </p>
        </div>
    );
}

function Small({ point, lang }: { point: Point; lang: Lang }) {
    return (
        <section class="card small-trend" aria-label={`${word('trend', lang)}: ${point.name}`}>
            <header><button type="button" class="link" onClick={() => openPoint(point.id)}>{point.name}</button><span class="quiet">{RANGE[lang]}</span></header>
            <Trend point={point} range={RANGE} lang={lang} compact />
        </section>
    );
}

/* What is wrong before what is not known before what is doubtful; of the rest what says most. */
const attention = (p: Point, alarmed: ReadonlySet<string>): number => (alarmed.has(p.id) ? 0 : p.quality === 'bad' ? 1 : p.quality === 'uncertain' ? 2 : 3);

export function SiteScreen({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    const [all, setAll] = useState(false);
    const v = siteViews(s.points.values(), s.alarms, s.sites).find((x) => x.id === s.route.id);
    if (!v) return <p class="nothing">{word(s.loaded && s.sites ? 'noSuchSite' : 'loading', lang)} <a href={hashOf('overview')}>{word('screen_overview', lang)}</a></p>;
    const open = s.alarms?.filter((a) => a.site === v.id) ?? null;
    const wires = s.wires?.filter((w) => v.points.some((p) => p.wire === w.id)) ?? null;
    const devices = new Set(v.points.map((p) => p.device));
    const alarmed = new Set(v.alarms.map((a) => a.point ?? ''));
    const first = [...v.points].sort((a, b) => attention(a, alarmed) - attention(b, alarmed) || weight(a) - weight(b)).slice(0, POINTS_FIRST);
    return (
        <>
            <Head v={v} s={s} lang={lang} />
            <Modes s={s} site={v.id} modes={modesOf(s.modes, v.id, devices, new Set(v.points.map((p) => p.id)))} at={at} />
            <SiteIncidents s={s} site={v.id} at={at} />
            {(open === null || open.length > 0) && <AlarmList s={s} alarms={open} at={at} title={word('alarms', lang)} />}
            <ProcessPicture stages={arranged(v.info, v.points)} alarms={v.alarms} lang={lang} />
            <div class="small-trends">{keyPoints(v.points, alarmed, 3).map((p) => <Small key={p.id} point={p} lang={lang} />)}</div>
            <div class="site-below">
                <div><section class="card" aria-labelledby="site-points"><header><h2 id="site-points">{word('screen_points', lang)}</h2><span class="quiet">{v.points.length}</span></header>
                    <PointRows points={all ? v.points : first} lang={lang} at={at} />
                    {v.points.length > first.length && <button type="button" class="link more" aria-expanded={all} onClick={() => setAll(!all)}>{all ? word('fewer', lang) : `+${v.points.length - first.length} ${word('points', lang)}`}</button>}
                </section>
                {mayOpen('shift', s) && <SiteNotes key={v.id} s={s} site={v.id} at={at} />}</div>
                <WireList wires={wires} only={devices} lang={lang} at={at} />
            </div>
        </>
    );
}
