/* A site in one row, and in one sentence. */
import type { Lang } from './format';
import { keyPoints, type SiteView } from './judged';
import { SeverityMark, VerdictMark } from './marks';
import { Value } from './points';
import { siteHash } from './state';
import { shortName, siteKindWord, word } from './words';

export function siteSaid(v: SiteView, lang: Lang): string {
    const parts: string[] = [];
    if (v.alarms.length) parts.push(`${v.alarms.length} ${word('alarmsNow', lang)}`);
    if (v.unknown) parts.push(`${v.unknown}/${v.points.length} ${word('pointsUnknown', lang)}`);
    if (v.doubtful) parts.push(`${v.doubtful} ${word('pointsDoubtful', lang)}`);
    if (!v.points.length) parts.push(word('noPointsHere', lang));
    return parts.join(', ') || word('nothingSeen', lang);
}

function SiteSign({ v }: { v: SiteView }) {
    if (v.state === 'alarm') return <SeverityMark severity={v.alarms[0]!.severity} />;
    return <VerdictMark verdict={v.state === 'unknown' ? 'unknown' : v.state === 'doubt' ? 'doubt' : 'well'} />;
}

export function SiteRow({ v, lang, most = 4 }: { v: SiteView; lang: Lang; most?: number }) {
    const alarmed = new Set(v.alarms.map((a) => a.point ?? ''));
    return (
        <li class={`site-row site-${v.state}`} data-site={v.id}>
            <a href={siteHash(v.id)}>
                <span class="site-sign-box"><SiteSign v={v} /></span>
                <span class="site-who">
                    <span class="site-name">{v.name}</span>
                    <span class="quiet">{siteKindWord(v.info?.kind ?? '', lang)}{v.info?.area_name && ` · ${v.info.area_name}`}</span>
                </span>
                <span class={`site-said site-said-${v.state}`}>
                    {siteSaid(v, lang)}
                    {v.alarms[0] && <span class="site-worst">{v.alarms[0].name?.[lang] || v.alarms[0].rule}{v.alarms.length > 1 && ' …'}</span>}
                </span>
                <span class="site-values">
                    {keyPoints(v.points, alarmed, most).map((p) => (
                        <span class={`site-value ${alarmed.has(p.id) ? 'in-alarm' : ''}`} key={p.id}><span class="quiet">{shortName(p, lang)}</span><Value point={p} lang={lang} /></span>
                    ))}
                </span>
            </a>
        </li>
    );
}
