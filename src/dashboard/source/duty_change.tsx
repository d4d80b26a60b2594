/* What is changed of the rosters and of contacts for a while: shown, put and withdrawn by operators. */
import { useState } from 'preact/hooks';
import * as api from './api';
import { ahead, all, most, needed, phone, reason, type Check, type Values } from './checks';
import { Choice, Line, Send, tellOnce, useForm, type Form } from './form';
import { instant, moment, type Lang } from './format';
import { localTime, typedTime } from './incident_form';
import { keyOf, settled } from './keys';
import { Mark } from './marks';
import type { DutyChange, RosterTurns } from './shift_kit';
import { now } from './state';
import { word, type Word } from './words';

export interface Reachable { id: string; name: string }
interface Face { lang: Lang; done(): void }

const SHIFT_MS = 8 * 3_600_000;

const minute = (ms: number | null, at: number): string => moment(ms, at).replace(/:\d\d$/, '');

/* ---- what holds ---- */

const pathOf = (c: DutyChange): string => `/api/v1/${c.kind === 'substitute' ? 'roster' : 'contacts'}/${c.id}`;

/** In one line: who comes instead of whom, or whom else one reaches. */
export function sentence(c: DutyChange, rosters: RosterTurns[], lang: Lang): string {
    if (c.kind === 'guest') return `${word('guest', lang)}: ${c.who_name ?? c.who}`;
    if (c.kind === 'addresses') return `${word('otherAddresses', lang)}: ${c.who_name ?? c.who}`;
    const roster = rosters.find((r) => r.id === c.roster)?.name ?? c.roster;
    const away = c.who === null ? word('theTurn', lang) : c.who_name ?? c.who;
    return c.by === null ? `${roster}: ${away} ${word('isAway', lang)}` : `${roster}: ${c.by_name ?? c.by} ${word('insteadOf', lang)} ${away}`;
}

function Change({ c, rosters, at, lang, done, failed }: Face & { c: DutyChange; rosters: RosterTurns[]; at: number; failed(text: string | null): void }) {
    const [busy, setBusy] = useState(false);
    const withdraw = async () => {
        const of = `withdraw ${c.id}`;
        setBusy(true);
        try {
            await api.remove(`${pathOf(c)}?key=${keyOf(of)}`);
            settled(of);
            failed(null);
        } catch (error) {
            failed(error instanceof api.Refused ? error.detail : word('unreachable', lang));
        }
        setBusy(false);
        done();
    };
    return (
        <li data-change={c.id}>
            <strong>{sentence(c, rosters, lang)}</strong>
            <span>{minute(instant(c.from), at)} – {minute(instant(c.until), at)}</span>
            <span class="quiet">{[c.why, c.told_by].filter(Boolean).join(' · ')}</span>
            {c.void && <span class="late" role="alert"><Mark kind="bad" />{word(`void_${c.void}` as Word, lang)}</span>}
            <button type="button" class="plain" disabled={busy} onClick={() => void withdraw()}>{word('withdraw', lang)}</button>
        </li>
    );
}

export function Changes({ changes, rosters, at, lang, done }: Face & { changes: DutyChange[]; rosters: RosterTurns[]; at: number }) {
    const [trouble, setTrouble] = useState<string | null>(null);
    if (!changes.length && trouble === null) return null;
    return (
        <>
            {changes.length > 0 && <><h3>{word('dutyChanges', lang)}</h3><ul class="plain-list duty-changes">{changes.map((c) => <Change key={c.id} c={c} rosters={rosters} at={at} lang={lang} done={done} failed={setTrouble} />)}</ul></>}
            {trouble !== null && <p class="problem" role="alert"><Mark kind="bad" />{trouble}</p>}
        </>
    );
}

/* ---- putting one ---- */

const soon = (): string => typedTime(now() + SHIFT_MS);

