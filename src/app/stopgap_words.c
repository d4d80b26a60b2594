#include "stopgap_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "channels.h"
#include "parts.h"
#include "waiting.h"
#include "words.h"

/* ---- list ---- */

static const char *const HEADS[] = { "id",   "change", "roster",  "who", "by",
                                     "from", "until",  "told by", "why", "" };

static void tell(const struct stopgap_shown *s, struct columns *to)
{
    char from[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX];

    wall_text(s->is.from, from);
    wall_text(s->is.until, until);
    columns_cell(to, "%016" PRIx64, s->is.id);
    columns_cell(to, "%s", STOPGAP_KINDS[s->is.kind]);
    columns_cell(to, "%s", s->is.roster);
    columns_cell(to, "%s", s->is.who);
    columns_cell(to, "%s", s->is.by);
    columns_cell(to, "%s", from);
    columns_cell(to, "%s", until);
    columns_cell(to, "%s", s->is.told_by);
    columns_cell(to, "%s", s->is.why);
    columns_cell(to, "%s%s", s->lacks == STOPGAP_LACKS_NOTHING ? "" : "VOID: no such ",
                 s->lacks == STOPGAP_LACKS_NOTHING ? "" : STOPGAP_LACKS[s->lacks - STOPGAP_LACKS_ROSTER]);
}

static enum err list(struct parts *d, struct strbuf *told, struct fault *why)
{
    struct stopgap_shown *known = calloc(STOPGAPS_MAX, sizeof *known);
    size_t n = known == NULL ? 0 : pipeline_stopgaps(d->pipeline, known, STOPGAPS_MAX), open = 0;
    struct columns to;

    columns_init(&to, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < n; i++)
        if (known[i].is.end == STOPGAP_OPEN) {
            tell(&known[i], &to);
            open++;
        }
    free(known);
    columns_write(&to, told);
    return words_count(why, open, "change is open", "changes are open");
}

/* ---- acting ---- */

struct begun {
    struct waiting waiting;
    struct stopgap is;
};

static void answered(void *self, enum err code, const char *field, bool known, const struct stopgap_shown *is,
                     const struct fault *why)
{
    struct begun *b = self;

    (void)field;
    (void)known;
    if (code == ERR_NONE)
        b->is = is->is;
    waiting_answer(&b->waiting, code, why);
}

/* The id is told: it is withdrawn by that; of a guest also the name under which it stands in. */
static enum err act(struct parts *d, struct message_stopgap *m, struct strbuf *told, struct fault *why)
{
    struct begun b = { .waiting = WAITING_INIT };
    enum err rc;

    m->answer = answered;
    m->self = &b;
    rc = pipeline_stopgap(d->pipeline, m, why);
    if (rc == ERR_NONE)
        rc = waiting_wait(&b.waiting, why);
    if (rc == ERR_NONE)
        strbuf_printf(told, "%016" PRIx64 "%s%s\n", b.is.id, b.is.kind == STOPGAP_GUEST ? " " : "",
                      b.is.kind == STOPGAP_GUEST ? b.is.who : "");
    return rc;
}

/* Once in a millisecond. */
static void own_key(struct parts *d, char key[HAND_KEY_MAX], const char *what)
{
    (void)snprintf(key, HAND_KEY_MAX, "ctl-%s-%" PRId64, what, clock_read(&d->clock).wall.ms);
}

static bool is_none(const char *word)
{
    return strcmp(word, "-") == 0;
}

static enum err time_of(const char *word, struct wall *out, struct fault *why)
{
    if (wall_parse(word, out) == ERR_NONE)
        return ERR_NONE;
    return fault_set(why, ERR_RANGE, "\"%.60s\" is no time like 2026-11-26T05:00:00+07:00", word);
}

/* until, teller, why: the last three words of those that begin. */
static enum err frame_of(struct parts *d, const struct words *w, struct message_stopgap *m, struct fault *why)
{
    struct stopgap *is = &m->act.is;
    const char *const *last = &w->word[w->count - 3];

    own_key(d, is->key, w->word[1]);
    if (!words_copy(is->told_by, sizeof is->told_by, last[1]) ||
        !words_copy(m->by.name, sizeof m->by.name, last[1]) || !words_copy(is->why, sizeof is->why, last[2]))
        return fault_set(why, ERR_RANGE, "a word is too long");
    return time_of(last[0], &is->until, why);
}

