#include "reload.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "conf/mistakes.h"

enum { REPORT_MAX = 4 << 20 };

/* ---- wires ---- */

static void put_message(void *self, const struct message *m)
{
    pipeline_put(((struct parts *)self)->pipeline, m);
}

static enum err make_wire(struct parts *d, struct config *c, const struct wire_settings *s,
                          struct running_wire *out, struct fault *why)
{
    const struct wire_sink sink = { d, put_message };
    char folder[PATH_MAX];
    struct line *line;
    enum err rc = line_new(&line, s, d->low, why);

    if (rc != ERR_NONE)
        return rc;
    rc = wire_new(&out->wire, s, line, sink, d->clock, why);
    if (rc != ERR_NONE) {
        line->ops->free(line);
        return rc;
    }
    (void)snprintf(folder, sizeof folder, "%s/learned", d->config->journal.folder);
    wire_keep_lessons_in(out->wire, folder);
    out->settings = s;
    out->of = catalogue_hold(&c->catalogue);
    return ERR_NONE;
}

static void free_wire(struct running_wire *w)
{
    wire_free(w->wire);
    catalogue_drop(w->of);
    *w = (struct running_wire){ 0 };
}

enum err wires_make(struct parts *d, struct config *c, struct fault *why)
{
    enum err rc = ERR_NONE;

    d->wires = calloc(c->field.wire_count + 1, sizeof *d->wires);
    if (d->wires == NULL)
        return fault_set(why, ERR_MEMORY, "no memory for %zu wires", c->field.wire_count);
    for (; d->wire_count < c->field.wire_count && rc == ERR_NONE; d->wire_count += rc == ERR_NONE)
        rc = make_wire(d, c, &c->field.wires[d->wire_count], &d->wires[d->wire_count], why);
    return rc;
}

void wires_stop(struct parts *d)
{
    for (size_t i = 0; i < d->wire_count; i++)
        wire_leave(d->wires[i].wire);
    for (size_t i = 0; i < d->wire_count; i++)
        wire_stop(d->wires[i].wire);
}

void wires_free(struct parts *d)
{
    for (size_t i = 0; i < d->wire_count; i++)
        free_wire(&d->wires[i]);
    free(d->wires);
    d->wires = NULL;
    d->wire_count = 0;
}

struct wire *parts_wire(const struct parts *d, const char *id)
{
    for (size_t i = 0; i < d->wire_count; i++)
        if (strcmp(d->wires[i].settings->id, id) == 0)
            return d->wires[i].wire;
    return NULL;
}

/* ---- the next configuration ---- */

struct next {
    struct config *config;
    struct running_wire *wires; /* in the order of the configuration; those that go on are copies */
    bool *is_new;               /* per wire */
    size_t wire_count, new_count;
    struct strbuf text, difference;
    char summary[VERSIONS_SUMMARY_MAX];
};

static struct config *config_of(struct catalogue *c)
{
    return (struct config *)((char *)c - offsetof(struct config, catalogue));
}

static void release_config(struct catalogue *c)
{
    struct config *config = config_of(c);

    config_clear(config);
    free(config);
}

static void forget(struct next *n)
{
    for (size_t i = 0; n->is_new != NULL && i < n->wire_count; i++)
        if (n->is_new[i])
            free_wire(&n->wires[i]);
    free(n->wires);
    free(n->is_new);
    strbuf_clear(&n->text);
    strbuf_clear(&n->difference);
    if (n->config != NULL)
        catalogue_drop(&n->config->catalogue);
}

static enum err read_config(const struct parts *d, struct next *n, struct strbuf *told, struct fault *why)
{
    struct conf_mistakes mistakes;
    struct config *c = calloc(1, sizeof *c);
    enum err rc;

    if (c == NULL)
        return fault_set(why, ERR_MEMORY, "reload: no memory");
    conf_mistakes_init(&mistakes, 0);
    rc = config_load(d->path, c, &mistakes, why);
    conf_mistakes_write(&mistakes, told);
    conf_mistakes_clear(&mistakes);
    if (rc != ERR_NONE) {
        config_clear(c);
        free(c);
        return rc;
    }
    c->catalogue.release = release_config;
    (void)catalogue_hold(&c->catalogue);
    n->config = c;
    return ERR_NONE;
}

