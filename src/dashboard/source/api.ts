/* Questions to the daemon.  Same origin only; the session is a cookie this page cannot read. */
export class Refused extends Error {
    constructor(readonly status: number, readonly detail: string) {
        super(detail || `HTTP ${status}`);
    }
}

const PATIENCE_MS = 15_000;

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
    return new Refused(reply.status, typeof detail === 'string' ? detail : '');
}

async function ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    const given = () => patience.abort();
    signal?.addEventListener('abort', given);
    try {
        return learn(await fetch(path, {
            method,
            credentials: 'same-origin',
            cache: 'no-store',
            headers: body === undefined ? { Accept: 'application/json' } : { 'Content-Type': 'application/json' },
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

export async function post(path: string, body: unknown): Promise<void> {
    const reply = await ask('POST', path, body);
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
