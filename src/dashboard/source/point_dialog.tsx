/* One point from near: its value, its trend, what is known of it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import * as api from './api';
import { age, instant, moment, number, period, unit, type Lang } from './format';
import { qualityText, Value } from './points';
import { hashOf, trendsHash } from './route';
import type { Point, PointDetail, Rule } from './shapes';
import { openPoint, siteHash, state } from './state';
import { Ranges, Trend, useRange } from './trend';
import { ruleKindWord, severityWord, word } from './words';

function Facts({ point, rules, lang, at }: { point: Point; rules: Rule[]; lang: Lang; at: number }) {
    const [detail, setDetail] = useState<PointDetail | null>(null);
    useEffect(() => {
        const stop = new AbortController();
        setDetail(null);
        api.get<PointDetail>(`/api/v1/points/${encodeURIComponent(point.id)}`, stop.signal).then(setDetail, () => undefined);
        return () => stop.abort();
    }, [point.id, point.reason === 'forced']);
    const with_unit = (v: number | null | undefined) => `${number(v, point.decimals, lang)} ${unit(point.unit, lang)}`.trim();
    const low = detail?.plausible?.low ?? null;
    const high = detail?.plausible?.high ?? null;
    const rows: [string, string][] = [
        [word('quality', lang), qualityText(point, lang)],
        [word(point.quality === 'bad' ? 'lastTry' : 'lastRead', lang), `${moment(instant(point.at), at)} (${age(instant(point.at), at, lang)})`],
        [word('every', lang), period(point.every_ms, lang)],
        [word('wire', lang), point.wire],
        [word('device', lang), point.device],
        [word('code', lang), point.id],
    ];
    if (point.reason === 'forced' && detail?.forced?.until)
        rows.splice(1, 0, [word('forced', lang), `${with_unit(detail.forced.value)}, ${word('setBy', lang)} ${detail.forced.who ?? '—'}, ${word('until', lang)} ${moment(instant(detail.forced.until), at)}`]);
    for (const r of rules)
        rows.push([`${word('rule', lang)}: ${r.name || r.rule}`, `${ruleKindWord(r.kind, lang)}${r.limit === null ? '' : ` ${with_unit(r.limit)}`} · ${severityWord(r.severity, lang)}`]);
    if (low !== null || high !== null) rows.push([word('plausible', lang), `${number(low, point.decimals, lang)} – ${with_unit(high)}`]);
    if (detail?.deadband) rows.push([word('deadband', lang), `${number(detail.deadband, Math.max(point.decimals, 2), lang)} ${unit(point.unit, lang)}`.trim()]);
    return <dl class="facts wide">{rows.map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>;
}

export function PointDialog({ point, lang, at }: { point: Point; lang: Lang; at: number }) {
    const box = useRef<HTMLDialogElement>(null);
    const [range, setRange] = useRange('dialog');
    useEffect(() => {
        const dialog = box.current;
        dialog?.showModal();
        return () => dialog?.close();
    }, []);
    const rules = (state.rules ?? []).filter((r) => r.point === point.id);
    return (
        <dialog ref={box} class="card point-dialog" aria-labelledby="dialog-title" onCancel={(e) => { e.preventDefault(); openPoint(null); }}
            onClick={(e) => e.target === box.current && openPoint(null)}>
            <div class="dialog-body">
                <header>
                    <div>
                        <h2 id="dialog-title">{point.name}</h2>
                        <p><a href={point.site ? siteHash(point.site) : hashOf('points')}>{point.site_name}</a></p>
                    </div>
                    <Value point={point} lang={lang} />
                    <button type="button" class="plain close" autofocus onClick={() => openPoint(null)}>{word('close', lang)}</button>
                </header>
                <div class="trend-tools">
                    <Ranges lang={lang} range={range} onRange={setRange} />
                    <a class="plain" href={trendsHash([point.id], range.key)}>{word('inTrends', lang)}</a>
                </div>
                <Trend key={point.id} point={point} range={range} lang={lang} compact={false} />
                <Facts point={point} rules={rules} lang={lang} at={at} />
            </div>
        </dialog>
    );
}
