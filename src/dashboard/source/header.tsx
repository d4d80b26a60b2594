/* The frame of every screen: whose page, what time, whether what is below can be trusted, and the way to the others. */
import { useEffect, useRef } from 'preact/hooks';
import { allowSound, mayBeHeard, ringing, SILENCE_MS } from './bell';
import { date, instant, moment, time, type Lang } from './format';
import { waits } from './judged';
import { Icon, Mark } from './marks';
import { hashOf, type ScreenName } from './route';
import type { Ready } from './shapes';
import { set, setLang, setTheme, signOut, wantToChange, type State, type Theme } from './state';
import { told } from './told';
import { partStateWord, partWord, word, type Word } from './words';

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+\+07:00/g; /* within a sentence */

function LinkState({ s }: { s: State }) {
    if (s.auth !== 'in') return <span class="pill"><Mark kind="wait" />{word('signedOut', s.lang)}</span>;
    if (s.link.state === 'live') return <span class="pill pill-live"><span class="beat" aria-hidden="true" />{word('live', s.lang)}</span>;
    if (s.link.state === 'lost') return <span class="pill pill-bad"><Mark kind="bad" />{word('reconnecting', s.lang)} {time(s.link.since)}</span>;
    return <span class="pill"><Mark kind="wait" />{word('connecting', s.lang)}</span>;
}

/* A list that opens; another click, Escape, or leaving it closes it. */
function Opening({ class: name, children }: { class: string; children: preact.ComponentChildren }) {
    const box = useRef<HTMLDetailsElement>(null);
    useEffect(() => {
        const outside = (e: Event) => {
            if (box.current?.open && !box.current.contains(e.target as Node)) box.current.open = false;
        };
        const away = (e: KeyboardEvent) => {
            if (e.key !== 'Escape' || !box.current?.open) return;
            box.current.open = false;
            box.current.querySelector('summary')?.focus();
        };
        document.addEventListener('pointerdown', outside);
        document.addEventListener('keydown', away);
        return () => {
            document.removeEventListener('pointerdown', outside);
            document.removeEventListener('keydown', away);
        };
    }, []);
    return <details class={`opening ${name}`} ref={box}>{children}</details>;
}

function Readiness({ ready, lang, at }: { ready: Ready | null; lang: Lang; at: number }) {
    if (!ready) return <div class="opening ready"><span class="pill pill-wait"><Mark kind="wait" /><span class="pill-text">{word('readyUnknown', lang)}</span></span></div>;
    const parts = Array.isArray(ready.parts) ? ready.parts : [];
    const whole = parts.every((p) => p.state === 'ok');
    const kind = !ready.ready ? 'bad' : whole ? 'good' : 'uncertain';
    const text = word(!ready.ready ? 'notReady' : whole ? 'ready' : 'degraded', lang);
    return (
        <Opening class="ready">
            <summary class={`pill pill-${kind}`}><Mark kind={kind} /><span class="pill-text">{text}</span></summary>
            <ul class="card sheet parts">
                {parts.map((p) => (
                    <li key={p.name}>
                        <Mark kind={p.state === 'ok' ? 'good' : p.state === 'degraded' ? 'uncertain' : 'bad'} />
                        <span><strong>{partWord(p.name, lang)}: {partStateWord(p.state, lang)}</strong>{p.text && <span class="quiet">{told(p.text, lang).replace(INSTANT, (t) => moment(instant(t), at))}</span>}</span>
                    </li>
                ))}
            </ul>
        </Opening>
    );
}

function Languages({ lang }: { lang: Lang }) {
    return (
        <div class="ranges languages" role="group" aria-label={word('language', lang)}>
            <button type="button" lang="vi" aria-label="Tiếng Việt (VI)" aria-pressed={lang === 'vi'} onClick={() => setLang('vi')}>VI</button>
            <button type="button" lang="en" aria-label="English (EN)" aria-pressed={lang === 'en'} onClick={() => setLang('en')}>EN</button>
        </div>
    );
}

