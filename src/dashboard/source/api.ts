/* Questions to the daemon.  Same origin only; the session is a cookie this page cannot read. */
export class Refused extends Error {
    constructor(readonly status: number, readonly detail: string, readonly field: string | null = null) {
        super(detail || `HTTP ${status}`);
    }
}

const PATIENCE_MS = 15_000;
const PAGES_MOST = 200;

let ahead: number | null = null;

/** How far the daemon's clock is ahead of this one's, to about a second, by the newest reply; null: not known. */
export function clockAhead(): number | null {
    return ahead;
}

function learn(reply: Response): Response {
    const said = Date.parse(reply.headers.get('Date') ?? '');
    if (Number.isFinite(said)) ahead = said + 500 - Date.now();
    return reply;
}

async function refusal(reply: Response): Promise<Refused> {
    const body = await reply.json().catch(() => null);
    const detail = body && typeof body === 'object' ? (body.detail ?? body.title) : null;
    const field = body && typeof body === 'object' && typeof body.field === 'string' ? body.field : null;
    return new Refused(reply.status, typeof detail === 'string' ? detail : '', field);
}

let language = 'vi';

/** Refusals come in this language. */
export function speak(lang: string): void {
    language = lang;
}

async function ask(method: string, path: string, body?: unknown, signal?: AbortSignal, within = PATIENCE_MS): Promise<Response> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), within);
    const given = () => patience.abort();
    signal?.addEventListener('abort', given);
    try {
        return learn(await fetch(path, {
            method,
            credentials: 'same-origin',
            cache: 'no-store',
            headers: { 'Accept-Language': language, ...(body === undefined ? { Accept: 'application/json' } : { 'Content-Type': 'application/json' }) },
            body: body === undefined ? undefined : JSON.stringify(body),
            signal: patience.signal,
        }));
    } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', given);
    }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
    const reply = await ask('GET', path, undefined, signal);
    if (!reply.ok) throw await refusal(reply);
    return (await reply.json()) as T;
}

/** /readyz says what it knows with 200 and with 503 alike. */
export async function getEither<T>(path: string): Promise<T> {
    const reply = await ask('GET', path);
    if (!reply.ok && reply.status !== 503) throw await refusal(reply);
    return (await reply.json()) as T;
}

export async function text(path: string): Promise<string> {
    const reply = await ask('GET', path);
    if (!reply.ok) throw await refusal(reply);
    return reply.text();
}

/** Every page of a list. */
export async function pages<T>(path: string, member: string): Promise<T[]> {
    const all: T[] = [];
    let next: string | null = null;
    for (let page = 0; page < PAGES_MOST; page++) {
        const mark: string = next ? `${path.includes('?') ? '&' : '?'}next=${encodeURIComponent(next)}` : '';
        const got: Record<string, unknown> = await get<Record<string, unknown>>(path + mark);
        all.push(...(got[member] as T[]));
        next = typeof got.next === 'string' ? got.next : null;
        if (!next) break;
    }
    return all;
}

/** Does anybody answer at all?  Whatever is said counts. */
export async function answers(within: number): Promise<boolean> {
    return ask('GET', '/healthz', undefined, undefined, within).then(() => true, () => false);
}

export async function post<T = unknown>(path: string, body: unknown): Promise<T | null> {
    const reply = await ask('POST', path, body);
    if (!reply.ok) throw await refusal(reply);
    return (await reply.json().catch(() => null)) as T | null;
}

export async function remove(path: string): Promise<void> {
    const reply = await ask('DELETE', path);
    if (!reply.ok) throw await refusal(reply);
}

export async function signIn(credential: { token: string } | { name: string; password: string }): Promise<void> {
    const reply = await ask('POST', '/api/v1/session', credential);
    if (!reply.ok) throw await refusal(reply);
}

export async function changePassword(password: string, new_password: string): Promise<void> {
    const reply = await ask('POST', '/api/v1/session/password', { password, new_password });
    if (!reply.ok) throw await refusal(reply);
}

export async function signOut(): Promise<void> {
    await ask('DELETE', '/api/v1/session').catch(() => undefined);
}
