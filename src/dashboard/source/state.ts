/* What the page knows, in one place, and how it comes to know it. */
import * as api from './api';
import { ownedBy } from './drafts';
import { instant, type Lang } from './format';
import { hashOf, hashWith, routeOf, type Route } from './route';
import type { Alarm, AlarmPicture, Incident, Main, Mode, Point, PointPage, Ready, Reading, Rule, Session, SiteInfo, StreamPicture, System, Wire } from './shapes';
import { recordsOf } from './sheet';
import { LiveStream, type Link } from './stream';
import { knownQuality } from './words';

export type Note = 'wrong' | 'tokenWrong' | 'missing' | 'notAlike' | 'oldWrong' | 'changed' | 'busy' | 'ended' | 'many' | 'unreachable' | { said: string } | null;

export interface State {
    lang: Lang;
    auth: 'asking' | 'in' | 'out' | 'change'; /* change: the password was given for one use */
    who: Session | null;
    changing: boolean; /* the password, because they want to */
    note: Note;
    link: Link;
    points: ReadonlyMap<string, Point>;
    loaded: boolean;
    ready: Ready | null;
    wires: Wire[] | null;
    alarms: Alarm[] | null; /* null: not known */
    modes: Mode[] | null;
    incidents: Incident[] | null; /* open ones; null: not known */
    keepsIncidents: boolean | null; /* false: a daemon that does not speak of them; null: not known yet */
    sites: SiteInfo[] | null;
    systems: System[] | null;
    mains: Main[]; /* for the map */
    zones: { id: string; name: string }[]; /* of supply */
    rules: Rule[] | null;
    route: Route;
    theme: Theme;
    quietUntil: number; /* the bell, by this browser's clock */
    help: boolean;
}

export type Theme = 'auto' | 'light' | 'dark';

const PAGES_MOST = 200;
const ASK_AROUND_MS = 5_000;
const POINTS_AGAIN_MS = 60_000;
const ALARMS_AGAIN_MS = 10_000; /* the stream tells them; this is for what it may have lost */
const WORLD_AGAIN_MS = 300_000;

/* Preferences only; a browser that keeps nothing is not an error. */
function recall(key: string): string | null {
    try {
        return localStorage.getItem(`capnuoc.${key}`);
    } catch {
        return null;
    }
}

export function remember(key: string, value: string): void {
    try {
        localStorage.setItem(`capnuoc.${key}`, value);
    } catch {
        /* private window */
    }
}

export { recall };

export const state: State = {
    lang: recall('lang') === 'en' ? 'en' : 'vi',
    auth: 'asking', who: null, changing: false, note: null, link: { state: 'connecting' }, points: new Map(), loaded: false,
    ready: null, wires: null, alarms: null, modes: null, incidents: null, sites: null, systems: null, zones: [], mains: [], rules: null, keepsIncidents: null, route: routeOf(location.hash), theme: themeOf(recall('theme')), quietUntil: 0, help: false,
};

function themeOf(kept: string | null): Theme {
    return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

const drawers = new Set<() => void>();
const readers = new Set<(reading: Reading) => void>();
let drawing = false;

/** Calls back, at most once a frame, after something changed.  Gives what ends it. */
export function onChange(draw: () => void): () => void {
    drawers.add(draw);
    return () => drawers.delete(draw);
}

/** Every reading as it arrives, none left out. */
export function onReading(take: (reading: Reading) => void): () => void {
    readers.add(take);
    return () => readers.delete(take);
}

const shiftReaders = new Set<() => void>();

/** Something was written into a shift log, or somebody else is on. */
export function onShift(read: () => void): () => void {
    shiftReaders.add(read);
    return () => shiftReaders.delete(read);
}

export function set(change: Partial<State>): void {
    Object.assign(state, change);
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
        drawing = false;
        drawers.forEach((draw) => draw());
    });
}

/* The daemon's clock, not this computer's.  A picture carries the instant of its last change, which may be long
 * ago when nothing changes; the Date of a reply is coarse but never old, so it tells whether to believe a picture. */
let clockAhead = 0;