/* What the parts were started with cannot be exchanged under them. */
static enum err refuse_what_needs_a_start(const struct parts *d, const struct config *c, struct fault *why)
{
    struct strbuf was, is;
    bool same;

    strbuf_init(&was, REPORT_MAX);
    strbuf_init(&is, REPORT_MAX);
    config_print_daemon(d->config, &was);
    config_print_daemon(c, &is);
    same = !was.failed && !is.failed && strcmp(was.text, is.text) == 0;
    strbuf_clear(&was);
    strbuf_clear(&is);
    return same ? ERR_NONE
                : fault_set(why, ERR_STATE,
                            "%s: node, journal, database, others, http, log, or the channels of notify "
                            "changed: these "
                            "need a restart; nothing was applied",
                            d->path);
}

static enum err compare(struct parts *d, struct next *n, struct fault *why)
{
    config_print(n->config, &n->text);
    if (n->text.failed)
        return fault_set(why, ERR_MEMORY, "reload: no memory for the effective configuration");
    return versions_difference(d->versions, n->text.text, n->text.len, &n->difference, n->summary, why);
}

static const struct running_wire *running(const struct parts *d, const struct wire_settings *s)
{
    for (size_t i = 0; i < d->wire_count; i++)
        if (wire_settings_same(d->wires[i].settings, s))
            return &d->wires[i];
    return NULL;
}

/* Those that do not change are taken along as they are; the others are made, not yet started. */
static enum err make_next_wires(struct parts *d, struct next *n, struct fault *why)
{
    const struct field *f = &n->config->field;
    enum err rc = ERR_NONE;

    n->wires = calloc(f->wire_count + 1, sizeof *n->wires);
    n->is_new = calloc(f->wire_count + 1, sizeof *n->is_new);
    if (n->wires == NULL || n->is_new == NULL)
        return fault_set(why, ERR_MEMORY, "reload: no memory for %zu wires", f->wire_count);
    for (; n->wire_count < f->wire_count && rc == ERR_NONE; n->wire_count += rc == ERR_NONE) {
        const struct running_wire *same = running(d, &f->wires[n->wire_count]);
        if (same != NULL) {
            n->wires[n->wire_count] = *same;
            continue;
        }
        rc = make_wire(d, n->config, &f->wires[n->wire_count], &n->wires[n->wire_count], why);
        n->is_new[n->wire_count] = rc == ERR_NONE;
        n->new_count += rc == ERR_NONE;
    }
    return rc;
}

/* ---- applying ---- */

static bool goes_on(const struct next *n, const struct wire *w)
{
    for (size_t i = 0; i < n->wire_count; i++)
        if (n->wires[i].wire == w)
            return true;
    return false;
}

/* Those that end leave the list first, so that nobody asks them any more. */
static void change_wires(struct parts *d, struct next *n)
{
    struct running_wire *was = d->wires;
    size_t count = d->wire_count;

    (void)pthread_mutex_lock(&d->lock);
    d->wires = n->wires;
    d->wire_count = n->wire_count;
    (void)pthread_mutex_unlock(&d->lock);
    for (size_t i = 0; i < count; i++)
        if (!goes_on(n, was[i].wire))
            wire_leave(was[i].wire);
    for (size_t i = 0; i < count; i++)
        if (!goes_on(n, was[i].wire)) {
            wire_stop(was[i].wire);
            free_wire(&was[i]);
        }
    free(was);
    for (size_t i = 0; i < n->wire_count; i++) {
        struct fault why;
        if (n->is_new[i] && wire_start(n->wires[i].wire, &why) != ERR_NONE)
            log_error("reload: %s", why.text);
    }
    n->wires = NULL; /* they are the daemon's now */
    n->wire_count = 0;
}

static void change_catalogue(struct parts *d, struct next *n)
{
    struct catalogue *was;

    (void)pthread_mutex_lock(&d->lock);
    was = d->catalogue;
    d->catalogue = catalogue_hold(&n->config->catalogue);
    (void)pthread_mutex_unlock(&d->lock);
    catalogue_drop(was);
    deliverer_catalogue(atomic_load(&d->deliverer), &n->config->catalogue);
}

/* The event in the journal is the record that cannot be lost; a version that could not be kept beside it is
 * said to be missing. */
