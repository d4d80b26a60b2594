/* What alarms asked of people, against what a person can bear. */
import { useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { number, type Lang } from './format';
import { SEVERITIES } from './judged';
import { SeverityMark } from './marks';
import type { Performance } from './shapes';
import { now, openPoint, state } from './state';
import { severityWord, word, type Word } from './words';

const SPANS: [number, Word][] = [[8, 'shift8'], [24, 'day24'], [168, 'week7']];
const BEARABLE = 1; /* alarms in ten minutes, EEMUA 191 */

function Figure({ label, value, over }: { label: string; value: string; over?: boolean }) {
    return <div class={over ? 'over' : ''}><dt>{label}</dt><dd>{value}</dd></div>;
}

export function AlarmPerformance({ lang }: { lang: Lang }) {
    const [open, setOpen] = useState(false);
    const [hours, setHours] = useState(24);
    const [found, setFound] = useState<Performance | null>(null);
    const [trouble, setTrouble] = useState<string | null>(null);
    useEffect(() => {
        if (!open) return;
        const stop = new AbortController();
        const at = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
        setFound(null);
        api.get<Performance>(`/api/v1/alarms/performance?from=${at(now() - hours * 3_600_000)}&to=${at(now())}`, stop.signal).then((p) => { setFound(p); setTrouble(null); },
            (error) => stop.signal.aborted || setTrouble(error instanceof api.Refused ? error.message : word('unreachable', lang)));
        return () => stop.abort();
    }, [open, hours]);
    const name = (id: string | null) => (id && state.points.get(id)?.name) || id || '—';
    return (
        <details class="card alarms performance" onToggle={(e) => setOpen(e.currentTarget.open)}>
            <summary><h2>{word('performance', lang)}</h2><span class="quiet">{word('performanceWhy', lang)}</span></summary>
            <div class="performance-body">
                <div class="ranges" role="group" aria-label={word('range', lang)}>{SPANS.map(([h, text]) => <button type="button" key={h} aria-pressed={hours === h} onClick={() => setHours(h)}>{word(text, lang)}</button>)}</div>
                {trouble && <p class="problem" role="status">{trouble}</p>}
                {!found && !trouble && <p class="quiet">{word('loading', lang)}</p>}
                {found && <>
                    <dl class="facts wide">
                        <Figure label={word('alarmsAll', lang)} value={number(found.alarms, 0, lang)} />
                        <Figure label={word('mean10', lang)} value={number(found.mean_in_10min, 2, lang)} over={found.mean_in_10min > BEARABLE} />
                        <Figure label={word('most10', lang)} value={number(found.most_in_10min, 0, lang)} over={found.most_in_10min > 10} />
                        <Figure label={word('floods', lang)} value={`${number(found.floods, 0, lang)} (${number(found.flood_share * 100, 1, lang)}%)`} over={found.floods > 0} />
                        <Figure label={word('chattering', lang)} value={number(found.chattering, 0, lang)} over={found.chattering > 0} />
                        <Figure label={word('standing', lang)} value={number(found.stale, 0, lang)} over={found.stale > 0} />
                        {[...SEVERITIES].reverse().map((x) => <div key={x}><dt class="with-mark"><SeverityMark severity={x} quiet />{severityWord(x, lang)}</dt><dd>{number(found.by_severity[x] ?? 0, 0, lang)}</dd></div>)}
                    </dl>
                    {found.worst.length > 0 && <>
                        <h3>{word('worstTen', lang)}</h3>
                        <ol class="plain-list">{found.worst.map((w) => <li key={`${w.point} ${w.rule}`}><span class="count">{number(w.alarms, 0, lang)}</span>{w.point ? <button type="button" class="link" onClick={() => openPoint(w.point)}>{name(w.point)}</button> : '—'}<span class="quiet">{w.rule}</span></li>)}</ol>
                    </>}
                </>}
            </div>
        </details>
    );
}
