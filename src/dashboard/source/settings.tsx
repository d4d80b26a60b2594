/* What is set and by whom: sessions of one's own and the versions of the configuration for everybody; accounts and
 * access tokens for administrators. */
import { useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { age, instant, moment, type Lang } from './format';
import { Mark } from './marks';
import type { Account, ConfigVersion, Role, SessionInfo, Token } from './shapes';
import type { State } from './state';
import { word } from './words';

const PEOPLE: Role[] = ['viewer', 'operator', 'laboratory', 'technician', 'authority', 'administrator'];
const PROGRAMS: Role[] = ['agency', ...PEOPLE];

interface Trouble {
    field: string | null;
    text: string;
}

/* Without an answer nobody knows whether it was done: the list is asked again before anything is sent again. */
function troubleOf(error: unknown, lang: Lang): Trouble {
    if (error instanceof api.Refused) return { field: error.field, text: error.detail || `HTTP ${error.status}` };
    return { field: null, text: word('perhapsDone', lang) };
}

function useList<T>(path: string, member: string): { items: T[] | null; trouble: string | null; load(): Promise<void> } {
    const [items, setItems] = useState<T[] | null>(null);
    const [trouble, setTrouble] = useState<string | null>(null);
    const load = async () => {
        try {
            setItems((await api.get<Record<string, T[]>>(path))[member] ?? []);
            setTrouble(null);
        } catch (error) {
            setTrouble(error instanceof api.Refused ? error.message : 'unreachable');
        }
    };
    useEffect(() => void load(), [path]);
    return { items, trouble, load };
}

function Field({ name, label, hint, trouble, children }: { name: string; label: string; hint?: string; trouble: Trouble | null; children: preact.ComponentChildren }) {
    return (
        <span class="field">
            <label for={`f-${name}`}>{label}</label>
            {children}
            {hint && <span class="quiet">{hint}</span>}
            <span class="field-said" role="alert">{trouble?.field === name && trouble.text}</span>
        </span>
    );
}

function Rest({ trouble, fields }: { trouble: Trouble | null; fields: string[] }) {
    if (!trouble || fields.includes(trouble.field ?? '')) return null;
    return <p class="problem" role="alert"><Mark kind="bad" />{trouble.text}</p>;
}

/* Shown once, and only here: nothing keeps it. */
function Once({ text, what, lang, done }: { text: string; what: string; lang: Lang; done(): void }) {
    return (
        <div class="once" role="status">
            <p><strong>{what}</strong> {word('shownOnce', lang)}</p>
            <p><code>{text}</code> <button type="button" class="plain" onClick={() => void navigator.clipboard?.writeText(text)}>{word('copy', lang)}</button> <button type="button" class="plain" onClick={done}>{word('noted', lang)}</button></p>
        </div>
    );
}

function Sure({ text, lang, yes }: { text: string; lang: Lang; yes(): Promise<void> }) {
    const [asking, setAsking] = useState(false);
    const [busy, setBusy] = useState(false);
    if (!asking) return <button type="button" class="plain" onClick={() => setAsking(true)}>{text}…</button>;
    const go = async () => {
        setBusy(true);
        await yes();
        setBusy(false);
        setAsking(false);
    };
    return (
        <span class="sure"><button type="button" class="primary small" disabled={busy} onClick={() => void go()}>{text}</button>
            <button type="button" class="plain" onClick={() => setAsking(false)}>{word('cancel', lang)}</button></span>
    );
}

const NAME = /^[a-z][a-z0-9._-]{1,39}$/;

function NewAccount({ lang, made }: { lang: Lang; made(name: string, password: string | null): void }) {
    const [name, setName] = useState('');
    const [full, setFull] = useState('');
    const [role, setRole] = useState<Role>('operator');
    const [leads, setLeads] = useState(false);
    const [busy, setBusy] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const wrongName = name !== '' && !NAME.test(name) ? { field: 'name', text: word('nameRules', lang) } : null;
    const shown = wrongName ?? trouble;
    const submit = async (e: Event) => {
        e.preventDefault();
        if (busy || wrongName) return;
        if (!name) return setTrouble({ field: 'name', text: word('needed', lang) });
        if (!full.trim()) return setTrouble({ field: 'full_name', text: word('needed', lang) });
        setBusy(true);
        try {
            const done = await api.post<{ password: string | null }>('/api/v1/accounts', { name, full_name: full.trim(), role, language: 'vi', leads });
            made(name, done?.password ?? null);
            setName('');
            setFull('');
            setTrouble(null);
        } catch (error) {
            setTrouble(troubleOf(error, lang));
        }
        setBusy(false);
    };
    return (
        <form class="new" onSubmit={submit} noValidate>
            <Field name="name" label={word('name', lang)} trouble={shown}><input id="f-name" autocomplete="off" autocapitalize="none" spellcheck={false} value={name} aria-invalid={shown?.field === 'name'} onInput={(e) => { setName(e.currentTarget.value.trim()); setTrouble(null); }} /></Field>
            <Field name="full_name" label={word('fullName', lang)} trouble={shown}><input id="f-full_name" autocomplete="off" maxLength={128} value={full} aria-invalid={shown?.field === 'full_name'} onInput={(e) => { setFull(e.currentTarget.value); setTrouble(null); }} /></Field>
            <Field name="role" label={word('role', lang)} trouble={shown}><select id="f-role" value={role} onChange={(e) => setRole(e.currentTarget.value as Role)}>{PEOPLE.map((r) => <option key={r} value={r}>{word(`role_${r}`, lang)}</option>)}</select></Field>
            <label class="check"><input type="checkbox" checked={leads} onChange={(e) => setLeads(e.currentTarget.checked)} /> {word('leads', lang)}</label>
            <button type="submit" class="primary small" disabled={busy}>{word('addAccount', lang)}</button>
            <Rest trouble={shown} fields={['name', 'full_name', 'role']} />
        </form>
    );
}

function Accounts({ own, lang, at }: { own: string; lang: Lang; at: number }) {
    const { items, trouble, load } = useList<Account>('/api/v1/accounts', 'accounts');
    const [once, setOnce] = useState<{ name: string; password: string } | null>(null);
    const [refused, setRefused] = useState<string | null>(null);
    const act = async (what: () => Promise<unknown>) => {
        try {
            await what();
            setRefused(null);
        } catch (error) {
            setRefused(troubleOf(error, lang).text);
        }
        await load();
    };
    const path = (a: Account) => `/api/v1/accounts/${encodeURIComponent(a.name)}`;
    const reset = (a: Account) => act(async () => {
        const done = await api.post<{ password: string | null }>(`${path(a)}/reset`, {});
        if (done?.password) setOnce({ name: a.name, password: done.password });
    });
    return (
        <section class="card" aria-labelledby="accounts-title">
            <header><h2 id="accounts-title">{word('accounts', lang)}</h2></header>
            {once && <Once text={once.password} what={`${word('oncePassword', lang)} ${once.name}.`} lang={lang} done={() => setOnce(null)} />}
            {(trouble ?? refused) && <p class="problem" role="alert"><Mark kind="bad" />{trouble === 'unreachable' ? word('unreachable', lang) : trouble ?? refused}</p>}
            <div class="table-box" tabIndex={0} role="group" aria-labelledby="accounts-title">
                <table>
                    <thead><tr><th scope="col">{word('name', lang)}</th><th scope="col">{word('fullName', lang)}</th><th scope="col">{word('role', lang)}</th><th scope="col">{word('status', lang)}</th><th scope="col">{word('changedAt', lang)}</th><th scope="col"><span class="unseen">{word('acts', lang)}</span></th></tr></thead>
                    <tbody>{(items ?? []).map((a) => (
                        <tr key={a.name} data-account={a.name} class={a.disabled ? 'off' : ''}>
                            <th scope="row">{a.name}</th>
                            <td>{a.full_name}</td>
                            <td><select aria-label={`${word('role', lang)}: ${a.name}`} value={a.role} onChange={(e) => { const role = e.currentTarget.value; e.currentTarget.value = a.role; void act(() => api.post(path(a), { role })); }}>{PEOPLE.map((r) => <option key={r} value={r}>{word(`role_${r}`, lang)}</option>)}</select>
                                <label class="check"><input type="checkbox" checked={a.leads} onChange={() => void act(() => api.post(path(a), { leads: !a.leads }))} /> {word('leads', lang)}</label></td>
                            <td>{word(a.disabled ? 'disabled' : a.must_change ? 'mustChange' : 'enabled', lang)}</td>
                            <td class="quiet">{moment(instant(a.changed), at)}{a.changed_by && ` · ${a.changed_by}`}</td>
                            <td class="acts">
                                {a.name !== own && <button type="button" class="plain" onClick={() => void act(() => api.post(path(a), { disabled: !a.disabled }))}>{word(a.disabled ? 'enable' : 'disable', lang)}</button>}
                                <Sure text={word('resetPassword', lang)} lang={lang} yes={() => reset(a)} />
                            </td>
                        </tr>
                    ))}</tbody>
                </table>
            </div>
            {items === null && !trouble && <p class="nothing">{word('loading', lang)}</p>}
            <NewAccount lang={lang} made={(name, password) => { if (password) setOnce({ name, password }); void load(); }} />
        </section>
    );
}

function NewToken({ lang, made }: { lang: Lang; made(id: string, secret: string): void }) {
    const [purpose, setPurpose] = useState('');
    const [role, setRole] = useState<Role>('viewer');
    const [addresses, setAddresses] = useState('');
    const [until, setUntil] = useState('');
    const [busy, setBusy] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const submit = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        if (!purpose.trim()) return setTrouble({ field: 'purpose', text: word('needed', lang) });
        setBusy(true);
        try {
            const done = await api.post<{ token: Token; secret: string }>('/api/v1/tokens', { purpose: purpose.trim(), role,
                ...(addresses.trim() ? { addresses: addresses.trim() } : {}), ...(until ? { expires: `${until}T23:59:59+07:00` } : {}) });
            if (done) made(done.token.id, done.secret);
            setPurpose('');
            setTrouble(null);
        } catch (error) {
            setTrouble(troubleOf(error, lang));
        }
        setBusy(false);
    };
    return (
        <form class="new" onSubmit={submit} noValidate>
            <Field name="purpose" label={word('purpose', lang)} trouble={trouble}><input id="f-purpose" maxLength={128} autocomplete="off" value={purpose} aria-invalid={trouble?.field === 'purpose'} onInput={(e) => { setPurpose(e.currentTarget.value); setTrouble(null); }} /></Field>
            <Field name="token-role" label={word('role', lang)} trouble={trouble}><select id="f-token-role" value={role} onChange={(e) => setRole(e.currentTarget.value as Role)}>{PROGRAMS.map((r) => <option key={r} value={r}>{word(`role_${r}`, lang)}</option>)}</select></Field>
            <Field name="addresses" label={word('addresses', lang)} hint={word('addressesHint', lang)} trouble={trouble}><input id="f-addresses" maxLength={255} autocomplete="off" spellcheck={false} value={addresses} aria-invalid={trouble?.field === 'addresses'} onInput={(e) => { setAddresses(e.currentTarget.value); setTrouble(null); }} /></Field>
            <Field name="expires" label={word('expires', lang)} hint={word('expiresHint', lang)} trouble={trouble}><input id="f-expires" type="date" value={until} aria-invalid={trouble?.field === 'expires'} onInput={(e) => { setUntil(e.currentTarget.value); setTrouble(null); }} /></Field>
            <button type="submit" class="primary small" disabled={busy}>{word('addToken', lang)}</button>
            <Rest trouble={trouble} fields={['purpose', 'addresses', 'expires']} />
        </form>
    );
}

