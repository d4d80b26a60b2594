/* The reader of configuration files against anything: what it takes is a sound tree, what it refuses has a
 * mistake with a place inside the text, and what a table reads it prints back the same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "conf/table.h"

struct thing {
    char id[64], name[80], path[120];
    bool on;
    int64_t count, every_ms, size;
    double number;
    int choice;
    struct conf_range range;
    struct conf_words words;
    const struct conf_node *list;
};

static const char *const CHOICES[] = { "abcd", "cdab", NULL };

static const struct conf_setting THING[] = {
    { CONF_ID("id", struct thing, id), .help = "a" },
    { CONF_TEXT("name", struct thing, name), .help = "a" },
    { CONF_PATH("path", struct thing, path), .help = "a" },
    { CONF_BOOL("on", struct thing, on), .help = "a" },
    { CONF_COUNT("count", struct thing, count), .help = "a" },
    { CONF_DURATION("every", struct thing, every_ms), .high = 1e15, .help = "a" },
    { CONF_SIZE("size", struct thing, size), .high = 1e15, .help = "a" },
    { CONF_NUMBER("number", struct thing, number), .help = "a" },
    { CONF_CHOICE("choice", struct thing, choice), .choices = CHOICES, .help = "a" },
    { CONF_RANGE("range", struct thing, range), .help = "a" },
    { CONF_WORDS("words", struct thing, words), .help = "a" },
    { CONF_LIST("list", struct thing, list), .help = "a" },
};

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool right)
{
    if (!right)
        abort();
}

static size_t walk(const struct conf_node *n, unsigned depth)
{
    size_t seen = 1;

    must(depth <= CONF_DEPTH_MAX + 1 && n->line >= 1 && n->column >= 1 && n->file != NULL);
    if (conf_kind(n) == CONF_SCALAR)
        must(strlen(conf_text(n)) == n->count);
    for (size_t i = 0; conf_kind(n) == CONF_SEQUENCE && i < conf_count(n); i++)
        seen += walk(conf_item(n, i), depth + 1);
    for (size_t i = 0; conf_kind(n) == CONF_MAPPING && i < conf_count(n); i++) {
        const struct conf_entry *e = conf_entry(n, i);
        must(i > 100 || conf_get(n, e->key) == &e->value); /* no key twice */
        seen += walk(&e->value, depth + 1);
    }
    return seen;
}

/* Numbers may lose nothing, texts may lose nothing. */
static void must_be_same(const struct thing *a, const struct thing *b)
{
    must(strcmp(a->id, b->id) == 0 && strcmp(a->name, b->name) == 0 && strcmp(a->path, b->path) == 0);
    must(a->on == b->on && a->count == b->count && a->every_ms == b->every_ms && a->size == b->size);
    must(a->number == b->number || (isnan(a->number) && isnan(b->number)));
    must(a->choice == b->choice && a->words.count == b->words.count);
    must(memcmp(a->words.word, b->words.word, sizeof a->words.word) == 0);
    must(a->range.low == b->range.low || isnan(a->range.low));
}

static void must_print_back(const struct thing *was)
{
    struct conf_mistakes m;
    struct conf_file *f = NULL;
    struct strbuf text;
    struct thing is;

    conf_mistakes_init(&m, 10);
    strbuf_init(&text, 1 << 20);
    strbuf_puts(&text, "");
    conf_print(THING, COUNT_OF(THING), was, 0, &text);
    must(!text.failed && conf_load_text("/f", text.text, text.len, &f, &m) == ERR_NONE);
    must(conf_apply(THING, COUNT_OF(THING), conf_root(f), &is, &m) && m.mistakes == 0);
    must_be_same(was, &is);
    conf_file_free(f);
    conf_mistakes_clear(&m);
    strbuf_clear(&text);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct conf_mistakes m;
    struct conf_file *f = NULL;
    struct strbuf said;
    struct thing t;
    enum err rc;

    conf_mistakes_init(&m, 10);
    strbuf_init(&said, 1 << 20);
    rc = conf_load_text("/f", (const char *)data, size, &f, &m);
    must((rc == ERR_NONE) == (f != NULL) && (rc == ERR_NONE || m.mistakes > 0));
    if (f != NULL) {
        (void)walk(conf_root(f), 1);
        if (conf_apply(THING, COUNT_OF(THING), conf_root(f), &t, &m) && strncmp(t.path, "/f", 2) != 0)
            must_print_back(&t);
        else
            must(t.id[0] == '\0' || strlen(t.id) < sizeof t.id);
    }
    conf_mistakes_write(&m, &said);
    must(!said.failed && (m.mistakes == 0 || said.len > 0));
    strbuf_clear(&said);
    conf_mistakes_clear(&m);
    conf_file_free(f);
    return 0;
}
