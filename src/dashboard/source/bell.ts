/* The sound of alarms that nobody has seen: repeated until they are, silenced only for a time. */
import { SEVERITIES } from './judged';
import type { Alarm } from './shapes';

export const SILENCE_MS = 600_000;
const AGAIN_MS: Record<string, number> = { critical: 4_000, high: 8_000, medium: 15_000, low: 30_000 };

/** The gravest of those that ring; a new one, not one that is over or put aside. */
export function ringing(alarms: Alarm[] | null): string | null {
    const now = (alarms ?? []).filter((a) => a.state === 'unacknowledged').map((a) => SEVERITIES.indexOf(a.severity));
    return now.length ? SEVERITIES[Math.max(...now)] ?? null : null;
}

/** When the sound is due again; a graver alarm than the last one rings at once. */
export function dueAgain(severity: string, last: { at: number; severity: string } | null): number {
    if (!last || SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(last.severity)) return 0;
    return last.at + (AGAIN_MS[severity] ?? 8_000);
}

let audio: AudioContext | null = null;
let last: { at: number; severity: string } | null = null;

/* Browsers give sound only after somebody touched the page. */
export function allowSound(): void {
    try {
        audio ??= new AudioContext();
        if (audio.state === 'suspended') void audio.resume();
    } catch {
        audio = null;
    }
}

export const mayBeHeard = (): boolean => audio?.state === 'running';

/* Two tones falling for what is grave, one for the rest. */
function sound(severity: string): void {
    if (!audio || audio.state !== 'running') return;
    const tones = severity === 'critical' || severity === 'high' ? [880, 660, 880, 660] : [620];
    tones.forEach((hertz, i) => {
        const begin = audio!.currentTime + i * 0.22;
        const tone = audio!.createOscillator();
        const loud = audio!.createGain();
        tone.frequency.value = hertz;
        loud.gain.setValueAtTime(0.0001, begin);
        loud.gain.exponentialRampToValueAtTime(0.16, begin + 0.02);
        loud.gain.exponentialRampToValueAtTime(0.0001, begin + 0.2);
        tone.connect(loud).connect(audio!.destination);
        tone.start(begin);
        tone.stop(begin + 0.21);
    });
}

/** What rang goes on ringing while it is not known whether somebody has seen it. */
export const stillRinging = (alarms: Alarm[] | null, was: string | null): string | null => (alarms === null ? was : ringing(alarms));

/** Nobody is signed in: nothing rings, and what rang is forgotten. */
export function hush(): void {
    last = null;
}

export function ring(alarms: Alarm[] | null, quietUntil: number, at: number): void {
    const severity = stillRinging(alarms, last?.severity ?? null);
    if (!severity) {
        last = null;
        return;
    }
    if (at < quietUntil || at < dueAgain(severity, last)) return;
    last = { at, severity };
    sound(severity);
}