function Tokens({ lang, at }: { lang: Lang; at: number }) {
    const { items, trouble, load } = useList<Token>('/api/v1/tokens', 'tokens');
    const [once, setOnce] = useState<{ id: string; secret: string } | null>(null);
    const [refused, setRefused] = useState<string | null>(null);
    const revoke = async (t: Token) => {
        try {
            await api.remove(`/api/v1/tokens/${encodeURIComponent(t.id)}`);
            setRefused(null);
        } catch (error) {
            setRefused(troubleOf(error, lang).text);
        }
        await load();
    };
    return (
        <section class="card" aria-labelledby="tokens-title">
            <header><h2 id="tokens-title">{word('tokens', lang)}</h2><span class="quiet">{word('tokensWhy', lang)}</span></header>
            {once && <Once text={once.secret} what={`${word('onceSecret', lang)} ${once.id}.`} lang={lang} done={() => setOnce(null)} />}
            {(trouble ?? refused) && <p class="problem" role="alert"><Mark kind="bad" />{trouble === 'unreachable' ? word('unreachable', lang) : trouble ?? refused}</p>}
            {items?.length === 0 && <p class="nothing">{word('noTokens', lang)}</p>}
            {items && items.length > 0 && <div class="table-box" tabIndex={0} role="group" aria-labelledby="tokens-title">
                <table>
                    <thead><tr><th scope="col">{word('id', lang)}</th><th scope="col">{word('purpose', lang)}</th><th scope="col">{word('role', lang)}</th><th scope="col">{word('addresses', lang)}</th><th scope="col">{word('usedAt', lang)}</th><th scope="col">{word('expires', lang)}</th><th scope="col"><span class="unseen">{word('acts', lang)}</span></th></tr></thead>
                    <tbody>{items.map((t) => (
                        <tr key={t.id} data-token={t.id} class={t.revoked ? 'off' : ''}>
                            <th scope="row"><code>{t.id}</code></th><td>{t.purpose}</td><td>{word(`role_${t.role}`, lang)}</td><td>{t.addresses ?? word('anywhere', lang)}</td>
                            <td class="quiet">{t.used ? age(instant(t.used), at, lang) : word('never', lang)}</td><td class="quiet">{t.expires ? moment(instant(t.expires), at) : word('noEnd', lang)}</td>
                            <td class="acts">{t.revoked ? word('revoked', lang) : <Sure text={word('revoke', lang)} lang={lang} yes={() => revoke(t)} />}</td>
                        </tr>
                    ))}</tbody>
                </table>
            </div>}
            <NewToken lang={lang} made={(id, secret) => { setOnce({ id, secret }); void load(); }} />
        </section>
    );
}

