/* The reader of limit sets against anything: what it takes prints as YAML that is read again, and what it
 * refuses has a mistake. */
#include <stdlib.h>

#include "model/standard_file.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool right)
{
    if (!right)
        abort();
}

static void must_print(const struct catalogue *c, struct conf_mistakes *m)
{
    struct conf_file *file = NULL;
    struct strbuf text;

    strbuf_init(&text, 1 << 24);
    standards_print(c, &text);
    must(!text.failed && conf_load_text("/printed", text.text, text.len, &file, m) == ERR_NONE);
    must(conf_count(conf_get(conf_root(file), "standards")) == c->standard_count);
    conf_file_free(file);
    strbuf_clear(&text);
}

/* Twice the same: what stands twice is noticed. */
static void load(struct standards_reader *r, const struct conf_file *file, struct conf_mistakes *m)
{
    must(standards_read(r, conf_root(file), m) == ERR_NONE);
    standards_finish(r, m);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct standards_reader *r = NULL;
    struct conf_mistakes m;
    struct conf_file *file = NULL;
    struct catalogue c;

    conf_mistakes_init(&m, 20);
    catalogue_init(&c);
    if (conf_load_text("/set", (const char *)data, size, &file, &m) == ERR_NONE) {
        must(standards_reader_new(&r, &c) == ERR_NONE);
        load(r, file, &m);
        if (m.mistakes == 0) {
            must_print(&c, &m);
            load(r, file, &m);
            must(m.mistakes > 0 && c.standard_count == 1);
        }
        standards_reader_free(r);
        conf_file_free(file);
    }
    catalogue_clear(&c);
    conf_mistakes_clear(&m);
    return 0;
}
