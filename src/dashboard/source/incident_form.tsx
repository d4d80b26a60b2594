/* One thing that is told of an incident: its fields, sent once, kept as typed when it is refused. */
import { useState } from 'preact/hooks';
import * as api from './api';
import { ACT_FIELDS, CAUSES, CLASSES, MEASURES, NUMBERS, type ActField, type IncidentAct } from './incident_kit';
import { keyOf, settled } from './keys';
import { Mark } from './marks';
import type { IncidentWhole } from './shapes';
import type { State } from './state';
import { actWord, causeWord, evidenceWord, incidentClassWord, incidentStateWord, measureWord, word } from './words';

type Values = Record<string, string>;

/** Vietnam's clock, whatever the clock of the machine: what is typed is what stands on the wall. */
export const localTime = (typed: string): string => `${typed}:00+07:00`;

/* Numbers go as numbers; what is left empty does not go. */
function bodyOf(act: IncidentAct, values: Values, when: string): Record<string, unknown> {
    const body: Record<string, unknown> = act.path === 'steps' ? { step: act.name } : {};
    for (const f of act.fields) {
        const text = values[f]?.trim();
        if (text) body[f] = NUMBERS.has(f) ? Number(text) : text;
    }
    if (when) body.claimed_at = localTime(when);
    return body;
}

const first = (act: IncidentAct, i: IncidentWhole): Values => ({
    class: i.class.word, cause: CAUSES[0]!, controllability: 'controllable', measure: MEASURES[0]!, large: 'by_rule',
    site: act.fields.includes('site') ? (i.sites[0] ?? '') : '',
});

