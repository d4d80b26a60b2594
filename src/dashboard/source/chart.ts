/* One plot: uPlot held to our formats, our colours and our idea of a gap. */
import uPlot from 'uplot';
import { date, number, type Lang } from './format';
import { placesOf, tickText, timeTicks, valueSpan, type Plot } from './series';

export interface ChartLook {
    lang: Lang;
    decimals: number;
    compact: boolean;
}

export const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* A value between two gaps has no line: it gets a dot, or it would not be seen. */
export function alone(u: uPlot, seriesIdx: number): number[] {
    const row = u.data[seriesIdx] as (number | null)[];
    const found: number[] = [];
    row.forEach((v, i) => {
        if (v !== null && (row[i - 1] ?? null) === null && (row[i + 1] ?? null) === null) found.push(i);
    });
    return found;
}

function line(stroke: string, dash?: number[]): uPlot.Series {
    return { stroke, width: 1.75, dash, spanGaps: false, points: { show: true, size: 5, fill: stroke, filter: alone } };
}

const hidden: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };

/* Near an edge a label would be cut; a label cut in half is worse than none. */
function labelled(u: uPlot, seconds: number, years: boolean): boolean {
    const left = u.valToPos(seconds, 'x');
    return left > 10 && left < u.bbox.width / devicePixelRatio - (years ? 36 : 20);
}

const shownYears = (u: uPlot): boolean => date(u.scales.x!.min! * 1000).slice(6) !== date(u.scales.x!.max! * 1000).slice(6);

export function axes(look: { lang: Lang }): uPlot.Axis[] {
    const common = { stroke: colour('--ink-2'), font: '12px system-ui, sans-serif', ticks: { show: false }, grid: { stroke: colour('--line'), width: 1 } };
    return [
        {
            ...common, size: 26, gap: 4,
            splits: (u, _axis, min, max) => timeTicks(min, max, Math.max(2, Math.floor(u.bbox.width / devicePixelRatio / 84))),
            values: (u, splits) => {
                const years = shownYears(u);
                return splits.map((s) => labelled(u, s, years) ? tickText(s, splits.length > 1 ? splits[1]! - splits[0]! : 60, years) : '');
            },
        },
        {
            ...common, size: 58, gap: 6, space: 34,
            values: (_u, splits, _axis, _space, step) =>
                splits.map((v) => number(v, placesOf(step), look.lang)),
        },
    ];
}

export class Chart {
    private readonly plot: uPlot;
    private span: [number, number] = [0, 1];
    private window: [number, number] = [0, 1];

    constructor(private readonly host: HTMLElement, private readonly look: ChartLook, onPointer: (seconds: number | null) => void) {
        const main = colour('--trend');
        this.plot = new uPlot({
            width: Math.max(host.clientWidth, 50),
            height: Math.max(host.clientHeight, 50),
            legend: { show: false },
            padding: [10, 10, 0, 0],
            cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
            scales: { x: { time: false, range: () => this.window }, y: { range: () => this.span } },
            series: [{}, line(main), line(colour('--doubt'), [5, 4]), hidden, hidden],
            bands: [{ series: [4, 3], fill: colour('--band') }],
            axes: axes(look),
            hooks: { setCursor: [(u) => onPointer(u.cursor.idx == null || (u.cursor.left ?? -1) < 0 ? null : u.posToVal(u.cursor.left!, 'x'))] },
        }, [[], [], [], [], []], host);
    }

    draw(data: Plot, from: number, to: number): void {
        this.span = valueSpan(data, this.look.decimals);
        this.window = [from / 1000, to / 1000];
        this.plot.setData([data.x, data.good, data.doubtful, data.low, data.high] as uPlot.AlignedData);
    }

    resize(): void {
        this.plot.setSize({ width: Math.max(this.host.clientWidth, 50), height: Math.max(this.host.clientHeight, 50) });
    }

    free(): void {
        this.plot.destroy();
    }
}
