/* What the API sends.  Fields this page does not know are ignored; null is "not known", never zero. */
export type Quality = 'good' | 'uncertain' | 'bad';

/** The part of a point that changes. */
export interface Reading {
    id: string;
    value: number | null;
    quality: Quality;
    reason: string;
    at: string | null;
    /** Only of points whose numbers are states; null where there is none. */
    state?: StateWord | null;
}

export interface StateWord {
    vi: string;
    en: string;
}

export interface Point extends Reading {
    name: string;
    site: string;
    site_name: string;
    wire: string;
    device: string;
    parameter: string | null;
    unit: string;
    decimals: number;
    every_ms: number;
    /** Not accepted yet; absent from servers that do not know of it. */
    commissioning?: boolean;
}

export interface PointDetail extends Point {
    plausible?: { low: number | null; high: number | null };
    deadband?: number;
    heartbeat_ms?: number;
    /** A value that a person set, with its end; null when nobody did. */
    forced?: { value: number; until: string | null; who: string | null } | null;
}

export interface Alarm {
    id: string;
    point: string | null;
    point_name: string | null;
    site: string | null;
    unit: string | null;
    rule: string;
    state: string;
    /** What it is below its shelf or silence. */
    below: string;
    severity: string;
    stake: string;
    value: number | null;
    limit: number | null;
    opened_at: string;
    changed_at: string;
    acknowledged_at: string | null;
    shelved_until: string | null;
    times: number;
    /** open, ended, retired, superseded */
    ended?: string;
    /** Of one that is over: who saw it last, and put it aside last. */
    acknowledged_by?: string | null;
    shelved?: { at: string; until: string | null; by: string; why: string | null } | null;
    /** The rule whose consequence it is, when that holds. */
    caused_by?: { point: string; rule: string } | null;
    name?: StateWord;
    cause?: StateWord;
    consequence?: StateWord;
    first_response?: StateWord;
}

/** What is said of alarms as they change: all that are open, or those that changed and the ids of those that ended. */
export interface AlarmPicture {
    at: string;
    items: Alarm[];
    ended?: string[];
}

/** An incident as a list has it. */
export interface Incident {
    id: string;
    state: string;
    class: { word: string; vi: string };
    class_confirmed: boolean;
    legal: boolean;
    limit_h: number;
    start_at: string;
    due_at: string;
    on_time: string;
    overdue: boolean;
    drill: boolean;
    closed: boolean;
    unacknowledged: boolean;
    repair_unconfirmed: boolean;
    controllability: string;
    large_since: string | null;
    waiting_for: string | null;
    sites: string[];
    zones: string[];
    member_count: number;
}

export interface IncidentMember {
    id: string;
    evidence: string;
    point: string | null;
    site: string | null;
    zone: string | null;
    cause: string | null;
    class: string;
    class_confirmed: boolean;
    legal: boolean;
    due_at: string;
    restored_at: string | null;
    repair: string;
}

export interface IncidentWhole extends Incident {
    impact?: { people?: number; hospitals?: number; schools?: number };
    reach?: Record<string, number | boolean | null>;
    ties?: { incident: string; kind: string }[];
    members: IncidentMember[];
    facts: { fact: string; claimed_at: string; recorded_at: string; source: string; who: string | null; note: string | null }[];
    duties: { duty: { word: string; vi: string }; target: boolean; due_at: string; done_at: string | null; waived: boolean; voided: boolean; overdue: boolean; who: string | null }[];
}

/** A step that was told here for another node's incident. */
export interface HandedStep {
    key: string;
    step: string;
    who: string;
    note: string;
    claimed_at: string | null;
    told_at: string;
    state: string; /* handed_over, done, refused */
    settled_at: string | null;
    reason: string | null;
    sentence: string | null;
}

export interface Mode {
    id: string;
    kind: string;
    site?: string;
    device?: string;
    point?: string;
    from: string;
    until: string;
    who: string;
    why: string;
    ended: string;
}

interface Often {
    point: string | null;
    rule: string;
    alarms: number;
}

export interface Performance {
    from: string;
    to: string;
    alarms: number;
    by_severity: Record<string, number>;
    mean_in_10min: number;
    most_in_10min: number;
    floods: number;
    flood_share: number;
    chattering: number;
    worst: Often[];
    chatter: Often[];
    stale: number;
}

/** A row of the sheet of rules: what there is to judge by. */
export interface Rule {
    point: string;
    rule: string;
    kind: string;
    severity: string;
    stake: string;
    limit: number | null;
    respondMs: number | null;
    name: string;
}

