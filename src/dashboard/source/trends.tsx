/* Any points together, from an hour to years. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import * as api from './api';
import { limitText, PanelChart, type Limit } from './chart_many';
import { date, folded, moment, number, time, unit, type Lang } from './format';
import { marksOf } from './happened';
import { happeningsOf, MarkStrip, MarkWords, useHappened, type Happened } from './happened_marks';
import { keyPoints, siteViews } from './judged';
import { BACK_MS, joined, letterOf, moved, panelsOf, POINTS_MOST, queryOf, spanOf, SPANS, viewOf, windowOf, zoomed, type Against, type Panel, type View } from './many';
import { Value } from './points';
import { hashOf } from './route';
import { plotOf, sampleStep, stepAt, stepsOf, trimmed, withLive, type Step } from './series';
import type { ManySeries, Point } from './shapes';
import { now, onReading, restate, state, type State } from './state';
import { shownTheme } from './theme';
import { qualityWord, ruleKindWord, word } from './words';

const BUCKETS_TIMES_POINTS = 20_000;
const SETTLE_MS = 150; /* between the last move and the question to the server */
const HUES = ['--s1', '--s2', '--s3', '--s4', '--s5', '--s6'];

const show = (view: View) => restate(hashOf('trends', null, queryOf(view)));

type Kept = Map<string, Step[]>;

interface Loaded {
    now: Kept;
    earlier: Kept;
}

async function ask(points: string[], from: number, to: number, wide: number, signal: AbortSignal): Promise<Kept> {
    const buckets = Math.max(50, Math.min(wide, 1000, Math.floor(BUCKETS_TIMES_POINTS / points.length)));
    const at = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
    const got = await api.get<ManySeries>(`/api/v1/series?points=${points.map(encodeURIComponent).join(',')}&from=${at(from)}&to=${at(to)}&buckets=${buckets}`, signal);
    return new Map(got.series.map((s) => [s.id, stepsOf({ ...s, from: got.from, to: got.to })]));
}

const back = (kept: Kept, ms: number): Kept => new Map([...kept].map(([id, steps]) => [id, steps.map((s) => ({ ...s, at: s.at + ms }))]));

/** What the view asks for, kept fresh: asked when the view rests, continued by the stream while it follows the present. */
function useHistory(view: View, known: string[], wide: () => number): { loaded: { current: Loaded }; trouble: string | null; asked: boolean; version: number } {
    const loaded = useRef<Loaded>({ now: new Map(), earlier: new Map() });
    const [trouble, setTrouble] = useState<string | null>(null);
    const [version, setVersion] = useState(0);
    const [asked, setAsked] = useState(false);
    const live = state.link.state === 'live';
    const { fixed, span, against } = view;
    const key = `${known.join(',')} ${span.key} ${fixed?.from} ${fixed?.to} ${against} ${live}`;
    useEffect(() => {
        if (!known.length || !live) return;
        const stop = new AbortController();
        const load = async () => {
            const { from, to } = windowOf(view, now());
            try {
                const [mine, earlier] = await Promise.all([
                    ask(known, from, to, wide(), stop.signal),
                    against === 'none' ? new Map() : ask(known, from - BACK_MS[against], to - BACK_MS[against], wide(), stop.signal),
                ]);
                if (stop.signal.aborted) return;
                loaded.current = { now: mine, earlier: back(earlier, BACK_MS[against]) };
                setTrouble(null);
            } catch (error) {
                if (stop.signal.aborted) return;
                setTrouble(error instanceof api.Refused ? error.message : word('unreachable', state.lang));
            }
            setAsked(true);
            setVersion((v) => v + 1);
        };
        const first = setTimeout(load, asked ? SETTLE_MS : 0);
        const again = fixed ? 0 : setInterval(() => document.hidden || void load(), Math.min(Math.max(30_000, span.ms / 200), 600_000));
        return () => {
            stop.abort();
            clearTimeout(first);
            clearInterval(again);
        };
    }, [key]);
    useEffect(() => {
        if (fixed) return;
        const off = onReading((r) => {
            const steps = loaded.current.now.get(r.id);
            const step = steps && r.at ? sampleStep({ at: r.at, value: r.value, quality: r.quality, reason: r.reason }) : null;
            if (step) loaded.current.now.set(r.id, withLive(steps!, step, now() - span.ms));
        });
        const timer = setInterval(() => {
            for (const [id, steps] of loaded.current.now) loaded.current.now.set(id, trimmed(steps, now() - span.ms));
            if (!document.hidden) setVersion((v) => v + 1);
        }, Math.max(1000, span.ms / 1200));
        return () => {
            off();
            clearInterval(timer);
        };
    }, [key]);
    return { loaded, trouble, asked, version };
}

