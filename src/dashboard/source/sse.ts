/* Server-sent events, parsed by hand: EventSource hides the status of a refusal and the keep-alive comments,
 * and both are needed to say truthfully whether the link is alive.  Pure. */
export interface StreamEvent {
    event: string;
    data: string;
    id: string | null;
}

const LONGEST = 8 * 1024 * 1024; /* characters of one event: beyond this the other side is not what it says */

export class EventParser {
    private rest = '';
    private event = '';
    private data: string[] = [];
    private id: string | null = null;
    private size = 0;

    /** Takes text as it arrives, cut anywhere; gives the events that are now whole. */
    push(text: string): StreamEvent[] {
        const whole: StreamEvent[] = [];
        const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
        this.rest = lines.pop() ?? '';
        for (const line of lines) {
            const made = this.line(line);
            if (made) whole.push(made);
        }
        if (this.rest.length + this.size > LONGEST) throw new Error('event too long');
        return whole;
    }

    private line(line: string): StreamEvent | null {
        if (line === '') return this.finish();
        const colon = line.indexOf(':');
        if (colon === 0) return null;
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (field === 'event') this.event = value;
        else if (field === 'id') this.id = value;
        else if (field === 'data') {
            this.data.push(value);
            this.size += value.length;
        }
        return null;
    }

    private finish(): StreamEvent | null {
        const made = this.data.length ? { event: this.event || 'message', data: this.data.join('\n'), id: this.id } : null;
        this.event = '';
        this.data = [];
        this.size = 0;
        return made;
    }
}
