#include "channel_words.h"

#include <stdlib.h>
#include <string.h>

#include "channels.h"
#include "waiting.h"
#include "words.h"

static void tell_trial(const struct channel_trial *t, struct strbuf *told)
{
    char at[CLOCK_TEXT_MAX];

    if (t->state == TRIAL_NONE)
        return;
    wall_text(t->at, at);
    strbuf_printf(told, "  tried %s by %s to=%s: %s%s%s\n", at, t->by, t->to,
                  trial_state_name((enum trial_state)t->state), t->said[0] == '\0' ? "" : " ", t->said);
}

static enum err list(const struct letters_port *port, struct strbuf *told)
{
    struct channel_status s[CHANNEL_COUNT];
    size_t n = port->channels(port->self, s);

    for (size_t i = 0; i < n; i++) {
        strbuf_printf(told, "%s %s waiting=%zu taken=%llu refused=%llu%s%s\n",
                      channel_name((enum channel)s[i].channel), s[i].up ? "up" : "down", s[i].waiting,
                      (unsigned long long)s[i].taken, (unsigned long long)s[i].refused,
                      s[i].text[0] == '\0' ? "" : " ", s[i].text);
        tell_trial(&s[i].trial, told);
    }
    return ERR_NONE;
}

static enum err contacts(const struct letters_port *port, struct strbuf *told, struct fault *why)
{
    struct contact *all = calloc(CONTACTS_MAX, sizeof *all);
    size_t n = all == NULL ? 0 : port->contacts(port->self, all, CONTACTS_MAX);

    if (all == NULL)
        return fault_set(why, ERR_MEMORY, "no memory");
    for (size_t i = 0; i < n; i++) {
        strbuf_printf(told, "%s \"%s\"", all[i].id, all[i].name);
        for (size_t k = 0; k < all[i].channel_count; k++)
            strbuf_printf(told, " %s", channel_name((enum channel)all[i].channels[k]));
        strbuf_putc(told, '\n');
    }
    free(all);
    return ERR_NONE;
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
        return list(&port, told);
    if (w.count == 2 && strcmp(w.word[1], "contacts") == 0)
        return contacts(&port, told, why);
    if (w.count == 5 && strcmp(w.word[1], "test") == 0)
        return test(&port, &w, told, why);
    return fault_set(why, ERR_RANGE, "not understood");
}
