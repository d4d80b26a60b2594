/* One thing that is told of an incident: its fields, sent once, kept as typed when it is refused. */
import { useState } from 'preact/hooks';
import { all, count, day, most, needed, past, type Check, type Checks, type Values } from './checks';
import { Choice, Line, Said, Send, tellOnce, useForm } from './form';
import { ACT_FIELDS, CAUSES, CLASSES, MEASURES, numberOf, NUMBERS, PLANNED, stepsOf, type ActField, type IncidentAct } from './incident_kit';
import { Mark } from './marks';
import type { IncidentWhole } from './shapes';
import type { State } from './state';
import { actWord, causeWord, evidenceWord, incidentClassWord, incidentStateWord, measureWord, word } from './words';

/** Vietnam's clock, whatever the clock of the machine: what is typed is what stands on the wall. */
export const localTime = (typed: string): string => `${typed}:00+07:00`;
/** The other way: what such a field shows for an instant. */
export const typedTime = (at: number): string => new Date(at + 7 * 3600_000).toISOString().slice(0, 16);

/* Numbers go as numbers; what is left empty does not go. */
function bodyOf(act: IncidentAct, values: Values): Record<string, unknown> {
    const body: Record<string, unknown> = act.path === 'steps' ? { step: act.name } : {};
    for (const f of act.fields) {
        const text = values[f]?.trim();
        if (text) body[f] = NUMBERS.has(f) ? Number(text) : text;
    }
    if (values.when) body.claimed_at = localTime(values.when);
    const planned = Object.fromEntries(PLANNED.filter((f) => f in body).map((f) => [f, body[f]]));
    for (const f of PLANNED) delete body[f];
    if (Object.keys(planned).length) body.measures = [planned];
    return body;
}

const first = (act: IncidentAct, i: IncidentWhole): Values => ({
    class: i.class.word, cause: CAUSES[0]!, controllability: 'controllable', measure: MEASURES[0]!, large: 'by_rule',
    site: act.fields.includes('site') ? (i.sites[0] ?? '') : '',
});

/* A measure says what and who. */
const ofPlan: Check = (text, around) => (PLANNED.some((f) => around.values[f]?.trim()) ? needed(text, around) : null);
const KINDS: Partial<Record<ActField, Check[]>> = { to: [most(240)], note: [most(240)], what: [ofPlan, most(240)], responsible: [ofPlan, most(100)], due: [day] };

/* By kind of field; what must be there comes first. */
function checksOf(act: IncidentAct): Checks {
    const kind = (f: ActField): Check[] => (NUMBERS.has(f) ? [count] : (KINDS[f] ?? []));
    const must = (f: ActField | 'when'): Check[] => (act.needs?.includes(f) ? [needed] : []);
    return { ...Object.fromEntries(act.fields.map((f) => [f, all(...must(f), ...kind(f))])), when: all(...must('when'), past) };
}

