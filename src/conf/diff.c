#include "conf/diff.h"

#include <stdio.h>
#include <string.h>

enum { PATH_MAX_BYTES = 512, VALUE_MAX_BYTES = 120, LINE_MAX_BYTES = 1024 };

struct walk {
    struct strbuf *to;
    struct conf_changes counts;
    char path[PATH_MAX_BYTES];
};

static void write_line(struct walk *w, const char *line)
{
    size_t n = strlen(line);

    if (w->to != NULL && !w->to->failed && w->to->len + n <= w->to->max)
        strbuf_add(w->to, line, n);
}

static void tell(struct walk *w, char sign, const char *text)
{
    char line[LINE_MAX_BYTES];

    (void)snprintf(line, sizeof line, "%c %s%s\n", sign, w->path, text);
    write_line(w, line);
}

/* One more step into the path; gives what to cut back to. */
static size_t enter(struct walk *w, const char *step, const char *name)
{
    size_t n = strlen(w->path);

    (void)snprintf(w->path + n, sizeof w->path - n, "%s%s%s", n == 0 ? "" : step, name, "");
    return n;
}

static void leave(struct walk *w, size_t n)
{
    w->path[n] = '\0';
}

/* What a thing in a list is called; "" when only its place tells. */
static const char *name_of(const struct conf_node *n)
{
    static const char *const KEYS[] = { "id", "use", "from", "name", "point" };

    if (conf_kind(n) == CONF_SCALAR)
        return conf_text(n);
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        const struct conf_node *name = conf_get(n, KEYS[i]);
        if (name != NULL && conf_kind(name) == CONF_SCALAR)
            return conf_text(name);
    }
    return "";
}

static void compare(struct walk *w, const struct conf_node *was, const struct conf_node *is);

static void short_text(const struct conf_node *n, char out[VALUE_MAX_BYTES])
{
    if (conf_kind(n) == CONF_SCALAR)
        (void)snprintf(out, VALUE_MAX_BYTES, "%s", conf_text(n));
    else if (conf_kind(n) == CONF_SEQUENCE)
        (void)snprintf(out, VALUE_MAX_BYTES, "[%zu]", conf_count(n));
    else
        (void)snprintf(out, VALUE_MAX_BYTES, "{%zu}", conf_count(n));
}

static void tell_change(struct walk *w, const struct conf_node *was, const struct conf_node *is)
{
    char old[VALUE_MAX_BYTES], new[VALUE_MAX_BYTES], text[2 * VALUE_MAX_BYTES + 16];

    short_text(was, old);
    short_text(is, new);
    (void)snprintf(text, sizeof text, ": %s -> %s", old, new);
    w->counts.changed++;
    tell(w, '~', text);
}

static void tell_alone(struct walk *w, char sign, const struct conf_node *n)
{
    char value[VALUE_MAX_BYTES], text[VALUE_MAX_BYTES + 4];

    short_text(n, value);
    (void)snprintf(text, sizeof text, ": %s", value);
    *(sign == '+' ? &w->counts.added : &w->counts.removed) += 1;
    tell(w, sign, conf_kind(n) == CONF_SCALAR ? text : "");
}

/* The thing of that name, looked for from where the last one was found: lists mostly keep their order. */
static const struct conf_node *find_named(const struct conf_node *list, const char *name, size_t *from)
{
    size_t n = conf_count(list);

    for (size_t i = 0; i < n; i++) {
        size_t at = (*from + i) % n;
        if (strcmp(name_of(conf_item(list, at)), name) == 0) {
            *from = at + 1;
            return conf_item(list, at);
        }
    }
    return NULL;
}

/* Every name once and none missing: only then may things be known by it. */
static bool is_named(const struct conf_node *list)
{
    for (size_t i = 0; i < conf_count(list); i++)
        if (conf_kind(conf_item(list, i)) != CONF_MAPPING || name_of(conf_item(list, i))[0] == '\0')
            return false;
    return true;
}

static void compare_named(struct walk *w, const struct conf_node *was, const struct conf_node *is)
{
    size_t from = 0;

    for (size_t i = 0; i < conf_count(is); i++) {
        const struct conf_node *item = conf_item(is, i), *old = find_named(was, name_of(item), &from);
        size_t n = enter(w, " ", name_of(item));
        if (old == NULL)
            tell_alone(w, '+', item);
        else
            compare(w, old, item);
        leave(w, n);
    }
    from = 0;
    for (size_t i = 0; i < conf_count(was); i++) {
        const struct conf_node *item = conf_item(was, i);
        size_t n;
        if (find_named(is, name_of(item), &from) != NULL)
            continue;
        n = enter(w, " ", name_of(item));
        tell_alone(w, '-', item);
        leave(w, n);
    }
}

static void compare_lists(struct walk *w, const struct conf_node *was, const struct conf_node *is)
{
    struct walk inner = { .to = NULL };

    if (is_named(was) && is_named(is)) {
        compare_named(w, was, is);
        return;
    }
    for (size_t i = 0; conf_count(was) == conf_count(is) && i < conf_count(is); i++)
        compare(&inner, conf_item(was, i), conf_item(is, i));
    if (conf_count(was) != conf_count(is) ||
        inner.counts.added + inner.counts.removed + inner.counts.changed > 0)
        tell_change(w, was, is);
}

static void compare_mappings(struct walk *w, const struct conf_node *was, const struct conf_node *is)
{
    for (size_t i = 0; i < conf_count(is); i++) {
        const struct conf_entry *e = conf_entry(is, i);
        const struct conf_node *old = conf_get(was, e->key);
        size_t n = enter(w, " ", e->key);
        if (old == NULL)
            tell_alone(w, '+', &e->value);
        else
            compare(w, old, &e->value);
        leave(w, n);
    }
    for (size_t i = 0; i < conf_count(was); i++) {
        const struct conf_entry *e = conf_entry(was, i);
        size_t n;
        if (conf_get(is, e->key) != NULL)
            continue;
        n = enter(w, " ", e->key);
        tell_alone(w, '-', &e->value);
        leave(w, n);
    }
}

static void compare(struct walk *w, const struct conf_node *was, const struct conf_node *is)
{
    bool same_kind = conf_kind(was) == conf_kind(is);

    if (same_kind && conf_kind(is) == CONF_MAPPING)
        compare_mappings(w, was, is);
    else if (same_kind && conf_kind(is) == CONF_SEQUENCE)
        compare_lists(w, was, is);
    else if (!same_kind || strcmp(conf_text(was), conf_text(is)) != 0)
        tell_change(w, was, is);
}

struct conf_changes conf_diff(const struct conf_node *was, const struct conf_node *is, struct strbuf *to)
{
    struct walk w = { .to = to };

    compare(&w, was, is);
    return w.counts;
}
