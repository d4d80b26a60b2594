/* The live link: reads the stream, notices silence, reconnects by itself, and says which of these it is doing. */
import { Refused } from './api';
import { EventParser } from './sse';
import type { StreamPicture } from './shapes';

export type Link =
    | { state: 'connecting' }
    | { state: 'live' }
    | { state: 'lost'; since: number } /* by this browser's clock */
    | { state: 'denied' };

export interface StreamSink {
    picture(kind: 'full' | 'change', picture: StreamPicture): void;
    link(link: Link): void;
}

const SILENCE_MS = 20_000; /* the daemon says something at least every 15 s */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

/** Doubles up to a ceiling, with some spread so that fifty screens do not come back in one instant. */
export function waitBefore(attempt: number, chance: number): number {
    const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempt, 10), LONGEST_WAIT_MS);
    return Math.round(wait * (0.75 + chance * 0.5));
}

export class LiveStream {
    private stopped = false;
    private reading: AbortController | null = null;
    private wake: (() => void) | null = null;
    private heard = 0;
    private lostSince: number | null = null;
    private attempt = 0;
    private readonly watch: number;

    constructor(private readonly path: string, private readonly sink: StreamSink) {
        this.watch = window.setInterval(() => this.check(), 1000);
        document.addEventListener('visibilitychange', this.nudge);
        window.addEventListener('online', this.nudge);
        window.addEventListener('pageshow', this.nudge);
        void this.run();
    }

    stop(): void {
        this.stopped = true;
        window.clearInterval(this.watch);
        document.removeEventListener('visibilitychange', this.nudge);
        window.removeEventListener('online', this.nudge);
        window.removeEventListener('pageshow', this.nudge);
        this.reading?.abort();
        this.wake?.();
    }

    /* After sleep, a return to the page or a network: do not sit out a long wait, do not trust an old silence. */
    private readonly nudge = (): void => {
        this.check();
        this.wake?.();
    };

    private check(): void {
        if (this.reading && Date.now() - this.heard > SILENCE_MS) this.reading.abort();
    }

    private async run(): Promise<void> {
        while (!this.stopped) {
            try {
                await this.readOnce();
            } catch (error) {
                if (error instanceof Refused && (error.status === 401 || error.status === 403)) {
                    if (!this.stopped) this.sink.link({ state: 'denied' });
                    return;
                }
            }
            if (this.stopped) return;
            this.lose();
            await this.pause(waitBefore(this.attempt++, Math.random()));
        }
    }

    private lose(): void {
        this.lostSince ??= this.heard;
        this.sink.link({ state: 'lost', since: this.lostSince });
    }

    private pause(ms: number): Promise<void> {
        return new Promise((done) => {
            const timer = window.setTimeout(() => this.wake?.(), ms);
            this.wake = () => {
                window.clearTimeout(timer);
                this.wake = null;
                done();
            };
        });
    }

    private async readOnce(): Promise<void> {
        const reading = new AbortController();
        this.reading = reading;
        this.heard = Date.now();
        try {
            const reply = await fetch(this.path, {
                credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'text/event-stream' }, signal: reading.signal,
            });
            if (!reply.ok || !reply.body) throw new Refused(reply.status, '');
            await this.pump(reply.body.getReader());
        } finally {
            this.reading = null;
            reading.abort();
        }
    }

    private async pump(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
        const parser = new EventParser();
        const decoder = new TextDecoder();
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            this.heard = Date.now();
            for (const e of parser.push(decoder.decode(value, { stream: true }))) this.take(e.event, e.data);
        }
    }

    private take(event: string, data: string): void {
        if (event !== 'full' && event !== 'change') return;
        const picture = JSON.parse(data) as StreamPicture;
        if (!Array.isArray(picture.points)) return;
        this.attempt = 0;
        this.lostSince = null;
        this.sink.picture(event, picture);
        this.sink.link({ state: 'live' });
    }
}