const THEMES: [Theme, Word][] = [['auto', 'themeAuto'], ['light', 'themeLight'], ['dark', 'themeDark']];

function Themes({ theme, lang }: { theme: Theme; lang: Lang }) {
    return (
        <div class="ranges" role="group" aria-label={word('theme', lang)}>
            {THEMES.map(([name, text]) => <button type="button" key={name} aria-pressed={theme === name} onClick={() => setTheme(name)}>{word(text, lang)}</button>)}
        </div>
    );
}

/* Silence is for ten minutes and no longer: a page that was silenced for good would be a broken bell. */
export function toggleBell(quietUntil: number): void {
    allowSound();
    set({ quietUntil: Date.now() < quietUntil ? 0 : Date.now() + SILENCE_MS });
}

function Bell({ s, at }: { s: State; at: number }) {
    const silent = Date.now() < s.quietUntil;
    const rings = ringing(s.alarms);
    const blocked = rings !== null && !silent && !mayBeHeard();
    const text = silent ? `${word('silencedUntil', s.lang)} ${time(s.quietUntil + (at - Date.now())).slice(0, 5)}` : word(blocked ? 'soundBlocked' : 'silence', s.lang);
    return (
        <button type="button" class={`plain bell ${rings && !silent ? 'bell-rings' : ''}`} aria-pressed={silent} title={text} onClick={() => (blocked ? (allowSound(), set({})) : toggleBell(s.quietUntil))}>
            <Icon name={silent || blocked ? 'mute' : 'bell'} /><span class={silent || blocked ? 'bell-text' : 'unseen'}>{text}</span>
        </button>
    );
}

function Menu({ s }: { s: State }) {
    const who = s.who ? `${s.who.name} (${word(`role_${s.who.role}`, s.lang)})` : null;
    return (
        <Opening class="menu">
            <summary class="plain who" title={who ?? word('menu', s.lang)}><Icon name="person" /><span class="unseen">{who && word('signedInAs', s.lang)} </span><span class="who-text">{who ?? word('menu', s.lang)}</span></summary>
            <div class="card sheet menu-sheet">
                {s.who?.grants?.stale && <p class="quiet">{word('grantsStale', s.lang)}</p>}
                <div class="menu-row"><span>{word('language', s.lang)}</span><Languages lang={s.lang} /></div>
                <div class="menu-row"><span>{word('theme', s.lang)}</span><Themes theme={s.theme} lang={s.lang} /></div>
                <div class="menu-row wrap">
                    {s.auth === 'in' && <a class="plain" href={hashOf('settings')}>{word('screen_settings', s.lang)}</a>}
                    {s.auth === 'in' && <a class="plain" href={hashOf('places')}>{word('screen_places', s.lang)}</a>}
                    {s.auth === 'in' && <a class="plain" href={hashOf('reports')}>{word('screen_reports', s.lang)}</a>}
                    {s.auth === 'in' && <a class="plain" href={hashOf('wall')}>{word('screen_wall', s.lang)}</a>}
                    {s.auth === 'in' && <button type="button" class="plain" onClick={() => set({ help: true })}>{word('keys', s.lang)}</button>}
                    {s.auth === 'in' && s.who?.person && <button type="button" class="plain" onClick={() => wantToChange(true)}>{word('changePassword', s.lang)}</button>}
                    {(s.auth === 'in' || s.auth === 'change') && <button type="button" class="plain" onClick={() => void signOut()}>{word('signOut', s.lang)}</button>}
                </div>
            </div>
        </Opening>
    );
}

