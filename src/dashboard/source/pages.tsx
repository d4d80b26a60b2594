/* A list that is looked up by pages: what the address asks for, then what is older. */
import { useEffect, useRef, useState } from 'preact/hooks';
import * as api from './api';
import type { Lang } from './format';
import { Mark } from './marks';
import { go } from './state';
import { word } from './words';

export interface Pages<P, W> {
    page: P | null; /* null: not known yet */
    trouble: string | null;
    busy: boolean;
    filter: W; /* as it is being typed */
    change(more: Partial<W>): void;
    older(): void;
    /** The address that asks for it; anew when it is there already. */
    ask(hash: string): void;
}

/** wanted: what the address asks for; key: another whenever that is another.  fetch gives the first page, or `before` with what follows it. */
export function usePages<P, W extends object>(wanted: W, key: string, lang: Lang, fetch: (before: P | null, of: W) => Promise<P>, then?: () => void): Pages<P, W> {
    const [filter, setFilter] = useState(wanted);
    const [page, setPage] = useState<P | null>(null);
    const [trouble, setTrouble] = useState<string | null>(null);
    const [busy, setBusy] = useState(false);
    const turn = useRef(0); /* an answer that comes after a newer question is not shown */
    const load = async (before: P | null) => {
        const mine = ++turn.current;
        setBusy(true);
        try {
            const got = await fetch(before, wanted);
            if (mine !== turn.current) return;
            setPage(got);
            setTrouble(null);
        } catch (error) {
            if (mine !== turn.current) return;
            if (!before) setPage(null);
            setTrouble(error instanceof api.Refused ? error.detail : word('unreachable', lang));
        }
        setBusy(false);
    };
    useEffect(() => {
        setFilter(wanted);
        setPage(null);
        void load(null).then(then);
        return () => void turn.current++;
    }, [key]);
    return { page, trouble, busy, filter, change: (more) => setFilter({ ...filter, ...more }), older: () => void load(page),
        ask: (hash) => { if (hash === location.hash) void load(null); else go(hash); } };
}

/** Trouble, waiting, and that there is nothing. */
export function Said<P, W>({ of, empty, nothing, lang }: { of: Pages<P, W>; empty: boolean; nothing: string; lang: Lang }) {
    return (
        <>
            {of.trouble && <p class="problem" role="alert"><Mark kind="bad" />{of.trouble}</p>}
            {!of.page && !of.trouble && <p class="nothing" role="status">{word('loading', lang)}</p>}
            {of.page && empty && <p class="nothing" role="status">{nothing}</p>}
        </>
    );
}

export function Older<P extends { next: string | null }, W>({ of, lang }: { of: Pages<P, W>; lang: Lang }) {
    return of.page?.next ? <p class="incident-out"><button type="button" class="plain" disabled={of.busy} onClick={of.older}>{word('older', lang)}</button></p> : null;
}
