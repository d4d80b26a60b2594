/* What every form has in common: errors beside the field while it is typed, a button that says why it does not send, nothing sent
 * twice, and what was typed stays until it is done. */
import { useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import * as api from './api';
import { faultsOf, type Checks, type Values } from './checks';
import { draftOf, dropDraft, keepDraft } from './drafts';
import { understood, type Lang } from './format';
import { keyOf, settled } from './keys';
import { Mark } from './marks';
import { now } from './state';
import { word } from './words';

export interface Trouble { field: string | null; text: string }

export interface Form {
    id: string;
    lang: Lang;
    values: Values;
    busy: boolean;
    needs(field: string): boolean;
    put(field: string, text: string): void;
    said(field: string): string | null;
    /** Why nothing was sent; null: nothing stands in the way. */
    reason: string | null;
    clear(): void;
    /** Sends when no field is wrong; true: it is done. */
    send(e: Event, work: (values: Values) => Promise<Trouble | null>): Promise<boolean>;
}

export interface FormPlan {
    id: string; /* of its fields: ID-FIELD */
    lang: Lang;
    first?: Values;
    checks: Checks;
    labels: Readonly<Record<string, string>>; /* of every field that can be wrong */
    draft?: string; /* kept under this name until it is sent; none: not kept, as passwords are not */
    renamed?: Readonly<Record<string, string>>; /* the daemon's word for a field to ours */
}

/** The same body is the same act, however often it is sent; what the daemon refused is over. */
export async function tellOnce<T>(path: string, body: object, lang: Lang, done: (made: T | null) => void | Promise<void>, intention = `${path} ${JSON.stringify(body)}`): Promise<Trouble | null> {
    let made: T | null;
    try {
        made = await api.post<T>(path, { key: keyOf(intention), ...body });
    } catch (error) {
        if (!(error instanceof api.Refused)) return { field: null, text: word('unreachable', lang) };
        if (error.status < 500 && error.status !== 429) settled(intention);
        return { field: error.field, text: error.detail || `HTTP ${error.status}` };
    }
    settled(intention);
    await done(made);
    return null;
}

export function useForm({ id, lang, first = {}, checks, labels, draft, renamed = {} }: FormPlan): Form {
    const [values, setValues] = useState<Values>(() => ({ ...first, ...(draft ? draftOf(draft) : undefined) }));
    const [touched, setTouched] = useState<ReadonlySet<string>>(() => new Set());
    const [tried, setTried] = useState(false);
    const [trouble, setTrouble] = useState<Trouble | null>(null);
    const [busy, setBusy] = useState(false);
    const sending = useRef(false); /* a second press before the first is drawn */
    const faults = faultsOf(checks, { values, lang, at: now() });
    const known = (field: string | null): boolean => field !== null && field in labels;
    const clear = () => {
        if (draft) dropDraft(draft);
        setValues(first);
        setTouched(new Set());
        setTried(false);
        setTrouble(null);
    };
    const put = (field: string, text: string) => {
        setValues((was) => {
            const next = { ...was, [field]: text };
            if (draft) keepDraft(draft, next);
            return next;
        });
        setTouched((was) => new Set(was).add(field));
        setTrouble(null);
    };
    const send = async (e: Event, work: (values: Values) => Promise<Trouble | null>): Promise<boolean> => {
        e.preventDefault();
        if (sending.current) return false;
        setTried(true);
        const [wrong] = faults.keys();
        if (wrong !== undefined) {
            document.querySelector<HTMLElement>(`[aria-describedby~="${id}-${wrong}-said"]`)?.focus();
            return false;
        }
        sending.current = true;
        setBusy(true);
        const refused = await work(values).finally(() => { sending.current = false; setBusy(false); });
        setTrouble(refused && { ...refused, field: refused.field === null ? null : renamed[refused.field] ?? refused.field });
        if (refused === null) clear();
        return refused === null;
    };
    const said = (field: string): string | null => (trouble?.field === field ? trouble.text : touched.has(field) || tried ? faults.get(field) ?? null : null);
    const wrong = [...faults.keys()].filter((field) => said(field) !== null);
    const reason = trouble && !known(trouble.field) ? trouble.text
        : trouble ? `${word('notSent', lang)} ${labels[trouble.field!]}`
            : wrong.length && (tried || wrong.some((field) => values[field]?.trim())) ? `${word('notSent', lang)} ${wrong.map((field) => labels[field]).join(', ')}` : null;
    return { id, lang, values, busy, needs: (field) => checks[field]?.('', { values: { ...values, [field]: '' }, lang, at: now() }) != null, put, said, reason, clear, send };
}

/** What a field of that name carries, whatever kind it is. */
export const fieldOf = (form: Form, name: string) => ({
    id: `${form.id}-${name}`, value: form.values[name] ?? '', 'aria-invalid': form.said(name) !== null, 'aria-describedby': `${form.id}-${name}-said`, 'aria-required': form.needs(name) || undefined,
});

export function Said({ form, name }: { form: Form; name: string }) {
    return <span id={`${form.id}-${name}-said`} class="field-said" role="alert">{form.said(name)}</span>;
}

export function Box({ form, name, label, more = '', hint, children }: { form: Form; name: string; label: string; more?: string; hint?: string; children: ComponentChildren }) {
    return <span class={`field ${more}`}><label for={`${form.id}-${name}`}>{label}</label>{children}{hint && <span class="quiet">{hint}</span>}<Said form={form} name={name} /></span>;
}

/** A browser shows days in the order of its own language, which nobody can tell it: what was understood stands below. */
export function Understood({ field, lang }: { field: string; lang: Lang }) {
    const said = understood(field, lang);
    return said === null ? null : <span class="quiet understood">{said}</span>;
}

/** One line of text, a time or a day. */
export function Line({ form, name, label, type = 'text', more, hint, mode, auto = false, most = 1000 }: { form: Form; name: string; label: string; type?: string; more?: string; hint?: string; mode?: 'numeric'; auto?: boolean; most?: number }) {
    return (
        <Box form={form} name={name} label={label} more={more} hint={hint}>
            <input {...fieldOf(form, name)} type={type} maxLength={/^(text|tel)$/.test(type) ? most : undefined} autoComplete="off" inputMode={mode} autofocus={auto} onInput={(e) => form.put(name, e.currentTarget.value)} />
            {type.startsWith('date') && <Understood field={form.values[name] ?? ''} lang={form.lang} />}
        </Box>
    );
}

export function Choice({ form, name, label, more, children }: { form: Form; name: string; label: string; more?: string; children: ComponentChildren }) {
    return <Box form={form} name={name} label={label} more={more}><select {...fieldOf(form, name)} onChange={(e) => form.put(name, e.currentTarget.value)}>{children}</select></Box>;
}

/** The button that sends, what stands beside it, and why nothing was sent. */
export function Send({ form, label, small = true, children }: { form: Form; label: string; small?: boolean; children?: ComponentChildren }) {
    const id = `${form.id}-reason`;
    return (
        <>
            <button type="submit" class={small ? 'primary small' : 'primary'} disabled={form.busy} aria-describedby={id}>{label}</button>
            {children}
            <p id={id} class="problem not-sent" role="alert">{form.reason && <><Mark kind="bad" />{form.reason}</>}</p>
        </>
    );
}
