/* The top of the page: whose page, what time, and whether what is below can be trusted. */
import { date, time, type Lang } from './format';
import { Mark } from './marks';
import type { Ready } from './shapes';
import { setLang, signOut, wantToChange, type State } from './state';
import { partStateWord, partWord, word } from './words';

function LinkState({ s }: { s: State }) {
    if (s.auth !== 'in') return <span class="pill"><Mark kind="wait" />{word('signedOut', s.lang)}</span>;
    if (s.link.state === 'live') return <span class="pill pill-live"><span class="beat" aria-hidden="true" />{word('live', s.lang)}</span>;
    if (s.link.state === 'lost') return <span class="pill pill-bad"><Mark kind="bad" />{word('reconnecting', s.lang)} {time(s.link.since)}</span>;
    return <span class="pill"><Mark kind="wait" />{word('connecting', s.lang)}</span>;
}

function Readiness({ ready, lang }: { ready: Ready | null; lang: Lang }) {
    if (!ready) return <div class="ready"><span class="pill"><Mark kind="wait" />{word('readyUnknown', lang)}</span></div>;
    const parts = Array.isArray(ready.parts) ? ready.parts : [];
    const whole = parts.every((p) => p.state === 'ok');
    const kind = !ready.ready ? 'bad' : whole ? 'good' : 'uncertain';
    const text = word(!ready.ready ? 'notReady' : whole ? 'ready' : 'degraded', lang);
    return (
        <details class="ready">
            <summary class={`pill pill-${kind}`}><Mark kind={kind} />{text}</summary>
            <ul class="card parts">
                {parts.map((p) => (
                    <li key={p.name}>
                        <Mark kind={p.state === 'ok' ? 'good' : p.state === 'degraded' ? 'uncertain' : 'bad'} />
                        <span><strong>{partWord(p.name, lang)}: {partStateWord(p.state, lang)}</strong>{p.text && <span class="quiet">{p.text}</span>}</span>
                    </li>
                ))}
            </ul>
        </details>
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

function Who({ s }: { s: State }) {
    if (!s.who) return null;
    const text = `${s.who.name} (${word(`role_${s.who.role}`, s.lang)})`;
    if (!s.who.person || s.auth !== 'in') return <span class="quiet who">{text}</span>;
    return (
        <button type="button" class="plain who" title={word(s.who.grants?.stale ? 'grantsStale' : 'changePassword', s.lang)} onClick={() => wantToChange(true)}>
            <span class="unseen">{word('signedInAs', s.lang)} </span>{text}<span class="unseen">. {word('changePassword', s.lang)}</span>
        </button>
    );
}

export function Header({ s, at }: { s: State; at: number }) {
    return (
        <header class="top">
            <h1><span class="drop" aria-hidden="true" />{word('title', s.lang)} <span class="sub">— {word('subtitle', s.lang)}</span></h1>
            <p class="clock" title={word('timeZone', s.lang)}><span class="hands">{time(at)}</span> <span class="quiet">{date(at)} <span class="zone">+07:00</span></span></p>
            <div class="pills" role="status">
                <LinkState s={s} />
            </div>
            {s.auth === 'in' && <Readiness ready={s.link.state === 'live' ? s.ready : null} lang={s.lang} />}
            <div class="controls">
                <Languages lang={s.lang} />
                {s.who && <Who s={s} />}
                {(s.auth === 'in' || s.auth === 'change') && <button type="button" class="plain" onClick={() => void signOut()}>{word('signOut', s.lang)}</button>}
            </div>
        </header>
    );
}