function Sessions({ lang, at }: { lang: Lang; at: number }) {
    const { items, load } = useList<SessionInfo>('/api/v1/sessions', 'sessions');
    const end = async (x: SessionInfo) => {
        await api.remove(`/api/v1/sessions/${encodeURIComponent(x.id)}`).catch(() => undefined);
        await load();
    };
    return (
        <section class="card" aria-labelledby="sessions-title">
            <header><h2 id="sessions-title">{word('mySessions', lang)}</h2></header>
            <ul class="plain-list">{(items ?? []).map((x) => (
                <li key={x.id}><span>{x.from ?? '—'}</span><span class="quiet">{word('since', lang)} {moment(instant(x.made), at)} · {word('usedAt', lang).toLowerCase()} {age(instant(x.seen), at, lang)}</span><Sure text={word('endSession', lang)} lang={lang} yes={() => end(x)} /></li>
            ))}</ul>
        </section>
    );
}

/* One change a line: + came, - went, ~ is another. */
function Difference({ id, lang }: { id: string; lang: Lang }) {
    const [found, setFound] = useState<string | null>(null);
    useEffect(() => {
        api.get<ConfigVersion>(`/api/v1/config-versions/${encodeURIComponent(id)}`).then((v) => setFound(v.difference ?? ''), () => setFound(''));
    }, [id]);
    if (found === null) return <p class="quiet">{word('loading', lang)}</p>;
    return <pre class="difference" tabIndex={0}>{found || word('noDifference', lang)}</pre>;
}