export function Header({ s, at }: { s: State; at: number }) {
    return (
        <header class="top">
            <p class="title"><a href={hashOf('overview')}><span class="drop" aria-hidden="true" /><span>{word('title', s.lang)}</span></a></p>
            <div class="pills" role="status"><LinkState s={s} /></div>
            {s.auth === 'in' && <Readiness ready={s.link.state === 'live' ? s.ready : null} lang={s.lang} at={at} />}
            <p class="clock" title={word('timeZone', s.lang)}><span class="hands">{time(at)}</span> <span class="quiet">{date(at)} <span class="zone">+07:00</span></span></p>
            {s.auth === 'in' && <Bell s={s} at={at} />}
            <Menu s={s} />
        </header>
    );
}

const RAIL: ScreenName[] = ['overview', 'alarms', 'points', 'trends', 'wires', 'settings', 'incidents', 'reports', 'places', 'shift'];

/* The eye finds incidents below alarms; their digit is later, so that the others keep theirs. */
const SHOWN: ScreenName[] = ['overview', 'alarms', 'incidents', 'shift', 'points', 'trends', 'wires', 'places', 'reports', 'settings'];

/** Who operates has a shift; others have no log to look at. */
export const mayOpen = (name: ScreenName, s: State): boolean =>
    name === 'incidents' ? s.keepsIncidents !== false : name !== 'shift' || s.who?.role === 'operator' || s.who?.role === 'administrator';

/** The digit that opens a screen; 0 is the tenth. */
export const KEYS: ReadonlyMap<string, ScreenName> = new Map(RAIL.map((name, i) => [String((i + 1) % 10), name]));

export function Rail({ s }: { s: State }) {
    const waiting = (s.alarms ?? []).filter(waits).length;
    const late = (s.incidents ?? []).filter((i) => i.overdue && !i.drill).length;
    const shown = s.route.screen === 'site' ? 'overview' : s.route.screen;
    return (
        <nav class="rail" aria-label={word('screens', s.lang)}>
            <ul>
                {SHOWN.filter((name) => mayOpen(name, s)).map((name) => (
                    <li key={name} class={`to-${name}`}>
                        <a href={hashOf(name)} aria-current={shown === name ? 'page' : undefined}>
                            <Icon name={name} /><span>{word(`screen_${name}` as Word, s.lang)}</span>
                            {name === 'incidents' && late > 0 && <span class="badge">{late}<span class="unseen"> {word('overdue', s.lang)}</span></span>}
                            {name === 'alarms' && s.alarms === null && <span class="badge badge-unknown" title={word('alarmsUnknown', s.lang)}>?</span>}
                            {name === 'alarms' && waiting > 0 && <span class="badge">{waiting}<span class="unseen"> {word('unseenAlarms', s.lang)}</span></span>}
                        </a>
                    </li>
                ))}
            </ul>
        </nav>
    );
}

export function Help({ s }: { s: State }) {
    const { lang } = s;
    const box = useRef<HTMLDialogElement>(null);
    const leave = () => set({ help: false });
    useEffect(() => {
        const dialog = box.current;
        dialog?.showModal();
        return () => dialog?.close();
    }, []);
    const rows: [string, string][] = [
        [mayOpen('shift', s) ? '1 – 9, 0' : '1 – 9', word('keyScreens', lang)], ['/', word('keySearch', lang)], ['j  k', word('keyNext', lang)], ['a', word('keyAcknowledge', lang)],
        ['t', word('keyTrend', lang)], ['g', word('keyCall', lang)], ['w', word('screen_wall', lang)], ['m', word('keySilence', lang)], ['?', word('keys', lang)], ['Esc', word('keyClose', lang)],
    ];
    return (
        <dialog ref={box} class="card help-dialog" aria-labelledby="help-title" onCancel={(e) => { e.preventDefault(); leave(); }} onClick={(e) => e.target === box.current && leave()}>
            <div class="dialog-body">
                <header><h2 id="help-title">{word('keys', lang)}</h2><button type="button" class="plain close" onClick={leave}>{word('close', lang)}</button></header>
                <dl class="keys">{rows.map(([k, v]) => <div key={k}><dt><kbd>{k}</kbd></dt><dd>{v}</dd></div>)}</dl>
            </div>
        </dialog>
    );
}
