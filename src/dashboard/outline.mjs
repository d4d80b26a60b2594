/* The communes as the page draws them: TopoJSON made smaller.  Coordinates are whole steps of 1/2000 degree (about 50 m),
 * each the difference to the one before; shared borders stay shared. */
import { readFileSync } from 'node:fs';

const STEPS = 2000;

function absolute(topology) {
    const { scale = [1, 1], translate = [0, 0] } = topology.transform ?? {};
    return topology.arcs.map((arc) => {
        let x = 0, y = 0;
        return arc.map(([a, b]) => {
            if (!topology.transform) return [a, b];
            x += a;
            y += b;
            return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
        });
    });
}

function stepped(arc) {
    const whole = arc.map(([x, y]) => [Math.round(x * STEPS), Math.round(y * STEPS)]);
    const kept = whole.filter(([x, y], i) => i === 0 || i === whole.length - 1 || x !== whole[i - 1][0] || y !== whole[i - 1][1]);
    return kept.flatMap(([x, y], i) => (i === 0 ? [x, y] : [x - kept[i - 1][0], y - kept[i - 1][1]]));
}

export function outline(file) {
    const topology = JSON.parse(readFileSync(file, 'utf8'));
    const layer = Object.values(topology.objects)[0];
    const areas = layer.geometries.map(({ properties: p, type, arcs }) => ({
        id: String(p.code ?? p.id), name: p.fullName ?? p.name, at: [p.labelLat, p.labelLon], rings: type === 'Polygon' ? [arcs] : arcs,
    }));
    return { steps: STEPS, arcs: absolute(topology).map(stepped), areas };
}
