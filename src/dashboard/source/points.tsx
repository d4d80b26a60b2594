/* The points of every site, with what is known of each, and nothing that is not. */
import { Component } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { columnsOf, heightOf } from './columns';
import { age, folded, instant, number, unit, type Lang } from './format';
import { weight } from './judged';
import { Mark } from './marks';
import { memo } from './memo';
import type { Point } from './shapes';
import { openPoint, siteHash } from './state';
import { qualityWord, reasonWord, word } from './words';

export interface Site {
    id: string;
    name: string;
    points: Point[];
}

/** Sites in the order the server gives them; of each what says most first. */
export function sitesOf(points: Iterable<Point>): Site[] {
    const sites = new Map<string, Site>();
    for (const p of points) {
        const site = sites.get(p.site) ?? { id: p.site, name: p.site_name || p.site, points: [] };
        site.points.push(p);
        sites.set(p.site, site);
    }
    for (const { points: own } of sites.values()) own.sort((a, b) => weight(a) - weight(b));
    return [...sites.values()];
}

export function countOf(points: Point[]): { good: number; uncertain: number; bad: number } {
    const count = { good: 0, uncertain: 0, bad: 0 };
    for (const p of points) count[p.quality]++;
    return count;
}

/** What the point says: its state where its numbers are states, else its number. */
export function said(point: Point, lang: Lang): string {
    return point.state ? point.state[lang] : number(point.value, point.decimals, lang);
}

/** The value for the eye: no number at all when there is none, whatever came with it. */
export function Value({ point, lang }: { point: Point; lang: Lang }) {
    const none = point.quality === 'bad' || point.value === null;
    return (
        <span class={`value value-${none ? 'bad' : point.quality}`}>
            <span class="number">{none ? '—' : said(point, lang)}</span>
            <span class="unit">{unit(point.unit, lang)}</span>
        </span>
    );
}

export function qualityText(point: Point, lang: Lang): string {
    const reason = reasonWord(point.reason, lang);
    return qualityWord(point.quality, lang) + (reason ? `: ${reason}` : '');
}

const Row = memo(({ point, lang, ago }: { point: Point; lang: Lang; ago: string }) => (
    <li class={`row row-${point.quality}`} data-point={point.id}>
        <button type="button" onClick={() => openPoint(point.id)}>
            <span class="name">{point.name}{point.commissioning && <span class="stage">{word('commissioning', lang)}</span>}</span>
            <span class="about">
                <span class={`quality quality-${point.quality}`}><Mark kind={point.quality} />{qualityText(point, lang)}</span>
                {point.quality !== 'bad' && <span class="ago">{ago}</span>}
            </span>
            <Value point={point} lang={lang} />
            <span class="unseen">{word('openTrend', lang)}</span>
        </button>
    </li>
));

function Tally({ points, lang }: { points: Point[]; lang: Lang }) {
    const count = countOf(points);
    return (
        <span class="tally">
            {points.length} {word('points', lang)}
            {count.uncertain > 0 && <span class="quality quality-uncertain"><Mark kind="uncertain" />{count.uncertain} {qualityWord('uncertain', lang)}</span>}
            {count.bad > 0 && <span class="quality quality-bad"><Mark kind="bad" />{count.bad} {qualityWord('bad', lang)}</span>}
        </span>
    );
}

export function PointRows({ points, lang, at }: { points: Point[]; lang: Lang; at: number }) {
    return <ul class="rows">{points.map((p) => <Row key={p.id} point={p} lang={lang} ago={age(instant(p.at), at, lang)} />)}</ul>;
}

const COLUMN_PX = 350, GAP_PX = 12;
const NEAR = '600px'; /* above and below the window */
const FAR_EACH = 16; /* of how many times a card far from the window is drawn once, each at another */

const cards = new WeakMap<Element, (near: boolean) => void>();
const watch = new IntersectionObserver((seen) => seen.forEach((e) => cards.get(e.target)?.(e.isIntersecting)), { rootMargin: `${NEAR} 0px` });

