/* The channels through which people are told of incidents: how they are, and a test message through each. */
import { useEffect, useState } from 'preact/hooks';
import * as api from './api';
import { needed } from './checks';
import { Choice, Send, tellOnce, useForm } from './form';
import { instant, moment, number, type Lang } from './format';
import { Mark } from './marks';
import type { Channel, ChannelTest, ChannelWord, Contact } from './shapes';
import { told } from './told';
import { word, type Word } from './words';

const LOOK_MS = 10000;

const nameOf = (channel: ChannelWord, lang: Lang): string => word(`channel_${channel}` as Word, lang);

function Tested({ test, lang, at }: { test: ChannelTest; lang: Lang; at: number }) {
    return (
        <span class={test.state === 'taken' ? 'quiet' : test.state === 'under_way' ? '' : 'late'} role="status">
            {word('lastTest', lang)} {moment(instant(test.at), at)} · {test.to} · {word(`tested_${test.state}` as Word, lang)}{test.said && ` · ${told(test.said, lang)}`}
        </span>
    );
}

/* One intention is one test: the next press is another. */
function Try({ of, contacts, lang, done }: { of: ChannelWord; contacts: Contact[]; lang: Lang; done(): Promise<void> }) {
    const reached = contacts.filter((c) => c.channels.includes(of));
    const [turn, setTurn] = useState(0);
    const labels = { to: word('testTo', lang) };
    const form = useForm({ id: `try-${of}`, lang, first: { to: reached[0]?.id ?? '' }, checks: { to: needed }, labels });
    if (reached.length === 0) return <span class="quiet">{word('noContactsHere', lang)}</span>;
    const path = `/api/v1/channels/${of}/test`;
    const submit = (e: Event) => void form.send(e, ({ to }) => tellOnce(path, { to }, lang, async () => { setTurn(turn + 1); await done(); }, `${path} ${to} ${turn}`));
    return (
        <form class="new" onSubmit={submit} noValidate>
            <Choice form={form} name="to" label={labels.to}>{reached.map((c) => <option key={c.id} value={c.id}>{c.name}</option>)}</Choice>
            <Send form={form} label={form.busy ? word('testing', lang) : word('sendTest', lang)} />
        </form>
    );
}

export function Channels({ lang, at }: { lang: Lang; at: number }) {
    const [channels, setChannels] = useState<Channel[] | null>(null);
    const [contacts, setContacts] = useState<Contact[]>([]);
    const [away, setAway] = useState(false);
    const load = async () => {
        try {
            setChannels((await api.get<{ items: Channel[] }>('/api/v1/channels')).items);
            setAway(false);
        } catch {
            setAway(true);
        }
    };
    useEffect(() => {
        void load();
        api.get<{ items: Contact[] }>('/api/v1/contacts').then((c) => setContacts(c.items), () => undefined);
        const timer = setInterval(() => void load(), LOOK_MS);
        return () => clearInterval(timer);
    }, []);
    return (
        <section class="card" aria-labelledby="channels-title">
            <header><h2 id="channels-title">{word('channels', lang)}</h2></header>
            {away && <p class="problem" role="alert"><Mark kind="bad" />{word('unreachable', lang)}</p>}
            {channels?.length === 0 && <p class="nothing">{word('noChannels', lang)}</p>}
            <ul class="plain-list">{(channels ?? []).map((c) => (
                <li key={c.channel} data-channel={c.channel}>
                    <strong>{nameOf(c.channel, lang)}</strong>
                    <span class={c.up ? 'quiet' : 'late'}>{!c.up && <Mark kind="bad" />}{word(c.up ? 'channelUp' : 'channelDown', lang)}{c.said && ` · ${told(c.said, lang)}`}{c.next_try_at && !c.up && ` · ${word('nextTry', lang)} ${moment(instant(c.next_try_at), at)}`}</span>
                    <span class="quiet">{number(c.waiting, 0, lang)} {word('lettersWait', lang)} · {number(c.taken, 0, lang)} {word('lettersTaken', lang)} · {number(c.refused, 0, lang)} {word('lettersRefused', lang)}{c.last_taken_at && ` · ${word('lastTaken', lang)} ${moment(instant(c.last_taken_at), at)}`}</span>
                    {c.last_test && <Tested test={c.last_test} lang={lang} at={at} />}
                    <Try of={c.channel} contacts={contacts} lang={lang} key={`${c.channel} ${contacts.length}`} done={load} />
                </li>
            ))}</ul>
        </section>
    );
}
