/* Modes of a place: what is being done there, by whom, until when; put and ended by operators. */
import { useRef, useState } from 'preact/hooks';
import * as api from './api';
import { all, most, reason } from './checks';
import { Line, Send, tellOnce, useForm } from './form';
import { duration, instant, moment, type Lang } from './format';
import { keyOf, settled } from './keys';
import { Mark } from './marks';
import type { Mode } from './shapes';
import { loadModes, now, type State } from './state';
import { modeWord, word } from './words';

const KINDS = ['maintenance', 'calibration', 'backwash', 'out_of_service', 'rota', 'drill'];
const HOURS = [1, 2, 4, 8, 24];
const HOUR_MS = 3_600_000;

/** Those of a site: of itself, of its devices, of its points. */
export function modesOf(modes: Mode[] | null, site: string, devices: ReadonlySet<string>, points: ReadonlySet<string>): Mode[] {
    return (modes ?? []).filter((m) => m.ended === 'open' && (m.site === site || devices.has(m.device ?? '') || points.has(m.point ?? '')));
}

function NewMode({ site, lang, done }: { site: string; lang: Lang; done(): void }) {
    const form = useForm({ id: 'mode', lang, first: { kind: KINDS[0]!, hours: '2' }, checks: { why: all(reason, most(240)) }, labels: { why: word('why', lang) }, draft: `mode ${site}` });
    const asked = useRef<{ of: string; until: string } | null>(null);
    const put = async (e: Event) => {
        const sent = await form.send(e, (values) => {
            const { kind, hours } = values;
            const why = values.why!.trim();
            const of = `mode ${site} ${kind} ${hours} ${why}`;
            if (asked.current?.of !== of) asked.current = { of, until: new Date(now() + Number(hours) * HOUR_MS).toISOString() };
            return tellOnce('/api/v1/modes', { kind, site, until: asked.current.until, why }, lang, loadModes, of);
        });
        if (sent) done();
    };
    return (
        <form class="shelf mode-form" onSubmit={put} noValidate>
            <label>{word('mode', lang)} <select value={form.values.kind} onChange={(e) => form.put('kind', e.currentTarget.value)}>{KINDS.map((k) => <option key={k} value={k}>{modeWord(k, lang)}</option>)}</select></label>
            <label>{word('forHours', lang)} <select value={form.values.hours} onChange={(e) => form.put('hours', e.currentTarget.value)}>{HOURS.map((h) => <option key={h} value={h}>{`${h} ${word('hours', lang)} (${word('until', lang)} ${moment(now() + h * HOUR_MS, now()).replace(/:\d\d$/, '')})`}</option>)}</select></label>
            <Line form={form} name="why" label={word('why', lang)} more="grow" auto />
            <Send form={form} label={word('putMode', lang)}><button type="button" class="plain" onClick={() => { form.clear(); done(); }}>{word('cancel', lang)}</button></Send>
        </form>
    );
}

export function Modes({ s, site, modes, at }: { s: State; site: string; modes: Mode[]; at: number }) {
    const { lang } = s;
    const [adding, setAdding] = useState(false);
    const [trouble, setTrouble] = useState<string | null>(null);
    const may = s.who?.role === 'operator' || s.who?.role === 'administrator';
    const end = async (m: Mode) => {
        const of = `end ${m.id}`;
        try {
            await api.remove(`/api/v1/modes/${m.id}?key=${keyOf(of)}`);
            settled(of);
            setTrouble(null);
        } catch (error) {
            setTrouble(error instanceof api.Refused ? error.detail : word('unreachable', lang));
        }
        await loadModes();
    };
    if (!modes.length && !may) return null;
    return (
        <div class="modes">
            {modes.map((m) => {
                const until = instant(m.until) ?? at;
                return (
                    <p key={m.id} class={`mode mode-${m.kind}`} data-mode={m.id}>
                        <strong>{modeWord(m.kind, lang)}</strong> {m.device ?? m.point ?? ''}
                        <span>{word('until', lang)} {moment(until, at).replace(/:\d\d$/, '')} ({word('leftOver', lang)} {duration(until - at, lang)})</span>
                        <span class="quiet">{m.why} · {m.who}</span>
                        {may && <button type="button" class="plain" onClick={() => void end(m)}>{word('endMode', lang)}</button>}
                    </p>
                );
            })}
            {trouble && <p class="problem" role="alert"><Mark kind="bad" />{trouble}</p>}
            {may && !adding && <button type="button" class="plain" onClick={() => setAdding(true)}>{word('putMode', lang)}…</button>}
            {may && adding && <NewMode site={site} lang={lang} done={() => setAdding(false)} />}
        </div>
    );
}
