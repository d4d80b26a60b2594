/* The trend of one point: history from the server, continued by the stream. */
import { useEffect, useRef, useState } from 'preact/hooks';
import * as api from './api';
import { Chart } from './chart';
import { instant, number, time, unit, type Lang } from './format';
import { plotOf, sampleStep, stepAt, stepsOf, trimmed, withLive, type Step } from './series';
import type { Point, Series } from './shapes';
import { now, onReading, recall, remember, state } from './state';
import { shownTheme } from './theme';
import { qualityWord, word } from './words';

export const RANGES = [
    { key: '5m', ms: 300_000, vi: '5 phút', en: '5 min' },
    { key: '15m', ms: 900_000, vi: '15 phút', en: '15 min' },
    { key: '1h', ms: 3_600_000, vi: '1 giờ', en: '1 h' },
    { key: '6h', ms: 21_600_000, vi: '6 giờ', en: '6 h' },
    { key: '24h', ms: 86_400_000, vi: '24 giờ', en: '24 h' },
] as const;

type Range = (typeof RANGES)[number];

export function Ranges({ lang, range, onRange }: { lang: Lang; range: Range; onRange(r: Range): void }) {
    return (
        <div class="ranges" role="group" aria-label={word('range', lang)}>
            {RANGES.map((r) => (
                <button type="button" key={r.key} aria-pressed={r.key === range.key} onClick={() => onRange(r)}>{r[lang]}</button>
            ))}
        </div>
    );
}

export function useRange(place: string): [Range, (r: Range) => void] {
    const [range, setRange] = useState<Range>(() => RANGES.find((r) => r.key === recall(`range.${place}`)) ?? RANGES[place === 'top' ? 0 : 1]);
    return [range, (r) => {
        remember(`range.${place}`, r.key);
        setRange(r);
    }];
}

/* Short ranges are asked again every minute; long ones when a bucket or two have filled. */
const againAfter = (range: Range): number => Math.min(Math.max(60_000, range.ms / 200), 300_000);

interface History {
    steps: Step[];
}

/** What is under the pointer, in words; without a pointer, what the line is. */
function Readout({ step, at, point, lang, buckets }: { step: Step | null; at: number | null; point: Point; lang: Lang; buckets: boolean }) {
    if (at === null) return <Legend lang={lang} buckets={buckets} />;
    const text = (v: number | null) => `${number(v, point.decimals, lang)} ${unit(point.unit, lang)}`.trim();
    return (
        <p class="readout">
            <span class="when">{time(at)}</span>
            {step && step.value !== null ? <strong>{text(step.value)}</strong> : <em>{word('noValue', lang)}</em>}
            {step && step.quality === 'uncertain' && <span>{qualityWord('uncertain', lang)}</span>}
            {step && step.width > 0 && step.low !== null && <span>{word('lowHigh', lang)}: {number(step.low, point.decimals, lang)} – {text(step.high)}</span>}
        </p>
    );
}

function Legend({ lang, buckets }: { lang: Lang; buckets: boolean }) {
    return (
        <p class="readout legend" aria-hidden="true">
            <span class="key key-line">{word(buckets ? 'mean' : 'line', lang)}</span>
            {buckets && <span class="key key-band">{word('lowHigh', lang)}</span>}
            <span class="key key-doubt">{word('doubtfulLine', lang)}</span>
        </p>
    );
}


export function Trend({ point, range, lang, compact }: { point: Point; range: Range; lang: Lang; compact: boolean }) {
    const host = useRef<HTMLDivElement>(null);
    const chart = useRef<Chart | null>(null);
    const history = useRef<History>({ steps: [] });
    const [pointer, setPointer] = useState<number | null>(null);
    const [problem, setProblem] = useState<string | null>(null);
    const [empty, setEmpty] = useState(false);
    const [asked, setAsked] = useState(false);
    const theme = shownTheme(state.theme);
    const live = state.link.state === 'live';
    const { id, decimals } = point;

    const draw = () => {
        const to = now();
        const from = to - range.ms;
        const current = state.points.get(id);
        const holds = state.link.state === 'live' && current !== undefined && current.quality !== 'bad';
        const plot = plotOf(history.current.steps, from, holds ? to : null);
        chart.current?.draw(plot, from, to);
        setEmpty(!plot.good.some((v) => v !== null) && !plot.doubtful.some((v) => v !== null));
    };
    const redraw = useRef(draw);
    redraw.current = draw;

    useEffect(() => {
        if (!host.current) return;
        const made = new Chart(host.current, { lang, decimals, compact }, setPointer);
        chart.current = made;
        const sizes = new ResizeObserver(() => made.resize());
        sizes.observe(host.current);
        redraw.current();
        return () => {
            sizes.disconnect();
            made.free();
            chart.current = null;
        };
    }, [id, lang, theme, decimals, compact]);

    useEffect(() => {
        history.current = { steps: [] };
        setAsked(false);
    }, [id, range]);

    useEffect(() => {
        if (!live) return;
        const stop = new AbortController();
        const load = async () => {
            const to = now();
            const buckets = Math.min(Math.max(host.current?.clientWidth ?? 600, 120), 1000);
            const at = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
            try {
                const got = await api.get<Series>(`/api/v1/points/${encodeURIComponent(id)}/series?from=${at(to - range.ms)}&to=${at(to)}&buckets=${buckets}`, stop.signal);
                if (stop.signal.aborted) return;
                const since = history.current.steps.filter((s) => s.width === 0);
                let steps = stepsOf(got);
                const end = instant(got.to) ?? to;
                for (const s of since) if (s.at >= end - 3000) steps = withLive(steps, s, to - range.ms);
                history.current.steps = steps;
                setProblem(null);
            } catch (error) {
                if (stop.signal.aborted) return;
                setProblem(error instanceof api.Refused ? error.message : word('unreachable', lang));
            }
            setAsked(true);
            redraw.current();
        };
        void load();
        const timer = setInterval(load, againAfter(range));
        const back = () => void (document.hidden || load());
        document.addEventListener('visibilitychange', back);
        return () => {
            stop.abort();
            clearInterval(timer);
            document.removeEventListener('visibilitychange', back);
        };
    }, [id, range, live]);

    useEffect(() => {
        const unwatch = onReading((r) => {
            if (r.id !== id || !r.at) return;
            const step = sampleStep({ at: r.at, value: r.value, quality: r.quality, reason: r.reason });
            if (!step) return;
            history.current.steps = withLive(history.current.steps, step, now() - range.ms);
            if (!document.hidden) redraw.current();
        });
        const timer = setInterval(() => {
            history.current.steps = trimmed(history.current.steps, now() - range.ms);
            if (!document.hidden) redraw.current();
        }, Math.max(1000, range.ms / 600));
        return () => {
            unwatch();
            clearInterval(timer);
        };
    }, [id, range]);

    const at = pointer === null ? null : pointer * 1000;
    return (
        <div class="trend" data-kind={compact ? 'compact' : 'full'}>
            <div class="plot" ref={host} role="img" aria-label={`${word('trend', lang)}: ${point.name}, ${range[lang]}`}>
                {empty && <p class="plot-note">{asked ? word('noData', lang) : word('loading', lang)}</p>}
            </div>
            <Readout step={at === null ? null : stepAt(history.current.steps, at)} at={at} point={point} lang={lang}
                buckets={history.current.steps.some((s) => s.width > 0)} />
            {problem && <p class="problem" role="status">{word('historyAway', lang)} {problem} — {word('drawnLive', lang)}</p>}
        </div>
    );
}
