/* Who is on duty by the rosters: now, or at a time one asks for; and what is changed of it for a while. */
import { useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { Changes, NewAddresses, NewGuest, NewSubstitute, type Reachable } from './duty_change';
import { Understood } from './form';
import { instant, moment, type Lang } from './format';
import { localTime } from './incident_form';
import { Mark } from './marks';
import type { DutyChange, DutyPerson, DutyRoster, RosterTurns } from './shift_kit';
import { word } from './words';

const AGAIN_MS = 60_000;

/* A roster turns on the minute. */
const minute = (ms: number | null, at: number): string => moment(ms, at).replace(/:\d\d$/, '');

function Person({ p, lang }: { p: DutyPerson; lang: Lang }) {
    return <span>{p.name}{p.instead_of && <span class="quiet"> ({word('insteadOf', lang)} {p.instead_of})</span>}{p.change && <span class="quiet"> · {word('forAWhile', lang)}</span>}</span>;
}

interface Plan { rosters: RosterTurns[]; people: Reachable[]; contacts: Reachable[]; changes: DutyChange[] }

const sorted = (people: Reachable[]): Reachable[] => [...people].sort((a, b) => a.name.localeCompare(b.name, 'vi'));

/* Whoever is on a roster can stand in on it, also where one sees no contact but one's own. */
function planOf(roster: { rosters: RosterTurns[]; changes: DutyChange[] }, contacts: { items: Reachable[]; changes: DutyChange[] }): Plan {
    const people = new Map<string, Reachable>();
    for (const p of [...contacts.items, ...roster.rosters.flatMap((r) => r.members)]) people.set(p.id, p);
    return {
        rosters: roster.rosters,
        people: sorted([...people.values()]),
        contacts: sorted(contacts.items.filter((p) => !contacts.changes.some((c) => c.kind === 'guest' && c.who === p.id))), /* of the file */
        changes: [...roster.changes.filter((c) => c.state === 'open'), ...contacts.changes],
    };
}

/* Substitutes may be put a month ahead. */
const DAYS_AHEAD = 31;
const ahead = (): string => {
    const from = Date.now();
    return `from=${new Date(from).toISOString()}&to=${new Date(from + DAYS_AHEAD * 86_400_000).toISOString()}`;
};

/** For those who may change it: operators alone see this card. */
function ForAWhile({ lang, at, turn, done }: { lang: Lang; at: number; turn: number; done(): void }) {
    const [plan, setPlan] = useState<Plan | null>(null);
    const [adding, setAdding] = useState<'substitute' | 'guest' | 'addresses' | null>(null);
    useEffect(() => {
        let asked = true;
        const load = () => Promise.all([
            api.get<{ rosters: RosterTurns[]; changes: DutyChange[] }>(`/api/v1/roster?${ahead()}`),
            api.get<{ items: Reachable[]; changes: DutyChange[] }>('/api/v1/contacts'),
        ]).then(([roster, contacts]) => { if (asked) setPlan(planOf(roster, contacts)); }, () => undefined); /* the card above says what is wrong */
        void load();
        const timer = setInterval(() => void load(), AGAIN_MS);
        return () => { asked = false; clearInterval(timer); };
    }, [turn]);
    if (!plan || !(plan.rosters.length || plan.contacts.length || plan.changes.length)) return null;
    const over = () => { setAdding(null); done(); };
    return (
        <div class="for-a-while">
            <Changes changes={plan.changes} rosters={plan.rosters} at={at} lang={lang} done={done} />
            {adding === null && <p>
                {plan.rosters.length > 0 && <><button type="button" class="plain" onClick={() => setAdding('substitute')}>{word('putSubstitute', lang)}…</button>{' '}
                    <button type="button" class="plain" onClick={() => setAdding('guest')}>{word('addGuest', lang)}…</button>{' '}</>}
                {plan.contacts.length > 0 && <button type="button" class="plain" onClick={() => setAdding('addresses')}>{word('putAddresses', lang)}…</button>}
            </p>}
            {adding === 'substitute' && plan.rosters.length > 0 && <NewSubstitute rosters={plan.rosters} people={plan.people} lang={lang} done={over} />}
            {adding === 'guest' && <NewGuest lang={lang} done={over} />}
            {adding === 'addresses' && plan.contacts.length > 0 && <NewAddresses contacts={plan.contacts} lang={lang} done={over} />}
        </div>
    );
}

export function DutyCard({ lang, at }: { lang: Lang; at: number }) {
    const [rosters, setRosters] = useState<DutyRoster[] | null>(null);
    const [when, setWhen] = useState('');
    const [failed, setFailed] = useState('');
    const [turn, setTurn] = useState(0); /* rises when something was changed here */
    useEffect(() => {
        let asked = true; /* else another time was asked for since: this answer brings nothing */
        const query = when === '' ? '' : `?at=${encodeURIComponent(localTime(when))}`;
        const load = () => api.get<{ rosters: DutyRoster[] }>(`/api/v1/duty${query}`).then(
            (d) => { if (asked) { setRosters(d.rosters); setFailed(''); } },
            (error: unknown) => { if (asked) setFailed(error instanceof api.Refused ? error.detail : word('unreachable', lang)); });
        void load();
        const timer = setInterval(() => void load(), AGAIN_MS);
        return () => { asked = false; clearInterval(timer); };
    }, [when, turn]);
    if (!rosters && !failed) return null;
    return (
        <section class="card" aria-labelledby="duty-title">
            <header><h2 id="duty-title">{word('dutyNow', lang)}</h2>
                {rosters && rosters.length > 0 && <span class="field"><label for="duty-at">{word('dutyAt', lang)}</label><input id="duty-at" type="datetime-local" value={when} onInput={(e) => setWhen(e.currentTarget.value)} /><Understood field={when} lang={lang} /></span>}</header>
            {failed && <p class="problem" role="alert"><Mark kind="bad" />{failed}</p>}
            {rosters?.length === 0 && <p class="nothing">{word('noRosters', lang)}</p>}
            <ul class="plain-list duty">{rosters?.map((r) => (
                <li key={r.id} data-roster={r.id}>
                    <strong>{r.name ?? r.id}</strong>
                    {r.gap && <span class="late" role="alert"><Mark kind="bad" />{word('dutyGap', lang)}</span>}
                    {!r.gap && r.people.map((p) => <Person key={p.id} p={p} lang={lang} />)}
                    {r.leader && <span class="quiet">{word('dutyLeader', lang)}: {r.leader.name}</span>}
                    {r.until && <span class="quiet">{word('until', lang)} {minute(instant(r.until), at)}</span>}
                    {r.next_gap && !r.gap && <span class="late">{word('dutyNextGap', lang)} {minute(instant(r.next_gap.from), at)} – {minute(instant(r.next_gap.to), at)}</span>}
                </li>
            ))}</ul>
            <ForAWhile lang={lang} at={at} turn={turn} done={() => setTurn((n) => n + 1)} />
        </section>
    );
}
