/* The water's way through a site as a picture: each step with its sign, the pipe through all of them, live values below. */
import type { ComponentChild } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { number, type Lang, unit } from './format';
import { graver } from './judged';
import { SeverityMark } from './marks';
import { Value } from './points';
import type { Alarm, Point, PointDetail } from './shapes';
import { running, type Stage, type StageKind } from './stages';
import { openPoint } from './state';
import { qualityWord, stageWord, word } from './words';

const VALUES_SHOWN = 4;

/** How full, 0 to 1, or not known. */
function useFill(level: Point | undefined): number | null {
    const [top, setTop] = useState<number | null>(null);
    useEffect(() => {
        if (!level) return;
        const stop = new AbortController();
        api.get<PointDetail>(`/api/v1/points/${encodeURIComponent(level.id)}`, stop.signal).then((d) => setTop(d.plausible?.high ?? null), () => undefined);
        return () => stop.abort();
    }, [level?.id]);
    if (!level || level.quality === 'bad' || level.value === null || !top) return null;
    return Math.min(Math.max(level.value / top, 0), 1);
}

/* A tank: its water where the level is known, hatching where it is measured and not known. */
function Tank({ fill, unknown, doubt, children }: { fill: number | null; unknown: boolean; doubt?: boolean; children?: ComponentChild }) {
    const height = (fill ?? 0.7) * 56;
    return (
        <>
            <path class="vessel" d="M-42 -30v58h84v-58" />
            {unknown ? <rect class="not-known" x="-41" y="-28" width="82" height="55" /> : <rect class={fill === null ? 'water-plain' : doubt ? 'water water-doubt' : 'water'} x="-41" y={27 - height} width="82" height={height} />}
            {children}
        </>
    );
}

function Pump({ turns, x = 0 }: { turns: boolean | null; x?: number }) {
    return (
        <g transform={`translate(${x} 0)`}>
            <circle class={`pump pump-${turns === null ? 'unknown' : turns ? 'runs' : 'stands'}`} r="20" />
            <path class={`pump-ink pump-ink-${turns === null ? 'unknown' : turns ? 'runs' : 'stands'}`} d="M-8 -11 12 0 -8 11z" />
        </g>
    );
}

/* What a tank's sign says: how full, whether that is doubtful, and how high. */
interface Water { fill: number | null; unknown: boolean; doubt: boolean; text: string }

function sign(kind: StageKind, water: Water, turns: boolean | null): ComponentChild {
    const { fill, unknown, doubt } = water;
    switch (kind) {
        case 'source': return <><path class="vessel" d="M-42 6q10.500 -9 21 0t21 0 21 0 21 0M-42 20q10.500 -9 21 0t21 0 21 0 21 0" /><path class="vessel" d="M0 -32v26M-7 -13 0 -6l7-7" /></>;
        case 'intake_screen': return <><path class="vessel" d="M-42 -30v58h84v-58" /><rect class="water-plain" x="-41" y="-8" width="82" height="35" /><path class="vessel" d="M-12 -30v57M-4 -30v57M4 -30v57M12 -30v57" /></>;
        case 'pre_settling':
        case 'sedimentation': return <><path class="water-plain" d="M-40 -14h80v20L14 26h-28L-40 6z" /><path class="vessel" d="M-42 -30v37l27 21h30l27-21v-37" /><path class="bed" d="M-14 26h28l7-6h-42z" /></>;
        case 'mixing': return <Tank fill={fill} unknown={unknown} doubt={doubt}><path class="vessel" d="M0 -40v46M-16 6c6-7 10-7 16 0 6 7 10 7 16 0" /></Tank>;
        case 'flocculation': return <Tank fill={null} unknown={false}>{[-26, 0, 26].map((x) => <path key={x} class="vessel" d={`M${x} -38v40M${x - 7} -4h14v18h-14z`} />)}</Tank>;
        case 'rapid_filtration':
        case 'slow_filtration': return <Tank fill={fill} unknown={unknown} doubt={doubt}><rect class="bed" x="-41" y="4" width="82" height="23" /><path class="grains" d="M-34 10h68M-38 16h76M-34 22h68" /></Tank>;
        case 'aeration': return <><path class="vessel" d="M-30 28v-58h60v58M-30 -16h60M-30 0h60M-30 16h60" /><path class="grains" d="M-20 -26v4M0 -26v4M20 -26v4M-10 -10v4M10 -10v4M-20 6v4M0 6v4M20 6v4" /></>;
        case 'contact': return <Tank fill={null} unknown={false}><path class="vessel" d="M-20 -30v42M0 28v-42M20 -30v42" /></Tank>;
        case 'disinfection': return <><circle class="vessel-fill" cy="-18" r="15" /><text class="sign-text" y="-13" text-anchor="middle">Cl</text><path class="vessel" d="M0 -3v14M-6 5l6 6 6-6" /></>;
        case 'storage': return <Tank fill={fill} unknown={unknown} doubt={doubt}>{fill !== null && <text class="sign-text level-text" y="2" text-anchor="middle">{water.text}</text>}</Tank>;
        case 'pumps': return <><Pump turns={turns} /></>;
        case 'inlet': return <><path class="vessel-fill" d="M-22 -2v32l44-32v32z" transform="translate(0 -2)" /><path class="vessel" d="M0 12v-22M-11 -10h22" /></>;
        case 'delivery': return <><path class="vessel-fill" d="M-40 28v-22l18-14 18 14v22zM-6 28V-2l22-17L38-2v30z" /><path class="vessel" d="M-27 28v-12h9v12M11 28v-14h10v14" /></>;
        default: return <><rect class="vessel-fill" x="-26" y="-24" width="52" height="52" rx="3" /><path class="vessel" d="M4 -16-8 4h14L-4 20" /></>;
    }
}

