/* The map: communes and works, drawn from our own data.  No tile is asked of anybody. */
import * as L from 'leaflet';
import { useEffect, useRef, useState } from 'preact/hooks';
import { number, type Lang } from './format';
import type { SiteState, SiteView } from './judged';
import { polygonsOf, type Outline } from './outline';
import type { Main } from './shapes';
import { go, siteHash } from './state';
import { siteSaid } from './site_row';
import { word } from './words';

declare const OUTLINE_PATH: string; /* where build.mjs put it */

/* Shapes as in the list: a cross is wrong, hatching is unknown, a dashed ring is doubtful, a plain dot is quiet. */
const SIGNS: Record<SiteState, string> = {
    alarm: '<path class="sign-alarm" d="M12 2.500 22.500 21H1.500z"/><path class="sign-ink" d="M12 9v6M12 17.600v.500"/>',
    unknown: '<rect class="sign-unknown" x="3" y="3" width="18" height="18" rx="2"/><path class="sign-hatch" d="M3 12l9-9M3 20.500 20.500 3M12 21l9-9"/><path class="sign-query" d="M9 9.500a3 3 0 1 1 4.500 2.600c-1 .600-1.500 1.100-1.500 2.100M12 17v.200"/>',
    doubt: '<circle class="sign-doubt" cx="12" cy="12" r="8"/><circle class="sign-core" cx="12" cy="12" r="3"/>',
    quiet: '<circle class="sign-quiet" cx="12" cy="12" r="6"/>',
};

function icon(state: SiteState): L.DivIcon {
    return L.divIcon({ className: `site-sign sign-of-${state}`, iconSize: [26, 26], html: `<svg viewBox="0 0 24 24" aria-hidden="true">${SIGNS[state]}</svg>` });
}

/* A string would be read as HTML. */
function asText(text: string): HTMLElement {
    const element = document.createElement('span');
    element.textContent = text;
    return element;
}

class Sheet {
    private readonly map: L.Map;
    private readonly marks = new Map<string, { marker: L.Marker; state: SiteState; said: string }>();
    private seen = false;
    private lines: { of: Main[]; drawn: L.LayerGroup } | null = null;

    constructor(host: HTMLElement, lang: Lang) {
        this.map = L.map(host, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, minZoom: 6.5, maxZoom: 15, scrollWheelZoom: false, fadeAnimation: false,
            zoomAnimation: false, markerZoomAnimation: false, inertia: false }); /* nothing moves on after the screen was left */
        L.control.zoom({ zoomInTitle: word('zoomIn', lang), zoomOutTitle: word('zoomOut', lang), position: 'topright' }).addTo(this.map);
        this.map.createPane('mains').style.zIndex = '450'; /* above the communes, below the works */
        this.map.setView([22.3, 103.2], 8.5);
    }

    areas(outline: Outline): void {
        const all = L.featureGroup();
        for (const area of outline.areas) {
            const shape = L.polygon(polygonsOf(outline, area.rings), { className: 'commune', weight: 1, interactive: true, smoothFactor: 0.6 });
            shape.bindTooltip(asText(area.name), { sticky: true, className: 'commune-name', opacity: 1 }).addTo(all);
        }
        all.addTo(this.map);
        if (!this.seen) this.map.fitBounds(all.getBounds(), { padding: [8, 8], animate: false });
        this.seen = true;
    }

    mains(of: Main[], lang: Lang): void {
        if (this.lines?.of === of) return;
        this.lines?.drawn.remove();
        const drawn = L.layerGroup();
        for (const m of of) {
            const said = [m.name, m.diameter_mm && `DN ${number(m.diameter_mm, 0, lang)}`, m.system_name].filter(Boolean).join(' · ');
            L.polyline(m.path, { className: 'main-line', pane: 'mains', weight: 2.5, smoothFactor: 0.5 }).bindTooltip(asText(said), { sticky: true, opacity: 1 }).addTo(drawn);
        }
        drawn.addTo(this.map);
        this.lines = { of, drawn };
    }

    sites(views: SiteView[], lang: Lang): void {
        for (const v of views) {
            const place = v.info?.location;
            if (!place) continue;
            const said = `${v.name}: ${siteSaid(v, lang)}`;
            const was = this.marks.get(v.id);
            if (was?.state === v.state && was.said === said) continue;
            was?.marker.remove();
            const marker = L.marker([place.latitude, place.longitude], { icon: icon(v.state), alt: said, title: '', keyboard: true, riseOnHover: true, zIndexOffset: (5 - v.rank) * 1000 })
                .bindTooltip(asText(said), { direction: 'top', offset: [0, -10], opacity: 1 })
                .on('click', () => go(siteHash(v.id)))
                .on('keypress', (e) => (e as L.LeafletKeyboardEvent).originalEvent.key === 'Enter' && go(siteHash(v.id)))
                .addTo(this.map);
            const box = marker.getElement();
            box?.setAttribute('role', 'link');
            box?.setAttribute('aria-label', said);
            this.marks.set(v.id, { marker, state: v.state, said });
        }
        for (const [id, mark] of this.marks)
            if (!views.some((v) => v.id === id && v.info?.location)) {
                mark.marker.remove(); /* a configuration without it */
                this.marks.delete(id);
            }
    }

    resize(): void {
        this.map.invalidateSize({ animate: false });
    }

    free(): void {
        this.map.remove();
    }
}

let outline: Promise<Outline> | null = null;

function outlineOnce(): Promise<Outline> {
    outline ??= fetch(OUTLINE_PATH).then((r) => {
        if (!r.ok) throw new Error(String(r.status));
        return r.json() as Promise<Outline>;
    });
    outline.catch(() => { outline = null; });
    return outline;
}

export function ProvinceMap({ views, mains, lang }: { views: SiteView[]; mains: Main[]; lang: Lang }) {
    const host = useRef<HTMLDivElement>(null);
    const sheet = useRef<Sheet | null>(null);
    const [away, setAway] = useState(false);
    useEffect(() => {
        const made = new Sheet(host.current!, lang);
        let gone = false;
        sheet.current = made;
        outlineOnce().then((o) => gone || made.areas(o), () => setAway(true));
        const sizes = new ResizeObserver(() => made.resize());
        sizes.observe(host.current!);
        return () => {
            gone = true;
            sizes.disconnect();
            made.free();
            sheet.current = null;
        };
    }, [lang]);
    useEffect(() => sheet.current?.sites(views, lang));
    useEffect(() => sheet.current?.mains(mains, lang), [mains, lang]);
    return (
        <section class="card map-card" aria-labelledby="map-title">
            <header><h2 id="map-title">{word('map', lang)}</h2>
                <ul class="legend" aria-label={word('mapKey', lang)}>
                    {(['alarm', 'unknown', 'doubt', 'quiet'] as const).map((state) => (
                        <li key={state}><span class={`site-sign sign-of-${state}`} dangerouslySetInnerHTML={{ __html: `<svg viewBox="0 0 24 24" aria-hidden="true">${SIGNS[state]}</svg>` }} />{word(`state_${state}`, lang)}</li>
                    ))}
                    {mains.length > 0 && <li><span class="main-sample" />{word('mains', lang)}</li>}
                </ul>
            </header>
            <div class="map" ref={host} role="group" aria-label={word('mapOfSites', lang)} />
            {away && <p class="problem">{word('mapAway', lang)}</p>}
        </section>
    );
}
