/* A customer calls the hotline, or (`found`) people of the supplier found something: where, what, since when; what is open near there is offered before a new one is opened. */
import { useEffect, useRef, useState } from 'preact/hooks';
import * as api from './api';
import { all, most, needed, past, phone } from './checks';
import { Box, Choice, fieldOf, Line, Send, tellOnce, useForm } from './form';
import { instant, moment, type Lang } from './format';
import { localTime } from './incident_form';
import { CALL_CLASSES, CLASSES, FINDERS, numberOf } from './incident_kit';
import { hashOf } from './route';
import type { Incident } from './shapes';
import { go, loadIncidents, type State } from './state';
import { finderWord, incidentClassWord, incidentStateWord, word } from './words';

interface Near { incidents: Incident[]; calls: { incident: string; since: string; note: string | null }[] }

/* Asked anew with each place; an answer that comes late for another place counts for nothing. */
function useNear(place: string): Near | null {
    const [near, setNear] = useState<{ of: string; is: Near } | null>(null);
    useEffect(() => {
        if (!place) return;
        const given = new AbortController();
        api.get<Near>(`/api/v1/calls?${place}`, given.signal).then((is) => setNear({ of: place, is }), () => undefined);
        return () => given.abort();
    }, [place]);
    return near?.of === place ? near.is : null;
}

function Nearby({ near, choice, choose, lang, at }: { near: Near; choice: string; choose(id: string): void; lang: Lang; at: number }) {
    return (
        <fieldset class="nearby" aria-label={word('nearby', lang)}><legend>{word(near.incidents.length ? 'nearby' : 'nearbyNone', lang)}</legend>
            {near.incidents.map((i) => (
                <label key={i.id} class={`near ${choice === i.id ? 'near-on' : ''}`}><input type="radio" name="near" checked={choice === i.id} onChange={() => choose(i.id)} />
                    <span><strong>{numberOf(i)} {incidentClassWord(i.class.word, lang)}</strong> · {incidentStateWord(i.state, lang)} · {word('since', lang)} {moment(instant(i.start_at), at).replace(/:\d\d$/, '')}
                        {near.calls.filter((c) => c.incident === i.id && c.note).slice(0, 2).map((c, n) => <span key={n} class="quiet near-said">“{c.note}”</span>)}</span></label>
            ))}
            {near.incidents.length > 0 && <label class={`near ${choice === '' ? 'near-on' : ''}`}><input type="radio" name="near" checked={choice === ''} onChange={() => choose('')} /><span>{word('newIncident', lang)}</span></label>}
        </fieldset>
    );
}

export function CallForm({ s, at, done, found }: { s: State; at: number; done(): void; found?: boolean }) {
    const { lang } = s;
    const labels = { place: word('place', lang), class: word('incidentClass', lang), when: word('sinceWhen', lang), note: word(found ? 'whatIsFound' : 'whatIsSaid', lang), finder: word('finder', lang), caller: word('caller', lang), phone: word('phone', lang) };
    const form = useForm({ id: 'call', lang, first: { place: '', class: CALL_CLASSES[0]!, finder: 'not_said' }, labels, draft: found ? 'found' : 'call',
        checks: { place: needed, when: past, note: most(240), ...(!found && { caller: most(80), phone: all(phone, most(32)) }) }, renamed: { site: 'place', zone: 'place', claimed_at: 'when' } });
    const { values } = form;
    const choice = values.choice ?? '';
    const setChoice = (id: string) => form.put('choice', id);
    const near = useNear(values.place!);
    const start = useRef<HTMLElement | null>(null);
    useEffect(() => { start.current = document.getElementById('call-place'); start.current?.focus(); }, []);
    const tell = async (e: Event) => {
        let made: Incident | null = null;
        const sent = await form.send(e, () => {
            const [kind, id] = values.place!.split('=') as [string, string];
            const body: Record<string, string | boolean> = { [kind]: decodeURIComponent(id), ...(!found && { source: 'phone' }), class: values.class! };
            for (const f of found ? ['note', 'finder'] : ['note', 'caller', 'phone']) if (values[f]?.trim()) body[f] = values[f]!.trim();
            if (values.when) body.claimed_at = localTime(values.when);
            if (values.drill && found) body.drill = true;
            if (choice && !found) body.incident = choice;
            return tellOnce<Incident>(!found ? '/api/v1/calls' : choice ? `/api/v1/incidents/${choice}/link` : '/api/v1/incidents', body, lang, (is) => { made = is; });
        });
        if (!sent) return;
        void loadIncidents();
        done();
        if (made) go(hashOf('incidents', (made as Incident).id));
    };
    return (
        <section class="card" aria-labelledby="call-title">
            <header><h2 id="call-title">{word(found ? 'openByHand' : 'takeCall', lang)}</h2></header>
            <form class="new call-form" onSubmit={tell} noValidate>
                <Box form={form} name="place" label={labels.place}>
                    <select {...fieldOf(form, 'place')} onChange={(e) => { form.put('place', e.currentTarget.value); setChoice(''); }}>
                        <option value="">{word('choose', lang)}</option>
                        <optgroup label={word('zones', lang)}>{s.zones.map((z) => <option key={z.id} value={`zone=${encodeURIComponent(z.id)}`}>{z.name}</option>)}</optgroup>
                        <optgroup label={word('sites', lang)}>{(s.sites ?? []).map((x) => <option key={x.id} value={`site=${encodeURIComponent(x.id)}`}>{x.name}</option>)}</optgroup>
                    </select></Box>
                <Choice form={form} name="class" label={labels.class}>{(found ? CLASSES : CALL_CLASSES).map((c) => <option key={c} value={c}>{incidentClassWord(c, lang)}</option>)}</Choice>
                <Line form={form} name="when" label={labels.when} type="datetime-local" />
                <Line form={form} name="note" label={labels.note} more="grow" />
                {found && <Choice form={form} name="finder" label={labels.finder}>{FINDERS.map((f) => <option key={f} value={f}>{finderWord(f, lang)}</option>)}</Choice>}
                {found && <label class="tick"><input type="checkbox" checked={!!values.drill} onChange={(e) => form.put('drill', e.currentTarget.checked ? 'yes' : '')} /> {word('isDrill', lang)}</label>}
                {!found && <Line form={form} name="caller" label={labels.caller} />}
                {!found && <Line form={form} name="phone" label={labels.phone} type="tel" />}
                {near && <Nearby near={near} choice={choice} choose={setChoice} lang={lang} at={at} />}
                <Send form={form} label={word(choice ? 'joinCall' : 'openCall', lang)}><button type="button" class="plain" onClick={() => { form.clear(); done(); }}>{word('cancel', lang)}</button></Send>
            </form>
        </section>
    );
}
