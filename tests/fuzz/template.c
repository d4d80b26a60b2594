/* A template and its table against anything: the first byte 0x1E in the input parts the two.  What is taken
 * gives trees whose shape is the template's, whatever the table holds. */
#include <stdlib.h>
#include <string.h>

#include "conf/csv.h"
#include "conf/template.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool right)
{
    if (!right)
        abort();
}

static void must_be_alike(const struct conf_node *a, const struct conf_node *b)
{
    must(conf_kind(a) == conf_kind(b) && conf_count(a) == conf_count(b) && a->line == b->line);
    if (conf_kind(a) == CONF_SCALAR)
        must(strlen(conf_text(a)) == a->count && conf_quoted(a) == conf_quoted(b));
    for (size_t i = 0; i < conf_count(a); i++) {
        if (conf_kind(a) == CONF_SEQUENCE) {
            must_be_alike(conf_item(a, i), conf_item(b, i));
            continue;
        }
        must(strcmp(conf_entry(a, i)->key, conf_entry(b, i)->key) == 0);
        must_be_alike(&conf_entry(a, i)->value, &conf_entry(b, i)->value);
    }
}

static void expand(const struct conf_template *t, const struct conf_node *plain, struct conf_mistakes *m)
{
    for (size_t i = 0; i < conf_template_rows(t) && i < 20; i++) {
        struct conf_file *f = NULL;
        enum err rc = conf_template_row(t, i, &f, m);
        must((rc == ERR_NONE) == (f != NULL) && (rc == ERR_NONE || m->mistakes > 0));
        if (f != NULL)
            must_be_alike(conf_root(f), plain);
        conf_file_free(f);
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    const char *text = (const char *)data, *cut = memchr(text, 0x1e, size),
               *table = cut == NULL ? text : cut + 1;
    size_t len = cut == NULL ? size : (size_t)(cut - text), table_len = size - (size_t)(table - text);
    struct conf_mistakes m;
    struct conf_template *t = NULL;
    struct conf_file *plain = NULL;
    struct strbuf said;
    enum err rc;

    conf_mistakes_init(&m, 10);
    strbuf_init(&said, 1 << 20);
    rc = conf_template_load_text("/t.yaml", text, len, "/t.csv", table, table_len, &t, &m);
    must((rc == ERR_NONE) == (t != NULL) && (rc == ERR_NONE || m.mistakes > 0));
    if (t != NULL && conf_load_text("/t.yaml", text, len, &plain, &m) == ERR_NONE)
        expand(t, conf_root(plain), &m);
    conf_mistakes_write(&m, &said);
    must(!said.failed && (m.mistakes == 0 || said.len > 0));
    strbuf_clear(&said);
    conf_file_free(plain);
    conf_template_free(t);
    conf_mistakes_clear(&m);
    return 0;
}
