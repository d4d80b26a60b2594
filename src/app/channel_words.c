#include "channel_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "channels.h"
#include "waiting.h"
#include "words.h"

/* Of the last test: when, to whom, by whom, what came of it. */
static void tell_trial(const struct channel_trial *t, struct columns *to)
{
    const bool any = t->state != TRIAL_NONE;
    char at[CLOCK_TEXT_MAX] = "";

    if (any)
        wall_text(t->at, at);
    columns_cell(to, "%s", at);
    columns_cell(to, "%s", any ? t->to : "");
    columns_cell(to, "%s", any ? t->by : "");
    columns_cell(to, "%s", any ? trial_state_name((enum trial_state)t->state) : "");
    columns_cell(to, "%s", any ? t->said : "");
}

static enum err list(const struct letters_port *port, struct strbuf *told, struct fault *why)
{
    static const char *const HEADS[] = { "channel", "state", "waiting", "taken",   "refused", "says",
                                         "tested",  "to",    "by",      "outcome", "said" };
    struct channel_status s[CHANNEL_COUNT];
    size_t n = port->channels(port->self, s);
    struct columns to;

    columns_init(&to, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < n; i++) {
        columns_cell(&to, "%s", channel_name((enum channel)s[i].channel));
        columns_cell(&to, "%s", s[i].up ? "up" : "down");
        columns_cell(&to, "%zu", s[i].waiting);
        columns_cell(&to, "%llu", (unsigned long long)s[i].taken);
        columns_cell(&to, "%llu", (unsigned long long)s[i].refused);
        columns_cell(&to, "%s", s[i].text);
        tell_trial(&s[i].trial, &to);
    }
    columns_write(&to, told);
    return words_count(why, n, "channel", "channels");
}

static void tell_contact(const struct contact *c, struct columns *to)
{
    struct strbuf channels;

    strbuf_init(&channels, 200);
    for (size_t k = 0; k < c->channel_count; k++)
        strbuf_printf(&channels, "%s%s", k == 0 ? "" : " ", channel_name((enum channel)c->channels[k]));
    columns_cell(to, "%s", c->id);
    columns_cell(to, "%s", c->name);
    columns_cell(to, "%s", channels.text == NULL ? "" : channels.text);
    strbuf_clear(&channels);
}

static enum err contacts(const struct letters_port *port, struct strbuf *told, struct fault *why)
{
    static const char *const HEADS[] = { "id", "name", "channels" };
    struct contact *all = calloc(CONTACTS_HELD_MAX, sizeof *all);
    size_t n = all == NULL ? 0 : port->contacts(port->self, all, CONTACTS_HELD_MAX);
    struct columns to;

    if (all == NULL)
        return fault_set(why, ERR_MEMORY, "no memory");
    columns_init(&to, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < n; i++)
        tell_contact(&all[i], &to);
    columns_write(&to, told);
    free(all);
    return words_count(why, n, "contact", "contacts");
}

struct tried {
    struct waiting waiting;
    struct channel_trial is;
};

static void answered(void *self, enum err code, const struct channel_trial *is)
{
    struct tried *t = self;
    struct fault why = { .text = "" };

    if (code == ERR_NONE)
        t->is = *is;
    else
        code =
            fault_set(&why, code, "%s",
                      code == ERR_FULL      ? "one is under way, or it was tried too often lately"
                      : code == ERR_MISSING ? "there is no such contact, or it has no address in this channel"
                                            : "it is stopping");
    waiting_answer(&t->waiting, code, &why);
}

static enum err test(const struct letters_port *port, const struct words *w, struct strbuf *told,
                     struct fault *why)
{
    struct actor by = { .kind = ACTOR_LOCAL };
    struct tried t = { .waiting = WAITING_INIT };
    struct trial_ask ask = { .key = "" };
    enum err rc;

    if (!channel_parse(w->word[2], &ask.channel))
        return fault_set(why, ERR_RANGE, "a channel is email, sms or webhook");
    if (!words_copy(by.name, sizeof by.name, w->word[4]) || !words_copy(ask.to, sizeof ask.to, w->word[3]))
        return fault_set(why, ERR_RANGE, "a word is too long");
    rc = port->try_out(port->self, &ask, &by, answered, &t, why);
    if (rc == ERR_NONE)
        rc = waiting_wait(&t.waiting, why);
    if (rc == ERR_NONE)
        strbuf_printf(told, "%s%s%s\n", trial_state_name((enum trial_state)t.is.state),
                      t.is.said[0] == '\0' ? "" : " ", t.is.said);
    return rc;
}

enum err channel_words(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    const struct letters_port port = channels_port(d);
    struct words w;

    words_cut(&w, words);
    if (w.count == 2 && strcmp(w.word[1], "list") == 0)
        return list(&port, told, why);
    if (w.count == 2 && strcmp(w.word[1], "contacts") == 0)
        return contacts(&port, told, why);
    if (w.count == 5 && strcmp(w.word[1], "test") == 0)
        return test(&port, &w, told, why);
    return fault_set(why, ERR_RANGE, "not understood");
}
