/* The page: which screen is shown, and what every screen shares. */
import { render, type ComponentChild } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { Alarms } from './alarms';
import { allowSound, hush, ring } from './bell';
import { time, type Lang } from './format';
import { Header, Help, KEYS, mayOpen, Rail, toggleBell } from './header';
import { Incidents } from './incidents';
import { waits } from './judged';
import { Mark } from './marks';
import { Overview } from './overview';
import { Places } from './places';
import { PointDialog } from './point_dialog';
import { Points } from './points';
import { callHash, hashOf } from './route';
import { Reports } from './reports';
import { Settings } from './settings';
import { ChangePassword, ChangePasswordDialog, SignIn } from './sign_in';
import { ShiftScreen } from './shift';
import { SiteScreen } from './site';
import { begin, go, now, onChange, opened, set, state, type State } from './state';
import { onSystemTheme, wear } from './theme';
import { Trends } from './trends';
import { Wall } from './wall';
import { WiresScreen } from './wires';
import { word, type Word } from './words';

/* The server's clock told us when things were measured; this browser's told us when the link went. */
function Banner({ s }: { s: State }) {
    if (s.auth !== 'in' || s.link.state !== 'lost') return null;
    return (
        <p class="banner" role="alert">
            <Mark kind="bad" />
            <span><strong>{word('staleBanner', s.lang)} {time(s.link.since)}.</strong> {word('staleExplain', s.lang)}</span>
        </p>
    );
}

function screen(s: State, at: number): ComponentChild {
    const { route, lang } = s;
    switch (route.screen) {
        case 'alarms': return <Alarms s={s} at={at} />;
        case 'incidents': return <Incidents key={route.id} s={s} at={at} />;
        case 'site': return <SiteScreen key={route.id} s={s} at={at} />;
        case 'points': return <Points points={[...s.points.values()]} loaded={s.loaded} lang={lang} at={at} />;
        case 'trends': return <Trends s={s} />;
        case 'wires': return <WiresScreen wires={s.wires} lang={lang} at={at} />;
        case 'places': return <Places s={s} at={at} />;
        case 'reports': return <Reports s={s} at={at} />;
        case 'shift': return <ShiftScreen s={s} at={at} />;
        case 'settings': return <Settings s={s} at={at} />;
        case 'wall': return <Wall s={s} at={at} />;
        case 'overview': return <Overview s={s} at={at} />;
    }
}

function Screen({ s, at }: { s: State; at: number }) {
    const open = s.points.get(opened() ?? '');
    return (
        <main id="screen" tabIndex={-1} class={`screen-${s.route.screen} ${s.link.state === 'live' ? 'live' : 'stale'}`}>
            <h1 class={s.route.screen === 'site' || s.route.screen === 'wall' ? 'unseen' : ''}>{word(`screen_${s.route.screen}` as Word, s.lang)}</h1>
            {screen(s, at)}
            {open && <PointDialog key={open.id} point={open} lang={s.lang} at={at} />}
        </main>
    );
}

const typing = (target: EventTarget | null): boolean =>
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

/* What an operator does often has one key; never while something is typed or a dialog stands open. */
function onKey(e: KeyboardEvent): void {
    if (state.auth !== 'in' || e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || document.querySelector('dialog[open]')) return;
    const to = KEYS.get(e.key);
    if (to) { if (mayOpen(to, state)) go(hashOf(to)); }
    else if (e.key === 'g' && state.keepsIncidents && (state.who?.role === 'operator' || state.who?.role === 'administrator')) go(callHash);
    else if (e.key === 'w') go(hashOf(state.route.screen === 'wall' ? 'overview' : 'wall'));
    else if (e.key === '?') set({ help: true });
    else if (e.key === 'm') toggleBell(state.quietUntil);
    else if (e.key === '/') document.querySelector<HTMLElement>('input[type=search]')?.focus();
    else return;
    e.preventDefault();
}

/* Who hears only, or looks at another tab, is told by the title. */
function titleOf(s: State, lang: Lang): string {
    const waiting = s.auth === 'in' ? (s.alarms ?? []).filter(waits).length : 0;
    const name = s.auth === 'in' ? `${word(`screen_${s.route.screen}` as Word, lang)} — ` : '';
    return `${waiting ? `(${waiting}) ` : ''}${name}${word('title', lang)}`;
}

function useEvents(): void {
    const [, draw] = useState(0);
    useEffect(() => {
        const again = () => draw((n) => n + 1);
        const off = onChange(again);
        const timer = setInterval(() => {
            again();
            if (state.auth === 'in') ring(state.alarms, state.quietUntil, Date.now());
            else hush();
        }, 1000);
        const offTheme = onSystemTheme(() => { wear(state.theme); again(); });
        document.addEventListener('keydown', onKey);
        document.addEventListener('pointerdown', allowSound);
        document.addEventListener('keydown', allowSound);
        return () => {
            off();
            offTheme();
            clearInterval(timer);
            document.removeEventListener('keydown', onKey);
            document.removeEventListener('pointerdown', allowSound);
            document.removeEventListener('keydown', allowSound);
        };
    }, []);
}

function App() {
    useEvents();
    const at = now();
    const s = state;
    const title = titleOf(s, s.lang);
    useEffect(() => { document.documentElement.lang = s.lang; }, [s.lang]);
    useEffect(() => { document.title = title; }, [title]);
    useEffect(() => wear(s.theme), [s.theme]);
    useLayoutEffect(() => window.scrollTo(0, 0), [s.route.screen, s.route.id]); /* before a screen goes to what was asked for */
    return (
        <div class={`frame ${s.auth === 'in' ? 'frame-in' : ''} ${s.auth === 'in' && s.route.screen === 'wall' ? 'frame-wall' : ''}`}>
            {s.auth === 'in' && <a class="skip" href="#screen" onClick={(e) => { e.preventDefault(); document.getElementById('screen')?.focus(); }}>{word('skip', s.lang)}</a>}
            {(s.auth !== 'in' || s.route.screen !== 'wall') && <Header s={s} at={at} />}
            {s.auth === 'in' && s.route.screen !== 'wall' && <Rail s={s} />}
            <div class="body">
                {s.route.screen !== 'wall' && <Banner s={s} />}
                {s.auth === 'in' && <Screen s={s} at={at} />}
                {s.auth === 'out' && <SignIn lang={s.lang} note={s.note} />}
                {s.auth === 'change' && <ChangePassword lang={s.lang} note={s.note} who={s.who} />}
                {s.auth === 'asking' && <main><p class="nothing" role="status">{word('loading', s.lang)}</p></main>}
                {s.route.screen !== 'wall' && <footer><a href="/licences.txt">{word('licences', s.lang)}</a></footer>}
            </div>
            {s.auth === 'in' && s.changing && <ChangePasswordDialog lang={s.lang} note={s.note} who={s.who} />}
            {s.auth === 'in' && s.help && <Help s={s} />}
        </div>
    );
}

wear(state.theme);
render(<App />, document.getElementById('page')!);
void begin();
