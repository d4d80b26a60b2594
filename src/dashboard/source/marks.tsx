/* Shapes beside the words, so that nothing is said by colour alone. */
import type { Verdict } from './judged';
import type { Quality } from './shapes';

const SHAPES: Record<string, string> = {
    good: 'M3.5 8.5l3 3 6-7',
    uncertain: 'M5.6 6.2a2.4 2.4 0 1 1 3.6 2.1c-.8.5-1.2.9-1.2 1.7M8 12.2v.1',
    bad: 'M4 4l8 8M12 4l-8 8',
    wait: 'M8 4v4l2.5 1.5',
};

export function Mark({ kind }: { kind: Quality | 'wait' }) {
    return (
        <svg class={`mark mark-${kind}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            {kind !== 'good' && <circle cx="8" cy="8" r="7" />}
            <path d={SHAPES[kind]} />
        </svg>
    );
}

export function stateKind(name: string): Quality | 'wait' {
    if (name === 'up' || name === 'ok') return 'good';
    if (name === 'suspect' || name === 'degraded') return 'uncertain';
    if (name === 'connecting' || name === 'unknown') return 'wait';
    return 'bad';
}

/* Each severity has a shape of its own: they are told apart in grey, too. */
const OUTLINES: Record<string, string> = {
    critical: 'M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2z',
    high: 'M8 1.2 15.2 14.6H.8z',
    medium: 'M8 .8 15.2 8 8 15.2.8 8z',
    low: 'M1.8 1.8h12.4v12.4H1.8z',
};
const DIGITS: Record<string, string> = { critical: '1', high: '2', medium: '3', low: '4' };

export function SeverityMark({ severity, quiet }: { severity: string; quiet?: boolean }) {
    return (
        <svg class={`severity severity-${severity}${quiet ? ' quiet-mark' : ''}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={OUTLINES[severity] ?? OUTLINES.low} />
            <text x="8" y={severity === 'high' ? 13 : 11.6} text-anchor="middle">{DIGITS[severity] ?? '?'}</text>
        </svg>
    );
}

const VERDICTS: Record<Verdict, Quality | 'wait'> = { well: 'good', doubt: 'uncertain', unknown: 'wait', wrong: 'bad' };

export function VerdictMark({ verdict }: { verdict: Verdict }) {
    if (verdict === 'unknown') return (
        <svg class="mark mark-unknown" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <circle cx="8" cy="8" r="7" /><path d={SHAPES.uncertain} />
        </svg>
    );
    return <Mark kind={VERDICTS[verdict]} />;
}

const ICONS: Record<string, string> = {
    overview: 'M3 11 12 4l9 7M5.5 9.5V20h13V9.5M10 20v-6h4v6',
    alarms: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4',
    incidents: 'M12 3v3M12 12.500V9M12 12.500l2.500 1.500M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM9.500 3h5',
    points: 'M4 6h4M4 12h4M4 18h4M11 6h9M11 12h9M11 18h9',
    trends: 'M4 4v16h16M7 15l4-5 3 3 5-7',
    wires: 'M6 4v6a3 3 0 0 0 3 3h6a3 3 0 0 1 3 3v4M3.5 4h5M15.5 20h5',
    places: 'M12 21s-6.500-6-6.500-11a6.500 6.500 0 0 1 13 0c0 5-6.500 11-6.500 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
    reports: 'M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7',
    shift: 'M7 4h10v16H7zM10 4V3h4v1M10 9h4M10 12.500h4M10 16h2.500',
    settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 4.5v5M6 14.5v5',
    bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4',
    mute: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4M3 3l18 18',
    person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-4 4-6 7.5-6s6.700 2 7.500 6',
};

export function Icon({ name }: { name: string }) {
    return <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d={ICONS[name]} /></svg>;
}
