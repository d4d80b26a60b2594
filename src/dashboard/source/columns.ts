/* Cards of rows in columns, as CSS would break them; but CSS lays out all of two thousand rows anew, several times, whenever one of
 * them changes.  Pure. */

const HEAD_PX = 58, ROW_PX = 51; /* as page/style.css makes them, nearly */

export const heightOf = (rows: number): number => HEAD_PX + rows * ROW_PX;

/** In their order, in so many columns at most, the longest as short as can be. */
export function columnsOf<T>(cards: T[], most: number, rows: (card: T) => number): T[][] {
    const heights = cards.map((c) => heightOf(rows(c)));
    const filled = (limit: number): T[][] => {
        const columns: T[][] = [];
        let left = 0;
        cards.forEach((card, i) => {
            if (!columns.length || heights[i]! > left) {
                columns.push([]);
                left = limit;
            }
            columns[columns.length - 1]!.push(card);
            left -= heights[i]!;
        });
        return columns;
    };
    let low = Math.max(0, ...heights);
    let high = heights.reduce((a, b) => a + b, 0);
    while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if (filled(middle).length <= most) high = middle;
        else low = middle + 1;
    }
    return filled(low);
}