interface CardProps { site: Site; lang: Lang; at: number; turn: number }

/* What nobody can see is drawn now and then, so that what is found by search or read aloud is not old; at once when it comes near. */
class SiteCard extends Component<CardProps> {
    private near = true;
    override componentDidMount(): void {
        const box = this.base as Element;
        cards.set(box, (near) => {
            if (near && !this.near) this.forceUpdate();
            this.near = near;
        });
        watch.observe(box);
    }
    override componentWillUnmount(): void {
        watch.unobserve(this.base as Element);
    }
    override shouldComponentUpdate(next: Readonly<CardProps>): boolean {
        return this.near || next.turn % FAR_EACH === 0 || next.lang !== this.props.lang || next.site.points.length !== this.props.site.points.length;
    }
    override render({ site, lang, at }: CardProps) {
        return (
            <section class="card site" aria-labelledby={`site-${site.id}`} style={{ containIntrinsicSize: `auto ${heightOf(site.points.length)}px` }}>
                <header>
                    <h2 id={`site-${site.id}`}>{site.id ? <a href={siteHash(site.id)}>{site.name}</a> : site.name}</h2>
                    <Tally points={site.points} lang={lang} />
                </header>
                <PointRows points={site.points} lang={lang} at={at} />
            </section>
        );
    }
}

function Sites({ sites, lang, at }: { sites: Site[]; lang: Lang; at: number }) {
    const box = useRef<HTMLDivElement>(null);
    const turn = useRef(0);
    const [most, setMost] = useState(() => Math.max(1, Math.floor((window.innerWidth - 200) / (COLUMN_PX + GAP_PX)))); /* until it is measured */
    useLayoutEffect(() => {
        const measure = () => setMost(Math.max(1, Math.floor((box.current!.clientWidth + GAP_PX) / (COLUMN_PX + GAP_PX))));
        const sized = new ResizeObserver(measure);
        measure();
        sized.observe(box.current!);
        return () => sized.disconnect();
    }, []);
    turn.current++;
    const columns = columnsOf(sites, most, (s) => s.points.length);
    let n = 0;
    return (
        <div class="sites" ref={box}>
            {Array.from({ length: most }, (_, i) => (
                <div class="sites-column" key={i}>{columns[i]?.map((s) => <SiteCard key={s.id} site={s} lang={lang} at={at} turn={turn.current + n++} />)}</div>
            ))}
        </div>
    );
}

export function Points({ points, loaded, lang, at }: { points: Point[]; loaded: boolean; lang: Lang; at: number }) {
    const [search, setSearch] = useState('');
    const [only, setOnly] = useState(false);
    const needle = folded(search.trim());
    const worth = points.filter((p) => p.quality !== 'good').length;
    const shown = points.filter((p) => (!only || p.quality !== 'good') &&
        (!needle || folded(`${p.name} ${p.id} ${p.site_name}`).includes(needle)));
    const nothing = !loaded ? 'loading' : points.length === 0 ? 'noPoints' : only && !needle ? 'noAttention' : 'noMatch';
    return (
        <div class="points" id="points">
            <div class="tools">
                <div class="ranges" role="group" aria-label={word('quality', lang)}>
                    <button type="button" aria-pressed={!only} onClick={() => setOnly(false)}>{word('all', lang)} ({points.length})</button>
                    <button type="button" aria-pressed={only} onClick={() => setOnly(true)}>{word('attention', lang)} ({worth})</button>
                </div>
                <input type="search" value={search} placeholder={word('search', lang)} aria-label={word('search', lang)}
                    onInput={(e) => setSearch(e.currentTarget.value)} />
            </div>
            {shown.length === 0 && <p class="nothing" role="status">{word(nothing, lang)}</p>}
            <Sites sites={sitesOf(shown)} lang={lang} at={at} />
        </div>
    );
}
