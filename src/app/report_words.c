#include "report_words.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 8, LINE_LONGEST = 1024 };

struct words {
    char line[LINE_LONGEST];
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

/* ---- asking a worker, waiting ---- */

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool answered;
    enum report_verb verb;
    struct strbuf *told;
    enum err code;
    struct fault why;
};

static void tell_item(const struct report_item *i, struct strbuf *told)
{
    char at[CLOCK_TEXT_MAX], hash[2 * SEAL_HASH_BYTES + 1];

    wall_text(i->issued, at);
    seal_hash_text(&i->hash[REPORT_JSON], hash);
    strbuf_printf(told, "%s issued=%s by=\"%s\" node=%s json=%s\n", i->id, at, i->by, i->node, hash);
}

static void answered(void *ticket, enum err code, const struct report_answer *a, const struct fault *why)
{
    struct waiting *w = ticket;

    (void)pthread_mutex_lock(&w->lock);
    w->answered = true;
    w->code = code;
    if (code != ERR_NONE)
        w->why = *why;
    else if (w->verb == REPORT_LIST || w->verb == REPORT_ISSUE)
        for (size_t i = 0; i < a->count; i++)
            tell_item(&a->items[i], w->told);
    else
        strbuf_add(w->told, a->text, a->len);
    (void)pthread_cond_signal(&w->cond);
    (void)pthread_mutex_unlock(&w->lock);
}

static enum err ask(struct parts *d, const struct report_ask *a, struct strbuf *told, struct fault *why)
{
    struct waiting w = {
        .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER, .verb = a->verb, .told = told
    };
    const struct reports_port *port = &d->ask_reports;
    enum err rc = port->ask == NULL ? fault_set(why, ERR_STATE, "the daemon is only starting")
                                    : port->ask(port->self, a, -1, answered, &w, why);

    if (rc != ERR_NONE)
        return rc;
    (void)pthread_mutex_lock(&w.lock);
    while (!w.answered)
        (void)pthread_cond_wait(&w.cond, &w.lock);
    (void)pthread_mutex_unlock(&w.lock);
    if (w.code != ERR_NONE)
        *why = w.why;
    return w.code;
}

/* ---- words ---- */

static bool has_supplier(const struct catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->supplier_count; i++)
        if (strcmp(c->suppliers[i].id, id) == 0)
            return true;
    return false;
}

static enum err take_supplier(struct parts *d, const char *id, char out[ID_MAX], struct fault *why)
{
    bool known;

    (void)pthread_mutex_lock(&d->lock);
    known = *id == '\0' || has_supplier(d->catalogue, id);
    (void)pthread_mutex_unlock(&d->lock);
    if (!known || strlen(id) >= ID_MAX)
        return fault_set(why, ERR_RANGE, "there is no supplier \"%s\"", id);
    (void)snprintf(out, ID_MAX, "%s", id);
    return ERR_NONE;
}

static enum err take_period(struct parts *d, const char *const *word, const char *supplier,
                            struct report_ask *a, struct fault *why)
{
    if (!report_kind_parse(word[0], &a->kind))
        return fault_set(why, ERR_RANGE, "there is no report \"%s\": incidents or water-quality", word[0]);
    if (!day_parse(word[1], &a->from) || !day_parse(word[2], &a->to))
        return fault_set(why, ERR_RANGE, "a period is two days such as 2026-09-01 2026-09-30, both included");
    return take_supplier(d, supplier, a->supplier, why);
}

static enum err understood(struct parts *d, const struct words *w, struct report_ask *a, struct fault *why)
{
    const char *verb = w->count > 1 ? w->word[1] : "";

    if (strcmp(verb, "list") == 0 && w->count == 2) {
        *a = (struct report_ask){
            .verb = REPORT_LIST, .kind = REPORT_KIND_COUNT, .limit = REPORT_PAGE_MAX, .before = { INT64_MAX }
        };
        return ERR_NONE;
    }
    if (strcmp(verb, "print") == 0 && w->count == 4 && report_format_parse(w->word[3], &a->format) &&
        strlen(w->word[2]) < sizeof a->id) {
        a->verb = REPORT_FETCH;
        (void)snprintf(a->id, sizeof a->id, "%s", w->word[2]);
        return ERR_NONE;
    }
    if (strcmp(verb, "preview") == 0 && w->count == 7 && report_format_parse(w->word[5], &a->format)) {
        a->verb = REPORT_PREVIEW;
        return take_period(d, &w->word[2], w->word[6], a, why);
    }
    if (strcmp(verb, "issue") == 0 && w->count == 7 && w->word[2][0] != '\0' &&
        strlen(w->word[2]) < sizeof a->by.name) {
        a->verb = REPORT_ISSUE;
        a->by.kind = ACTOR_LOCAL;
        (void)snprintf(a->by.name, sizeof a->by.name, "%s", w->word[2]);
        return take_period(d, &w->word[3], w->word[6], a, why);
    }
    return fault_set(why, ERR_RANGE, "not understood");
}

enum err report_words(struct parts *d, const char *line, struct strbuf *told, struct fault *why)
{
    struct report_ask a = { .verb = REPORT_LIST };
    struct words w;
    enum err rc;

    cut(&w, line);
    rc = understood(d, &w, &a, why);
    a.now = clock_read(&d->clock).wall;
    return rc == ERR_NONE ? ask(d, &a, told, why) : rc;
}
