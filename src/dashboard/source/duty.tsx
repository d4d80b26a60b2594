/* Who is on duty by the rosters: now, or at a time one asks for. */
import { useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { Understood } from './form';
import { instant, moment, type Lang } from './format';
import { localTime } from './incident_form';
import { Mark } from './marks';
import type { DutyPerson, DutyRoster } from './shift_kit';
import { word } from './words';

const AGAIN_MS = 60_000;

/* A roster turns on the minute. */
const minute = (ms: number | null, at: number): string => moment(ms, at).replace(/:\d\d$/, '');

function Person({ p, lang }: { p: DutyPerson; lang: Lang }) {
    return <span>{p.name}{p.instead_of && <span class="quiet"> ({word('insteadOf', lang)} {p.instead_of})</span>}</span>;
}

export function DutyCard({ lang, at }: { lang: Lang; at: number }) {
    const [rosters, setRosters] = useState<DutyRoster[] | null>(null);
    const [when, setWhen] = useState('');
    const [failed, setFailed] = useState('');
    useEffect(() => {
        let asked = true; /* else another time was asked for since: this answer brings nothing */
        const query = when === '' ? '' : `?at=${encodeURIComponent(localTime(when))}`;
        const load = () => api.get<{ rosters: DutyRoster[] }>(`/api/v1/duty${query}`).then(
            (d) => { if (asked) { setRosters(d.rosters); setFailed(''); } },
            (error: unknown) => { if (asked) setFailed(error instanceof api.Refused ? error.detail : word('unreachable', lang)); });
        void load();
        const timer = setInterval(() => void load(), AGAIN_MS);
        return () => { asked = false; clearInterval(timer); };
    }, [when]);
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
        </section>
    );
}
