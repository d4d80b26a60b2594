/* Which incident first, and what may be told of one.  Pure. */
import { instant } from './format';
import type { Incident, IncidentWhole } from './shapes';

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

/** The day on the wall in Vietnam: 2026-11-26. */
export const localDay = (at: number): string => new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);

/** One of another node: what is told of it is handed over. */
export const isElsewhere = (i: { id: string }): boolean => i.id.includes(':');

/** As people say it on the phone and by SMS; another node's with the name of that node. */
export const numberOf = (i: { id: string }): string => {
    const at = i.id.lastIndexOf(':');
    return at < 0 ? `#${i.id}` : `#${i.id.slice(at + 1)} (${i.id.slice(0, at)})`;
};

/** The node it is at home at; '': this one. */
export const nodeOf = (i: { id: string }): string => i.id.slice(0, Math.max(i.id.lastIndexOf(':'), 0));

/** What is said of whom it may reach, only what is known. */
export function reachParts(r: Record<string, number | boolean | null> | undefined): [string, number][] {
    const of = ['people', 'connections', 'hospitals', 'schools', 'high_rises', 'highest_m'];
    if (!r?.zones) return [];
    return of.flatMap((k): [string, number][] => (typeof r[k] === 'number' && r[k] !== 0 ? [[k, r[k] as number]] : []));
}

/** What of its time is gone, 0 to 1; beyond it stays 1. */
export function spent(i: Incident, now: number): number {
    const start = instant(i.start_at) ?? now;
    const due = instant(i.due_at) ?? now;
    return due <= start ? 1 : Math.min(Math.max((now - start) / (due - start), 0), 1);
}

export type ActField = 'to' | 'class' | 'cause' | 'controllability' | 'member' | 'members' | 'incident' | 'site' | 'measure' | 'note' | 'large' | 'people' | 'connections' | 'hospitals' | 'schools' | 'expected_min' | 'what' | 'responsible' | 'due';

/** The words of each field's label. */
export const ACT_FIELDS = {
    to: 'assignTo', class: 'incidentClass', cause: 'cause', controllability: 'controllability', member: 'member', members: 'membersTitle', incident: 'otherIncident', site: 'site', measure: 'measure', note: 'note',
    large: 'largeEffect', people: 'peopleWithout', connections: 'connectionsWithout', hospitals: 'hospitals', schools: 'schools', expected_min: 'expectedMin', what: 'measureWhat', responsible: 'responsible', due: 'measureDue',
} as const satisfies Record<ActField, string>;

export const NUMBERS: ReadonlySet<ActField> = new Set(['people', 'connections', 'hospitals', 'schools', 'expected_min']);

/** Of the preventive measure that an evaluation plans: they go together. */
export const PLANNED: readonly ActField[] = ['what', 'responsible', 'due'];

export interface IncidentAct {
    name: string;
    path: 'steps' | 'link' | 'unlink' | 'merge' | 'split' | 'reclassify' | 'approval' | 'measures' | 'evaluation';
    fields: readonly ActField[];
    needs?: readonly (ActField | 'when')[];
}

const step = (name: string, fields: readonly ActField[], needs?: IncidentAct['needs']): IncidentAct => ({ name, path: 'steps', fields, needs });

/** In the order of the work. */
export const STEPS: readonly IncidentAct[] = [
    step('acknowledge', []), step('report', ['note']), step('assign', ['to'], ['to']), step('on_site', ['note']), step('verify', ['note']),
    step('confirm_class', ['class', 'note']), step('cause', ['cause', 'controllability', 'note']), step('propose', ['note'], ['note']),
    step('begin_repair', ['note']), step('repaired', ['member', 'note']), step('confirm_repair', ['member', 'note']), step('restored', ['member', 'note']), step('close', ['note']),
];

const FACT: Record<string, string> = { acknowledge: 'acknowledged', report: 'reported', assign: 'assigned', on_site: 'on_site', verify: 'verified', confirm_class: 'class_confirmed', cause: 'cause_found', propose: 'remedy_proposed',
    begin_repair: 'repair_begun', repaired: 'repaired', confirm_repair: 'repair_confirmed', restored: 'restored', close: 'closed' };