function limitsOf(panel: Panel, s: State): Limit[] {
    const ids = new Set(panel.points.map((p) => p.id));
    const seen = new Set<string>();
    return (s.rules ?? []).filter((r) => ids.has(r.point) && r.limit !== null).map((r) => {
        const p = panel.points.find((x) => x.id === r.point)!;
        const places = Math.max(p.decimals, (String(r.limit).split('.')[1] ?? '').length);
        return { value: r.limit!, text: limitText(r.limit!, places, ruleKindWord(r.kind, s.lang), s.lang) };
    }).filter((l) => !seen.has(l.text) && seen.add(l.text));
}

function extremes(steps: Step[], from: number, to: number): [number, number] | null {
    let low = Infinity;
    let high = -Infinity;
    for (const s of steps) {
        if (s.value === null || s.at + s.width < from || s.at > to) continue;
        low = Math.min(low, s.low ?? s.value);
        high = Math.max(high, s.high ?? s.value);
    }
    return low > high ? null : [low, high];
}

interface PanelProps {
    panel: Panel;
    letters: ReadonlyMap<string, number>;
    view: View;
    s: State;
    loaded: Loaded;
    version: number;
    asked: boolean;
    pointer: number | null;
    happened: Happened;
    onPointer(ms: number | null): void;
    onWindow(from: number, to: number): void;
    onRemove(id: string): void;
}

