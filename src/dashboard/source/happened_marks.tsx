/* The marks over a trend: a triangle for alarms, a diamond for what was done about an incident, each with its words. */
import { useEffect, useRef, useState } from 'preact/hooks';
import * as api from './api';
import { alarmsOf, factsOf, type Happening, type Mark } from './happened';
import { duration, moment, type Lang } from './format';
import { numberOf } from './incident_kit';
import { SeverityMark } from './marks';
import { hashOf } from './route';
import type { Alarm, Incident, IncidentWhole, Point } from './shapes';
import type { State } from './state';
import { factWord, severityWord, word } from './words';

const PAGE = 200;
const INCIDENTS_MOST = 8;
const SITES_MOST = 6;
const SAID_MOST = 12; /* of one mark */
const DAY = 86_400_000;
const AGAIN_MS = 30_000;

export interface Happened {
    over: Alarm[];
    incidents: IncidentWhole[];
    part: boolean; /* more is there than was read */
    trouble: boolean;
}

export const NOTHING: Happened = { over: [], incidents: [], part: false, trouble: false };

/** History of these sites about a window.  What could not be read is told, not taken for nothing. */
async function read(sites: string[], from: number, to: number, keeps: boolean, open: readonly Incident[], signal: AbortSignal): Promise<Happened> {
    const said: Happened = { ...NOTHING, over: [], incidents: [], part: sites.length > SITES_MOST };
    const at = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
    const briefs = new Map(open.filter((i) => i.sites.some((site) => sites.includes(site))).map((i) => [i.id, i])); /* known without the database */
    const away = (error: unknown) => { if (!signal.aborted) said.trouble = true; return void error; };
    await Promise.all(sites.slice(0, SITES_MOST).flatMap((site) => {
        const of = `site=${encodeURIComponent(site)}`;
        const late = Math.min(to + 2 * DAY, Math.max(Date.now(), to));
        return [
            api.get<{ items: Alarm[]; next?: string | null }>(`/api/v1/alarms?state=closed&${of}&from=${at(from)}&to=${at(late)}&limit=${PAGE}`, signal)
                .then((got) => { said.over.push(...got.items); said.part ||= Boolean(got.next); }, away),
            ...(keeps ? [api.get<{ items: Incident[]; next?: string | null }>(`/api/v1/incidents?${of}&from=${at(from - 7 * DAY)}&to=${at(to)}&limit=50`, signal)
                .then((got) => { got.items.forEach((i) => briefs.set(i.id, i)); said.part ||= Boolean(got.next); }, away)] : []),
        ];
    }));
    const newest = [...briefs.values()].sort((a, b) => b.start_at.localeCompare(a.start_at));
    said.part ||= newest.length > INCIDENTS_MOST;
    await Promise.all(newest.slice(0, INCIDENTS_MOST).map((i) => api.get<IncidentWhole>(`/api/v1/incidents/${encodeURIComponent(i.id)}`, signal).then((whole) => void said.incidents.push(whole), away)));
    return said;
}

/** Asked when the window rests, and again while it follows the present. */
export function useHappened(sites: string[], window: () => { from: number; to: number }, rests: boolean, key: string, s: State): Happened {
    const [known, setKnown] = useState<Happened>(NOTHING);
    const opened = useRef<readonly Incident[]>([]);
    opened.current = s.incidents ?? [];
    const live = s.link.state === 'live';
    useEffect(() => {
        if (!sites.length || !live) return;
        const stop = new AbortController();
        const ask = async () => {
            const { from, to } = window();
            const got = await read(sites, from, to, s.keepsIncidents === true, opened.current, stop.signal);
            if (!stop.signal.aborted) setKnown(got);
        };
        const first = setTimeout(ask, 300);
        const again = rests ? 0 : setInterval(() => document.hidden || void ask(), AGAIN_MS);
        return () => {
            stop.abort();
            clearTimeout(first);
            clearInterval(again);
        };
    }, [key, sites.join(','), live, s.keepsIncidents]);
    return known;
}

