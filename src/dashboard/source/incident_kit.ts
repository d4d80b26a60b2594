/* Which incident first, and what may be told of one.  Pure. */
import { instant } from './format';
import type { Incident } from './shapes';

/** Overdue before what runs, the law before a target, then the earliest due; exercises last. */
export function byConsequence(incidents: Incident[]): Incident[] {
    const of = (i: Incident) => [Number(i.drill), Number(!i.overdue), Number(!i.legal), Number(i.large_since === null), instant(i.due_at) ?? Infinity];
    return [...incidents].sort((a, b) => {
        const x = of(a);
        const y = of(b);
        const at = x.findIndex((v, i) => v !== y[i]);
        return at < 0 ? 0 : x[at]! - y[at]!;
    });
}

/** What of its time is gone, 0 to 1; beyond it stays 1. */
export function spent(i: Incident, now: number): number {
    const start = instant(i.start_at) ?? now;
    const due = instant(i.due_at) ?? now;
    return due <= start ? 1 : Math.min(Math.max((now - start) / (due - start), 0), 1);
}

export interface StepKind {
    step: string;
    fields: ('to' | 'class' | 'cause' | 'controllability' | 'member' | 'note')[];
    needsNote?: boolean;
}

/** In the order of the work. */
export const STEPS: readonly StepKind[] = [
    { step: 'acknowledge', fields: [] }, { step: 'report', fields: ['note'] }, { step: 'assign', fields: ['to'] }, { step: 'on_site', fields: ['note'] }, { step: 'verify', fields: ['note'] },
    { step: 'confirm_class', fields: ['class', 'note'] }, { step: 'cause', fields: ['cause', 'controllability', 'note'] }, { step: 'propose', fields: ['note'], needsNote: true },
    { step: 'begin_repair', fields: ['note'] }, { step: 'repaired', fields: ['member', 'note'] }, { step: 'confirm_repair', fields: ['member', 'note'] }, { step: 'restored', fields: ['member', 'note'] }, { step: 'close', fields: ['note'] },
];

export const CLASSES = ['service_network', 'distribution_main', 'transmission_main', 'plant_equipment', 'source_loss', 'power_supply', 'water_quality', 'telemetry', 'security', 'safety'];
export const CAUSES = ['burst', 'leakage', 'valve', 'third_party', 'road_works', 'landslide', 'flood', 'drought', 'pollution', 'mains_away', 'electrical', 'pump', 'treatment', 'instrument', 'telemetry', 'operation', 'sabotage', 'no_fault', 'other'];