static enum err apply(struct parts *d, struct next *n, const char *author, struct fault *why)
{
    struct wall now = clock_read(&d->clock).wall;
    uint32_t number = versions_next(d->versions);
    const struct notify_settings *told = &n->config->notify;
    const struct pipeline_people people = { &told->contacts, &told->rosters, told->escalation };
    struct event event = event_make(EVENT_CONFIG, now, author, (double)number, "configuration %u applied: %s",
                                    number, n->summary);
    const char *difference = n->difference.text == NULL ? "" : n->difference.text;
    enum err rc;

    n->config->catalogue.version = number;
    rc = pipeline_reload(d->pipeline, &n->config->catalogue, &people, &event, why);
    if (rc != ERR_NONE)
        return rc;
    if (versions_add(d->versions, author, n->config->catalogue.applied, n->text.text, n->text.len, difference,
                     why) != ERR_NONE)
        log_error("reload: version %u is applied, but not kept: %s", number, why->text);
    change_catalogue(d, n);
    log_info("configuration=%u by=%s %s wires_new=%zu", number, author, n->summary, n->new_count);
    change_wires(d, n);
    return ERR_NONE;
}

static enum err prepare(struct parts *d, struct next *n, struct strbuf *told, struct fault *why)
{
    enum err rc = read_config(d, n, told, why);

    if (rc == ERR_NONE)
        rc = refuse_what_needs_a_start(d, n->config, why);
    if (rc == ERR_NONE)
        rc = compare(d, n, why);
    if (rc == ERR_NONE && n->difference.len > 0)
        strbuf_add(told, n->difference.text, n->difference.len);
    return rc;
}

enum err reload_now(struct parts *d, const char *author, bool only_tell, struct strbuf *told,
                    struct fault *why)
{
    struct next n = { 0 };
    enum err rc;

    strbuf_init(&n.text, VERSIONS_TEXT_MAX);
    strbuf_init(&n.difference, VERSIONS_DIFFERENCE_MAX);
    (void)pthread_mutex_lock(&d->reloading);
    rc = prepare(d, &n, told, why);
    if (rc == ERR_NONE && n.difference.len == 0) {
        strbuf_puts(told, "nothing changes\n");
    } else if (rc == ERR_NONE && only_tell) {
        strbuf_printf(told, "%s\n", n.summary);
    } else if (rc == ERR_NONE) {
        rc = make_next_wires(d, &n, why);
        if (rc == ERR_NONE)
            rc = apply(d, &n, author, why);
        if (rc == ERR_NONE)
            strbuf_printf(told, "configuration %u applied: %s\n", n.config->catalogue.version, n.summary);
    }
    (void)pthread_mutex_unlock(&d->reloading);
    if (rc != ERR_NONE)
        log_warn("reload refused by=%s: %s", author, why->text);
    forget(&n);
    return rc;
}

enum err reload_show(struct parts *d, struct strbuf *to, struct fault *why)
{
    struct catalogue *c;

    (void)pthread_mutex_lock(&d->lock);
    c = catalogue_hold(d->catalogue);
    (void)pthread_mutex_unlock(&d->lock);
    field_print(c, &config_of(c)->field, to);
    catalogue_drop(c);
    if (!to->failed)
        return ERR_NONE;
    strbuf_reset(to);
    return fault_set(why, ERR_FULL, "the effective plant is longer than %zu bytes", to->max);
}

enum err reload_first(struct parts *d, struct fault *why)
{
    struct strbuf text, difference;
    char summary[VERSIONS_SUMMARY_MAX];
    struct wall now = clock_read(&d->clock).wall;
    enum err rc;

    strbuf_init(&text, VERSIONS_TEXT_MAX);
    strbuf_init(&difference, VERSIONS_DIFFERENCE_MAX);
    config_print(d->config, &text);
    rc = text.failed ? fault_set(why, ERR_MEMORY, "no memory for the effective configuration")
                     : versions_difference(d->versions, text.text, text.len, &difference, summary, why);
    if (rc == ERR_NONE && difference.len > 0)
        rc = versions_add(d->versions, "start", now, text.text, text.len, difference.text, why);
    strbuf_clear(&text);
    strbuf_clear(&difference);
    if (rc == ERR_NONE) {
        d->catalogue->version = versions_next(d->versions) - 1;
        d->catalogue->applied = versions_since(d->versions);
    }
    return rc;
}
