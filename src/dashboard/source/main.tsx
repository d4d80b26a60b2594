/* The screen. */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Alarms } from './alarms';
import * as api from './api';
import { age, instant, number, period, time, unit, type Lang } from './format';
import { Header } from './header';
import { Mark } from './marks';
import { Points, qualityText, Value } from './points';
import type { Point, PointDetail } from './shapes';
import { ChangePassword, ChangePasswordDialog, SignIn } from './sign_in';
import { begin, now, onChange, openPoint, pin, state, type State } from './state';
import { Ranges, Trend, useRange } from './trend';
import { word } from './words';
import { Wires } from './wires';

/* The server's clock told us when things were measured; this browser's told us when the link went. */
function Banner({ s }: { s: State }) {
    if (s.auth !== 'in' || s.link.state !== 'lost') return null;
    return (
        <p class="banner" role="alert">
            <Mark kind="bad" />
            <span><strong>{word('staleBanner', s.lang)} {time(s.link.since)}.</strong> {word('staleExplain', s.lang)}</span>
        </p>
    );
}

function TopTrend({ point, lang }: { point: Point; lang: Lang }) {
    const [range, setRange] = useRange('top');
    return (
        <section class="card top-trend" aria-labelledby="top-trend-title">
            <header>
                <div>
                    <h2 id="top-trend-title">{point.name}</h2>
                    <p class="quiet">{point.site_name}</p>
                </div>
                <Value point={point} lang={lang} />
            </header>
            <div class="trend-tools">
                <Ranges lang={lang} range={range} onRange={setRange} />
                <button type="button" class="plain" onClick={() => openPoint(point.id)}>{word('enlarge', lang)}</button>
            </div>
            <Trend point={point} range={range} lang={lang} compact />
        </section>
    );
}

function Facts({ point, lang, at }: { point: Point; lang: Lang; at: number }) {
    const [detail, setDetail] = useState<PointDetail | null>(null);
    useEffect(() => {
        const stop = new AbortController();
        setDetail(null);
        api.get<PointDetail>(`/api/v1/points/${encodeURIComponent(point.id)}`, stop.signal).then(setDetail, () => undefined);
        return () => stop.abort();
    }, [point.id, point.reason === 'forced']);
    const with_unit = (v: number | null | undefined) => `${number(v, point.decimals, lang)} ${unit(point.unit, lang)}`.trim();
    const low = detail?.plausible?.low ?? null;
    const high = detail?.plausible?.high ?? null;
    const rows: [string, string][] = [
        [word('quality', lang), qualityText(point, lang)],
        [word(point.quality === 'bad' ? 'lastTry' : 'lastRead', lang), `${time(instant(point.at))} (${age(instant(point.at), at, lang)})`],
        [word('every', lang), period(point.every_ms, lang)],
        [word('site', lang), point.site_name],
        [word('wire', lang), point.wire],
        [word('device', lang), point.device],
        [word('code', lang), point.id],
    ];
    if (point.reason === 'forced' && detail?.forced?.until)
        rows.splice(1, 0, [word('forced', lang), `${with_unit(detail.forced.value)}, ${word('setBy', lang)} ${detail.forced.who ?? '—'}, ${word('until', lang)} ${time(instant(detail.forced.until))}`]);
    if (low !== null || high !== null) rows.push([word('plausible', lang), `${number(low, point.decimals, lang)} – ${with_unit(high)}`]);
    if (detail?.deadband) rows.push([word('deadband', lang), `${number(detail.deadband, Math.max(point.decimals, 2), lang)} ${unit(point.unit, lang)}`.trim()]);
    return <dl class="facts wide">{rows.map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>;
}

function PointDialog({ point, lang, at, pinned }: { point: Point; lang: Lang; at: number; pinned: boolean }) {
    const box = useRef<HTMLDialogElement>(null);
    const [range, setRange] = useRange('dialog');
    useEffect(() => {
        const dialog = box.current;
        dialog?.showModal();
        return () => dialog?.close();
    }, []);
    return (
        <dialog ref={box} class="card point-dialog" aria-labelledby="dialog-title" onCancel={(e) => { e.preventDefault(); openPoint(null); }}
            onClick={(e) => e.target === box.current && openPoint(null)}>
            <div class="dialog-body">
                <header>
                    <div>
                        <h2 id="dialog-title">{point.name}</h2>
                        <p class="quiet">{point.site_name}</p>
                    </div>
                    <Value point={point} lang={lang} />
                    <button type="button" class="plain close" onClick={() => openPoint(null)}>{word('close', lang)}</button>
                </header>
                <div class="trend-tools">
                    <Ranges lang={lang} range={range} onRange={setRange} />
                    <button type="button" class="plain" disabled={pinned} onClick={() => pin(point.id)}>{word(pinned ? 'isPinned' : 'pin', lang)}</button>
                </div>
                <Trend key={point.id} point={point} range={range} lang={lang} compact={false} />
                <Facts point={point} lang={lang} at={at} />
            </div>
        </dialog>
    );
}

function firstWorthWatching(points: Point[]): Point | undefined {
    return points.find((p) => p.parameter === 'flow') ?? points.find((p) => /^m3\/|^l\/s/i.test(p.unit)) ?? points[0];
}

function Screen({ s, at }: { s: State; at: number }) {
    const points = [...s.points.values()];
    const top = (s.pinned && s.points.get(s.pinned)) || firstWorthWatching(points);
    const open = s.open ? s.points.get(s.open) : undefined;
    return (
        <main class={s.link.state === 'live' ? 'live' : 'stale'}>
            <Alarms who={s.who} lang={s.lang} at={at} />
            <div class="first">
                {top ? <TopTrend key={top.id} point={top} lang={s.lang} /> : <section class="card top-trend"><p class="nothing">{word(s.loaded ? 'noPoints' : 'loading', s.lang)}</p></section>}
                <Wires wires={s.wires} lang={s.lang} at={at} />
            </div>
            <Points points={points} loaded={s.loaded} lang={s.lang} at={at} />
            {open && <PointDialog key={open.id} point={open} lang={s.lang} at={at} pinned={top?.id === open.id} />}
        </main>
    );
}

function App() {
    const [, draw] = useState(0);
    useEffect(() => {
        const again = () => draw((n) => n + 1);
        const off = onChange(again);
        const timer = setInterval(again, 1000);
        return () => {
            off();
            clearInterval(timer);
        };
    }, []);
    const at = now();
    const s = state;
    useEffect(() => {
        document.documentElement.lang = s.lang;
        document.title = word('pageTitle', s.lang);
    }, [s.lang]);
    return (
        <>
            {s.auth === 'in' && <a class="skip" href="#points" onClick={(e) => { e.preventDefault(); document.querySelector<HTMLElement>('.points button')?.focus(); }}>{word('skip', s.lang)}</a>}
            <Header s={s} at={at} />
            <Banner s={s} />
            {s.auth === 'in' && <Screen s={s} at={at} />}
            {s.auth === 'out' && <SignIn lang={s.lang} note={s.note} />}
            {s.auth === 'change' && <ChangePassword lang={s.lang} note={s.note} who={s.who} />}
            {s.auth === 'in' && s.changing && <ChangePasswordDialog lang={s.lang} note={s.note} who={s.who} />}
            {s.auth === 'asking' && <main><p class="nothing" role="status">{word('loading', s.lang)}</p></main>}
            <footer><a href="/licences.txt">{word('licences', s.lang)}</a></footer>
        </>
    );
}

render(<App />, document.getElementById('page')!);
void begin();
