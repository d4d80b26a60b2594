/* The wires: whether each answers, how fast, what its devices taught, and when it will be tried again. */
import { age, instant, moment, number, type Lang } from './format';
import { Mark, stateKind } from './marks';
import type { Device, Wire } from './shapes';
import { told } from './told';
import { stateWord, word } from './words';

function State({ name, lang }: { name: string; lang: Lang }) {
    const kind = stateKind(name);
    return <span class={`quality quality-${kind}`}><Mark kind={kind} />{stateWord(name, lang)}</span>;
}

function Trouble({ of, lang, at }: { of: { next_try: string | null; last_error: string | null; state: string }; lang: Lang; at: number }) {
    const next = instant(of.next_try);
    const show = of.state !== 'up';
    if (!show || (!of.last_error && next === null)) return null;
    return (
        <p class="trouble">
            {of.last_error && <span>{word('lastError', lang)}: {told(of.last_error, lang)}</span>}
            {next !== null && <span>{word('nextTry', lang)} {moment(next, at)}</span>}
        </p>
    );
}

/* What it showed of itself: not a fault, but worth knowing before its settings are changed. */
function Learned({ device, lang }: { device: Device; lang: Lang }) {
    const parts: string[] = [];
    if (device.identity) parts.push(device.identity);
    if (device.learned?.max_registers) parts.push(`${word('mostRegisters', lang)} ${device.learned.max_registers}`);
    if (device.learned?.missing) parts.push(`${device.learned.missing} ${word('missingRegisters', lang)}: ${(device.learned.missing_registers ?? []).join(', ')}`);
    if (device.overruns) parts.push(`${number(device.overruns, 0, lang)} ${word('overruns', lang)}`);
    if (!parts.length) return null;
    return <span class="learned quiet">{parts.join(' · ')}</span>;
}

function DeviceRow({ device, lang, at }: { device: Device; lang: Lang; at: number }) {
    return (
        <li class="device">
            <span class="device-name">{device.id}<span class="quiet">{word('address', lang)} {device.unit} · {device.points} {word('points', lang)}</span></span>
            <State name={device.state} lang={lang} />
            <span class="quiet device-last">{age(instant(device.last_valid_reply), at, lang)}</span>
            {device.stands_still && <span class="trouble">{word('standsStill', lang)}</span>}
            <Learned device={device} lang={lang} />
            <Trouble of={device} lang={lang} at={at} />
        </li>
    );
}

function WireItem({ wire, only, lang, at }: { wire: Wire; only?: ReadonlySet<string>; lang: Lang; at: number }) {
    const ms = (v: number | null | undefined) => (v === null || v === undefined ? '—' : `${number(v, v < 10 ? 1 : 0, lang)} ms`);
    const share = (v: number | undefined) => (v === undefined ? '—' : `${number(v * 100, 0, lang)}%`);
    const devices = (wire.devices ?? []).filter((d) => !only || only.has(d.id));
    return (
        <li class="wire" data-wire={wire.id}>
            <div class="wire-head">
                <h3>{wire.id}</h3>
                <State name={wire.state} lang={lang} />
                <span class="quiet">{wire.endpoint}</span>
            </div>
            <dl class="facts wire-facts">
                <div><dt>{word('lastReply', lang)}</dt><dd>{age(instant(wire.last_valid_reply), at, lang)}</dd></div>
                <div><dt>{word('response', lang)} p50 / p99</dt><dd>{ms(wire.response_ms?.p50)} / {ms(wire.response_ms?.p99)}</dd></div>
                <div><dt>{word('load', lang)}</dt><dd>{share(wire.load?.measured)} / {share(wire.load?.planned)}</dd></div>
                <div><dt>{word('noAnswers', lang)}</dt><dd>{number(wire.timeouts, 0, lang)} / {number(wire.transactions, 0, lang)}</dd></div>
            </dl>
            <Trouble of={wire} lang={lang} at={at} />
            {devices.length > 0 && <ul class="devices">{devices.map((d) => <DeviceRow key={d.id} device={d} lang={lang} at={at} />)}</ul>}
        </li>
    );
}

const worst = (wire: Wire): number =>
    wire.state !== 'up' ? 0 : (wire.devices ?? []).some((d) => d.state !== 'up' || d.stands_still) ? 1 : 2;

/** Those in trouble first; the others as the server gives them. */
export function worstFirst(wires: Wire[]): Wire[] {
    return [...wires].sort((a, b) => worst(a) - worst(b));
}

export function WireList({ wires, only, lang, at }: { wires: Wire[] | null; only?: ReadonlySet<string>; lang: Lang; at: number }) {
    return (
        <section class="card wires" aria-labelledby="wires-title">
            <header><h2 id="wires-title">{word('wires', lang)}</h2>{wires && <span class="quiet">{wires.filter((w) => worst(w) === 2).length}/{wires.length} {word('wiresWell', lang)}</span>}</header>
            {wires === null && <p class="nothing">{word('loading', lang)}</p>}
            {wires?.length === 0 && <p class="nothing">{word('noWires', lang)}</p>}
            {wires !== null && wires.length > 0 && (
                <ul class="wire-list">{worstFirst(wires).map((w) => <WireItem key={w.id} wire={w} only={only} lang={lang} at={at} />)}</ul>
            )}
        </section>
    );
}

export function WiresScreen({ wires, lang, at }: { wires: Wire[] | null; lang: Lang; at: number }) {
    return <WireList wires={wires} lang={lang} at={at} />;
}
