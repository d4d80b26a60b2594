/* What was typed and not sent yet, while the page is open: a list that comes anew, a link that drops or a session that ends takes
 * none of it away.  Of one person: whoever signs in next begins with nothing. */
type Typed = Readonly<Record<string, string>>;

const MOST = 40;
const drafts = new Map<string, Typed>();
let owner: string | null = null;

export function ownedBy(name: string): void {
    if (owner !== name) drafts.clear();
    owner = name;
}

export const draftOf = (id: string): Typed | undefined => drafts.get(id);

export function keepDraft(id: string, typed: Typed): void {
    drafts.delete(id);
    drafts.set(id, typed);
    for (const oldest of drafts.keys()) {
        if (drafts.size <= MOST) break;
        drafts.delete(oldest);
    }
}

export function dropDraft(id: string): void {
    drafts.delete(id);
}
