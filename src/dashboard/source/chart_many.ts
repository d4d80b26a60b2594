/* A panel of several lines over one time axis, with what was earlier, limits and alarms. */
import uPlot from 'uplot';
import { alone, axes, colour } from './chart';
import { number, type Lang } from './format';

export interface Line {
    letter: string;
    hue: string; /* name of a colour of the style */
}

export interface Limit {
    value: number;
    text: string;
}

export interface PanelLook {
    lang: Lang;
    decimals: number;
    lines: Line[];
    earlier: boolean;
    sync: string;
}

export interface Drawn {
    x: number[];
    columns: (number | null | undefined)[][][]; /* of each line: good, doubtful, low, high; then of each the earlier one */
    from: number;
    to: number;
    span: [number, number];
    limits: Limit[];
    alarms: { at: number }[]; /* when each began; their marks stand above, as buttons */
}

const PER_LINE = 4;

export class PanelChart {
    private readonly plot: uPlot;
    private drawn: Drawn | null = null;

    constructor(private readonly host: HTMLElement, private readonly look: PanelLook, on: { pointer(seconds: number | null): void; select(from: number, to: number): void }) {
        this.plot = new uPlot({
            width: Math.max(host.clientWidth, 50), height: Math.max(host.clientHeight, 50), legend: { show: false }, padding: [26, 22, 0, 0],
            cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { show: false }, sync: { key: look.sync } },
            scales: { x: { time: false, range: () => [(this.drawn?.from ?? 0) / 1000, (this.drawn?.to ?? 1000) / 1000] }, y: { range: () => this.drawn?.span ?? [0, 1] } },
            series: [{}, ...look.lines.flatMap((l) => this.lines(l)), ...(look.earlier ? look.lines.map((l) => this.ghost(l)) : [])],
            bands: look.lines.map((l, i) => ({ series: [1 + i * PER_LINE + 3, 1 + i * PER_LINE + 2] as [number, number], fill: faded(colour(l.hue)) })),
            axes: axes(look),
            hooks: {
                setCursor: [(u) => on.pointer(u.cursor.idx == null || (u.cursor.left ?? -1) < 0 ? null : u.posToVal(u.cursor.left!, 'x'))],
                setSelect: [(u) => {
                    if (u.select.width < 6) return;
                    on.select(u.posToVal(u.select.left, 'x') * 1000, u.posToVal(u.select.left + u.select.width, 'x') * 1000);
                    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
                }],
                drawClear: [(u) => this.under(u)],
                draw: [(u) => this.over(u)],
            },
        }, [[], ...look.lines.flatMap(() => [[], [], [], []]), ...(look.earlier ? look.lines.map(() => []) : [])] as unknown as uPlot.AlignedData, host);
    }

    private lines(l: Line): uPlot.Series[] {
        const stroke = colour(l.hue);
        const line = (dash?: number[]): uPlot.Series => ({ stroke, width: 1.75, dash, spanGaps: false, points: { show: true, size: 5, fill: stroke, filter: alone } });
        const hidden: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
        return [line(), line([5, 4]), hidden, hidden];
    }

    private ghost(l: Line): uPlot.Series {
        return { stroke: colour(l.hue), width: 1, dash: [1, 3], alpha: 0.75, spanGaps: false, points: { show: false } };
    }

    private under(u: uPlot): void {
        const { ctx, bbox } = u;
        const scale = devicePixelRatio;
        ctx.save();
        ctx.font = `${11 * scale}px system-ui, sans-serif`;
        ctx.textAlign = 'right'; /* at the left stands the unit */
        ctx.textBaseline = 'alphabetic';
        for (const limit of this.drawn?.limits ?? []) {
            const y = u.valToPos(limit.value, 'y', true);
            if (y < bbox.top || y > bbox.top + bbox.height) continue;
            ctx.strokeStyle = ctx.fillStyle = colour('--bad');
            ctx.lineWidth = scale;
            ctx.setLineDash([8 * scale, 3 * scale]);
            ctx.beginPath();
            ctx.moveTo(bbox.left, y);
            ctx.lineTo(bbox.left + bbox.width, y);
            ctx.stroke();
            ctx.fillText(limit.text, bbox.left + bbox.width - 4 * scale, y - 4 * scale);
        }
        ctx.restore();
    }

    /* The letter of each line at its end, and when alarms began. */
    private over(u: uPlot): void {
        const { ctx, bbox } = u;
        const scale = devicePixelRatio;
        ctx.save();
        ctx.font = `600 ${12 * scale}px system-ui, sans-serif`;
        ctx.textAlign = 'left';
        ctx.textBaseline = 'alphabetic';
        this.look.lines.forEach((l, i) => {
            const good = u.data[1 + i * PER_LINE] as (number | null | undefined)[];
            const doubtful = u.data[2 + i * PER_LINE] as (number | null | undefined)[];
            let at = good.length - 1;
            while (at >= 0 && good[at] == null && doubtful[at] == null) at--;
            if (at < 0) return;
            ctx.fillStyle = colour(l.hue);
            const y = u.valToPos((good[at] ?? doubtful[at])!, 'y', true);
            ctx.fillText(l.letter, bbox.left + bbox.width + 5 * scale, Math.min(Math.max(y + 4 * scale, bbox.top + 10 * scale), bbox.top + bbox.height));
        });
        for (const alarm of this.drawn?.alarms ?? []) {
            const x = u.valToPos(alarm.at / 1000, 'x', true);
            if (x < bbox.left || x > bbox.left + bbox.width) continue;
            ctx.strokeStyle = ctx.fillStyle = colour('--bad');
            ctx.lineWidth = scale;
            ctx.beginPath();
            ctx.moveTo(x, bbox.top);
            ctx.lineTo(x, bbox.top + bbox.height);
            ctx.stroke();
        }
        ctx.restore();
    }

    draw(d: Drawn): void {
        this.drawn = d;
        const lines = d.columns.slice(0, this.look.lines.length).flat();
        const earlier = this.look.earlier ? d.columns.slice(this.look.lines.length).map((c) => c[0]!.map((v, i) => v ?? c[1]![i])) : [];
        this.plot.setData([d.x, ...lines, ...earlier] as uPlot.AlignedData);
    }

    resize(): void {
        this.plot.setSize({ width: Math.max(this.host.clientWidth, 50), height: Math.max(this.host.clientHeight, 50) });
    }

    free(): void {
        this.plot.destroy();
    }
}

/* `#rrggbb` with an eighth of its strength. */
function faded(hex: string): string {
    return /^#[0-9a-f]{6}$/i.test(hex) ? `${hex}2b` : 'rgba(120,120,120,0.15)';
}

export const limitText = (value: number, decimals: number, kind: string, lang: Lang): string => `${kind} ${number(value, decimals, lang)}`;
