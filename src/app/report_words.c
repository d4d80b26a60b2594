#include "report_words.h"

#include <stdio.h>
#include <string.h>

#include "base/columns.h"
#include "waiting.h"
#include "words.h"

/* ---- asking a worker, waiting ---- */

struct asked {
    struct waiting waiting;
    enum report_verb verb;
    struct strbuf *told;
    size_t count;
};

static const char *const HEADS[] = { "id", "issued", "by", "node", "hash of its JSON" };

static void tell_item(const struct report_item *i, struct columns *to)
{
    char at[CLOCK_TEXT_MAX], hash[2 * SEAL_HASH_BYTES + 1];

    wall_text(i->issued, at);
    seal_hash_text(&i->hash[REPORT_JSON], hash);
    columns_cell(to, "%s", i->id);
    columns_cell(to, "%s", at);
    columns_cell(to, "%s", i->by);
    columns_cell(to, "%s", i->node);
    columns_cell(to, "%s", hash);
}

static void answered(void *ticket, enum err code, const struct report_answer *a, const struct fault *why)
{
    struct asked *w = ticket;
    struct columns to;

    if (code == ERR_NONE && (w->verb == REPORT_LIST || w->verb == REPORT_ISSUE)) {
        columns_init(&to, HEADS, COUNT_OF(HEADS));
        for (size_t i = 0; i < a->count; i++)
            tell_item(&a->items[i], &to);
        columns_write(&to, w->told);
        w->count = a->count;
    } else if (code == ERR_NONE)
        strbuf_add(w->told, a->text, a->len);
    waiting_answer(&w->waiting, code, why);
}

static enum err ask(struct parts *d, const struct report_ask *a, struct strbuf *told, struct fault *why)
{
    struct asked w = { .waiting = WAITING_INIT, .verb = a->verb, .told = told };
    const struct reports_port *port = &d->ask_reports;
    enum err rc = port->ask == NULL ? fault_set(why, ERR_STATE, "the daemon is only starting")
                                    : port->ask(port->self, a, -1, answered, &w, why);

    if (rc == ERR_NONE)
        rc = waiting_wait(&w.waiting, why);
    if (rc == ERR_NONE && a->verb == REPORT_LIST)
        return words_count(why, w.count, "report", "reports");
    return rc == ERR_NONE && a->verb == REPORT_ISSUE ? fault_set(why, ERR_NONE, "issued") : rc;
}

/* ---- words ---- */

static enum err take_supplier(struct parts *d, const char *id, char out[ID_MAX], struct fault *why)
{
    bool known;

    (void)pthread_mutex_lock(&d->lock);
    known = *id == '\0' || catalogue_supplier(d->catalogue, id) != NULL;
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
    return fault_set(
        why, ERR_RANGE,
        "not understood: a report is printed and previewed as json, csv or html; see capnuocctl report "
        "--help");
}

enum err report_words(struct parts *d, const char *line, struct strbuf *told, struct fault *why)
{
    struct report_ask a = { .verb = REPORT_LIST };
    struct words w;
    enum err rc;

    words_cut(&w, line);
    rc = understood(d, &w, &a, why);
    a.now = clock_read(&d->clock).wall;
    return rc == ERR_NONE ? ask(d, &a, told, why) : rc;
}
