/* Addresses within the page: `#/site/nmn-lai-chau?point=lc.nmn.flow_out`.  Pure. */
export const SCREENS = ['overview', 'alarms', 'incidents', 'site', 'points', 'trends', 'wires', 'places', 'reports', 'settings', 'shift', 'wall'] as const;

export type ScreenName = (typeof SCREENS)[number];

export interface Route {
    screen: ScreenName;
    id: string | null;
    query: URLSearchParams;
}

const readable = (text: string): string | null => {
    try {
        return decodeURIComponent(text);
    } catch {
        return null;
    }
};

/** Whatever stands there, a screen comes of it. */
export function routeOf(hash: string): Route {
    const early = /^#point=(.+)$/.exec(hash); /* addresses of the first page */
    if (early) return { screen: 'points', id: null, query: new URLSearchParams({ point: readable(early[1]!) ?? '' }) };
    const found = /^#\/([a-z]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(hash);
    const screen = SCREENS.find((s) => s === found?.[1]) ?? 'overview';
    return { screen, id: readable(found?.[2] ?? '') || null, query: new URLSearchParams(found?.[3] ?? '') };
}

export function hashOf(screen: ScreenName, id?: string | null, query?: Record<string, string> | URLSearchParams): string {
    const text = query ? new URLSearchParams(query).toString() : '';
    return `#/${screen}${id ? `/${encodeURIComponent(id)}` : ''}${text ? `?${text}` : ''}`;
}

/** The same screen with one member of its query another one; null takes it out. */
export function hashWith(route: Route, name: string, value: string | null): string {
    const query = new URLSearchParams(route.query);
    if (value === null) query.delete(name);
    else query.set(name, value);
    return hashOf(route.screen, route.id, query);
}

/** The incidents, with the form of a call. */
export const callHash = '#/incidents?call=';

/** And with the form of what people found; those that are over. */
export const openHash = '#/incidents?open=';
export const pastHash = '#/incidents?past=';

export const trendsHash = (points: string[], range?: string): string =>
    hashOf('trends', null, { points: points.join(','), ...(range ? { range } : {}) });
