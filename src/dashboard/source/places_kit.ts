/* What speaks for a black spot, in words that fit into the register.  Pure. */
import { number, type Lang } from './format';

export interface Candidate {
    reason: string;
    site: string | null;
    zone: string | null;
    point: string | null;
    count: number;
    known_hours: number;
    low_limit: number | null;
    lowest_hour?: number | null;
    lowest_m?: number | null;
    highest_m: number | null;
    incidents: { incident: string; node: string; start_at: string }[];
}

export const dayText = (iso: string | null): string => (iso ? iso.split('-').reverse().join('/') : '—');

export function evidenceOf(c: Candidate, lang: Lang): string {
    const vi = lang === 'vi';
    const n = (value: number | null | undefined, digits: number) => (value === null || value === undefined ? '—' : number(value, digits, lang));
    if (c.reason === 'repeated_incidents') return vi ? `${c.count} sự cố` : `${c.count} incidents`;
    if (c.reason === 'high_place') return vi ? `Độ cao ${n(c.lowest_m, 0)}–${n(c.highest_m, 0)} m` : `Elevation ${n(c.lowest_m, 0)}–${n(c.highest_m, 0)} m`;
    if (c.low_limit === null) return vi ? 'Chưa có ngưỡng áp lực thấp' : 'No rule says what low pressure is';
    if (c.known_hours === 0) return vi ? 'Không có số liệu áp lực' : 'No data of its pressure';
    return vi
        ? `${c.count} giờ dưới ${n(c.low_limit, 2)} trong ${c.known_hours} giờ có số liệu; giờ thấp nhất ${n(c.lowest_hour, 2)}`
        : `${c.count} hours below ${n(c.low_limit, 2)} of ${c.known_hours} with data; the lowest hour ${n(c.lowest_hour, 2)}`;
}