/** Which steps were told, and which comes next: the one behind the furthest, but first that somebody has seen it. */
export function stepsOf(i: Pick<IncidentWhole, 'facts' | 'unacknowledged' | 'class_confirmed' | 'repair_unconfirmed'>): { done: ReadonlySet<string>; next: string | null } {
    const facts = new Set(i.facts.map((f) => f.fact));
    const done = new Set(STEPS.map((s) => s.name).filter((name) => facts.has(FACT[name]!)));
    const further = STEPS.map((s) => s.name).slice(STEPS.map((s) => done.has(s.name)).lastIndexOf(true) + 1);
    const unneeded = (name: string) => (name === 'confirm_class' && i.class_confirmed) || (name === 'confirm_repair' && !i.repair_unconfirmed);
    return { done, next: i.unacknowledged ? 'acknowledge' : further.find((name) => !unneeded(name)) ?? null };
}

const MEANWHILE: readonly IncidentAct[] = [
    step('progress', ['note'], ['note']), step('impact', ['people', 'connections', 'hospitals', 'schools', 'expected_min']), { name: 'measure', path: 'measures', fields: ['measure', 'note'] },
    step('wait', ['note'], ['note']), step('wait_over', []), step('large', ['large', 'note'], ['note']),
];
const RECORD: readonly IncidentAct[] = [
    { name: 'link', path: 'link', fields: ['class', 'site', 'note'], needs: ['site'] }, { name: 'unlink', path: 'unlink', fields: ['member', 'note'], needs: ['member', 'note'] },
    { name: 'split', path: 'split', fields: ['members', 'note'], needs: ['members', 'note'] }, { name: 'merge', path: 'merge', fields: ['incident', 'note'], needs: ['incident'] },
    { name: 'reclassify', path: 'reclassify', fields: ['class', 'member', 'note'] }, step('backdate', ['member', 'note'], ['when']),
];
const APPROVAL: IncidentAct = { name: 'approval', path: 'approval', fields: ['note'] };
/* Measures stand in the register of the node that the incident is of. */
const evaluation = (i: { id: string }): IncidentAct => ({ name: 'evaluation', path: 'evaluation', fields: isElsewhere(i) ? ['note'] : ['note', ...PLANNED], needs: ['note'] });
const REOPEN = step('reopen', ['note'], ['note']);

/** What that role may do beside the steps of the work. */
export function moreActs(role: string | undefined, i: { id: string; closed: boolean; member_count: number }): readonly IncidentAct[] {
    const operates = role === 'operator' || role === 'administrator';
    const approves = role === 'authority' || role === 'administrator';
    if (i.closed) return operates ? [evaluation(i), REOPEN] : [];
    return [...(approves ? [APPROVAL] : []), ...(operates ? [...MEANWHILE, ...RECORD.filter((a) => i.member_count > 1 || (a.name !== 'unlink' && a.name !== 'split')), evaluation(i)] : [])];
}

export const MEASURES = ['valves', 'rota', 'tankers', 'interconnection', 'flushing', 'bottled', 'other'];
/** What a caller can tell of. */
export const CALL_CLASSES = ['service_network', 'distribution_main', 'water_quality', 'security', 'safety'];

export const CLASSES = ['service_network', 'distribution_main', 'transmission_main', 'plant_equipment', 'source_loss', 'power_supply', 'water_quality', 'telemetry', 'security', 'safety'];
/** Who found it (plan II.6.1). */
export const FINDERS = ['not_said', 'valve_crew', 'network_crew', 'meter_reader', 'telemetry_staff', 'customer', 'other'];
export const CAUSES = ['burst', 'leakage', 'valve', 'third_party', 'road_works', 'landslide', 'flood', 'drought', 'pollution', 'mains_away', 'electrical', 'pump', 'treatment', 'instrument', 'telemetry', 'operation', 'sabotage', 'no_fault', 'other'];
