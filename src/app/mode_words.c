#include "mode_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "parts.h"
#include "ports/modes.h"
#include "waiting.h"
#include "words.h"

/* ---- list ---- */

static const char *const HEADS[] = { "id", "mode", "place", "place id", "from", "until", "by", "why" };

static void tell(const struct mode *m, struct columns *to)
{
    char from[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX];

    wall_text(m->from, from);
    wall_text(m->until, until);
    columns_cell(to, "%016" PRIx64, m->id);
    columns_cell(to, "%s", MODE_KINDS[m->kind]);
    columns_cell(to, "%s", MODE_PLACES[m->place - MODE_AT_SITE]);
    columns_cell(to, "%s", m->subject);
    columns_cell(to, "%s", from);
    columns_cell(to, "%s", until);
    columns_cell(to, "%s", m->who);
    columns_cell(to, "%s", m->why);
}

static enum err list(struct parts *d, struct strbuf *told, struct fault *why)
{
    struct mode *known = calloc(MODES_SHOWN_MAX, sizeof *known);
    size_t n = known == NULL ? 0 : pipeline_modes(d->pipeline, known, MODES_SHOWN_MAX), open = 0;
    struct columns to;

    columns_init(&to, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < n; i++)
        if (known[i].end == MODE_OPEN) {
            tell(&known[i], &to);
            open++;
        }
    free(known);
    columns_write(&to, told);
    return words_count(why, open, "mode is open", "modes are open");
}

/* ---- acting ---- */

struct begun {
    struct waiting waiting;
    uint64_t id;
};

static void answered(void *self, enum err code, bool known, const struct mode *is, const struct fault *why)
{
    struct begun *b = self;

    (void)known;
    if (code == ERR_NONE)
        b->id = is->id;
    waiting_answer(&b->waiting, code, why);
}

/* The id is told: it ends by that. */
static enum err act(struct parts *d, struct message_mode *m, struct strbuf *told, struct fault *why)
{
    struct begun b = { .waiting = WAITING_INIT };
    enum err rc;

    m->answer = answered;
    m->self = &b;
    rc = pipeline_mode(d->pipeline, m, why);
    if (rc == ERR_NONE)
        rc = waiting_wait(&b.waiting, why);
    if (rc == ERR_NONE)
        strbuf_printf(told, "%016" PRIx64 "\n", b.id);
    return rc;
}

static void own_key(char key[HAND_KEY_MAX], const char *what, const char *on, struct wall now)
{
    (void)snprintf(key, HAND_KEY_MAX, "ctl-%s-%.20s-%" PRId64, what, on, now.ms);
}

static enum err begin(struct parts *d, const struct words *w, struct message_mode *m, struct strbuf *told,
                      struct fault *why)
{
    struct mode *is = &m->act.mode;
    int kind, place;
    enum err rc = words_index("mode", MODE_KINDS, w->word[2], &kind, why);

    if (rc == ERR_NONE)
        rc = words_index("place", MODE_PLACES, w->word[3], &place, why);
    if (rc != ERR_NONE)
        return rc;
    if (wall_parse(w->word[5], &is->until) != ERR_NONE)
        return fault_set(why, ERR_RANGE, "\"%.60s\" is no time like 2026-11-26T05:00:00+07:00", w->word[5]);
    is->kind = (uint8_t)kind;
    is->place = (uint8_t)(MODE_AT_SITE + place);
    m->act.leads = true;
    own_key(is->key, "mode", w->word[4], clock_read(&d->clock).wall);
    if (!words_copy(is->subject, sizeof is->subject, w->word[4]) ||
        !words_copy(is->who, sizeof is->who, w->word[6]) ||
        !words_copy(m->by.name, sizeof m->by.name, w->word[6]) ||
        !words_copy(is->why, sizeof is->why, w->word[7]))
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
    if (!words_copy(is->ended_by, sizeof is->ended_by, w->word[3]) ||
        !words_copy(m->by.name, sizeof m->by.name, w->word[3]) ||
        !words_copy(is->end_why, sizeof is->end_why, w->word[4]))
        return fault_set(why, ERR_RANGE, "a word is too long");
    return act(d, m, told, why);
}

enum err mode_words(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct message_mode m = { .by = { .kind = ACTOR_LOCAL } };
    struct words w;

    words_cut(&w, words);
    if (w.count == 2 && strcmp(w.word[1], "list") == 0)
        return list(d, told, why);
    if (w.count == 8 && strcmp(w.word[1], "begin") == 0)
        return begin(d, &w, &m, told, why);
    if (w.count == 5 && strcmp(w.word[1], "end") == 0)
        return finish(d, &w, &m, told, why);
    return fault_set(why, ERR_RANGE, "not understood");
}