export function now(): number {
    return Date.now() + clockAhead;
}

function learnClock(at: string): void {
    const picture = (instant(at) ?? -Infinity) - Date.now();
    const reply = api.clockAhead();
    const believed = reply === null || Math.abs(picture - reply) < 1500 ? picture : reply;
    if (Number.isFinite(believed)) clockAhead = believed;
}

function merged(was: Point, r: Reading): Point {
    return { ...was, value: r.value ?? null, quality: knownQuality(r.quality), reason: r.reason ?? 'none', at: r.at ?? null, state: r.state ?? null };
}

function takePicture(kind: 'full' | 'change', picture: StreamPicture): void {
    learnClock(picture.at);
    const points = new Map(state.points);
    let strangers = false;
    for (const reading of picture.points) {
        const was = points.get(reading.id);
        if (was) points.set(reading.id, merged(was, reading));
        else strangers = true;
        readers.forEach((take) => take(reading));
    }
    set({ points });
    if (strangers || kind === 'full') {
        void loadPoints(); /* a full picture may be of another configuration: units, names */
        void loadWorld();
    }
}

/* Counts who came in: an answer to what somebody else asked is dropped. */
let visit = 0;
let loading = 0; /* the visit that is loading its points */

async function loadPoints(): Promise<void> {
    const mine = visit;
    if (loading === mine) return;
    loading = mine;
    try {
        const points = new Map<string, Point>();
        let next: string | null = null;
        for (let page = 0; page < PAGES_MOST; page++) {
            const path: string = `/api/v1/points${next ? `?next=${encodeURIComponent(next)}` : ''}`;
            const got: PointPage = await api.get<PointPage>(path);
            for (const p of got.points) points.set(p.id, newer(state.points.get(p.id), merged(p, p)));
            next = got.next;
            if (!next) break;
        }
        /* the stream went on while later pages came */
        for (const [id, p] of points) points.set(id, newer(state.points.get(id), p));
        if (mine === visit) set({ points, loaded: true });
    } catch (error) {
        if (mine === visit) refusedMaybe(error);
    } finally {
        if (loading === mine) loading = 0;
    }
}

/* A page of points may be older than what the stream already brought. */
function newer(was: Point | undefined, page: Point): Point {
    if (!was || state.link.state !== 'live' || (instant(was.at) ?? 0) <= (instant(page.at) ?? 0)) return page;
    return merged(page, was);
}

function refusedMaybe(error: unknown): void {
    if (error instanceof api.Refused && error.status === 401 && state.auth === 'in') leave('ended');
}

/** Where points stand and what they are judged by; each part for itself, as one may be away. */
async function loadWorld(): Promise<void> {
    const mine = visit;
    const keep = (member: 'sites' | 'systems' | 'zones' | 'mains' | 'rules') => (found: unknown) => void (mine === visit && set({ [member]: found } as Partial<State>));
    await Promise.all([
        api.pages<SiteInfo>('/api/v1/sites', 'sites').then(keep('sites'), refusedMaybe),
        api.pages<System>('/api/v1/systems', 'systems').then(keep('systems'), refusedMaybe),
        api.pages<{ id: string; name: string }>('/api/v1/zones', 'zones').then(keep('zones'), refusedMaybe),
        api.pages<Main>('/api/v1/mains', 'mains').then(keep('mains'), refusedMaybe),
        api.text('/api/v1/alarm-rules.csv').then((sheet) => keep('rules')(recordsOf(sheet).map(ruleOf)), refusedMaybe),
    ]);
}

const numeric = (text: string | undefined): number | null => (text ? Number(text) : null);

function ruleOf(row: Record<string, string>): Rule {
    const respond = numeric(row.respond_s);
    return { point: row.point ?? '', rule: row.rule ?? '', kind: row.kind ?? '', severity: row.severity ?? '', stake: row.stake ?? '',
        limit: numeric(row.limit), respondMs: respond === null ? null : respond * 1000, name: row.name ?? '' };
}

let alarmsAt = 0; /* of the newest that is shown */