function Versions({ lang, at }: { lang: Lang; at: number }) {
    const { items, trouble } = useList<ConfigVersion>('/api/v1/config-versions?limit=20', 'versions');
    const [open, setOpen] = useState<string | null>(null);
    return (
        <section class="card" aria-labelledby="versions-title">
            <header><h2 id="versions-title">{word('versions', lang)}</h2></header>
            {trouble && <p class="problem" role="alert"><Mark kind="bad" />{trouble === 'unreachable' ? word('unreachable', lang) : trouble}</p>}
            <ul class="plain-list">{(items ?? []).map((v) => (
                <li key={v.id} class="version"><button type="button" class="link" aria-expanded={open === v.id} onClick={() => setOpen(open === v.id ? null : v.id)}>{word('version', lang)} {v.id}</button>
                    <span>{moment(instant(v.at), at)}</span><span class="quiet">{v.author}</span><code class="quiet">{v.digest}</code>{open === v.id && <Difference id={v.id} lang={lang} />}</li>
            ))}</ul>
        </section>
    );
}

export function Settings({ s, at }: { s: State; at: number }) {
    const admin = s.who?.role === 'administrator';
    return (
        <>
            {admin && <Accounts own={s.who!.name} lang={s.lang} at={at} />}
            {admin && <Tokens lang={s.lang} at={at} />}
            <div class="two">
                <Versions lang={s.lang} at={at} />
                {s.who?.person && <Sessions lang={s.lang} at={at} />}
            </div>
        </>
    );
}
