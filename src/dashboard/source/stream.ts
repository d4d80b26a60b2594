/* The live link: reads the stream, notices silence, reconnects by itself, and says which of these it is doing. */
import { answers, Refused } from './api';
import { EventParser } from './sse';
import type { AlarmPicture, StreamPicture } from './shapes';

export type Link =
    | { state: 'connecting' }
    | { state: 'live' }
    | { state: 'lost'; since: number } /* by this browser's clock */
    | { state: 'denied' };

export interface StreamSink {
    picture(kind: 'full' | 'change', picture: StreamPicture): void;
    alarms(kind: 'all' | 'change', picture: AlarmPicture): void;
    shifts(): void; /* somebody took one, handed over or wrote */
    link(link: Link): void;
}

const SILENCE_MS = 20_000; /* the daemon says something at least every 15 s */
/* A reader is told within BELIEF + CHECK = 2.5 s; the half second that is left of three is for a busy page. */
const CHECK_MS = 200;
const QUIET_MS = 1_000; /* nothing for so long: ask whether anybody is there */
const BELIEF_MS = 2_300; /* and without an answer for so long, what is shown is old */
const ASLEEP_MS = 6_000; /* a timer that is so late: this machine slept, and the connection with it */
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
    private answered = 0;
    private asking = false;
    private checked = Date.now();
    private alive = false; /* a picture came over the present connection */
    private doubted = false; /* told as lost although the connection stands */
    private lostSince: number | null = null;
    private attempt = 0;
    private readonly watch: number;

    constructor(private readonly path: string, private readonly sink: StreamSink) {
        this.watch = window.setInterval(() => this.check(), CHECK_MS);
        document.addEventListener('visibilitychange', this.nudge);
        window.addEventListener('online', this.renew);
        window.addEventListener('pageshow', this.nudge);
        void this.run();
    }

    stop(): void {
        this.stopped = true;
        window.clearInterval(this.watch);
        document.removeEventListener('visibilitychange', this.nudge);
        window.removeEventListener('online', this.renew);
        window.removeEventListener('pageshow', this.nudge);
        this.reading?.abort();
        this.wake?.();
    }

    /* After sleep, a return to the page or a network: do not sit out a long wait, do not trust an old silence. */
    private readonly nudge = (): void => {
        this.check();
        this.wake?.();
    };

    /* Another network: the old connection leads nowhere. */
    private readonly renew = (): void => {
        this.reading?.abort();
        this.wake?.();
    };

    private check(): void {
        const at = Date.now();
        const slept = !document.hidden && at - this.checked > ASLEEP_MS; /* hidden pages are woken rarely, which is no sleep */
        this.checked = at;
        if (!this.reading) return;
        if (slept || at - this.heard > SILENCE_MS) {
            this.doubt();
            this.reading.abort();
            return;
        }
        const last = Math.max(this.heard, this.answered);
        if (at - last > QUIET_MS && !document.hidden) void this.askWhetherAlive();
        if (at - last > BELIEF_MS && !document.hidden) this.doubt();
        else if (this.doubted) this.believe();
    }

    private async askWhetherAlive(): Promise<void> {
        if (this.asking) return;
        this.asking = true;
        if (await answers(BELIEF_MS - QUIET_MS)) this.answered = Date.now();
        this.asking = false;
    }

    private doubt(): void {
        if (this.doubted || this.lostSince !== null || !this.alive) return;
        this.doubted = true;
        this.sink.link({ state: 'lost', since: Math.max(this.heard, this.answered) });
    }

    private believe(): void {
        this.doubted = false;
        this.sink.link({ state: 'live' });
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
        this.alive = false;
        this.doubted = false;
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
        if (event === 'alarms' || event === 'alarms-change') {
            const alarms = JSON.parse(data) as AlarmPicture;
            if (Array.isArray(alarms.items)) this.sink.alarms(event === 'alarms' ? 'all' : 'change', alarms);
            return;
        }
        if (event === 'shifts') return this.sink.shifts();
        if (event !== 'full' && event !== 'change') return;
        const picture = JSON.parse(data) as StreamPicture;
        if (!Array.isArray(picture.points)) return;
        this.attempt = 0;
        this.lostSince = null;
        this.alive = true;
        this.doubted = false;
        this.sink.picture(event, picture);
        this.sink.link({ state: 'live' });
    }
}
