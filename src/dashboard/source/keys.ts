/* One intention has one key, kept until the daemon has said what became of it: sent again after a lost answer it is
 * done once. */
const keys = new Map<string, string>();

const fresh = (): string => `page-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

/** The same intention, the same key, until it is `settled`. */
export function keyOf(intention: string): string {
    const known = keys.get(intention) ?? fresh();
    keys.set(intention, known);
    return known;
}

export function settled(intention: string): void {
    keys.delete(intention);
}