const LEVELS = /muc nuoc|level/;

function levelOf(stage: Stage): Point | undefined {
    if (!['storage', 'mixing', 'rapid_filtration'].includes(stage.kind)) return undefined;
    const levels = stage.points.filter((p) => p.parameter === 'level' && LEVELS.test(p.name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase()));
    return levels.find((p) => /level/.test(p.id)) ?? levels[0];
}

function Reading({ point, alarmed, lang }: { point: Point; alarmed: boolean; lang: Lang }) {
    return (
        <li>
            <button type="button" class={`reading reading-${point.quality} ${alarmed ? 'in-alarm' : ''}`} data-point={point.id} onClick={() => openPoint(point.id)}
                title={point.quality === 'good' ? undefined : qualityWord(point.quality, lang)}>
                <span class="reading-name">{point.name}</span><Value point={point} lang={lang} />
            </button>
        </li>
    );
}

function Step({ stage, alarms, lang, first, last }: { stage: Stage; alarms: Alarm[]; lang: Lang; first: boolean; last: boolean }) {
    const [all, setAll] = useState(false);
    const level = levelOf(stage);
    const fill = useFill(level);
    const doubt = level?.quality === 'uncertain';
    const water = { fill, unknown: level?.quality === 'bad', doubt, text: level ? `${number(level.value, Math.min(level.decimals, 1), lang)} ${unit(level.unit, lang)}${doubt ? ' ?' : ''}` : '' };
    const turns = running(stage.points);
    const alarmed = new Set(alarms.map((a) => a.point));
    const mine = alarms.filter((a) => stage.points.some((p) => p.id === a.point)).sort(graver);
    const bad = stage.points.filter((p) => p.quality === 'bad').length;
    const attention = (p: Point) => (alarmed.has(p.id) ? 0 : p.quality === 'bad' ? 1 : p.quality === 'uncertain' ? 2 : 3);
    const points = [...stage.points].sort((a, b) => attention(a) - attention(b));
    const shown = all ? points : points.slice(0, VALUES_SHOWN);
    const other = stage.kind === 'other';
    return (
        <li class={`step step-${stage.kind} ${mine.length ? 'step-alarm' : bad ? 'step-unknown' : ''}`} data-step={stage.kind}>
            <h3>{mine[0] && <SeverityMark severity={mine[0].severity} />}{stageWord(stage.kind, lang)}</h3>
            <svg class="step-sign" height="84" aria-hidden="true" focusable="false">
                {!other && <line class="pipe" x1={first ? '50%' : '0'} y1="58" x2={last ? '50%' : '100%'} y2="58" />}
                <svg x="50%" y="46" overflow="visible">{sign(stage.kind, water, turns)}</svg>
                {!other && !last && <svg x="100%" y="58" overflow="visible"><path class="flow" d="M-9 -5 -1 0l-8 5z" /></svg>}
            </svg>
            {!other && <p class={`turns turns-${turns ? 'runs' : 'stands'}`}>{turns !== null && word(turns ? 'runs' : 'stands', lang)}</p>}
            <ul class="readings">{shown.map((p) => <Reading key={p.id} point={p} alarmed={alarmed.has(p.id)} lang={lang} />)}</ul>
            {!stage.points.length && <p class="quiet no-readings">{word('notMeasured', lang)}</p>}
            {points.length > VALUES_SHOWN && <button type="button" class="link more" aria-expanded={all} onClick={() => setAll(!all)}>{all ? word('fewer', lang) : `+${number(points.length - VALUES_SHOWN, 0, lang)} ${word('points', lang)}`}</button>}
        </li>
    );
}

export function ProcessPicture({ stages, alarms, lang }: { stages: Stage[]; alarms: Alarm[]; lang: Lang }) {
    const steps = stages.filter((s) => s.kind !== 'other');
    const other = stages.find((s) => s.kind === 'other' && s.points.length);
    return (
        <section class="card process" aria-labelledby="process-title">
            <header><h2 id="process-title">{word('process', lang)}</h2></header>
            <svg class="patterns" width="0" height="0" aria-hidden="true"><defs>
                <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="7" height="7" /><line class="hatch-line" x1="0" y1="0" x2="0" y2="7" /></pattern>
            </defs></svg>
            <ol class="steps">
                {steps.map((s, i) => <Step key={s.kind} stage={s} alarms={alarms} lang={lang} first={i === 0} last={i === steps.length - 1} />)}
                {other && <Step key="other" stage={other} alarms={alarms} lang={lang} first last />}
            </ol>
        </section>
    );
}
