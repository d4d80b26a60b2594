#include "shift_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/still.h"
#include "parts.h"
#include "serve/serve.h"
#include "waiting.h"
#include "words.h"

/* ---- who is on ---- */

static void tell_shift(const struct shift *s, struct strbuf *told)
{
    char from[CLOCK_TEXT_MAX], offered[CLOCK_TEXT_MAX];

    wall_text(s->from, from);
    strbuf_printf(told, "%016" PRIx64 " %s %s%s supplier=%s from=%s entries=%u", s->id,
                  SHIFT_STATES[s->state], s->who, s->leads ? " (leads)" : "",
                  s->supplier[0] == '\0' ? "-" : s->supplier, from, s->entries);
    if (s->state == SHIFT_OFFERED) {
        wall_text(s->offered, offered);
        strbuf_printf(told, " to=%s offered=%s", s->to, offered);
    }
    strbuf_putc(told, '\n');
}

static void word(struct strbuf *told, const char *name, const char *value)
{
    if (value[0] != '\0')
        strbuf_printf(told, " %s=%s", name, value);
}

static void tell_entry(const struct shift_entry *e, struct strbuf *told)
{
    char at[CLOCK_TEXT_MAX];

    wall_text(e->claimed, at);
    strbuf_printf(told, "  %u %s %s ", e->n, at, SHIFT_KINDS[e->kind]);
    strbuf_puts_still(told, e->who);
    word(told, "to", e->to);
    word(told, "site", e->site);
    word(told, "point", e->point);
    if (e->incident != 0)
        strbuf_printf(told, " incident=%" PRIu64, e->incident);
    if (e->corrects != 0)
        strbuf_printf(told, " corrects=%016" PRIx64, e->corrects);
    if (e->text[0] != '\0') {
        strbuf_puts(told, " \"");
        strbuf_puts_still(told, e->text);
        strbuf_putc(told, '"');
    }
    strbuf_putc(told, '\n');
}

static bool knows_supplier(struct parts *d, const char *id)
{
    bool known;

    (void)pthread_mutex_lock(&d->lock);
    known = id[0] == '\0' || catalogue_supplier(d->catalogue, id) != NULL;
    (void)pthread_mutex_unlock(&d->lock);
    return known;
}

/* The shift that is on, in *l, held; NULL: why says that nobody is. */
static const struct shift *current(struct parts *d, const char *supplier, struct shift_list **l, enum err *rc,
                                   struct fault *why)
{
    const struct shift *s;

    *l = NULL;
    if (!knows_supplier(d, supplier)) {
        *rc = fault_set(why, ERR_MISSING, "there is no supplier \"%.63s\"", supplier);
        return NULL;
    }
    *l = pipeline_shifts(d->pipeline);
    s = *l == NULL ? NULL : shift_list_current(*l, supplier);
    *rc = s != NULL
              ? ERR_NONE
              : fault_set(why, ERR_MISSING, "nobody is on%s%s", supplier[0] == '\0' ? "" : " for ", supplier);
    return s;
}

static enum err show(struct parts *d, const struct words *w, struct strbuf *told, struct fault *why)
{
    struct shift_list *l;
    enum err rc;
    const struct shift *s = current(d, w->word[2], &l, &rc, why);

    if (s != NULL) {
        tell_shift(s, told);
        for (size_t i = 0; i < l->entry_count; i++)
            if (l->entries[i].shift == s->id)
                tell_entry(&l->entries[i], told);
    }
    shift_list_drop(l);
    return rc;
}

static enum err sheet(struct parts *d, const struct words *w, struct strbuf *told, struct fault *why)
{
    struct shift_list *l;
    enum err rc;
    const struct shift *s = current(d, w->word[3], &l, &rc, why);
    const bool page = strcmp(w->word[2], "html") == 0;

