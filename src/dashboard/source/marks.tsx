/* Shapes beside the words, so that nothing is said by colour alone. */
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
