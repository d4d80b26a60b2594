/* The wires: whether each answers, how fast, and when it will be tried again. */
import { age, instant, moment, number, type Lang } from './format';
import { Mark, stateKind } from './marks';
import type { Device, Wire } from './shapes';
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
            {of.last_error && <span>{word('lastError', lang)}: {of.last_error}</span>}
            {next !== null && <span>{word('nextTry', lang)} {moment(next, at)}</span>}
        </p>
    );
}

function DeviceRow({ device, lang, at }: { device: Device; lang: Lang; at: number }) {
    return (
        <li class="device">
            <span class="device-name">{device.id}<span class="quiet">{word('address', lang)} {device.unit}</span></span>
            <State name={device.state} lang={lang} />
            <span class="quiet device-last">{age(instant(device.last_valid_reply), at, lang)}</span>
            <Trouble of={device} lang={lang} at={at} />
        </li>
    );
}

function WireItem({ wire, lang, at }: { wire: Wire; lang: Lang; at: number }) {
    const ms = (v: number | null | undefined) => (v === null || v === undefined ? '—' : `${number(v, v < 10 ? 1 : 0, lang)} ms`);
    return (
        <li class="wire" data-wire={wire.id}>
            <div class="wire-head">
                <h3>{wire.id}</h3>
                <State name={wire.state} lang={lang} />
                <span class="quiet">{wire.endpoint}</span>
            </div>
            <dl class="facts">
                <div><dt>{word('lastReply', lang)}</dt><dd>{age(instant(wire.last_valid_reply), at, lang)}</dd></div>
                <div><dt>{word('response', lang)} p50 / p99</dt><dd>{ms(wire.response_ms?.p50)} / {ms(wire.response_ms?.p99)}</dd></div>
            </dl>
            <Trouble of={wire} lang={lang} at={at} />
            {(wire.devices?.length ?? 0) > 0 && (
                <ul class="devices">{wire.devices!.map((d) => <DeviceRow key={d.id} device={d} lang={lang} at={at} />)}</ul>
            )}
        </li>
    );
}

const worst = (wire: Wire): number =>
    wire.state !== 'up' ? 0 : (wire.devices ?? []).some((d) => d.state !== 'up') ? 1 : 2;

/** Those in trouble first; the others as the server gives them. */
export function worstFirst(wires: Wire[]): Wire[] {
    return [...wires].sort((a, b) => worst(a) - worst(b));
}

export function Wires({ wires, lang, at }: { wires: Wire[] | null; lang: Lang; at: number }) {
    return (
        <section class="card wires" aria-labelledby="wires-title">
            <header><h2 id="wires-title">{word('wires', lang)}</h2></header>
            {wires === null && <p class="nothing">{word('loading', lang)}</p>}
            {wires?.length === 0 && <p class="nothing">{word('noWires', lang)}</p>}
            {wires !== null && wires.length > 0 && (
                <ul class="wire-list" tabIndex={0} aria-labelledby="wires-title">
                    {worstFirst(wires).map((w) => <WireItem key={w.id} wire={w} lang={lang} at={at} />)}
                </ul>
            )}
        </section>
    );
}