export function happeningsOf(points: Point[], s: State, known: Happened): Happening[] {
    return [...alarmsOf(new Set(points.map((p) => p.id)), s.alarms ?? [], known.over), ...factsOf(new Set(points.map((p) => p.site)), known.incidents)];
}

function Said({ h, lang, at }: { h: Happening; lang: Lang; at: number }) {
    const what = h.kind === 'alarm' ? h.name?.[lang] || h.word : factWord(h.word, lang);
    return (
        <li>
            <span class="fact-at">{moment(h.at, at)}</span>
            <span>{h.kind === 'alarm' ? <><SeverityMark severity={h.severity} /> {severityWord(h.severity, lang)}: {h.open ? <a href={hashOf('alarms', h.id)}>{what}</a> : what}</>
                : <a href={hashOf('incidents', h.id)}>{numberOf(h)}: {what}</a>}{h.point && ` · ${h.point}`}{h.note && ` · ${h.note}`}</span>
            {h.kind === 'alarm' && <span class="quiet">{h.until === null ? word('stillOpen', lang) : `${word('lasted', lang)} ${duration(h.until - h.at, lang)}`}</span>}
        </li>
    );
}

const named = (m: Mark, lang: Lang, at: number): string => {
    const h = m.all[0]!;
    const first = `${moment(h.at, at)} ${h.kind === 'alarm' ? h.name?.[lang] || h.word : `${numberOf(h)} ${factWord(h.word, lang)}`}`;
    return `${word(m.kind === 'alarm' ? 'alarms' : 'incidentFacts', lang)}: ${first}${m.all.length > 1 ? `, +${m.all.length - 1}` : ''}`;
};

/** Over the plot; which of them is looked at is told to who shows its words. */
export function MarkStrip({ marks, chosen, lang, at, onChoose }: { marks: Mark[]; chosen: number | null; lang: Lang; at: number; onChoose(n: number | null): void }) {
    return (
        <ul class="pins" aria-label={word('happened', lang)}>
            {marks.map((m, n) => (
                <li key={`${m.kind} ${m.all[0]!.at} ${m.all[0]!.id}`} style={{ left: `${(m.share * 100).toFixed(3)}%` }}>
                    <button type="button" class={`pin pin-${m.kind}`} aria-expanded={chosen === n} title={named(m, lang, at)}
                        onClick={() => onChoose(chosen === n ? null : n)} onMouseEnter={() => onChoose(n)} onFocus={() => onChoose(n)}
                        onKeyDown={(e) => { if (e.key === 'Escape') onChoose(null); }}>
                        <span aria-hidden="true">{m.kind === 'alarm' ? '▼' : '◆'}{m.all.length > 1 && m.all.length}</span><span class="unseen">{named(m, lang, at)}</span>
                    </button>
                </li>
            ))}
        </ul>
    );
}

export function MarkWords({ marks, chosen, known, lang, at }: { marks: Mark[]; chosen: number | null; known: Happened; lang: Lang; at: number }) {
    const mark = chosen === null ? null : marks[chosen];
    const count = (kind: Mark['kind']) => marks.filter((m) => m.kind === kind).reduce((n, m) => n + m.all.length, 0);
    return (
        <div class="pins-said" role="status">
            {mark ? <ul class="plain-list">{mark.all.slice(0, SAID_MOST).map((h, n) => <Said key={n} h={h} lang={lang} at={at} />)}{mark.all.length > SAID_MOST && <li class="quiet">+{mark.all.length - SAID_MOST}</li>}</ul>
                : <p class="quiet">▼ {count('alarm')} {word('alarmsInWindow', lang)} · ◆ {count('fact')} {word('incidentFacts', lang)}{known.part && ` · ${word('happenedPart', lang)}`}{known.trouble && ` · ${word('happenedAway', lang)}`}</p>}
        </div>
    );
}
