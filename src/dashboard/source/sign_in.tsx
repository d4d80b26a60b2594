/* Coming in: name and password, and a password of one's own. */
import { useEffect, useRef } from 'preact/hooks';
import { all, like, needed, password } from './checks';
import { fieldOf, Said, Send, useForm } from './form';
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
    const form = useForm({ id: 'sign-in', lang, checks: { name: needed, password: needed }, labels: { name: word('name', lang), password: word('password', lang) } });
    const field = useRef<HTMLInputElement>(null);
    /* The name stays when it is refused; the password is typed again. */
    const submit = async (e: Event) => {
        const { name = '' } = form.values;
        let inside = false;
        const asked = await form.send(e, async ({ password }) => { inside = await signIn(name, password!); return null; });
        if (!asked || inside) return;
        form.put('name', name);
        field.current?.focus();
    };
    const invalid = (f: string) => form.said(f) !== null || note === 'wrong';
    return (
        <main class="sign-in">
            <form class="card" onSubmit={submit}>
                <h1>{word('signIn', lang)}</h1>
                <label for="name">{word('name', lang)}</label>
                <input {...fieldOf(form, 'name')} id="name" type="text" autocomplete="username" autocapitalize="none" spellcheck={false} autofocus
                    aria-describedby="sign-in-name-said sign-in-note" aria-invalid={invalid('name')} onInput={(e) => form.put('name', e.currentTarget.value)} />
                <Said form={form} name="name" />
                <label for="password">{word('password', lang)}</label>
                <input {...fieldOf(form, 'password')} ref={field} id="password" type="password" autocomplete="current-password"
                    aria-describedby="sign-in-password-said sign-in-note sign-in-hint" aria-invalid={invalid('password')} onInput={(e) => form.put('password', e.currentTarget.value)} />
                <Said form={form} name="password" />
                <Problem id="sign-in-note" note={note} lang={lang} />
                <p id="sign-in-hint" class="quiet">{word('signInHint', lang)}</p>
                <Send form={form} label={word('signIn', lang)} small={false} />
            </form>
        </main>
    );
}

interface Asked { lang: Lang; note: Note; who: Session | null }

/** The fields; `leave` when one need not change it. */
function Form({ lang, note, who, leave }: Asked & { leave?: () => void }) {
    const form = useForm({ id: 'change', lang, checks: { old: needed, fresh: all(needed, password(who?.name ?? '')), again: like('fresh') }, labels: { old: word('oldPassword', lang), fresh: word('newPassword', lang), again: word('again', lang) } });
    const submit = (e: Event) => void form.send(e, async ({ old, fresh, again }) => ((await changePassword(old!, fresh!, again!)) ? null : { field: null, text: '' })); /* the note says why */
    return (
        <form class="card" onSubmit={submit}>
            {leave ? <h2 id="change-title">{word('changePassword', lang)}</h2> : <h1>{word('changePassword', lang)}</h1>}
            <p class="quiet">{word(leave ? 'changeOthers' : 'changeWhy', lang)}</p>
            <input type="text" class="unseen" autocomplete="username" value={who?.name ?? ''} readOnly tabIndex={-1} aria-hidden="true" />
            <label for="old-password">{word('oldPassword', lang)}</label>
            <input {...fieldOf(form, 'old')} id="old-password" type="password" autocomplete="current-password" autofocus aria-describedby="change-old-said change-note"
                aria-invalid={note === 'oldWrong' || form.said('old') !== null} onInput={(e) => form.put('old', e.currentTarget.value)} />
            <Said form={form} name="old" />
            <label for="new-password">{word('newPassword', lang)}</label>
            <input {...fieldOf(form, 'fresh')} id="new-password" type="password" autocomplete="new-password" aria-describedby="change-rules change-fresh-said change-note" onInput={(e) => form.put('fresh', e.currentTarget.value)} />
            <Said form={form} name="fresh" />
            <p id="change-rules" class="quiet">{word('passwordRules', lang)}</p>
            <label for="new-again">{word('again', lang)}</label>
            <input {...fieldOf(form, 'again')} id="new-again" type="password" autocomplete="new-password" aria-describedby="change-again-said change-note" onInput={(e) => form.put('again', e.currentTarget.value)} />
            <Said form={form} name="again" />
            <Problem id="change-note" note={note} lang={lang} />
            <div class="buttons">
                <Send form={form} label={word('save', lang)} small={false}>{leave && <button type="button" class="plain" onClick={leave}>{word(note === 'changed' ? 'close' : 'cancel', lang)}</button>}</Send>
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
