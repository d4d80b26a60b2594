#include "mode_words.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "ports/modes.h"

enum { WORDS_MAX = 8, LINE_MAX_BYTES = 1024 };

struct words {
    char line[LINE_MAX_BYTES];
    const char *word[WORDS_MAX];
    size_t count;
};

static void cut(struct words *w, const char *line)
{
    char *at = w->line;

    (void)snprintf(w->line, sizeof w->line, "%s", line);
    for (w->count = 0; at != NULL && w->count < WORDS_MAX;) {
        w->word[w->count++] = at;
        at = strchr(at, '\t');
        if (at != NULL)
            *at++ = '\0';
    }
}

/* ---- list ---- */

static void tell(const struct mode *m, struct strbuf *told)
{
    char from[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX];

    wall_text(m->from, from);
    wall_text(m->until, until);
    strbuf_printf(told, "%016" PRIx64 " %-14s %s %s from=%s until=%s by=\"%s\" why=\"%s\"\n", m->id,
                  MODE_KINDS[m->kind], MODE_PLACES[m->place - MODE_AT_SITE], m->subject, from, until, m->who,
                  m->why);
}

static enum err list(struct parts *d, struct strbuf *told, struct fault *why)
{
    struct mode *known = calloc(MODES_SHOWN_MAX, sizeof *known);
    size_t n = known == NULL ? 0 : pipeline_modes(d->pipeline, known, MODES_SHOWN_MAX), open = 0;

    for (size_t i = 0; i < n; i++)
        if (known[i].end == MODE_OPEN) {
            tell(&known[i], told);
            open++;
        }
    free(known);
    return fault_set(why, ERR_NONE, "%zu modes", open);
}

/* ---- acting ---- */

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool answered;
    enum err code;
    struct fault why;
    uint64_t id;
};

static void answered(void *self, enum err code, bool known, const struct mode *is, const struct fault *why)
{
    struct waiting *w = self;

    (void)known;
    (void)pthread_mutex_lock(&w->lock);
    w->answered = true;
    w->code = code;
    if (code != ERR_NONE)
        w->why = *why;
    else
        w->id = is->id;
    (void)pthread_cond_signal(&w->cond);
    (void)pthread_mutex_unlock(&w->lock);
}

/* The id is told: it ends by that. */
static enum err act(struct parts *d, struct message_mode *m, struct strbuf *told, struct fault *why)
{
    struct waiting w = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
    enum err rc;

    m->answer = answered;
    m->self = &w;
    rc = pipeline_mode(d->pipeline, m, why);
    if (rc != ERR_NONE)
        return rc;
    (void)pthread_mutex_lock(&w.lock);
    while (!w.answered)
        (void)pthread_cond_wait(&w.cond, &w.lock);
    (void)pthread_mutex_unlock(&w.lock);
    if (w.code != ERR_NONE)
        *why = w.why;
    else
        strbuf_printf(told, "%016" PRIx64 "\n", w.id);
    return w.code;
}

static bool copy(char *out, size_t size, const char *word)
{
    return snprintf(out, size, "%s", word) < (int)size;
}

/* The index of the word in a NULL-terminated list; -1: it is none of them. */
static int index_of(const char *const *list, const char *word)
{
    for (int i = 0; list[i] != NULL; i++)
        if (strcmp(list[i], word) == 0)
            return i;
    return -1;
}

static void own_key(char key[HAND_KEY_MAX], const char *what, const char *on, struct wall now)
{
    (void)snprintf(key, HAND_KEY_MAX, "ctl-%s-%.20s-%" PRId64, what, on, now.ms);
}

static enum err begin(struct parts *d, const struct words *w, struct message_mode *m, struct strbuf *told,
                      struct fault *why)
{
    struct mode *is = &m->act.mode;
    int kind = index_of(MODE_KINDS, w->word[2]), place = index_of(MODE_PLACES, w->word[3]);

    if (kind < 0 || place < 0)
        return fault_set(why, ERR_RANGE, "not understood: \"%.60s\"", kind < 0 ? w->word[2] : w->word[3]);
    if (wall_parse(w->word[5], &is->until) != ERR_NONE)
        return fault_set(why, ERR_RANGE, "\"%.60s\" is no time like 2026-11-26T05:00:00+07:00", w->word[5]);
    is->kind = (uint8_t)kind;
    is->place = (uint8_t)(MODE_AT_SITE + place);
    m->act.leads = true;
    own_key(is->key, "mode", w->word[4], clock_read(&d->clock).wall);
    if (!copy(is->subject, sizeof is->subject, w->word[4]) || !copy(is->who, sizeof is->who, w->word[6]) ||
        !copy(m->by.name, sizeof m->by.name, w->word[6]) || !copy(is->why, sizeof is->why, w->word[7]))
        return fault_set(why, ERR_RANGE, "a word is too long");
    return act(d, m, told, why);
}

static enum err finish(struct parts *d, const struct words *w, struct message_mode *m, struct strbuf *told,
                       struct fault *why)
{
    struct mode *is = &m->act.mode;
    char *rest;

    is->id = strtoull(w->word[2], &rest, 16);
    if (*rest != '\0' || strlen(w->word[2]) != 16)
        return fault_set(why, ERR_RANGE, "\"%.60s\" is no id of a mode", w->word[2]);
    m->act.ends = true;
    own_key(is->end_key, "end", w->word[2], clock_read(&d->clock).wall);
    if (!copy(is->ended_by, sizeof is->ended_by, w->word[3]) ||
        !copy(m->by.name, sizeof m->by.name, w->word[3]) ||
        !copy(is->end_why, sizeof is->end_why, w->word[4]))
        return fault_set(why, ERR_RANGE, "a word is too long");
    return act(d, m, told, why);
}

enum err mode_words(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct message_mode m = { .by = { .kind = ACTOR_LOCAL } };
    struct words w;

    cut(&w, words);
    if (w.count == 2 && strcmp(w.word[1], "list") == 0)
        return list(d, told, why);
    if (w.count == 8 && strcmp(w.word[1], "begin") == 0)
        return begin(d, &w, &m, told, why);
    if (w.count == 5 && strcmp(w.word[1], "end") == 0)
        return finish(d, &w, &m, told, why);
    return fault_set(why, ERR_RANGE, "not understood");
}
