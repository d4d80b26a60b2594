/* A text through the reader, and what was complained about. */
#ifndef TESTS_CONF_REPORT_H
#define TESTS_CONF_REPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "conf/tree.h"

struct report {
    struct conf_mistakes m;
    struct conf_file *file; /* NULL: no tree */
    enum err rc;
    struct strbuf said;
};

static inline void report_bytes(struct report *r, const char *text, size_t len)
{
    conf_mistakes_init(&r->m, 0);
    strbuf_init(&r->said, 1 << 20);
    r->file = NULL;
    r->rc = conf_load_text("a/b.yaml", text, len, &r->file, &r->m);
}

static inline void report_text(struct report *r, const char *text)
{
    report_bytes(r, text, strlen(text));
}

static inline const struct conf_node *report_root(const struct report *r)
{
    assert_int_equal(r->rc, ERR_NONE);
    return conf_root(r->file);
}

/* All complaints so far, exactly. */
static inline void report_says(struct report *r, const char *all)
{
    strbuf_reset(&r->said);
    conf_mistakes_write(&r->m, &r->said);
    assert_string_equal(r->said.text == NULL ? "" : r->said.text, all);
}

static inline void report_clear(struct report *r)
{
    conf_file_free(r->file);
    conf_mistakes_clear(&r->m);
    strbuf_clear(&r->said);
}

#endif
