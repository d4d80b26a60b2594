/* The communes of the map, from the small file that build.mjs made.  Pure. */
export interface Outline {
    steps: number;
    arcs: number[][];
    areas: { id: string; name: string; at: [number, number]; rings: number[][][] }[];
}

export type LatLng = [number, number];

function pointsOf(flat: number[], steps: number): LatLng[] {
    const found: LatLng[] = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i + 1 < flat.length; i += 2) {
        x += flat[i]!;
        y += flat[i + 1]!;
        found.push([y / steps, x / steps]);
    }
    return found;
}

/** An area's rings, as polygons of latitude and longitude; a negative number is an arc backwards (~i), as in TopoJSON. */
export function polygonsOf(outline: Outline, rings: number[][][]): LatLng[][][] {
    const arcs = outline.arcs.map((a) => pointsOf(a, outline.steps));
    const one = (index: number): LatLng[] => (index < 0 ? [...(arcs[~index] ?? [])].reverse() : arcs[index] ?? []);
    return rings.map((polygon) => polygon.map((ring) =>
        ring.flatMap((index, i) => (i === 0 ? one(index) : one(index).slice(1)))));
}
