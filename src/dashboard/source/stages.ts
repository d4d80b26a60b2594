/* Which step of the water's way a point belongs to.  The API says the chain of a site and the name of a point; the words
 * of the trade (bể lắng, châm clo, mó nước …) tell the rest.  Pure. */
import { folded } from './format';
import { weight } from './judged';
import type { Point, SiteInfo } from './shapes';

export type StageKind =
    | 'source' | 'inlet' | 'intake_screen' | 'pre_settling' | 'mixing' | 'flocculation' | 'sedimentation' | 'rapid_filtration' | 'slow_filtration'
    | 'aeration' | 'contact' | 'disinfection' | 'storage' | 'pumps' | 'delivery' | 'other';

export interface Stage {
    kind: StageKind;
    points: Point[];
}

const TREATMENT: readonly StageKind[] = ['intake_screen', 'pre_settling', 'mixing', 'flocculation', 'sedimentation', 'rapid_filtration', 'slow_filtration', 'aeration',
    'contact', 'disinfection', 'storage'];

/** The steps of a site in the order the water takes them. */
export function stagesOf(site: SiteInfo | null, points: Point[]): StageKind[] {
    const chain = (site?.chain ?? []).filter((c): c is StageKind => TREATMENT.includes(c as StageKind));
    const has = (pattern: RegExp) => points.some((p) => pattern.test(folded(p.name)));
    if (chain.length) {
        const first: StageKind[] = chain[0] === 'intake_screen' ? [] : ['source'];
        return [...first, ...chain, 'delivery'];
    }
    switch (site?.kind) {
        case 'booster_station': return has(/dai nuoc|be chua/) ? ['inlet', 'pumps', 'storage', 'delivery'] : ['inlet', 'pumps', 'delivery'];
        case 'reservoir': return ['inlet', 'storage', 'delivery'];
        case 'intake': return ['source', 'pumps', 'delivery'];
        case 'treatment_plant': return ['source', 'storage', 'delivery'];
        default: return ['inlet', 'delivery'];
    }
}

/* The first line that fits and whose step the site has. */
const LINES: readonly [RegExp, readonly StageKind[]][] = [
    [/nhip song|tin hieu|cuong do song|tu dieu khien|ac quy/, ['other']],
    [/rua loc|nuoc rua/, ['rapid_filtration', 'slow_filtration']],
    [/bun xa/, ['sedimentation', 'pre_settling']],
    [/song chan rac|cong trinh thu|\bsuoi\b|mo nuoc|nuoc tho|nuoc ngam|\bgieng\b|bom cap 1/, ['intake_screen', 'source', 'inlet']],
    [/bom cap 1|bom gieng/, ['pumps']],
    [/lang so bo|so lang/, ['pre_settling']],
    [/\bpac\b|so da|\bphen\b|polymer|\bvoi\b|\btron\b/, ['mixing']],
    [/may khuay|phan ung|tao bong|keo tu/, ['flocculation']],
    [/sau lang|be lang/, ['sedimentation']],
    [/lam thoang|gian mua/, ['aeration']],
    [/be tiep xuc/, ['contact']],
    [/\bloc\b/, ['rapid_filtration', 'slow_filtration']],
    [/\bclo\b|javen|khu trung|sau xu ly/, ['disinfection']],
    [/\bbe\b|dai nuoc|thap nuoc|van phao/, ['storage']],
    [/dau hut|dau vao|vao dma|vao vung|nuoc dau/, ['inlet']],
    [/dien luoi|dien ap|dong dien tong|dien nguon|dien nha may|he so cong suat|tan so luoi/, ['other']],
    [/so bom|bom/, ['pumps', 'delivery']],
    [/phat ra|ra mang|cap ra|dau day|dau mang|cuoi|bat loi|duong ong|tuyen|nuoc cap|luong nuoc|cap cho/, ['delivery']],
];

export function stageFor(point: Point, kinds: readonly StageKind[]): StageKind {
    if (!point.parameter) return 'other';
    const name = folded(point.name);
    for (const [pattern, steps] of LINES) {
        if (!pattern.test(name)) continue;
        if (steps[0] === 'other') return 'other';
        const found = steps.find((s) => kinds.includes(s));
        if (found) return found;
    }
    if (/free_chlorine|turbidity|^ph$|temperature/.test(point.parameter)) return (['disinfection', 'storage', 'delivery'] as const).find((s) => kinds.includes(s)) ?? 'other';
    if (/^(flow|velocity|volume|pressure)$/.test(point.parameter)) return kinds.includes('inlet') ? 'inlet' : 'delivery';
    return 'other';
}

/** Every point stands somewhere, once; what fits no step is in the last one. */
export function arranged(site: SiteInfo | null, points: Point[]): Stage[] {
    const kinds = stagesOf(site, points);
    const stages = new Map<StageKind, Point[]>(kinds.map((k) => [k, []]));
    stages.set('other', []);
    for (const p of points) stages.get(stageFor(p, kinds))!.push(p);
    return [...stages].map(([kind, mine]) => ({ kind, points: mine.sort((a, b) => weight(a) - weight(b)) }));
}

/** True, false, or not known: does what this step drives turn? */
export function running(points: Point[]): boolean | null {
    const tell = points.filter((p) => ['pumps_running', 'speed', 'frequency'].includes(p.parameter ?? '') || (p.parameter === 'power' && /bom/.test(folded(p.name))));
    if (!tell.length) return null;
    const known = tell.filter((p) => p.quality === 'good' && p.value !== null);
    if (known.some((p) => p.value! > 0.05)) return true;
    return known.length === tell.length ? false : null;
}