    if (!page && strcmp(w->word[2], "json") != 0)
        rc = fault_set(why, ERR_RANGE, "a sheet is html or json");
    else if (s != NULL && !serve_shift_sheet(d->serve, s->id, page, told))
        rc = fault_set(why, ERR_MEMORY, "no memory for the sheet, or the shift is over");
    shift_list_drop(l);
    return rc;
}

/* ---- writing ---- */

struct noted {
    struct waiting waiting;
    uint64_t id;
};

static void answered(void *self, enum err code, bool known, const struct shift_told *is,
                     const struct fault *why)
{
    struct noted *n = self;

    (void)known;
    if (code == ERR_NONE)
        n->id = is->entry.id;
    waiting_answer(&n->waiting, code, why);
}

static bool point_is_there(const struct catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->point_count; i++)
        if (strcmp(c->points[i].id, id) == 0)
            return true;
    return false;
}

static enum err check_about(struct parts *d, const struct words *w, struct shift_entry *e, struct fault *why)
{
    struct incident_list *l = pipeline_incidents(d->pipeline);
    char *rest = NULL;
    enum err rc = ERR_NONE;

    if (l == NULL)
        return fault_set(why, ERR_STATE, "it is only starting");
    e->incident = strtoull(w->word[6], &rest, 10);
    if (e->site[0] != '\0' && catalogue_site(l->catalogue, e->site) == NULL)
        rc = fault_set(why, ERR_MISSING, "there is no site %s", e->site);
    else if (e->point[0] != '\0' && !point_is_there(l->catalogue, e->point))
        rc = fault_set(why, ERR_MISSING, "there is no point %s", e->point);
    else if (w->word[6][0] != '\0' && (*rest != '\0' || incident_list_find(l, e->incident) == NULL))
        rc = fault_set(why, ERR_MISSING, "there is no incident %.20s", w->word[6]);
    incident_list_drop(l);
    return rc;
}

static enum err note(struct parts *d, const struct words *w, struct strbuf *told, struct fault *why)
{
    struct shift_act act = { .kind = SHIFT_NOTE };
    struct actor by = { .kind = ACTOR_LOCAL };
    struct noted n = { .waiting = WAITING_INIT };
    struct shift_entry *e = &act.entry;
    enum err rc;

    e->claimed = clock_read(&d->clock).wall;
    (void)snprintf(e->key, sizeof e->key, "ctl-note-%" PRId64, e->claimed.ms);
    if (!words_copy(by.name, sizeof by.name, w->word[2]) || !words_copy(e->who, sizeof e->who, w->word[2]) ||
        !words_copy(act.supplier, sizeof act.supplier, w->word[3]) ||
        !words_copy(e->site, sizeof e->site, w->word[4]) ||
        !words_copy(e->point, sizeof e->point, w->word[5]) ||
        !words_copy(e->text, sizeof e->text, w->word[7]))
        return fault_set(why, ERR_RANGE, "a word is too long");
    if (!knows_supplier(d, act.supplier))
        return fault_set(why, ERR_MISSING, "there is no supplier \"%s\"", act.supplier);
    rc = e->text[0] == '\0' ? fault_set(why, ERR_RANGE, "a note has words") : check_about(d, w, e, why);
    if (rc == ERR_NONE)
        rc = pipeline_shift(d->pipeline, &act, &by, answered, &n, why);
    if (rc == ERR_NONE)
        rc = waiting_wait(&n.waiting, why);
    if (rc == ERR_NONE)
        strbuf_printf(told, "%016" PRIx64 "\n", n.id);
    return rc;
}

enum err shift_words(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct words w;

    words_cut(&w, words);
    if (w.count == 3 && strcmp(w.word[1], "show") == 0)
        return show(d, &w, told, why);
    if (w.count == 4 && strcmp(w.word[1], "sheet") == 0)
        return sheet(d, &w, told, why);
    if (w.count == 8 && strcmp(w.word[1], "note") == 0)
        return note(d, &w, told, why);
    return fault_set(why, ERR_RANGE, "not understood");
}
