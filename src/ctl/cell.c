#include "cell.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "conf/write.h"

enum { CELL_SENTENCE_MAX = 4096 };

static bool ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A text that nobody reads as anything else, so that its quotes can be left out. */
static bool plainly_text(const char *s)
{
    static const char *const WORDS[] = { "true", "false", "yes", "no",  "on",  "off",
                                         "null", "y",     "n",   "inf", "nan", "infinity" };

    if (!ascii_letter(s[0]) && ((unsigned char)s[0] & 0x80) == 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (strcasecmp(s, WORDS[i]) == 0)
            return false;
    return conf_write_printable(s) && s[strlen(s) - 1] != ' ';
}

/* "-12.5" is a number to a spreadsheet as well, not a formula. */
static bool negative_number(const char *s)
{
    char *end;

    if (s[0] != '-' || strspn(s + 1, "0123456789.eE-+") != strlen(s + 1))
        return false;
    (void)strtod(s, &end);
    return end != s && *end == '\0';
}

/* A "#" in front would make a remark of the row. */
static bool wants_apostrophe(const char *s)
{
    return s[0] != '\0' && strchr("=+-@\t\r'#", s[0]) != NULL && !negative_number(s);
}

void cell_write_word(const char *word, struct strbuf *to)
{
    if (wants_apostrophe(word))
        strbuf_putc(to, '\'');
    strbuf_puts(to, word);
}

void cell_write(const struct conf_node *n, struct strbuf *to)
{
    if (conf_kind(n) != CONF_SCALAR)
        conf_write_flow(n, to);
    else if (conf_quoted(n) && plainly_text(conf_text(n)))
        strbuf_puts(to, conf_text(n));
    else if (conf_quoted(n))
        conf_write_quoted(conf_text(n), to);
    else
        cell_write_word(n->count == 0 ? "~" : conf_text(n), to);
}

static const char *trimmed(const char *text, size_t *len)
{
    static const char BLANKS[] = " \t\r\n";

    text += strspn(text, BLANKS);
    *len = strlen(text);
    while (*len > 0 && strchr(BLANKS, text[*len - 1]) != NULL)
        (*len)--;
    return text;
}

const char *cell_read_word(struct conf_file *f, const char *text)
{
    size_t len;

    text = trimmed(text, &len);
    if (len > 0 && text[0] == '\'') {
        text++;
        len--;
    }
    return conf_make_text(f, text, len);
}

/* What the reader of YAML says of a cell, behind its own "cell:1:2: ". */
static void report(struct conf_mistakes *inner, struct conf_mark at, struct conf_mistakes *m)
{
    struct strbuf said;
    const char *sentence;

    strbuf_init(&said, CELL_SENTENCE_MAX);
    conf_mistakes_write(inner, &said);
    sentence = said.text == NULL ? NULL : strstr(said.text, ": ");
    if (sentence != NULL)
        said.text[strcspn(said.text, "\n")] = '\0';
    conf_mistake(m, at, "this cell begins like YAML (a bracket or a double quote) and is not: %s",
                 sentence == NULL ? "unreadable" : sentence + 2);
    strbuf_clear(&said);
}

static enum cell read_yaml(struct conf_file *f, const char *text, size_t len, struct conf_mark at,
                           struct conf_node *out, struct conf_mistakes *m)
{
    struct conf_mistakes inner;
    struct conf_file *tree = NULL;
    enum err rc;
    enum cell found = CELL_VALUE;

    conf_mistakes_init(&inner, 1);
    rc = conf_load_text("cell", text, len, &tree, &inner);
    if (rc != ERR_MEMORY && inner.mistakes > 0) {
        report(&inner, at, m);
        found = CELL_WRONG;
    } else if (rc == ERR_MEMORY || !conf_make_copy(f, out, conf_root(tree), at.file, &at, NULL)) {
        found = CELL_NO_MEMORY;
    }
    conf_file_free(tree);
    conf_mistakes_clear(&inner);
    return found;
}

enum cell cell_read(struct conf_file *f, const char *text, struct conf_mark at, struct conf_node *out,
                    struct conf_mistakes *m)
{
    size_t len;

    text = trimmed(text, &len);
    if (len == 0)
        return CELL_EMPTY;
    if (strchr("[{\"", text[0]) != NULL)
        return read_yaml(f, text, len, at, out, m);
    text = cell_read_word(f, text);
    if (text == NULL || !conf_make_scalar(f, out, text, !conf_write_plain(text), at))
        return CELL_NO_MEMORY;
    return CELL_VALUE;
}
