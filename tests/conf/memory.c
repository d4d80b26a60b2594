#include "report.h"

#include <stdlib.h>

#include "conf/seen.h"
#include "conf/template.h"

static size_t calls, fail_at; /* fail_at 0: never */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *text);

static bool fails(void)
{
    return ++calls == fail_at;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

static void make_text(struct strbuf *text)
{
    strbuf_init(text, 1 << 20);
    strbuf_puts(text, "a: &x 1\nlist:\n");
    for (int i = 0; i < 300; i++)
        strbuf_printf(text, "  - { id: p%d, id: again }\n", i);
    for (int i = 0; i < 50; i++)
        strbuf_printf(text, "k%d: v\n", i);
}

/* Loads and looks; true when no allocation was refused on the way. */
static bool run_once(const char *text, size_t len)
{
    struct conf_mistakes m;
    struct conf_file *f = NULL;
    struct conf_seen seen;
    enum err rc;

    conf_mistakes_init(&m, 20);
    conf_seen_init(&seen);
    calls = 0;
    rc = conf_load_text("x.yaml", text, len, &f, &m);
    assert_true(rc == ERR_NONE || rc == ERR_MEMORY);
    assert_true((rc == ERR_NONE) == (f != NULL));
    assert_true(m.mistakes > 0);
    for (size_t i = 0; f != NULL && i < conf_count(conf_root(f)); i++)
        (void)conf_seen_once(&seen, "key", conf_entry(conf_root(f), i)->key, conf_mark(conf_root(f)), &m);
    conf_seen_clear(&seen);
    conf_mistakes_clear(&m);
    conf_file_free(f);
    return calls < fail_at;
}

static void the_nth_allocation_fails_for_every_n(void **state)
{
    struct strbuf text;
    size_t n = 0;
    (void)state;
    make_text(&text);
    do {
        fail_at = ++n;
    } while (!run_once(text.text, text.len));
    fail_at = 0;
    assert_true(n > 20);
    strbuf_clear(&text);
}

/* A row made, or a reason given; true when no allocation was refused on the way. */
static bool expand_once(void)
{
    static const char TEMPLATE[] = "a: ${x}\nlist: [b, \"${x} $${y}\", { c: 1 }]\n",
                      TABLE[] = "x\n1\n\"2\n3\"\n";
    struct conf_mistakes m;
    struct conf_template *t = NULL;
    enum err rc;

    conf_mistakes_init(&m, 20);
    calls = 0;
    rc = conf_template_load_text("t.yaml", TEMPLATE, sizeof TEMPLATE - 1, "t.csv", TABLE, sizeof TABLE - 1,
                                 &t, &m);
    assert_true((rc == ERR_NONE) == (t != NULL));
    assert_true(rc == ERR_NONE || m.mistakes > 0);
    for (size_t i = 0; t != NULL && i < conf_template_rows(t); i++) {
        struct conf_file *f = NULL;
        rc = conf_template_row(t, i, &f, &m);
        assert_true((rc == ERR_NONE) == (f != NULL));
        assert_true(rc == ERR_NONE || m.mistakes > 0);
        conf_file_free(f);
    }
    conf_template_free(t);
    conf_mistakes_clear(&m);
    return calls < fail_at;
}

static void a_template_without_memory_says_so(void **state)
{
    size_t n = 0;
    (void)state;
    do {
        fail_at = ++n;
    } while (!expand_once());
    fail_at = 0;
    assert_true(n > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_nth_allocation_fails_for_every_n),
                                        cmocka_unit_test(a_template_without_memory_says_so) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