export function NewSubstitute({ rosters, people, lang, done }: Face & { rosters: RosterTurns[]; people: Reachable[] }) {
    const labels = { roster: word('rosterWord', lang), who: word('whoIsAway', lang), by: word('whoComes', lang), from: word('fromTime', lang), until: word('untilTime', lang), why: word('why', lang) };
    const someone: Check = (text, { values }) => (text === '' && values.who === '' ? word('whoComesMissing', lang) : null);
    const form = useForm({ id: 'substitute', lang, labels, draft: 'substitute', first: { roster: rosters[0]!.id, who: '', by: '', from: '', until: soon(), why: '' },
        checks: { by: someone, until: all(needed, ahead), why: all(reason, most(240)) } });
    const { values } = form;
    const members = rosters.find((r) => r.id === values.roster)?.members ?? [];
    const put = async (e: Event) => {
        const sent = await form.send(e, (v) => tellOnce('/api/v1/roster', {
            roster: v.roster, ...(v.who && { who: v.who }), ...(v.by && { by: v.by }), ...(v.from && { from: localTime(v.from) }), until: localTime(v.until!), why: v.why!.trim(),
        }, lang, done));
        if (sent) done();
    };
    return (
        <form class="shelf duty-form" onSubmit={put} noValidate>
            <Choice form={form} name="roster" label={labels.roster}>{rosters.map((r) => <option key={r.id} value={r.id}>{r.name ?? r.id}</option>)}</Choice>
            <Choice form={form} name="who" label={labels.who}><option value="">{word('wholeTurn', lang)}</option>{members.map((m) => <option key={m.id} value={m.id}>{m.name}</option>)}</Choice>
            <Choice form={form} name="by" label={labels.by}><option value="">{word('noOne', lang)}</option>{people.filter((p) => p.id !== values.who).map((p) => <option key={p.id} value={p.id}>{p.name}</option>)}</Choice>
            <Line form={form} name="from" label={labels.from} type="datetime-local" hint={word('emptyIsNow', lang)} />
            <Line form={form} name="until" label={labels.until} type="datetime-local" />
            <Line form={form} name="why" label={labels.why} more="grow" />
            <Send form={form} label={word('putSubstitute', lang)}><button type="button" class="plain" onClick={() => { form.clear(); done(); }}>{word('cancel', lang)}</button></Send>
        </form>
    );
}

const reachable: Check = (text, { values, lang }) => (text.trim() === '' && !values.email?.trim() ? word('guestReach', lang) : null);
const given = (v: Values) => ({ ...(v.sms!.trim() && { sms: v.sms!.trim() }), ...(v.email!.trim() && { email: v.email!.trim() }), until: localTime(v.until!), why: v.why!.trim() });

/** Where one is reached, until when and why: what a guest and other addresses have in common. */
function Reach({ form, labels }: { form: Form; labels: Readonly<Record<string, string>> }) {
    return (
        <>
            <Line form={form} name="sms" label={labels.sms!} type="tel" most={40} />
            <Line form={form} name="email" label={labels.email!} most={120} />
            <Line form={form} name="until" label={labels.until!} type="datetime-local" />
            <Line form={form} name="why" label={labels.why!} more="grow" />
        </>
    );
}

/** Of a contact of the file: what is left empty stays as it is. */
export function NewAddresses({ contacts, lang, done }: Face & { contacts: Reachable[] }) {
    const labels = { contact: word('ofContact', lang), sms: word('phoneNumber', lang), email: word('emailAddress', lang), until: word('untilTime', lang), why: word('why', lang) };
    /* private numbers: no draft is kept of them */
    const form = useForm({ id: 'addresses', lang, labels, first: { contact: contacts[0]!.id, sms: '', email: '', until: soon(), why: '' },
        checks: { sms: all(reachable, phone), until: all(needed, ahead), why: all(reason, most(240)) } });
    const put = async (e: Event) => {
        const sent = await form.send(e, (v) => tellOnce('/api/v1/contacts', { contact: v.contact, ...given(v) }, lang, done));
        if (sent) done();
    };
    return (
        <form class="shelf duty-form" onSubmit={put} noValidate>
            <Choice form={form} name="contact" label={labels.contact}>{contacts.map((c) => <option key={c.id} value={c.id}>{c.name}</option>)}</Choice>
            <Reach form={form} labels={labels} />
            <Send form={form} label={word('putAddresses', lang)}><button type="button" class="plain" onClick={() => { form.clear(); done(); }}>{word('cancel', lang)}</button></Send>
        </form>
    );
}

export function NewGuest({ lang, done }: Face) {
    const labels = { name: word('guestName', lang), sms: word('phoneNumber', lang), email: word('emailAddress', lang), until: word('untilTime', lang), why: word('why', lang) };
    /* private numbers: no draft is kept of them */
    const form = useForm({ id: 'guest', lang, labels, first: { name: '', sms: '', email: '', until: soon(), why: '' },
        checks: { name: all(needed, most(159)), sms: all(reachable, phone), until: all(needed, ahead), why: all(reason, most(240)) } });
    const put = async (e: Event) => {
        const sent = await form.send(e, (v) => tellOnce('/api/v1/contacts', {
            name: v.name!.trim(), ...given(v),
        }, lang, done));
        if (sent) done();
    };
    return (
        <form class="shelf duty-form" onSubmit={put} noValidate>
            <Line form={form} name="name" label={labels.name} />
            <Reach form={form} labels={labels} />
            <Send form={form} label={word('addGuest', lang)}><button type="button" class="plain" onClick={() => { form.clear(); done(); }}>{word('cancel', lang)}</button></Send>
        </form>
    );
}