/* An answer that was overtaken by the stream brings nothing. */
/* An answer that does not come leaves what is shown: the link says that it is old, and what is being typed stays. */
export async function loadAlarms(): Promise<void> {
    const mine = visit;
    try {
        const got = await api.get<{ at: string; items: Alarm[] }>('/api/v1/alarms');
        if (mine !== visit || (state.alarms !== null && (instant(got.at) ?? 0) < alarmsAt)) return;
        alarmsAt = instant(got.at) ?? 0;
        set({ alarms: got.items });
    } catch (error) {
        if (mine !== visit) return;
        refusedMaybe(error);
        if (error instanceof api.Refused) set({ alarms: null });
    }
}

function takeAlarms(kind: 'all' | 'change', picture: AlarmPicture): void {
    alarmsAt = Math.max(alarmsAt, instant(picture.at) ?? 0);
    if (kind === 'all') return set({ alarms: picture.items });
    if (!state.alarms) return void loadAlarms();
    const gone = new Set([...(picture.ended ?? []), ...picture.items.map((a) => a.id)]);
    set({ alarms: [...picture.items, ...state.alarms.filter((a) => !gone.has(a.id))] });
}

export async function loadModes(): Promise<void> {
    const mine = visit;
    await api.get<{ items: Mode[] }>('/api/v1/modes').then((got) => void (mine === visit && set({ modes: got.items })), (error) => {
        if (mine !== visit) return;
        refusedMaybe(error);
        if (error instanceof api.Refused) set({ modes: null });
    });
}

export async function loadIncidents(): Promise<void> {
    const mine = visit;
    try {
        const items = await api.pages<Incident>('/api/v1/incidents?state=open', 'items');
        if (mine === visit) set({ incidents: items, keepsIncidents: true });
    } catch (error) {
        if (mine !== visit) return;
        refusedMaybe(error);
        if (error instanceof api.Refused && error.status === 404) set({ keepsIncidents: false });
        else if (error instanceof api.Refused) set({ incidents: null });
    }
}

let stream: LiveStream | null = null;
let timers: number[] = [];

async function askAround(): Promise<void> {
    const mine = visit;
    if (document.hidden) return;
    await Promise.all([
        api.getEither<Ready>('/readyz').then((ready) => void (mine === visit && set({ ready })), () => void (mine === visit && set({ ready: null }))),
        api.get<{ wires: Wire[] }>('/api/v1/wires').then((got) => void (mine === visit && set({ wires: got.wires })), refusedMaybe),
    ]);
}

/** Who came in?  A password that was given to them lets them do nothing but change it. */
async function lookWhoEntered(): Promise<void> {
    const who = await api.get<Session>('/api/v1/session');
    if (who.language && !recall('lang')) set({ lang: who.language });
    api.speak(state.lang);
    if (who.must_change) set({ auth: 'change', who, note: null });
    else enter(who);
}

function enter(who: Session): void {
    stop();
    ownedBy(who.name);
    visit++;
    alarmsAt = 0;
    set({ auth: 'in', who, note: null, link: { state: 'connecting' } });
    const operates = who.role === 'operator' || who.role === 'administrator';
    stream = new LiveStream(`/api/v1/stream?topics=points,alarms${operates ? ',shifts' : ''}`, {
        picture: takePicture,
        alarms: takeAlarms,
        shifts: () => shiftReaders.forEach((read) => read()),
        link: (link) => (link.state === 'denied' ? leave('ended') : set({ link })),
    });
    void loadPoints();
    void askAround();
    void loadWorld();
    void loadAlarms();
    void loadModes();
    void loadIncidents();
    timers = [setInterval(askAround, ASK_AROUND_MS), setInterval(loadPoints, POINTS_AGAIN_MS), setInterval(loadAlarms, ALARMS_AGAIN_MS), setInterval(loadModes, ALARMS_AGAIN_MS), setInterval(() => state.keepsIncidents !== false && void loadIncidents(), ASK_AROUND_MS),
        setInterval(loadWorld, WORLD_AGAIN_MS)] as unknown as number[];
}

function stop(): void {
    stream?.stop();
    stream = null;
    timers.forEach((t) => clearInterval(t));
    timers = [];
}