static enum err substitute(const struct words *w, struct stopgap *is, struct fault *why)
{
    is->kind = STOPGAP_SUBSTITUTE;
    if (!words_copy(is->roster, sizeof is->roster, w->word[2]) ||
        !words_copy(is->who, sizeof is->who, is_none(w->word[3]) ? "" : w->word[3]) ||
        !words_copy(is->by, sizeof is->by, is_none(w->word[4]) ? "" : w->word[4]))
        return fault_set(why, ERR_RANGE, "a word is too long");
    return is_none(w->word[5]) ? ERR_NONE : time_of(w->word[5], &is->from, why);
}

static bool there_is(struct parts *d, enum channel c)
{
    const struct letters_port port = channels_port(d);
    struct channel_status s[CHANNEL_COUNT];
    size_t n = port.channels(port.self, s);

    for (size_t i = 0; i < n; i++)
        if (s[i].channel == c)
            return true;
    return false;
}

static enum err address_of(struct parts *d, const char *word, struct stopgap *is, struct fault *why)
{
    const enum channel c = strchr(word, '@') != NULL ? CHANNEL_EMAIL : CHANNEL_SMS;

    if (c == CHANNEL_EMAIL && (!contact_email(word) || !words_copy(is->email, sizeof is->email, word)))
        return fault_set(why, ERR_RANGE, "\"%.60s\" is not an e-mail address", word);
    if (c == CHANNEL_SMS && !contact_number(word, is->sms))
        return fault_set(why, ERR_RANGE, "\"%.60s\" is not the number of a telephone", word);
    return there_is(d, c) ? ERR_NONE : fault_set(why, ERR_RANGE, "notify has no %s", channel_name(c));
}

static enum err reach(struct parts *d, const struct words *w, struct stopgap *is, struct fault *why)
{
    bool fits;

    is->kind = strcmp(w->word[1], "guest") == 0 ? STOPGAP_GUEST : STOPGAP_ADDRESSES;
    fits = is->kind == STOPGAP_GUEST ? words_copy(is->name, sizeof is->name, w->word[2])
                                     : words_copy(is->who, sizeof is->who, w->word[2]);
    return fits ? address_of(d, w->word[3], is, why) : fault_set(why, ERR_RANGE, "a word is too long");
}

static enum err withdraw(struct parts *d, const struct words *w, struct message_stopgap *m, struct fault *why)
{
    struct stopgap *is = &m->act.is;
    char *rest;

    is->id = strtoull(w->word[2], &rest, 16);
    if (*rest != '\0' || strlen(w->word[2]) != 16)
        return fault_set(why, ERR_RANGE, "\"%.60s\" is no id of a change", w->word[2]);
    m->act.ends = true;
    own_key(d, is->end_key, "withdraw");
    if (!words_copy(is->ended_by, sizeof is->ended_by, w->word[3]) ||
        !words_copy(m->by.name, sizeof m->by.name, w->word[3]) ||
        !words_copy(is->end_why, sizeof is->end_why, w->word[4]))
        return fault_set(why, ERR_RANGE, "a word is too long");
    return ERR_NONE;
}

static const struct {
    const char *verb;
    size_t words;
} VERBS[] = { { "changes", 2 }, { "substitute", 9 }, { "guest", 7 }, { "reach", 7 }, { "withdraw", 5 } };

bool stopgap_words_are(const struct words *w)
{
    for (size_t i = 0; i < COUNT_OF(VERBS); i++)
        if (w->count == VERBS[i].words && strcmp(w->word[1], VERBS[i].verb) == 0)
            return true;
    return false;
}

enum err stopgap_words(struct parts *d, const struct words *w, struct strbuf *told, struct fault *why)
{
    struct message_stopgap m = { .by = { .kind = ACTOR_LOCAL } };
    const char *verb = w->word[1];
    enum err rc;

    if (strcmp(verb, "changes") == 0)
        return list(d, told, why);
    if (strcmp(verb, "withdraw") == 0) {
        rc = withdraw(d, w, &m, why);
    } else {
        rc = frame_of(d, w, &m, why);
        if (rc == ERR_NONE)
            rc =
                strcmp(verb, "substitute") == 0 ? substitute(w, &m.act.is, why) : reach(d, w, &m.act.is, why);
    }
    return rc != ERR_NONE ? rc : act(d, &m, told, why);
}
