/* What is set and by whom: sessions of one's own and the versions of the configuration for everybody; accounts,
 * access tokens and the record of acts for administrators; channels for these and who leads the shift. */
import { useEffect, useRef, useState } from 'preact/hooks';
import * as api from './api';
import { Audit } from './audit';
import { Channels } from './channels';
import { accountName, addresses, all, dayAhead, most, needed } from './checks';
import { Box, Choice, fieldOf, Line, Send, tellOnce, useForm } from './form';
import { age, instant, moment, type Lang } from './format';
import { Mark } from './marks';
import type { Account, ConfigVersion, Role, SessionInfo, Token } from './shapes';
import type { State } from './state';
import { word } from './words';

const PEOPLE: Role[] = ['viewer', 'operator', 'laboratory', 'technician', 'authority', 'administrator'];
const PROGRAMS: Role[] = ['agency', ...PEOPLE];

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

/* Shown once, and only here: nothing keeps it. */
function Once({ text, what, lang, done }: { text: string; what: string; lang: Lang; done(): void }) {
    const [copied, setCopied] = useState<boolean | null>(null);
    const shown = useRef<HTMLElement>(null);
    /* Over plain HTTP a page has no clipboard: then it stands selected. */
    const copy = async () => {
        if (shown.current) getSelection()?.selectAllChildren(shown.current);
        setCopied(!!navigator.clipboard && await navigator.clipboard.writeText(text).then(() => true, () => false));
    };
    return (
        <div class="once" role="status">
            <p><strong>{what}</strong> {word('shownOnce', lang)}</p>
            <p><code ref={shown}>{text}</code> <button type="button" class="plain" onClick={() => void copy()}>{word('copy', lang)}</button>{copied !== null && <span class="quiet"> {word(copied ? 'copied' : 'notCopied', lang)} </span>} <button type="button" class="plain" onClick={done}>{word('noted', lang)}</button></p>
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

function NewAccount({ lang, made }: { lang: Lang; made(name: string, password: string | null): void }) {
    const labels = { name: word('name', lang), full_name: word('fullName', lang), role: word('role', lang) };
    const form = useForm({ id: 'f', lang, first: { role: 'operator' }, checks: { name: all(needed, accountName), full_name: all(needed, most(128)) }, labels, draft: 'new account' });
    const submit = (e: Event) => void form.send(e, ({ name, full_name, role, leads }) =>
        tellOnce<{ password: string | null }>('/api/v1/accounts', { name, full_name: full_name!.trim(), role, language: 'vi', leads: leads === 'yes' }, lang, (done) => made(name!, done?.password ?? null)));
    return (
        <form class="new" onSubmit={submit} noValidate>
            <Box form={form} name="name" label={labels.name}><input {...fieldOf(form, 'name')} autocomplete="off" autocapitalize="none" spellcheck={false} onInput={(e) => form.put('name', e.currentTarget.value.trim())} /></Box>
            <Line form={form} name="full_name" label={labels.full_name} />
            <Choice form={form} name="role" label={labels.role}>{PEOPLE.map((r) => <option key={r} value={r}>{word(`role_${r}`, lang)}</option>)}</Choice>
            <label class="check"><input type="checkbox" checked={form.values.leads === 'yes'} onChange={(e) => form.put('leads', e.currentTarget.checked ? 'yes' : '')} /> {word('leads', lang)}</label>
            <Send form={form} label={word('addAccount', lang)} />
        </form>
    );
}

/* Arrow keys run through the roles of a closed select: what is chosen is done when somebody says so. */
function RoleOf({ a, lang, change }: { a: Account; lang: Lang; change(role: string): Promise<void> }) {
    const [wanted, setWanted] = useState<string | null>(null);
    return (
        <>
            <select aria-label={`${word('role', lang)}: ${a.name}`} value={wanted ?? a.role} onChange={(e) => setWanted(e.currentTarget.value)}>{PEOPLE.map((r) => <option key={r} value={r}>{word(`role_${r}`, lang)}</option>)}</select>
            {wanted !== null && wanted !== a.role && <span class="sure">
                <button type="button" class="primary small" onClick={() => void change(wanted).then(() => setWanted(null))}>{word('changeRole', lang)}</button>
                <button type="button" class="plain" onClick={() => setWanted(null)}>{word('cancel', lang)}</button></span>}
        </>
    );
}

function Accounts({ own, lang, at }: { own: string; lang: Lang; at: number }) {
    const { items, trouble, load } = useList<Account>('/api/v1/accounts', 'accounts');
    const [once, setOnce] = useState<{ name: string; password: string } | null>(null);
    const [refused, setRefused] = useState<string | null>(null);
    const change = async (of: string, body: object, done: (made: { password: string | null } | null) => void = () => undefined) => {
        setRefused((await tellOnce(of, body, lang, done))?.text ?? null);
        await load();
    };
    const path = (a: Account) => `/api/v1/accounts/${encodeURIComponent(a.name)}`;
    const reset = (a: Account) => change(`${path(a)}/reset`, {}, (done) => done?.password && setOnce({ name: a.name, password: done.password }));
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
                            <td><RoleOf a={a} lang={lang} change={(role) => change(path(a), { role })} />
                                <label class="check"><input type="checkbox" checked={a.leads} onChange={() => void change(path(a), { leads: !a.leads })} /> {word('leads', lang)}</label></td>
                            <td>{word(a.disabled ? 'disabled' : a.must_change ? 'mustChange' : 'enabled', lang)}</td>
                            <td class="quiet">{moment(instant(a.changed), at)}{a.changed_by && ` · ${a.changed_by}`}</td>
                            <td class="acts">
                                {a.name !== own && <Sure text={word(a.disabled ? 'enable' : 'disable', lang)} lang={lang} yes={() => change(path(a), { disabled: !a.disabled })} />}
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
    const labels = { purpose: word('purpose', lang), 'token-role': word('role', lang), addresses: word('addresses', lang), expires: word('expires', lang) };
    const form = useForm({ id: 'f', lang, first: { 'token-role': 'viewer' }, checks: { purpose: all(needed, most(128)), addresses: all(addresses, most(255)), expires: dayAhead }, labels, draft: 'new token', renamed: { role: 'token-role' } });
    const submit = (e: Event) => void form.send(e, (values) =>
        tellOnce<{ token: Token; secret: string }>('/api/v1/tokens', { purpose: values.purpose!.trim(), role: values['token-role'], ...(values.addresses?.trim() ? { addresses: values.addresses.trim() } : {}), ...(values.expires ? { expires: `${values.expires}T23:59:59+07:00` } : {}) },
            lang, (done) => { if (done) made(done.token.id, done.secret); }));
    return (
        <form class="new" onSubmit={submit} noValidate>
            <Line form={form} name="purpose" label={labels.purpose} />
            <Choice form={form} name="token-role" label={labels['token-role']}>{PROGRAMS.map((r) => <option key={r} value={r}>{word(`role_${r}`, lang)}</option>)}</Choice>
            <Line form={form} name="addresses" label={labels.addresses} hint={word('addressesHint', lang)} />
            <Line form={form} name="expires" label={labels.expires} type="date" hint={word('expiresHint', lang)} />
            <Send form={form} label={word('addToken', lang)} />
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
            setRefused(error instanceof api.Refused ? error.detail || `HTTP ${error.status}` : word('perhapsDone', lang));
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
                    <span>{moment(instant(v.at), at)}</span><span class="quiet">{v.author === 'start' ? word('atStart', lang) : v.author}</span><code class="quiet">{v.digest}</code>{open === v.id && <Difference id={v.id} lang={lang} />}</li>
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
            {(admin || (s.who?.role === 'operator' && s.who.leads)) && <Channels lang={s.lang} at={at} />}
            <div class="two">
                <Versions lang={s.lang} at={at} />
                {s.who?.person && <Sessions lang={s.lang} at={at} />}
            </div>
            {admin && <Audit s={s} at={at} />}
        </>
    );
}
