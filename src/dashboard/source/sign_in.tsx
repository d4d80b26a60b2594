/* Coming in: name and password, and a password of one's own. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Lang } from './format';
import { Mark } from './marks';
import type { Session } from './shapes';
import { changePassword, signIn, wantToChange, type Note } from './state';
import { word } from './words';

function noteText(note: Note, lang: Lang): string {
    if (!note) return '';
    if (typeof note === 'object') return `${word('serverSaid', lang)} ${note.said}`;
    const key = {
        wrong: 'wrong', tokenWrong: 'tokenWrong', missing: 'missing', ended: 'sessionEnded', many: 'tooMany', busy: 'busy',
        unreachable: 'unreachable', notAlike: 'notAlike', oldWrong: 'oldWrong', changed: 'changed',
    } as const;
    return word(key[note], lang);
}

function Problem({ id, note, lang }: { id: string; note: Note; lang: Lang }) {
    const text = noteText(note, lang);
    return <p id={id} class="problem" role="alert">{text && <><Mark kind={note === 'changed' ? 'good' : 'bad'} />{text}</>}</p>;
}

export function SignIn({ lang, note }: { lang: Lang; note: Note }) {
    const [name, setName] = useState('');
    const [password, setPassword] = useState('');
    const [busy, setBusy] = useState(false);
    const field = useRef<HTMLInputElement>(null);
    const submit = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        setBusy(true);
        const inside = await signIn(name, password);
        setBusy(false);
        if (inside) return;
        setPassword('');
        field.current?.focus();
    };
    const invalid = note === 'wrong' || note === 'missing';
    return (
        <main class="sign-in">
            <form class="card" onSubmit={submit}>
                <h1>{word('signIn', lang)}</h1>
                <label for="name">{word('name', lang)}</label>
                <input id="name" type="text" autocomplete="username" autocapitalize="none" spellcheck={false} autofocus value={name}
                    aria-describedby="sign-in-note" aria-invalid={invalid} onInput={(e) => setName(e.currentTarget.value)} />
                <label for="password">{word('password', lang)}</label>
                <input ref={field} id="password" type="password" autocomplete="current-password" value={password}
                    aria-describedby="sign-in-note sign-in-hint" aria-invalid={invalid} onInput={(e) => setPassword(e.currentTarget.value)} />
                <Problem id="sign-in-note" note={note} lang={lang} />
                <p id="sign-in-hint" class="quiet">{word('signInHint', lang)}</p>
                <button type="submit" class="primary" disabled={busy}>{word('signIn', lang)}</button>
            </form>
        </main>
    );
}

interface Asked { lang: Lang; note: Note; who: Session | null }

/** The fields; `leave` when one need not change it. */
function Form({ lang, note, who, leave }: Asked & { leave?: () => void }) {
    const [old, setOld] = useState('');
    const [fresh, setFresh] = useState('');
    const [again, setAgain] = useState('');
    const [busy, setBusy] = useState(false);
    const submit = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        setBusy(true);
        const done = await changePassword(old, fresh, again);
        setBusy(false);
        if (!done) return;
        setOld('');
        setFresh('');
        setAgain('');
    };
    return (
        <form class="card" onSubmit={submit}>
            {leave ? <h2 id="change-title">{word('changePassword', lang)}</h2> : <h1>{word('changePassword', lang)}</h1>}
            <p class="quiet">{word(leave ? 'changeOthers' : 'changeWhy', lang)}</p>
            <input type="text" class="unseen" autocomplete="username" value={who?.name ?? ''} readOnly tabIndex={-1} aria-hidden="true" />
            <label for="old-password">{word('oldPassword', lang)}</label>
            <input id="old-password" type="password" autocomplete="current-password" autofocus value={old} aria-describedby="change-note"
                aria-invalid={note === 'oldWrong'} onInput={(e) => setOld(e.currentTarget.value)} />
            <label for="new-password">{word('newPassword', lang)}</label>
            <input id="new-password" type="password" autocomplete="new-password" value={fresh} aria-describedby="change-rules change-note"
                onInput={(e) => setFresh(e.currentTarget.value)} />
            <p id="change-rules" class="quiet">{word('passwordRules', lang)}</p>
            <label for="new-again">{word('again', lang)}</label>
            <input id="new-again" type="password" autocomplete="new-password" value={again} aria-describedby="change-note"
                aria-invalid={note === 'notAlike'} onInput={(e) => setAgain(e.currentTarget.value)} />
            <Problem id="change-note" note={note} lang={lang} />
            <div class="buttons">
                <button type="submit" class="primary" disabled={busy}>{word('save', lang)}</button>
                {leave && <button type="button" class="plain" onClick={leave}>{word(note === 'changed' ? 'close' : 'cancel', lang)}</button>}
            </div>
        </form>
    );
}

export function ChangePassword(asked: Asked) {
    return <main class="sign-in"><Form {...asked} /></main>;
}

export function ChangePasswordDialog(asked: Asked) {
    const box = useRef<HTMLDialogElement>(null);
    const leave = () => wantToChange(false);
    useEffect(() => {
        const dialog = box.current;
        dialog?.showModal();
        return () => dialog?.close();
    }, []);
    return (
        <dialog ref={box} class="sign-in-dialog" aria-labelledby="change-title" onCancel={(e) => { e.preventDefault(); leave(); }}>
            <div class="sign-in"><Form {...asked} leave={leave} /></div>
        </dialog>
    );
}