export interface SiteInfo {
    id: string;
    name: string;
    kind: string;
    system: string | null;
    system_name: string | null;
    area: string | null;
    area_name: string | null;
    location: { latitude: number; longitude: number } | null;
    elevation_m: number | null;
    chain: string[];
}

/** A main as it lies: latitude and longitude of its ends and bends. */
export interface Main {
    id: string;
    name: string;
    system_name: string | null;
    diameter_mm: number | null;
    path: [number, number][];
}

export interface System {
    id: string;
    name: string;
    supplier_name: string | null;
    kind: string;
    capacity_m3_per_day: number | null;
    people: number | null;
    safety_plan: { status: string; next_review: string | null };
}

export interface PointPage {
    at: string;
    points: Point[];
    next: string | null;
}

export interface StreamPicture {
    at: string;
    generation: number;
    points: Reading[];
}

export interface Sample {
    at: string;
    value: number | null;
    quality: Quality;
    reason: string;
}

export interface Bucket {
    at: string;
    min: number | null;
    max: number | null;
    mean: number | null;
    good_share: number;
    n: number;
}

/** Many points in one answer. */
export interface ManySeries {
    from: string;
    to: string;
    series: Series[];
}

export interface Series {
    id: string;
    unit: string;
    from?: string;
    to?: string;
    kind: 'raw' | 'buckets';
    resolution?: string; /* what buckets were made of: raw, minute, hour, day */
    width_ms?: number;
    samples?: Sample[];
    buckets?: Bucket[];
}

export interface Device {
    id: string;
    unit: number;
    state: string;
    last_valid_reply: string | null;
    every_ms: number;
    points: number;
    trust?: number;
    stands_still?: boolean;
    overruns?: number;
    learned?: { max_registers: number | null; cuts: number; missing: number; missing_registers?: string[] };
    identity?: string | null;
    last_error: string | null;
    next_try: string | null;
}

export interface Wire {
    id: string;
    endpoint: string;
    state: string;
    since: string | null;
    last_valid_reply: string | null;
    response_ms?: { p50: number | null; p99: number | null };
    load?: { planned: number; measured: number };
    exceptions?: number;
    transactions: number;
    timeouts: number;
    reconnects: number;
    overruns: number;
    next_try: string | null;
    last_error: string | null;
    devices?: Device[];
}

export interface Ready {
    ready: boolean;
    parts: { name: string; state: string; text: string }[];
}

export type Role = 'viewer' | 'operator' | 'agency' | 'laboratory' | 'technician' | 'authority' | 'administrator' | 'nobody';

/** Who is signed in here. */
export interface Session {
    role: Role;
    name: string;
    person: boolean;
    leads?: boolean;
    must_change: boolean;
    language: 'vi' | 'en' | null;
    grants?: { as_of: string | null; stale: boolean };
}

export interface Account {
    name: string;
    full_name: string;
    role: Role;
    supplier: string | null;
    language: 'vi' | 'en';
    leads: boolean;
    disabled: boolean;
    must_change: boolean;
    made: string;
    changed: string;
    changed_by: string | null;
}

export interface Token {
    id: string;
    purpose: string;
    role: Role;
    supplier: string | null;
    sites: string | null;
    addresses: string | null;
    revoked: boolean;
    made: string;
    expires: string | null;
    used: string | null;
}

export type ChannelWord = 'email' | 'sms' | 'webhook';

export interface ChannelTest {
    state: 'under_way' | 'taken' | 'later' | 'refused' | 'down';
    to: string;
    by: string;
    at: string;
    answered_at: string | null;
    said: string | null;
}

export interface Channel {
    channel: ChannelWord;
    up: boolean;
    said: string | null;
    waiting: number;
    taken: number;
    refused: number;
    last_taken_at: string | null;
    next_try_at: string | null;
    last_test: ChannelTest | null;
}

export interface Contact {
    id: string;
    name: string;
    channels: ChannelWord[];
}

export interface SessionInfo {
    id: string;
    account: string;
    from: string | null;
    made: string;
    seen: string;
    expires: string;
}

export interface ConfigVersion {
    id: string;
    at: string;
    author: string;
    digest: string;
    difference?: string;
}

/** An entry of the record of acts, as it is stored. */
export interface Act {
    node: string;
    journal: string;
    seq: number;
    at: string;
    kind: string;
    actor: string;
    address: string;
    action: string;
    subject: string;
    before: string; /* a JSON object, or nothing */
    after: string;
    person_hash: string | null;
    hash: string;
}