export function IncidentForm({ act, i, s, done }: { act: IncidentAct; i: IncidentWhole; s: State; done(): void }) {
    const { lang } = s;
    const whenLabel = word(act.needs?.includes('when') ? 'claimedAtNeeded' : 'claimedAt', lang);
    const labels: Record<string, string> = { ...Object.fromEntries(act.fields.map((f) => [f, word(ACT_FIELDS[f], lang)])), when: whenLabel };
    const form = useForm({ id: 'act', lang, first: first(act, i), checks: checksOf(act), labels, draft: `${act.name} ${i.id}`, renamed: { claimed_at: 'when' } });
    const tell = async (e: Event) => {
        if (await form.send(e, (values) => tellOnce(`/api/v1/incidents/${i.id}/${act.path}`, bodyOf(act, values), lang, () => undefined))) done();
    };
    const memberName = (m: IncidentWhole['members'][number]) => `${evidenceWord(m.evidence, lang)} · ${s.points.get(m.point ?? '')?.name ?? m.point ?? s.sites?.find((x) => x.id === m.site)?.name ?? m.site ?? m.zone ?? m.id}`;
    const select = (f: ActField, options: [string, string][]) => <Choice key={f} form={form} name={f} label={labels[f]!}>{options.map(([v, t]) => <option key={v} value={v}>{t}</option>)}</Choice>;
    const others = (s.incidents ?? []).filter((x) => x.id !== i.id && !x.closed);
    const chosen = (form.values.members ?? '').split(',').filter(Boolean);
    const field = (f: ActField) => {
        switch (f) {
            case 'class': return select(f, CLASSES.map((c) => [c, incidentClassWord(c, lang)]));
            case 'cause': return select(f, CAUSES.map((c) => [c, causeWord(c, lang)]));
            case 'controllability': return select(f, [['controllable', word('controllable', lang)], ['beyond_control', word('beyondControl', lang)]]);
            case 'measure': return select(f, MEASURES.map((m) => [m, measureWord(m, lang)]));
            case 'large': return select(f, [['by_rule', word('byRule', lang)], ['yes', word('yes', lang)], ['no', word('no', lang)]]);
            case 'site': return select(f, (s.sites ?? []).map((x) => [x.id, x.name]));
            case 'incident': return select(f, [['', word('choose', lang)], ...others.map((x): [string, string] => [x.id, `${numberOf(x)} · ${incidentClassWord(x.class.word, lang)} · ${incidentStateWord(x.state, lang)}`])]);
            case 'member':
                if (act.needs?.includes('member')) return select(f, [['', word('choose', lang)], ...i.members.map((m): [string, string] => [m.id, memberName(m)])]);
                return i.members.length < 2 ? null : select(f, [['', word('allMembers', lang)], ...i.members.map((m): [string, string] => [m.id, memberName(m)])]);
            case 'members': return (
                <fieldset class="field grow" key={f} id="act-members" tabIndex={-1} aria-describedby="act-members-said"><legend>{labels[f]}</legend>
                    {i.members.map((m) => <label key={m.id} class="tick"><input type="checkbox" checked={chosen.includes(m.id)} onChange={(e) => form.put(f, (e.currentTarget.checked ? [...chosen, m.id] : chosen.filter((x) => x !== m.id)).join(','))} /> {memberName(m)}</label>)}<Said form={form} name={f} /></fieldset>
            );
            case 'due': return <Line key={f} form={form} name={f} label={labels[f]!} type="date" />;
            default: return <Line key={f} form={form} name={f} label={labels[f]!} more={NUMBERS.has(f) ? '' : 'grow'} mode={NUMBERS.has(f) ? 'numeric' : undefined} />;
        }
    };
    return (
        <form class="new step-form" onSubmit={tell} noValidate>
            <strong>{actWord(act.name, lang)}</strong>
            {act.fields.map(field)}
            <Line form={form} name="when" label={whenLabel} type="datetime-local" />
            <Send form={form} label={word('tell', lang)}><button type="button" class="plain" onClick={() => { form.clear(); done(); }}>{word('cancel', lang)}</button></Send>
        </form>
    );
}

/** Buttons, and the form of the one that is pressed. */
export function IncidentActs({ id, title, acts, big, i, s, load }: { id: string; title: string; acts: readonly IncidentAct[]; big?: boolean; i: IncidentWhole; s: State; load(): void }) {
    const [open, setOpen] = useState<string | null>(null);
    const act = acts.find((a) => a.name === open);
    if (!acts.length) return null;
    const { done, next } = big ? stepsOf(i) : { done: null, next: null };
    const said = (name: string) => (name === next ? word('stepNext', s.lang) : done?.has(name) ? word('stepDone', s.lang) : undefined);
    return (
        <section class="card" aria-labelledby={id}>
            <header><h2 id={id}>{title}</h2></header>
            <div class={big ? 'big-steps' : 'small-steps'}>{acts.map((a) => <button type="button" key={a.name} class={`plain ${a.name === next ? 'step-next' : done?.has(a.name) ? 'step-done' : ''}`} title={said(a.name)} aria-expanded={open === a.name} onClick={() => setOpen(open === a.name ? null : a.name)}>{done?.has(a.name) && <Mark kind="good" />}{actWord(a.name, s.lang)}</button>)}</div>
            {act && <IncidentForm key={act.name} act={act} i={i} s={s} done={() => { setOpen(null); load(); }} />}
        </section>
    );
}
