/* A customer calls the hotline, or (`found`) people of the supplier found something: where, what, since when; what is open near there is offered before a new one is opened. */
import { useEffect, useRef, useState } from 'preact/hooks';
import * as api from './api';
import { instant, moment, type Lang } from './format';
import { localTime } from './incident_form';
import { CALL_CLASSES, CLASSES, FINDERS } from './incident_kit';
import { keyOf, settled } from './keys';
import { Mark } from './marks';
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
                    <span><strong>{incidentClassWord(i.class.word, lang)}</strong> #{i.id} · {incidentStateWord(i.state, lang)} · {word('since', lang)} {moment(instant(i.start_at), at).replace(/:\d\d$/, '')}
                        {near.calls.filter((c) => c.incident === i.id && c.note).slice(0, 2).map((c, n) => <span key={n} class="quiet near-said">“{c.note}”</span>)}</span></label>
            ))}
            {near.incidents.length > 0 && <label class={`near ${choice === '' ? 'near-on' : ''}`}><input type="radio" name="near" checked={choice === ''} onChange={() => choose('')} /><span>{word('newIncident', lang)}</span></label>}
        </fieldset>
    );
}

export function CallForm({ s, at, done, found }: { s: State; at: number; done(): void; found?: boolean }) {
    const { lang } = s;
    const [place, setPlace] = useState('');
    const [values, setValues] = useState<Record<string, string>>({ class: CALL_CLASSES[0]! });
    const [choice, setChoice] = useState('');
    const [trouble, setTrouble] = useState<{ field: string | null; text: string } | null>(null);
    const [busy, setBusy] = useState(false);
    const near = useNear(place);
    const start = useRef<HTMLSelectElement>(null);
    useEffect(() => start.current?.focus(), []);
    const put = (name: string) => (e: Event) => { setValues({ ...values, [name]: (e.currentTarget as HTMLInputElement).value }); setTrouble(null); };
    const tell = async (e: Event) => {
        e.preventDefault();
        if (busy) return;
        if (!place) return setTrouble({ field: 'site', text: word('needed', lang) });
        const [kind, id] = place.split('=') as [string, string];
        const body: Record<string, string | boolean> = { [kind]: decodeURIComponent(id), ...(!found && { source: 'phone' }), class: values.class! };
        for (const f of found ? ['note', 'finder'] : ['note', 'caller', 'phone']) if (values[f]?.trim()) body[f] = values[f]!.trim();
        if (values.when) body.claimed_at = localTime(values.when);
        if (values.drill && found) body.drill = true;
        if (choice && !found) body.incident = choice;
        const path = !found ? '/api/v1/calls' : choice ? `/api/v1/incidents/${choice}/link` : '/api/v1/incidents';
        const of = `${path} ${JSON.stringify(body)}`;
        setBusy(true);
        try {
            const made = await api.post<Incident>(path, { key: keyOf(of), ...body });
            settled(of);
            void loadIncidents();
            done();
            if (made) go(hashOf('incidents', made.id));
        } catch (error) {
            if (error instanceof api.Refused && error.status < 500 && error.status !== 429) settled(of);
            setTrouble(error instanceof api.Refused ? { field: error.field === 'zone' ? 'site' : error.field, text: error.detail } : { field: null, text: word('unreachable', lang) });
        }
        setBusy(false);
    };
    const said = (f: string) => <span class="field-said" role="alert">{trouble?.field === f && trouble.text}</span>;
    const input = (f: string, label: string, most: number, more = '', type = 'text') => (
        <span class={`field ${more}`} key={f}><label for={`call-${f}`}>{label}</label><input id={`call-${f}`} type={type} maxLength={most} autoComplete="off" value={values[f] ?? ''} aria-invalid={trouble?.field === f} onInput={put(f)} />{said(f)}</span>
    );
    return (
        <section class="card" aria-labelledby="call-title">
            <header><h2 id="call-title">{word(found ? 'openByHand' : 'takeCall', lang)}</h2></header>
            <form class="new call-form" onSubmit={tell} noValidate>
                <span class="field"><label for="call-place">{word('place', lang)}</label>
                    <select id="call-place" ref={start} value={place} aria-invalid={trouble?.field === 'site'} onChange={(e) => { setPlace(e.currentTarget.value); setChoice(''); setTrouble(null); }}>
                        <option value="">{word('choose', lang)}</option>
                        <optgroup label={word('zones', lang)}>{s.zones.map((z) => <option key={z.id} value={`zone=${encodeURIComponent(z.id)}`}>{z.name}</option>)}</optgroup>
                        <optgroup label={word('sites', lang)}>{(s.sites ?? []).map((x) => <option key={x.id} value={`site=${encodeURIComponent(x.id)}`}>{x.name}</option>)}</optgroup>
                    </select>{said('site')}</span>
                <span class="field"><label for="call-class">{word('incidentClass', lang)}</label><select id="call-class" value={values.class} onChange={put('class')}>{(found ? CLASSES : CALL_CLASSES).map((c) => <option key={c} value={c}>{incidentClassWord(c, lang)}</option>)}</select>{said('class')}</span>
                <span class="field"><label for="call-when">{word('sinceWhen', lang)}</label><input id="call-when" type="datetime-local" value={values.when ?? ''} onInput={put('when')} />{said('claimed_at')}</span>
                {input('note', word(found ? 'whatIsFound' : 'whatIsSaid', lang), 240, 'grow')}
                {found && <span class="field"><label for="call-finder">{word('finder', lang)}</label><select id="call-finder" value={values.finder ?? 'not_said'} onChange={put('finder')}>{FINDERS.map((f) => <option key={f} value={f}>{finderWord(f, lang)}</option>)}</select>{said('finder')}</span>}
                {found && <label class="tick"><input type="checkbox" checked={!!values.drill} onChange={(e) => setValues({ ...values, drill: e.currentTarget.checked ? 'yes' : '' })} /> {word('isDrill', lang)}</label>}
                {!found && input('caller', word('caller', lang), 80)}
                {!found && input('phone', word('phone', lang), 32, '', 'tel')}
                {near && <Nearby near={near} choice={choice} choose={setChoice} lang={lang} at={at} />}
                <button type="submit" class="primary small" disabled={busy}>{word(choice ? 'joinCall' : 'openCall', lang)}</button>
                <button type="button" class="plain" onClick={done}>{word('cancel', lang)}</button>
                {trouble && !['site', 'class', 'note', 'caller', 'phone', 'claimed_at'].includes(trouble.field ?? '') && <p class="problem" role="alert"><Mark kind="bad" />{trouble.text}</p>}
            </form>
        </section>
    );
}