function PanelView({ panel, letters, view, s, loaded, version, asked, pointer, happened, onPointer, onWindow, onRemove }: PanelProps) {
    const host = useRef<HTMLDivElement>(null);
    const chart = useRef<PanelChart | null>(null);
    const handlers = useRef({ onPointer, onWindow });
    handlers.current = { onPointer, onWindow };
    const { lang } = s;
    const theme = shownTheme(s.theme);
    const decimals = Math.max(...panel.points.map((p) => p.decimals));
    const ids = panel.points.map((p) => p.id).join(',');
    const { from, to } = windowOf(view, now());
    const plots = (of: Kept, holds: boolean) => panel.points.map((p) =>
        plotOf(of.get(p.id) ?? [], from, holds && !view.fixed && state.link.state === 'live' && state.points.get(p.id)?.quality !== 'bad' ? to : null));
    const lines = panel.points.map((p) => ({ letter: letterOf(letters.get(p.id)!), hue: HUES[letters.get(p.id)! % HUES.length]! }));
    const happenings = happeningsOf(panel.points, s, happened);
    const marks = marksOf(happenings, from, to);
    const [chosen, setChosen] = useState<number | null>(null);
    const key = lines.map((l) => l.letter).join('');
    const empty = !panel.points.some((p) => (loaded.now.get(p.id) ?? []).some((x) => x.value !== null));

    useEffect(() => {
        const made = new PanelChart(host.current!, { lang, decimals, lines, earlier: view.against !== 'none', sync: 'trends' },
            { pointer: (seconds) => handlers.current.onPointer(seconds === null ? null : seconds * 1000), select: (a, b) => handlers.current.onWindow(a, b) });
        chart.current = made;
        const sizes = new ResizeObserver(() => made.resize());
        sizes.observe(host.current!);
        return () => {
            sizes.disconnect();
            made.free();
            chart.current = null;
        };
    }, [ids, lang, theme, view.against, decimals, key]);

    useEffect(() => {
        const all = joined([...plots(loaded.now, true), ...(view.against === 'none' ? [] : plots(loaded.earlier, false))]);
        const limits = limitsOf(panel, s);
        const alarms = happenings.filter((h) => h.kind === 'alarm').map((h) => ({ at: h.at }));
        chart.current?.draw({ ...all, from, to, span: spanOf(all.columns.flat(), limits.map((l) => l.value), decimals), limits, alarms });
    }, [ids, version, view.fixed?.from, view.fixed?.to, view.span.key, theme, lang, view.against, s.rules, s.alarms, happened, decimals, key]);

    return (
        <section class="card panel" aria-label={`${word('trend', lang)}: ${panel.points.map((p) => p.name).join(', ')}`}>
            <div class="panel-plot" ref={host} onDblClick={() => { const w = zoomed({ from, to }, 2, now()); onWindow(w.from, w.to); }}>
                <MarkStrip marks={marks} chosen={chosen} lang={lang} at={now()} onChoose={setChosen} />
                <span class="panel-unit">{unit(panel.unit, lang)}</span>
                {empty && <p class="plot-note">{word(asked ? 'noData' : 'loading', lang)}</p>}
            </div>
            <MarkWords marks={marks} chosen={chosen} known={happened} lang={lang} at={now()} />
            {pointer !== null && <p class="panel-when">{moment(pointer, now())}</p>}
            <ul class="panel-key">
                {panel.points.map((p, i) => {
                    const steps = loaded.now.get(p.id) ?? [];
                    const step = pointer === null ? null : stepAt(steps, pointer);
                    const ends = extremes(steps, from, to);
                    const text = (v: number | null) => number(v, p.decimals, lang);
                    return (
                        <li key={p.id} data-trend={p.id}>
                            <span class={`letter hue-${letters.get(p.id)! % HUES.length}`}>{lines[i]!.letter}</span>
                            <span class="panel-name">{p.name}<span class="quiet">{p.site_name}</span></span>
                            {pointer === null ? <Value point={p} lang={lang} /> : (
                                <span class={`value ${step?.value == null ? 'value-bad' : step.quality === 'uncertain' ? 'value-uncertain' : ''}`}>
                                    <span class="number">{step?.value == null ? '—' : text(step.value)}</span><span class="unit">{unit(p.unit, lang)}</span>
                                    {step?.quality === 'uncertain' && <span class="quiet">{qualityWord('uncertain', lang)}</span>}
                                </span>
                            )}
                            <span class="quiet ends">{ends ? `${text(ends[0])} – ${text(ends[1])}` : '—'}</span>
                            <button type="button" class="plain drop-point" aria-label={`${word('takeOut', lang)}: ${p.name}`} title={word('takeOut', lang)} onClick={() => onRemove(p.id)}>×</button>
                        </li>
                    );
                })}
            </ul>
        </section>
    );
}

function Picker({ s, chosen, onAdd }: { s: State; chosen: string[]; onAdd(id: string): void }) {
    const [search, setSearch] = useState('');
    const { lang } = s;
    const needle = folded(search.trim());
    const words = needle.split(/\s+/);
    const found = needle ? [...s.points.values()].filter((p) => !chosen.includes(p.id) && words.every((w) => folded(`${p.name} ${p.site_name} ${p.id}`).includes(w))).slice(0, 8) : [];
    const full = chosen.length >= POINTS_MOST;
    const add = (id: string) => {
        onAdd(id);
        setSearch('');
    };
    return (
        <div class="picker">
            <input type="search" value={search} disabled={full} placeholder={full ? word('pointsMost', lang) : word('addPoint', lang)} aria-label={word('addPoint', lang)}
                onInput={(e) => setSearch(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === 'Enter' && found[0]) add(found[0].id); if (e.key === 'Escape') setSearch(''); }} />
            {needle && (
                <ul class="card sheet picks" aria-label={word('found', lang)}>
                    {found.length === 0 && <li class="quiet">{word('noMatch', lang)}</li>}
                    {found.map((p) => <li key={p.id}><button type="button" onClick={() => add(p.id)}><span>{p.name}</span><span class="quiet">{p.site_name} · {unit(p.unit, lang)}</span></button></li>)}
                </ul>
            )}
        </div>
    );
}

