/* The record of acts, for administrators: who did what to what, newest first, a page at a time. */
import { useRef } from 'preact/hooks';
import * as api from './api';
import { ACTORS, actSaid, auditQuery, changesOf, subjectHash, wasRefused, type Wanted } from './audit_kit';
import { Understood } from './form';
import { date, instant, time, type Lang } from './format';
import { Mark } from './marks';
import { Older, Said, usePages } from './pages';
import { hashOf } from './route';
import type { Act } from './shapes';
import { lastDays } from './span_kit';
import type { State } from './state';
import { actorKindWord, auditMemberWord, word } from './words';

const PAGE = 30;
const DAYS = 7;

interface Page { acts: Act[]; next: string | null }

function Changes({ act, lang }: { act: Act; lang: Lang }) {
    const changes = changesOf(act, lang);
    return (
        <dl class="act-changes">
            {changes.map((c) => (
                <div key={c.member} class={c.before !== null && c.before !== c.after ? 'act-changed' : ''}>
                    <dt>{auditMemberWord(c.member, lang)}</dt>
                    <dd>{act.before && c.before !== c.after && <><del>{c.before ?? '—'}</del> <span aria-hidden="true">→</span><span class="unseen">{word('becameThis', lang)}</span> </>}<ins>{c.after ?? '—'}</ins></dd>
                </div>
            ))}
            {changes.length === 0 && <div><dt>{word('actNoChange', lang)}</dt></div>}
            <div><dt>{word('actPlace', lang)}</dt><dd>{act.node} · {act.seq}</dd></div>
            <div><dt>{word('actHash', lang)}</dt><dd><code>{act.hash}</code></dd></div>
            {act.person_hash && <div><dt>{word('actPeople', lang)}</dt></div>}
        </dl>
    );
}

function Entry({ act, lang, only }: { act: Act; lang: Lang; only(more: Partial<Wanted>): void }) {
    const at = instant(act.at);
    const hash = subjectHash(act.subject);
    return (
        <li class={`act ${wasRefused(act) ? 'act-refused' : ''}`} data-act={`${act.node} ${act.journal} ${act.seq}`}>
            <span class="act-at">{time(at)} <span class="quiet">{at === null ? '' : date(at)}</span></span>
            <span class="act-who">{act.actor ? <button type="button" class="link" title={word('onlyThese', lang)} onClick={() => only({ actor: act.actor })}>{act.actor}</button> : '—'}
                <span class="quiet">{actorKindWord(act.kind, lang)}{act.address && ` · ${act.address}`}</span></span>
            <span class="act-what"><strong>{wasRefused(act) && <Mark kind="bad" />}{actSaid(act.action, lang)}</strong>
                {act.subject && <span>{hash ? <a href={hash}>{act.subject}</a> : <span>{act.subject}</span>} <button type="button" class="link quiet" title={word('onlyThese', lang)} onClick={() => only({ subject: act.subject })}>{word('onlySubject', lang)}<span class="unseen"> {act.subject}</span></button></span>}</span>
            <details class="act-details"><summary>{word('details', lang)}<span class="unseen">: {actSaid(act.action, lang)} {act.subject}</span></summary><Changes act={act} lang={lang} /></details>
        </li>
    );
}

function Filter({ wanted, lang, change, show }: { wanted: Wanted; lang: Lang; change(more: Partial<Wanted>): void; show(e: Event): void }) {
    const day = (name: 'from' | 'to') => (
        <span class="field"><label for={`audit-${name}`}>{word(name === 'from' ? 'fromDay' : 'toDay', lang)}</label><input id={`audit-${name}`} type="date" value={wanted[name]} onInput={(e) => change({ [name]: e.currentTarget.value })} /><Understood field={wanted[name]} lang={lang} /></span>
    );
    const text = (name: 'actor' | 'subject', label: 'auditActor' | 'subject', hint: 'auditActorHint' | 'auditSubjectHint') => (
        <span class="field"><label for={`audit-${name}`}>{word(label, lang)}</label><input id={`audit-${name}`} type="text" maxLength={99} autoComplete="off" autocapitalize="none" spellcheck={false} value={wanted[name]} onInput={(e) => change({ [name]: e.currentTarget.value })} /><span class="quiet">{word(hint, lang)}</span></span>
    );
    return (
        <form class="new past-form" onSubmit={show} noValidate>
            {day('from')}{day('to')}
            {text('actor', 'auditActor', 'auditActorHint')}
            <span class="field"><label for="audit-kind">{word('auditKind', lang)}</label><select id="audit-kind" value={wanted.kind} onChange={(e) => change({ kind: e.currentTarget.value })}><option value="">{word('anyOf', lang)}</option>{ACTORS.map((k) => <option key={k} value={k}>{actorKindWord(k, lang)}</option>)}</select></span>
            {text('subject', 'subject', 'auditSubjectHint')}
            <button type="submit" class="primary small">{word('showThese', lang)}</button>
        </form>
    );
}

/** What is asked stands in the address: of a link that was sent, of Back. */
export function Audit({ s, at }: { s: State; at: number }) {
    const { lang } = s;
    const asked = s.route.query;
    const usual = lastDays(DAYS, at);
    const wanted: Wanted = { from: asked.get('from') ?? usual.from, to: asked.get('to') ?? usual.to, actor: asked.get('actor') ?? '', kind: asked.get('kind') ?? '', subject: asked.get('subject') ?? '' };
    const box = useRef<HTMLElement>(null);
    const query = asked.toString();
    const pages = usePages<Page, Wanted>(wanted, query, lang, async (before, of) => {
        const got = await api.get<Page>(`/api/v1/audit?${auditQuery(of, PAGE, before?.next ?? null)}`);
        return { acts: [...(before?.acts ?? []), ...got.acts], next: got.next };
    }, () => query && box.current?.scrollIntoView({ block: 'start' }));
    const ask = (of: Wanted) => pages.ask(hashOf('settings', null, Object.fromEntries(Object.entries(of).map(([k, v]) => [k, v.trim()]).filter(([, v]) => v))));
    return (
        <section class="card audit" aria-labelledby="audit-title" ref={box}>
            <header><h2 id="audit-title">{word('audit', lang)}</h2><span class="quiet">{word('auditWhy', lang)}</span></header>
            <Filter wanted={pages.filter} lang={lang} change={pages.change} show={(e) => { e.preventDefault(); ask(pages.filter); }} />
            <Said of={pages} empty={!pages.page?.acts.length} nothing={word('noActs', lang)} lang={lang} />
            <ul class="act-list">{pages.page?.acts.map((a) => <Entry key={`${a.node} ${a.journal} ${a.seq}`} act={a} lang={lang} only={(more) => ask({ ...wanted, ...more })} />)}</ul>
            <Older of={pages} lang={lang} />
        </section>
    );
}
