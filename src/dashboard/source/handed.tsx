/* Steps for another node's incident: on their way, done there, or refused and why. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import * as api from './api';
import { instant, moment, type Lang } from './format';
import { Mark } from './marks';
import type { HandedStep } from './shapes';
import { actWord, word, type Word } from './words';

const AGAIN_MS = 5_000;
const SOON_MS = 1_000; /* a home node takes what waits each second */

/** null: not known; nothing is asked where there is nothing to hand over. */
export function useHanded(id: string, elsewhere: boolean): [HandedStep[] | null, () => void] {
    const [steps, setSteps] = useState<HandedStep[] | null>(null);
    const timer = useRef(0);
    const turn = useRef(0); /* an answer that was overtaken brings nothing */
    const load = useCallback(() => {
        if (!elsewhere) return;
        const mine = ++turn.current;
        window.clearTimeout(timer.current);
        const next = (ms: number) => { if (mine === turn.current) timer.current = window.setTimeout(load, ms); };
        void api.get<{ items: HandedStep[] }>(`/api/v1/incidents/${encodeURIComponent(id)}/steps`).then(({ items }) => {
            if (mine !== turn.current) return;
            setSteps(items);
            next(items.some((s) => s.state === 'handed_over') ? SOON_MS : AGAIN_MS);
        }, () => next(AGAIN_MS));
    }, [id, elsewhere]);
    useEffect(() => {
        load();
        return () => {
            turn.current++;
            window.clearTimeout(timer.current);
        };
    }, [load]);
    return [steps, load];
}

const MARK: Record<string, 'wait' | 'good' | 'bad'> = { handed_over: 'wait', done: 'good', refused: 'bad' };

export function Handed({ steps, node, lang, at }: { steps: HandedStep[]; node: string; lang: Lang; at: number }) {
    if (!steps.length) return null;
    const newest = [...steps].sort((a, b) => b.told_at.localeCompare(a.told_at));
    return (
        <section class="card handed" aria-labelledby="handed-title">
            <header><h2 id="handed-title">{word('handedSteps', lang)} {node}</h2></header>
            <ul class="plain-list" aria-live="polite">{newest.map((s) => (
                <li key={s.key} class={`handed-${s.state}`} data-handed={s.key}>
                    <Mark kind={MARK[s.state] ?? 'wait'} /><span class="fact-at">{moment(instant(s.claimed_at ?? s.told_at), at)}</span><span>{actWord(s.step, lang)}{s.note && `: ${s.note}`}</span>
                    <strong class="handed-is">{word(s.state in MARK ? (`handed_${s.state}` as Word) : 'handed_unknown', lang)}{s.state === 'refused' && `: ${s.sentence ?? s.reason ?? ''}`}</strong>
                    <span class="quiet">{[s.who, s.settled_at ? moment(instant(s.settled_at), at) : null].filter(Boolean).join(' · ')}</span>
                </li>
            ))}</ul>
        </section>
    );
}