function Suggested({ s, onShow }: { s: State; onShow(ids: string[]): void }) {
    const { lang } = s;
    const views = useMemo(() => siteViews(s.points.values(), s.alarms, s.sites).slice(0, 8), [s.loaded, s.sites]);
    return (
        <section class="card suggested">
            <header><h2>{word('chooseTrend', lang)}</h2></header>
            <p class="quiet">{word('chooseTrendHow', lang)}</p>
            <ul>{views.filter((v) => v.points.length).map((v) => (
                <li key={v.id}><button type="button" class="plain" onClick={() => onShow(keyPoints(v.points, new Set(v.alarms.map((a) => a.point ?? '')), 4).map((p) => p.id))}>{v.name}</button></li>
            ))}</ul>
        </section>
    );
}

function Tools({ view, lang, onView }: { view: View; lang: Lang; onView(v: View): void }) {
    const [copied, setCopied] = useState(false);
    const w = windowOf(view, now());
    const put = (fixed: { from: number; to: number } | null) => onView({ ...view, fixed });
    const csv = `/api/v1/series?points=${view.points.map(encodeURIComponent).join(',')}&from=${encodeURIComponent(new Date(w.from).toISOString())}&to=${encodeURIComponent(new Date(w.to).toISOString())}&buckets=${Math.min(1000, Math.floor(BUCKETS_TIMES_POINTS / Math.max(view.points.length, 1)))}&format=csv`;
    const copy = async () => {
        const address = `${location.origin}${location.pathname}${hashOf('trends', null, queryOf({ ...view, fixed: w }))}`;
        const shown = () => restate(hashOf('trends', null, queryOf({ ...view, fixed: w }))); /* for the address bar */
        if (navigator.clipboard) await navigator.clipboard.writeText(address).then(() => setCopied(true), shown);
        else shown(); /* a page that came in plain text has none */
        setTimeout(() => setCopied(false), 3000);
    };
    const days: [Against, 'againstNone' | 'againstDay' | 'againstWeek'][] = [['none', 'againstNone'], ['day', 'againstDay'], ['week', 'againstWeek']];
    return (
        <div class="trend-bar">
            <div class="ranges" role="group" aria-label={word('range', lang)}>
                {SPANS.map((r) => <button type="button" key={r.key} aria-pressed={!view.fixed && r.key === view.span.key} onClick={() => onView({ ...view, span: r, fixed: null })}>{r[lang]}</button>)}
            </div>
            <div class="ranges" role="group" aria-label={word('move', lang)}>
                <button type="button" aria-label={word('earlier', lang)} title={word('earlier', lang)} onClick={() => put(moved(w, -0.5, now()))}>◀</button>
                <button type="button" aria-label={word('zoomOut', lang)} title={word('zoomOut', lang)} onClick={() => put(zoomed(w, 2, now()))}>−</button>
                <button type="button" aria-label={word('zoomIn', lang)} title={word('zoomIn', lang)} onClick={() => put(zoomed(w, 0.5, now()))}>+</button>
                <button type="button" aria-label={word('later', lang)} title={word('later', lang)} onClick={() => put(moved(w, 0.5, now()))}>▶</button>
                <button type="button" aria-pressed={!view.fixed} onClick={() => put(null)}>{word('nowFollow', lang)}</button>
            </div>
            <label class="against">{word('against', lang)} <select value={view.against} onChange={(e) => onView({ ...view, against: e.currentTarget.value as Against })}>
                {days.map(([k, t]) => <option key={k} value={k}>{word(t, lang)}</option>)}
            </select></label>
            <p class="window">{time(w.from).slice(0, 5)}{date(w.from) !== date(w.to) && ` ${date(w.from)}`} – {time(w.to).slice(0, 5)} {date(w.to)}</p>
            <div class="trend-out">
                <button type="button" class="plain" onClick={() => void copy()}>{word(copied ? 'copied' : 'copyLink', lang)}</button>
                <a class="plain" href={csv} download="capnuoc.csv">{word('exportCsv', lang)}</a>
            </div>
        </div>
    );
}

