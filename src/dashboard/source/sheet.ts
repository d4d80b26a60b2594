/* RFC 4180 tables.  Pure. */
export function rowsOf(text: string): string[][] {
    const rows: string[][] = [];
    let row: string[] = [];
    let field = '';
    let quoted = false;
    const body = text.replace(/^\ufeff/, '');
    const endField = () => { row.push(field); field = ''; };
    const endRow = () => { endField(); if (row.length > 1 || row[0] !== '') rows.push(row); row = []; };
    for (let i = 0; i < body.length; i++) {
        const c = body[i]!;
        if (quoted) {
            if (c !== '"') field += c;
            else if (body[i + 1] === '"') { field += '"'; i++; }
            else quoted = false;
        } else if (c === '"') quoted = true;
        else if (c === ',') endField();
        else if (c === '\n') endRow();
        else if (c !== '\r') field += c;
    }
    if (field !== '' || row.length > 0) endRow();
    return rows;
}

/** The rows as members named by the first one. */
export function recordsOf(text: string): Record<string, string>[] {
    const [head = [], ...rows] = rowsOf(text);
    return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])));
}
