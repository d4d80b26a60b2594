/* The open alarms: what is wrong, what to do first, and whether somebody has seen it. */
import { useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { age, instant, number, time, unit, type Lang } from './format';
import { Mark } from './marks';
import { openPoint } from './state';
import type { Alarm, Session } from './shapes';
import { alarmStateWord, severityWord, word } from './words';

const LOOK_MS = 2_000;
const MINUTE_MS = 60_000;
const SEVERITIES = ['low', 'medium', 'high', 'critical'];

/** Those nobody has seen first, then the gravest, then the newest. */
export function worstFirst(alarms: Alarm[]): Alarm[] {
    const waits = (a: Alarm) => (a.state === 'unacknowledged' || a.state === 'returned' ? 0 : 1);
    return [...alarms].sort((a, b) => waits(a) - waits(b) || SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity)
        || b.changed_at.localeCompare(a.changed_at));
}

/** How long it may be put aside: health and safety an hour, the rest a shift. */
export function shelfMinutes(stake: string): number[] {
    return stake === 'health' || stake === 'safety' ? [15, 60] : [15, 60, 240, 480];
}

/* Done once, however often it is sent. */
const key = () => `page-${Date.now()}-${Math.random().toString(36).slice(2, 10)}`;

function Shelf({ alarm, lang, act, done }: { alarm: Alarm; lang: Lang; act: Act; done: () => void }) {
    const [minutes, setMinutes] = useState(15);
    const [why, setWhy] = useState('');
    const put = async (e: Event) => {
        e.preventDefault();
        if (await act(alarm, 'shelve', { why: why.trim(), until: new Date(Date.now() + minutes * MINUTE_MS - 5_000).toISOString() })) done();
    };
    return (
        <form class="shelf" onSubmit={put}>
            <label>{word('shelveFor', lang)} <select value={minutes} onChange={(e) => setMinutes(Number(e.currentTarget.value))}>
                {shelfMinutes(alarm.stake).map((m) => <option key={m} value={m}>{m < 60 ? `${m} ${word('minutes', lang)}` : `${m / 60} ${word('hours', lang)}`}</option>)}
            </select></label>
            <label>{word('why', lang)} <input required maxLength={80} value={why} onInput={(e) => setWhy(e.currentTarget.value)} /></label>
            <button type="submit" class="plain">{word('shelve', lang)}</button>
            <button type="button" class="plain" onClick={done}>{word('cancel', lang)}</button>
        </form>
    );
}

type Act = (alarm: Alarm, verb: string, body?: object) => Promise<boolean>;

function Buttons({ alarm, lang, act, shelve }: { alarm: Alarm; lang: Lang; act: Act; shelve: () => void }) {
    const below = alarm.below;
    return (
        <div class="alarm-buttons">
            {(below === 'unacknowledged' || below === 'returned') && <button type="button" class="plain" onClick={() => void act(alarm, 'acknowledge')}>{word('acknowledge', lang)}</button>}
            {below === 'latched' && <button type="button" class="plain" onClick={() => void act(alarm, 'reset')}>{word('reset', lang)}</button>}
            {alarm.shelved_until === null
                ? <button type="button" class="plain" onClick={shelve}>{word('shelve', lang)}…</button>
                : <button type="button" class="plain" onClick={() => void act(alarm, 'unshelve')}>{word('unshelve', lang)}</button>}
        </div>
    );
}

function AlarmItem({ alarm, lang, at, act }: { alarm: Alarm; lang: Lang; at: number; act: Act | null }) {
    const [shelving, setShelving] = useState(false);
    const live = alarm.below === 'unacknowledged' || alarm.below === 'acknowledged';
    const say = (text: { vi: string; en: string } | undefined) => (lang === 'en' && text?.en ? text.en : text?.vi ?? '');
    const response = say(alarm.first_response);
    const amount = (v: number | null) => `${number(v, 2, lang)} ${unit(alarm.unit, lang)}`.trim();
    return (
        <li class={`alarm alarm-${alarm.state}`} data-alarm={alarm.id}>
            <div class="alarm-head">
                <span class={`quality quality-${live ? 'bad' : 'uncertain'}`}><Mark kind={live ? 'bad' : 'uncertain'} />{severityWord(alarm.severity, lang)}</span>
                <h3>{say(alarm.name) || alarm.rule}</h3>
                {alarm.point && <button type="button" class="link" onClick={() => openPoint(alarm.point)}>{alarm.point_name}</button>}
                <span class="quiet">{alarmStateWord(alarm.state, lang)}{alarm.shelved_until && ` ${word('until', lang)} ${time(instant(alarm.shelved_until))}`}</span>
            </div>
            <p class="quiet">
                {alarm.value !== null && <>{amount(alarm.value)}{alarm.limit !== null && ` (${word('limit', lang)} ${amount(alarm.limit)})`}, </>}
                {age(instant(alarm.opened_at), at, lang)}{alarm.times > 1 && `, ${alarm.times} ${word('times', lang)}`}
            </p>
            {response && <p><strong>{word('firstResponse', lang)}:</strong> {response}</p>}
            {act && !shelving && <Buttons alarm={alarm} lang={lang} act={act} shelve={() => setShelving(true)} />}
            {act && shelving && <Shelf alarm={alarm} lang={lang} act={act} done={() => setShelving(false)} />}
        </li>
    );
}

export function Alarms({ who, lang, at }: { who: Session | null; lang: Lang; at: number }) {
    const [alarms, setAlarms] = useState<Alarm[] | null>(null);
    const [trouble, setTrouble] = useState<string | null>(null);
    const look = () => api.get<{ items: Alarm[] }>('/api/v1/alarms').then((l) => setAlarms(l.items), () => setAlarms(null));
    useEffect(() => {
        void look();
        const timer = setInterval(() => document.visibilityState === 'visible' && void look(), LOOK_MS);
        return () => clearInterval(timer);
    }, []);
    const act: Act = async (alarm, verb, body = {}) => {
        try {
            await api.post(`/api/v1/alarms/${alarm.id}/${verb}`, { key: key(), ...body });
            setTrouble(null);
        } catch (error) {
            setTrouble(error instanceof api.Refused ? error.detail : word('unreachable', lang));
            return false;
        }
        await look();
        return true;
    };
    const may = who?.role === 'operator' || who?.role === 'administrator';
    return (
        <section class="card alarms" aria-labelledby="alarms-title">
            <header><h2 id="alarms-title">{word('alarms', lang)}{alarms !== null && alarms.length > 0 && ` (${alarms.length})`}</h2></header>
            {trouble && <p class="problem" role="alert"><Mark kind="bad" />{trouble}</p>}
            {alarms === null && <p class="nothing">{word('alarmsUnknown', lang)}</p>}
            {alarms?.length === 0 && <p class="nothing">{word('noAlarms', lang)}</p>}
            {alarms !== null && alarms.length > 0 && (
                <ul class="alarm-list" tabIndex={0} aria-labelledby="alarms-title">
                    {worstFirst(alarms).map((a) => <AlarmItem key={a.id} alarm={a} lang={lang} at={at} act={may ? act : null} />)}
                </ul>
            )}
        </section>
    );
}
