/* What shift logs say of a site, the newest first, and a line for the one that is on. */
import { useEffect } from 'preact/hooks';
import * as api from './api';
import { all, most, needed } from './checks';
import { Box, fieldOf, Send, tellOnce, useForm } from './form';
import { Older, Said, usePages } from './pages';
import { hashOf } from './route';
import { LogRow } from './shift';
import { currentOf, notesOf, type Notes, type Shift, type ShiftList } from './shift_kit';
import { onShift, type State } from './state';
import { word } from './words';

interface Page extends Notes { on: Shift | null }

function Write({ site, on, s, done }: { site: string; on: Shift; s: State; done(): void }) {
    const { lang } = s;
    const form = useForm({ id: 'site-note', lang, checks: { text: all(needed, most(1000)) }, labels: { text: word('newEntry', lang) }, draft: `note of ${site}` });
    const write = (e: Event) => void form.send(e, ({ text }) => tellOnce('/api/v1/shifts', { act: 'note', shift: on.id, site, text: text!.trim() }, lang, done));
    return (
        <form class="new note-form" onSubmit={write} noValidate>
            <Box form={form} name="text" label={word('newEntry', lang)} more="note-words"><textarea {...fieldOf(form, 'text')} rows={1} onInput={(e) => form.put('text', e.currentTarget.value)} /></Box>
            <span class="note-do"><Send form={form} label={word('writeDown', lang)} /></span>
        </form>
    );
}

export function SiteNotes({ s, site, at }: { s: State; site: string; at: number }) {
    const { lang } = s;
    const pages = usePages<Page, object>({}, site, lang, async (before) => {
        const list = await api.get<ShiftList>('/api/v1/shifts?limit=1');
        return { ...await notesOf(api.get, site, before), on: currentOf(list, s.who?.name ?? '') };
    });
    const again = () => pages.ask(location.hash);
    useEffect(() => onShift(again), [site]);
    const { page } = pages;
    return (
        <section class="card site-notes" aria-labelledby="notes-title">
            <header><h2 id="notes-title">{word('note', lang)}</h2><a class="plain" href={hashOf('shift')}>{word('shiftLog', lang)}</a></header>
            {page?.on && <Write site={site} on={page.on} s={s} done={again} />}
            {page && !page.on && <p class="nothing"><a href={hashOf('shift')}>{word('nobodyOn', lang)}</a></p>}
            <Said of={pages} empty={!page?.items.length} nothing={word('noNotes', lang)} lang={lang} />
            <ol class="plain-list log">{page?.items.map((e) => <LogRow key={e.id} e={e} log={page.items} s={s} here at={at} />)}</ol>
            <Older of={pages} lang={lang} />
        </section>
    );
}