function leave(note: Note): void {
    stop();
    visit++;
    set({ auth: 'out', who: null, changing: false, note, points: new Map(), loaded: false, wires: null, ready: null, alarms: null, modes: null, incidents: null, keepsIncidents: null, sites: null, systems: null, zones: [], mains: [], rules: null, quietUntil: 0, help: false });
}

function noteOf(error: unknown): Note {
    if (!(error instanceof api.Refused)) return 'unreachable';
    if (error.status === 401 || error.status === 403) return 'wrong';
    if (error.status === 429) return 'many';
    if (error.status === 503) return 'busy';
    return { said: error.message };
}

export async function signIn(name: string, password: string): Promise<boolean> {
    if (!name.trim() || !password) {
        set({ note: 'missing' });
        return false;
    }
    try {
        await api.signIn({ name: name.trim().toLowerCase(), password });
        await lookWhoEntered();
        return true;
    } catch (error) {
        set({ auth: 'out', note: noteOf(error) });
        return false;
    }
}

async function signInWithToken(token: string): Promise<void> {
    try {
        await api.signIn({ token: token.trim() });
        await lookWhoEntered();
    } catch (error) {
        const note = noteOf(error);
        set({ auth: 'out', note: note === 'wrong' ? 'tokenWrong' : note });
    }
}

/** True: it was changed. */
export async function changePassword(old: string, fresh: string, again: string): Promise<boolean> {
    if (fresh !== again) {
        set({ note: 'notAlike' });
        return false;
    }
    try {
        await api.changePassword(old, fresh);
    } catch (error) {
        if (error instanceof api.Refused && error.status === 401) leave('ended');
        else if (error instanceof api.Refused && error.status === 403) set({ note: 'oldWrong' });
        else set({ note: noteOf(error) });
        return false;
    }
    if (state.auth === 'change') await lookWhoEntered().catch((error) => leave(noteOf(error)));
    else set({ note: 'changed' });
    return true;
}

export function wantToChange(changing: boolean): void {
    set({ changing, note: null });
}

export async function signOut(): Promise<void> {
    leave(null);
    await api.signOut();
}

/* The token leaves the address bar before anything else happens: it must not stay in history or a screenshot. */
function tokenFromAddress(): string | null {
    const found = /^#token=(.+)$/.exec(location.hash);
    if (!found) return null;
    history.replaceState(null, '', location.pathname);
    try {
        return decodeURIComponent(found[1]!);
    } catch {
        return found[1]!;
    }
}

export async function begin(): Promise<void> {
    window.addEventListener('hashchange', () => {
        const token = tokenFromAddress();
        if (token) void signInWithToken(token);
        else set({ route: routeOf(location.hash) });
    });
    document.addEventListener('visibilitychange', () => void (state.auth === 'in' && askAround()));
    const token = tokenFromAddress();
    set({ route: routeOf(location.hash) });
    if (token) return signInWithToken(token);
    try {
        await lookWhoEntered();
    } catch (error) {
        set({ auth: 'out', note: error instanceof api.Refused ? null : 'unreachable' });
    }
}

/** Goes to another address of the page. */
export function go(hash: string): void {
    location.hash = hash;
}

/** The same place said otherwise: no step for the Back button. */
export function restate(hash: string): void {
    history.replaceState(null, '', hash);
    set({ route: routeOf(hash) });
}

/** Open ones where the link is alive; none where the daemon keeps none; null: not known. */
export const incidentsOf = (s: State): Incident[] | null => (s.keepsIncidents === false ? [] : s.link.state === 'live' ? s.incidents : null);

export const opened = (): string | null => state.route.query.get('point');

export function openPoint(id: string | null): void {
    if (id === opened()) return;
    if (id) go(hashWith(state.route, 'point', id));
    else restate(hashWith(state.route, 'point', null));
}

export const siteHash = (id: string): string => hashOf('site', id);

export function setLang(lang: Lang): void {
    remember('lang', lang);
    api.speak(lang);
    set({ lang });
}

export function setTheme(theme: Theme): void {
    remember('theme', theme);
    set({ theme });
}