export function Trends({ s }: { s: State }) {
    const { lang } = s;
    const view = viewOf(s.route.query);
    const board = useRef<HTMLDivElement>(null);
    const [pointer, setPointer] = useState<number | null>(null);
    const points = view.points.map((id) => s.points.get(id)).filter((p): p is Point => p !== undefined);
    const strangers = s.loaded ? view.points.filter((id) => !s.points.has(id)) : [];
    const { loaded, trouble, asked, version } = useHistory(view, points.map((p) => p.id), () => (board.current?.clientWidth ?? 800) - 80);
    const happened = useHappened([...new Set(points.map((p) => p.site))], () => windowOf(view, now()), view.fixed !== null, `${view.span.key} ${view.fixed?.from} ${view.fixed?.to}`, s);
    /* A redraw tells where the pointer stands, too: what has not moved must not draw again. */
    const pointed = useRef<number | null>(null);
    const point = (at: number | null) => {
        const wide = windowOf(view, now());
        if (at === pointed.current || (at !== null && pointed.current !== null && Math.abs(at - pointed.current) < (wide.to - wide.from) / 4000)) return;
        pointed.current = at;
        setPointer(at);
    };
    const letters = new Map(points.map((p, i) => [p.id, i]));
    const onKey = (e: KeyboardEvent) => {
        if (e.target instanceof HTMLElement && /^(INPUT|SELECT)$/.test(e.target.tagName)) return;
        const w = windowOf(view, now());
        const to = { ArrowLeft: () => moved(w, -0.25, now()), ArrowRight: () => moved(w, 0.25, now()), '+': () => zoomed(w, 0.5, now()), '-': () => zoomed(w, 2, now()) }[e.key];
        if (!to) return;
        e.preventDefault();
        show({ ...view, fixed: to() });
    };
    return (
        <div class="trends" ref={board} onKeyDown={onKey}>
            <div class="tools">
                <Picker s={s} chosen={view.points} onAdd={(id) => show({ ...view, points: [...view.points, id] })} />
                {points.length > 0 && <button type="button" class="plain" onClick={() => show({ ...view, points: [] })}>{word('takeOutAll', lang)}</button>}
            </div>
            {view.points.length > 0 && <Tools view={view} lang={lang} onView={show} />}
            {strangers.length > 0 && <p class="problem" role="status">{word('unknownPoints', lang)} {strangers.join(', ')}</p>}
            {trouble && <p class="problem" role="status">{word('historyAway', lang)} {trouble} — {word('drawnLive', lang)}</p>}
            {view.points.length === 0 && <Suggested s={s} onShow={(ids) => show({ ...view, points: ids })} />}
            {panelsOf(points).map((panel) => (
                <PanelView key={panel.unit} panel={panel} letters={letters} view={view} s={s} loaded={loaded.current} version={version} asked={asked} pointer={pointer} happened={happened}
                    onPointer={point} onWindow={(from, to) => show({ ...view, fixed: zoomed({ from, to }, 1, now()) })}
                    onRemove={(id) => show({ ...view, points: view.points.filter((p) => p !== id) })} />
            ))}
            {points.length > 0 && <p class="quiet below">{word('trendHow', lang)}</p>}
        </div>
    );
}