export function IncidentForm({ act, i, s, done }: { act: IncidentAct; i: IncidentWhole; s: State; done(): void }) {
    const { lang } = s;
    const [values, setValues] = useState<Values>(() => first(act, i));
    const [when, setWhen] = useState('');
    const [trouble, setTrouble] = useState<{ field: string | null; text: string } | null>(null);
    const [busy, setBusy] = useState(false);
    const put = (name: string, value: string) => { setValues({ ...values, [name]: value }); setTrouble(null); };
    const missing = act.needs?.find((f) => !(f === 'when' ? when : values[f]?.trim()));
    const tell = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        if (missing) return setTrouble({ field: missing, text: word('needed', lang) });
        const body = bodyOf(act, values, when);
        const of = `${i.id} ${act.path} ${JSON.stringify(body)}`;
        setBusy(true);
        try {
            await api.post(`/api/v1/incidents/${i.id}/${act.path}`, { key: keyOf(of), ...body });
            settled(of);
            done();
        } catch (error) {
            if (error instanceof api.Refused && error.status < 500 && error.status !== 429) settled(of);
            setTrouble(error instanceof api.Refused ? { field: error.field === 'claimed_at' ? 'when' : error.field, text: error.detail } : { field: null, text: word('unreachable', lang) });
        }
        setBusy(false);
    };
    const said = (f: string) => <span class="field-said" role="alert">{trouble?.field === f && trouble.text}</span>;
    const memberName = (m: IncidentWhole['members'][number]) => `${evidenceWord(m.evidence, lang)} · ${s.points.get(m.point ?? '')?.name ?? m.point ?? s.sites?.find((x) => x.id === m.site)?.name ?? m.site ?? m.zone ?? m.id}`;
    const select = (f: ActField, options: [string, string][]) => (
        <span class="field" key={f}><label for={`act-${f}`}>{word(ACT_FIELDS[f], lang)}</label>
            <select id={`act-${f}`} value={values[f] ?? ''} aria-invalid={trouble?.field === f} onChange={(e) => put(f, e.currentTarget.value)}>{options.map(([v, t]) => <option key={v} value={v}>{t}</option>)}</select>{said(f)}</span>
    );
    const others = (s.incidents ?? []).filter((x) => x.id !== i.id && !x.closed);
    const chosen = (values.members ?? '').split(',').filter(Boolean);
    const field = (f: ActField) => {
        switch (f) {
            case 'class': return select(f, CLASSES.map((c) => [c, incidentClassWord(c, lang)]));
            case 'cause': return select(f, CAUSES.map((c) => [c, causeWord(c, lang)]));
            case 'controllability': return select(f, [['controllable', word('controllable', lang)], ['beyond_control', word('beyondControl', lang)]]);
            case 'measure': return select(f, MEASURES.map((m) => [m, measureWord(m, lang)]));
            case 'large': return select(f, [['by_rule', word('byRule', lang)], ['yes', word('yes', lang)], ['no', word('no', lang)]]);
            case 'site': return select(f, (s.sites ?? []).map((x) => [x.id, x.name]));
            case 'incident': return select(f, [['', word('choose', lang)], ...others.map((x): [string, string] => [x.id, `#${x.id} · ${incidentClassWord(x.class.word, lang)} · ${incidentStateWord(x.state, lang)}`])]);
            case 'member':
                if (act.needs?.includes('member')) return select(f, [['', word('choose', lang)], ...i.members.map((m): [string, string] => [m.id, memberName(m)])]);
                return i.members.length < 2 ? null : select(f, [['', word('allMembers', lang)], ...i.members.map((m): [string, string] => [m.id, memberName(m)])]);
            case 'members': return (
                <fieldset class="field grow" key={f}><legend>{word('membersTitle', lang)}</legend>
                    {i.members.map((m) => <label key={m.id} class="tick"><input type="checkbox" checked={chosen.includes(m.id)} onChange={(e) => put(f, (e.currentTarget.checked ? [...chosen, m.id] : chosen.filter((x) => x !== m.id)).join(','))} /> {memberName(m)}</label>)}{said(f)}</fieldset>
            );
            default: return (
                <span class={`field ${NUMBERS.has(f) ? '' : 'grow'}`} key={f}><label for={`act-${f}`}>{word(ACT_FIELDS[f], lang)}</label>
                    <input id={`act-${f}`} maxLength={240} inputMode={NUMBERS.has(f) ? 'numeric' : undefined} pattern={NUMBERS.has(f) ? '[0-9]*' : undefined} value={values[f] ?? ''} aria-invalid={trouble?.field === f}
                        onInput={(e) => put(f, NUMBERS.has(f) ? e.currentTarget.value.replace(/\D/g, '') : e.currentTarget.value)} />{said(f)}</span>
            );
        }
    };
    return (
        <form class="new step-form" onSubmit={tell} noValidate>
            <strong>{actWord(act.name, lang)}</strong>
            {act.fields.map(field)}
            <span class="field"><label for="act-when">{word(act.needs?.includes('when') ? 'claimedAtNeeded' : 'claimedAt', lang)}</label><input id="act-when" type="datetime-local" value={when} aria-invalid={trouble?.field === 'when'} onInput={(e) => { setWhen(e.currentTarget.value); setTrouble(null); }} />{said('when')}</span>
            <button type="submit" class="primary small" disabled={busy}>{word('tell', lang)}</button>
            <button type="button" class="plain" onClick={done}>{word('cancel', lang)}</button>
            {trouble && ![...act.fields, 'when'].includes(trouble.field as never) && <p class="problem" role="alert"><Mark kind="bad" />{trouble.text}</p>}
        </form>
    );
}

/** Buttons, and the form of the one that is pressed. */
export function IncidentActs({ id, title, acts, big, i, s, load }: { id: string; title: string; acts: readonly IncidentAct[]; big?: boolean; i: IncidentWhole; s: State; load(): void }) {
    const [open, setOpen] = useState<string | null>(null);
    const act = acts.find((a) => a.name === open);
    if (!acts.length) return null;
    return (
        <section class="card" aria-labelledby={id}>
            <header><h2 id={id}>{title}</h2></header>
            <div class={big ? 'big-steps' : 'small-steps'}>{acts.map((a) => <button type="button" key={a.name} class="plain" aria-expanded={open === a.name} onClick={() => setOpen(open === a.name ? null : a.name)}>{actWord(a.name, s.lang)}</button>)}</div>
            {act && <IncidentForm key={act.name} act={act} i={i} s={s} done={() => { setOpen(null); load(); }} />}
        </section>
    );
}
